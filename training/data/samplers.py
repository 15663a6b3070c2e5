"""Which pictures make up each batch: shuffled, P persons × K pictures, or triplets built offline. Indices only; reads no picture.

The batches of an epoch follow from (seed, epoch) alone, so a run goes on from (epoch, step) with no state saved. Each process takes
its contiguous part of every batch; the parts in order of rank are the batch that one process alone would have.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from training.errors import TrainingError

Indices = npt.NDArray[np.int64]


class BatchSampler(ABC):
    """Batches of one size; a subclass plans an epoch.

    Args:
        units: What is dealt out whole in each batch: pictures, persons or triplets.
        unit_size: Pictures in each.
        rank, world: This process among all.
    """

    def __init__(self, *, units: int, unit_size: int, seed: int, rank: int, world: int) -> None:
        if units < 1 or unit_size < 1 or not 0 <= rank < world:
            raise TrainingError(
                f"A batch of {units} × {unit_size} for process {rank} of {world} cannot be.",
                hint="Sizes are 1 or more, ranks 0 … world − 1.",
            )
        if units % world:
            raise TrainingError(
                f"A batch of {units} units cannot be shared evenly by {world} processes.", hint=f"Choose a multiple of {world}."
            )
        self.seed = seed
        self.batch_size = units * unit_size
        share = self.batch_size // world
        self._mine = slice(rank * share, (rank + 1) * share)

    @property
    @abstractmethod
    def batches_per_epoch(self) -> int:
        """The same in every epoch, 1 at least."""

    @abstractmethod
    def plan(self, random: np.random.Generator) -> Indices:
        """One epoch for all processes: (batches_per_epoch, batch_size) int64."""

    def epoch(self, epoch: int) -> Indices:
        """The epoch's batches for all processes: (batches_per_epoch, batch_size) int64."""
        return self.plan(np.random.default_rng([self.seed, epoch]))

    def batches(self, epoch: int, start: int = 0) -> list[list[int]]:
        """This process's part of the epoch's batches from the `start`-th on; goes into DataLoader(batch_sampler=…)."""
        parts: list[list[int]] = self.epoch(epoch)[start:, self._mine].tolist()
        return parts


class ShuffledBatches(BatchSampler):
    """All pictures once an epoch in a new order; the rest that does not fill a batch waits for another epoch.

    Raises:
        TrainingError: There are fewer pictures than one batch takes, or the processes cannot share it evenly.
    """

    def __init__(self, count: int, batch_size: int, *, seed: int = 0, rank: int = 0, world: int = 1) -> None:
        super().__init__(units=batch_size, unit_size=1, seed=seed, rank=rank, world=world)
        self.count = count
        _require(count, batch_size, "pictures")

    @property
    def batches_per_epoch(self) -> int:
        """Whole batches in the pictures."""
        return self.count // self.batch_size

    def plan(self, random: np.random.Generator) -> Indices:
        """A permutation, cut."""
        return _cut(random.permutation(self.count), self.batches_per_epoch, self.batch_size)


class TripletBatches(BatchSampler):
    """Triplets built offline, each once an epoch: a batch is A, P, N, A, P, N, … for the miner "given".

    Args:
        triplets: (T, 3) int: anchor, positive, negative; Triplets.table() of training.losses.offline.
        triplets_per_batch: A third of the pictures in a batch.

    Raises:
        TrainingError: There are fewer triplets than one batch takes, or the processes cannot share it evenly.
    """

    def __init__(self, triplets: npt.ArrayLike, triplets_per_batch: int, *, seed: int = 0, rank: int = 0, world: int = 1) -> None:
        super().__init__(units=triplets_per_batch, unit_size=3, seed=seed, rank=rank, world=world)
        self._triplets: Indices = np.asarray(triplets, np.int64).reshape(-1, 3)
        _require(len(self._triplets), triplets_per_batch, "triplets")

    @property
    def batches_per_epoch(self) -> int:
        """Whole batches in the triplets."""
        return 3 * len(self._triplets) // self.batch_size

    def plan(self, random: np.random.Generator) -> Indices:
        """A permutation of the triplets, cut."""
        return _cut(random.permutation(self._triplets, axis=0).ravel(), self.batches_per_epoch, self.batch_size)


