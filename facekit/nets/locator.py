"""A small network that says whether a face is in a picture, and where its box or its points are."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from facekit.nets.residual import residual_body


class Locator(nn.Module):
    """N×3×S×S float32 ((RGB − 127.5) / 128) → N×`outputs` numbers, no limits on them.

    The first layers of a ResidualEncoder, and a linear layer on what each of their channels says: how strong it is, and at which place,
    x and y from 0 to 1, it is strongest (spatial softmax, Levine et al. 2016). Their names are the encoder's, so that its weights fit.

    Args:
        widths, depths, stem: As of the encoder's first stages.
        side: S, a multiple of 2 to the number of stages and one more.
    """

    places: Tensor

    def __init__(
        self, outputs: int = 8, *, widths: Sequence[int] = (48, 96), depths: Sequence[int] = (1, 2), stem: int = 32, side: int = 64
    ) -> None:
        super().__init__()
        self.input_size = side
        self.input_shape = (3, side, side)
        channels = widths[-1]
        self.body = residual_body(widths, depths, stem)
        self.heat = nn.Conv2d(channels, channels, 1)
        self.head = nn.Linear(3 * channels, outputs)
        cells = side >> (len(widths) + 1)
        middles = (torch.arange(cells) + 0.5) / cells
        self.register_buffer("places", torch.stack([middles.repeat(cells), middles.repeat_interleave(cells)], dim=1), persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        """N×outputs."""
        features = self.body(x)
        heat = self.heat(features).flatten(2).float().softmax(dim=2)
        where = (heat.unsqueeze(3) * self.places).sum(dim=2).flatten(1)
        answers: Tensor = self.head(torch.cat([where, features.flatten(2).mean(dim=2)], dim=1))
        return answers
