"""The Lab page without widgets."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from facekit.detectors.windows import WindowsDetector
from facekit.errors import FacekitError
from facekit.imaging import save_image
from facekit.pipeline_config import DEFAULT_ENCODER
from facekit.synthetic import still_scene
from facekit.types import Box, Frame, Pixels
from tests.support.training_fakes import HandRunner, whole_run, write_run
from tests.support.ui_fakes import InlineTasks
from ui.pages.lab.filters_presenter import FiltersPresenter
from ui.pages.lab.layers_presenter import LayersPresenter
from ui.pages.lab.newest import Newest
from ui.pages.lab.picture_presenter import PicturePresenter
from ui.pages.lab.sliding import heat, slide
from ui.pages.lab.state import FiltersState, LayersState, PictureState, SystemsState
from ui.pages.lab.systems_presenter import SystemsPresenter
from ui.ports import Lane, Prediction, SourcePhase, SourceState
from ui.trainings import Trainings


class HandTasks:
    """Does the work when the test says so."""

    def __init__(self) -> None:
        self.waiting: list[Callable[[], None]] = []

    def run(
        self, work: Callable[[], object], done: Callable[..., None], failed: Callable[[FacekitError], None], *, lane: Lane = Lane.GENERAL
    ) -> None:
        """See Tasks."""
        self.waiting.append(lambda: done(work()))

    def do_one(self) -> None:
        """The oldest."""
        self.waiting.pop(0)()


def half_bright() -> Pixels:
    """6×6, the left half of level 10."""
    pixels = np.zeros((6, 6, 3), np.uint8)
    pixels[:, :3] = 10
    return pixels


@pytest.fixture
def picture(tmp_path: Path) -> PicturePresenter:
    made = PicturePresenter(tasks=InlineTasks(), show=lambda state: None)
    save_image(tmp_path / "half.png", half_bright())
    made.open_file(tmp_path / "half.png")
    return made


@pytest.fixture
def filters(picture: PicturePresenter) -> FiltersPresenter:
    shown: list[FiltersState] = []
    presenter = FiltersPresenter(picture=picture, tasks=InlineTasks(), show=shown.append)
    presenter.choose_pooling("none")
    presenter.set_active(True)
    return presenter


def test_picture_follows_the_source_only_while_it_is_live(tmp_path: Path) -> None:
    shown: list[PictureState] = []
    picture = PicturePresenter(tasks=InlineTasks(), show=shown.append)
    picture.go_live(True)
    assert not picture.state.is_live
    picture.source_changed(SourceState(SourcePhase.RUNNING, "synthetic"))
    picture.go_live(True)
    picture.frame_arrived(Frame(half_bright(), 1, 0.0, "a"))
    assert picture.pixels is not None
    picture.make_person()
    assert (picture.state.is_live, picture.state.words) == (False, "a person who does not exist")
    picture.open_file(tmp_path / "none.png")
    assert "none.png" in picture.state.trouble
    assert picture.state.words == "a person who does not exist"


def test_vertical_filter_of_the_lecture_gives_its_map_and_the_arithmetic(filters: FiltersPresenter) -> None:
    state = filters.state
    assert [(view.title, view.size) for view in state.maps] == [("Input", "6 × 6, from 0 to 10"), ("Map", "4 × 4, from 0 to 30")]
    assert state.maps[1].pixels[:, :, 0].tolist() == [[128, 255, 255, 128]] * 4
    assert state.arithmetic[1] == "Map across: (6 + 2·0 − 3) / 1 + 1 = 4\nMap down: (6 + 2·0 − 3) / 1 + 1 = 4"


def test_padding_stride_and_pooling_change_the_sizes(filters: FiltersPresenter) -> None:
    filters.choose_padding("same")
    assert filters.state.maps[1].size.startswith("6 × 6")
    filters.choose_pooling("max")
    assert filters.state.maps[2].size.startswith("3 × 3")
    filters.choose_padding("valid")
    filters.choose_stride(3)
    filters.choose_pooling("none")
    assert filters.state.maps[1].size.startswith("2 × 2")


def test_grid_of_five_keeps_the_numbers_in_its_middle_and_back(filters: FiltersPresenter) -> None:
    before = filters.state.cells
    filters.choose_size(5)
    assert filters.state.cells[0] == ("0",) * 5
    assert filters.state.cells[1] == ("0", "1", "0", "-1", "0")
    filters.choose_size(3)
    assert filters.state.cells == before


def test_typed_number_makes_the_filter_ones_own(filters: FiltersPresenter) -> None:
    filters.type_cell(1, 1, "−2,5")
    assert (filters.state.preset, filters.state.trouble) == ("own", "")
    assert filters.state.maps[1].size == "4 × 4, from −25 to 30"


def test_place_without_a_number_is_explained_until_it_has_one(filters: FiltersPresenter) -> None:
    filters.type_cell(0, 0, "x")
    assert "takes a number" in filters.state.trouble
    assert filters.state.maps == ()
    filters.type_cell(0, 0, "1")
    assert filters.state.trouble == ""
    assert filters.state.maps


def test_filter_that_does_not_fit_the_picture_is_explained(filters: FiltersPresenter, picture: PicturePresenter, tmp_path: Path) -> None:
    save_image(tmp_path / "tiny.png", np.zeros((2, 2, 3), np.uint8))
    picture.open_file(tmp_path / "tiny.png")
    assert "does not fit" in filters.state.trouble


def test_nothing_is_computed_while_nobody_looks(picture: PicturePresenter) -> None:
    presenter = FiltersPresenter(picture=picture, tasks=InlineTasks(), show=lambda state: None)
    presenter.choose_preset("sobel")
    assert presenter.state.maps == ()


def test_newest_does_the_first_and_the_last_of_what_is_asked() -> None:
    tasks, done = HandTasks(), list[int]()
    newest: Newest[int] = Newest(tasks, done.append, lambda error: None)
    for number in range(5):
        newest.ask(lambda number=number: number)  # type: ignore[misc]  # mypy cannot infer a lambda with a default
    tasks.do_one()
    tasks.do_one()
    assert (done, tasks.waiting) == ([0, 4], [])


@pytest.mark.models
def test_first_filters_and_their_maps_are_told_with_their_sizes(picture: PicturePresenter) -> None:
    shown: list[LayersState] = []
    presenter = LayersPresenter(picture=picture, tasks=InlineTasks(), show=shown.append)
    presenter.set_active(True)
    assert (len(shown[-1].filters), len(shown[-1].maps), shown[-1].maps[0].shape) == (16, 16, (3, 3, 3))
    assert shown[-1].words.startswith("16 filters of 3×3×3, stride 2, padding 1: (6 + 2·1 − 3) / 2 + 1 = 3")
    presenter.choose_network(DEFAULT_ENCODER)
    assert len(shown[-1].filters) == 32
    presenter.choose_filter(7)
    assert shown[-1].chosen == 7


class SystemsBench:
    """A presenter of systems; predictions are the test's."""

    def __init__(self, picture: PicturePresenter, home: Path, missing: tuple[str, ...] = ()) -> None:
        self.runner = HandRunner()
        self.trainings = Trainings(runner=self.runner, tasks=InlineTasks(), home=home, retraining_home=home.with_name("retraining"))
        self.trainings.refresh()
        self.shown: list[SystemsState] = []
        self.went: list[str] = []
        self.asked: list[Path] = []
        self.answer: Prediction | FacekitError = Prediction("classify", (("red", 0.9), ("blue", 0.1)))
        self.presenter = SystemsPresenter(
            picture=picture,
            trainings=self.trainings,
            tasks=InlineTasks(),
            predict=self._predict,
            missing=missing,
            go_to_training=lambda: self.went.append("training"),
            show=self.shown.append,
        )
        self.presenter.choose("classify")

    def _predict(self, run: Path, pixels: Pixels, is_cancelled: Callable[[], bool]) -> Prediction:
        self.asked.append(run)
        if isinstance(self.answer, FacekitError):
            raise self.answer
        return self.answer

    @property
    def state(self) -> SystemsState:
        return self.shown[-1]


