"""Counts from case-level data sets: extracts, their steps and their files."""
