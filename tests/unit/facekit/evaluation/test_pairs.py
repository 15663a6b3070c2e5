"""Pairs files and the report on them; an undetected face against the slow loop."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from facekit.errors import EvaluationError, ModelMismatchError
from facekit.evaluation.pairs import Pair, PairsReport, evaluate_pairs, pair_trials, person_of, read_pairs
from facekit.types import Embedding, EncoderKey
from tests.unit.facekit.evaluation.slow_rates import (
    Row,
    slow_best_threshold,
    slow_eer,
    slow_fold_accuracies,
    slow_right,
    slow_tar,
)

KEY = EncoderKey("drawn", "0" * 64)


def embedding(vector: np.ndarray, key: EncoderKey = KEY) -> Embedding:
    return Embedding((vector / np.linalg.norm(vector)).astype(np.float32), key)


def drawn_faces(persons: int = 12, pictures: int = 4, noise: float = 0.5) -> dict[str, Embedding | None]:
    random = np.random.default_rng(8)
    centres = random.normal(size=(persons, 16))
    return {f"p{p}/{n}.jpg": embedding(centres[p] + noise * random.normal(size=16)) for p in range(persons) for n in range(pictures)}


def drawn_pairs(*, folds: bool, persons: int = 12, pictures: int = 4) -> list[Pair]:
    mated = [Pair(f"p{p}/{a}.jpg", f"p{p}/{b}.jpg", True, p % 3 if folds else None) for p in range(persons) for a, b in ((0, 1), (2, 3))]
    others = [
        Pair(f"p{p}/{n}.jpg", f"p{(p + 3) % persons}/{n}.jpg", False, p % 3 if folds else None)
        for p in range(persons)
        for n in range(pictures)
    ]
    return mated + others


def rows_of(pairs: list[Pair], faces: Mapping[str, Embedding | None], *, lost_non_mated: float = -math.inf) -> list[Row]:
    rows = []
    for pair in pairs:
        left, right = faces[pair.left], faces[pair.right]
        if left is None or right is None:
            rows.append((math.inf if pair.same else lost_non_mated, pair.same))
        else:
            distance = sum((float(a) - float(b)) ** 2 for a, b in zip(left.vector, right.vector, strict=True))
            rows.append((distance, pair.same))
    return rows


def report_on(pairs: list[Pair], faces: Mapping[str, Embedding | None]) -> PairsReport:
    return evaluate_pairs(pairs, faces.__getitem__, resamples=60)


@pytest.mark.parametrize("lost", [(), ("p0/0.jpg",), ("p0/0.jpg", "p1/0.jpg", "p5/2.jpg")])
def test_report_when_faces_are_undetected_equals_the_slow_loop_with_each_one_an_error(lost: tuple[str, ...]) -> None:
    faces, pairs = {**drawn_faces(), **dict.fromkeys(lost)}, drawn_pairs(folds=False)
    rows, report = rows_of(pairs, faces), report_on(pairs, faces)
    threshold = slow_best_threshold(rows)
    assert report.undetected_names == lost
    assert report.threshold == pytest.approx(threshold, abs=1e-6)
    assert report.accuracy.value == slow_right(rows, threshold) / len(rows)
    assert report.eer.value == pytest.approx(slow_eer(rows))
    passed = rows_of(pairs, faces, lost_non_mated=math.inf)
    assert {far: tar.value for far, tar in report.tar_at_far.items()} == pytest.approx(
        {far: slow_tar(passed, far) for far in (0.01, 0.001)}
    )


def test_report_when_an_undetected_face_is_in_pairs_of_both_kinds_counts_every_one_of_them_wrong() -> None:
    faces = drawn_faces(noise=0.01)
    pairs = drawn_pairs(folds=False)
    assert report_on(pairs, faces).accuracy.value == 1.0
    faces["p0/0.jpg"] = None  # in one mated and two non-mated pairs
    lost = report_on(pairs, faces)
    assert lost.accuracy.value == (len(pairs) - 3) / len(pairs)
    assert lost.tar_at_far[0.01].value == 23 / 24  # nobody is let through, so the one mated pair is all that is lost
    assert lost.eer.value > 0


def test_report_when_every_face_is_undetected_is_wrong_throughout() -> None:
    pairs = drawn_pairs(folds=True)
    report = evaluate_pairs(pairs, lambda _: None, resamples=20)
    assert (report.accuracy.value, report.accuracy_sd, report.eer.value) == (0.0, 0.0, 1.0)
    assert {tar.value for tar in report.tar_at_far.values()} == {0.0}
    assert len(report.undetected_names) == 48


def test_report_when_folds_are_given_decides_each_by_the_others() -> None:
    faces, pairs = drawn_faces(noise=0.9), drawn_pairs(folds=True)
    report = report_on(pairs, faces)
    slow = slow_fold_accuracies(rows_of(pairs, faces), [pair.fold or 0 for pair in pairs])
    assert report.accuracy.value == pytest.approx(np.mean(slow))
    assert report.accuracy_sd == pytest.approx(np.std(slow, ddof=1))
    assert not report.is_in_sample
    assert report_on(drawn_pairs(folds=False), faces).accuracy.value > report.accuracy.value


def test_report_when_written_as_json_has_exactly_these_keys() -> None:
    read = json.loads(json.dumps(report_on(drawn_pairs(folds=True), {**drawn_faces(), "p0/0.jpg": None}).as_json()))
    rates = ["accuracy", "accuracy_interval", "accuracy_sd", "eer", "eer_interval", "tar_at_far", "tar_at_far_interval"]
    assert list(read) == ["n", "undetected", *rates, "threshold", "ms_per_face", "undetected_names"]
    assert (read["n"], read["undetected"], read["undetected_names"]) == (72, 1, ["p0/0.jpg"])
    assert list(read["tar_at_far"]) == list(read["tar_at_far_interval"]) == ["0.01", "0.001"]
    low, high = read["eer_interval"]
    assert low <= read["eer"] <= high
    assert read["ms_per_face"] >= 0


def test_report_when_there_are_no_folds_says_that_it_is_in_sample() -> None:
    report = report_on(drawn_pairs(folds=False), drawn_faces())
    assert report.is_in_sample
    assert report.as_json()["accuracy"] == report.accuracy.value
    assert report.as_json()["accuracy_sd"] is None


def test_pictures_when_in_many_pairs_are_encoded_once_and_progress_is_told() -> None:
    faces, asked, told = drawn_faces(), [], []

    def embed(name: str) -> Embedding | None:
        asked.append(name)
        return faces[name]

    evaluate_pairs(drawn_pairs(folds=False), embed, progress=lambda done, total: told.append((done, total)), resamples=5)
    assert sorted(asked) == sorted(faces)
    assert told == [(done, 48) for done in range(1, 49)]


def test_pairs_when_encoders_are_mixed_are_refused() -> None:
    faces = {**drawn_faces(), "p0/1.jpg": embedding(np.ones(16), EncoderKey("other", "1" * 64))}
    with pytest.raises(ModelMismatchError):
        report_on(drawn_pairs(folds=False), faces)


@pytest.mark.parametrize("kept", [[], [True], [False]])
def test_pairs_when_one_kind_is_missing_are_refused_before_anything_is_encoded(kept: list[bool]) -> None:
    pairs = [pair for pair in drawn_pairs(folds=False) if pair.same in kept]
    with pytest.raises(EvaluationError, match="mated"):
        evaluate_pairs(pairs, lambda name: pytest.fail(f"{name} was encoded"))


def test_pairs_when_only_some_have_a_fold_are_refused() -> None:
    with pytest.raises(EvaluationError, match="fold"):
        evaluate_pairs([Pair("a", "b", True, 1), Pair("a", "c", False)], lambda _: None)


def test_persons_when_taken_from_names_are_the_folders() -> None:
    trials = pair_trials([Pair("x/Ana/1.jpg", "x/Ana/2.jpg", True), Pair("x/Ana/1.jpg", "x/Bo/1.jpg", False)], drawn_named())
    assert sorted(zip(trials.left.tolist(), trials.right.tolist(), strict=True)) == [(0, 0), (0, 1)]
    assert person_of("x/Ana/1.jpg") == person_of("x\\Ana\\2.jpg") == "x/Ana"
    assert person_of("1.jpg") == "1.jpg"


def drawn_named() -> dict[str, Embedding | None]:
    return {f"x/{name}/{n}.jpg": embedding(np.eye(4)[n]) for name in ("Ana", "Bo") for n in (1, 2)}


def test_read_pairs_when_the_file_is_right_gives_its_rows(tmp_path: Path) -> None:
    path = tmp_path / "pairs.csv"
    path.write_text("\ufeffleft,right,same,fold\nAna/1.jpg,Ana/2.jpg,1,0\nAna/1.jpg,Bo/1.jpg,0,9\n", encoding="utf-8")
    assert read_pairs(path) == (Pair("Ana/1.jpg", "Ana/2.jpg", True, 0), Pair("Ana/1.jpg", "Bo/1.jpg", False, 9))
    path.write_text("right,same,left\n b , false , a \n", encoding="utf-8")
    assert read_pairs(path) == (Pair("a", "b", False, None),)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("a,b,2", "same is '2'"),
        ("a,b,", "same is ''"),
        ("a,,1", "one value in each column"),
        ("a", "one value in each column"),
        ("a,b,1,0,more", "one value in each column"),
        ("a,b,1,first", "fold is 'first'"),
        ("a,b,1,-1", "fold is '-1'"),
    ],
)
def test_read_pairs_when_a_row_is_wrong_names_its_line(tmp_path: Path, row: str, reason: str) -> None:
    path = tmp_path / "pairs.csv"
    path.write_text(f"left,right,same,fold\na,b,1,0\n{row}\n", encoding="utf-8")
    with pytest.raises(EvaluationError, match="Line 3") as caught:
        read_pairs(path)
    assert reason in caught.value.message
    assert str(path) in caught.value.message


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "no column left, right, same"),
        (b"left,right\n", "no column same"),
        (b"left,right,same\n", "no row"),
        (b"left\xff\n", "cannot be read"),
    ],
)
def test_read_pairs_when_the_file_is_no_list_of_pairs_says_why(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "pairs.csv"
    path.write_bytes(content)
    with pytest.raises(EvaluationError, match=reason):
        read_pairs(path)


def test_read_pairs_when_there_is_no_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match=r"none\.csv cannot be read"):
        read_pairs(tmp_path / "none.csv")
