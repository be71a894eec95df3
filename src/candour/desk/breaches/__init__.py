"""When something left that should not have: stopping it, the record of the personal data breach, and its points."""
