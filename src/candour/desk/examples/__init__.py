"""Example cases of invented forces, in the form that `candour write` reads."""
