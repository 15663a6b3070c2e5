"""The loss of a classifier: softmax over the classes, the mean of −ln of the right class's share."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor, nn

from training.losses.base import LossOutput, at_least_float32


class CrossEntropy(nn.Module):
    """No parameters of its own; ln K where the network knows nothing of K classes."""

    def forward(self, scores: Tensor, labels: Tensor) -> LossOutput:
        """The mean loss of scores (N, K) and classes (N,) long; stats: the share of right answers in the batch."""
        wide = at_least_float32(scores)
        right = (wide.argmax(1) == labels).float().mean()
        return LossOutput(F.cross_entropy(wide, labels), {"accuracy": float(right)})
