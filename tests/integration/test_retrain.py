"""Retraining as a whole, on people who do not exist: what is right is let in, what is poisoned is refused, a kill loses nothing."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="training needs torch")
pytest.importorskip("lightning_fabric", reason="training needs Lightning Fabric")
pytest.importorskip("onnxscript", reason="export needs onnxscript")

from facekit.cards import load_card, sha256_of
from facekit.errors import RetrainingError
from facekit.evaluation.promotion import Finding, Operating, load_verdict
from facekit.retraining.child import RetrainProcess, begin, plan
from facekit.retraining.request import RetrainRequest, load_request
from tests.support.synthetic_faces import fill_with_another, shuffle_labels, write_synthetic_people
from training.data.faces import open_faces
from training.data.splits import split_by_person
from training.errors import TrainingError
from training.events import Checkpointed, Event, Finished, Judged, Planned, Warned
from training.recipe_files import RECIPES as RECIPE_FOLDER
from training.retrain import retrain

pytestmark = [pytest.mark.slow, pytest.mark.models]
TRUE_OF_THESE = Operating(threshold=1.0, wanted_fmr=0.01)
"""About one of a hundred pairs of these people lies within it."""
EAGER = """
base = {base}
name = "eager"
[optim]
lr = 1e-3
[schedule]
warmup_steps = 0
[run]
checkpoint_every = 3
[options.data]
persons = 8
[options.teaching]
weight = 0.0
"""
"""Without the old encoder beside it, so that a dozen steps on wrong labels do harm, and even on right ones others are forgotten."""
CAREFUL = """
base = {base}
name = "careful"
[schedule]
warmup_steps = 0
[run]
checkpoint_every = 3
[options.data]
persons = 8
"""
Ask = Callable[..., Path]
CAST = "320 pictures of 80 people who do not exist"


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_synthetic_people(tmp_path_factory.mktemp("synthetic") / "people", persons=20, pictures=5)


@pytest.fixture
def asked(tmp_path: Path) -> Ask:
    """A run's folder with a request for these faces, eight of the persons held out."""

    def ask(faces: Path, name: str, words: str = EAGER) -> Path:
        recipe = tmp_path / f"{name}.toml"
        recipe.write_text(words.format(base=json.dumps(str(RECIPE_FOLDER / "finetune-all.toml"))), encoding="utf-8")
        request = RetrainRequest(
            "encoder-test",
            (f"identities:{faces}",),
            "encoder-v1",
            TRUE_OF_THESE,
            recipe=str(recipe),
            device="cpu",
            steps=12,
            held_out=0.4,
            tolerance=0.05,
            threads=1,
        )
        begin(request, tmp_path / name)
        return tmp_path / name

    return ask


def _judged(run: Path) -> Judged:
    *_, last = retrain(run)
    assert isinstance(last, Judged)
    return last


def _poisoned(people: Path, to: Path) -> Path:
    """The same people, the labels of those who are trained on shuffled."""
    held_out = {person.partition("/")[2] for person in split_by_person(open_faces([f"identities:{people}"]), 0.4).measuring.persons}
    shutil.copytree(people, to, ignore=lambda _folder, names: held_out.intersection(names))
    shuffle_labels(to)
    for person in held_out:
        shutil.copytree(people / person, to / person)
    return to


def test_retrain_when_labels_are_right_lets_in_and_when_shuffled_refuses(people: Path, tmp_path: Path, asked: Ask) -> None:
    clean = _judged(asked(people, "clean", CAREFUL))
    assert clean.may_be_promoted
    [cast] = load_verdict(Path(clean.folder)).others
    assert cast.on == CAST
    assert cast.finding is Finding.NOT_WORSE
    poisoned = tmp_path / "poisoned" / people.name
    refused = _judged(asked(_poisoned(people, poisoned), "shuffled"))
    assert not refused.may_be_promoted
    verdict = load_verdict(Path(refused.folder))
    assert verdict.finding is Finding.WORSE
    assert verdict.new == load_card(Path(refused.folder)).key


def test_retrain_when_others_are_forgotten_is_refused_though_those_held_out_are_served_as_before(people: Path, asked: Ask) -> None:
    judged = _judged(asked(people, "forgetful"))
    verdict = load_verdict(Path(judged.folder))
    [cast] = verdict.others
    assert not judged.may_be_promoted
    assert cast.finding is not Finding.NOT_WORSE
    assert cast.evidence is not None
    assert cast.evidence.difference > 0
    assert judged.reason.startswith(f"On {CAST}: ")
    assert "On 40 pictures of 8 persons who were never trained on: " in judged.reason
    assert judged.reason.endswith("not worse by more than 5.0%.")


