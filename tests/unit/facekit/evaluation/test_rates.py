"""Every rate against a slow clear loop, values worked by hand, and what must hold of any data."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facekit.errors import EvaluationError
from facekit.evaluation.rates import (
    MAX_DISTANCE,
    best_accuracy,
    best_threshold,
    eer,
    error_curve,
    fmr,
    fnmr,
    fold_accuracies,
    fold_accuracy,
    is_supported,
    tar_at_far,
    threshold_at_fmr,
)
from facekit.evaluation.trials import Trials
from tests.unit.facekit.evaluation.slow_rates import (
    Row,
    slow_best_threshold,
    slow_eer,
    slow_fmr,
    slow_fnmr,
    slow_fold_accuracies,
    slow_right,
    slow_tar,
    slow_thresholds,
)

INF = float("inf")
# Few different values, so that ties are common.
_distance = st.integers(0, 12).map(lambda tenth: tenth / 10)
_mated = st.lists(st.one_of(_distance, st.just(INF)), min_size=1, max_size=12)
_non_mated = st.lists(st.one_of(_distance, st.just(-INF)), min_size=1, max_size=12)


def trials_of(mated: Sequence[float], non_mated: Sequence[float], folds: Sequence[int] | None = None) -> Trials:
    count = len(mated) + len(non_mated)
    same = [True] * len(mated) + [False] * len(non_mated)
    left = np.arange(count)
    right = np.where(same, left, left + count)
    return Trials.of([*mated, *non_mated], same, left, right, folds)


def rows_of(mated: Sequence[float], non_mated: Sequence[float]) -> list[Row]:
    return [(d, True) for d in mated] + [(d, False) for d in non_mated]


def test_rates_when_worked_by_hand_are_these() -> None:
    trials = trials_of([0.1, 0.2, 0.3, 0.9], [0.8, 1.0, 1.1, 1.2])
    assert (fmr(trials, 0.8), fnmr(trials, 0.8)) == (0.25, 0.25)
    assert (fmr(trials, 0.79), fnmr(trials, 0.3)) == (0.0, 0.25)
    assert float(eer(trials)) == 0.25
    assert float(tar_at_far(trials, target=0.0)) == 0.75
    assert float(tar_at_far(trials, target=0.25)) == 1.0
    assert best_threshold(trials) == 0.3
    assert float(best_accuracy(trials)) == 7 / 8


def test_eer_when_no_threshold_has_equal_rates_lies_on_the_line_between_two_points() -> None:
    # (FMR, FNMR) goes from (0, 1/2) at 0.1 to (1/3, 1/2) at 0.2 and (2/3, 1/2) at 0.3: equal half-way between the last two.
    assert float(eer(trials_of([0.1, 0.9], [0.2, 0.3, 1.0]))) == pytest.approx(0.5)
    # From (0, 1/3) to (1/2, 1/3) at once with a tie of a mated and a non-mated one: to (1/2, 0).
    assert float(eer(trials_of([0.1, 0.2, 0.5], [0.5, 0.9]))) == pytest.approx(0.2)


def test_eer_when_kinds_are_apart_is_nothing_and_when_swapped_is_everything() -> None:
    assert float(eer(trials_of([0.1, 0.2], [0.3]))) == 0.0
    assert float(eer(trials_of([0.3], [0.1, 0.2]))) == 1.0


def test_eer_when_all_distances_are_equal_is_a_half() -> None:
    assert float(eer(trials_of([0.5, 0.5], [0.5]))) == 0.5


@given(_mated, _non_mated)
def test_curve_when_any_data_equals_the_slow_loop(mated: list[float], non_mated: list[float]) -> None:
    rows, curve = rows_of(mated, non_mated), error_curve(trials_of(mated, non_mated))
    assert curve.thresholds.tolist() == slow_thresholds(rows)
    assert curve.fmr.tolist() == [slow_fmr(rows, t) for t in slow_thresholds(rows)]
    assert curve.fnmr.tolist() == [slow_fnmr(rows, t) for t in slow_thresholds(rows)]


@given(_mated, _non_mated, st.sampled_from([0.0, 0.01, 0.1, 0.25, 0.5, 1.0]))
def test_single_figures_when_any_data_equal_the_slow_loop(mated: list[float], non_mated: list[float], target: float) -> None:
    rows, trials = rows_of(mated, non_mated), trials_of(mated, non_mated)
    assert float(eer(trials)) == pytest.approx(slow_eer(rows))
    assert float(tar_at_far(trials, target=target)) == pytest.approx(slow_tar(rows, target))
    assert best_threshold(trials) == slow_best_threshold(rows)
    assert float(best_accuracy(trials)) == slow_right(rows, slow_best_threshold(rows)) / len(rows)
    assert (fmr(trials, target), fnmr(trials, target)) == (slow_fmr(rows, target), slow_fnmr(rows, target))


@given(_mated, _non_mated)
def test_curve_when_the_threshold_grows_has_more_false_matches_and_fewer_false_non_matches(
    mated: list[float], non_mated: list[float]
) -> None:
    curve = error_curve(trials_of(mated, non_mated))
    assert (np.diff(curve.fmr) >= 0).all()
    assert (np.diff(curve.fnmr) <= 0).all()
    assert (np.diff(curve.thresholds) > 0).all()


@given(_mated, _non_mated, st.data())
def test_figures_when_the_order_changes_stay(mated: list[float], non_mated: list[float], data: st.DataObject) -> None:
    before = trials_of(mated, non_mated)
    order = data.draw(st.permutations(range(len(before))))
    after = Trials.of(before.distances[order], before.same[order], before.left[order], before.right[order])
    assert float(eer(before)) == float(eer(after))
    assert best_threshold(before) == best_threshold(after)
    assert float(tar_at_far(before, target=0.2)) == float(tar_at_far(after, target=0.2))


@given(_mated, _non_mated, st.data())
def test_figures_when_weighted_equal_those_of_repeated_comparisons(mated: list[float], non_mated: list[float], data: st.DataObject) -> None:
    trials = trials_of(mated, non_mated)
    weights = np.array(data.draw(st.lists(st.integers(0, 3), min_size=len(trials), max_size=len(trials))), np.float64)
    times = weights.astype(int)
    is_whole = bool(times[trials.same].sum() and times[~trials.same].sum())
    found = [float(f(trials, weights[None])[0]) for f in (eer, lambda t, w: tar_at_far(t, w, target=0.25))]
    if not is_whole:
        assert np.isnan(found).all()
        return
    repeated = Trials.of(*(np.repeat(a, times) for a in (trials.distances, trials.same, trials.left, trials.right)))
    assert found == pytest.approx([float(eer(repeated)), float(tar_at_far(repeated, target=0.25))])
    assert float(best_accuracy(trials, weights[None])[0]) == pytest.approx(float(best_accuracy(repeated)))


@settings(max_examples=50)
@given(st.lists(st.tuples(_distance, st.booleans(), st.integers(0, 3)), min_size=4, max_size=30))
def test_fold_accuracies_when_any_data_equal_the_slow_loop(rows: list[tuple[float, bool, int]]) -> None:
    rows = [*rows, (0.2, True, 0), (0.7, False, 1)]
    distances, same, folds = zip(*rows, strict=True)
    trials = Trials.of(distances, same, range(len(rows)), range(len(rows)), folds)
    slow = slow_fold_accuracies(list(zip(distances, same, strict=True)), folds)
    assert fold_accuracies(trials).tolist() == pytest.approx(slow)
    assert float(fold_accuracy(trials)) == pytest.approx(sum(slow) / len(slow))


def test_fold_accuracies_when_there_is_one_fold_are_refused() -> None:
    with pytest.raises(EvaluationError, match="one fold"):
        fold_accuracies(trials_of([0.1], [0.9]))


def test_fold_accuracies_when_weights_empty_a_fold_leave_it_out() -> None:
    trials = trials_of([0.1, 0.1, 0.9], [0.8, 0.7, 0.2], folds=[0, 1, 2, 0, 1, 2])
    weights = np.where(trials.folds == 2, 0.0, 1.0)[None]
    assert np.isnan(fold_accuracies(trials, weights)[0, 2])
    assert float(fold_accuracy(trials, weights)[0]) == 1.0


def test_threshold_at_fmr_when_distances_tie_stays_below_all_of_them() -> None:
    distances = [0.5, 0.7, 0.7, 0.7, 0.9]
    found = threshold_at_fmr(distances, 0.4)  # two may match, but three lie at 0.7
    assert found.threshold == np.nextafter(0.7, 0)
    assert found.fmr == 0.2


def test_threshold_at_fmr_when_nothing_or_everything_may_match() -> None:
    assert threshold_at_fmr([0.5, 0.7], 0.0).threshold == np.nextafter(0.5, 0)
    everything = threshold_at_fmr([0.5, 0.7], 1.0)
    assert (everything.threshold, everything.fmr) == (MAX_DISTANCE, 1.0)


@given(st.lists(_distance, min_size=1, max_size=60), st.floats(0, 1), st.sampled_from([np.float32, np.float64]))
def test_threshold_at_fmr_when_any_data_never_exceeds_the_target_and_cannot_be_larger(
    distances: list[float], target: float, kind: type[np.floating]
) -> None:
    values = np.array(distances, kind)
    found = threshold_at_fmr(values, target)
    assert found.fmr == np.mean(values <= found.threshold) == np.mean(values.astype(np.float64) <= found.threshold)
    assert found.fmr <= target
    if found.threshold < MAX_DISTANCE:
        assert np.mean(values <= np.nextafter(kind(found.threshold), kind(np.inf))) > target


@pytest.mark.parametrize(("target", "count"), [(0.1, 10), (0.1, 30), (0.01, 100), (0.001, 3000), (0.07, 100), (0.29, 100)])
def test_threshold_at_fmr_when_the_target_is_a_whole_count_allows_just_that_many(target: float, count: int) -> None:
    allowed = round(target * count)
    assert threshold_at_fmr(np.arange(count) / count, target).fmr == allowed / count


def test_threshold_at_fmr_when_only_the_nearest_are_given_is_that_of_all() -> None:
    distances = np.random.default_rng(1).random(5000).round(3)
    nearest = np.sort(distances)[:60]
    assert threshold_at_fmr(nearest, 0.01, count=5000) == threshold_at_fmr(distances, 0.01)
    with pytest.raises(ValueError, match="do not reach"):
        threshold_at_fmr(nearest, 0.02, count=5000)


def test_threshold_at_fmr_when_support_is_asked_for_needs_three_over_the_target() -> None:
    assert threshold_at_fmr(np.arange(300) / 300, 0.01, require_support=True).is_supported
    with pytest.raises(EvaluationError, match=r"299 non-mated comparisons cannot show a false match rate of 0\.01") as caught:
        threshold_at_fmr(np.arange(299) / 299, 0.01, require_support=True)
    assert "at least 300" in caught.value.hint
    assert not threshold_at_fmr(np.arange(299) / 299, 0.01).is_supported


@pytest.mark.parametrize("target", [0.01, 0.001, 0.0001, 1e-6])
def test_support_when_exactly_three_over_the_target_is_given(target: float) -> None:
    assert is_supported(target, round(3 / target))
    assert not is_supported(target, round(3 / target) - 1)


def test_threshold_at_fmr_when_there_are_no_distances_is_refused() -> None:
    with pytest.raises(EvaluationError, match="no non-mated"):
        threshold_at_fmr([], 0.01)


@pytest.mark.parametrize("target", [-0.1, 1.1])
def test_threshold_at_fmr_when_the_target_is_no_rate_is_refused(target: float) -> None:
    with pytest.raises(ValueError, match="0 … 1"):
        threshold_at_fmr([0.5], target)