def test_system_without_weights_says_what_to_train_and_starts_it(picture: PicturePresenter, tmp_path: Path) -> None:
    bench = SystemsBench(picture, tmp_path / "runs")
    assert "lecture-lenet5-short" in bench.state.needs
    assert (bench.state.can_train, bench.state.can_run) == (True, False)
    bench.presenter.train()
    assert bench.runner.commands[0][:3] == ("training", "run", "lecture-lenet5-short")
    assert bench.went == ["training"]
    assert "is being trained now" in bench.state.needs
    assert not bench.state.can_train


def test_system_without_torch_says_what_to_install(picture: PicturePresenter, tmp_path: Path) -> None:
    bench = SystemsBench(picture, tmp_path / "runs", missing=("torch",))
    assert 'pip install "facekit-app[train]"' in bench.state.needs
    assert not bench.state.can_train


def test_trained_run_classifies_the_picture(picture: PicturePresenter, tmp_path: Path) -> None:
    folder = write_run(tmp_path / "runs", "digits", whole_run())
    bench = SystemsBench(picture, tmp_path / "runs")
    assert (bench.state.runs, bench.state.needs) == (("digits",), "")
    bench.presenter.run()
    assert bench.asked == [folder]
    assert bench.state.finding.shares == (("red", 0.9), ("blue", 0.1))
    assert bench.state.finding.words == "red, with 0.90 of the whole."
    assert bench.state.progress is None


