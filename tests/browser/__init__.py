"""Tests that drive a real Chromium, as a person would."""
