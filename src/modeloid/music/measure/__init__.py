"""Metrics of pieces and distances between sets of them; formula and source in every docstring."""
