"""Tests of candour.tables."""
