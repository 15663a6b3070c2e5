"""The list of people as Qt reads it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from ui.pages.people.presenter import PeopleState, PersonRow
from ui.pages.people.view import PeopleView
from ui.theme import Theme
from ui.widgets.people_model import ENROLLED, NAME, TEMPLATES, PeopleModel

pytestmark = pytest.mark.gui
ROWS = (PersonRow(7, "Ana", 3, "22 Nov 2026, 14:03"), PersonRow(4, "Bea", 1, "21 Nov 2026, 09:00"))


def test_model_keeps_qts_rules(qtmodeltester: ModelTester) -> None:
    model = PeopleModel()
    model.show_rows(ROWS)
    qtmodeltester.check(model)  # type: ignore[no-untyped-call]


def test_model_shows_name_templates_and_day(qapp: QApplication) -> None:
    model = PeopleModel()
    model.show_rows(ROWS)
    assert [model.index(0, column).data() for column in (NAME, TEMPLATES, ENROLLED)] == ["Ana", 3, "22 Nov 2026, 14:03"]
    assert [model.headerData(column, Qt.Orientation.Horizontal) for column in range(3)] == ["Name", "Templates", "Enrolled"]
    assert (model.person_id(1), model.row_of(4), model.row_of(99)) == (4, 1, None)


def test_edited_name_is_asked_for_and_not_taken(qapp: QApplication) -> None:
    model = PeopleModel()
    model.show_rows(ROWS)
    asked: list[tuple[int, str]] = []
    model.rename_wanted.connect(lambda person_id, name: asked.append((person_id, name)))
    for name in ("Ana", "   ", " Cleo "):
        model.setData(model.index(0, NAME), name)
    assert asked == [(7, "Cleo")]
    assert model.index(0, NAME).data() == "Ana"


def test_view_keeps_the_chosen_person_when_the_list_changes(qtbot: QtBot, theme: Theme) -> None:
    view = PeopleView(theme)
    qtbot.addWidget(view)
    view.show_state(PeopleState(ROWS, is_loaded=True))
    view.table.selectRow(1)
    view.show_state(PeopleState((PersonRow(2, "Aaron", 1, ""), *ROWS), is_loaded=True))
    assert view.chosen() == 4


def test_view_without_anybody_says_what_to_do(qtbot: QtBot, theme: Theme) -> None:
    view = PeopleView(theme)
    qtbot.addWidget(view)
    view.show_state(PeopleState((), is_loaded=True))
    view.show()
    assert view.empty.isVisible()
    assert not view.table.isVisible()
    assert not view.remove.isEnabled()


def test_view_asks_about_a_removal_with_the_safe_answer_in_focus(qtbot: QtBot, theme: Theme) -> None:
    view = PeopleView(theme)
    qtbot.addWidget(view)
    view.show()
    view.show_state(PeopleState(ROWS, is_loaded=True))
    view.table.selectRow(0)
    with qtbot.waitSignal(view.removal_wanted) as wanted:
        view.ask_removal()
    assert wanted.args == [7]
    view.show_state(PeopleState(ROWS, is_loaded=True, question="Remove Ana?"))
    assert view.question.isVisible()
    assert view.focusWidget() is view.question.keep
