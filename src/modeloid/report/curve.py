"""A curve as inline SVG, thinned so that every extreme stays."""

from __future__ import annotations

from collections.abc import Sequence

WIDTH, HEIGHT, LEFT, BOTTOM = 640, 220, 56, 28


def thinned(turns: Sequence[int], values: Sequence[float], most: int = 600) -> list[tuple[int, float]]:
    """At most about `most` points: of each stretch the smallest and the largest value, in their order."""
    points = list(zip(turns, values, strict=True))
    if len(points) <= most:
        return points
    size = -(-2 * len(points) // most)
    kept: list[tuple[int, float]] = []
    for start in range(0, len(points), size):
        stretch = points[start : start + size]
        ends = {min(stretch, key=lambda point: point[1]), max(stretch, key=lambda point: point[1])}
        kept += sorted(ends)
    return kept


def svg(title: str, lines: Sequence[tuple[str, Sequence[int], Sequence[float]]]) -> str:
    """Draw named lines into one picture with axes.

    Parameters
    ----------
    title
        What a screen reader says.
    lines
        (name, turns, values); drawn in the colours that the page gives to ``.line0``, ``.line1`` ...
    """
    drawn = [(name, thinned(turns, values)) for name, turns, values in lines if turns]
    points = [point for _, line in drawn for point in line]
    if not points:
        return ""
    first, last = min(turn for turn, _ in points), max(turn for turn, _ in points)
    low, high = min(value for _, value in points), max(value for _, value in points)

    def place(turn: int, value: float) -> str:
        x = LEFT + (turn - first) / max(1, last - first) * (WIDTH - LEFT - 8)
        y = 8 + (high - value) / ((high - low) or 1.0) * (HEIGHT - BOTTOM - 16)
        return f"{x:.1f},{y:.1f}"

    paths = [
        f'<polyline class="line{number}" points="{" ".join(place(*point) for point in line)}"/>'
        for number, (_, line) in enumerate(drawn)
    ]
    names = "".join(f'<tspan class="line{number}" dx="12">{name}</tspan>' for number, (name, _) in enumerate(drawn))
    return (
        f'<svg class="curve" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{title}">'
        f'<path class="axis" d="M{LEFT},8V{HEIGHT - BOTTOM}H{WIDTH - 8}"/>{"".join(paths)}'
        f'<text x="{LEFT - 6}" y="16" text-anchor="end">{high:.4g}</text>'
        f'<text x="{LEFT - 6}" y="{HEIGHT - BOTTOM}" text-anchor="end">{low:.4g}</text>'
        f'<text x="{LEFT}" y="{HEIGHT - 8}">turn {first}</text>'
        f'<text x="{WIDTH - 8}" y="{HEIGHT - 8}" text-anchor="end">{last}</text>'
        f'<text x="{WIDTH // 2}" y="{HEIGHT - 8}" text-anchor="middle">{names}</text></svg>'
    )
