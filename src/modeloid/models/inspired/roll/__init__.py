"""Bars as pictures: an LSTM tells codes of an idea, transposed convolutions make rolls of them, and a critic judges.

Read on in this order: `rolls` (notes as maps and back), `bars` (convolutions of one bar), `coder` (bars as codes of few
symbols and back), `teller` (which codes follow which, given an idea), `draw` (codes by lot), `net` (both together),
`critic`, `cycle` (does the idea come back?), `scenes` (real pieces), `maker` (how all of it learns, and makes pieces).
"""
