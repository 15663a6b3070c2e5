"""Comparisons whose truth is known, sorted by distance: what every error rate is counted from. No rate is computed here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from facekit.errors import EvaluationError
from facekit.types import BoolArray

Float64Array = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Trials:
    """N comparisons in ascending order of distance. Make them with `Trials.of`.

    Args:
        distances: (N,) float64 d; +inf never matches and −inf always does, which is how a comparison without an answer is counted wrong.
        same: (N,) bool, True for a mated comparison.
        left: (N,) int64, who is on the left: any number that stands for the person.
        right: (N,) int64, who is on the right.
        folds: (N,) int64, the part of the data that a comparison belongs to; all 0 where there are no parts.
    """

    distances: Float64Array
    same: BoolArray
    left: IntArray
    right: IntArray
    folds: IntArray

    @staticmethod
    def of(
        distances: npt.ArrayLike, same: npt.ArrayLike, left: npt.ArrayLike, right: npt.ArrayLike, folds: npt.ArrayLike | None = None
    ) -> Trials:
        """The comparisons, sorted.

        Raises:
            EvaluationError: No mated or no non-mated comparison.
            ValueError: Lengths differ, or a distance is not a number.
        """
        d, truth = np.asarray(distances, np.float64), np.asarray(same, np.bool_)
        persons = np.asarray(left, np.int64), np.asarray(right, np.int64)
        parts = np.zeros(d.shape, np.int64) if folds is None else np.asarray(folds, np.int64)
        if d.ndim != 1 or any(array.shape != d.shape for array in (truth, *persons, parts)):
            raise ValueError("distances, truth, persons and folds must be rows of one length")
        if np.isnan(d).any():
            raise ValueError("a distance is not a number")
        if truth.all() or not truth.any():
            raise EvaluationError(
                f"There are {int(truth.sum())} mated and {int((~truth).sum())} non-mated comparisons.",
                hint="An error rate needs some of both: pairs of the same and pairs of different persons.",
            )
        order = np.argsort(d, kind="stable")
        return Trials(d[order], truth[order], persons[0][order], persons[1][order], parts[order])

    def __len__(self) -> int:
        return len(self.distances)

    @property
    def mated_count(self) -> int:
        """Comparisons of one person with themselves."""
        return int(self.same.sum())

    @property
    def non_mated_count(self) -> int:
        """Comparisons of different persons."""
        return len(self) - self.mated_count


def person_codes(names: Sequence[str]) -> IntArray:
    """(N,) int64, a number from 0 for each different name, in the order of the names."""
    return np.unique(np.asarray(names, dtype=np.str_), return_inverse=True)[1].astype(np.int64).reshape(-1)
