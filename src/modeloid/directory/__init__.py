"""The modeloid directory: its mconfig, whether that is plain, whom to trust, where its files lie.

`plain.py` says what an mconfig may hold without being code; `read.py` opens a modeloid, `create.py` and `fork.py` make
one, `trust.py` remembers whose code may run, `installed.py` finds what installed distributions offer.
"""
