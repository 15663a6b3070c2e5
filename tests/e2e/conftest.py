"""The real window with the real engine, the real store and nothing of this machine's own settings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytest.importorskip("PySide6", reason="the window is not installed")

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from facekit.settings import Settings
from ui.app import App, build
from ui.main_window import MainWindow
from ui.theme import Theme

OpenWindow = Callable[[Settings], App]


@pytest.fixture
def open_window(qtbot: QtBot, qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenWindow]:
    """Opens the window on a new database; closed with everything behind it at the end of the test."""
    monkeypatch.setenv("FACEKIT_HOME", str(tmp_path / "home"))
    opened: list[App] = []

    def open_one(settings: Settings) -> App:
        theme = Theme(qapp, "light")
        window = MainWindow(theme)
        qtbot.addWidget(window)
        window.resize(1024, 700)
        window.show()
        opened.append(build(window, theme, settings, tmp_path / "facekit.db"))
        return opened[-1]

    yield open_one
    for app in opened:
        app.close()
