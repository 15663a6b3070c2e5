"""What training by teachers' targets shares: faces with their targets, and the loss against them. No batches here."""

from __future__ import annotations

import glob
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from training.data.faces import FaceSet
from training.data.teachers import Targets
from training.errors import TrainingError
from training.losses.distillation import DistillationLoss
from training.losses.projection import fit_projection, join_teachers, turn_projection
from training.tasks.encoder import embedding_size, encode_faces

_TURNED_ON = 1000
"""Faces on which a trained student and the teacher are brought together before the first step."""


@dataclass(frozen=True, slots=True, eq=False)
class TaughtFaces:
    """Faces with what the teachers say of them.

    Args:
        targets: (N, 2, T) float16, of the face and of its mirror image.
    """

    faces: FaceSet
    targets: Tensor

    def __len__(self) -> int:
        return len(self.faces)

    def take(self, indices: Sequence[int]) -> TaughtFaces:
        """The faces at these places."""
        return TaughtFaces(self.faces.take(indices), self.targets[torch.as_tensor(indices, dtype=torch.long)])


@dataclass(frozen=True, slots=True, kw_only=True)
class DistillationWeights:
    """As training.losses.distillation has them; a part of a task's options."""

    cosine_weight: float = 2.0
    similarity_weight: float = 10.0
    learn_projection: bool = False


def target_files(patterns: Sequence[str]) -> list[Path]:
    """The files that match the globs."""
    return [Path(path) for pattern in patterns for path in sorted(glob.glob(pattern))]  # noqa: PTH207  # a pattern may be absolute


def teacher_targets(faces: FaceSet, found: Mapping[str, Targets], teachers: Sequence[str]) -> Tensor:
    """(N, 2, T) float16, the teachers' vectors joined; a row is 0 where not every teacher has seen the face.

    Args:
        teachers: Names; empty for all found.

    Raises:
        TrainingError: There are no targets of a teacher.
    """
    names = list(teachers) or sorted(found)
    missing = [name for name in names if name not in found]
    if missing:
        raise TrainingError(f"There are no targets of the teacher {missing[0]!r}.", hint=f"There are: {', '.join(found)}.")
    rows = [{key: row for row, key in enumerate(found[name].keys)} for name in names]
    taught = [(index, key) for index, key in enumerate(faces.keys) if all(key in each for each in rows)]
    kept, keys = [index for index, _ in taught], [key for _, key in taught]
    targets = torch.zeros(len(faces), 2, sum(found[name].vectors.shape[2] for name in names), dtype=torch.float16)
    for view in (0, 1):
        vectors = [torch.from_numpy(found[name].vectors[[each[key] for key in keys], view]) for name, each in zip(names, rows, strict=True)]
        targets[kept, view] = join_teachers(vectors).half()
    return targets


def taught_faces(faces: FaceSet, found: Mapping[str, Targets], teachers: Sequence[str]) -> TaughtFaces:
    """Those of the faces that every teacher has seen.

    Raises:
        TrainingError: There are no targets of a teacher.
    """
    targets = teacher_targets(faces, found, teachers)
    return TaughtFaces(faces, targets).take(is_taught(targets).nonzero().flatten().tolist())


def is_taught(targets: Tensor) -> Tensor:
    """(N,) bool: which rows of `teacher_targets` hold a target."""
    return targets.flatten(1).any(dim=1)


def distillation_loss(net: nn.Module, taught: TaughtFaces, weights: DistillationWeights, *, is_trained: bool) -> DistillationLoss:
    """The loss against the faces' targets, its projection fitted to them.

    Args:
        is_trained: The network knows something already: the targets are turned to where it stands.
    """
    targets = taught.targets[:, 0].float()
    projection = fit_projection(targets, embedding_size(net))
    if is_trained:
        sample = taught.take(range(0, len(taught), max(1, len(taught) // _TURNED_ON)))
        embeddings = torch.from_numpy(encode_faces(net, sample.faces, "cpu"))
        projection = turn_projection(projection, sample.targets[:, 0].float(), embeddings)
    return DistillationLoss(
        projection,
        cosine_weight=weights.cosine_weight,
        similarity_weight=weights.similarity_weight,
        learn_projection=weights.learn_projection,
    )
