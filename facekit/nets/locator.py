"""A small network that says whether a face is in a picture, and where it or its points are."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor, nn

from facekit.nets.initial import he_initialised


class Locator(nn.Module):
    """N×3×S×S float32 ((RGB − 127.5) / 128) → N×`outputs` numbers, no limits on them.

    Dense 3×3 convolutions in pairs, the first of each with stride 2; two dense layers read the last map whole, so that places are kept.

    Args:
        widths: Channels of each pair.
        side: S, a multiple of 2 to the number of pairs.
        hidden: Numbers between the two dense layers.
    """

    def __init__(self, outputs: int = 8, *, widths: Sequence[int] = (16, 32, 64, 128), side: int = 64, hidden: int = 128) -> None:
        super().__init__()
        self.input_size = side
        self.input_shape = (3, side, side)
        layers: list[nn.Module] = []
        channels = 3
        for width in widths:
            for stride in (2, 1):
                layers += [nn.Conv2d(channels, width, 3, stride, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU()]
                channels = width
        cells = (side >> len(widths)) ** 2
        self.body = nn.Sequential(*layers, nn.Flatten(), nn.Linear(channels * cells, hidden), nn.ReLU())
        self.head = nn.Linear(hidden, outputs)
        he_initialised(self)

    def forward(self, x: Tensor) -> Tensor:
        """N×outputs."""
        answers: Tensor = self.head(self.body(x))
        return answers
