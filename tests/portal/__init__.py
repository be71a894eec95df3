"""Tests of candour.portal."""
