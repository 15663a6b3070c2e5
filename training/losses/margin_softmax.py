"""Softmax over the training persons with a margin: the warm start before triplets, which from random weights stall or collapse."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from training.errors import TrainingError
from training.losses.base import Loss, Stats


class MarginSoftmaxLoss(Loss):
    """Cross-entropy of s·cos(f, w_j) over persons j, made harder by a margin at the true person; a subclass writes `penalised`.

    Holds one vector a person; only training uses them, the encoder is shipped without.

    Args:
        scale: s; smaller with few persons.
        margin: m; see the subclass for its unit.
        warmup_steps: The margin rises from 0 to m in so many steps; from random weights a full margin at once may never take hold.
    """

    def __init__(self, embedding_size: int, n_classes: int, *, scale: float, margin: float, warmup_steps: int = 0) -> None:
        super().__init__()
        self.scale = scale
        self.margin = margin
        self.warmup_steps = warmup_steps
        self.weight = nn.Parameter(torch.randn(n_classes, embedding_size) * 0.01)

    def penalised(self, cosine: Tensor, margin: float) -> Tensor:
        """The cosines (N,) of the true persons as if the vectors fitted worse by the margin: (N,)."""
        raise NotImplementedError

    def present_margin(self) -> float:
        """m, or less while warming up; counted in steps seen, which the state dict keeps."""
        if self.warmup_steps == 0:
            return self.margin
        return self.margin * min(1.0, int(self.steps_seen) / self.warmup_steps)

    def measure(self, embeddings: Tensor, labels: Tensor) -> tuple[Tensor, Stats]:
        """The mean cross-entropy. Stats: share of rows nearest to their own person, mean cosine to it, margin in use.

        Raises:
            TrainingError: A label is no class of this loss.
        """
        n_classes = len(self.weight)
        if int(labels.min()) < 0 or int(labels.max()) >= n_classes:
            raise TrainingError(
                f"Labels {int(labels.min())} … {int(labels.max())} for {n_classes} classes.", hint="Number the persons 0 … n_classes − 1."
            )
        margin = self.present_margin()
        cosines = F.linear(F.normalize(embeddings), F.normalize(self.weight))
        own = cosines.gather(1, labels[:, None])
        logits = self.scale * cosines.scatter(1, labels[:, None], self.penalised(own.squeeze(1), margin)[:, None])
        stats = {
            "accuracy": (cosines.argmax(1) == labels).to(own.dtype).mean(),
            "cosine_own": own.mean(),
            "margin": torch.tensor(margin, device=own.device),
        }
        return F.cross_entropy(logits, labels), stats


class ArcFaceLoss(MarginSoftmaxLoss):
    """cos(θ + m), m an angle in radians (Deng et al. 2019).

    Where θ + m would pass π the cosine turns up again: from there it goes on as cos θ − m·sin m, so that farther is always worse.
    """

    def __init__(self, embedding_size: int, n_classes: int, *, scale: float = 64.0, margin: float = 0.5, warmup_steps: int = 0) -> None:
        super().__init__(embedding_size, n_classes, scale=scale, margin=margin, warmup_steps=warmup_steps)

    def penalised(self, cosine: Tensor, margin: float) -> Tensor:
        """cos(θ + m): (N,)."""
        # The floor keeps the root's gradient finite where a vector lies right on its class.
        sine = (1.0 - cosine * cosine).clamp(min=1e-7).sqrt()
        added = cosine * math.cos(margin) - sine * math.sin(margin)
        return torch.where(cosine > -math.cos(margin), added, cosine - margin * math.sin(margin))


class CosFaceLoss(MarginSoftmaxLoss):
    """cos θ − m (Wang et al. 2018); with m = 0 the plain softmax of cosines."""

    def __init__(self, embedding_size: int, n_classes: int, *, scale: float = 64.0, margin: float = 0.35, warmup_steps: int = 0) -> None:
        super().__init__(embedding_size, n_classes, scale=scale, margin=margin, warmup_steps=warmup_steps)

    def penalised(self, cosine: Tensor, margin: float) -> Tensor:
        """cos θ − m: (N,)."""
        return cosine - margin
