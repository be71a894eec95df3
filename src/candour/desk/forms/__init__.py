"""The forms of the desk: one for each thing that a person gives."""
