"""The lecture's window classifier: is this square a face? And the same with its fully connected layers turned into convolutions."""

from __future__ import annotations

import torch
from torch import Tensor, nn

SIDE, STRIDE = 24, 4
"""Of the window, pixels; and how far apart the windows lie that the convolutional form sees: two poolings of 2."""
_LAST = 4
"""Side of the last map of a window: 24 → 20 → 10 → 8 → 4."""


class WindowNet(nn.Module):
    """N×3×24×24 float32 ((RGB − 127.5) / 128) → N×1, the logit of a face. No padding: a window's answer depends on it alone."""

    input_shape = (3, SIDE, SIDE)

    def __init__(self, widths: tuple[int, int] = (16, 32), hidden: int = 64) -> None:
        super().__init__()
        first, second = widths
        self.body = nn.Sequential(
            nn.Conv2d(3, first, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(first, second, 3), nn.ReLU(), nn.MaxPool2d(2)
        )
        self.hidden = nn.Linear(second * _LAST**2, hidden)
        self.out = nn.Linear(hidden, 1)

    def forward(self, x: Tensor) -> Tensor:
        """As the class says."""
        logits: Tensor = self.out(torch.relu(self.hidden(self.body(x).flatten(1))))
        return logits


def as_convolutions(net: WindowNet) -> nn.Sequential:
    """N×3×H×W → N×1×h×w: the logits of all windows that begin at multiples of 4, in one pass. The weights are copies."""
    second = net.hidden.in_features // _LAST**2
    hidden = nn.Conv2d(second, net.hidden.out_features, _LAST)
    out = nn.Conv2d(net.out.in_features, 1, 1)
    hidden.load_state_dict({"weight": net.hidden.weight.reshape(hidden.weight.shape), "bias": net.hidden.bias})
    out.load_state_dict({"weight": net.out.weight.reshape(out.weight.shape), "bias": net.out.bias})
    return nn.Sequential(net.body, hidden, nn.ReLU(), out)
