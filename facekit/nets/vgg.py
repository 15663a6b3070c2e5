"""VGG-16 (Simonyan and Zisserman 2015): 3×3 convolutions and 2×2 pools, thirteen and three layers with parameters."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from facekit.nets.initial import he_initialised


class Vgg(nn.Module):
    """N×3×H×W float32 → N×`classes` scores; as built without arguments VGG-16, for 224×224.

    Args:
        widths: Filters in each stage; a pool halves the map after each.
        depths: Convolutions in each stage.
        hidden: Numbers in each of the two dense layers.
        grid: Side of the map that the dense layers see.
    """

    input_shape = (3, 224, 224)

    def __init__(
        self,
        classes: int = 1000,
        *,
        widths: Sequence[int] = (64, 128, 256, 512, 512),
        depths: Sequence[int] = (2, 2, 3, 3, 3),
        hidden: int = 4096,
        grid: int = 7,
    ) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        channels = 3
        for width, depth in zip(widths, depths, strict=True):
            for _ in range(depth):
                layers += [nn.Conv2d(channels, width, 3, padding=1), nn.ReLU()]
                channels = width
            layers.append(nn.MaxPool2d(2))
        self.body = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(grid))
        self.dense = nn.Sequential(
            *(nn.Linear(channels * grid * grid, hidden), nn.ReLU(), nn.Dropout()),
            *(nn.Linear(hidden, hidden), nn.ReLU(), nn.Dropout()),
        )
        self.head = nn.Linear(hidden, classes)
        he_initialised(self)

    def forward(self, x: Tensor) -> Tensor:
        """N×classes."""
        scores: Tensor = self.head(self.dense(torch.flatten(self.body(x), 1)))
        return scores
