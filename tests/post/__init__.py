"""Tests of candour.post."""
