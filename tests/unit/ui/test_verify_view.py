"""The Verify page's widgets: the claim by keyboard, photos by drop, the verdict in words, shape and on its scale."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QApplication, QLabel, QLineEdit, QTabBar
from pytestqt.qtbot import QtBot

from facekit.enrolment import MOST_FACES
from facekit.types import Box, Interval, OperatingPoint
from tests.support.dropping import drop
from ui.pages.verify.state import ClaimKind, PersonChoice, ProbeKind, Shown, Verdict, VerifyState
from ui.pages.verify.view import VerifyView
from ui.theme import Theme
from ui.widgets.verdict_scale import VerdictScale

pytestmark = pytest.mark.gui
GREY = np.full((480, 640, 3), 90, np.uint8)
FACE = np.full((112, 112, 3), 120, np.uint8)
POINTS = tuple(
    OperatingPoint(threshold, fmr, fmr, Interval(0, 1), fnmr, Interval(0, 1), 0.0, 100, 100, "test")
    for threshold, fmr, fnmr in ((1.1, 0.0001, 0.17), (1.3, 0.001, 0.08), (1.5, 0.01, 0.03))
)
SAME = VerifyState(
    people=(PersonChoice(1, "Ana"), PersonChoice(2, "Bea")),
    has_people=True,
    person_id=1,
    kept_face=FACE,
    person_words="Ana · 1 template",
    probe=Shown(GREY, Box(200, 100, 400, 300)),
    has_camera=True,
    verdict=Verdict.SAME,
    words="Same person.",
    distance=0.31,
    threshold=1.3,
    points=POINTS,
)


@pytest.fixture
def view(qtbot: QtBot, theme: Theme) -> VerifyView:
    made = VerifyView(theme)
    qtbot.addWidget(made)
    made.show_state(SAME)
    made.resize(960, 600)
    made.show()
    return made


def words(view: VerifyView) -> str:
    QApplication.processEvents()
    return " | ".join(label.text() for label in view.findChildren(QLabel) if label.isVisible())


def test_verdict_is_told_in_words_on_the_picture_and_on_the_scale(view: VerifyView) -> None:
    assert "Same person." in words(view)
    assert view.video.accessibleDescription() == "same"
    assert view.scale.accessibleName() == "distance 0.31, limit 1.30, on a scale from 0 to 4"
    assert "at 1.30 0.10% of different people pass and 8% of one person’s pictures are missed" in view.scale.accessibleDescription()


def test_every_verdict_has_a_sign_of_its_own(view: VerifyView) -> None:
    signs = []
    for verdict in (Verdict.SAME, Verdict.DIFFERENT, Verdict.UNCERTAIN, Verdict.POOR):
        view.show_state(replace(SAME, verdict=verdict))
        QApplication.processEvents()
        signs.append(bytes(view._sign.pixmap().toImage().constBits()))
    assert len(set(signs)) == len(signs)
    view.show_state(replace(SAME, verdict=Verdict.NONE))
    assert not view._sign.isVisible()


def test_person_is_found_and_chosen_by_the_keyboard_alone(qtbot: QtBot, view: VerifyView) -> None:
    view.show_state(replace(SAME, person_id=None))
    picker = view.people
    with qtbot.waitSignal(view.query_changed) as typed:
        QTest.keyClicks(picker.query, "b")
    assert typed.args == ["b"]
    view.show_state(replace(SAME, person_id=None, people=(PersonChoice(2, "Bea"),)))
    with qtbot.waitSignal(view.person_chosen) as chosen:
        QTest.keyClick(picker.query, Qt.Key.Key_Return)
    assert chosen.args == [2]


def test_chosen_person_stays_marked_while_the_list_is_searched(view: VerifyView) -> None:
    assert view.people.list.currentItem().text() == "Ana"
    view.show_state(replace(SAME, people=(PersonChoice(3, "Cara"), PersonChoice(1, "Ana"))))
    assert view.people.list.currentItem().text() == "Ana"


def test_kinds_are_changed_by_the_arrow_keys(qtbot: QtBot, view: VerifyView) -> None:
    with qtbot.waitSignal(view.claim_kind_chosen) as claim:
        QTest.keyClick(view.claim_tabs, Qt.Key.Key_Right)
    assert claim.args == [ClaimKind.PHOTO.value]
    with qtbot.waitSignal(view.probe_kind_chosen) as probe:
        QTest.keyClick(view.probe_tabs, Qt.Key.Key_Right)
    assert probe.args == [ProbeKind.PHOTO.value]


@pytest.mark.parametrize("side", ["claim", "probe"])
def test_photo_may_be_dropped_on_either_side(qtbot: QtBot, view: VerifyView, tmp_path: Path, side: str) -> None:
    with qtbot.waitSignal(view.photo_chosen) as chosen:
        drop({"claim": view.claim_photo, "probe": view.probe_photo}[side].zone, tmp_path / "a.jpg")
    assert chosen.args == [side, tmp_path / "a.jpg"]


def test_several_faces_of_a_photo_can_be_chosen_from(qtbot: QtBot, view: VerifyView) -> None:
    shown = Shown(GREY, None, (FACE, FACE), "a.jpg shows 2 faces of like size. Which one is meant?")
    view.show_state(replace(SAME, probe_kind=ProbeKind.PHOTO, probe=shown, verdict=Verdict.NONE))
    second = next(b for b in view.probe_photo.findChildren(QAbstractButton) if b.accessibleName() == "Face 2: it is this one")
    with qtbot.waitSignal(view.face_chosen) as chosen:
        second.click()
    assert chosen.args == ["probe", 1]


def test_crowd_and_long_names_leave_the_sides_as_wide_as_they_are(view: VerifyView) -> None:
    name = "Donaudampfschifffahrtsgesellschaftskapitän " * 4
    crowd = Shown(GREY, None, (FACE,) * MOST_FACES, "crowd.jpg shows 20 faces of like size. Which one is meant?")
    both = replace(SAME, people=(PersonChoice(1, name),), claim_kind=ClaimKind.PHOTO, claim=crowd, probe_kind=ProbeKind.PHOTO, probe=crowd)
    for state in (both, replace(both, claim_kind=ClaimKind.PERSON)):
        view.show_state(state)
        QApplication.processEvents()
        assert view.minimumSizeHint().width() <= 880 - 56


def test_without_people_and_camera_the_ways_out_are_offered(view: VerifyView) -> None:
    view.show_state(VerifyState(words="Nobody is enrolled yet."))
    QApplication.processEvents()
    assert view.people.enrol.isVisible()
    assert not view.people.list.isVisible()
    assert view.source.isVisible()
    view.show_state(VerifyState(words="Nobody is enrolled yet.", probe_kind=ProbeKind.PHOTO))
    assert not view.source.isVisible()


@pytest.mark.parametrize("state", [SAME, replace(SAME, claim_kind=ClaimKind.PHOTO, probe_kind=ProbeKind.PHOTO), VerifyState()])
def test_every_control_has_a_name_and_the_page_fits_the_smallest_window(view: VerifyView, state: VerifyState) -> None:
    view.show_state(state)
    QApplication.processEvents()
    for kind in (QAbstractButton, QLineEdit, QAbstractItemView, QTabBar):
        for control in view.findChildren(kind):
            if control.isVisible() and not control.objectName().startswith("qt_") and not isinstance(control.parent(), QLineEdit):
                assert control.accessibleName() or getattr(control, "text", str)(), control
    assert view.minimumSizeHint().width() <= 880 - 56
    assert view.minimumSizeHint().height() <= 600 - 64


@pytest.mark.parametrize("points", [(), POINTS])
def test_scale_paints_the_pointer_at_the_distance(qtbot: QtBot, theme: Theme, points: tuple[OperatingPoint, ...]) -> None:
    scale = VerdictScale(theme)
    qtbot.addWidget(scale)
    scale.resize(848, scale.sizeHint().height())
    scale.show_verdict(2.0, 1.3, points)
    shot = scale.grab().toImage()
    row = [x for x in range(848) if shot.pixelColor(x, 84).lightness() < 60]
    assert row
    assert abs(sum(row) / len(row) - (24 + 800 / 2)) < 4
