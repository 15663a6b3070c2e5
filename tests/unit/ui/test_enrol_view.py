"""The Enrol page's widgets: steps, drops, the keyboard, names for those who do not see."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QApplication, QLabel, QLineEdit, QPushButton, QTabBar, QWidget
from pytestqt.qtbot import QtBot

from facekit.sampling import Aim
from facekit.types import Box, Frame
from tests.support.dropping import drop
from ui.enrolment import FormState, SampleView
from ui.pages.enrol.folders_model import NAME, REMARK
from ui.pages.enrol.state import CameraState, FoldersState, ImportStep, PersonRow, PhotoCell, PhotosState, PhotoStatus, Step
from ui.pages.enrol.view import CAMERA, FOLDERS, PHOTOS, EnrolView
from ui.ports import SourcePhase, SourceState
from ui.theme import Theme
from ui.widgets.reading_order import neighbour

pytestmark = pytest.mark.gui
FACE = np.full((112, 112, 3), 120, np.uint8)
RUNNING = SourceState(SourcePhase.RUNNING, "0", "Desk camera")
FRAME = Frame(np.full((480, 640, 3), 90, np.uint8), 1, 0.0, "camera")
GUIDING = CameraState(RUNNING, frame=FRAME, words="Hold still", taken=frozenset({Aim.FRONT}), wanted=Aim.LEFT, face=Box(200, 100, 400, 300))
CELLS = (
    PhotoCell(1, "one.jpg", PhotoStatus.TAKEN, "Taken", (FACE,)),
    PhotoCell(2, "two.jpg", PhotoStatus.CHOOSE, "Which face is it?", (FACE, FACE)),
    PhotoCell(3, "three.jpg", PhotoStatus.REFUSED, "No face was found."),
)
PHOTOS_STATE = PhotosState(CELLS, form=FormState((SampleView(FACE),)))
ROWS = (
    PersonRow(0, "Ana", 2, 1, 0, "new", "torn.png: it is damaged", True, True),
    PersonRow(1, "Bea", 0, 1, 0, "no picture can be used", "b.png: no face found", False, False),
)
REVIEW = FoldersState(ImportStep.REVIEW, "/pictures/team", ROWS, consent_text="Everyone agrees.", submit="Enrol 1 person")


@pytest.fixture
def view(qtbot: QtBot, theme: Theme) -> EnrolView:
    made = EnrolView(theme)
    qtbot.addWidget(made)
    made.camera.show_state(GUIDING)
    made.photos.show_state(PHOTOS_STATE)
    made.folders.show_state(REVIEW)
    made.resize(960, 600)
    made.show()
    return made


def words(part: QWidget) -> str:
    QApplication.processEvents()
    return " | ".join(label.text() for label in part.findChildren(QLabel) if label.isVisible())


def buttons(part: QWidget) -> dict[str, QPushButton]:
    QApplication.processEvents()
    return {button.text(): button for button in part.findChildren(QPushButton) if button.isVisible()}


def test_guiding_shows_advice_and_which_poses_are_taken(view: EnrolView) -> None:
    assert "Hold still" in words(view.camera)
    assert "1 of 3 taken" in words(view.camera)
    assert view.camera.dots.accessibleName() == "1 of 3 poses taken"
    assert buttons(view.camera)["That is enough"].isEnabled()


def test_nothing_taken_yet_cannot_be_enough(view: EnrolView) -> None:
    view.camera.show_state(replace(GUIDING, taken=frozenset()))
    assert not buttons(view.camera)["That is enough"].isEnabled()


def test_picture_is_shown_as_in_a_mirror(view: EnrolView) -> None:
    pixels = np.zeros((480, 640, 3), np.uint8)
    pixels[:, :100] = (255, 0, 0)
    view.camera.show_state(replace(GUIDING, frame=Frame(pixels, 2, 0.0, "camera")))
    area = view.camera.video.picture_area()
    shot = view.camera.video.grab().toImage()
    at = [shot.pixelColor(round(area.left() + share * area.width()), round(area.center().y())).red() for share in (0.05, 0.95)]
    assert at[0] < 30 < 100 < at[1]


def test_form_follows_with_the_keyboard_on_consent_and_then_the_next_person(qtbot: QtBot, view: EnrolView) -> None:
    view.activateWindow()
    view.camera.show_state(replace(GUIDING, step=Step.FORM, form=FormState((SampleView(FACE),))))
    assert view.focusWidget() is view.camera.form.consent
    view.camera.show_state(replace(GUIDING, step=Step.DONE, done="Ana is enrolled."))
    assert "Ana is enrolled." in words(view.camera)
    assert view.focusWidget() is view.camera.done.another
    with qtbot.waitSignal(view.camera.begin_wanted):
        QTest.keyClick(view.camera.done.another, Qt.Key.Key_Space)


def test_without_a_source_the_ways_out_are_offered(view: EnrolView) -> None:
    view.camera.show_state(CameraState())
    assert {"Use my camera", "Try with a synthetic person"} <= buttons(view.camera).keys()


def test_photos_are_told_taken_refused_or_to_choose(qtbot: QtBot, view: EnrolView) -> None:
    view.tabs.setCurrentIndex(PHOTOS)
    said = words(view.photos)
    for part in ("Taken", "Which face is it?", "No face was found."):
        assert part in said
    second = next(b for b in view.photos.findChildren(QAbstractButton) if b.accessibleName() == "two.jpg, face 2: it is this one")
    with qtbot.waitSignal(view.photos.choice_made) as made:
        second.click()
    assert made.args == [2, 1]
    leave = next(b for b in view.photos.findChildren(QAbstractButton) if b.accessibleName() == "Leave three.jpg out")
    with qtbot.waitSignal(view.photos.removal_wanted) as left_out:
        leave.click()
    assert left_out.args == [3]


@pytest.mark.parametrize("is_empty", [True, False])
def test_photos_may_be_dropped_on_the_zone_and_on_the_grid(qtbot: QtBot, view: EnrolView, tmp_path: Path, is_empty: bool) -> None:
    view.tabs.setCurrentIndex(PHOTOS)
    view.photos.show_state(PhotosState() if is_empty else PHOTOS_STATE)
    with qtbot.waitSignal(view.photos.dropped) as dropped:
        drop(view.photos.zone if is_empty else view.photos, tmp_path / "a.jpg", tmp_path / "b.jpg")
    assert dropped.args == [[tmp_path / "a.jpg", tmp_path / "b.jpg"]]


def test_dropped_folder_is_chosen(qtbot: QtBot, view: EnrolView, tmp_path: Path) -> None:
    with qtbot.waitSignal(view.folders.folder_chosen) as chosen:
        drop(view.folders, tmp_path)
    assert chosen.args == [tmp_path]


def test_review_lists_each_person_with_the_reasons_of_the_chosen_one(view: EnrolView) -> None:
    view.tabs.setCurrentIndex(FOLDERS)
    model = view.folders.model
    assert [model.index(1, column).data() for column in (NAME, REMARK)] == ["Bea", "no picture can be used"]
    view.folders.table.setCurrentIndex(model.index(0, NAME))
    assert "torn.png: it is damaged" in words(view.folders)
    assert {"Enrol 1 person", "Choose another folder"} <= buttons(view.folders).keys()


def test_person_is_ticked_by_the_space_bar_and_only_where_there_is_something_to_store(qtbot: QtBot, view: EnrolView) -> None:
    view.tabs.setCurrentIndex(FOLDERS)
    table = view.folders.table
    table.setCurrentIndex(view.folders.model.index(0, NAME))
    with qtbot.waitSignal(view.folders.model.include_wanted) as wanted:
        QTest.keyClick(table, Qt.Key.Key_Space)
    assert wanted.args == [0, False]
    table.setCurrentIndex(view.folders.model.index(1, NAME))
    with qtbot.assertNotEmitted(view.folders.model.include_wanted):
        QTest.keyClick(table, Qt.Key.Key_Space)


def test_reading_shows_progress_and_can_be_cancelled(qtbot: QtBot, view: EnrolView) -> None:
    view.tabs.setCurrentIndex(FOLDERS)
    words_of_it = "Looking at 3 of 12 pictures · about 4 s left"
    view.folders.show_state(FoldersState(ImportStep.READING, "/pictures/team", ROWS[:1], 12, 3, words_of_it))
    assert words_of_it in words(view.folders)
    assert (view.folders.bar.value(), view.folders.bar.maximum()) == (3, 12)
    with qtbot.waitSignal(view.folders.cancelled):
        QTest.keyClick(buttons(view.folders)["Cancel"], Qt.Key.Key_Space)


@pytest.mark.parametrize("tab", [CAMERA, PHOTOS, FOLDERS])
def test_every_control_has_a_name_and_is_reached_by_tab(view: EnrolView, tab: int) -> None:
    view.tabs.setCurrentIndex(tab)
    QApplication.processEvents()
    kinds = (QAbstractButton, QLineEdit, QAbstractItemView, QTabBar)
    controls = [w for kind in kinds for w in view.findChildren(kind) if w.isVisible() and not w.objectName().startswith("qt_")]
    controls = [w for w in controls if not isinstance(w.parent(), QAbstractItemView)]
    assert [w for w in controls if not (w.accessibleName() or getattr(w, "text", str)())] == []
    reached: list[QWidget] = []
    focused = neighbour(view, None, is_next=True)
    while focused is not None and focused not in reached:
        reached.append(focused)
        focused = neighbour(view, focused, is_next=True)
    enabled = {w for w in controls if w.isEnabled() and w.focusPolicy().value & Qt.FocusPolicy.TabFocus.value}
    assert enabled <= set(reached)


@pytest.mark.parametrize("tab", [CAMERA, PHOTOS, FOLDERS])
def test_page_fits_the_smallest_window(view: EnrolView, tab: int) -> None:
    view.tabs.setCurrentIndex(tab)
    QApplication.processEvents()
    assert view.minimumSizeHint().width() <= 880 - 56
    assert view.minimumSizeHint().height() <= 600 - 64


@pytest.mark.parametrize("tab", [CAMERA, PHOTOS])
def test_long_name_leaves_the_form_as_wide_as_it_is(view: EnrolView, tab: int) -> None:
    view.tabs.setCurrentIndex(tab)
    name = "Donaudampfschifffahrtsgesellschaftskapitän" * 4
    form = FormState((SampleView(FACE),), name=name, known=f"{name} agreed on 1 May.", submit=f"Enrol {name}")
    form = replace(form, question=f"Is it {name}?", answer=f"It is {name}", same_as=name, faces=(FACE, FACE))
    view.camera.show_state(replace(GUIDING, step=Step.FORM, form=form))
    view.photos.show_state(replace(PHOTOS_STATE, form=form))
    QApplication.processEvents()
    shown = (view.camera, view.photos)[tab].form
    assert shown.minimumSizeHint().width() <= 304
    assert shown.question.minimumSizeHint().width() <= 304 - 2 * 16
    assert shown.question.width() <= 304
    assert shown.submit.accessibleName() == f"Enrol {name}"


def test_training_is_never_ticked_for_the_person_and_needs_kept_pictures(view: EnrolView) -> None:
    form = view.photos.form
    view.photos.show_state(PhotosState(CELLS, form=FormState((SampleView(FACE),))))
    assert (form.training.isChecked(), form.training.isEnabled()) == (False, False)
    view.photos.show_state(PhotosState(CELLS, form=FormState((SampleView(FACE),), keeps_crops=True)))
    assert (form.training.isChecked(), form.training.isEnabled()) == (False, True)
    view.photos.show_state(PhotosState(CELLS, form=FormState((SampleView(FACE),), known="Ana agreed.")))
    assert form.training.isHidden(), "whoever is enrolled already is asked on their card"
