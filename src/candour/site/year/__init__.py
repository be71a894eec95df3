"""A year in the life of three invented forces, for the demonstration."""
