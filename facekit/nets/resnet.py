"""ResNet-18 and -34 and the plain networks beside them (He et al. 2015): the same layers, with and without the shortcuts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from facekit.nets.initial import he_initialised
from facekit.nets.residual import ResidualBlock

_DEPTHS = {18: (2, 2, 2, 2), 34: (3, 4, 6, 3)}


class PlainBlock(nn.Sequential):
    """The two convolutions of ResidualBlock without its shortcut: a[l+2] = g(z[l+2])."""

    def __init__(self, channels_in: int, channels_out: int, stride: int) -> None:
        super().__init__(
            *(nn.Conv2d(channels_in, channels_out, 3, stride, 1, bias=False), nn.BatchNorm2d(channels_out), nn.ReLU()),
            *(nn.Conv2d(channels_out, channels_out, 3, 1, 1, bias=False), nn.BatchNorm2d(channels_out), nn.ReLU()),
        )


class ResNet(nn.Module):
    """N×3×H×W float32 → N×`classes` scores; with the widths, stem and pool that it is built with for 224×224.

    Args:
        depths: Blocks of two convolutions in each stage; each stage but the first halves the map.
        widths: Filters in each stage.
        stem: Size and stride of the first convolution.
        has_pool: A 3×3 pool of stride 2 after it; small pictures have none.
        is_residual: With shortcuts.
    """

    input_shape = (3, 224, 224)

    def __init__(
        self,
        depths: Sequence[int],
        classes: int = 1000,
        *,
        widths: Sequence[int] = (64, 128, 256, 512),
        stem: Sequence[int] = (7, 2),
        has_pool: bool = True,
        is_residual: bool = True,
    ) -> None:
        super().__init__()
        size, stride = stem
        channels = widths[0]
        block = ResidualBlock if is_residual else PlainBlock
        layers: list[nn.Module] = [nn.Conv2d(3, channels, size, stride, size // 2, bias=False), nn.BatchNorm2d(channels), nn.ReLU()]
        if has_pool:
            layers.append(nn.MaxPool2d(3, 2, 1))
        for stage, (width, depth) in enumerate(zip(widths, depths, strict=True)):
            for index in range(depth):
                layers.append(block(channels, width, 2 if stage and index == 0 else 1))
                channels = width
        self.body = nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1))
        self.head = nn.Linear(channels, classes)
        he_initialised(self)

    def forward(self, x: Tensor) -> Tensor:
        """N×classes."""
        scores: Tensor = self.head(torch.flatten(self.body(x), 1))
        return scores


def resnet18(**arguments: Any) -> ResNet:
    """17 convolutions and a dense layer, as the next are counted; projections in the shortcuts aside."""
    return ResNet(_DEPTHS[18], **arguments)


def resnet34(**arguments: Any) -> ResNet:
    """33 convolutions and a dense layer."""
    return ResNet(_DEPTHS[34], **arguments)


def plain18(**arguments: Any) -> ResNet:
    """resnet18 without shortcuts."""
    return ResNet(_DEPTHS[18], is_residual=False, **arguments)


def plain34(**arguments: Any) -> ResNet:
    """resnet34 without shortcuts."""
    return ResNet(_DEPTHS[34], is_residual=False, **arguments)
