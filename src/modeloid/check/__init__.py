"""`modeloid check`: holds anybody's modeloid against the contract, one result a promise. Start at `suite.py`."""
