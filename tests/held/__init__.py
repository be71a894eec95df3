"""Tests of `candour.held`."""
