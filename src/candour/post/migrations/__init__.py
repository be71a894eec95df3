"""The index of the log's words."""
