"""Parsed data sets on disk: built once through the guarded readers, opened in milliseconds."""
