"""Tests of candour.desk, and what the tests of letters, post and portal build with."""
