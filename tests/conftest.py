"""What all tests share."""

from hypothesis import settings

# a shared machine may stall a single example for longer than hypothesis' 200 ms; pytest-timeout bounds whole tests
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")
