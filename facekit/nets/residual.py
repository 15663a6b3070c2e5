"""Our encoder network: dense 3×3 convolutions in residual blocks (He et al. 2015), which run and train fastest on processors."""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class ResidualBlock(nn.Module):
    """a[l+2] = g(z[l+2] + a[l]) with two 3×3 convolutions; a 1×1 projection where the shape changes."""

    def __init__(self, channels_in: int, channels_out: int, stride: int) -> None:
        super().__init__()
        self.c1 = nn.Conv2d(channels_in, channels_out, 3, stride, 1, bias=False)
        self.b1 = nn.BatchNorm2d(channels_out)
        self.c2 = nn.Conv2d(channels_out, channels_out, 3, 1, 1, bias=False)
        self.b2 = nn.BatchNorm2d(channels_out)
        self.short = nn.Sequential()
        if stride != 1 or channels_in != channels_out:
            self.short = Projection(channels_in, channels_out, stride)

    def forward(self, x: Tensor) -> Tensor:
        """N×C×H×W float32 → N×C'×H/stride×W/stride."""
        z = self.b2(self.c2(F.relu(self.b1(self.c1(x)))))
        return F.relu(z + self.short(x))


class Projection(nn.Sequential):
    """A 1×1 convolution of a stride, with batch norm.

    WORKAROUND: with fewer than 16 channels the backward pass of a 1×1 convolution of stride 2 writes beyond its memory on processors with
    AVX-512 (torch 2.14.1, oneDNN, channels last). Taking every second place first and convolving them all gives the same numbers.
    """

    def __init__(self, channels_in: int, channels_out: int, stride: int) -> None:
        super().__init__(nn.Conv2d(channels_in, channels_out, 1, bias=False), nn.BatchNorm2d(channels_out))
        self._stride = stride

    def forward(self, x: Tensor) -> Tensor:
        """N×C×H×W float32 → N×C'×H/stride×W/stride."""
        places: Tensor = super().forward(x[:, :, :: self._stride, :: self._stride])  # type: ignore[no-untyped-call]  # torch has no types here
        return places


def residual_body(widths: Sequence[int], depths: Sequence[int], stem: int) -> nn.Sequential:
    """N×3×H×W float32 → N×widths[-1]×h×w: a first convolution of `stem` channels and stride 2, then stages that start with stride 2."""
    layers: list[nn.Module] = [nn.Conv2d(3, stem, 3, 2, 1, bias=False), nn.BatchNorm2d(stem), nn.ReLU()]
    channels = stem
    for width, depth in zip(widths, depths, strict=True):
        for index in range(depth):
            layers.append(ResidualBlock(channels, width, 2 if index == 0 else 1))
            channels = width
    return nn.Sequential(*layers)


class ResidualEncoder(nn.Module):
    """N×3×112×112 float32 ((RGB − 127.5) / 128) → N×`embedding_size` unit vectors.

    Args:
        widths: Channels of the stages; each starts with stride 2.
        depths: Blocks of the stages.
        stem: Channels of the first convolution, stride 2.
    """

    input_shape = (3, 112, 112)

    def __init__(self, widths: Sequence[int], depths: Sequence[int], stem: int, embedding_size: int = 128) -> None:
        super().__init__()
        self.body = residual_body(widths, depths, stem)
        channels = widths[-1]
        self.gdc = nn.Conv2d(channels, channels, 4, groups=channels, bias=False)
        self.gbn = nn.BatchNorm2d(channels)
        self.fc = nn.Linear(channels, embedding_size, bias=False)
        self.bn = nn.BatchNorm1d(embedding_size)

    def forward(self, x: Tensor) -> Tensor:
        """N×3×112×112 float32 → N×embedding_size float32, each row of length 1."""
        pooled = self.gbn(self.gdc(self.body(x)))
        return F.normalize(self.bn(self.fc(torch.flatten(pooled, 1))), dim=1)
