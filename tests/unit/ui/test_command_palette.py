"""The command palette: finds by typing, does on Enter, offers only what can be done."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from ui.actions import search
from ui.main_window import MainWindow
from ui.theme import Theme
from ui.widgets.command_palette import Palette

pytestmark = pytest.mark.gui


@pytest.fixture
def palette(qtbot: QtBot, theme: Theme) -> Iterator[Palette]:
    window = MainWindow(theme)
    qtbot.addWidget(window)
    window.show()
    made = Palette(window, window.actions_by_name, theme)
    made.show()
    yield made
    window.close()


def test_search_wants_every_word_and_puts_names_before_sentences() -> None:
    assert [row.name for row in search("dark THEME")] == ["theme_dark", "theme_system", "theme_light"]
    assert search("nothing of this kind") == ()


def test_enter_does_what_is_marked_and_closes(qtbot: QtBot, palette: Palette) -> None:
    done: list[str] = []
    for name in ("theme_dark", "theme_light"):
        palette._actions[name].triggered.connect(lambda _=False, name=name: done.append(name))
    QTest.keyClicks(palette.query, "no such thing")
    assert palette.none.isVisible()
    palette.query.clear()
    QTest.keyClicks(palette.query, "theme:")
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Return):
        QTest.keyClick(palette.query, key)
    assert done == ["theme_dark"]
    assert not palette.isVisible()


def test_what_cannot_be_done_now_is_not_offered(qtbot: QtBot, palette: Palette) -> None:
    palette._actions["quit"].setEnabled(False)
    QTest.keyClicks(palette.query, "quit")
    assert palette.found.topLevelItemCount() == 0
