"""Tests of the main cycle."""
