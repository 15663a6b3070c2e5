"""Triplets of an epoch, mined offline from the encoder as it stands (lecture D7), and kept with the run's state. Reads no picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from facekit.evaluation.trials import IntArray
from facekit.types import FloatArray
from training.losses.offline import offline_triplets
from training.tasks.base import Shard

Encode = Callable[[IntArray], FloatArray]
"""(N,) places of faces → (N, D) float32 unit vectors."""


@dataclass(frozen=True, slots=True)
class TripletOptions:
    """How they are mined; used with the loss's option miner = "given".

    Args:
        batch: Triplets in a batch, three pictures each.
        pool: Pictures of a person that are encoded, at most; drawn anew for each epoch.
        per_person: Anchors of a person, at most; each makes one triplet.
        farthest, nearest: Of how many P and N are drawn; 1 takes the hardest, which may be a wrong label.
    """

    batch: int = 32
    pool: int = 10
    per_person: int = 4
    farthest: int = 2
    nearest: int = 5


class EpochTriplets(nn.Module):
    """The triplets of one epoch, always as many.

    A run that is resumed inside an epoch has another encoder by then and would mine others. So they are state: buffers, which stand in
    every checkpoint beside the weights.

    Args:
        labels: (N,) the faces' persons; below 0 is in no triplet.
    """

    rows: Tensor
    epoch: Tensor

    def __init__(self, labels: IntArray, options: TripletOptions, seed: int) -> None:
        super().__init__()
        self._labels, self._options, self._seed = labels, options, seed
        pictures = np.minimum(np.bincount(labels[labels >= 0]), options.pool)
        count = int(np.minimum(pictures[pictures > 1], options.per_person).sum())
        self.register_buffer("rows", torch.full((count, 3), -1, dtype=torch.long))
        self.register_buffer("epoch", torch.tensor(-1))

    def of(self, epoch: int, shard: Shard, encode: Encode) -> IntArray:
        """(T, 3) places of A, P and N: those at hand if they are the epoch's, else mined now by the first process, for all."""
        if int(self.epoch) != epoch:
            if shard.rank == 0:
                self.rows.copy_(self._mined(np.random.default_rng([self._seed, epoch]), encode))
            if shard.count > 1:
                torch.distributed.broadcast(self.rows, 0)
            self.epoch.fill_(epoch)
        return self.rows.cpu().numpy()

    def _mined(self, random: np.random.Generator, encode: Encode) -> Tensor:
        pool = self._pool(random)
        options = self._options
        found = offline_triplets(
            torch.from_numpy(encode(pool)),
            torch.from_numpy(self._labels[pool]),
            per_person=options.per_person,
            farthest=options.farthest,
            nearest=options.nearest,
            seed=int(random.integers(2**31)),
        )
        return torch.from_numpy(pool)[found.table()]

    def _pool(self, random: np.random.Generator) -> IntArray:
        """Places of the pictures to encode, ascending."""
        order = random.permutation(len(self._labels))
        order = order[np.argsort(self._labels[order], kind="stable")]
        order = order[self._labels[order] >= 0]
        persons = self._labels[order]
        rank = np.arange(len(order)) - np.searchsorted(persons, persons)
        return np.sort(order[rank < self._options.pool])
