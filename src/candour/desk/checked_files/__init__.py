"""Bytes that somebody uploads: through the gate, and the original and what was made of it looked at in private."""
