"""The Retrain page without widgets and without processes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from facekit.store.base import NewTemplate
from facekit.types import AlignedFace
from tests.support.command_fakes import HandCommands
from tests.support.embeddings import at_angle, consent, good_quality
from tests.support.training_fakes import HandRunner, progress, started
from tests.support.ui_fakes import KEY, Bench, InlineTasks
from training.events import EVENTS_NAME, Checkpointed, Evaluated, Event, Finished, Judged, Planned, Staged, to_line
from ui.pages.retrain.presenter import RetrainPresenter
from ui.pages.retrain.state import RetrainState
from ui.ports import NoticeKind
from ui.run_pane import RunPane
from ui.trainings import Trainings

GREY = AlignedFace(np.full((112, 112, 3), 9, np.uint8))
PLAN = Planned("cpu", 12, 60, 8, 40, 1, 50, 0.25, 1.5, 900, "", 5)
NAME = "encoder-own-20261122-1403"


class Desk:
    """A presenter over three people, two of whom agreed to be trained on."""

    def __init__(self, home: Path, missing: str = "") -> None:
        self.bench = Bench().start()
        self.home = home / "retraining"
        for name, degrees, training in (("Ana", 0, True), ("Bea", 60, True), ("Cara", 120, False)):
            new = [NewTemplate(at_angle(degrees, key=KEY), good_quality(), "a.jpg", GREY) for _ in range(2)]
            self.bench.store.enrol(name, consent(keep_crops=True, training=training), new)
        self.runner, self.commands = HandRunner(), HandCommands()
        self.trainings = Trainings(runner=self.runner, tasks=InlineTasks(), home=home / "runs", retraining_home=self.home)
        self.shown: list[RetrainState] = []
        self.decided: list[str] = []
        self.presenter = RetrainPresenter(
            trainings=self.trainings,
            session=self.bench.session,
            tasks=InlineTasks(),
            clock=self.bench.clock,
            commands=self.commands,
            home=self.home,
            database=home / "facekit.db",
            missing=missing,
            decide=self.decided.append,
            show=self.shown.append,
        )
        self.bench.session.refresh()
        self.presenter.refresh()
        self.presenter.start()

    @property
    def state(self) -> RetrainState:
        return self.shown[-1]

    @property
    def run(self) -> RunPane:
        assert self.state.run is not None
        return self.state.run

    def write(self, name: str, events: Sequence[Event], *, is_prepared: bool = True) -> Path:
        """A retraining's folder as facekit retrain leaves it."""
        folder = self.home / name
        (folder / "faces" / "Ana").mkdir(parents=True)
        (folder / "request.json").write_text(json.dumps({"recipe": "finetune-head"}), encoding="utf-8")
        if is_prepared:
            (folder / EVENTS_NAME).write_text("".join(to_line(event) + "\n" for event in events), encoding="utf-8")
        return folder

    def prepared(self) -> None:
        """From the form to a plan."""
        self.presenter.use_gallery(True)
        self.presenter.prepare()
        folder = self.write(NAME, [PLAN])
        (folder / "faces" / "suspicions.json").write_text('["Ana and Bea look like one person."]', encoding="utf-8")
        self.commands.tell({"event": "planned", "refused": {"no face was found": 2}})
        self.commands.end("")

    def trained(self, may: bool) -> None:
        """From the plan to the verdict."""
        self.presenter.resume()
        told: list[Event] = [Staged("training"), started(), progress(5, 1.0), Evaluated(5, {"heldout_eer": 0.1}, 0.1)]
        told += [Checkpointed(10, "last"), Finished(10, "done", 60.0), Staged("exporting"), Staged("comparing")]
        folder = str(self.home / NAME / "candidate" / NAME)
        for event in (*told, Judged(folder, "not_worse" if may else "worse", "It misses 1 of 100 fewer.", may)):
            self.runner.tell(event)
        self.runner.end("")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_form_says_how_many_agreed_and_how_many_did_not(desk: Desk) -> None:
    assert desk.state.form.gallery == "2 of 3 agreed to it, with 4 kept pictures. 1 did not, and is left out."
    ana = desk.bench.store.find("Ana")
    desk.bench.store.change_consent(ana.person_id, ana.consent.without_training())
    desk.bench.session.refresh()
    assert desk.state.form.gallery.startswith("1 of 3 agreed to it, with 2 kept pictures. 2 did not, and are left out.")


