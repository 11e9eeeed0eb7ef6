"""The families of models, one folder each; a folder reads alone."""
