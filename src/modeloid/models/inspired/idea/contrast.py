"""How the encoder learns: slices of one piece are to be alike, those of different pieces are not."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, normalize

from .encoder import Encoder, Idea
from .views import GROUPS

_FIRST_SHARPNESS = 2.3
_SHARPEST = 4.0
_GROUP_WEIGHT, _SPREAD_WEIGHT = 0.3, 0.1


class Contrast(nn.Module):
    """InfoNCE (van den Oord, Li and Vinyals 2018) of pairs, both ways, with learned temperatures.

    Summed over the embedding as a whole, the code as a whole, both of each group (weight 0.3), and the piece's symbols;
    and the squared correlations between symbols (weight 0.1), so that no two say the same.
    """

    def __init__(self) -> None:
        super().__init__()
        self.sharpness = nn.Parameter(torch.full((3 + 2 * len(GROUPS),), _FIRST_SHARPNESS))

    def forward(
        self, encoder: Encoder, left: Sequence[Tensor], right: Sequence[Tensor], owners: Tensor
    ) -> tuple[Tensor, Idea]:
        """The loss over n pairs, and what was said of both sides, the left ones first; for `owners` see `info_nce`."""
        n = len(owners)
        idea: Idea = encoder([torch.cat(both) for both in zip(left, right, strict=True)])
        whole = encoder.whole(idea.code[:, None])
        weighed = [(1.0, idea.embedding), (1.0, idea.code), (1.0, whole)]
        weighed += [(_GROUP_WEIGHT, each) for each in (*idea.parts, *idea.codes)]
        sharp = self.sharpness.clamp(max=_SHARPEST).exp()
        terms = [
            weight * info_nce(each[:n], each[n:], by, owners) for (weight, each), by in zip(weighed, sharp, strict=True)
        ]
        return torch.stack(terms).sum() + _SPREAD_WEIGHT * correlation(torch.cat(idea.even, dim=1)), idea


def info_nce(left: Tensor, right: Tensor, sharpness: Tensor, owners: Tensor) -> Tensor:
    """Cross-entropy of finding each row's partner among the rows of other pieces, the mean of both ways.

    Parameters
    ----------
    left, right
        Shape (n, size) each; rows of the same number belong together.
    sharpness
        The cosines are multiplied by it.
    owners
        Shape (n,): the piece of each pair. Other pairs of the same piece are neither right nor wrong.
    """
    nearness = _apart(sharpness * normalize(left, dim=1) @ normalize(right, dim=1).T, owners)
    own = torch.arange(len(left), device=left.device)
    return (cross_entropy(nearness, own) + cross_entropy(nearness.T, own)) / 2


def found(left: Tensor, right: Tensor, owners: Tensor) -> float:
    """Share of the left rows whose partner is nearer than all right rows of other pieces; see `info_nce`."""
    nearest = _apart(normalize(left, dim=1) @ normalize(right, dim=1).T, owners).argmax(dim=1)
    return float((nearest == torch.arange(len(left), device=left.device)).float().mean())


def _apart(nearness: Tensor, owners: Tensor) -> Tensor:
    same = (owners[:, None] == owners[None]).fill_diagonal_(False)
    return nearness.masked_fill(same, -torch.inf)


def correlation(even: Tensor) -> Tensor:
    """The sum of squared correlations of each symbol with the others, the mean over symbols; of normalised numbers."""
    matrix = even.T @ even / len(even)
    off = matrix - torch.diag(torch.diag(matrix))
    return (off**2).sum() / even.shape[1]
