"""Random walks over whole numbers, and a bigram model of them: a domain and a model from outside."""
