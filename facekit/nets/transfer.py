"""A network that has learnt one thing, with new last layers for another (lecture B7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from facekit.nets import NETS


class Transfer(nn.Module):
    """What `trunk` takes → N×`classes` scores of new last layers.

    Args:
        trunk: A name in NETS. Its layer `head`, if it has one, is taken off.
        trunk_arguments: What it is built with.
        picture: Channels, height, width of what it is built for here.
        hidden: Numbers in a layer between trunk and scores, 0 for none.
    """

    def __init__(self, classes: int, trunk: str, trunk_arguments: Mapping[str, Any], *, picture: Sequence[int], hidden: int = 0) -> None:
        super().__init__()
        self.input_shape = tuple(picture)
        self.trunk = NETS.create(trunk, **trunk_arguments)
        if hasattr(self.trunk, "head"):
            self.trunk.head = nn.Identity()
        with torch.no_grad():
            features = self.trunk.eval()(torch.zeros(1, *picture)).shape[1]
        middle = (nn.Linear(features, hidden), nn.ReLU()) if hidden else ()
        self.head = nn.Sequential(*middle, nn.Linear(hidden or features, classes))

    def forward(self, x: Tensor) -> Tensor:
        """N×classes."""
        scores: Tensor = self.head(self.trunk(x))
        return scores
