"""Letters as mail."""
