"""The commands, thin over `modeloid.app`."""
