"""Searching, renaming, merging, removing, bringing back, and removing for good, with the keyboard and the mouse."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from facekit.settings import Settings
from facekit.store import open_repository
from tests.support.window_story import do, enrol_drawn, press, wait
from ui.app import App
from ui.pages.people.page import PeoplePage

pytestmark = [pytest.mark.gui, pytest.mark.models, pytest.mark.slow]


def test_people_are_found_renamed_merged_removed_brought_back_and_forgotten(
    qtbot: QtBot, open_window: Callable[[Settings], App], tmp_path: Path
) -> None:
    database = tmp_path / "facekit.db"
    vectors = enrol_drawn(database, "Ana", "Anna", "Bea", "Carl")
    app = open_window(Settings())
    wait(qtbot, lambda: app.session.is_open)
    do(app, "show_people")
    page = app.page(PeoplePage)
    view = page.view

    def names() -> list[str]:
        return [row.name for row in page.presenter.state.rows]

    def choose(*chosen: str) -> None:
        page.presenter.choose([row.person_id for row in page.presenter.state.rows if row.name in chosen])
        wait(qtbot, lambda: len(page.presenter.state.chosen) == len(chosen))

    wait(qtbot, lambda: names() == ["Ana", "Anna", "Bea", "Carl"])
    do(app, "find_person")
    assert app.window.focusWidget() is view.search
    QTest.keyClicks(view.search, "an")
    assert names() == ["Ana", "Anna"]

    choose("Ana", "Anna")
    press(qtbot, view, "Merge, keep Ana")
    wait(qtbot, lambda: names() == ["Ana"])
    detail = page.presenter.state.detail
    assert detail is not None
    wait(qtbot, lambda: len(page.presenter.state.detail.templates) == 2)  # type: ignore[union-attr]
    view.search.clear()

    choose("Carl")
    do(app, "rename")
    editor = view.cards.findChild(QLineEdit)
    assert editor is not None
    editor.setText("Carlos")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    wait(qtbot, lambda: names() == ["Ana", "Bea", "Carlos"])

    choose("Bea")
    do(app, "remove")
    wait(qtbot, view.removed.isVisible)
    assert names() == ["Ana", "Carlos"]
    assert vectors[2] in every_byte(tmp_path)
    do(app, "undo_removal")
    wait(qtbot, lambda: names() == ["Ana", "Bea", "Carlos"])
    assert not view.removed.isVisible()

    do(app, "remove")  # who was brought back is chosen
    wait(qtbot, lambda: names() == ["Ana", "Carlos"])
    app.close()
    assert vectors[2] not in every_byte(tmp_path)
    assert [person.name for person in open_repository(database).people()] == ["Ana", "Carlos"]


def every_byte(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir() if file.is_file())
