"""Two windows on one database: each follows the other, and a third that is opened leaves a removal within reach of undo."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from facekit.settings import Settings
from tests.support.window_story import enrol_drawn, wait
from ui.app import App
from ui.pages.people.page import PeoplePage

pytestmark = [pytest.mark.gui, pytest.mark.models, pytest.mark.slow]


def test_windows_follow_each_other_and_a_third_does_not_finish_what_the_first_removed(
    qtbot: QtBot, open_window: Callable[[Settings], App], tmp_path: Path
) -> None:
    enrol_drawn(tmp_path / "facekit.db", "Ana", "Bea")
    first, second = open_window(Settings()), open_window(Settings())
    pages = [app.page(PeoplePage).presenter for app in (first, second)]

    def names(which: int) -> list[str]:
        return [row.name for row in pages[which].state.rows]

    wait(qtbot, lambda: names(0) == names(1) == ["Ana", "Bea"])
    pages[0].rename(pages[0].state.rows[1].person_id, "Cleo")
    wait(qtbot, lambda: names(0) == ["Ana", "Cleo"])
    second.window.activated.emit()
    wait(qtbot, lambda: names(1) == ["Ana", "Cleo"])

    pages[1].rename(pages[1].state.rows[0].person_id, "cleo")
    wait(qtbot, lambda: "enrolled already" in second.window.status_line.notice.text())
    assert names(1) == ["Ana", "Cleo"]

    pages[0].choose([pages[0].state.rows[0].person_id])
    pages[0].remove()
    wait(qtbot, lambda: names(0) == ["Cleo"])
    second.window.activated.emit()
    wait(qtbot, lambda: names(1) == ["Cleo"])
    third = open_window(Settings())
    wait(qtbot, lambda: third.session.is_open)
    pages[0].undo()
    wait(qtbot, lambda: names(0) == ["Ana", "Cleo"])
    third.window.activated.emit()
    wait(qtbot, lambda: [person.name for person in third.session.people] == ["Ana", "Cleo"])
