"""The report of an encoder: each part on made-up faces whose answers are known, and whole for a run, a model and a teacher."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from facekit.matching.decide import DecisionRule
from facekit.types import FloatArray
from tests.support.training_data import distil_recipe, patches, write_pairs, write_teacher, write_zip
from training.cli import main
from training.data.conditions import CONDITIONS
from training.data.faces import FaceRecord, FaceSet, open_faces
from training.data.pairs import AlignedPairs
from training.errors import TrainingError
from training.evaluate import (
    EvaluateOptions,
    Subject,
    encode_all,
    evaluate,
    held_out_faces,
    open_set,
    teacher_subject,
    was_trained_on,
)


def _mean_colours(faces: np.ndarray[Any, Any]) -> FloatArray:
    """An encoder whose vector is the 4×4 mean colours of a face, of any length."""
    means: FloatArray = faces.reshape(len(faces), 4, 28, 4, 28, 3).mean((2, 4)).reshape(len(faces), -1).astype(np.float32) - 127.5
    return means


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    return write_pairs(tmp_path / "pairs", persons=70)


@pytest.fixture
def sources(tmp_path: Path) -> list[str]:
    """Families whose members look alike, and faces of nobody known with groups."""
    files = {}
    for family in range(4):
        for member in range(2):
            for number in range(3):
                face = patches(family).astype(int) + np.random.default_rng(10 * family + member + number).integers(-9, 10, (112, 112, 3))
                files[f"F{family}_MID{member}/{number}.webp"] = np.clip(face, 0, 255).astype(np.uint8)
    write_zip(tmp_path / "fiw.zip", files)
    write_zip(tmp_path / "part.zip", {f"{number}.webp": patches(500 + number) for number in range(8)})
    rows = [f"{number}.webp,20-29,{'Male' if number % 2 else 'Female'},Black" for number in range(8)]
    (tmp_path / "part.csv").write_text("\n".join(["image,age,gender,race", *rows]), encoding="utf-8")
    return [str(tmp_path / "fiw.zip"), str(tmp_path / "part.zip")]


def test_evaluate_reports_pairs_conditions_open_sets_groups_and_relatives(pairs: Path, sources: list[str]) -> None:
    told: list[str] = []
    subject = Subject("colours", _mean_colours, data="Families in the Wild 17,100")
    options = EvaluateOptions(AlignedPairs(pairs), open_faces(sources), conditions=True, target_fmr=0.01, resamples=5)
    report: Any = json.loads(json.dumps(evaluate(subject, options, say=told.append)))
    assert [condition["group"] for condition in report["conditions"]] == ["as they are", *CONDITIONS]
    assert report["conditions"][0]["fmr"] == pytest.approx(report["operating_point"]["fmr"], abs=1e-4)
    assert report["conditions"][0]["probe_alone"] == {name: report["pairs"][name] for name in report["conditions"][0]["probe_alone"]}
    assert report["sets"] == [
        {"source": "fiw", "faces": 24, "is_trained_on": True},
        {"source": "part", "faces": 8, "is_trained_on": False},
    ]
    assert [(found["source"], found["persons"], found["enrolled"]) for found in report["open_sets"]] == [("fiw", 8, 4)]
    kinds = {found["kind"]: {group["group"]: group for group in found["groups"]} for found in report["groups"]}
    assert list(kinds) == ["source", "apparent age", "ethnicity", "gender", "ethnicity and gender"]
    assert list(kinds["ethnicity and gender"]) == ["Black Female", "Black Male"]
    assert (kinds["gender"]["Male"]["non_mated"], kinds["gender"]["Male"]["fnmr"]) == (6, None)
    assert kinds["source"]["fiw"]["fnmr"] == 0.0
    assert report["relatives"]["fmr_inside_families"] == 1.0  # every family's members share a pattern
    assert report["relatives"]["fmr_between_families"] < 0.2
    assert any("32 faces of fiw, part" in line for line in told)


def test_evaluate_on_held_out_faces_says_that_they_were_not_trained_on(pairs: Path, sources: list[str]) -> None:
    subject = Subject("colours", _mean_colours, data="fiw 24")
    options = EvaluateOptions(AlignedPairs(pairs), open_faces(sources[:1]), is_held_out=True, target_fmr=0.01, pictures=2, resamples=5)
    report: Any = evaluate(subject, options)
    assert report["sets"] == [{"source": "fiw", "faces": 16, "is_trained_on": False}]
    assert "conditions" not in report


def test_evaluate_at_a_rate_that_the_card_does_not_have_is_refused(pairs: Path) -> None:
    known: Any = evaluate(Subject("colours", _mean_colours), EvaluateOptions(AlignedPairs(pairs), target_fmr=0.01, resamples=5))
    assert known["operating_point"]["target_fmr"] == 0.01
    with pytest.raises(TrainingError, match=r"no threshold for a false match rate of 0\.02"):
        evaluate(_with_point_of(pairs), EvaluateOptions(AlignedPairs(pairs), target_fmr=0.02, resamples=5))


def _with_point_of(pairs: Path) -> Subject:
    from facekit.evaluation.calibrate import all_pairs, operating_points

    plain, aligned = Subject("colours", _mean_colours), AlignedPairs(pairs)
    every = all_pairs(encode_all(plain, aligned.faces), aligned.persons)
    return Subject("colours", _mean_colours, points=operating_points(every, targets=(0.01,), measured_on="here", resamples=5))


def test_open_set_when_vectors_are_drawn_by_hand_enrols_half_and_knows_who_is_a_stranger() -> None:
    owners = ["a"] * 3 + ["b"] * 3 + ["c"] * 3 + ["d"] * 3 + ["e"]
    faces = FaceSet(tuple(FaceRecord(Path("s.zip"), f"{row:02d}.webp", f"s/{owner}") for row, owner in enumerate(owners)))
    vectors = np.eye(5, dtype=np.float32)[["abcde".index(owner) for owner in owners]]
    found = open_set(faces, vectors, DecisionRule(0.5, 0.0), resamples=5)
    # Two of the four with several pictures, two probes each; of the rest every picture.
    assert (found["persons"], found["enrolled"], found["mated"], found["non_mated"]) == (5, 2, 4, 7)
    assert (found["rank1"], found["fnir"], found["fpir"]) == (1.0, 0.0, 0.0)
    everyone_alike = open_set(faces, np.ones((13, 1), np.float32), DecisionRule(0.5, 0.0), resamples=5)
    assert everyone_alike["fpir"] == 1.0


@pytest.mark.parametrize(
    ("data", "source", "answer"),
    [
        ("Pins 15,700, CelebA 6,200", "pins", True),
        ("Families in the Wild 17,100", "fiw", True),
        ("FairFace (CC BY 4.0) 38,700", "fairface_part", True),
        ("faces 22, fairface_part 8,000", "fairface_part", True),
        ("Pins 15,700", "celeba", False),
        ("", "pins", None),
    ],
)
def test_was_trained_on_reads_a_card(data: str, source: str, answer: bool | None) -> None:
    assert was_trained_on(data, source) is answer


def test_held_out_faces_of_a_run_are_of_whole_families_that_it_did_not_train_on(tmp_path: Path) -> None:
    recipe = distil_recipe(tmp_path)
    recipe.save(tmp_path)
    with pytest.raises(TrainingError, match="held out no persons"):
        held_out_faces(tmp_path)
    raw = json.loads((tmp_path / "recipe.json").read_text(encoding="utf-8"))
    raw["options"]["heldout"] = {"persons": 0.34, "pictures": 3}
    (tmp_path / "recipe.json").write_text(json.dumps(raw), encoding="utf-8")
    faces = held_out_faces(tmp_path)
    assert (len(faces.persons), len(faces)) == (2, 6)


def test_encode_all_gives_unit_vectors_of_the_changed_faces(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "a.zip", {f"{n}.webp": patches(n) for n in range(3)})
    faces, subject = open_faces([str(path)]), teacher_subject(write_teacher(tmp_path / "patches"))
    plain, changed = encode_all(subject, faces), encode_all(subject, faces, CONDITIONS["grey"])
    np.testing.assert_allclose(np.linalg.norm(plain, axis=1), 1.0, atol=1e-6)
    np.testing.assert_allclose(changed[1], subject.encode(CONDITIONS["grey"](patches(1), 1)[None])[0], atol=1e-6)


@pytest.mark.models
def test_command_measures_a_model_and_a_teacher_and_draws_both(tmp_path: Path, pairs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    figure = tmp_path / "det.svg"
    teacher = str(write_teacher(tmp_path / "patches"))
    words = ["evaluate", "--model", "encoder-v0", "--teacher", teacher, "--pairs", str(pairs), "--fmr", "0.01", "--figure", str(figure)]
    assert main(words) == 0
    model, other = json.loads(capsys.readouterr().out)["encoders"]
    assert (model["encoder"], other["encoder"], other["trained_on"]) == ("encoder-v0", "patches", "not stated")
    assert "FairFace" in model["trained_on"]
    assert model["pairs"]["n"] == 140
    assert len(ET.parse(figure).getroot().findall("{http://www.w3.org/2000/svg}polyline")) == 2


def test_command_without_an_encoder_explains_it(tmp_path: Path, pairs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", "--pairs", str(pairs)]) == 2
    assert "no encoder to measure" in capsys.readouterr().err


@pytest.mark.models
def test_command_with_an_unknown_model_names_the_known(pairs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", "--model", "encoder-ve0", "--pairs", str(pairs)]) == 2
    assert "encoder-v0" in capsys.readouterr().err
