"""A second domain, for the tests: 8x8 handwritten digits, with torch modeloids on it."""
