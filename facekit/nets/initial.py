"""First weights for networks of ReLUs that are trained from nothing."""

from __future__ import annotations

from torch import nn


def he_initialised(net: nn.Module) -> None:
    """Draw the weights so that the signal keeps its size through any number of ReLU layers (He et al. 2015, delving deep); biases are 0."""
    for module in net.modules():
        if isinstance(module, nn.Conv2d | nn.Linear):
            nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
            if module.bias is not None:
                nn.init.zeros_(module.bias)
