"""The answer: decisions, the letter that they make, what the linter says of it, and letters that are no answer."""
