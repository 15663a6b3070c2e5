"""How far a measured rate can be trusted: 95 % intervals by Wilson's formula and by the bootstrap over identities."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from facekit.evaluation.trials import Float64Array, IntArray, Trials
from facekit.types import Interval

Statistic = Callable[[Trials, Float64Array], Float64Array]
"""Weights (B, N) of the trials in, (B,) values out: eer, best_accuracy, partial(tar_at_far, target=…)."""

RESAMPLES = 1000
_LEVEL = 0.95
_BLOCK_CELLS = 2_000_000
"""Weights held at once, so that memory stays at some 16 MB an array."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A measured rate with its 95 % interval."""

    value: float
    interval: Interval


def beside(name: str, rate: Estimate | None) -> dict[str, object]:
    """A rate for JSON, with its interval beside it: {name: value, name_interval: [low, high]}; both None where there is no rate."""
    if rate is None:
        return {name: None, f"{name}_interval": None}
    return {name: rate.value, f"{name}_interval": [rate.interval.low, rate.interval.high]}


def wilson(errors: float, count: int) -> Interval:
    """The 95 % interval of a rate of `errors` in `count` independent trials (Wilson 1927).

    Chosen over Clopper and Pearson's for its closed form; it holds 95 % on average and stays useful at no errors at all, where the
    bootstrap says 0 … 0.
    """
    if count == 0:
        return Interval(0.0, 1.0)
    z = NormalDist().inv_cdf(0.5 + _LEVEL / 2)
    rate = errors / count
    centre = (rate + z**2 / (2 * count)) / (1 + z**2 / count)
    half = z / (1 + z**2 / count) * np.sqrt(rate * (1 - rate) / count + z**2 / (4 * count**2))
    # At the ends the two terms are equal; rounding must not leave the rate outside its own interval.
    return Interval(float(min(max(0.0, centre - half), rate)), float(max(min(1.0, centre + half), rate)))


def bootstrap(trials: Trials, statistic: Statistic, *, resamples: int = RESAMPLES, seed: int = 0) -> Interval:
    """The 95 % percentile interval of a statistic over resampled identities.

    Comparisons that share a person are not independent, so persons are drawn with replacement, not comparisons (Bolle, Ratha and
    Pankanti 2004). A comparison of a person with themselves counts as often as the person was drawn, one of two persons as often as the
    product of both numbers. The product makes rates of comparisons whose persons occur nowhere else up to √3 wider than they need be
    (Owen 2007): too careful, never too bold. Resamples in which the statistic has no value are left out.
    """
    persons, left, right = _persons(trials)
    blocks = draws(persons, resamples=resamples, seed=seed, cells_each=len(trials))
    values = np.concatenate([statistic(trials, _weights(drawn, left, right)) for drawn in blocks])
    return percentiles(values)


def estimate(trials: Trials, statistic: Statistic, count: int, *, resamples: int = RESAMPLES, seed: int = 0) -> Estimate:
    """A statistic with its bootstrap interval, never narrower than that of a rate in `count` independent trials."""
    value = float(statistic(trials, np.ones((1, len(trials))))[0])
    interval = bootstrap(trials, statistic, resamples=resamples, seed=seed)
    return Estimate(value, widest(interval, wilson(value * count, count)))


def paired_difference(
    first: Trials, second: Trials, statistic: Statistic, *, resamples: int = RESAMPLES, seed: int = 0
) -> tuple[float, Interval]:
    """How much larger a statistic is with the second encoder than with the first, and the 95 % interval of that difference.

    Both saw the same comparisons and every resample takes the same persons for both, so what makes the data hard cancels out.

    Raises:
        ValueError: The two do not hold the same comparisons.
    """
    if not _are_alike(first, second):
        raise ValueError("the two encoders were not measured on the same comparisons")
    persons, left, right = _persons(first)
    _, other_left, other_right = _persons(second)
    differences = [
        statistic(second, _weights(drawn, other_left, other_right)) - statistic(first, _weights(drawn, left, right))
        for drawn in draws(persons, resamples=resamples, seed=seed, cells_each=len(first))
    ]
    once = np.ones((1, len(first)))
    return float((statistic(second, once) - statistic(first, once))[0]), percentiles(np.concatenate(differences))


