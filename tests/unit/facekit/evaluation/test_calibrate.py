"""All pairs, operating points and the uncertain margin against slow loops."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from facekit.errors import EvaluationError
from facekit.evaluation import calibrate, comparisons
from facekit.evaluation.calibrate import AllPairs, all_pairs, operating_points, uncertain_margin
from facekit.types import FloatArray


def drawn_pictures(persons: int = 40, most: int = 5, noise: float = 0.7, seed: int = 3) -> tuple[FloatArray, list[str]]:
    random = np.random.default_rng(seed)
    owners = np.repeat(np.arange(persons), random.integers(1, most + 1, persons))
    vectors = random.normal(size=(persons, 8))[owners] + noise * random.normal(size=(len(owners), 8))
    order = random.permutation(len(owners))
    unit = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return unit[order], [f"p{owner:02d}" for owner in owners[order]]


def slow_pairs(vectors: FloatArray, persons: list[str]) -> tuple[list[float], list[float]]:
    """Mated and non-mated distances, each ascending."""
    mated: list[float] = []
    non_mated: list[float] = []
    for left in range(len(vectors)):
        for right in range(left + 1, len(vectors)):
            distance = sum((float(a) - float(b)) ** 2 for a, b in zip(vectors[left], vectors[right], strict=True))
            (mated if persons[left] == persons[right] else non_mated).append(distance)
    return sorted(mated), sorted(non_mated)


@pytest.mark.parametrize("rows", [1, 7, 128])
def test_all_pairs_when_compared_with_a_slow_loop_are_the_same_in_any_blocks(monkeypatch: pytest.MonkeyPatch, rows: int) -> None:
    monkeypatch.setattr(comparisons, "_BLOCK_ROWS", rows)
    vectors, persons = drawn_pictures()
    mated, non_mated = slow_pairs(vectors, persons)
    found = all_pairs(vectors, persons, keep=0.1)
    kept = int(0.1 * len(non_mated)) + 1
    assert np.sort(found.mated).tolist() == pytest.approx(mated, abs=2e-6)
    assert found.nearest.tolist() == pytest.approx(non_mated[:kept], abs=2e-6)
    assert found.non_mated_count == len(non_mated)
    assert found.pictures.sum() == len(persons)


def test_all_pairs_when_kept_whole_know_who_each_distance_belongs_to() -> None:
    vectors, persons = drawn_pictures(persons=6, most=3)
    names = sorted(set(persons))
    found = all_pairs(vectors, persons, keep=1.0)
    assert (found.nearest_left != found.nearest_right).all()
    for distance, left, right in zip(found.nearest[::5], found.nearest_left[::5], found.nearest_right[::5], strict=True):
        between = [
            float(((a - b) ** 2).sum())
            for a, one in zip(vectors, persons, strict=True)
            for b, other in zip(vectors, persons, strict=True)
            if (one, other) == (names[left], names[right])
        ]
        assert min(abs(np.array(between) - distance)) < 2e-6
    for person in range(len(names)):
        own = found.pictures[person]
        assert (found.mated_persons == person).sum() == own * (own - 1) // 2


@pytest.mark.parametrize("persons", [[], ["a"], ["a", "a"], ["a", "b"]])
def test_all_pairs_when_one_kind_of_comparison_is_missing_are_refused(persons: list[str]) -> None:
    with pytest.raises(EvaluationError, match="no mated or no non-mated"):
        all_pairs(np.zeros((len(persons), 4), np.float32), persons)


def test_all_pairs_when_numbers_differ_are_refused() -> None:
    with pytest.raises(ValueError, match="for 1 persons"):
        all_pairs(np.zeros((2, 4), np.float32), ["a"])


def test_operating_points_when_compared_with_a_slow_loop_agree() -> None:
    vectors, persons = drawn_pictures(persons=60)
    mated, non_mated = slow_pairs(vectors, persons)
    points = operating_points(all_pairs(vectors, persons, keep=0.1), targets=(0.1, 0.01), measured_on="drawn", resamples=80)
    assert [point.target_fmr for point in points] == [0.1, 0.01]
    for point in points:
        allowed = int(point.target_fmr * len(non_mated))
        assert point.threshold == pytest.approx(non_mated[allowed], abs=3e-6)
        assert point.fmr == allowed / len(non_mated)
        assert point.fmr <= point.target_fmr
        assert point.fnmr == sum(d > point.threshold for d in mated) / len(mated)
        assert point.fmr_interval.low < point.fmr < point.fmr_interval.high
        assert point.fnmr_interval.low < point.fnmr < point.fnmr_interval.high
        assert 0 <= point.uncertain_margin <= point.threshold
        assert (point.mated_count, point.non_mated_count) == (len(mated), len(non_mated))
    assert points[0].threshold > points[1].threshold
    assert points[0].measured_on == "drawn"


def test_operating_points_when_a_target_lacks_support_leave_it_out_and_refuse_when_none_is_left() -> None:
    pairs = all_pairs(*drawn_pictures(persons=20))
    assert 300 <= pairs.non_mated_count < 3000
    assert [point.target_fmr for point in operating_points(pairs, measured_on="drawn", resamples=10)] == [0.01]
    with pytest.raises(EvaluationError, match=r"cannot show a false match rate of 0\.001"):
        operating_points(pairs, targets=(0.001, 0.0001), measured_on="drawn")


def test_operating_points_when_equal_pictures_tie_stay_within_the_target() -> None:
    vectors, persons = drawn_pictures(persons=60)
    doubled = np.concatenate([vectors, vectors[:40]])
    pairs = all_pairs(doubled, [*persons, *(f"copy {n}" for n in range(40))], keep=0.01)
    (point,) = operating_points(pairs, targets=(0.01,), measured_on="drawn", resamples=10)
    assert point.fmr <= 0.01
    strict = pairs.nearest.astype(np.float64) <= point.threshold
    assert strict.sum() / pairs.non_mated_count == point.fmr


def test_operating_points_when_too_few_lie_within_the_threshold_take_the_looser_margin_and_say_so() -> None:
    pairs = all_pairs(*drawn_pictures(persons=80, noise=0.4))
    loose, strict = operating_points(pairs, targets=(0.01, 0.001), measured_on="drawn", resamples=10)
    assert strict.fmr * pairs.non_mated_count < 30 <= loose.fmr * pairs.non_mated_count
    assert 0 < strict.uncertain_margin == loose.uncertain_margin < strict.threshold
    assert "too few" in strict.measured_on
    assert "too few" not in loose.measured_on


def slow_margin(mated: FloatArray, non_mated: FloatArray, threshold: float) -> float:
    x = [round(float(d), 2) for d in mated if d <= threshold]
    y = [round(float(d), 2) for d in non_mated if d <= threshold]
    for hundredth in range(round(threshold * 100) + 1):
        right = sum(1 for a in x for b in y if round(100 * (b - a)) >= hundredth)
        wrong = sum(1 for a in x for b in y if round(100 * (a - b)) >= hundredth)
        if right and right >= 0.95 * (right + wrong):
            return hundredth / 100
    return threshold


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([0.2, 0.5, 0.8, 1.0]))
def test_uncertain_margin_when_any_data_equals_the_slow_loop(seed: int, mean: float) -> None:
    random = np.random.default_rng(seed)
    mated = random.normal(mean, 0.2, 60).clip(0, 0.99).round(2).astype(np.float64)
    non_mated = random.normal(0.9, 0.1, 60).clip(0, 0.99).round(2).astype(np.float64)
    found = uncertain_margin(mated, non_mated, 1.0)  # type: ignore[arg-type]  # float64, so that hundredths stay hundredths
    assert found.is_supported
    assert found.value == pytest.approx(slow_margin(mated, non_mated, 1.0))  # type: ignore[arg-type]


def test_uncertain_margin_when_kinds_are_apart_is_nothing_and_when_swapped_is_the_threshold() -> None:
    near, far = np.full(50, 0.2, np.float32), np.full(50, 0.8, np.float32)
    assert uncertain_margin(near, far, 1.0).value == 0.0
    assert uncertain_margin(far, near, 1.0).value == 1.0
    assert uncertain_margin(far, near, 1.0).is_supported


def test_uncertain_margin_when_too_few_lie_within_the_threshold_is_the_threshold_and_unsupported() -> None:
    few, many = np.full(29, 0.2, np.float32), np.full(500, 0.8, np.float32)
    for mated, non_mated in ((few, many), (many, few), (np.full(500, 2.0, np.float32), many)):
        found = uncertain_margin(mated, non_mated, 1.0)
        assert (found.value, found.is_supported) == (1.0, False)


def test_uncertain_margin_when_data_are_thinned_hardly_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(0)
    mated, non_mated = (random.normal(mean, 0.2, 6000).astype(np.float32).clip(0) for mean in (0.6, 0.95))
    thinned = uncertain_margin(mated, non_mated, 1.0).value
    monkeypatch.setattr(calibrate, "_MOST", 10**6)
    assert thinned == pytest.approx(uncertain_margin(mated, non_mated, 1.0).value, abs=0.011)
    assert 0.0 < thinned < 0.5


def test_all_pairs_when_many_pictures_are_given_keep_only_the_tail() -> None:
    random = np.random.default_rng(0)
    vectors = random.normal(size=(1500, 16)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    pairs: AllPairs = all_pairs(vectors, [f"{n // 2}" for n in range(1500)])
    assert pairs.non_mated_count == 1500 * 1499 // 2 - 750
    assert len(pairs.nearest) == int(0.01 * pairs.non_mated_count) + 1
    assert (np.diff(pairs.nearest) >= 0).all()
