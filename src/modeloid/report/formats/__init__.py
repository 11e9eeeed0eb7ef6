"""One module a format; each is found by an entry point of the group `modeloid.formats`."""