def test_places_of_a_face_are_marked_only_where_there_is_one(picture: PicturePresenter, tmp_path: Path) -> None:
    write_run(tmp_path / "runs", "boxes", whole_run(), recipe="lecture-localize", task="localize")
    write_run(tmp_path / "runs", "points", whole_run(), recipe="lecture-landmarks-5-short", task="landmarks")
    bench = SystemsBench(picture, tmp_path / "runs")
    bench.presenter.choose("landmarks-4")
    assert bench.state.needs
    bench.presenter.choose("landmarks-5")
    bench.answer = Prediction("landmarks", is_face=0.97, points=((1.0, 2.0),) * 5)
    bench.presenter.run()
    assert len(bench.state.finding.points) == 5
    assert bench.state.finding.words.endswith("It was trained in its short form; the long one answers better.")
    bench.presenter.choose("localize")
    bench.answer = Prediction("localize", is_face=0.9, box=(1.0, 2.0, 3.0, 4.0))
    bench.presenter.run()
    assert bench.state.finding.boxes == (Box(1.0, 2.0, 3.0, 4.0),)
    bench.answer = Prediction("localize", is_face=0.1, box=(1.0, 2.0, 3.0, 4.0))
    bench.presenter.run()
    assert not bench.state.finding.boxes
    assert bench.state.finding.words.startswith("No face.")


def test_prediction_that_fails_is_explained(picture: PicturePresenter, tmp_path: Path) -> None:
    write_run(tmp_path / "runs", "digits", whole_run())
    bench = SystemsBench(picture, tmp_path / "runs")
    bench.answer = FacekitError("The pictures have moved.")
    bench.presenter.run()
    assert (bench.state.trouble, bench.state.progress) == ("The pictures have moved.", None)


@pytest.fixture
def face(tmp_path: Path) -> PicturePresenter:
    made = PicturePresenter(tasks=InlineTasks(), show=lambda state: None)
    save_image(tmp_path / "face.png", still_scene(1, 0).pixels)
    made.open_file(tmp_path / "face.png")
    return made


@pytest.mark.models
@pytest.mark.parametrize("key", ["windows", "convolutional"])
def test_sliding_windows_find_the_face_and_tell_their_progress(face: PicturePresenter, tmp_path: Path, key: str) -> None:
    bench = SystemsBench(face, tmp_path / "runs")
    bench.presenter.choose(key)
    bench.presenter.run()
    told = [state.progress for state in bench.shown if state.progress is not None]
    assert len(set(told)) > 5
    assert told == sorted(told)
    found, truth = bench.state.finding, still_scene(1, 0).faces[0]
    assert found.boxes[0].iou(truth.box) > 0.3
    assert bool(found.windows) is (key == "windows")
    assert (found.pixels is face.pixels) is (key == "windows")
    assert "windows of" in found.words


@pytest.mark.models
def test_both_ways_are_timed_on_the_same_picture(face: PicturePresenter, tmp_path: Path) -> None:
    bench = SystemsBench(face, tmp_path / "runs")
    bench.presenter.choose("speed")
    bench.presenter.run()
    assert re.search(r"times as fast. Both find [1-9] faces?.", bench.state.finding.words)


