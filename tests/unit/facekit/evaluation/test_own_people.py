"""The threshold from one's own people, its interval, and the worst pairs, against slow loops."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import numpy as np
import pytest

from facekit.errors import EvaluationError
from facekit.evaluation.calibrate import Excluded, all_pairs, limits_at_fmr
from facekit.evaluation.distributions import distributions_svg
from facekit.evaluation.own_people import BINS, OwnPeople, calibrate_on
from facekit.types import FloatArray


def pictures(persons: int = 20, each: int = 5) -> tuple[FloatArray, list[str], list[str]]:
    random = np.random.default_rng(2)
    made = np.repeat(random.normal(size=(persons, 12)), each, axis=0) + 0.7 * random.normal(size=(persons * each, 12))
    unit: FloatArray = (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float32)
    names = [f"p{person:02d}" for person in range(persons) for _ in range(each)]
    return unit, names, [f"{name}/{row}.jpg" for row, name in enumerate(names)]


def calibrated(target: float = 0.01) -> OwnPeople:
    return calibrate_on(*pictures(), target, measured_on="drawn vectors", worst=7, resamples=200)


def slow_distances() -> tuple[list[tuple[float, str, str]], list[tuple[float, str, str]]]:
    vectors, persons, names = pictures()
    found: tuple[list[tuple[float, str, str]], list[tuple[float, str, str]]] = ([], [])
    for i in range(len(names)):
        for j in range(i + 1, len(names)):
            found[persons[i] != persons[j]].append((float(((vectors[i] - vectors[j]) ** 2).sum()), names[i], names[j]))
    return found


def test_calibrate_on_own_people_counts_every_comparison_and_names_the_worst() -> None:
    mated, non_mated = slow_distances()
    found = calibrated()
    assert (found.persons, found.pictures) == (20, 100)
    assert (found.mated.sum(), found.non_mated.sum()) == (len(mated), len(non_mated))
    assert found.mated[:20].sum() == sum(d < 20 * 4 / BINS for d, _, _ in mated)
    for pairs, wanted in ((found.nearest_non_mated, sorted(non_mated)[:7]), (found.farthest_mated, sorted(mated, reverse=True)[:7])):
        assert [(pair.left, pair.right) for pair in pairs] == [(left, right) for _, left, right in wanted]
        assert [pair.distance for pair in pairs] == pytest.approx([d for d, _, _ in wanted], abs=1e-5)


def test_calibrate_on_own_people_gives_the_largest_threshold_for_the_rate_and_its_interval() -> None:
    _, non_mated = slow_distances()
    found = calibrated()
    within = sum(d <= found.point.threshold for d, _, _ in non_mated)
    assert within <= 0.01 * len(non_mated) < within + 1
    assert found.threshold_interval.low <= found.point.threshold <= found.threshold_interval.high
    assert found.threshold_interval.low < found.threshold_interval.high


def test_limits_when_persons_count_unequally_are_those_of_a_slow_loop() -> None:
    vectors, persons, _ = pictures(persons=5, each=3)
    pairs = all_pairs(vectors, persons, keep=1.0)
    drawn = np.random.default_rng(1).multinomial(5, np.full(5, 1 / 5), size=5).astype(np.float64)
    for counts, limit in zip(drawn, limits_at_fmr(pairs, 0.1, drawn), strict=True):
        listed = [
            (float(np.float32(2 - 2 * np.float32(vectors[i] @ vectors[j]))), counts[i // 3] * counts[j // 3])
            for i in range(15)
            for j in range(i + 1, 15)
            if i // 3 != j // 3
        ]
        total, so_far, slow = sum(weight for _, weight in listed), 0.0, np.inf
        for distance, weight in sorted(listed):
            so_far += weight
            if so_far > 0.1 * total + 1e-9:
                slow = distance
                break
        assert limit == pytest.approx(slow, abs=1e-5)


def test_calibrate_on_own_people_when_too_few_for_the_rate_refuses_and_says_how_many_it_takes() -> None:
    with pytest.raises(EvaluationError, match=r"cannot show a false match rate of 0\.0001") as error:
        calibrated(0.0001)
    assert "30,000" in error.value.hint


def test_calibrate_on_own_people_when_nobody_has_two_pictures_refuses() -> None:
    vectors, _, names = pictures()
    with pytest.raises(EvaluationError, match="no mated"):
        calibrate_on(vectors, names, names, 0.01, measured_on="drawn vectors")


def test_distributions_are_drawn_as_two_curves_with_the_threshold_between_them() -> None:
    found = calibrated()
    drawing = ET.fromstring(distributions_svg(found))
    curves = [element.attrib["points"].split() for element in drawing.iter() if element.tag.endswith("polyline")]
    assert [len(points) for points in curves] == [BINS, BINS]
    (limit,) = [element for element in drawing.iter() if element.attrib.get("stroke-dasharray")]
    peaks = [min(points, key=lambda point: float(point.split(",")[1])) for points in curves]
    assert float(peaks[0].split(",")[0]) < float(limit.attrib["x1"]) < float(peaks[1].split(",")[0])
    assert all(0 <= float(number) <= 720 for points in curves for point in points for number in point.split(","))


def turned(vector: FloatArray) -> FloatArray:
    """Near to a picture of the first person."""
    made = vector + 0.1
    unit: FloatArray = (made / np.linalg.norm(made)).astype(np.float32)
    return unit


def test_calibrate_with_faces_that_are_not_somebody_compares_each_with_that_person_alone() -> None:
    vectors, persons, names = pictures()
    excluded = Excluded(np.stack([turned(vectors[0]), turned(vectors[7]), vectors[3]]), ["p00", "p01", "nobody"])
    shown = [*names, "not p00/x", "not p01/x", "not nobody/x"]
    found = calibrate_on(vectors, persons, shown, 0.01, measured_on="drawn vectors", worst=7, resamples=50, excluded=excluded)
    _, non_mated = slow_distances()
    more = [
        (float(((excluded.vectors[face] - vectors[row]) ** 2).sum()), names[row], shown[100 + face])
        for face, person in enumerate(excluded.persons)
        for row, name in enumerate(persons)
        if name == person
    ]
    assert (found.persons, found.pictures, found.excluded) == (20, 100, 10)
    every = sorted([*non_mated, *more])
    assert found.point.non_mated_count == found.non_mated.sum() == len(every)
    assert [(pair.left, pair.right) for pair in found.nearest_non_mated] == [(left, right) for _, left, right in every[:7]]
    within = sum(d <= found.point.threshold for d, _, _ in every)
    assert found.point.fmr == pytest.approx(within / len(every))
    assert within <= 0.01 * len(every) < within + 1
    assert found.point.threshold < calibrated().point.threshold, "two wrong matches make it stricter"


def test_limits_with_excluded_faces_when_persons_count_unequally_are_those_of_a_slow_loop() -> None:
    vectors, persons, _ = pictures(persons=4, each=3)
    excluded = Excluded(np.stack([turned(vectors[0]), turned(vectors[4])]), ["p00", "p01"])
    pairs = all_pairs(vectors, persons, keep=1.0, excluded=excluded)
    drawn = np.random.default_rng(1).multinomial(6, np.full(6, 1 / 6), size=5).astype(np.float64)
    for counts, limit in zip(drawn, limits_at_fmr(pairs, 0.1, drawn), strict=True):
        listed = [
            (float(2 - 2 * (vectors[i] @ vectors[j])), counts[i // 3] * counts[j // 3])
            for i in range(12)
            for j in range(i + 1, 12)
            if i // 3 != j // 3
        ]
        listed += [
            (float(2 - 2 * (excluded.vectors[face] @ vectors[3 * face + each])), counts[4 + face] * counts[face])
            for face in range(2)
            for each in range(3)
        ]
        total, so_far, slow = sum(weight for _, weight in listed), 0.0, np.inf
        for distance, weight in sorted(listed):
            so_far += weight
            if so_far > 0.1 * total + 1e-9:
                slow = distance
                break
        assert limit == pytest.approx(slow, abs=1e-5)
