"""A disk that cannot be written to: the window opens, says so where it matters, and goes on without a store."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from facekit.engine import EnginePhase
from facekit.settings import Settings
from tests.support.window_story import wait
from ui.app import App, build
from ui.main_window import MainWindow
from ui.pages.events.page import EventsPage
from ui.pages.people.page import PeoplePage
from ui.theme import Theme

pytestmark = [pytest.mark.gui, pytest.mark.models, pytest.mark.slow]


def read_only(tmp_path: Path) -> Path:
    """A folder that refuses every new file, also of the one account that no permission stops."""
    folder = tmp_path / "read-only"
    folder.mkdir(mode=0o555)
    kernel = Path("/sys/kernel")
    if os.access(folder, os.W_OK) and not kernel.is_dir():
        pytest.skip("this account may write everywhere")
    return kernel if os.access(folder, os.W_OK) else folder


def test_window_without_a_store_says_why_and_still_finds_faces(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = read_only(tmp_path)
    monkeypatch.setenv("FACEKIT_HOME", str(folder))
    window = MainWindow(Theme(qapp, "light"))
    qtbot.addWidget(window)
    window.show()
    app = build(window, Theme(qapp, "light"), Settings(), folder / "facekit.db")
    try:
        tell(qtbot, app, folder)
    finally:
        app.close()


def tell(qtbot: QtBot, app: App, folder: Path) -> None:
    notice = app.window.status_line.notice
    wait(qtbot, lambda: f"{folder / 'facekit.db'} cannot be opened" in notice.text())
    people, events = app.page(PeoplePage), app.page(EventsPage)
    app.window.show_page("people")
    assert people.view.broken.isVisible()
    assert "cannot be opened" in people.presenter.state.trouble
    app.window.show_page("events")
    assert events.view.empty.isVisible()
    app.session.keep(Settings(min_face=60))
    wait(qtbot, lambda: "settings could not be kept" in notice.text())
    assert app.session.settings.min_face == 60
    wait(qtbot, lambda: app.session.engine_state.phase is EnginePhase.READY)
