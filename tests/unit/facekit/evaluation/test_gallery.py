"""1:N in an open set: every figure counted by hand, and against a slow loop over drawn faces."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from facekit.errors import EvaluationError, ModelMismatchError
from facekit.evaluation.gallery import Confusion, Probe, evaluate_gallery
from facekit.matching.decide import DecisionRule
from facekit.types import Embedding, EncoderKey

KEY = EncoderKey("drawn", "0" * 64)
RULE = DecisionRule(threshold=0.5, uncertain_margin=0.05)


def at(degrees: float, key: EncoderKey = KEY) -> Embedding:
    """On a circle: two at an angle of 30° lie 0.27 apart, of 41° 0.49, of 45° 0.59."""
    angle = math.radians(degrees)
    return Embedding(np.array([math.cos(angle), math.sin(angle)], np.float32), key)


ENROLLED = {"Ana": [at(0), at(180)], "Bo": [at(90)], "Cy": []}


def test_report_when_counted_by_hand_is_this() -> None:
    probes = [
        Probe("ana1", "Ana", at(10)),  # named
        Probe("ana2", "Ana", at(200)),  # named, by her second template
        Probe("ana3", "Ana", at(60)),  # Bo is named: miss and confusion
        Probe("ana4", "Ana", None),  # undetected: miss
        Probe("bo1", "Bo", at(135.5)),  # nobody within τ, nearer to Ana: miss, not rank 1
        Probe("bo2", "Bo", at(134)),  # nobody within τ, Bo nearest: miss, rank 1
        Probe("cy1", "Cy", at(270)),  # enrolment failed: miss
        Probe("zoe1", "Zoe", at(100)),  # stranger taken for Bo
        Probe("zoe2", "Zoe", at(270)),  # stranger not recognized
        Probe("zoe3", "Zoe", None),  # stranger undetected: nobody found
    ]
    report = evaluate_gallery(ENROLLED, probes, RULE, resamples=50)
    assert (report.mated_count, report.non_mated_count, report.uncertain_count) == (7, 3, 0)
    assert report.rank1 is not None
    assert report.fnir is not None
    assert report.fpir is not None
    assert report.rank1.value == pytest.approx(3 / 7)
    assert report.fnir.value == pytest.approx(5 / 7)
    assert report.fpir.value == pytest.approx(1 / 3)
    assert report.undetected_names == ("ana4", "zoe3")
    assert [(c.probe, c.person, c.named) for c in report.confusions] == [("zoe1", "Zoe", "Bo"), ("ana3", "Ana", "Bo")]
    assert report.confusions[1].distance == pytest.approx(2 - 2 * math.cos(math.radians(30)), abs=1e-6)


def test_report_when_two_are_too_close_to_tell_counts_a_miss_and_a_false_positive() -> None:
    enrolled = {"Ana": [at(0)], "Bo": [at(40)]}
    report = evaluate_gallery(enrolled, [Probe("ana", "Ana", at(19.9)), Probe("zoe", "Zoe", at(20.1))], RULE, resamples=20)
    assert report.uncertain_count == 2
    assert report.rank1 is not None
    assert report.fnir is not None
    assert report.fpir is not None
    assert (report.rank1.value, report.fnir.value, report.fpir.value) == (1.0, 1.0, 1.0)
    assert [confusion.probe for confusion in report.confusions] == ["zoe"]


def test_report_when_a_distance_equals_the_threshold_is_a_match() -> None:
    distance = float(np.float32(2 - 2 * float(at(0).vector @ at(90).vector)))
    report = evaluate_gallery({"Ana": [at(0)]}, [Probe("z", "Zoe", at(90))], DecisionRule(distance, 0.0), resamples=5)
    assert report.fpir is not None
    assert report.fpir.value == 1.0


def test_report_when_faces_are_drawn_equals_the_slow_loop() -> None:
    random = np.random.default_rng(2)
    centres = random.normal(size=(20, 8))

    def face(person: int) -> Embedding:
        vector = centres[person] + 0.6 * random.normal(size=8)
        return Embedding((vector / np.linalg.norm(vector)).astype(np.float32), KEY)

    enrolled = {f"p{p}": [face(p), face(p)] for p in range(12)}
    probes = [Probe(f"{p}/{n}", f"p{p}", None if (p + n) % 11 == 0 else face(p)) for p in range(20) for n in range(3)]
    report = evaluate_gallery(enrolled, probes, RULE, resamples=30)
    first = missed = false = 0
    for probe in probes:
        if probe.embedding is None:
            missed += probe.person in enrolled
            continue
        distances = {name: min(float(((probe.embedding.vector - e.vector) ** 2).sum()) for e in own) for name, own in enrolled.items()}
        nearest, second = sorted(distances, key=lambda name: distances[name])[:2]
        is_uncertain = distances[second] <= 0.5 and distances[second] - distances[nearest] < 0.05
        first += nearest == probe.person
        if probe.person in enrolled:
            missed += nearest != probe.person or distances[nearest] > 0.5 or is_uncertain
        else:
            false += distances[nearest] <= 0.5
    assert report.rank1 is not None
    assert report.fnir is not None
    assert report.fpir is not None
    assert (report.rank1.value, report.fnir.value, report.fpir.value) == pytest.approx((first / 36, missed / 36, false / 24))
    assert 0 < missed < 36
    assert 0 < false < 24


def test_report_when_a_kind_of_probe_is_missing_has_no_rate_for_it() -> None:
    strangers = evaluate_gallery(ENROLLED, [Probe("z", "Zoe", at(270))], RULE, resamples=5)
    assert (strangers.rank1, strangers.fnir) == (None, None)
    assert evaluate_gallery(ENROLLED, [Probe("a", "Ana", at(0))], RULE, resamples=5).fpir is None


def test_report_when_all_probes_are_undetected_misses_all_and_finds_no_stranger() -> None:
    report = evaluate_gallery(ENROLLED, [Probe("a", "Ana", None), Probe("z", "Zoe", None)], RULE, resamples=5)
    assert report.rank1 is not None
    assert report.fnir is not None
    assert report.fpir is not None
    assert (report.rank1.value, report.fnir.value, report.fpir.value) == (0.0, 1.0, 0.0)


def test_report_when_written_as_json_has_these_keys() -> None:
    report = evaluate_gallery(ENROLLED, [Probe("a", "Ana", at(80)), Probe("z", "Zoe", None)], RULE, resamples=5)
    read = json.loads(json.dumps(report.as_json()))
    assert {
        "rank1",
        "rank1_interval",
        "fnir",
        "fnir_interval",
        "fpir",
        "fpir_interval",
        "threshold",
        "mated",
        "non_mated",
        "uncertain",
        "undetected",
        "undetected_names",
        "confusions",
    } == set(read)
    assert read["fnir_interval"][0] <= read["fnir"] <= read["fnir_interval"][1]
    assert (read["threshold"], read["mated"], read["non_mated"], read["undetected"]) == (0.5, 1, 1, 1)
    assert read["confusions"][0] == Confusion("a", "Ana", "Bo", read["confusions"][0]["distance"]).as_json()


def test_gallery_when_nobody_or_no_probe_is_there_is_refused() -> None:
    with pytest.raises(EvaluationError, match="nobody to search"):
        evaluate_gallery({"Ana": []}, [Probe("a", "Ana", at(0))], RULE)
    with pytest.raises(EvaluationError, match="no probe"):
        evaluate_gallery(ENROLLED, [], RULE)


def test_gallery_when_encoders_are_mixed_is_refused() -> None:
    with pytest.raises(ModelMismatchError):
        evaluate_gallery(ENROLLED, [Probe("a", "Ana", at(0, EncoderKey("other", "1" * 64)))], RULE)
