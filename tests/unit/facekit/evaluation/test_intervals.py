"""Intervals: against published values, against a slow loop, and whether they hold the truth as often as they say."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from facekit.evaluation.intervals import (
    bootstrap,
    estimate,
    paired_difference,
    percentiles,
    rate_by_person,
    rate_of_pairs,
    wilson,
)
from facekit.evaluation.rates import best_accuracy, eer, fold_accuracy, tar_at_far
from facekit.evaluation.trials import Float64Array, Trials
from facekit.types import Interval


def drawn_trials(seed: int, persons: int = 30, shift: float = 0.0) -> Trials:
    """Mated and non-mated comparisons of a few persons, each person a little harder or easier than the next."""
    random = np.random.default_rng(seed)
    effect = random.normal(0, 0.15, persons)
    left = np.concatenate([np.repeat(np.arange(persons), 3), random.integers(0, persons, 120)])
    right = np.concatenate([np.repeat(np.arange(persons), 3), random.integers(0, persons, 120)])
    same = left == right
    distances = np.where(same, 0.8, 1.2) + shift * same + effect[left] + effect[right] + random.normal(0, 0.2, len(left))
    return Trials.of(distances, same, left, right, left % 3)


@pytest.mark.parametrize(
    ("errors", "count", "low", "high"),
    [(0, 10, 0.0, 0.2775), (1, 10, 0.0179, 0.4042), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1.0), (15, 148, 0.0624, 0.1605)],
)
def test_wilson_when_compared_with_known_values_agrees(errors: int, count: int, low: float, high: float) -> None:
    found = wilson(errors, count)
    assert [found.low, found.high] == pytest.approx([low, high], abs=5e-5)


def test_wilson_when_there_was_no_trial_says_nothing() -> None:
    assert wilson(0, 0) == Interval(0.0, 1.0)


@pytest.mark.parametrize("count", [1, 3, 7, 500, 10**6])
def test_wilson_when_at_the_ends_holds_the_rate_itself(count: int) -> None:
    assert wilson(0, count).low == 0.0
    assert wilson(count, count).high == 1.0


def test_bootstrap_when_compared_with_a_slow_loop_gives_the_same_interval() -> None:
    trials = drawn_trials(3, persons=8)
    persons = np.unique(np.concatenate([trials.left, trials.right])).tolist()
    random, slow = np.random.default_rng(11), []
    for _ in range(40):
        times = dict(zip(persons, random.multinomial(len(persons), [1 / len(persons)] * len(persons)).tolist(), strict=True))
        rows: list[int] = []
        for row, (left, right) in enumerate(zip(trials.left.tolist(), trials.right.tolist(), strict=True)):
            rows += [row] * (times[left] if left == right else times[left] * times[right])
        kept = Trials.of(trials.distances[rows], trials.same[rows], trials.left[rows], trials.right[rows])
        slow.append(float(eer(kept)))
    found = bootstrap(trials, eer, resamples=40, seed=11)
    assert (found.low, found.high) == pytest.approx(tuple(np.quantile(slow, [0.025, 0.975])))


def test_bootstrap_when_the_seed_is_the_same_is_the_same_in_any_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    trials = drawn_trials(5)
    before = bootstrap(trials, best_accuracy, resamples=60, seed=2)
    monkeypatch.setattr("facekit.evaluation.intervals._BLOCK_CELLS", 7 * len(trials))
    assert bootstrap(trials, best_accuracy, resamples=60, seed=2) == before
    assert bootstrap(trials, best_accuracy, resamples=60, seed=3) != before


@pytest.mark.parametrize("statistic", [eer, best_accuracy, fold_accuracy, partial(tar_at_far, target=0.1)])
def test_estimate_when_any_statistic_holds_its_own_value(statistic: object) -> None:
    found = estimate(drawn_trials(7), statistic, 90, resamples=200)  # type: ignore[arg-type]  # a parameter has no type
    assert 0 <= found.interval.low <= found.value <= found.interval.high <= 1
    assert found.interval.high - found.interval.low > 0.01


def test_estimate_when_no_error_was_seen_still_allows_for_some() -> None:
    trials = Trials.of([0.1] * 50 + [1.5] * 50, [True] * 50 + [False] * 50, range(100), [*range(50), *range(100, 150)])
    found = estimate(trials, eer, 50, resamples=50)
    assert found.value == 0
    assert found.interval == wilson(0, 50)


def test_percentiles_when_no_resample_has_a_value_say_nothing() -> None:
    assert percentiles(np.array([np.nan, np.nan])) == Interval(0.0, 1.0)


def test_paired_difference_when_one_encoder_is_a_little_worse_sees_it_where_single_intervals_do_not() -> None:
    first, second = drawn_trials(9), drawn_trials(9, shift=0.06)
    value, interval = paired_difference(first, second, eer, resamples=300)
    assert value == pytest.approx(float(eer(second)) - float(eer(first)))
    assert interval.low <= value <= interval.high
    alone = bootstrap(first, eer, resamples=300)
    assert interval.high - interval.low < alone.high - alone.low


def test_paired_difference_when_both_are_the_same_is_nothing_at_all() -> None:
    value, interval = paired_difference(drawn_trials(9), drawn_trials(9), eer, resamples=50)
    assert (value, interval) == (0.0, Interval(0.0, 0.0))


def test_paired_difference_when_the_comparisons_differ_is_refused() -> None:
    with pytest.raises(ValueError, match="same comparisons"):
        paired_difference(drawn_trials(1), drawn_trials(2), eer)


def test_rate_by_person_when_worked_by_hand_is_the_share() -> None:
    found = rate_by_person(np.array([1.0, 0.0, 2.0]), np.array([4.0, 4.0, 2.0]), resamples=100)
    assert found.value == pytest.approx(0.3)
    assert found.interval.low <= wilson(3, 10).low
    assert found.interval.high >= wilson(3, 10).high
    with pytest.raises(ValueError, match="at least one trial"):
        rate_by_person(np.zeros(2), np.zeros(2))


def test_rate_of_pairs_when_compared_with_the_bootstrap_over_listed_pairs_agrees() -> None:
    random = np.random.default_rng(4)
    pictures = np.array([1, 3, 2, 4, 1, 2])
    owners = np.repeat(np.arange(6), pictures)
    left, right = np.triu_indices(len(owners), 1)
    different = owners[left] != owners[right]
    left, right = owners[left[different]], owners[right[different]]
    matched = random.random(len(left)) < 0.2
    found = rate_of_pairs(left[matched], right[matched], pictures.astype(np.float64), resamples=80, seed=6)
    trials = Trials.of(np.r_[np.where(matched, 0.1, 1.0), 0.0], np.r_[np.zeros(len(left), bool), True], np.r_[left, 0], np.r_[right, 0])
    slow = estimate(trials, partial(_fmr_at, threshold=0.5), len(left), resamples=80, seed=6)
    assert found.value == pytest.approx(matched.mean())
    assert (found.interval.low, found.interval.high) == pytest.approx((slow.interval.low, slow.interval.high))


def _fmr_at(trials: Trials, weights: Float64Array, *, threshold: float) -> Float64Array:
    counted = weights * ~trials.same
    total = counted.sum(-1)
    rate: Float64Array = np.divide(
        (counted * (trials.distances <= threshold)).sum(-1), total, out=np.full(len(total), np.nan), where=total > 0
    )
    return rate


def test_rate_of_pairs_when_there_is_one_person_is_refused() -> None:
    with pytest.raises(ValueError, match="two persons"):
        rate_of_pairs(np.zeros(0, np.int64), np.zeros(0, np.int64), np.array([3.0]))


def test_person_intervals_when_persons_differ_hold_the_truth_about_as_often_as_they_say() -> None:
    """Each person has an error rate of their own (0.05 or 0.35, in the mean 0.2) and ten trials; Wilson on all 600 holds it too seldom."""
    random, held, naive = np.random.default_rng(0), 0, 0
    for run in range(200):
        errors = random.binomial(10, random.choice([0.05, 0.35], 60)).astype(np.float64)
        interval = rate_by_person(errors, np.full(60, 10.0), resamples=200, seed=run).interval
        held += interval.low <= 0.2 <= interval.high
        alone = wilson(float(errors.sum()), 600)
        naive += alone.low <= 0.2 <= alone.high
    assert 0.90 <= held / 200 <= 0.99
    assert naive / 200 < held / 200


def test_pair_intervals_when_persons_differ_hold_the_truth_at_least_about_as_often_as_they_say() -> None:
    """40 persons, all compared with all; a pair matches when the sum of both persons' effects and noise is low: FMR = Φ(−1.5) = 0.0668."""
    random, held, naive = np.random.default_rng(1), 0, 0
    left, right = np.triu_indices(40, 1)
    for run in range(150):
        effect = random.normal(0, 0.5, 40)
        matched = effect[left] + effect[right] + random.normal(0, np.sqrt(0.5), len(left)) < -1.5
        interval = rate_of_pairs(left[matched], right[matched], np.ones(40), resamples=150, seed=run).interval
        held += interval.low <= 0.0668 <= interval.high
        alone = wilson(float(matched.sum()), len(left))
        naive += alone.low <= 0.0668 <= alone.high
    assert held / 150 >= 0.88
    assert naive / 150 < 0.8