class PersonBatches(BatchSampler):
    """P different persons × K pictures of each, the batches that mining inside a batch needs.

    An epoch visits each person once for every K pictures, so pictures and not persons have equal weight, and no picture comes twice,
    unless its person has fewer than K: then they are repeated, and augmentation makes them differ. A person can be in a batch once,
    so whoever has more than the P-th part of all pictures is visited once in every batch and no more.

    Args:
        labels: (N,) int, each picture's person; below 0 is unknown, and left out.
        persons: P.
        pictures: K.
        min_pictures: Persons with fewer are left out.

    Raises:
        TrainingError: There are fewer than P such persons, or the processes cannot share P evenly.
    """

    def __init__(
        self,
        labels: npt.ArrayLike,
        persons: int,
        pictures: int,
        *,
        min_pictures: int = 2,
        seed: int = 0,
        rank: int = 0,
        world: int = 1,
    ) -> None:
        super().__init__(units=persons, unit_size=pictures, seed=seed, rank=rank, world=world)
        self.persons, self.pictures = persons, pictures
        self._of_person = _by_person(np.asarray(labels, np.int64), min_pictures)
        _require(len(self._of_person), persons, f"persons with {min_pictures} pictures or more")
        self._visits = _visits([len(rows) for rows in self._of_person], persons, pictures)

    @property
    def batches_per_epoch(self) -> int:
        """Visits of all persons over P."""
        return int(self._visits.sum()) // self.persons

    def plan(self, random: np.random.Generator) -> Indices:
        """Who is in each batch, then which K of their pictures."""
        left = self._visits.copy()
        spare = left.sum() % self.persons
        left[random.choice(len(left), spare, replace=False)] -= 1
        shuffled = [
            np.resize(random.permutation(rows), (int(visits), self.pictures)) for rows, visits in zip(self._of_person, left, strict=True)
        ]
        batches = np.empty((self.batches_per_epoch, self.persons, self.pictures), np.int64)
        for place in range(len(batches)):
            for slot, person in enumerate(_draw_persons(left, self.persons, len(batches) - place, random)):
                left[person] -= 1
                batches[place, slot] = shuffled[person][left[person]]
        return batches.reshape(len(batches), -1)


class JoinedBatches:
    """Each batch of one sampler with a batch of another behind it, which begins anew as often as it must.

    With several processes each has its part of the first and its part of the second.

    Args:
        places: (M,) where the M pictures of the second stand among all.
    """

    def __init__(self, first: BatchSampler, second: BatchSampler, places: Indices) -> None:
        self._first, self._second, self._places = first, second, places

    @property
    def batches_per_epoch(self) -> int:
        """Of the first."""
        return self._first.batches_per_epoch

    def batches(self, epoch: int, start: int = 0) -> list[list[int]]:
        """As BatchSampler.batches."""
        place = epoch * self._first.batches_per_epoch + start
        return [rows + more for rows, more in zip(self._first.batches(epoch, start), self._endless(place), strict=False)]

    def _endless(self, place: int) -> Iterator[list[int]]:
        """Batches of the second from the `place`-th of the run on."""
        epoch, start = divmod(place, self._second.batches_per_epoch)
        while True:
            yield from (self._places[rows].tolist() for rows in self._second.batches(epoch, start))
            epoch, start = epoch + 1, 0


def _draw_persons(left: Indices, count: int, batches_left: int, random: np.random.Generator) -> Indices:
    """`count` persons by chance, in proportion to their visits left; whoever must be in every batch that is left is in it.

    With Σ left = count · batches_left and no one above batches_left, which each draw keeps, there are always enough of them.
    """
    due = np.flatnonzero(left == batches_left)
    others = np.where(left == batches_left, 0, left)
    missing = count - len(due)
    drawn = random.choice(len(left), missing, replace=False, p=others / others.sum()) if missing else due[:0]
    return random.permutation(np.concatenate([due, drawn]))


def _visits(counts: list[int], persons: int, pictures: int) -> Indices:
    """(persons known,) visits of each in an epoch: one for every K pictures, at least one, at most one in a batch."""
    visits = np.maximum(1, np.asarray(counts, np.int64) // pictures)
    while visits.max() > visits.sum() // persons:
        visits = np.minimum(visits, visits.sum() // persons)
    return visits


def _by_person(labels: Indices, min_pictures: int) -> list[Indices]:
    """Rows of each known person who has enough of them, by ascending label."""
    order = np.argsort(labels, kind="stable")
    order = order[labels[order] >= 0]
    groups = np.split(order, np.flatnonzero(np.diff(labels[order])) + 1)
    return [rows for rows in groups if len(rows) >= max(1, min_pictures)]


def _cut(indices: Indices, rows: int, columns: int) -> Indices:
    return indices[: rows * columns].reshape(rows, columns)


def _require(count: int, needed: int, what: str) -> None:
    if count < needed:
        raise TrainingError(f"{count} {what} are too few for batches of {needed}.", hint="Add data or choose smaller batches.")
