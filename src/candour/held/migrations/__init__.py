"""The table of held uploads."""