def rate_by_person(errors: Float64Array, counts: Float64Array, *, resamples: int = RESAMPLES, seed: int = 0) -> Estimate:
    """Σ errors / Σ counts, where (P,) both are given for each person; the interval by drawing persons, at least Wilson's.

    Raises:
        ValueError: No trial at all.
    """
    total = int(counts.sum())
    if total == 0:
        raise ValueError("a rate needs at least one trial")
    values = []
    for drawn in draws(len(counts), resamples=resamples, seed=seed, cells_each=len(counts)):
        trials = drawn @ counts
        values.append(np.divide(drawn @ errors, trials, out=np.full(len(drawn), np.nan), where=trials > 0))
    wrong = float(errors.sum())
    return Estimate(wrong / total, widest(percentiles(np.concatenate(values)), wilson(wrong, total)))


def rate_of_pairs(
    left: IntArray,
    right: IntArray,
    pictures: Float64Array,
    labelled: IntArray | None = None,
    *,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> Estimate:
    """The share of the comparisons between different persons that matched, when all pictures were compared with all.

    Args:
        left: (K,) the person on the left of each comparison that matched, an index of `pictures`.
        right: (K,) the other person.
        pictures: (P,) how many pictures each person has: this gives the number of comparisons without listing them.
        labelled: As in `cross_pairs`.

    Raises:
        ValueError: Fewer than two persons.
    """
    total = cross_pairs(np.ones((1, len(pictures))), pictures, labelled)[0]
    if total == 0:
        raise ValueError("a rate needs at least two persons")
    (first, second), often = np.unique(np.stack([left, right]), axis=1, return_counts=True)
    values = []
    for drawn in draws(len(pictures), resamples=resamples, seed=seed, cells_each=len(often) + len(pictures)):
        pairs = cross_pairs(drawn, pictures, labelled)
        matched = (drawn[:, first] * drawn[:, second]) @ often
        values.append(np.divide(matched, pairs, out=np.full(len(drawn), np.nan), where=pairs > 0))
    return Estimate(len(left) / total, widest(percentiles(np.concatenate(values)), wilson(len(left), int(total))))


def percentiles(values: Float64Array) -> Interval:
    """The middle 95 % of resampled values; 0 … 1 where not one of them is a number."""
    known = values[np.isfinite(values)]
    if len(known) == 0:
        return Interval(0.0, 1.0)
    low, high = np.quantile(known, [(1 - _LEVEL) / 2, (1 + _LEVEL) / 2])
    return Interval(float(low), float(high))


def widest(first: Interval, second: Interval) -> Interval:
    """The interval that holds both."""
    return Interval(min(first.low, second.low), max(first.high, second.high))


def _persons(trials: Trials) -> tuple[int, IntArray, IntArray]:
    """How many persons there are, and (N,) each side as an index among them."""
    names, codes = np.unique(np.concatenate([trials.left, trials.right]), return_inverse=True)
    return len(names), codes[: len(trials)].astype(np.int64), codes[len(trials) :].astype(np.int64)


def draws(persons: int, *, resamples: int, seed: int, cells_each: int) -> Iterator[Float64Array]:
    """(b, P) how often each person was drawn, in blocks that keep memory bounded; the same for the same seed whatever the blocks."""
    generator = np.random.default_rng(seed)
    block = max(1, _BLOCK_CELLS // max(cells_each, 1))
    for start in range(0, resamples, block):
        yield generator.multinomial(persons, np.full(persons, 1 / persons), size=min(block, resamples - start)).astype(np.float64)


def _weights(drawn: Float64Array, left: IntArray, right: IntArray) -> Float64Array:
    """(b, N) how often each comparison counts in each resample."""
    return np.where(left == right, drawn[:, left], drawn[:, left] * drawn[:, right])


def cross_pairs(drawn: Float64Array, pictures: Float64Array, labelled: IntArray | None = None) -> Float64Array:
    """(b,) comparisons of different persons: Σ over pairs of persons of the product of their drawn pictures, (P,) each.

    Args:
        labelled: (K,) of the last K persons, who have no pictures of their own: the one person whose pictures each is compared with.
    """
    whole, own = drawn @ pictures, drawn**2 @ pictures**2
    pairs: Float64Array = (whole**2 - own) / 2
    if labelled is None or not len(labelled):
        return pairs
    faces = drawn[:, len(pictures) - len(labelled) :]
    more: Float64Array = (faces * drawn[:, labelled]) @ pictures[labelled]
    return pairs + more


def _are_alike(first: Trials, second: Trials) -> bool:
    """Whether both hold the same comparisons, in whatever order."""

    def listed(trials: Trials) -> list[tuple[int, int, bool, int]]:
        return sorted(zip(trials.left.tolist(), trials.right.tolist(), trials.same.tolist(), trials.folds.tolist(), strict=True))

    return listed(first) == listed(second)
