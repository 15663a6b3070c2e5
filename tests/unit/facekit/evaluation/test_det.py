"""The DET curve by hand, and its drawing read back."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import numpy as np
import pytest

from facekit.errors import EvaluationError
from facekit.evaluation.calibrate import AllPairs
from facekit.evaluation.det import DetCurve, det_curve, det_svg

_SVG = "{http://www.w3.org/2000/svg}"


def pairs_of(mated: list[float], nearest: list[float], count: int) -> AllPairs:
    nobody = np.zeros(len(nearest), np.int64)
    mated_distances, non_mated = np.asarray(mated, np.float32), np.asarray(sorted(nearest), np.float32)
    return AllPairs(mated_distances, np.zeros(len(mated), np.int64), non_mated, nobody, nobody, count, np.array([2, 2]))


def test_det_curve_when_counted_by_hand_is_this() -> None:
    nearest = [0.1 * step for step in range(1, 8)]  # 0.1 … 0.7 of 1,000
    curve = det_curve(pairs_of([0.05, 0.35, 0.4, 0.55, 0.9], nearest, 1000))
    assert curve.fmr == pytest.approx((0.003, 0.004, 0.005, 0.006))
    # With three matches allowed the fourth, 0.4, must not match: of the mated ones 0.05 and 0.35 lie below it.
    assert curve.fnmr == pytest.approx((0.6, 0.4, 0.2, 0.2))


def test_det_curve_at_each_of_its_points_is_what_a_slow_count_finds() -> None:
    random = np.random.default_rng(3)
    mated, nearest = random.normal(1.0, 0.4, 300).clip(0).tolist(), random.normal(2.0, 0.3, 4000).tolist()
    pairs = pairs_of(mated, nearest, 4000)
    curve = det_curve(pairs)
    assert list(curve.fmr) == sorted(set(curve.fmr))
    for fmr, fnmr in list(zip(curve.fmr, curve.fnmr, strict=True))[::9]:
        thresholds = [t for t in [0.0, *pairs.mated.tolist(), *pairs.nearest.tolist()] if (pairs.nearest <= t).sum() <= fmr * 4000 + 1e-9]
        assert fnmr == pytest.approx(min(float((pairs.mated > t).mean()) for t in thresholds))


def test_det_curve_of_too_few_comparisons_is_refused() -> None:
    with pytest.raises(EvaluationError, match="3 non-mated distances"):
        det_curve(pairs_of([0.1], [0.1, 0.2, 0.3], 3))


def test_det_svg_has_a_line_and_a_name_for_each_curve_and_decades_on_both_axes() -> None:
    curves = {"ours & theirs": DetCurve((1e-4, 1e-3, 1e-2), (0.2, 0.05, 0.01)), "other": DetCurve((1e-3, 1e-2, 1e-1), (0.1, 0.02, 0.0))}
    root = ET.fromstring(det_svg(curves))
    lines = [line.attrib["points"].split() for line in root.findall(f"{_SVG}polyline")]
    assert [len(line) for line in lines] == [3, 2]  # a point without an error has no place on a logarithmic axis
    texts = [text.text for text in root.findall(f"{_SVG}text")]
    assert {"ours & theirs", "other", "FMR", "FNMR", "0.0001", "0.001", "0.01", "0.1"} <= set(texts)
    (left, top), (middle, _), (right, bottom) = (tuple(map(float, point.split(","))) for point in lines[0])
    assert middle - left == pytest.approx(right - middle, abs=0.2)  # a decade each
    assert (top < bottom, left < right) == (True, True)


def test_det_svg_without_an_error_is_refused() -> None:
    with pytest.raises(EvaluationError, match="no error to draw"):
        det_svg({"perfect": DetCurve((0.01,), (0.0,))})
