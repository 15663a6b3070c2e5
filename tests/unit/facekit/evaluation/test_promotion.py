"""The verdict on two encoders: against slow loops, on encoders whose truth is known, and refused where there is too little."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from facekit.errors import EvaluationError
from facekit.evaluation.calibrate import all_pairs
from facekit.evaluation.promotion import Encoded, Finding, Operating, Verdict, fnmr_at_fmr, judge, load_verdict, with_others
from facekit.types import EncoderKey, FloatArray

OLD, NEW = EncoderKey("encoder-old", "a" * 64), EncoderKey("encoder-new", "b" * 64)
OPERATING = Operating(threshold=0.9, wanted_fmr=0.001)


def pictures(noise: float, *, persons: int = 30, each: int = 8, seed: int = 1, view: int = 2) -> FloatArray:
    """Unit vectors of persons who are the same for the same seed, seen through a noisier or a clearer encoder."""
    centres = np.random.default_rng(seed).normal(size=(persons, 16))
    made = np.repeat(centres, each, axis=0) + noise * np.random.default_rng(view).normal(size=(persons * each, 16))
    unit: FloatArray = (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float32)
    return unit


def names(persons: int = 30, each: int = 8) -> list[str]:
    return [f"p{person:02d}" for person in range(persons) for _ in range(each)]


def verdict(old: FloatArray, new: FloatArray, persons: list[str], operating: Operating = OPERATING) -> Verdict:
    return judge(Encoded(OLD, old), Encoded(NEW, new), persons, operating, measured_on="drawn vectors", resamples=300)


def slow_fnmr_at_fmr(vectors: FloatArray, persons: list[str], fmr: float, counts: dict[str, int]) -> float:
    """One comparison at a time, each as often as its persons were drawn."""
    mated: list[tuple[float, int]] = []
    non_mated: list[tuple[float, int]] = []
    for i in range(len(persons)):
        for j in range(i + 1, len(persons)):
            distance = float(np.clip(2 - 2 * np.float32(vectors[i] @ vectors[j]), 0, 4))
            same = persons[i] == persons[j]
            weight = counts[persons[i]] * (1 if same else counts[persons[j]])
            (mated if same else non_mated).append((distance, weight))
    total = sum(weight for _, weight in non_mated)
    best = 1.0
    for threshold in [-1.0, *(d for d, _ in mated), *(d for d, _ in non_mated)]:
        if sum(weight for d, weight in non_mated if d <= threshold) <= fmr * total:
            missed = sum(weight for d, weight in mated if d > threshold) / sum(weight for _, weight in mated)
            best = min(best, missed)
    return best


def test_fnmr_at_fmr_when_persons_count_unequally_is_that_of_a_slow_loop() -> None:
    vectors, persons = pictures(0.7, persons=6, each=4), names(6, 4)
    drawn = np.random.default_rng(5).multinomial(6, np.full(6, 1 / 6), size=8).astype(np.float64)
    found = fnmr_at_fmr(all_pairs(vectors, persons, keep=1.0), 0.05, drawn)
    for row, value in zip(drawn, found, strict=True):
        counts = {f"p{person:02d}": int(count) for person, count in enumerate(row)}
        assert value == pytest.approx(slow_fnmr_at_fmr(vectors, persons, 0.05, counts), abs=1e-9)


def test_judge_when_the_new_encoder_is_the_old_one_finds_it_not_worse() -> None:
    vectors = pictures(0.7)
    found = verdict(vectors, vectors, names())
    assert found.finding is Finding.NOT_WORSE
    assert found.may_be_promoted
    assert found.evidence is not None
    assert found.evidence.difference == 0
    assert (found.evidence.mated_count, found.evidence.non_mated_count) == (30 * 28, 30 * 29 // 2 * 64)


def test_judge_when_the_new_encoder_sees_more_clearly_lets_it_in() -> None:
    found = verdict(pictures(0.9), pictures(0.5, view=3), names())
    assert found.may_be_promoted
    assert found.evidence is not None
    assert found.evidence.difference_interval.high < 0


def test_judge_when_the_new_encoder_sees_less_clearly_refuses_it_as_worse() -> None:
    found = verdict(pictures(0.5), pictures(0.9, view=3), names())
    assert found.finding is Finding.WORSE
    assert not found.may_be_promoted
    assert "worse" in found.reason


def test_judge_when_it_cannot_tell_refuses_as_unproven() -> None:
    found = verdict(pictures(0.8, persons=10, each=12), pictures(0.8, persons=10, each=12, view=3), names(10, 12))
    assert found.finding is Finding.UNPROVEN
    assert not found.may_be_promoted


def test_judge_when_all_new_vectors_coincide_refuses() -> None:
    """A collapsed encoder matches everybody: its FMR would be 1 at any τ above 0."""
    old = pictures(0.6)
    found = verdict(old, np.repeat(old[:1], len(old), axis=0), names())
    assert found.finding is Finding.WORSE


@pytest.mark.parametrize(
    ("persons", "each", "what"),
    [(5, 30, "persons"), (30, 1, "persons"), (12, 2, "different persons"), (40, 2, "with themselves")],
)
def test_judge_when_there_is_too_little_says_what_is_lacking(persons: int, each: int, what: str) -> None:
    vectors = pictures(0.5, persons=persons, each=each)
    found = verdict(vectors, vectors, names(persons, each))
    assert found.finding is Finding.TOO_FEW
    assert found.evidence is None
    assert what in found.reason


def test_judge_when_there_is_nobody_refuses() -> None:
    empty = np.zeros((0, 16), np.float32)
    assert verdict(empty, empty, []).finding is Finding.TOO_FEW


def test_judge_compares_at_the_fmr_of_the_old_threshold() -> None:
    vectors, persons = pictures(0.8), names()
    found = verdict(vectors, pictures(0.8, view=3), persons, Operating(1.0, 0.01)).evidence
    assert found is not None
    pairs = all_pairs(vectors, persons, keep=1.0)
    assert found.fmr == pytest.approx((pairs.nearest <= 1.0).sum() / pairs.non_mated_count)
    assert found.old.fnmr == pytest.approx((pairs.mated > found.old.threshold).mean())
    assert (pairs.nearest <= found.old.threshold).mean() <= found.fmr


def test_judge_when_nobody_matches_at_the_old_threshold_compares_at_the_smallest_rate_that_can_be_shown() -> None:
    vectors = pictures(0.3)
    found = verdict(vectors, vectors, names(), Operating(0.01, 0.001)).evidence
    assert found is not None
    assert found.fmr == pytest.approx(3 / found.non_mated_count)


def test_a_saved_verdict_is_read_again_as_it_was(tmp_path: Path) -> None:
    vectors = pictures(0.7)
    for made in (verdict(vectors, pictures(0.8, view=3), names()), verdict(vectors[:4], vectors[:4], names()[:4])):
        assert made.save(tmp_path).is_file()
        assert load_verdict(tmp_path) == made


def test_a_missing_or_damaged_verdict_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="no verdict"):
        load_verdict(tmp_path)
    (tmp_path / "verdict.json").write_text('{"finding": "not_worse"}', encoding="utf-8")
    with pytest.raises(EvaluationError, match="cannot be read"):
        load_verdict(tmp_path)


def test_a_verdict_names_the_weights_that_it_holds_for() -> None:
    vectors = pictures(0.7)
    made = verdict(vectors, vectors, names())
    assert (made.old, made.new) == (OLD, NEW)
    assert made != replace(made, new=OLD)


def finding(found: Finding, on: str) -> Verdict:
    return Verdict(OLD, NEW, found, f"At some rate it is {found}.", None, on)


@pytest.mark.parametrize(
    ("own", "other", "together"),
    [
        (Finding.NOT_WORSE, Finding.NOT_WORSE, Finding.NOT_WORSE),
        (Finding.NOT_WORSE, Finding.WORSE, Finding.WORSE),
        (Finding.NOT_WORSE, Finding.TOO_FEW, Finding.TOO_FEW),
        (Finding.UNPROVEN, Finding.NOT_WORSE, Finding.UNPROVEN),
        (Finding.UNPROVEN, Finding.WORSE, Finding.WORSE),
    ],
)
def test_verdict_on_several_sets_lets_in_only_what_each_of_them_lets_in(own: Finding, other: Finding, together: Finding) -> None:
    found = with_others(finding(own, "A"), [finding(other, "B")])
    assert found.finding is together
    assert found.may_be_promoted == (own is other is Finding.NOT_WORSE)
    assert [each.on for each in found.others] == ["B"]
    first, _, rest = found.reason.partition(". On ")
    refused_first = "B" if own is Finding.NOT_WORSE and other is not Finding.NOT_WORSE else "A"
    assert first.startswith(f"On {refused_first}: at some rate it is ")
    assert rest


def test_a_verdict_saved_before_there_were_other_sets_is_read_as_it_was(tmp_path: Path) -> None:
    made = replace(verdict(pictures(0.7), pictures(0.7), names()), on="")
    raw = {name: value for name, value in made.as_json().items() if name not in ("on", "others")}
    (tmp_path / "verdict.json").write_text(json.dumps(raw), encoding="utf-8")
    assert load_verdict(tmp_path) == made
