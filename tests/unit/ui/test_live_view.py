"""The Live page's widgets: states in words and shapes, intents out."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from facekit.types import Box, Frame
from ui.enrolment import FormState, SampleView
from ui.pages.live.state import EnrolState, LiveState, SeenFace, Tone
from ui.pages.live.view import LiveView
from ui.ports import SourcePhase, SourceState
from ui.sources import SourceChoice
from ui.theme import Theme
from ui.theme.tokens import DARK
from ui.widgets.face_marks import LOOKS
from ui.widgets.video_view import FaceMark, VideoView

pytestmark = pytest.mark.gui
GREY = np.full((480, 640, 3), 90, np.uint8)
FRAME = Frame(GREY, 1, 0.0, "camera")
RUNNING = SourceState(SourcePhase.RUNNING, "0", "Desk camera")
BOX = Box(200, 120, 400, 360)


def seen(tone: Tone, title: str, *, track_id: int = 1, distance: float | None = 0.31) -> SeenFace:
    return SeenFace(track_id, BOX, tone, title, distance, 1.26, "14:03:22", "distance 0.31 · in view 12 s")


@pytest.fixture
def view(qtbot: QtBot, theme: Theme) -> LiveView:
    made = LiveView(theme)
    qtbot.addWidget(made)
    made.resize(960, 600)
    made.show()
    return made


def words(view: LiveView) -> str:
    QApplication.processEvents()  # what a layout was given becomes visible in the next round
    return " | ".join(label.text() for label in view.findChildren(QLabel) if label.isVisible())


def test_every_tone_has_a_look_of_its_own_even_without_colour() -> None:
    assert set(LOOKS) == set(Tone)
    assert len({(look.line, look.is_whole, look.sign, look.has_ticks) for look in LOOKS.values()}) == len(LOOKS)


@pytest.mark.parametrize(
    ("tone", "title", "label"),
    [
        (Tone.MATCH, "Ana", "Ana · 0.31"),
        (Tone.NOT_RECOGNIZED, "not recognized", "not recognized"),
        (Tone.UNCERTAIN, "Ana or Bea?", "Ana or Bea?"),
        (Tone.POOR, "turn to the camera", "turn to the camera"),
    ],
)
def test_face_is_told_in_words_on_the_picture_and_on_its_card(view: LiveView, tone: Tone, title: str, label: str) -> None:
    view.show_state(LiveState(RUNNING, (), FRAME, (seen(tone, title),)))
    assert view.video.accessibleDescription() == label
    assert title in words(view)
    assert "distance 0.31 · in view 12 s" in words(view)
    assert view.cards[1].enrol.isVisible() is (tone is Tone.NOT_RECOGNIZED)


def test_card_of_a_face_that_left_goes(view: LiveView) -> None:
    view.show_state(LiveState(RUNNING, (), FRAME, (seen(Tone.MATCH, "Ana"), seen(Tone.MATCH, "Bea", track_id=2))))
    view.show_state(LiveState(RUNNING, (), FRAME, (seen(Tone.MATCH, "Bea", track_id=2),)))
    assert list(view.cards) == [2]


def test_enrol_on_a_card_names_its_face(qtbot: QtBot, view: LiveView) -> None:
    view.show_state(LiveState(RUNNING, (), FRAME, (seen(Tone.NOT_RECOGNIZED, "not recognized", track_id=5, distance=None),)))
    with qtbot.waitSignal(view.enrol_wanted) as wanted:
        QTest.mouseClick(view.cards[5].enrol, Qt.MouseButton.LeftButton)
    assert wanted.args == [5]


def test_no_camera_says_what_was_tried_and_offers_three_ways(view: LiveView) -> None:
    view.show_state(LiveState(cameras=()))
    assert "No camera is connected" in words(view)
    offered = [button.text() for button in view.empty.findChildren(QPushButton) if button.isVisible()]
    assert offered == ["Try with synthetic people", "Choose a video…", "Connect a stream…"]


@pytest.mark.parametrize(("cameras", "main"), [((SourceChoice("camera:usb-1", "Desk camera"),), 0), ((), 1)])
def test_first_run_has_three_sentences_and_two_buttons(qtbot: QtBot, view: LiveView, cameras: tuple[SourceChoice, ...], main: int) -> None:
    view.show_state(LiveState(cameras=cameras, is_first_run=True))
    assert "Everything stays on this computer. Nothing is stored until you enrol somebody." in words(view)
    buttons = [button for button in view.empty.findChildren(QPushButton) if button.isVisible()]
    assert [button.text() for button in buttons] == ["Use my camera", "Try with synthetic people"]
    assert [button.property("look") == "main" for button in buttons].index(True) == main
    with qtbot.waitSignal(view.any_camera_wanted):
        QTest.mouseClick(buttons[0], Qt.MouseButton.LeftButton)


def test_found_camera_is_offered_first_and_by_name(qtbot: QtBot, view: LiveView) -> None:
    view.show_state(LiveState(cameras=(SourceChoice("camera:usb-1", "Desk camera"),)))
    first = view.empty.findChildren(QPushButton)[0]
    assert first.text() == "Use Desk camera"
    with qtbot.waitSignal(view.camera_chosen) as chosen:
        QTest.mouseClick(first, Qt.MouseButton.LeftButton)
    assert chosen.args == ["camera:usb-1"]


def test_failed_source_says_why_and_offers_to_try_again(view: LiveView) -> None:
    view.show_state(LiveState(SourceState(SourcePhase.FAILED, "0", "Desk camera", "It is in use.", "Close the other program."), ()))
    assert "It is in use. Close the other program." in words(view)
    assert "Try again" in [button.text() for button in view.empty.findChildren(QPushButton)]


def test_source_menu_lists_cameras_and_the_other_ways(view: LiveView) -> None:
    view.source.show_sources("Desk camera", (SourceChoice("camera:usb-1", "Desk camera"),))
    assert view.source.text().startswith("Desk camera")
    entries = [entry.text().replace("&", "") for entry in view.source.menu().actions() if not entry.isSeparator()]
    assert entries[:2] == ["Desk camera", "Open video…"]
    assert "Synthetic people" in entries


def inked(image: QImage, y: int, x0: int, x1: int, colour: QColor) -> list[bool]:
    """Along a row, whether each pixel is near the colour."""
    pixels = [image.pixelColor(x, y) for x in range(x0, x1)]
    return [
        max(abs(p.red() - colour.red()), abs(p.green() - colour.green()), abs(p.blue() - colour.blue())) < 70 and p.lightness() > 120
        for p in pixels
    ]


@pytest.mark.parametrize(("tone", "least", "most"), [("match", 0.95, 1.0), ("not_recognized", 0.35, 0.8), ("poor", 0.0, 0.1)])
def test_upper_edge_of_a_box_is_solid_broken_or_absent(qtbot: QtBot, theme: Theme, tone: str, least: float, most: float) -> None:
    video = VideoView(theme)
    qtbot.addWidget(video)
    video.resize(640, 480)
    video.show_picture(GREY, [FaceMark(BOX, tone, "x")])
    image = video.grab().toImage()
    share = max(np.mean(inked(image, y, 250, 350, QColor(LOOKS[tone].colour))) for y in (119, 120, 121))
    assert least <= share <= most


def test_label_is_readable_on_a_white_picture(qtbot: QtBot, theme: Theme) -> None:
    video = VideoView(theme)
    qtbot.addWidget(video)
    video.resize(640, 480)
    video.show_picture(np.full((480, 640, 3), 255, np.uint8), [FaceMark(BOX, "match", "Ana · 0.31")])
    image = video.grab().toImage()
    shades = {image.pixelColor(x, y).lightness() for x in range(205, 290) for y in range(92, 108)}
    assert min(shades) < 60
    assert max(shades) > 220
    assert any(image.pixelColor(x, y).name().upper() == DARK.accent for x in range(200, 240) for y in range(85, 115))


def test_picture_is_letterboxed_in_the_middle(qtbot: QtBot, theme: Theme) -> None:
    video = VideoView(theme)
    qtbot.addWidget(video)
    video.resize(1000, 480)
    video.show_picture(GREY, [])
    area = video.picture_area()
    assert (area.x(), area.y(), area.width(), area.height()) == (180, 0, 640, 480)


def test_red_picture_is_painted_red(qtbot: QtBot, theme: Theme) -> None:
    video = VideoView(theme)
    qtbot.addWidget(video)
    video.resize(640, 480)
    red = np.zeros((480, 640, 3), np.uint8)
    red[..., 0] = 255
    video.show_picture(red, [])
    assert video.grab().toImage().pixelColor(300, 300).name() == "#ff0000"


def test_enrolment_takes_the_place_of_the_cards_and_asks_for_the_name_last(qtbot: QtBot, view: LiveView) -> None:
    picture = SampleView(np.full((112, 112, 3), 120, np.uint8), ("too dark",))
    view.show_enrolment(EnrolState(is_open=True, can_take=True, form=FormState((picture,), "They agree to this.")))
    said = words(view)
    assert "Better pictures: too dark." in said
    assert "They agree to this." in said
    panel = view.panel
    typed: list[str] = []
    panel.name.textEdited.connect(typed.append)
    QTest.keyClick(panel.consent, Qt.Key.Key_Tab)
    QTest.keyClick(panel.crops, Qt.Key.Key_Tab)
    assert view.focusWidget() is panel.name
    QTest.keyClicks(panel.name, "Ana")
    assert typed[-1] == "Ana"


def test_question_of_the_guard_is_shown_with_its_answers(qtbot: QtBot, view: LiveView) -> None:
    view.show_enrolment(EnrolState(is_open=True, form=FormState(question="Is it Bea?", answer="Somebody else", same_as="Bea")))
    buttons = {button.text(): button for button in view.panel.findChildren(QPushButton) if button.isVisible()}
    assert {"Somebody else", "It is Bea"} <= buttons.keys()
    with qtbot.waitSignal(view.panel.question.same.clicked):
        QTest.mouseClick(buttons["It is Bea"], Qt.MouseButton.LeftButton)
    assert not view.panel.submit.isEnabled()
