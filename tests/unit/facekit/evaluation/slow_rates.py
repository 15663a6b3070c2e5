"""The error rates again, one comparison at a time: what the fast ones are tested against."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

Row = tuple[float, bool]
"""A distance and whether it is mated."""


def slow_fmr(rows: Sequence[Row], threshold: float) -> float:
    non_mated = [d for d, same in rows if not same]
    return sum(1 for d in non_mated if d <= threshold) / len(non_mated)


def slow_fnmr(rows: Sequence[Row], threshold: float) -> float:
    mated = [d for d, same in rows if same]
    return sum(1 for d in mated if d > threshold) / len(mated)


def slow_thresholds(rows: Sequence[Row]) -> list[float]:
    finite = sorted({d for d, _ in rows if math.isfinite(d)})
    return [math.nextafter(finite[0], -math.inf) if finite else 0.0, *finite]


def slow_eer(rows: Sequence[Row]) -> float:
    points = [(slow_fmr(rows, t), slow_fnmr(rows, t)) for t in slow_thresholds(rows)]
    if points[0][0] >= points[0][1]:
        return points[0][0]
    for (fmr_0, fnmr_0), (fmr_1, fnmr_1) in itertools.pairwise(points):
        if fmr_1 >= fnmr_1:
            part = (fnmr_0 - fmr_0) / ((fnmr_0 - fmr_0) + (fmr_1 - fnmr_1))
            return fmr_0 + part * (fmr_1 - fmr_0)
    raise AssertionError("FMR reaches 1 at the largest distance")


def slow_tar(rows: Sequence[Row], target: float) -> float:
    return max((1 - slow_fnmr(rows, t) for t in slow_thresholds(rows) if slow_fmr(rows, t) <= target), default=0.0)


def slow_right(rows: Sequence[Row], threshold: float) -> int:
    return sum(1 for d, same in rows if (d <= threshold) == same)


def slow_best_threshold(rows: Sequence[Row]) -> float:
    return max(slow_thresholds(rows), key=lambda t: (slow_right(rows, t), -t))


def slow_fold_accuracies(rows: Sequence[Row], folds: Sequence[int]) -> list[float]:
    accuracies = []
    for fold in sorted(set(folds)):
        inside = [row for row, number in zip(rows, folds, strict=True) if number == fold]
        outside = [row for row, number in zip(rows, folds, strict=True) if number != fold]
        chosen = slow_best_threshold(outside)
        # Below everything that it was chosen on: that is to refuse everyone.
        chosen = chosen if chosen >= min(d for d, _ in outside) else -math.inf
        accuracies.append(slow_right(inside, chosen) / len(inside))
    return accuracies
