"""The lecture's first network: fully connected, for digits."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from torch import Tensor, nn


class Mlp(nn.Module):
    """N×1×28×28 float32, or any picture of sizes[0] numbers → N×sizes[-1] scores; ReLU between the layers.

    Args:
        sizes: Numbers that go in and come out of each layer.
    """

    input_shape = (1, 28, 28)

    def __init__(self, sizes: Sequence[int] = (784, 256, 128, 10)) -> None:
        super().__init__()
        *hidden, last = pairwise(sizes)
        layers: list[nn.Module] = [nn.Flatten()]
        for inputs, outputs in hidden:
            layers += [nn.Linear(inputs, outputs), nn.ReLU()]
        self.body = nn.Sequential(*layers)
        self.head = nn.Linear(*last)

    def forward(self, x: Tensor) -> Tensor:
        """N×sizes[-1]."""
        scores: Tensor = self.head(self.body(x))
        return scores
