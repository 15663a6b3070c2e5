"""The People page's widgets. Emits what the person wants; draws a PeopleState."""

from __future__ import annotations

from PySide6.QtCore import QItemSelection, QItemSelectionModel, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QStackedWidget,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ui.language import whole
from ui.pages.people.cards import CardList
from ui.pages.people.detail import DetailPanel
from ui.pages.people.state import PeopleState
from ui.theme import Theme, tokens
from ui.widgets.empty_state import EmptyState
from ui.widgets.people_model import NAME, PeopleModel

_NOBODY = ("Nobody is enrolled yet", "Enrol somebody at the camera, from photos, or from a folder: one picture of a face is enough.")


class PeopleView(QWidget):
    """Cards or a table of everyone, and beside it all that is kept of whom is chosen."""

    searched = Signal(str)
    chosen = Signal(list)
    rename_wanted = Signal(int, str)
    removal_wanted = Signal()
    undo_wanted = Signal()
    removal_finished = Signal()
    merge_wanted = Signal(int)
    enrol_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._state = PeopleState()
        self._is_filling = False
        self.model = PeopleModel()
        self.table = QTableView()
        self.cards = CardList(theme)
        self.count = QLabel()
        self.count.setProperty("look", "quiet")
        self.search = QLineEdit(placeholderText="Search by name", clearButtonEnabled=True)
        self.search.setAccessibleName("Search by name")
        self.toggle = QToolButton()
        self.removed = _UndoBar()
        self.detail = DetailPanel(theme)
        self.empty = EmptyState(theme, "people")
        self.empty.show_words(*_NOBODY)
        self.empty.set_buttons((("Enrol somebody", "enrol", self.enrol_wanted.emit),))
        self.none_found = EmptyState(theme, "search")
        self.none_found.set_buttons((("Show everybody", "people", lambda: self.search.setText("")),))
        self.broken = EmptyState(theme, "warning")
        self._set_up_lists()
        self._lay_out()
        self._connect()
        self._paint_icons()

    def show_state(self, state: PeopleState) -> None:
        """Draw the state; whoever is chosen stays chosen."""
        self._state = state
        self._is_filling = True
        self.model.show_rows(state.rows)
        self.model.show_faces(state.faces)
        self._choose(state.chosen)
        self._is_filling = False
        if state.trouble:
            self.broken.show_words("The list cannot be read", state.trouble)
            self.stage.setCurrentWidget(self.broken)
        elif state.is_loaded and not state.total:
            self.stage.setCurrentWidget(self.empty)
        elif state.is_loaded and not state.rows:
            self.none_found.show_words("Nobody of that name", f"No name has “{state.query}” in it.")
            self.stage.setCurrentWidget(self.none_found)
        else:
            self.stage.setCurrentWidget(self.lists)
        is_all = len(state.rows) == state.total
        self.count.setText(
            "" if not state.total else f"{whole(state.total)} enrolled" if is_all else f"{whole(len(state.rows))} of {whole(state.total)}"
        )
        self.detail.setVisible(bool(state.total))
        self.detail.show_state(state)
        self.removed.say(state.removed)

    def begin_rename(self) -> None:
        """Edit the name of the chosen person in place."""
        if len(self._state.chosen) == 1:
            row = self.model.row_of(self._state.chosen[0])
            assert row is not None
            shown = self._shown()
            shown.setFocus()
            shown.setCurrentIndex(self.model.index(row, NAME))
            shown.edit(self.model.index(row, NAME))

    def toggle_cards(self) -> None:
        """From cards to the table, and back."""
        self.lists.setCurrentIndex(1 - self.lists.currentIndex())
        self._choose(self._state.chosen)
        self._paint_icons()

    def _shown(self) -> QAbstractItemView:
        return self.table if self.lists.currentWidget() is self.table else self.cards

    def _choose(self, person_ids: tuple[int, ...]) -> None:
        """Mark whole rows, so that both lists show it."""
        wanted = QItemSelection()
        for person_id in person_ids:
            if (row := self.model.row_of(person_id)) is not None:
                wanted.select(self.model.index(row, NAME), self.model.index(row, self.model.columnCount() - 1))
        selection = self.table.selectionModel()
        if {index.row() for index in selection.selectedIndexes()} != {index.row() for index in wanted.indexes()}:
            selection.select(wanted, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def _selected(self) -> None:
        if not self._is_filling:
            rows = {index.row() for index in self.table.selectionModel().selectedIndexes()}
            self.chosen.emit([self.model.person_id(row) for row in sorted(rows)])

    def _set_up_lists(self) -> None:
        table = self.table
        table.setModel(self.model)
        self.cards.setModel(self.model)
        self.cards.setSelectionModel(table.selectionModel())
        table.setAccessibleName("Enrolled people")
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked)
        table.setTabKeyNavigation(False)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(40)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)

    def _lay_out(self) -> None:
        self.lists = QStackedWidget()
        self.lists.addWidget(self.cards)
        self.lists.addWidget(self.table)
        self.stage = QStackedWidget()
        for part in (self.lists, self.empty, self.none_found, self.broken):
            self.stage.addWidget(part)
        left = QVBoxLayout()
        left.setContentsMargins(tokens.SPACE_L, tokens.SPACE_M, tokens.SPACE_L, tokens.SPACE_L)
        left.setSpacing(tokens.SPACE_M)
        left.addLayout(self._header())
        left.addWidget(self.removed)
        left.addWidget(self.stage, 1)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(left, 1)
        whole.addWidget(self.detail)

    def _header(self) -> QHBoxLayout:
        title = QLabel("People")
        title.setProperty("look", "title")
        self.toggle.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.toggle.setFixedSize(40, 32)
        self.search.setMaximumWidth(260)
        row = QHBoxLayout()
        row.setSpacing(tokens.SPACE_S)
        row.addWidget(title)
        row.addWidget(self.count)
        row.addStretch()
        row.addWidget(self.search, 1)
        row.addWidget(self.toggle)
        return row

    def _connect(self) -> None:
        self._settling = QTimer(self, singleShot=True, interval=0)  # a change of many rows is one choice
        self._settling.timeout.connect(self._selected)
        self.table.selectionModel().selectionChanged.connect(lambda: None if self._is_filling else self._settling.start())
        self.model.rename_wanted.connect(self.rename_wanted)
        self.search.textChanged.connect(self.searched)
        self.toggle.clicked.connect(self.toggle_cards)
        self.detail.rename_wanted.connect(self.begin_rename)
        self.detail.removal_wanted.connect(self.removal_wanted)
        self.detail.merge_wanted.connect(self.merge_wanted)
        self.removed.undo.clicked.connect(self.undo_wanted)
        self.removed.finish.clicked.connect(self.removal_finished)
        self._theme.changed.connect(self._paint_icons)

    def _paint_icons(self) -> None:
        is_table = self.lists.currentWidget() is self.table
        words = "Show as cards" if is_table else "Show as a table"
        self.toggle.setAccessibleName(words)
        self.toggle.setToolTip(f"{words} (Ctrl+T)")
        self._theme.set_icon(self.toggle, "grid" if is_table else "table")
        self._theme.set_icon(self.removed.undo, "undo")


class _UndoBar(QFrame):
    """Whom a removal took away, for as long as it can be undone."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("look", "card")
        self.text = QLabel()
        self.text.setWordWrap(True)
        self.undo = QPushButton("Undo")
        self.finish = QPushButton("Delete now")
        row = QHBoxLayout(self)
        row.setContentsMargins(tokens.SPACE_L, tokens.SPACE_S, tokens.SPACE_S, tokens.SPACE_S)
        row.addWidget(self.text, 1)
        row.addWidget(self.undo)
        row.addWidget(self.finish)
        self.hide()

    def say(self, words: str) -> None:
        """Say this; nothing when empty."""
        self.text.setText(words)
        self.setVisible(bool(words))
