"""Pieces to be heard and seen."""
