"""Operating points of an encoder: thresholds with the errors measured at them, from all pairs of a set of pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from facekit.errors import EvaluationError
from facekit.evaluation.comparisons import comparisons, distances_between
from facekit.evaluation.intervals import RESAMPLES, Estimate, cross_pairs, draws, percentiles, rate_by_person, rate_of_pairs
from facekit.evaluation.rates import is_supported, threshold_at_fmr
from facekit.evaluation.trials import Float64Array, IntArray, person_codes
from facekit.types import FloatArray, Interval, OperatingPoint

TARGETS = (1e-2, 1e-3, 1e-4)
"""The false match rates that a card has points for."""
_SURE = 0.95
"""How often the nearer person must be the right one for the product to name one of two."""
_MARGIN_STEP = 0.01
"""The window shows distances with two decimals."""
_LEAST = 30
"""Distances of each kind within τ, below which they say too little of how two persons lie to each other."""
_MOST = 2000
"""Order statistics that stand for a distribution of any size."""


@dataclass(frozen=True, slots=True, eq=False)
class Excluded:
    """Faces of whom it is known only that they are not somebody: each is compared with the pictures of that person, and with no others.

    Args:
        vectors: (K, D) float32, unit rows.
        persons: K names, whom each does not show.
    """

    vectors: FloatArray
    persons: Sequence[str]


@dataclass(frozen=True, slots=True, eq=False)
class AllPairs:
    """The distances of all pictures from all others: every mated one, and of the non-mated ones those that can ever match by mistake.

    Args:
        mated: (M,) float32, unordered.
        mated_persons: (M,) int64, an index of `pictures`.
        nearest: (K,) float32, the smallest non-mated distances, ascending.
        nearest_left: (K,) int64, the person on one side, an index of `pictures`.
        nearest_right: (K,) int64, the person on the other.
        non_mated_count: Non-mated comparisons in all.
        pictures: (P,) int64, how many pictures each person has; the last K are excluded faces, which count as persons with none.
        labelled: (K,) int64, the person that each excluded face is compared with, an index of `pictures`.
    """

    mated: FloatArray
    mated_persons: IntArray
    nearest: FloatArray
    nearest_left: IntArray
    nearest_right: IntArray
    non_mated_count: int
    pictures: IntArray
    labelled: IntArray = field(default_factory=lambda: np.zeros(0, np.int64))


@dataclass(frozen=True, slots=True)
class UncertainMargin:
    """How far two persons must lie apart for the nearer one to be named.

    Args:
        is_supported: There were enough distances of both kinds within τ to measure it; else it is τ itself, which names nobody of two.
    """

    value: float
    is_supported: bool


def all_pairs(vectors: FloatArray, persons: Sequence[str], *, keep: float = max(TARGETS), excluded: Excluded | None = None) -> AllPairs:
    """Every comparison of N pictures once, in blocks; memory for the mated ones, the nearest share of the others and one block.

    Args:
        vectors: N×D float32, unit rows.
        persons: N names, who each picture shows.
        excluded: More non-mated comparisons; those of nobody among `persons` are passed over.
        keep: The share of the non-mated distances that is kept: as large as the largest false match rate that will be asked for.

    Raises:
        EvaluationError: Nobody has two pictures, or there are fewer than two persons.
        ValueError: Vectors and persons differ in number.
    """
    if vectors.ndim != 2 or len(vectors) != len(persons):
        raise ValueError(f"vectors of shape {vectors.shape} for {len(persons)} persons")
    codes = person_codes(persons)
    pictures = np.bincount(codes).astype(np.int64)
    non_mated_count = int((len(codes) ** 2 - (pictures**2).sum()) // 2)
    if non_mated_count == 0 or pictures.max() < 2:
        raise EvaluationError(
            f"{len(codes)} pictures of {len(pictures)} persons give no mated or no non-mated comparison.",
            hint="Give at least two persons, one of them with two pictures.",
        )
    added, labelled = _excluded_distances(vectors, persons, excluded)
    non_mated_count += sum(len(distances) for distances in added)
    nearest = _Nearest(int(np.floor(keep * non_mated_count)) + 1)
    mated, mated_persons = [], []
    for distances, left, right in comparisons(vectors):
        same = codes[left] == codes[right]
        mated.append(distances[same])
        mated_persons.append(codes[left[same]])
        nearest.add(distances[~same], codes[left[~same]], codes[right[~same]])
    for face, (distances, person) in enumerate(zip(added, labelled.tolist(), strict=True), start=len(pictures)):
        nearest.add(distances, np.full(len(distances), person), np.full(len(distances), face))
    everyone = np.concatenate([pictures, np.zeros(len(labelled), np.int64)])
    return AllPairs(np.concatenate(mated), np.concatenate(mated_persons), *nearest.sorted(), non_mated_count, everyone, labelled)


def operating_points(
    pairs: AllPairs, *, targets: Sequence[float] = TARGETS, measured_on: str, resamples: int = RESAMPLES, seed: int = 0
) -> tuple[OperatingPoint, ...]:
    """One point for each target that the comparisons can support, loosest first; both intervals by drawing persons, at a fixed threshold.

    Where too few distances lie within a threshold to measure its uncertain margin, the margin of the next looser point stands in, and
    `measured_on` says so.

    Raises:
        EvaluationError: There are too few comparisons for every one of the targets.
    """
    supported = [target for target in sorted(targets, reverse=True) if is_supported(target, pairs.non_mated_count)]
    if not supported:
        threshold_at_fmr(pairs.nearest, max(targets), count=pairs.non_mated_count, require_support=True)
    points: list[OperatingPoint] = []
    for target in supported:
        threshold = threshold_at_fmr(pairs.nearest, target, count=pairs.non_mated_count).threshold
        margin = uncertain_margin(pairs.mated, pairs.nearest, threshold)
        looser = points[-1].uncertain_margin if points else threshold
        points.append(
            _point(
                pairs,
                threshold,
                target,
                margin.value if margin.is_supported else min(looser, threshold),
                measured_on if margin.is_supported else f"{measured_on}; too few within τ to measure the uncertain margin",
                resamples=resamples,
                seed=seed,
            )
        )
    return tuple(points)


def uncertain_margin(mated: FloatArray, non_mated: FloatArray, threshold: float) -> UncertainMargin:
    """The smallest margin m, in steps of 0.01, with which the nearer of two persons is the right one in 95 % of what is decided.

    The question arises only for a probe with two persons within τ, its mate at x and somebody else at y. Both are drawn independently
    from the measured distances within τ. While a gallery's persons × FMR stay below 1, a third person within τ is rare, and the nearest
    non-mate lies like any one of them. Named is the nearer when |y − x| ≥ m, rightly so when y − x ≥ m: m is the smallest with
    P(y − x ≥ m) ≥ 0.95 · P(|y − x| ≥ m). Where no m does, m = τ: of two, nobody is ever named. Two weak points: a poor probe lies far
    from its mate and near to others at once, and in a larger gallery the nearest of several is nearer than any one of them; both
    make the nearer person right less often than 95 %.

    Args:
        mated: All mated distances, in any order.
        non_mated: The non-mated ones, at least all those up to the threshold, in any order.
    """
    x, y = _within(mated, threshold), _within(non_mated, threshold)
    if min(len(x), len(y)) < _LEAST:
        return UncertainMargin(threshold, is_supported=False)
    x, y = _thinned(x), _thinned(y)
    for step in range(int(threshold / _MARGIN_STEP) + 1):
        # Half a billionth less, so that 0.3 − 0.2 is no less than 0.1.
        margin = step * _MARGIN_STEP - 5e-10
        right = (len(y) - np.searchsorted(y, x + margin, side="left")).sum()
        wrong = np.searchsorted(y, x - margin, side="right").sum()
        if right > 0 and right >= _SURE * (right + wrong):
            return UncertainMargin(round(step * _MARGIN_STEP, 2), is_supported=True)
    return UncertainMargin(threshold, is_supported=True)


def limits_at_fmr(pairs: AllPairs, fmr: float, drawn: Float64Array) -> Float64Array:
    """(b,) the distance that a threshold must stay below for its FMR to be at most `fmr`, for each of b ways of counting the persons.

    Infinite where all that are kept may match, NaN where there is no non-mated comparison.

    Args:
        drawn: (b, P) how often each person counts.
    """
    total = cross_pairs(drawn, pairs.pictures.astype(np.float64), pairs.labelled)
    matched = np.cumsum(drawn[:, pairs.nearest_left] * drawn[:, pairs.nearest_right], axis=1)
    # A billionth more, for k/n·n may fall short of k.
    allowed = (matched <= fmr * total[:, None] * (1 + 1e-9)).sum(axis=1)
    return np.where(total > 0, np.append(pairs.nearest.astype(np.float64), np.inf)[allowed], np.nan)


def threshold_interval(pairs: AllPairs, fmr: float, *, resamples: int = RESAMPLES, seed: int = 0) -> Interval:
    """Where τ for a false match rate would come to lie with other persons of this kind: 95 %, by drawing persons."""
    blocks = draws(len(pairs.pictures), resamples=resamples, seed=seed, cells_each=len(pairs.nearest))
    return percentiles(np.concatenate([limits_at_fmr(pairs, fmr, drawn) for drawn in blocks]))


def _point(
    pairs: AllPairs, threshold: float, target: float, margin: float, measured_on: str, *, resamples: int, seed: int
) -> OperatingPoint:
    matched = int(np.searchsorted(pairs.nearest, threshold, side="right"))
    pictures = pairs.pictures.astype(np.float64)
    fmr = rate_of_pairs(
        pairs.nearest_left[:matched], pairs.nearest_right[:matched], pictures, pairs.labelled, resamples=resamples, seed=seed
    )
    fnmr = _fnmr(pairs, threshold, resamples=resamples, seed=seed)
    return OperatingPoint(
        threshold=threshold,
        target_fmr=target,
        fmr=fmr.value,
        fmr_interval=fmr.interval,
        fnmr=fnmr.value,
        fnmr_interval=fnmr.interval,
        uncertain_margin=margin,
        non_mated_count=pairs.non_mated_count,
        mated_count=len(pairs.mated),
        measured_on=measured_on,
    )


def _fnmr(pairs: AllPairs, threshold: float, *, resamples: int, seed: int) -> Estimate:
    missed = (pairs.mated > threshold).astype(np.float64)
    persons = len(pairs.pictures)
    errors = np.bincount(pairs.mated_persons, weights=missed, minlength=persons).astype(np.float64)
    counts = np.bincount(pairs.mated_persons, minlength=persons).astype(np.float64)
    return rate_by_person(errors, counts, resamples=resamples, seed=seed)


def _excluded_distances(vectors: FloatArray, persons: Sequence[str], excluded: Excluded | None) -> tuple[list[FloatArray], IntArray]:
    """The distances of each excluded face to the pictures of whom it is not, and (K,) who that is, as an index of the sorted names."""
    if excluded is None:
        return [], np.zeros(0, np.int64)
    names = np.asarray(persons, np.str_)
    known = np.unique(names)
    kept = [(row, person) for row, person in enumerate(excluded.persons) if person in known]
    distances = [distances_between(excluded.vectors[row : row + 1], vectors[names == person])[0] for row, person in kept]
    return distances, np.searchsorted(known, [person for _, person in kept]).astype(np.int64)


class _Nearest:
    """Keeps the `size` smallest of a stream of distances with the persons on both sides, in memory for about twice as many."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._bound = np.inf
        self._distances = np.zeros(0, np.float32)
        self._persons = np.zeros((0, 2), np.int64)

    def add(self, distances: FloatArray, left: IntArray, right: IntArray) -> None:
        near = distances <= self._bound
        self._distances = np.concatenate([self._distances, distances[near]])
        self._persons = np.concatenate([self._persons, np.stack([left[near], right[near]], axis=1)])
        if len(self._distances) > 2 * self._size:
            self._shrink()

    def sorted(self) -> tuple[FloatArray, IntArray, IntArray]:
        """The smallest distances, ascending, and the persons on both sides."""
        order = np.argsort(self._distances, kind="stable")[: self._size]
        return self._distances[order], self._persons[order, 0], self._persons[order, 1]

    def _shrink(self) -> None:
        chosen = np.argpartition(self._distances, self._size - 1)[: self._size]
        self._distances, self._persons = self._distances[chosen], self._persons[chosen]
        self._bound = float(self._distances.max())


def _within(distances: FloatArray, threshold: float) -> Float64Array:
    """The distances up to the threshold, ascending."""
    return np.sort(distances[distances <= threshold].astype(np.float64))


def _thinned(ascending: Float64Array) -> Float64Array:
    """At most 2,000 evenly spaced order statistics."""
    if len(ascending) <= _MOST:
        return ascending
    return ascending[np.linspace(0, len(ascending) - 1, _MOST).round().astype(np.int64)]
