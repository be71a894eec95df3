"""Clearance: the chain of steps in which exactly the bytes that leave are read and cleared."""
