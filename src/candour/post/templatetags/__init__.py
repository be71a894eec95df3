"""What the pages of a case show of its mail."""
