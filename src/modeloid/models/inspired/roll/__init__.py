"""Bars as pictures: noise and an idea through an LSTM and transposed convolutions to rolls, judged by a critic.

Read on in this order: `rolls` (notes as maps and back), `bars` (convolutions of one bar), `net` (the generator),
`critic`, `cycle` (does the idea come back?), `maker` (how all of it learns, and makes pieces).
"""
