"""facekit calibrate and facekit retrain as a person uses them: real encoder, real database, people who do not exist."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from facekit.cli.__main__ import main
from facekit.encoders import open_encoder
from facekit.imaging import read_image, save_image
from facekit.paths import default_database, private_dir
from facekit.pipeline_config import DEFAULT_ENCODER
from facekit.retraining.request import retraining_home
from facekit.settings import load_settings
from facekit.store import open_repository
from facekit.store.base import NewTemplate
from facekit.synthetic import still
from facekit.types import AlignedFace, Consent
from tests.support.embeddings import good_quality
from tests.support.synthetic_faces import write_synthetic_people

pytestmark = pytest.mark.models
Call = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_synthetic_people(tmp_path_factory.mktemp("synthetic") / "people", persons=12, pictures=3)


@pytest.fixture
def terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    monkeypatch.setenv("FACEKIT_HOME", str(tmp_path / "home"))

    def call(*words: object) -> tuple[int, str, str]:
        code = main([str(word) for word in words])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


def _enrol_all(people: Path) -> None:
    encoder = open_encoder(DEFAULT_ENCODER, "onnx")
    private_dir(default_database().parent)
    store = open_repository(default_database())
    try:
        for folder in sorted(people.iterdir()):
            faces = [AlignedFace(read_image(path)) for path in sorted(folder.iterdir())]
            made = encoder.encode(faces)
            templates = [NewTemplate(embedding, good_quality(), f"{number}.png") for number, embedding in enumerate(made)]
            store.enrol(folder.name, Consent("I agree.", datetime.now(UTC), "tester"), templates)
    finally:
        store.close()


def test_calibrate_on_a_folder_tells_draws_and_sets_the_threshold(terminal: Call, people: Path, tmp_path: Path) -> None:
    drawing = tmp_path / "own.svg"
    code, out, _ = terminal("calibrate", people, "--aligned", "--fmr", "0.01", "--svg", drawing, "--json")
    assert code == 0
    told = json.loads(out.splitlines()[-1])
    point = told["operating_point"]
    assert (told["persons"], told["pictures"], point["mated_count"], point["non_mated_count"]) == (12, 36, 36, 594)
    assert point["fmr"] <= 0.01
    assert load_settings().threshold == 0.0
    assert [json.loads(line)["total"] for line in out.splitlines()[:-1]] == [36] * 36
    first = told["nearest_non_mated"][0]
    assert Path(told["shown"][str(first["rows"][0])]["file"]).is_file()
    assert drawing.read_text(encoding="utf-8").startswith("<svg")
    code, out, _ = terminal("calibrate", people, "--aligned", "--fmr", "0.01", "--set")
    assert code == 0
    kept = load_settings()
    assert (kept.threshold, kept.threshold_encoder) == (point["threshold"], told["encoder"])
    assert kept.threshold_from.startswith("all pairs of 36 pictures of 12 persons, in people, ")
    assert "person-" in out
    assert "The threshold is set." in out


def test_calibrate_on_who_is_enrolled_compares_their_templates(terminal: Call, people: Path) -> None:
    _enrol_all(people)
    code, out, _ = terminal("calibrate", "--fmr", "0.01", "--json", "--worst", "2")
    assert code == 0
    told = json.loads(out)
    assert (told["persons"], told["pictures"]) == (12, 36)
    shown = told["shown"]
    assert all(shown[str(row)]["template"] for pair in told["nearest_non_mated"] for row in pair["rows"])
    assert [pair["left"].partition("/")[0] for pair in told["farthest_mated"]] == [
        pair["right"].partition("/")[0] for pair in told["farthest_mated"]
    ]


def test_calibrate_on_who_is_enrolled_and_a_folder_takes_the_same_name_for_one_person(terminal: Call, people: Path) -> None:
    _enrol_all(people)
    code, out, _ = terminal("calibrate", people, "--gallery", "--aligned", "--fmr", "0.01", "--json")
    assert code == 0
    told = json.loads(out.splitlines()[-1])
    assert (told["persons"], told["pictures"], told["operating_point"]["mated_count"]) == (12, 72, 12 * 15)
    assert ", enrolled here and in people, " in told["operating_point"]["measured_on"]


def test_calibrate_on_who_is_enrolled_counts_faces_that_are_not_somebody(terminal: Call, people: Path) -> None:
    _enrol_all(people)
    store = open_repository(default_database())
    first, second = store.people()[:2]
    [wrong, *_] = store.templates(second.person_id)
    store.exclude(first.person_id, wrong.embeddings[0], "door.png")
    store.close()
    code, out, _ = terminal("calibrate", "--fmr", "0.01", "--json", "--worst", "600")
    assert code == 0
    told = json.loads(out)
    assert (told["excluded"], told["operating_point"]["non_mated_count"], told["pictures"]) == (3, 597, 36)
    labelled = [pair for pair in told["nearest_non_mated"] if pair["right"] == f"not {first.name}/door.png"]
    assert len(labelled) == 3
    assert told["shown"]["36"] == {"person": f"not {first.name}", "name": "door.png", "template": None, "file": "", "box": None}


def test_calibrate_when_too_few_for_the_rate_is_refused_and_sets_nothing(terminal: Call, people: Path) -> None:
    code, out, err = terminal("calibrate", people, "--aligned", "--fmr", "0.001", "--set")
    assert (code, out) == (2, "")
    assert "594 non-mated comparisons cannot show" in err
    assert "3,000 comparisons, so 2,406 are missing" in err
    assert load_settings().threshold == 0.0


def test_calibrate_when_nobody_is_enrolled_says_so(terminal: Call) -> None:
    code, _, err = terminal("calibrate")
    assert code == 2
    assert "Nobody is enrolled" in err


def test_enrol_when_training_is_allowed_records_it_in_the_consent_and_keeps_the_picture(terminal: Call, tmp_path: Path) -> None:
    save_image(tmp_path / "ana.png", still(0, 0))
    assert terminal("enrol", "Ana", tmp_path / "ana.png", "--allow-training")[0] == 0
    store = open_repository(default_database())
    try:
        ana = store.find("Ana")
        assert ana.consent.covers_training
        assert all(template.has_crop for template in store.templates(ana.person_id))
    finally:
        store.close()


def test_retrain_when_no_consent_covers_training_takes_nobody(terminal: Call, people: Path) -> None:
    pytest.importorskip("lightning_fabric", reason="training needs Lightning Fabric")
    pytest.importorskip("onnxscript", reason="export needs onnxscript")
    _enrol_all(people)
    code, _, err = terminal("retrain", "--gallery", "--plan")
    assert code == 2
    assert "the consent does not cover training" in err
    assert "No picture can be trained on" in err
    assert not list(retraining_home().iterdir()), "what cannot be trained on is not kept"


def test_retrain_plan_tells_what_it_takes_and_trains_nothing(terminal: Call, people: Path, tmp_path: Path) -> None:
    pytest.importorskip("lightning_fabric", reason="training needs Lightning Fabric")
    pytest.importorskip("onnxscript", reason="export needs onnxscript")
    run = tmp_path / "run"
    code, out, err = terminal("retrain", people, "--plan", "--out", run, "--fmr", "0.01", "--threads", "1", "--device", "cpu", "--json")
    assert code == 0
    *gathered, told = map(json.loads, out.splitlines())
    assert (gathered[-1]["done"], gathered[-1]["total"]) == (36, 36)
    assert (told["held_out_persons"], told["persons"], told["pictures"]) == (6, 6, 18)
    assert told["step_s"] > 0
    assert "The new encoder could not be let in afterwards" in err  # six persons say too little
    assert not (run / "last.safetensors").exists()
    assert list((run / "faces").rglob("*.png"))
    code, _, err = terminal("retrain", people, "--plan", "--out", people)
    assert (code, "has other things in it" in err) == (2, True), "a discarded run takes its whole folder with it"
    assert terminal("retrain", "--discard", "--out", run)[0] == 0
    assert not run.exists()
    code, _, err = terminal("retrain", "--discard", "--out", people)
    assert (code, "There is no retraining in" in err) == (2, True)
    assert people.is_dir()


def test_retrain_when_the_other_people_would_be_trained_on_too_is_refused(terminal: Call, people: Path, tmp_path: Path) -> None:
    pytest.importorskip("lightning_fabric", reason="training needs Lightning Fabric")
    pytest.importorskip("onnxscript", reason="export needs onnxscript")
    code, _, err = terminal("retrain", people, "--also", people, "--plan", "--out", tmp_path / "run", "--threads", "1", "--device", "cpu")
    assert code == 2
    assert "person-00" in err
    assert "cannot show whether others are forgotten" in err
