"""Another program holds the database: said in a sentence, nothing changed, and tried again with success."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from facekit.settings import Settings
from tests.support.window_story import enrol_drawn, wait
from ui.app import App
from ui.pages.people.page import PeoplePage

pytestmark = [pytest.mark.gui, pytest.mark.models, pytest.mark.slow]


def test_change_while_another_program_writes_is_refused_and_works_afterwards(
    qtbot: QtBot, open_window: Callable[[Settings], App], tmp_path: Path
) -> None:
    database = tmp_path / "facekit.db"
    enrol_drawn(database, "Ana")
    app = open_window(Settings())
    presenter = app.page(PeoplePage).presenter
    wait(qtbot, lambda: bool(presenter.state.rows))
    ana = presenter.state.rows[0].person_id
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        presenter.rename(ana, "Bea")
        wait(qtbot, lambda: "in use by another program" in app.window.status_line.notice.text())
        assert [row.name for row in presenter.state.rows] == ["Ana"]
        other.execute("ROLLBACK")
    presenter.rename(ana, "Cleo")
    wait(qtbot, lambda: [row.name for row in presenter.state.rows] == ["Cleo"])
