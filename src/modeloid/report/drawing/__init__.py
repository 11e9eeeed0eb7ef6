"""Drawings of a report as SVG: curves, values with their intervals, passages. They know no page and no paper."""
