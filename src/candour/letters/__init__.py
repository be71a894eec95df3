"""A response as a document: composed from decisions, written in four formats, read back from text."""
