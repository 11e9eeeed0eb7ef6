"""Numbers as a reader wants them, and the round ones that axes show."""

from __future__ import annotations

import math

THIN = "\u202f"
MINUS = "\u2212"


def short(value: float, digits: int = 4) -> str:
    """A number with so many significant digits: ``12 345``, ``0.0625``, ``2.5e−7``; thin spaces part thousands."""
    if not math.isfinite(value):
        return str(value).replace("-", MINUS)
    if value == 0:
        return "0"
    mantissa, _, exponent = f"{value:.{digits - 1}e}".partition("e")
    size = int(exponent)
    if size < -4 or size >= 7:
        mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
        return f"{mantissa}e{size}".replace("-", MINUS)
    text = f"{value:,.{max(0, digits - 1 - size)}f}"
    return _tidy(text)


def whole(value: float) -> str:
    """A count: ``12 345``."""
    return _tidy(f"{value:,.0f}")


def axis(value: float, step: float) -> str:
    """A number of an axis whose marks are `step` apart."""
    size = abs(value)
    if value == 0:
        return "0"
    if size >= 1e12 or step < 1e-5:
        return short(value, max(1, math.ceil(math.log10(size / step)) + 1) if step else 3)
    for unit, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if size >= 10 * unit or (unit > 1e3 and size >= unit and step >= unit / 10):
            return _tidy(f"{value / unit:.{_decimals(step / unit)}f}") + letter
    return _tidy(f"{value:,.{_decimals(step)}f}", keep=True)


def ticks(low: float, high: float, most: int = 5) -> list[float]:
    """At most so many round numbers from `low` to `high`, a 1, 2 or 5 times a power of ten apart."""
    span = high - low
    if not (span > 0 and math.isfinite(low) and math.isfinite(high)):
        return [low]
    if math.isinf(span):
        return [10 * value for value in ticks(low / 10, high / 10, most)]
    power = 10.0 ** math.floor(math.log10(span / most))
    for factor in (1, 2, 5, 10, 20):
        step = factor * power
        first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
        if last - first + 1 <= most:
            return [number * step for number in range(first, last + 1)] or [low]
    return [low]


def powers(low: float, high: float, most: int = 5) -> list[float]:
    """Round numbers for a logarithmic axis from `low` > 0 to `high`: powers of ten, with 2 and 5 where few fit."""
    first, last = math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9)
    tens = [10.0**power for power in range(first, last + 1)]
    if len(tens) > most:
        return tens[:: -(-len(tens) // most)]
    if len(tens) >= 3:
        return tens
    more = [factor * 10.0**power for power in range(first - 1, last + 1) for factor in (1, 2, 5)]
    found = [value for value in more if low * (1 - 1e-9) <= value and value / (1 + 1e-9) <= high]
    return found if 2 <= len(found) <= most + 2 else (tens if len(tens) >= 2 else ticks(low, high, most))


def _decimals(step: float) -> int:
    return max(0, -math.floor(math.log10(step) + 1e-9)) if step > 0 else 0


def _tidy(text: str, keep: bool = False) -> str:
    if "." in text and not keep:
        text = text.rstrip("0").rstrip(".")
    return text.replace(",", THIN).replace("-", MINUS)
