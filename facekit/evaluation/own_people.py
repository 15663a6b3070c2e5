"""The threshold from one's own people: how all pictures of them compare, τ for a wanted FMR, and the pairs that are hardest to tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, astuple, dataclass, replace
from typing import Any

import numpy as np

from facekit.evaluation.calibrate import Excluded, all_pairs, operating_points, threshold_interval
from facekit.evaluation.comparisons import comparisons, distances_between
from facekit.evaluation.intervals import RESAMPLES
from facekit.evaluation.rates import MAX_DISTANCE
from facekit.evaluation.trials import Float64Array, person_codes
from facekit.types import FloatArray, Interval, OperatingPoint

BINS = 80
"""Of a distribution, from d = 0 to 4."""
_REACH = 20
"""So many times the wanted rate of the nearest distances are kept, for resamples in which they weigh less."""


@dataclass(frozen=True, slots=True)
class HardPair:
    """A comparison that lies on the wrong side, or nearest to it.

    Args:
        left, right: The pictures, "person/picture".
        rows: Which of the pictures they are; excluded faces come after them.
    """

    left: str
    right: str
    distance: float
    rows: tuple[int, int]


@dataclass(frozen=True, slots=True, eq=False)
class OwnPeople:
    """What one's own people come to.

    Args:
        excluded: Comparisons with faces that were said not to be somebody; they are among the non-mated ones.
        threshold_interval: Where τ would lie with other persons of this kind.
        mated, non_mated: (BINS,) comparisons by distance, from 0 to 4.
        farthest_mated, nearest_non_mated: The worst first.
    """

    persons: int
    pictures: int
    excluded: int
    point: OperatingPoint
    threshold_interval: Interval
    mated: Float64Array
    non_mated: Float64Array
    farthest_mated: tuple[HardPair, ...]
    nearest_non_mated: tuple[HardPair, ...]

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "persons": self.persons,
            "pictures": self.pictures,
            "excluded": self.excluded,
            "operating_point": asdict(self.point),
            "threshold_interval": list(astuple(self.threshold_interval)),
            "bin": MAX_DISTANCE / BINS,
            "mated": self.mated.astype(int).tolist(),
            "non_mated": self.non_mated.astype(int).tolist(),
            "farthest_mated": [asdict(pair) for pair in self.farthest_mated],
            "nearest_non_mated": [asdict(pair) for pair in self.nearest_non_mated],
        }


def calibrate_on(
    vectors: FloatArray,
    persons: Sequence[str],
    pictures: Sequence[str],
    target_fmr: float,
    *,
    measured_on: str,
    excluded: Excluded | None = None,
    worst: int = 10,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> OwnPeople:
    """The calibration on N pictures, all compared with all.

    Args:
        vectors: N×D float32, unit rows.
        persons: N names, who each picture shows.
        pictures: N + K names, as a hard pair is to be told.
        excluded: K faces that are not somebody. They were met because they were mistaken, not by chance, so the FMR reads rather too high.

    Raises:
        EvaluationError: There are too few comparisons for the wanted rate, or none of one of the kinds.
    """
    pairs = all_pairs(vectors, persons, keep=min(1.0, _REACH * target_fmr), excluded=excluded)
    (point,) = operating_points(pairs, targets=[target_fmr], measured_on=measured_on, resamples=resamples, seed=seed)
    counted = _Counted(worst)
    codes = person_codes(persons)
    for distances, left, right in comparisons(vectors):
        same = codes[left] == codes[right]
        rows = np.stack([left, right], axis=1)
        counted.add(distances[same], rows[same], distances[~same], rows[~same])
    before = counted.non_mated.sum()
    for face, person in enumerate(excluded.persons if excluded else ()):
        (own,) = np.nonzero(np.asarray(persons) == person)
        assert excluded is not None  # it has faces
        distances = distances_between(excluded.vectors[face : face + 1], vectors[own])[0]
        counted.add(distances[:0], own[:0], distances, np.stack([own, np.full(len(own), len(vectors) + face)], axis=1))
    return OwnPeople(
        persons=int((pairs.pictures > 0).sum()),
        pictures=len(vectors),
        excluded=int(counted.non_mated.sum() - before),
        point=replace(point, measured_on=measured_on),
        threshold_interval=threshold_interval(pairs, target_fmr, resamples=resamples, seed=seed),
        mated=counted.mated,
        non_mated=counted.non_mated,
        farthest_mated=tuple(HardPair(pictures[i], pictures[j], -d, (i, j)) for d, i, j in counted.farthest),
        nearest_non_mated=tuple(HardPair(pictures[i], pictures[j], d, (i, j)) for d, i, j in counted.nearest),
    )


class _Counted:
    """Distributions and worst pairs of a stream of comparisons."""

    def __init__(self, worst: int) -> None:
        self._worst = worst
        self.mated, self.non_mated = np.zeros(BINS), np.zeros(BINS)
        self.farthest: list[tuple[float, int, int]] = []
        self.nearest: list[tuple[float, int, int]] = []

    def add(self, mated: FloatArray, mated_rows: Any, non_mated: FloatArray, non_mated_rows: Any) -> None:
        self.mated += np.histogram(mated, BINS, (0.0, MAX_DISTANCE))[0]
        self.non_mated += np.histogram(non_mated, BINS, (0.0, MAX_DISTANCE))[0]
        self.farthest = self._smallest(self.farthest, -mated, mated_rows)
        self.nearest = self._smallest(self.nearest, non_mated, non_mated_rows)

    def _smallest(self, kept: list[tuple[float, int, int]], distances: FloatArray, rows: Any) -> list[tuple[float, int, int]]:
        chosen = np.argsort(distances, kind="stable")[: self._worst]
        found = [(float(distances[at]), int(rows[at, 0]), int(rows[at, 1])) for at in chosen]
        return sorted([*kept, *found])[: self._worst]
