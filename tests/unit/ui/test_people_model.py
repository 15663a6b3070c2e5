"""The list of people as Qt reads it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QToolButton
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from ui.pages.people.state import Detail, PeopleState, PersonRow, TemplateRow
from ui.pages.people.view import PeopleView
from ui.theme import Theme
from ui.widgets.people_model import ENROLLED, FACE, NAME, TEMPLATES, PeopleModel

pytestmark = pytest.mark.gui
ROWS = (PersonRow(7, "Ana", 3, "22 Nov 2026, 14:03"), PersonRow(4, "Bea", 1, "21 Nov 2026, 09:00"))


def test_model_keeps_qts_rules(qapp: QApplication, qtmodeltester: ModelTester) -> None:
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


def test_model_asks_once_for_the_faces_that_a_paint_misses_and_shows_them(qtbot: QtBot) -> None:
    model = PeopleModel()
    model.show_rows(ROWS)
    with qtbot.waitSignal(model.faces_wanted) as wanted:
        assert [model.index(row, NAME).data(FACE) for row in (0, 1, 0)] == [None, None, None]
    assert wanted.args == [[4, 7]]
    with qtbot.waitSignal(model.dataChanged):
        model.show_faces({7: np.zeros((112, 112, 3), np.uint8), 4: None})
    assert model.index(0, NAME).data(FACE).width() == 112
    with qtbot.assertNotEmitted(model.faces_wanted, wait=50):
        assert model.index(1, NAME).data(FACE) is None


@pytest.fixture
def view(qtbot: QtBot, theme: Theme) -> PeopleView:
    made = PeopleView(theme)
    qtbot.addWidget(made)
    made.resize(900, 600)
    made.show()
    return made


def test_view_keeps_the_chosen_person_when_the_list_changes(view: PeopleView) -> None:
    view.show_state(PeopleState(ROWS, total=2, is_loaded=True, chosen=(4,)))
    view.show_state(PeopleState((PersonRow(2, "Aaron", 1, ""), *ROWS), total=3, is_loaded=True, chosen=(4,)))
    assert {index.row() for index in view.cards.selectedIndexes()} == {2}
    view.toggle_cards()
    assert {index.row() for index in view.table.selectedIndexes()} == {2}


@pytest.mark.parametrize("as_table", [False, True])
def test_view_tells_whom_the_keyboard_chooses(qtbot: QtBot, view: PeopleView, as_table: bool) -> None:
    view.show_state(PeopleState(ROWS, total=2, is_loaded=True))
    if as_table:
        view.toggle_cards()
    shown = view.table if as_table else view.cards
    shown.setFocus()
    shown.setCurrentIndex(view.model.index(0, NAME))
    with qtbot.waitSignal(view.chosen) as chosen:
        QTest.keyClick(shown, Qt.Key.Key_Down if as_table else Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert chosen.args == [[7, 4]]


def test_view_renames_in_place_in_cards_and_table(qtbot: QtBot, view: PeopleView) -> None:
    view.show_state(PeopleState(ROWS, total=2, is_loaded=True, chosen=(4,)))
    for shown in (view.cards, view.table):
        view.begin_rename()
        editor = shown.findChild(QLineEdit)
        assert editor is not None
        assert editor.text() == "Bea"
        editor.setText("Cleo")
        with qtbot.waitSignal(view.rename_wanted) as wanted:
            QTest.keyClick(editor, Qt.Key.Key_Return)
        assert wanted.args == [4, "Cleo"]
        view.toggle_cards()


def test_view_without_anybody_says_what_to_do(view: PeopleView) -> None:
    view.show_state(PeopleState((), is_loaded=True))
    assert view.empty.isVisible()
    assert not view.cards.isVisible()
    assert not view.detail.isVisible()


def test_view_when_the_search_finds_nobody_says_so_with_a_way_back(qtbot: QtBot, view: PeopleView) -> None:
    view.search.setText("xyz")
    view.show_state(PeopleState((), total=2, is_loaded=True, query="xyz"))
    assert view.none_found.isVisible()
    button = view.none_found.findChild(QPushButton)
    assert button is not None
    with qtbot.waitSignal(view.searched) as searched:
        button.click()
    assert searched.args == [""]


def test_view_asks_about_a_template_with_the_safe_answer_in_focus(qtbot: QtBot, view: PeopleView) -> None:
    templates = (TemplateRow(1, "today\na.jpg"), TemplateRow(2, "today\nb.jpg"))
    detail = Detail(7, "Ana", "agreed", "today", templates=templates, is_loaded=True, can_remove_template=True)
    state = PeopleState(ROWS, total=2, is_loaded=True, chosen=(7,), detail=detail)
    view.show_state(state)
    [first, _] = [b for b in view.detail.findChildren(QToolButton) if b.accessibleName().startswith("Delete the template")]
    with qtbot.waitSignal(view.detail.template_removal_wanted) as wanted:
        first.click()
    assert wanted.args == [1]
    view.show_state(replace(state, detail=replace(detail, asks_about=1)))
    assert view.detail.question.isVisible()
    assert view.focusWidget() is view.detail.question.keep


def test_view_offers_undo_as_long_as_somebody_can_be_brought_back(qtbot: QtBot, view: PeopleView) -> None:
    view.show_state(PeopleState(ROWS, total=2, is_loaded=True, removed="Cleo is removed."))
    assert view.removed.isVisible()
    with qtbot.waitSignal(view.undo_wanted):
        view.removed.undo.click()
    view.show_state(PeopleState(ROWS, total=2, is_loaded=True))
    assert not view.removed.isVisible()
