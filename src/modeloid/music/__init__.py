"""Symbolic music as a domain: read, store, split, represent, measure, render. Knows neither the cycle nor any model."""
