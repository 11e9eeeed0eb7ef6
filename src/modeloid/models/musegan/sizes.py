"""How many layers lead from a vector to a bar of so many steps and pitches, and back."""

from __future__ import annotations

OCTAVE = 12


def factors(steps: int) -> list[int]:
    """The prime factors of the steps a bar, rising: 96 is 2, 2, 2, 2, 2, 3."""
    found, divisor = [], 2
    while steps > 1:
        while steps % divisor == 0:
            found.append(divisor)
            steps //= divisor
        divisor += 1
    return found or [1]


def octaves(pitches: int) -> int:
    """Octaves that hold the pitches; the last one may be cut."""
    return -(-pitches // OCTAVE)


def widths(width: int, layers: int) -> list[int]:
    """Channels behind each of the layers that grow a bar in time.

    The five of the published 96 steps (Dong and others: MuseGAN, AAAI 2018, code v1) have 1, 1/2, 1/2, 1/4 and 1/4 of
    the widest; fewer layers take of these at even distances, more repeat the last.
    """
    shares = (1, 2, 2, 4, 4)
    if layers == 1:
        return [max(1, width // 2)]
    places = [min(round(place * 4 / (min(layers, 5) - 1)), 4) for place in range(layers)]
    return [max(1, width // shares[place]) for place in places]


def shrinking(steps: int) -> list[tuple[int, int, int]]:
    """Kernel, stride and share of the widest for each layer of a critic that shrinks a bar in time.

    As published for 96 steps (2/2, 2/2, 4/2, 3/2: 48, 24, 11, 5); a layer for which too few steps are left is skipped.
    """
    layers, left = [], steps
    for kernel, stride, share in ((2, 2, 4), (2, 2, 4), (4, 2, 2), (3, 2, 1)):
        if left >= kernel:
            layers.append((kernel, stride, share))
            left = (left - kernel) // stride + 1
    return layers


def left_over(steps: int) -> int:
    """Steps that are left behind all layers of `shrinking`."""
    for kernel, stride, _ in shrinking(steps):
        steps = (steps - kernel) // stride + 1
    return steps
