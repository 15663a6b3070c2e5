"""Another detector chosen in the settings: offered to start the engine, said when it is not to be had, and at work afterwards."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from facekit.engine import EnginePhase
from facekit.settings import Settings, load_settings
from tests.support.window_story import do, press, wait
from ui.app import App
from ui.pages.live.page import LivePage
from ui.pages.settings.page import SettingsPage

pytestmark = [pytest.mark.gui, pytest.mark.models, pytest.mark.slow]


def test_detector_that_is_not_here_is_said_and_another_finds_the_face(qtbot: QtBot, open_window: Callable[[Settings], App]) -> None:
    app = open_window(Settings(source="synthetic:1"))
    wait(qtbot, lambda: app.session.engine_state.phase is EnginePhase.READY)
    do(app, "show_settings")
    page = app.page(SettingsPage)
    wait(qtbot, lambda: len(page.presenter._choices.get("detector", ())) > 1)
    assert not page.view.restart.isVisible()

    page.view.rows["detector"].changed.emit("detector", "yunet")
    press(qtbot, page.view, "Start the engine again")
    wait(qtbot, lambda: app.session.engine_state.phase is EnginePhase.FAILED)
    assert "yunet" in app.window.status_line.notice.text()
    assert not page.view.restart.isVisible()

    page.view.rows["detector"].changed.emit("detector", "windows")
    press(qtbot, page.view, "Start the engine again")
    wait(qtbot, lambda: app.session.engine_state.phase is EnginePhase.READY)
    answered = app.engine.stats().answered
    wait(qtbot, lambda: app.engine.stats().answered > answered)
    assert app.page(LivePage).presenter.state.frame is not None
    wait(qtbot, lambda: load_settings().detector == "windows")
    assert app.session.running.detector == "windows"