def test_nobody_who_agreed_cannot_be_chosen_and_the_way_is_said(desk: Desk) -> None:
    desk.presenter.use_gallery(True)
    for name in ("Ana", "Bea"):
        person = desk.bench.store.find(name)
        desk.bench.store.change_consent(person.person_id, person.consent.without_training())
    desk.bench.session.refresh()
    assert "card in People" in desk.state.form.gallery
    assert (desk.state.form.can_use_gallery, desk.state.form.uses_gallery) == (False, False)
    assert "Choose whose faces" in desk.state.form.why_not


def test_each_way_of_training_has_a_title_and_a_sentence(desk: Desk) -> None:
    assert [choice.key for choice in desk.state.form.recipes] == [
        "finetune-head",
        "finetune-all",
        "finetune-triplet",
        "finetune-deviance",
        "finetune-chi-square",
        "from-scratch",
    ]
    assert all(choice.title != choice.key and choice.about.endswith(".") for choice in desk.state.form.recipes)


def test_prepare_asks_the_terminal_for_what_was_chosen(desk: Desk, tmp_path: Path) -> None:
    desk.presenter.use_gallery(True)
    desk.presenter.add_folder(tmp_path / "team")
    desk.presenter.add_folder(tmp_path / "guests")
    desk.presenter.drop_folder(str(tmp_path / "guests"))
    desk.presenter.choose_recipe("finetune-all")
    desk.presenter.choose_device("cpu")
    desk.presenter.set_minutes(2.5)
    desk.presenter.set_name("mine")
    desk.presenter.prepare()
    out, db = str(tmp_path / "retraining" / "mine"), str(tmp_path / "facekit.db")
    assert " ".join(desk.commands.commands[0]) == (
        f"retrain {tmp_path / 'team'} --gallery --recipe finetune-all --device cpu --minutes 2.5 --name mine --out {out} --db {db} --plan"
    )
    desk.commands.tell({"event": "gathered", "done": 3, "total": 9})
    assert desk.state.work is not None
    assert (desk.state.work.done, desk.state.work.total) == (3, 9)
    desk.presenter.prepare()
    assert len(desk.commands.commands) == 1


def test_plan_is_told_before_anything_is_trained(desk: Desk) -> None:
    desk.prepared()
    assert desk.runner.commands == []
    assert (desk.state.chosen, desk.run.status, desk.run.resume) == (NAME, "ready to start", "Train now")
    assert "Trained on: 60 pictures of 12 people." in desk.run.summary
    assert "about 90 s" in desk.run.summary or "about 2 min" in desk.run.summary
    assert "Not usable: 2 × no face was found." in desk.run.summary
    assert desk.run.warnings == ("Ana and Bea look like one person.",)


def test_preparing_that_fails_says_why_in_the_form(desk: Desk) -> None:
    desk.presenter.use_gallery(True)
    desk.presenter.prepare()
    desk.commands.end("No picture can be trained on.")
    assert desk.state.form.trouble == "No picture can be trained on."
    assert (desk.state.work, desk.state.chosen) == (None, "")


@pytest.mark.parametrize("way_out", ["cancel", "close"])
def test_preparing_that_is_given_up_leaves_no_pictures(desk: Desk, way_out: str) -> None:
    desk.presenter.use_gallery(True)
    desk.presenter.prepare()
    folder = desk.write(NAME, [], is_prepared=False)
    (folder / "request.json").write_text(
        '{"name": "x", "faces": [], "encoder": "y", "operating": {"threshold": 1, "wanted_fmr": 0.01}}', encoding="utf-8"
    )
    getattr(desk.presenter, way_out)()
    assert not folder.exists()
    assert (desk.state.rows, desk.state.form.trouble) == ((), "")


def test_training_goes_through_its_stages_to_the_verdict_and_on_to_the_models_page(desk: Desk) -> None:
    desk.prepared()
    desk.presenter.resume()
    assert desk.runner.commands == [("training", "retrain", str(desk.home / NAME), "--background")]
    desk.runner.tell(Staged("encoding", 32, 60))
    assert desk.run.progress == "the encoder in use looks at each picture, 32 of 60"
    desk.runner.tell(Finished(0, "stopped", 0.0))
    desk.runner.end("")
    assert desk.run.status == "paused"
    desk.trained(may=True)
    assert desk.run.held_out.curves[0].points == ((5, 0.1),)
    assert desk.run.verdict == "It misses 1 of 100 fewer. It may take the place of the encoder in use."
    assert desk.bench.notices[-1].text == f"{NAME} is trained. It misses 1 of 100 fewer."
    assert desk.state.can_decide
    desk.presenter.decide()
    assert desk.decided == [NAME]


