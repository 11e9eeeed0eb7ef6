"""The main cycle: trains, validates, generates with and tests any modeloid on any domain.

Start at `loop.py`: its docstring is the specification. `contract.py` says what a modeloid and a domain promise.
"""
