"""A folder of two persons with one damaged picture is looked through, shown, and stored while another page is in front."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from facekit.imaging import save_image
from facekit.settings import Settings
from facekit.store import open_repository
from facekit.synthetic import View, identity, render
from tests.support.window import OpenWindow, go_to, press, wait, wait_until_ready
from ui.pages.enrol.folders_model import NAME, REMARK
from ui.pages.enrol.page import EnrolPage
from ui.pages.enrol.state import ImportStep
from ui.pages.enrol.view import FOLDERS

pytestmark = [pytest.mark.gui, pytest.mark.models, pytest.mark.slow]


def team(folder: Path) -> Path:
    """Ana with two pictures and a damaged one, Bea_Berg with one."""
    for name, person, yaw in (("Ana/1.png", 1, 0.0), ("Ana/2.png", 1, 12.0), ("Bea_Berg/1.png", 4, 0.0)):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        save_image(path, render([(identity(person), View(yaw=yaw))]))
    whole = (folder / "Ana" / "1.png").read_bytes()
    (folder / "Ana" / "torn.png").write_bytes(whole[: len(whole) // 3])
    return folder


def test_folder_with_one_bad_picture_is_enrolled_in_part_with_the_reason(qtbot: QtBot, open_window: OpenWindow, tmp_path: Path) -> None:
    folder = team(tmp_path / "team")
    app = open_window(Settings())
    wait_until_ready(qtbot, app)
    go_to(app, "enrol")
    page = app.page(EnrolPage)
    page.view.tabs.setCurrentIndex(FOLDERS)
    page.view.folders.dropped.emit([folder])
    go_to(app, "people")
    wait(qtbot, lambda: page.folders.state.step is ImportStep.REVIEW)
    assert app.session.people == ()
    go_to(app, "enrol")

    view = page.view.folders
    assert view.summary.text() == "2 people · 3 usable · 1 refused"
    table = view.table
    table.setCurrentIndex(view.model.index(0, NAME))
    assert view.details.text().startswith("torn.png: it is damaged or cut short")
    QTest.keyClick(table, Qt.Key.Key_Space)  # leaves Ana out
    assert view.submit.text() == "Enrol 1 person"
    QTest.keyClick(table, Qt.Key.Key_Space)
    QTest.keyClick(view.consent, Qt.Key.Key_Space)
    press(qtbot, app, "Enrol 2 people")
    wait(qtbot, lambda: page.folders.state.step is ImportStep.DONE)
    assert view.summary.text() == "2 people enrolled with 3 pictures."
    assert view.model.index(0, REMARK).data() == "enrolled: 2 pictures added, 2 in all"
    app.close()
    stored = open_repository(tmp_path / "facekit.db").people()
    assert [(person.name, person.template_count) for person in stored] == [("Ana", 2), ("Bea Berg", 1)]
