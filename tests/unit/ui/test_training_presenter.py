"""The Training page without widgets and without processes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.training_fakes import HandRunner, progress, started, whole_run, write_run
from tests.support.ui_fakes import Bench, InlineTasks
from training.events import Checkpointed, Finished, Warned
from ui.pages.training.presenter import TrainingPresenter
from ui.pages.training.state import TrainingState
from ui.ports import NoticeKind
from ui.run_pane import RunPane
from ui.trainings import Trainings


class TrainingBench:
    """A presenter over trainings that the test speaks for."""

    def __init__(self, home: Path, missing: tuple[str, ...] = ()) -> None:
        self.bench = Bench().start()
        self.runner = HandRunner()
        self.trainings = Trainings(runner=self.runner, tasks=InlineTasks(), home=home, retraining_home=home.with_name("retraining"))
        self.shown: list[TrainingState] = []
        self.presenter = TrainingPresenter(
            trainings=self.trainings, session=self.bench.session, tasks=InlineTasks(), missing=missing, show=self.shown.append
        )
        self.presenter.start()

    @property
    def state(self) -> TrainingState:
        return self.shown[-1]

    @property
    def run(self) -> RunPane:
        assert self.state.run is not None
        return self.state.run


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    """A recipe of one's own whose data is there."""
    file = tmp_path / "tiny.toml"
    file.write_text(
        f'# Tiny.\nname = "tiny"\ntask = "classify"\n[schedule]\nsteps = 10\n[options.data]\nsource = "{tmp_path}"\n', encoding="utf-8"
    )
    return file


@pytest.fixture
def page(tmp_path: Path) -> TrainingBench:
    return TrainingBench(tmp_path / "runs")


def test_recipes_are_grouped_and_one_is_chosen_in_its_short_form(page: TrainingBench) -> None:
    groups = list(dict.fromkeys(row.group for row in page.state.recipes))
    assert groups[:3] == ["The lecture's systems", "Face encoder", "Face detector and landmarks"]
    assert page.state.recipe is not None
    assert page.state.recipe.form == "lecture-lenet5-short"
    assert [words for _, words in page.state.recipe.forms] == ["Short form: 200 steps", "Long form: 9,360 steps"]


def test_recipe_whose_data_is_missing_says_so_until_a_place_is_chosen(page: TrainingBench, tmp_path: Path) -> None:
    file = tmp_path / "lost.toml"
    file.write_text('name = "lost"\ntask = "classify"\n[schedule]\nsteps = 1\n[options.data]\nsource = "/nowhere"\n', encoding="utf-8")
    page.presenter.open_recipe(file)
    assert page.state.recipe is not None
    assert [need.is_there for need in page.state.recipe.needs] == [False]
    assert "Choose where it lies" in page.state.recipe.why_not
    page.presenter.begin()
    assert page.runner.commands == []
    page.presenter.use_data("options.data.source", tmp_path)
    page.presenter.begin()
    assert f'options.data.source="{tmp_path}"' in page.runner.commands[0]


def test_without_torch_nothing_can_be_started_and_the_way_out_is_said(tmp_path: Path, recipe: Path) -> None:
    page = TrainingBench(tmp_path / "runs", missing=("torch",))
    page.presenter.open_recipe(recipe)
    assert page.state.recipe is not None
    assert 'pip install "facekit-app[train]"' in page.state.recipe.why_not
    page.presenter.begin()
    assert page.runner.commands == []


def test_started_run_is_shown_with_its_curves_time_left_and_warnings(page: TrainingBench, recipe: Path) -> None:
    page.presenter.open_recipe(recipe)
    page.presenter.begin()
    assert page.state.chosen_run == "tiny"
    assert page.run.progress == "The pictures and the network are being loaded."
    for event in (started(), progress(2, 3.0), progress(4, 1.5), Warned(4, "It stalls.")):
        page.runner.tell(event)
    assert page.run.loss.curves[0].points == ((2, 3.0), (4, 1.5))
    assert page.run.progress == "step 4 · 100 pictures a second · about 6 s left"
    assert (page.run.fraction, page.run.status, page.run.warnings) == (0.4, "running, 40%", ("It stalls.",))
    assert page.run.can_pause
    assert not page.run.can_resume


def test_finished_run_is_said_and_how_long_it_takes_is_known_from_then_on(page: TrainingBench, recipe: Path) -> None:
    page.presenter.open_recipe(recipe)
    page.presenter.begin()
    for event in whole_run():
        page.runner.tell(event)
    page.runner.end("")
    assert page.bench.notices[-1].text == "tiny is trained: accuracy 0.75."
    assert page.run.held_out.curves[0].points == ((5, 0.5), (10, 0.75))
    assert page.run.status == "done, accuracy 0.75"
    page.presenter.open_recipe(recipe)
    assert page.state.recipe is not None
    assert page.state.recipe.takes == "10 steps. It took 60 s here before."


def test_paused_run_can_go_on(page: TrainingBench, recipe: Path) -> None:
    page.presenter.open_recipe(recipe)
    page.presenter.begin()
    page.runner.tell(started())
    page.runner.tell(progress(3, 1.0))
    page.presenter.pause()
    assert page.run.status == "pausing"
    page.runner.tell(Checkpointed(4, "last"))
    page.runner.tell(Finished(4, "stopped", 1.0))
    page.runner.end("")
    assert page.run.progress == "step 4 · it can go on from step 4"
    assert page.run.can_resume
    page.presenter.resume()
    assert "--resume" in page.runner.commands[-1]


def test_failed_run_says_why_in_its_pane_and_in_the_status_line(page: TrainingBench, recipe: Path) -> None:
    page.presenter.open_recipe(recipe)
    page.presenter.begin()
    page.runner.end("The pictures cannot be read.")
    assert page.run.trouble == "The pictures cannot be read."
    assert page.bench.notices[-1].kind is NoticeKind.ERROR


def test_ticked_runs_are_drawn_beside_the_chosen_one(tmp_path: Path) -> None:
    for name in ("one", "two", "three"):
        write_run(tmp_path / "runs", name, whole_run())
    page = TrainingBench(tmp_path / "runs")
    page.presenter.choose_run("one")
    page.presenter.tick("three", True)
    assert [curve.name for curve in page.run.loss.curves] == ["one", "three"]
    assert [curve.name for curve in page.run.held_out.curves] == ["one", "three"]
    page.presenter.tick("three", False)
    assert [curve.name for curve in page.run.loss.curves] == ["one"]


def test_remove_asks_first_and_then_deletes(tmp_path: Path) -> None:
    folder = write_run(tmp_path / "runs", "one", whole_run())
    page = TrainingBench(tmp_path / "runs")
    page.presenter.choose_run("one")
    page.presenter.ask_to_remove()
    assert page.run.question.startswith("Delete one?")
    page.presenter.keep()
    assert page.run.question == ""
    page.presenter.ask_to_remove()
    page.presenter.remove()
    assert not folder.exists()
    assert page.state.run is None
    assert page.state.recipe is not None


def test_second_training_must_wait_for_the_first(page: TrainingBench, recipe: Path) -> None:
    page.presenter.open_recipe(recipe)
    page.presenter.begin()
    page.presenter.open_recipe(recipe)
    assert page.state.recipe is not None
    assert page.state.recipe.why_not.startswith("tiny is being trained.")
