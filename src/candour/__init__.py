"""Candour: the Freedom of Information desk of a UK police force."""

__version__ = "0.1.0"
