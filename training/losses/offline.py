"""Triplets from a whole pool of encoded pictures before an epoch (lecture D7); mining inside a batch is training.losses.miners."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from training.errors import TrainingError
from training.losses.distances import squared_euclidean
from training.losses.miners import Triplets


@torch.no_grad()
def offline_triplets(
    vectors: Tensor,
    labels: Tensor,
    *,
    per_person: int | None = None,
    farthest: int = 1,
    nearest: int = 1,
    seed: int = 0,
    block: int = 512,
) -> Triplets:
    """Hard triplets of a pool, d(A, P) large and d(A, N) small: one for each picture that has another of its person.

    Args:
        vectors: (N, D) float, of the encoder as it stands.
        labels: (N,) long, persons; below 0 is unknown, and in no triplet.
        per_person: So many anchors of a person at most, drawn by chance; None takes all.
        farthest: P is drawn from so many farthest pictures of the person; 1 takes the farthest.
        nearest: N is drawn from so many nearest pictures of others; 1 takes the nearest, which may be a wrong label.
        block: Anchors compared at once. Memory goes with block·N, not N²: of 10,000 pictures 5 million distances, not 100.

    Raises:
        TrainingError: The pool has no two pictures of one person, or only one person.
    """
    known = labels >= 0
    anchors = _anchors(labels.cpu().numpy(), per_person, seed).to(labels.device)
    if len(anchors) == 0 or bool((labels[known] == labels[anchors[0]]).all()):
        raise TrainingError("The pool has no triplet.", hint="It needs two persons, and two pictures of one of them.")
    generator = torch.Generator().manual_seed(seed)
    positives, negatives = [], []
    for start in range(0, len(anchors), block):
        rows = anchors[start : start + block]
        distances = squared_euclidean(vectors[rows], vectors)
        mated = labels[rows][:, None] == labels[None, :]
        negatives.append(_one_of_largest(-distances, ~mated & known, nearest, generator))
        mated[torch.arange(len(rows), device=rows.device), rows] = False
        positives.append(_one_of_largest(distances, mated, farthest, generator))
    return Triplets(anchors, torch.cat(positives), torch.cat(negatives))


def _anchors(labels: npt.NDArray[np.int64], per_person: int | None, seed: int) -> Tensor:
    """Rows in ascending order whose person is known and has another picture; of each person `per_person` at most."""
    _, persons, counts = np.unique(labels, return_inverse=True, return_counts=True)
    order = np.random.default_rng(seed).permutation(len(labels))
    order = order[np.argsort(persons[order], kind="stable")]
    place = np.arange(len(labels)) - np.repeat(np.cumsum(counts) - counts, counts)
    limit = len(labels) if per_person is None else per_person
    wanted = (counts[persons[order]] > 1) & (labels[order] >= 0) & (place < limit)
    return torch.from_numpy(np.sort(order[wanted]))


def _one_of_largest(scores: Tensor, allowed: Tensor, top: int, generator: torch.Generator) -> Tensor:
    """A column for each row: drawn evenly from the `top` largest allowed scores, or from all allowed where they are fewer."""
    columns = scores.masked_fill(~allowed, -torch.inf).topk(min(top, scores.shape[1]), dim=1).indices
    choices = allowed.sum(1).clamp(max=columns.shape[1])
    draw = (torch.rand(len(scores), generator=generator, dtype=torch.float64) * choices.cpu()).long()
    return columns.gather(1, draw[:, None].to(columns.device)).squeeze(1)
