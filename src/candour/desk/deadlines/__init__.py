"""The clock of a case, and its picture."""
