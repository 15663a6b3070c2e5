"""Distillation: the student's embeddings against a teacher's, as vectors and as similarities inside the batch. Needs no label."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from training.errors import TrainingError
from training.losses.base import Loss, Stats, at_least_float32


class DistillationLoss(Loss):
    """a·(1 − cos(f, P·t)) + b·mean over pairs (f_i·f_j − t_i·t_j)², f the student's vector of a view and t the teacher's of the face.

    The similarities are compared with the teacher's own, before projection. P itself learns from a term of its own, the same squared
    difference for the projected targets, and not from the student: together the two would find it cheapest to map all faces onto one
    vector. Several teachers: training.losses.projection.join_teachers.

    Args:
        projection: (D, T) where P starts, from fit_projection; None where the targets have the student's size already.
        cosine_weight: a.
        similarity_weight: b, of both terms of similarities.
        learn_projection: Whether P is a parameter; else it stays as given.
    """

    projection: Tensor | None

    def __init__(
        self,
        projection: Tensor | None = None,
        *,
        cosine_weight: float = 2.0,
        similarity_weight: float = 10.0,
        learn_projection: bool = True,
    ) -> None:
        super().__init__()
        self.cosine_weight = cosine_weight
        self.similarity_weight = similarity_weight
        if projection is not None and learn_projection:
            self.projection = nn.Parameter(projection.clone())
        else:
            self.register_buffer("projection", None if projection is None else projection.clone())

    def measure(self, embeddings: Tensor, targets: Tensor) -> tuple[Tensor, Stats]:
        """The weighted sum of the terms for targets (N, T) of any length. Stats: mean cosine, mean squared difference of similarities.

        Raises:
            TrainingError: The targets do not fit the projection or the embeddings.
        """
        unit_targets = F.normalize(at_least_float32(targets).to(embeddings.dtype))
        goals = self._project(unit_targets, embeddings.shape[1])
        teacher = unit_targets @ unit_targets.T
        cosine = (embeddings * goals.detach()).sum(1).mean()
        error = similarity_error(embeddings @ embeddings.T, teacher)
        value = self.cosine_weight * (1.0 - cosine) + self.similarity_weight * error
        stats = {"cosine": cosine, "similarity_error": error}
        if self.projection is not None:
            stats["projection_error"] = similarity_error(goals @ goals.T, teacher)
            value = value + self.similarity_weight * stats["projection_error"]
        return value, stats

    def _project(self, targets: Tensor, size: int) -> Tensor:
        """(N, size) unit rows."""
        wanted = targets.shape[1] if self.projection is None else self.projection.shape[1]
        given = wanted if self.projection is None else self.projection.shape[0]
        if targets.shape[1] != wanted or given != size:
            raise TrainingError(
                f"Targets of {targets.shape[1]} numbers cannot be brought to embeddings of {size}.",
                hint="Fit a projection to these targets: training.losses.projection.fit_projection.",
            )
        return targets if self.projection is None else F.normalize(targets @ self.projection.T)


def similarity_error(first: Tensor, second: Tensor) -> Tensor:
    """Mean squared difference of two (N, N) matrices of similarities off the diagonal, as a scalar; 0 for N = 1."""
    count = len(first)
    others = ~torch.eye(count, dtype=torch.bool, device=first.device)
    return (first - second)[others].square().sum() / max(count * (count - 1), 1)
