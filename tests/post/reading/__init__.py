"""Messages are read."""
