"""Tests of candour.records."""
