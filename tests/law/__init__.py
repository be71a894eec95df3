"""Tests of candour.law."""
