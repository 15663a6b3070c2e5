"""AlexNet (Krizhevsky et al. 2012) as one tower: five convolutions, three dense layers, ReLU, overlapping pools, dropout."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from facekit.nets.initial import he_initialised


class AlexNet(nn.Module):
    """N×3×H×W float32 → N×`classes` scores; as built without arguments for 224×224, with the widths of the author's one tower (2014).

    Args:
        filters: Of the five convolutions.
        hidden: Numbers in each of the two dense layers.
        stem: Size, stride and padding of the first convolution.
        grid: Side of the map that the dense layers see.
    """

    input_shape = (3, 224, 224)

    def __init__(
        self,
        classes: int = 1000,
        *,
        filters: Sequence[int] = (64, 192, 384, 256, 256),
        hidden: int = 4096,
        stem: Sequence[int] = (11, 4, 2),
        grid: int = 6,
    ) -> None:
        super().__init__()
        first, second, third, fourth, fifth = filters
        size, stride, padding = stem
        self.body = nn.Sequential(
            *(nn.Conv2d(3, first, size, stride, padding), nn.ReLU(), nn.MaxPool2d(3, 2)),
            *(nn.Conv2d(first, second, 5, padding=2), nn.ReLU(), nn.MaxPool2d(3, 2)),
            *(nn.Conv2d(second, third, 3, padding=1), nn.ReLU()),
            *(nn.Conv2d(third, fourth, 3, padding=1), nn.ReLU()),
            *(nn.Conv2d(fourth, fifth, 3, padding=1), nn.ReLU(), nn.MaxPool2d(3, 2)),
            nn.AdaptiveAvgPool2d(grid),
        )
        self.dense = nn.Sequential(
            *(nn.Dropout(), nn.Linear(fifth * grid * grid, hidden), nn.ReLU()),
            *(nn.Dropout(), nn.Linear(hidden, hidden), nn.ReLU()),
        )
        self.head = nn.Linear(hidden, classes)
        he_initialised(self)

    def forward(self, x: Tensor) -> Tensor:
        """N×classes."""
        scores: Tensor = self.head(self.dense(torch.flatten(self.body(x), 1)))
        return scores
