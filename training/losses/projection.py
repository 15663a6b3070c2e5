"""Teachers' vectors brought to one target and to the student's size, on the CPU. Linear algebra; learning is in distillation."""

from __future__ import annotations

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from training.errors import TrainingError

_ROWS_AT_ONCE = 8192


def join_teachers(encodings: Sequence[Tensor], weights: Sequence[float] | None = None) -> Tensor:
    """One target of several teachers' vectors of the same faces, (N, T_k) each: (N, ΣT_k) float32 unit rows.

    Each is brought to unit length and scaled by the root of its weight: the cosine of two targets is the weighted average of the
    teachers' cosines.

    Raises:
        TrainingError: The teachers do not have the same number of faces, or not one weight each.
    """
    weights = [1.0] * len(encodings) if weights is None else weights
    if len({len(encoding) for encoding in encodings}) != 1 or len(weights) != len(encodings):
        counts = ", ".join(str(len(encoding)) for encoding in encodings)
        raise TrainingError(
            f"Teachers with {counts} faces and {len(weights)} weights do not go together.",
            hint="Encode the same faces with each teacher, and give each one weight.",
        )
    total = sum(weights)
    return torch.cat([F.normalize(each.float()) * (weight / total) ** 0.5 for each, weight in zip(encodings, weights, strict=True)], dim=1)


def fit_projection(targets: Tensor, size: int) -> Tensor:
    """The first `size` principal directions of targets (N, T): (size, T) float32 with orthonormal rows, strongest first.

    About the origin, not the mean: no other projection of that size keeps the inner products of the targets better (Eckart and Young).

    Raises:
        TrainingError: The targets have fewer than `size` numbers.
    """
    width = targets.shape[1]
    if size > width:
        raise TrainingError(f"Targets of {width} numbers cannot be projected to {size}.", hint="Choose a smaller embedding.")
    moments = torch.zeros(width, width, dtype=torch.float64)
    for start in range(0, len(targets), _ROWS_AT_ONCE):
        wide = targets[start : start + _ROWS_AT_ONCE].double()
        moments += wide.T @ wide
    directions: Tensor = torch.linalg.eigh(moments).eigenvectors
    return directions.flip(1)[:, :size].T.float().contiguous()


def turn_projection(projection: Tensor, targets: Tensor, embeddings: Tensor) -> Tensor:
    """The projection (D, T) turned so that the projected targets (N, T) come nearest to a student's embeddings (N, D): (D, T).

    Distances among the targets stay as they are. A student that is trained already then starts from where it stands
    (orthogonal Procrustes problem).
    """
    projected = F.normalize(targets.double() @ projection.double().T)
    left, _, right = torch.linalg.svd(embeddings.double().T @ projected)
    turned: Tensor = left @ right @ projection.double()
    return turned.float()
