"""The person at the real window, for the stories: waits for what is to be seen, presses what can be pressed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from facekit.engine import EnginePhase
from facekit.settings import Settings
from ui.app import App

PATIENCE_MS = 120_000
OpenWindow = Callable[[Settings], App]


def wait(qtbot: QtBot, is_there: Callable[[], bool]) -> None:
    """Let the window live until the condition holds."""
    qtbot.waitUntil(is_there, timeout=PATIENCE_MS)


def wait_until_ready(qtbot: QtBot, app: App) -> None:
    """Let the window open its store and load its models."""
    wait(qtbot, lambda: app.session.engine_state.phase is EnginePhase.READY and app.session.gallery is not None)


def press(qtbot: QtBot, app: App, words: str) -> None:
    """Click the button with these words as soon as it can be clicked."""

    def ready() -> list[QPushButton]:
        return [b for b in app.window.findChildren(QPushButton) if b.isVisible() and b.isEnabled() and b.text() == words]

    wait(qtbot, lambda: bool(ready()))
    QTest.mouseClick(ready()[0], Qt.MouseButton.LeftButton)


def go_to(app: App, page: str) -> None:
    """Choose a page in the menu."""
    app.window.actions_by_name[f"show_{page}"].trigger()
