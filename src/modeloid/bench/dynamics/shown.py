"""The scores of `modeloid bench dynamics` as lines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

PUBLISHED = (
    ("published: flat, MAESTRO (He 2025)", 14.80),
    ("published: ConvAE, MAESTRO", 12.33),
    ("published: U-Net with attention, MAESTRO (He 2025)", 11.48),
    ("published: pianist against pianist, Vienna 4x22", 8.43),
)
"""Mean absolute errors on other data: played notes there, quantised scores here."""
_WIDTH, _GAIN = 52, 23


def table(found: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The published errors and ours, one line each; intervals of 95 % over pieces."""
    head = "".join(f"{name:>16}" for name in ("error", "interval", "level off", "shape", "r", "spread"))
    lines = [f"{'velocities of held-out pieces':{_WIDTH}}{head}{'gained on flat':>{_GAIN}}"]
    lines += [f"{name:{_WIDTH}}{value:16.2f}" for name, value in PUBLISHED]
    for name, score in found.items():
        interval = "{:.2f} to {:.2f}".format(*score["mae_interval"])
        rest = "".join(f"{score[key]:16.2f}" for key in ("mae_level", "mae_shape", "r", "spread"))
        gain = "{:.2f} ({:.2f} to {:.2f})".format(*score["gained"]) if "gained" in score else "–"
        lines.append(f"{name:{_WIDTH}.{_WIDTH}}{score['mae']:16.2f}{interval:>16}{rest}{gain:>{_GAIN}}")
    return lines
