"""Which triplets of a batch a loss sees. A miner looks at distances without gradient and returns rows; it computes no loss."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from facekit.registry import Registry
from training.errors import TrainingError


@dataclass(frozen=True, slots=True, eq=False)
class Triplets:
    """Rows of a batch or a pool: anchors, positives (same person) and negatives (another), each (T,) long."""

    anchors: Tensor
    positives: Tensor
    negatives: Tensor

    def __len__(self) -> int:
        return len(self.anchors)

    def table(self) -> Tensor:
        """(T, 3) long: anchor, positive, negative."""
        return torch.stack([self.anchors, self.positives, self.negatives], dim=1)


Miner = Callable[[Tensor, Tensor, torch.Generator], Triplets]
"""Distances (N, N), labels (N,), a generator on the CPU → triplets."""

MINERS: Registry[Miner] = Registry("miner")
MINERS.add("random", "training.losses.miners:random_triplets", "one positive and one negative of each anchor by chance")
MINERS.add("semi-hard", "training.losses.miners:semi_hard", "nearest negative beyond the positive (FaceNet, Schroff et al. 2015)")
MINERS.add("batch-hard", "training.losses.miners:batch_hard", "farthest positive and nearest negative of each anchor (Hermans et al. 2017)")
MINERS.add("all", "training.losses.miners:all_triplets", "every triplet of the batch")
MINERS.add("given", "training.losses.miners:given_triplets", "rows are A, P, N, A, P, N, …: triplets built offline")


def random_triplets(distances: Tensor, labels: Tensor, generator: torch.Generator) -> Triplets:
    """For each anchor that has both, one positive and one negative drawn evenly; the same on every device."""
    draws = torch.rand(distances.shape, generator=generator).to(distances.device)
    positive, negative = _relations(labels)
    return _best_of_each(draws, draws, positive, negative)


def batch_hard(distances: Tensor, labels: Tensor, generator: torch.Generator) -> Triplets:
    """For each anchor that has both, its farthest positive and its nearest negative."""
    positive, negative = _relations(labels)
    return _best_of_each(distances, -distances, positive, negative)


def semi_hard(distances: Tensor, labels: Tensor, generator: torch.Generator) -> Triplets:
    """For each anchor and positive, the nearest negative that is farther than the positive; where none is, the farthest negative."""
    anchors, positives, negative = _mated(labels)
    rows = distances[anchors]
    beyond = negative & (rows > distances[anchors, positives][:, None])
    nearest_beyond = rows.masked_fill(~beyond, torch.inf).argmin(1)
    farthest = rows.masked_fill(~negative, -torch.inf).argmax(1)
    return Triplets(anchors, positives, torch.where(beyond.any(1), nearest_beyond, farthest))


def all_triplets(distances: Tensor, labels: Tensor, generator: torch.Generator) -> Triplets:
    """Each (anchor, positive, negative) of the batch."""
    anchors, positives, negative = _mated(labels)
    pairs, negatives = negative.nonzero(as_tuple=True)
    return Triplets(anchors[pairs], positives[pairs], negatives)


def given_triplets(distances: Tensor, labels: Tensor, generator: torch.Generator) -> Triplets:
    """Rows 3t, 3t + 1, 3t + 2 as anchor, positive and negative: the order of training.data.samplers.TripletBatches.

    Raises:
        TrainingError: The labels are not in that order.
    """
    rows = torch.arange(len(labels) // 3 * 3, device=labels.device).reshape(-1, 3)
    anchors, positives, negatives = rows.unbind(1)
    same, other = labels[anchors] == labels[positives], labels[anchors] != labels[negatives]
    if len(labels) % 3 or not bool((same & other).all()):
        raise TrainingError(
            "The batch is not a row of triplets: anchor, positive, negative, anchor, …",
            hint="The miner 'given' goes with TripletBatches; with other samplers take 'batch-hard' or 'semi-hard'.",
        )
    return Triplets(anchors, positives, negatives)


def _relations(labels: Tensor) -> tuple[Tensor, Tensor]:
    """(N, N) bool twice: another picture of the same person; a picture of another person."""
    same = labels[:, None] == labels[None, :]
    itself = torch.eye(len(labels), dtype=torch.bool, device=labels.device)
    return same & ~itself, ~same


def _mated(labels: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """All mated (anchor, positive) rows whose anchor has a negative, and (their number, N) bool: the negatives of each."""
    positive, negative = _relations(labels)
    anchors, positives = (positive & negative.any(1)[:, None]).nonzero(as_tuple=True)
    return anchors, positives, negative[anchors]


def _best_of_each(for_positive: Tensor, for_negative: Tensor, positive: Tensor, negative: Tensor) -> Triplets:
    """Per anchor the positive and the negative with the largest score; anchors that lack one are left out."""
    anchors = (positive.any(1) & negative.any(1)).nonzero(as_tuple=True)[0]
    positives = for_positive.masked_fill(~positive, -torch.inf).argmax(1)
    negatives = for_negative.masked_fill(~negative, -torch.inf).argmax(1)
    return Triplets(anchors, positives[anchors], negatives[anchors])