@pytest.mark.models
def test_cancelled_system_stops_and_keeps_what_it_found(face: PicturePresenter, tmp_path: Path) -> None:
    tasks = HandTasks()
    presenter = SystemsPresenter(
        picture=face,
        trainings=Trainings(runner=HandRunner(), tasks=InlineTasks(), home=tmp_path / "runs", retraining_home=tmp_path / "retraining"),
        tasks=tasks,
        predict=lambda run, pixels, is_cancelled: Prediction("classify"),
        missing=(),
        go_to_training=lambda: None,
        show=lambda state: None,
    )
    presenter.choose("convolutional")
    presenter.run()
    tasks.do_one()
    presenter.cancel()
    tasks.do_one()
    assert tasks.waiting == []
    assert presenter.state.progress is None
    assert "windows looked at" in presenter.state.finding.words


@pytest.fixture
def live() -> PicturePresenter:
    """The picture of a source that runs."""
    made = PicturePresenter(tasks=InlineTasks(), show=lambda state: None)
    made.source_changed(SourceState(SourcePhase.RUNNING, "synthetic"))
    made.go_live(True)
    made.frame_arrived(Frame(still_scene(1, 0).pixels, 1, 0.0, "a"))
    return made


def test_trained_network_follows_the_live_picture_until_nobody_looks(live: PicturePresenter, tmp_path: Path) -> None:
    write_run(tmp_path / "runs", "digits", whole_run())
    trainings = Trainings(runner=HandRunner(), tasks=InlineTasks(), home=tmp_path / "runs", retraining_home=tmp_path / "retraining")
    trainings.refresh()
    tasks, seen = HandTasks(), list[int]()

    def predict(run: Path, pixels: Pixels, is_cancelled: Callable[[], bool]) -> Prediction:
        seen.append(int(pixels[0, 0, 0]))
        return Prediction("classify", (("red", 0.9), ("blue", 0.1)))

    presenter = SystemsPresenter(
        picture=live,
        trainings=trainings,
        tasks=tasks,
        predict=predict,
        missing=(),
        go_to_training=lambda: None,
        show=lambda state: None,
    )
    presenter.choose("classify")
    presenter.run()
    for number in (1, 2, 3):
        live.frame_arrived(Frame(np.full((240, 320, 3), number, np.uint8), number, 0.1 * number, "a"))
        tasks.do_one()
        assert presenter.state.finding.shares
    assert seen[1:] == [1, 2]  # each answer is to the newest picture when it was asked
    assert presenter.state.progress is not None
    presenter.rest()
    assert presenter.state.progress is None
    while tasks.waiting:
        tasks.do_one()
    assert len(seen) == 4, "what was asked already is answered, and nothing more"


@pytest.mark.models
def test_convolutional_windows_follow_the_live_picture_until_they_are_cancelled(live: PicturePresenter, tmp_path: Path) -> None:
    tasks, shown = HandTasks(), list[SystemsState]()
    presenter = SystemsPresenter(
        picture=live,
        trainings=Trainings(runner=HandRunner(), tasks=InlineTasks(), home=tmp_path / "runs", retraining_home=tmp_path / "retraining"),
        tasks=tasks,
        predict=lambda run, pixels, is_cancelled: Prediction("classify"),
        missing=(),
        go_to_training=lambda: None,
        show=shown.append,
    )
    presenter.choose("convolutional")
    presenter.run()
    while not presenter.state.finding.boxes:
        tasks.do_one()
    live.frame_arrived(Frame(np.zeros((240, 320, 3), np.uint8), 2, 0.1, "a"))
    while presenter.state.finding.boxes:
        tasks.do_one()
    assert presenter.state.finding.words.startswith("0 faces.")
    presenter.cancel()
    while tasks.waiting:
        tasks.do_one()
    assert presenter.state.progress is None


@pytest.mark.models
def test_heat_is_warmest_in_the_face() -> None:
    scene = still_scene(1, 0)
    warm = heat(list(WindowsDetector(min_face=48).levels(scene.pixels)), scene.pixels.shape[:2])
    row, column = np.unravel_index(warm.argmax(), warm.shape)
    box = scene.faces[0].box
    assert box.x0 < column < box.x1
    assert box.y0 < row < box.y1
    assert warm.shape == scene.pixels.shape[:2]
    assert len(list(slide(scene.pixels, one_pass=True))) > 5
