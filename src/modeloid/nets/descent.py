"""AdamW with a warm cosine and a bound on the gradient: one step a turn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import nn

from .schedule import warm_cosine


class Descent:
    """The optimiser of a network and how its steps are sized.

    AdamW (Loshchilov and Hutter 2019); what has one dimension (biases, scales) does not decay.

    Parameters
    ----------
    net
        Whose parameters move.
    model
        ``learning_rate``, ``weight_decay``, ``clip`` (longest gradient), ``warm_turns``, ``planned_turns``.
    memory
        Decay of the running mean of squared gradients.
    """

    def __init__(self, net: nn.Module, model: Mapping[str, Any], memory: float) -> None:
        self._parameters = list(net.parameters())
        self._model = model
        groups = [
            {"params": [one for one in self._parameters if one.ndim > 1], "weight_decay": model["weight_decay"]},
            {"params": [one for one in self._parameters if one.ndim <= 1], "weight_decay": 0.0},
        ]
        self.optimiser = torch.optim.AdamW(groups, lr=model["learning_rate"], betas=(0.9, memory), fused=True)

    def step(self, turn: int) -> dict[str, float]:
        """Step along the gradients that lie in the parameters.

        Parameters
        ----------
        turn
            Counted from 0: says how large the step is.

        Returns
        -------
        "gradient", its length before it was clipped, and "learning_rate".
        """
        model = self._model
        rate = model["learning_rate"] * warm_cosine(turn, model["planned_turns"], model["warm_turns"])
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        length = torch.nn.utils.clip_grad_norm_(self._parameters, model["clip"])
        self.optimiser.step()
        return {"gradient": float(length), "learning_rate": rate}
