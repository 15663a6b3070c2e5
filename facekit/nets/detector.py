"""Our face detector's network: fully convolutional, three strides, one head for score, box and five points."""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

STRIDES = (8, 16, 32)
CHANNELS = 15
"""Of each place: the score's logit, the box's centre and logarithmic size, the five points; lengths in strides from the place's middle."""
_RARE = -4.6
"""The first logit: at the start a hundredth of the places is held for faces, or the loss of all the others drowns the few."""


class DetectorNet(nn.Module):
    """N×3×H×W float32 ((RGB − 127.5) / 128), H and W multiples of 32 → N×P×15, P = HW/64 + HW/256 + HW/1024 places, row by row.

    Few channels where the picture is large, dense 3×3 convolutions and no activation but ReLU: what runs fastest on processors.

    Args:
        widths: Channels at strides 4, 8, 16 and 32.
        stem: Channels at stride 2.
        neck: Channels of all three strides before the head.
    """

    input_shape = (3, 256, 256)

    def __init__(self, widths: Sequence[int] = (16, 48, 96, 128), stem: int = 16, neck: int = 48) -> None:
        super().__init__()
        self.stem = _convolution(3, stem, 2)
        before = (stem, *widths[:-1])
        self.stages = nn.ModuleList(
            nn.Sequential(_convolution(c_in, c_out, 2), _Residual(c_out)) for c_in, c_out in zip(before, widths, strict=True)
        )
        self.lateral = nn.ModuleList(nn.Conv2d(width, neck, 1) for width in widths[1:])
        self.head = nn.ModuleList(_convolution(neck, neck, 1) for _ in STRIDES)
        self.out = nn.ModuleList(nn.Conv2d(neck, CHANNELS, 1) for _ in STRIDES)
        for out in self.out:
            nn.init.normal_(out.weight, std=0.01)  # type: ignore[arg-type]  # nn.ModuleList forgets its items' type
            with torch.no_grad():
                out.bias.zero_()[0] = _RARE  # type: ignore[operator]

    def forward(self, x: Tensor) -> Tensor:
        """As the class says: all places of stride 8, then those of 16 and of 32."""
        x = self.stem(x)
        maps = []
        for stage in self.stages:
            x = stage(x)
            maps.append(x)
        above, answers = None, []
        for level in (2, 1, 0):
            here = self.lateral[level](maps[level + 1])
            above = here if above is None else here + F.interpolate(above, scale_factor=2.0, mode="nearest")
            answers.append(self.out[level](self.head[level](above)).flatten(2))
        return torch.cat(answers[::-1], dim=2).transpose(1, 2)


class _Residual(nn.Module):
    """a[l+2] = g(z[l+2] + a[l])."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = _convolution(channels, channels, 1)
        self.second = nn.Conv2d(channels, channels, 3, 1, 1, bias=False)
        self.norm = nn.BatchNorm2d(channels)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(x + self.norm(self.second(self.first(x))))


def _convolution(channels_in: int, channels_out: int, stride: int) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(channels_in, channels_out, 3, stride, 1, bias=False), nn.BatchNorm2d(channels_out), nn.ReLU())
