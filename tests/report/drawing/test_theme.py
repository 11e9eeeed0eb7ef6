"""The colours can be read on their ground, and told apart by colour-blind readers."""

import itertools
import re
from dataclasses import astuple

import numpy as np
import pytest

from modeloid.report.drawing.theme import DARK, LIGHT

# Machado, Oliveira and Fernandes 2009, "A Physiologically-based Model for Simulation of Color Vision Deficiency",
# table 1, severity 1.0: from linear RGB to what is seen
SEEN = {
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "all colours": np.eye(3).tolist(),
}


def linear(colour):
    parts = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def contrast(one, other):
    bright, dim = sorted((float(linear(colour) @ [0.2126, 0.7152, 0.0722]) for colour in (one, other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def lab(rgb):
    """CIE L*a*b* of linear sRGB, D65."""
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ rgb
    f = np.cbrt(np.clip(xyz / [0.9505, 1.0, 1.089], 1e-6, None))
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_text_and_lines_can_be_read(theme):
    for colour in (theme.ink, theme.faint, theme.accent):
        assert contrast(colour, theme.paper) >= 4.5
    for colour in theme.series:
        assert contrast(colour, theme.paper) >= 3.0
    assert contrast(theme.paper, theme.paper) == 1.0


@pytest.mark.parametrize("seen", SEEN)
@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_the_series_are_told_apart(theme, seen):
    colours = [lab(np.clip(np.array(SEEN[seen]) @ linear(colour), 0, 1)) for colour in theme.series]
    nearest = min(float(np.linalg.norm(one - other)) for one, other in itertools.combinations(colours, 2))
    assert nearest >= 15


def test_a_theme_by_its_names_has_a_name_for_every_colour():
    assert LIGHT.colours.keys() == DARK.colours.keys()
    assert LIGHT.colours["series2"] == LIGHT.series[2]
    *single, series, font = astuple(LIGHT.named())
    assert [re.fullmatch(r"var\(--(\w+)\)", name)[1] for name in (*single, *series)] == list(LIGHT.colours)
    assert LIGHT.named().faint == "var(--faint)"
    assert LIGHT.named() == DARK.named()
    assert font == "inherit"


def test_colours_that_are_too_near_would_be_found():
    one, other = (lab(np.clip(np.array(SEEN["deuteranopia"]) @ linear(c), 0, 1)) for c in ("#b05a00", "#8a6d00"))
    assert np.linalg.norm(one - other) < 15
