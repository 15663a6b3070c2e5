"""Ana is enrolled at a camera by guidance, Bea from a photo; then a right and a wrong claim are verified before the camera."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from facekit.imaging import save_image
from facekit.settings import Settings
from facekit.synthetic import View, identity, render
from facekit.types import Pixels
from tests.support.mjpeg_server import MjpegServer
from tests.support.window import OpenWindow, go_to, press, wait, wait_until_ready
from ui.app import App
from ui.pages.enrol.page import EnrolPage
from ui.pages.enrol.state import Step
from ui.pages.enrol.view import PHOTOS
from ui.pages.verify.page import VerifyPage
from ui.pages.verify.state import Verdict
from ui.widgets.enrol_form import EnrolForm

pytestmark = [pytest.mark.gui, pytest.mark.models, pytest.mark.slow]
HELD = 30  # pictures a pose: three seconds


def seen(person: int, yaw: float = 0.0) -> Pixels:
    return render([(identity(person), View(yaw=yaw))])


def fill_in(form: EnrolForm, name: str) -> None:
    QTest.keyClick(form.consent, Qt.Key.Key_Space)
    QTest.keyClicks(form.name, name)


def type_keys(app: App, *keys: Qt.Key | str) -> None:
    """Keys and words, to whatever has the keyboard."""
    for key in keys:
        focused = app.window.focusWidget()
        assert focused is not None
        QTest.keyClicks(focused, key) if isinstance(key, str) else QTest.keyClick(focused, key)


def claim(app: App, name: str) -> None:
    """Type the name, go into the list with Enter."""
    picker = app.page(VerifyPage).view.people
    picker.query.clear()
    QTest.keyClicks(picker.query, name)
    QTest.keyClick(picker.query, Qt.Key.Key_Return)


def test_enrol_at_a_camera_then_verify_a_right_and_a_wrong_claim(qtbot: QtBot, open_window: OpenWindow, tmp_path: Path) -> None:
    save_image(tmp_path / "bea.png", seen(4))
    poses = [picture for yaw in (0.0, 18.0, -18.0) for picture in [seen(1, yaw)] * HELD]
    with MjpegServer(poses, fps=10) as camera:
        app = open_window(Settings(source=camera.url))
        wait_until_ready(qtbot, app)
        go_to(app, "enrol")
        page = app.page(EnrolPage)
        wait(qtbot, lambda: page.camera.state.step is Step.FORM)
        assert len(page.camera.state.form.samples) == 3
        type_keys(app, Qt.Key.Key_Space, Qt.Key.Key_Tab, Qt.Key.Key_Tab, "Ana", Qt.Key.Key_Return)  # consent, past the crops, the name
        wait(qtbot, lambda: page.view.camera.done.isVisible())
        assert page.view.camera.done.words.text() == "Ana is enrolled."

        page.view.tabs.setCurrentIndex(PHOTOS)
        page.view.photos.dropped.emit([tmp_path / "bea.png"])
        wait(qtbot, lambda: bool(page.photos.state.form.samples))
        fill_in(page.view.photos.form, "Bea")
        press(qtbot, app, "Enrol Bea")
        wait(qtbot, lambda: [person.name for person in app.session.people] == ["Ana", "Bea"])

        go_to(app, "verify")
        verifying = app.page(VerifyPage)
        claim(app, "Ana")
        wait(qtbot, lambda: verifying.presenter.state.verdict is Verdict.SAME)
        assert verifying.view.words.text().startswith("Same person. Distance 0.")
        assert "Of 10,000 different people about 10 would pass." in verifying.view.words.text()
        claim(app, "Bea")
        wait(qtbot, lambda: verifying.presenter.state.verdict is Verdict.DIFFERENT)
        assert verifying.view.words.text().startswith("Different. Distance 1.")
        app.close()