def test_refused_verdict_is_not_called_good(desk: Desk) -> None:
    desk.prepared()
    desk.trained(may=False)
    assert not desk.run.verdict_is_good
    assert desk.run.verdict.endswith("It is not let in.")
    assert desk.state.rows[0].status == "not shown to be as good"


def test_pause_and_go_on_are_the_same_run(desk: Desk) -> None:
    desk.prepared()
    desk.presenter.resume()
    for event in (Staged("training"), started(), progress(3, 1.0)):
        desk.runner.tell(event)
    desk.presenter.pause()
    desk.runner.tell(Finished(3, "stopped", 1.0))
    desk.runner.end("")
    assert (desk.runner.asked, desk.run.status, desk.run.can_resume) == (["stop"], "paused", True)
    desk.presenter.resume()
    assert desk.runner.commands[-1] == desk.runner.commands[0]
    assert desk.run.loss.curves[0].points == ((3, 1.0),)


def test_run_that_a_crash_left_is_found_and_offered_first(tmp_path: Path) -> None:
    before = Desk(tmp_path)
    before.write("crashed", [PLAN, Staged("training"), started(), progress(3, 1.0), Checkpointed(3, "last")])
    before.write("partly", [], is_prepared=False)
    desk = Desk(tmp_path)
    assert {row.name: row.status for row in desk.state.rows} == {"crashed": "interrupted", "partly": "not prepared to its end"}
    assert desk.state.chosen in ("crashed", "partly")
    desk.presenter.choose("partly")
    assert not desk.run.can_resume
    assert "Remove it" in desk.run.trouble
    desk.presenter.choose("crashed")
    assert desk.run.can_resume
    desk.presenter.resume()
    assert desk.runner.commands == [("training", "retrain", str(tmp_path / "retraining" / "crashed"), "--background")]


def test_run_that_was_finished_but_not_judged_is_not_done(desk: Desk) -> None:
    desk.write("cut", [PLAN, started(), progress(10, 1.0), Checkpointed(10, "last"), Finished(10, "done", 9.0), Staged("exporting")])
    desk.presenter.refresh()
    assert desk.state.rows[0].status == "interrupted"


def test_removal_asks_first_and_deletes_the_pictures(desk: Desk) -> None:
    desk.prepared()
    desk.presenter.ask_to_remove()
    assert "pictures that were gathered" in desk.run.question
    desk.presenter.keep()
    assert desk.run.question == ""
    desk.presenter.ask_to_remove()
    desk.presenter.remove()
    assert not (desk.home / NAME).exists()
    assert (desk.state.rows, desk.state.run) == ((), None)


def test_one_training_at_a_time_whichever_it_is(desk: Desk) -> None:
    desk.prepared()
    assert desk.trainings.start("tiny.toml", "tiny", "classify") is not None
    assert not desk.run.can_resume
    desk.presenter.resume()
    assert len(desk.runner.commands) == 1
    desk.presenter.choose("")
    assert desk.state.form.why_not == "tiny is being trained. One training at a time: pause it, or wait for its end."
    desk.runner.end("")
    desk.presenter.choose(NAME)
    desk.presenter.resume()
    assert desk.trainings.start("tiny.toml", "tiny", "classify") is None


def test_process_that_fails_says_why_and_can_be_tried_again(desk: Desk) -> None:
    desk.prepared()
    desk.presenter.resume()
    desk.runner.end("lenet5 is being trained now.")
    assert (desk.run.trouble, desk.run.can_resume) == ("lenet5 is being trained now.", True)
    assert desk.bench.notices[-1].kind is NoticeKind.ERROR


def test_without_torch_nothing_is_prepared_and_the_way_out_is_said(tmp_path: Path) -> None:
    desk = Desk(tmp_path, missing="Training needs torch.")
    desk.presenter.use_gallery(True)
    desk.presenter.prepare()
    assert desk.state.form.why_not == "Training needs torch."
    assert desk.commands.commands == []


def test_name_that_another_retraining_has_is_refused(desk: Desk) -> None:
    desk.write("mine", [PLAN])
    desk.presenter.refresh()
    desk.presenter.use_gallery(True)
    desk.presenter.set_name(" mine ")
    assert "another name" in desk.state.form.why_not
