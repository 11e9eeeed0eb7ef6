"""Random walks over whole numbers, a bigram model of them, and a format: all from outside."""
