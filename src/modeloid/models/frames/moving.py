"""Dynamic evaluation: after some frames of a piece are scored, the weights move so that these would be likelier."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from .net import FrameNet
from .plain import PlainNet


@dataclass(frozen=True)
class Rule:
    """How the weights move.

    Parameters
    ----------
    step
        Length of a move, at least 0; at 0 nothing moves.
    pull
        Share of the way back to the first weights that each move goes, 0 to 1.
    frames
        So many are scored between two moves, at least 1.
    floor
        What is added to the size of usual gradients, as a share of its mean over all weights, above 0: a weight that
        was hardly ever asked in training does not run away.
    longest
        A move is shortened to so many steps, as a root mean square over all weights: none explodes.
    """

    step: float
    pull: float = 0.02
    frames: int = 16
    floor: float = 0.3
    longest: float = 8.0


def moved(net: FrameNet | PlainNet, roll: Tensor, squares: Sequence[Tensor], rule: Rule) -> tuple[Tensor, Tensor]:
    """Log-probabilities of the decisions of a piece, each under weights that have learnt from earlier frames alone.

    ``w <- w - step g / (r + floor) + pull (w0 - w)``, with g the gradient of the loss a frame and r the root mean
    square that gradients had in training (Krause, Kahembwe, Murray and Renals 2018, equation 6, there with a pull that
    grows with r, and moves of any length). At the end the first weights are put back.

    Parameters
    ----------
    net
        In evaluation mode.
    roll
        Shape (frames, pitches) of 0 and 1: one whole piece.
    squares
        Mean squared gradients of the net's parameters, in their order and shapes.

    Returns
    -------
    As the net's `scored` has them.
    """
    weights = list(net.parameters())
    first = [weight.detach().clone() for weight in weights]
    sizes = _sizes(squares, rule.floor)
    found, memory = [], None
    try:
        for begin in range(0, len(roll), rule.frames):
            until = min(begin + rule.frames, len(roll))
            # The vendor's recurrent kernels have no gradient in evaluation mode.
            with torch.enable_grad(), torch.backends.cudnn.flags(enabled=False):
                scores, frame, memory = net.scored(roll[:until], begin, memory)
                if until < len(roll) and rule.step:
                    gradients = torch.autograd.grad(-scores.sum() / rule.frames, weights, allow_unused=True)
            found.append((scores.detach(), frame))
            memory = None if memory is None else (memory[0].detach(), memory[1].detach())
            if until < len(roll) and rule.step:
                _move(weights, gradients, sizes, first, rule)
    finally:
        with torch.no_grad():
            for weight, home in zip(weights, first, strict=True):
                weight.copy_(home)
    return torch.cat([scores for scores, _ in found]), torch.cat([frame for _, frame in found])


def _sizes(squares: Sequence[Tensor], floor: float) -> list[Tensor]:
    roots = [square.sqrt() for square in squares]
    mean = sum(float(root.sum()) for root in roots) / sum(root.numel() for root in roots)
    return [root + floor * mean for root in roots]


@torch.no_grad()
def _move(
    weights: Sequence[nn.Parameter],
    gradients: Sequence[Tensor | None],
    sizes: Sequence[Tensor],
    first: Sequence[Tensor],
    rule: Rule,
) -> None:
    moves = [None if one is None else one / size for one, size in zip(gradients, sizes, strict=True)]
    squared = sum(float(move.square().sum()) for move in moves if move is not None)
    length = math.sqrt(squared / sum(weight.numel() for weight in weights))
    step = rule.step * min(1.0, rule.longest / max(length, 1e-30))
    for weight, move, home in zip(weights, moves, first, strict=True):
        weight.lerp_(home, rule.pull)
        if move is not None:
            weight.sub_(move, alpha=step)
