"""Error rates of 1:1 comparisons in the words of ISO/IEC 19795-1: FMR, FNMR, DET, EER, TAR at FAR, accuracy.

A comparison matches when d ≤ τ. Where `weights` (…, N) stand beside the trials, each row counts the comparisons anew and the answer
has shape (…): this is what makes the bootstrap of facekit.evaluation.intervals fast. Without weights every comparison counts once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from facekit.errors import EvaluationError
from facekit.evaluation.trials import Float64Array, IntArray, Trials

MAX_DISTANCE = 4.0
"""The largest d of two unit vectors."""
_RULE_OF_THREE = 3.0
"""No error in n independent comparisons bounds the rate by 3/n with 95 % confidence."""


@dataclass(frozen=True, slots=True, eq=False)
class ErrorCurve:
    """Both error rates at every threshold that makes a difference (the points of a DET curve), strictest first.

    Args:
        thresholds: (K,) float64. The first lies just below every measured distance, the others are the measured distances.
        fmr: (…, K), never falls. NaN where the weights leave no non-mated comparison.
        fnmr: (…, K), never rises. NaN where the weights leave no mated comparison.
    """

    thresholds: Float64Array
    fmr: Float64Array
    fnmr: Float64Array


@dataclass(frozen=True, slots=True)
class FmrThreshold:
    """A threshold for a wanted false match rate.

    Args:
        threshold: The largest τ whose measured FMR is at most the target.
        fmr: Measured at it.
        is_supported: There are at least 3 / target comparisons, so that seeing no false match would prove the target at 95 %.
    """

    threshold: float
    fmr: float
    is_supported: bool


def fmr(trials: Trials, threshold: float) -> float:
    """The share of non-mated comparisons with d ≤ τ."""
    return float(np.mean(trials.distances[~trials.same] <= threshold))


def fnmr(trials: Trials, threshold: float) -> float:
    """The share of mated comparisons with d > τ."""
    return float(np.mean(trials.distances[trials.same] > threshold))


def error_curve(trials: Trials, weights: Float64Array | None = None) -> ErrorCurve:
    """FMR and FNMR at every threshold that makes a difference. Equal distances fall on the same side of every threshold."""
    weights = np.ones(len(trials)) if weights is None else weights
    thresholds, cuts = _cuts(trials)
    mated, non_mated = weights * trials.same, weights * ~trials.same
    mated_total, non_mated_total = mated.sum(-1)[..., None], non_mated.sum(-1)[..., None]
    return ErrorCurve(
        thresholds,
        _share(_matched(non_mated, cuts), non_mated_total),
        _share(mated_total - _matched(mated, cuts), mated_total),
    )


def eer(trials: Trials, weights: Float64Array | None = None) -> Float64Array:
    """(…) the equal error rate: where the straight line between neighbouring points of the DET curve crosses FMR = FNMR."""
    curve = error_curve(trials, weights)
    gap = curve.fmr - curve.fnmr
    after = np.argmax(gap >= 0, axis=-1)[..., None]
    before = np.maximum(after - 1, 0)
    gap_before, gap_after = np.take_along_axis(gap, before, -1), np.take_along_axis(gap, after, -1)
    fmr_before, fmr_after = np.take_along_axis(curve.fmr, before, -1), np.take_along_axis(curve.fmr, after, -1)
    step = gap_after - gap_before
    part = np.divide(-gap_before, step, out=np.zeros_like(step), where=step != 0)
    crossing: Float64Array = (fmr_before + part * (fmr_after - fmr_before))[..., 0]
    return crossing


def tar_at_far(trials: Trials, weights: Float64Array | None = None, *, target: float) -> Float64Array:
    """(…) the share of mated comparisons that match at the largest threshold with FMR ≤ `target`; 0 where no threshold reaches it."""
    curve = error_curve(trials, weights)
    allowed = (curve.fmr <= target).sum(-1)[..., None]
    tar = 1.0 - np.take_along_axis(curve.fnmr, np.maximum(allowed - 1, 0), -1)
    is_known = np.isfinite(curve.fmr[..., :1]) & np.isfinite(curve.fnmr[..., :1])
    reached: Float64Array = np.where(is_known, np.where(allowed > 0, tar, 0.0), np.nan)[..., 0]
    return reached


def best_threshold(trials: Trials) -> float:
    """The threshold with the most right decisions on these very comparisons, the strictest of equals."""
    thresholds, cuts = _cuts(trials)
    return float(thresholds[np.argmax(_right(trials, np.ones(len(trials)), cuts))])


def best_accuracy(trials: Trials, weights: Float64Array | None = None) -> Float64Array:
    """(…) the share of right decisions at the threshold that is best for these very comparisons: in-sample, so a little too good."""
    weights = np.ones(len(trials)) if weights is None else weights
    right = _right(trials, weights, _cuts(trials)[1])
    return _share(right.max(-1), weights.sum(-1))


def fold_accuracies(trials: Trials, weights: Float64Array | None = None) -> Float64Array:
    """(…, F) the share of right decisions in each fold, at the threshold that is best on all other folds, as LFW asks.

    NaN for a fold that the weights leave empty.

    Raises:
        EvaluationError: There is only one fold.
    """
    numbers = np.unique(trials.folds)
    if len(numbers) < 2:
        raise EvaluationError("All pairs are in one fold.", hint="Give at least two folds, or leave the fold column out.")
    weights = np.ones(len(trials)) if weights is None else weights
    cuts = _cuts(trials)[1]
    everywhere = _right(trials, weights, cuts)
    accuracies = []
    for number in numbers:
        inside = weights * (trials.folds == number)
        right = _right(trials, inside, cuts)
        chosen = np.argmax(everywhere - right, axis=-1)[..., None]
        accuracies.append(_share(np.take_along_axis(right, chosen, -1)[..., 0], inside.sum(-1)))
    return np.stack(accuracies, axis=-1)


def fold_accuracy(trials: Trials, weights: Float64Array | None = None) -> Float64Array:
    """(…) the mean of `fold_accuracies` over the folds that are not empty."""
    accuracies = fold_accuracies(trials, weights)
    return _share(np.nansum(accuracies, axis=-1), np.isfinite(accuracies).sum(-1))


def threshold_at_fmr(non_mated: npt.ArrayLike, target: float, *, count: int | None = None, require_support: bool = False) -> FmrThreshold:
    """The largest threshold whose FMR on these distances is at most `target`, exact where distances are equal.

    Args:
        non_mated: Finite distances; where `count` is given, only the nearest of them need be here.
        count: How many comparisons there were in all.
        require_support: Refuse a target that the number of comparisons cannot support.

    Raises:
        EvaluationError: No distances, or too few for the target and `require_support`.
        ValueError: The target is not in 0 … 1, or the nearest distances do not reach up to it.
    """
    given = np.asarray(non_mated)
    # In the type of the distances: a comparison of float32 distances with a float64 τ just below one of them would round τ up to it.
    nearest = np.sort(given if given.dtype == np.float32 else given.astype(np.float64))
    total = len(nearest) if count is None else count
    _check_target(target, total, require_support)
    allowed = next(matched for matched in range(min(int(target * total) + 1, total), -1, -1) if matched / total <= target)
    if allowed == total:
        return FmrThreshold(MAX_DISTANCE, 1.0, is_supported(target, total))
    if allowed >= len(nearest):
        raise ValueError(f"the {len(nearest)} nearest of {total} distances do not reach up to a rate of {target}")
    threshold = float(np.nextafter(nearest[allowed], -np.inf))
    matched = int(np.searchsorted(nearest, threshold, side="right"))
    return FmrThreshold(threshold, matched / total, is_supported(target, total))


def needed_for(target: float) -> int:
    """How many comparisons it takes to prove a rate of `target`, by the rule of three."""
    return int(np.ceil(_RULE_OF_THREE / target * (1 - 1e-12)))


def is_supported(target: float, count: int) -> bool:
    """Whether `count` comparisons can prove a rate of `target`: no error in n bounds the rate by 3/n at 95 % (the rule of three)."""
    return count * target >= _RULE_OF_THREE * (1 - 1e-12)


def _check_target(target: float, count: int, require_support: bool) -> None:
    if not 0.0 <= target <= 1.0:
        raise ValueError(f"a rate of {target} is not in 0 … 1")
    if count == 0:
        raise EvaluationError("There is no non-mated comparison to set a threshold by.", hint="Give pictures of at least two persons.")
    if require_support and not is_supported(target, count):
        needed = needed_for(target) if target > 0 else 0
        missing = f"at least {needed:,} comparisons, so {needed - count:,} are missing" if needed else "endless comparisons"
        raise EvaluationError(
            f"{count:,} non-mated comparisons cannot show a false match rate of {target:g}: no error in n of them bounds the rate by 3/n.",
            hint=f"It takes {missing}: give more persons, or ask for a higher rate.",
        )


def _cuts(trials: Trials) -> tuple[Float64Array, IntArray]:
    """(K,) thresholds and (K,) how many of the sorted trials match at each."""
    measured = np.unique(trials.distances[np.isfinite(trials.distances)])
    below = np.nextafter(measured[:1], -np.inf) if len(measured) else np.zeros(1)
    thresholds = np.concatenate([below, measured])
    return thresholds, np.searchsorted(trials.distances, thresholds, side="right").astype(np.int64)


def _matched(weights: Float64Array, cuts: IntArray) -> Float64Array:
    """(…, K) the weight of the first trials up to each cut."""
    sums = np.zeros((*weights.shape[:-1], weights.shape[-1] + 1))
    np.cumsum(weights, axis=-1, out=sums[..., 1:])
    matched: Float64Array = sums[..., cuts]
    return matched


def _right(trials: Trials, weights: Float64Array, cuts: IntArray) -> Float64Array:
    """(…, K) the weight of right decisions at each cut: matched mated ones and unmatched non-mated ones."""
    sign = np.where(trials.same, 1.0, -1.0)
    right: Float64Array = (weights * ~trials.same).sum(-1)[..., None] + _matched(weights * sign, cuts)
    return right


def _share(part: Float64Array, whole: Float64Array) -> Float64Array:
    """part / whole, NaN where the whole is 0."""
    wide: npt.NDArray[Any] = np.broadcast_to(whole, np.shape(part))
    share: Float64Array = np.divide(part, wide, out=np.full(np.shape(part), np.nan), where=wide > 0)
    return share
