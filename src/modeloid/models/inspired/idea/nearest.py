"""The nearest real slice by code: what may be expected at most of music made from a code."""

from __future__ import annotations

import torch
from torch import Tensor


def nearest_real(codes: Tensor, real: Tensor, pieces: Tensor, not_of: Tensor | None = None) -> Tensor:
    """Which real slice has the nearest code, by the sum of squared differences; of several, the first.

    A judge that ranks the asked slice by the one found here says what codes of this kind can carry at all, before
    anything is generated.

    Parameters
    ----------
    codes
        Of the slices that are asked for, shape (n, symbols).
    real
        Of real slices, shape (m, symbols).
    pieces
        The number of the piece of each real slice, shape (m,).
    not_of
        The number of a piece whose slices may not be found, for each that is asked for, shape (n,).

    Returns
    -------
    Shape (n,), 0 to m - 1.
    """
    far = torch.cdist(codes, real, compute_mode="donot_use_mm_for_euclid_dist")
    if not_of is not None:
        far = far.masked_fill(not_of[:, None] == pieces[None], torch.inf)
    return far.argmin(dim=1)