def test_retrain_when_a_folder_is_filled_with_another_person_warns_before_a_step(people: Path, tmp_path: Path, asked: Ask) -> None:
    faces = tmp_path / "people"
    shutil.copytree(people, faces)
    held_out = {person.partition("/")[2] for person in split_by_person(open_faces([f"identities:{faces}"]), 0.4).measuring.persons}
    first, second, *_ = sorted({folder.name for folder in faces.iterdir()} - held_out)
    fill_with_another(faces, first, second)
    events = list(retrain(asked(faces, "filled"), only_plan=True))
    assert any(isinstance(event, Warned) and f"{first} and {second} look like one person" in event.message for event in events)
    assert isinstance(events[-1], Planned)
    assert (events[-1].persons, events[-1].held_out_persons, events[-1].steps) == (12, 8, 12)
    assert events[-1].step_s > 0


def test_retrain_when_killed_and_started_again_ends_with_the_same_weights(people: Path, asked: Ask) -> None:
    straight = Path(_judged(asked(people, "straight")).folder)
    run = asked(people, "killed")
    with RetrainProcess(run) as process:
        next(event for event in process.events() if event["event"] == "checkpointed")
        process.kill()
    with pytest.raises(RetrainingError, match="There is a retraining"):
        begin(RetrainRequest("other", (), "encoder-v1", TRUE_OF_THESE), run)
    assert "person-" not in "".join(file.read_text(encoding="utf-8") for file in run.glob("*.json*")), "names go with the pictures"
    with RetrainProcess(run) as process:
        *_, last = process.events()
    candidate = Path(last["folder"])
    assert last["event"] == "judged"
    assert sha256_of(candidate / "encoder-test.safetensors") == sha256_of(straight / "encoder-test.safetensors")
    assert not (run / "faces").exists()  # what was said of the faces is kept no longer than it serves
    assert _judged(run).folder == last["folder"]  # asked again, it says the same


def test_retrain_when_told_to_stop_keeps_its_state_and_goes_on_only_with_the_same_faces(people: Path, tmp_path: Path, asked: Ask) -> None:
    faces = tmp_path / "people"
    shutil.copytree(people, faces)
    run = asked(faces, "stopped")
    events: list[Event] = []
    for event in retrain(run, should_stop=lambda: any(isinstance(each, Checkpointed) for each in events)):
        events.append(event)
    assert isinstance(events[-1], Finished)
    assert events[-1].reason == "stopped"
    assert (run / "last.safetensors").is_file()
    assert not (run / "candidate").exists()
    shutil.copytree(faces / "person-00", faces / "person-99")
    shutil.rmtree(faces / "person-01")
    with pytest.raises(TrainingError, match="changed since"):
        list(retrain(run))


def test_plan_of_a_child_when_there_are_too_few_persons_says_what_is_lacking(people: Path, tmp_path: Path, asked: Ask) -> None:
    few = tmp_path / "few"
    for number in range(6):
        shutil.copytree(people / f"person-{number:02d}", few / f"person-{number:02d}")
    told, _ = plan(asked(few, "run"))
    assert "held-out persons" in told.shortage


def test_child_when_the_request_cannot_be_done_raises_its_own_words(tmp_path: Path, asked: Ask) -> None:
    run = asked(tmp_path / "nothing", "none")
    with RetrainProcess(run) as process, pytest.raises(RetrainingError, match="No zip or folder of faces"):
        list(process.events())


def test_retrain_when_other_people_are_named_asks_them_too_and_keeps_none_of_their_pictures(
    people: Path, tmp_path: Path, asked: Ask
) -> None:
    run = asked(people, "others")
    others = write_synthetic_people(run / "others", persons=8, pictures=5, first=60)
    replace(load_request(run), others=(f"identities:{others}",)).save(run)
    verdict = load_verdict(Path(_judged(run).folder))
    assert [each.on for each in verdict.others] == [CAST, "40 pictures of 8 other persons"]
    assert verdict.may_be_promoted == all(each.may_be_promoted for each in verdict.others)
    assert not others.exists()
