"""The Enrol page's three ways without Qt: guided camera, photos, folder of folders."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from facekit.engine.port import OnSamples
from facekit.errors import EngineLostError, FacekitError
from facekit.imaging import save_image
from facekit.sampling import Aim, outline_of
from facekit.types import TRAINING_CLAUSE, Box, Frame, FrameResult, Outcome, Pixels, QualityIssue, Sample
from tests.support.ui_fakes import Bench, frame_of, observed, sample
from ui.pages.enrol.camera_presenter import CameraPresenter
from ui.pages.enrol.folders_presenter import FoldersPresenter
from ui.pages.enrol.photos_presenter import PhotosPresenter
from ui.pages.enrol.state import CameraState, FoldersState, ImportStep, PersonRow, PhotosState, PhotoStatus, Step
from ui.ports import SourcePhase, SourceState

OUTLINE = outline_of(640, 480)


def placed(yaw: float, *, degrees: float = 0.0, issues: tuple[QualityIssue, ...] = ()) -> Sample:
    """A sample in the middle of the outline."""
    made = sample(degrees, issues=issues)
    box = Box(OUTLINE.x - 90, OUTLINE.y - 90, OUTLINE.x + 90, OUTLINE.y + 90)
    return replace(made, face=replace(made.face, box=box), quality=replace(made.quality, yaw=yaw))


class Sitting:
    """Somebody before the camera while the Enrol page is in front."""

    def __init__(self) -> None:
        self.bench = Bench().start()
        self.shown: list[CameraState] = []
        self.presenter = CameraPresenter(
            session=self.bench.session, engine=self.bench.engine, clock=self.bench.clock, account="tester", show=self.shown.append
        )
        self.presenter.begin()
        self.presenter.source_changed(SourceState(SourcePhase.RUNNING, "0", "Desk camera"))
        self.presenter.shown(True)
        self.frames = 0

    @property
    def state(self) -> CameraState:
        return self.shown[-1]

    def look(self, *seen: Sample) -> None:
        """One frame and what the engine finds in it."""
        self.frames += 1
        self.bench.clock.seconds += 0.2
        frame = frame_of(self.frames, self.bench.clock.seconds)
        self.presenter.frame_arrived(frame)
        self.bench.engine.samples = seen
        faces = tuple(replace(observed(Outcome.NON_MATCH), face=one.face, quality=one.quality) for one in seen)
        self.presenter.result_arrived(FrameResult(frame.frame_id, frame.captured_at, frame.source_id, faces))

    def hold(self, *seen: Sample) -> None:
        """Two frames alike."""
        self.look(*seen)
        self.look(*seen)


def test_three_steady_poses_fill_their_dots_and_lead_to_the_form() -> None:
    sitting = Sitting()
    for yaw in (0.0, 15.0):
        sitting.hold(placed(yaw))
    assert sitting.state.taken == {Aim.FRONT, Aim.LEFT}
    assert sitting.state.wanted is Aim.RIGHT
    assert sitting.state.form.samples
    sitting.hold(placed(-15.0))
    assert sitting.state.step is Step.FORM
    assert len(sitting.state.form.samples) == 3


def test_enrolment_at_the_camera_stores_all_poses_and_offers_the_next() -> None:
    sitting = Sitting()
    for yaw in (0.0, 15.0, -15.0):
        sitting.hold(placed(yaw))
    sitting.presenter.form.set_consent(True)
    sitting.presenter.form.set_name("Ana")
    sitting.presenter.form.submit()
    assert sitting.state.step is Step.DONE
    assert sitting.state.done == "Ana is enrolled."
    (ana,) = sitting.bench.store.people()
    assert ana.template_count == 3
    assert {template.source for template in sitting.bench.store.templates(ana.person_id)} == {"camera Desk camera"}
    sitting.presenter.begin()
    assert (sitting.state.step, sitting.state.taken, sitting.state.form.samples) == (Step.GUIDING, frozenset(), ())


def test_poor_sample_is_not_taken_and_says_what_to_do() -> None:
    sitting = Sitting()
    sitting.hold(placed(0.0, issues=(QualityIssue.TOO_DARK,)))
    assert sitting.state.words == "Put more light on the face"
    assert sitting.state.taken == frozenset()


def test_lost_camera_is_said_in_place_of_advice() -> None:
    sitting = Sitting()
    sitting.look(placed(0.0))
    sitting.presenter.source_changed(SourceState(SourcePhase.LOST, "0", "Desk camera", "The camera is gone."))
    assert sitting.state.words == "The camera is lost: it is tried again and again"
    assert sitting.state.face is None


def test_nothing_is_taken_while_another_page_is_in_front() -> None:
    sitting = Sitting()
    sitting.presenter.shown(False)
    sitting.hold(placed(0.0))
    assert sitting.state.taken == frozenset()


def test_one_pose_is_enough_for_those_who_say_so() -> None:
    sitting = Sitting()
    sitting.presenter.finish()
    steps = [sitting.state.step]
    sitting.hold(placed(0.0))
    sitting.presenter.finish()
    assert [*steps, sitting.state.step] == [Step.GUIDING, Step.FORM]


def test_late_answer_after_beginning_again_is_forgotten() -> None:
    sitting = Sitting()
    sitting.bench.engine.is_holding = True
    sitting.hold(placed(0.0))
    sitting.presenter.begin()
    sitting.bench.engine.release()
    assert sitting.state.taken == frozenset()
    sitting.hold(placed(0.0))
    assert sitting.state.taken == {Aim.FRONT}


def test_lost_engine_is_said_and_the_next_look_goes_on() -> None:
    sitting = Sitting()
    sitting.bench.engine.is_holding = True
    sitting.hold(placed(0.0))
    sitting.bench.engine.lose_requests()
    assert sitting.state.words == str(EngineLostError("The engine process ended."))
    sitting.bench.engine.release()
    sitting.hold(placed(0.0))
    assert sitting.state.taken == {Aim.FRONT}


def save(path: Path, shade: int) -> Path:
    """A picture of one grey; the engines below tell by it what they find."""
    path.parent.mkdir(parents=True, exist_ok=True)
    save_image(path, np.full((8, 8, 3), shade, np.uint8))
    return path


class SeeingBench(Bench):
    """A bench whose engine finds in each picture what its shade stands for."""

    def __init__(self, found: dict[int, Sequence[Sample]]) -> None:
        super().__init__()
        plain: Callable[[Pixels, OnSamples], int] = self.engine.take_samples

        def take(pixels: Pixels, on_done: OnSamples) -> int:
            self.engine.samples = tuple(found[int(pixels[0, 0, 0])])
            return plain(pixels, on_done)

        self.engine.take_samples = take  # type: ignore[method-assign]
        self.start()

    def common(self) -> dict[str, Any]:
        """What the presenters are given."""
        return {"session": self.session, "engine": self.engine, "tasks": self.tasks, "clock": self.clock, "account": "tester"}


ONE, TWO, NONE, OTHER = 10, 20, 30, 40
FOUND: dict[int, Sequence[Sample]] = {ONE: [sample(0)], TWO: [sample(5), sample(90)], NONE: [], OTHER: [sample(170)]}


def photos(tmp_path: Path) -> tuple[PhotosPresenter, SeeingBench]:
    bench = SeeingBench(FOUND)
    presenter = PhotosPresenter(show=lambda _: None, **bench.common())
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"nonsense")
    files = [save(tmp_path / "one.png", ONE), save(tmp_path / "two.png", TWO), save(tmp_path / "none.png", NONE), broken]
    presenter.add(files)
    return presenter, bench


def cells(state: PhotosState) -> list[tuple[str, PhotoStatus, str]]:
    return [(cell.name, cell.status, cell.words) for cell in state.cells]


def test_photos_are_taken_or_refused_with_the_reason(tmp_path: Path) -> None:
    presenter, _ = photos(tmp_path)
    assert cells(presenter.state) == [
        ("one.png", PhotoStatus.TAKEN, "Taken"),
        ("two.png", PhotoStatus.CHOOSE, "Which face is it?"),
        ("none.png", PhotoStatus.REFUSED, "No face was found."),
        ("broken.png", PhotoStatus.REFUSED, "broken.png is not a picture of a known format."),
    ]
    assert len(presenter.state.form.samples) == 1


def test_photo_with_several_faces_gives_the_chosen_one(tmp_path: Path) -> None:
    presenter, bench = photos(tmp_path)
    presenter.choose(presenter.state.cells[1].number, 0)
    assert presenter.state.cells[1].status is PhotoStatus.TAKEN
    presenter.form.set_consent(True)
    presenter.form.set_name("Ana")
    presenter.form.submit()
    assert presenter.state.done == "Ana is enrolled."
    assert presenter.state.cells == ()
    stored = bench.store.templates(bench.store.find("Ana").person_id)
    assert [template.source for template in stored] == ["one.png", "two.png"]


def test_photo_left_out_leaves_the_form_too(tmp_path: Path) -> None:
    presenter, _ = photos(tmp_path)
    presenter.remove(presenter.state.cells[0].number)
    assert presenter.state.form.samples == ()
    assert [name for name, _, _ in cells(presenter.state)] == ["two.png", "none.png", "broken.png"]


def test_dropped_folder_stands_for_its_pictures_and_a_missing_one_is_said(tmp_path: Path) -> None:
    presenter = PhotosPresenter(show=lambda _: None, **SeeingBench(FOUND).common())
    presenter.add([save(tmp_path / "in" / "one.png", ONE).parent])
    assert [name for name, _, _ in cells(presenter.state)] == ["one.png"]
    presenter.add([tmp_path / "gone.png"])
    assert cells(presenter.state)[1][1] is PhotoStatus.REFUSED


class Import:
    """A folder of three persons: Ana (two good, one without a face), Bea (unlike), Cara (nothing usable)."""

    def __init__(self, tmp_path: Path) -> None:
        self.folder = tmp_path / "team"
        for name, shade in (("Ana/1.png", ONE), ("Ana/2.png", ONE), ("Ana/3.png", NONE), ("Bea/1.png", OTHER), ("Cara/1.png", NONE)):
            save(self.folder / name, shade)
        (self.folder / "Bea" / "broken.png").write_bytes(b"nonsense")
        self.bench = SeeingBench(FOUND)
        self.shown: list[FoldersState] = []
        self.presenter = FoldersPresenter(show=self.shown.append, **self.bench.common())

    @property
    def state(self) -> FoldersState:
        return self.shown[-1]

    def rows(self) -> dict[str, PersonRow]:
        return {row.name: row for row in self.state.rows}

    def counts(self) -> dict[str, tuple[int, int, int]]:
        return {row.name: (row.usable, row.refused, row.enrolled) for row in self.state.rows}


def test_folder_is_shown_person_by_person_before_anything_is_written(tmp_path: Path) -> None:
    importing = Import(tmp_path)
    importing.presenter.choose(importing.folder)
    assert importing.state.step is ImportStep.REVIEW
    assert importing.counts() == {"Ana": (2, 1, 0), "Bea": (1, 1, 0), "Cara": (0, 1, 0)}
    assert [(row.name, row.is_included) for row in importing.state.rows] == [("Cara", False), ("Ana", True), ("Bea", True)]
    assert "3.png: no face found" in importing.rows()["Ana"].details
    assert "broken.png: it is not a picture of a known format" in importing.rows()["Bea"].details
    assert importing.state.summary == "3 people · 3 usable · 3 refused"
    assert importing.bench.store.people() == ()


def test_folder_is_stored_only_with_consent_and_only_those_ticked(tmp_path: Path) -> None:
    importing = Import(tmp_path)
    importing.presenter.choose(importing.folder)
    importing.presenter.submit()
    assert importing.bench.store.people() == ()
    importing.presenter.include(importing.rows()["Bea"].number, False)
    importing.presenter.set_consent(True)
    assert importing.state.submit == "Enrol 1 person"
    importing.presenter.submit()
    assert importing.state.step is ImportStep.DONE
    assert [(person.name, person.template_count) for person in importing.bench.store.people()] == [("Ana", 2)]
    assert importing.state.summary == "1 person enrolled with 2 pictures. 2 folders left out; the table says why."
    assert [(row.name, row.remark) for row in importing.state.rows] == [
        ("Bea", "left out: not ticked"),
        ("Cara", "left out: no picture can be used"),
        ("Ana", "enrolled: 2 pictures added, 2 in all"),
    ]
    assert importing.bench.session.people == importing.bench.store.people()


def test_folder_chosen_again_finds_its_pictures_enrolled(tmp_path: Path) -> None:
    importing = Import(tmp_path)
    for _ in range(2):
        importing.presenter.choose(importing.folder)
        importing.presenter.set_consent(True)
        importing.presenter.submit()
    assert importing.counts() == {"Ana": (0, 1, 2), "Bea": (0, 1, 1), "Cara": (0, 1, 0)}
    assert [person.template_count for person in importing.bench.store.people()] == [2, 1]


def test_person_very_like_an_enrolled_one_is_not_ticked(tmp_path: Path) -> None:
    importing = Import(tmp_path)
    importing.bench.enrol("Zoe", 10)
    importing.bench.session.refresh()
    importing.presenter.choose(importing.folder)
    ana = importing.rows()["Ana"]
    assert ana.remark == "too like Zoe (distance 0.03, limit 1.00): tick it if it is somebody else"
    assert not ana.is_included
    importing.presenter.include(ana.number, True)
    assert importing.rows()["Ana"].is_included


def test_person_whom_the_store_refuses_is_told_and_the_others_are_stored(tmp_path: Path) -> None:
    importing = Import(tmp_path)
    (importing.folder / "Ana").rename(importing.folder / "A\u202ena")
    importing.presenter.choose(importing.folder)
    importing.presenter.set_consent(True)
    importing.presenter.submit()
    assert importing.state.rows[0].remark.startswith("not enrolled: The name")
    assert [person.name for person in importing.bench.store.people()] == ["Bea"]


def test_consent_of_a_folder_to_training_is_asked_apart_and_stored(tmp_path: Path) -> None:
    importing = Import(tmp_path)
    importing.presenter.choose(importing.folder)
    importing.presenter.set_consent(True)
    assert not importing.state.allows_training
    importing.presenter.set_keeps_crops(True)
    importing.presenter.set_allows_training(True)
    assert TRAINING_CLAUSE in importing.state.consent_text
    importing.presenter.submit()
    assert all(person.consent.covers_training for person in importing.bench.store.people())


def test_cancelled_reading_keeps_the_persons_read_so_far(tmp_path: Path) -> None:
    importing = Import(tmp_path)
    seen: list[str] = []

    def stop_after_ana(state: FoldersState) -> None:
        importing.shown.append(state)
        if state.step is ImportStep.READING and [row.name for row in state.rows] == ["Ana"] and not seen:
            seen.append(state.progress)
            importing.presenter.cancel()

    importing.presenter._show_state = stop_after_ana
    importing.presenter.choose(importing.folder)
    assert importing.state.step is ImportStep.REVIEW
    assert list(importing.counts()) == ["Ana"]
    assert seen == ["Looking at 3 of 6 pictures · about 1 s left"]


def test_another_folder_is_not_begun_while_one_is_read(tmp_path: Path) -> None:
    importing = Import(tmp_path)
    other = save(tmp_path / "other" / "Zoe" / "1.png", OTHER).parents[1]
    importing.bench.engine.is_holding = True
    importing.presenter.choose(importing.folder)
    importing.presenter.choose(other)
    importing.bench.engine.release()
    assert importing.state.folder == str(importing.folder)
    assert set(importing.counts()) == {"Ana", "Bea", "Cara"}


def test_folder_without_persons_is_said_and_another_can_be_chosen(tmp_path: Path) -> None:
    importing = Import(tmp_path)
    importing.presenter.choose(importing.folder / "Ana")
    assert importing.state.step is ImportStep.CHOOSING
    assert "no folders with pictures" in importing.state.trouble


def test_lost_engine_ends_the_reading_with_its_reason(tmp_path: Path) -> None:
    importing = Import(tmp_path)

    def lose(_: Pixels, on_done: Callable[[tuple[Sample, ...] | FacekitError], None]) -> int:
        on_done(EngineLostError("The engine process ended."))
        return 1

    importing.bench.engine.take_samples = lose  # type: ignore[assignment, method-assign]
    importing.presenter.choose(importing.folder)
    assert importing.state.step is ImportStep.CHOOSING
    assert "The engine process ended." in importing.state.trouble


def test_result_of_another_source_is_not_looked_at() -> None:
    sitting = Sitting()
    frame = Frame(np.zeros((480, 640, 3), np.uint8), 1, sitting.bench.clock.seconds, "camera")
    sitting.presenter.frame_arrived(frame)
    before = sitting.state.words
    sitting.presenter.result_arrived(FrameResult(1, frame.captured_at, "another", ()))
    assert sitting.state.words == before
