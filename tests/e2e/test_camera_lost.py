"""The camera goes away while somebody is recognised, and comes back."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from facekit.settings import Settings
from facekit.synthetic import View, identity, render
from tests.support.mjpeg_server import MjpegServer
from tests.support.window import OpenWindow, press, wait
from ui.app import App
from ui.pages.live.page import LivePage
from ui.pages.live.state import Tone
from ui.ports import SourcePhase

pytestmark = [pytest.mark.gui, pytest.mark.models, pytest.mark.slow]


def titles(app: App) -> list[str]:
    return [face.title for face in app.page(LivePage).presenter.state.faces]


def test_camera_lost_is_said_and_the_name_comes_back_with_it(qtbot: QtBot, open_window: OpenWindow) -> None:
    with MjpegServer([render([(identity(1), View(yaw=yaw))]) for yaw in (0.0, 4.0)], fps=10) as camera:
        app = open_window(Settings(source=camera.url))
        live = app.page(LivePage)
        wait(qtbot, lambda: [face.tone for face in live.presenter.state.faces] == [Tone.NOT_RECOGNIZED])
        press(qtbot, app, "Enrol…")
        wait(qtbot, lambda: bool(live.enrolment.state.form.samples))
        live.enrolment.form.set_consent(True)
        live.enrolment.form.set_name("Ana")
        press(qtbot, app, "Enrol Ana")
        wait(qtbot, lambda: titles(app) == ["Ana"])

        camera.stop()
        wait(qtbot, lambda: live.presenter.state.source.phase is SourcePhase.LOST)
        assert live.view.video.isVisible()  # the last picture stays, with what went wrong over it
        wait(qtbot, lambda: titles(app) == [])
        camera.come_back()
        wait(qtbot, lambda: live.presenter.state.source.phase is SourcePhase.RUNNING and titles(app) == ["Ana"])
        app.close()
