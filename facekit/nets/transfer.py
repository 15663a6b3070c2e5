"""The body of a network that has learnt one thing, with new last layers for another (lecture B7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from facekit.nets import NETS


class Transfer(nn.Module):
    """N×C×H×W float32 → N×`classes` scores of new last layers on the mean of each map of a network's `body`.

    Args:
        trunk: A name in NETS.
        trunk_arguments: What it is built with.
        picture: Channels, height, width; any that the body takes.
        hidden: Numbers in a layer before the scores, 0 for none.
    """

    def __init__(self, classes: int, trunk: str, trunk_arguments: Mapping[str, Any], *, picture: Sequence[int], hidden: int = 0) -> None:
        super().__init__()
        self.input_shape = tuple(picture)
        self.trunk = NETS.create(trunk, **trunk_arguments).get_submodule("body")
        self.mean = nn.AdaptiveAvgPool2d(1)
        with torch.no_grad():
            features = self.trunk.eval()(torch.zeros(1, *picture)).shape[1]
        middle = (nn.Linear(features, hidden), nn.ReLU()) if hidden else ()
        self.head = nn.Sequential(*middle, nn.Linear(hidden or features, classes))

    def forward(self, x: Tensor) -> Tensor:
        """N×classes."""
        scores: Tensor = self.head(torch.flatten(self.mean(self.trunk(x)), 1))
        return scores
