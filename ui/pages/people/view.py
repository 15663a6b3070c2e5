"""The People page's widgets. Emits what the person wants; draws a PeopleState."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from ui.pages.people.presenter import PeopleState
from ui.theme import Theme, tokens
from ui.widgets.empty_state import EmptyState
from ui.widgets.people_model import NAME, PeopleModel


class PeopleView(QWidget):
    """A plain list, with renaming in place and a question before a removal."""

    rename_wanted = Signal(int, str)
    removal_wanted = Signal(int)
    removal_confirmed = Signal()
    removal_declined = Signal()
    enrol_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._state = PeopleState()
        self.model = PeopleModel()
        self.table = QTableView()
        self.count = QLabel()
        self.count.setProperty("look", "quiet")
        self.rename = QPushButton("Rename")
        self.remove = QPushButton("Remove…")
        self.question = _RemovalBar()
        self.empty = EmptyState(theme, "people")
        self.empty.show_words("Nobody is enrolled yet", "Go to the camera picture and choose Enrol: one picture of a face is enough.")
        self.empty.set_buttons((("Go to the camera picture", "live", self.enrol_wanted.emit),))
        self._set_up_table()
        self._lay_out()
        self._connect()
        self._paint_icons()

    def show_state(self, state: PeopleState) -> None:
        """Draw the state; the chosen person stays chosen."""
        asks = bool(state.question) and state.question != self._state.question
        self._state = state
        chosen = self.chosen()
        self.model.show_rows(state.rows)
        self._choose(self.model.row_of(chosen))
        self.stage.setCurrentIndex(1 if state.is_loaded and not state.rows else 0)
        self.count.setText(f"{len(state.rows)} enrolled" if state.rows else "")
        self.question.setVisible(bool(state.question))
        self.question.text.setText(state.question)
        self._enable()
        if asks:
            self.question.keep.setFocus()

    def chosen(self) -> int | None:
        """The person whose row is chosen, or None."""
        rows = self.table.selectionModel().selectedRows()
        return self.model.person_id(rows[0].row()) if rows else None

    def begin_rename(self) -> None:
        """Edit the name of the chosen person in place."""
        if self.chosen() is not None:
            self.table.setFocus()
            self.table.edit(self.table.selectionModel().selectedRows()[0].siblingAtColumn(NAME))

    def ask_removal(self) -> None:
        """Ask about the chosen person."""
        chosen = self.chosen()
        if chosen is not None:
            self.removal_wanted.emit(chosen)

    def _choose(self, row: int | None) -> None:
        if row is not None and self.model.person_id(row) != self.chosen():
            self.table.selectRow(row)

    def _set_up_table(self) -> None:
        table = self.table
        table.setModel(self.model)
        table.setAccessibleName("Enrolled people")
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked)
        table.setTabKeyNavigation(False)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(40)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        header.resizeSection(1, 120)
        header.resizeSection(2, 200)

    def _lay_out(self) -> None:
        title = QLabel("People")
        title.setProperty("look", "title")
        head = QHBoxLayout()
        head.setSpacing(tokens.SPACE_S)
        head.addWidget(title)
        head.addWidget(self.count)
        head.addStretch()
        for button in (self.rename, self.remove):
            button.setFixedHeight(32)
            head.addWidget(button)
        listed = QWidget()
        column = QVBoxLayout(listed)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(tokens.SPACE_M)
        column.addWidget(self.question)
        column.addWidget(self.table, 1)
        self.stage = QStackedWidget()
        self.stage.addWidget(listed)
        self.stage.addWidget(self.empty)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(tokens.SPACE_L, tokens.SPACE_M, tokens.SPACE_L, tokens.SPACE_L)
        whole.setSpacing(tokens.SPACE_M)
        whole.addLayout(head)
        whole.addWidget(self.stage, 1)

    def _connect(self) -> None:
        self.model.rename_wanted.connect(self.rename_wanted)
        self.rename.clicked.connect(self.begin_rename)
        self.remove.clicked.connect(self.ask_removal)
        self.question.confirm.clicked.connect(self.removal_confirmed)
        self.question.keep.clicked.connect(self.removal_declined)
        self.table.selectionModel().selectionChanged.connect(self._enable)
        self._theme.changed.connect(self._paint_icons)

    def _enable(self) -> None:
        for button in (self.rename, self.remove):
            button.setEnabled(self.chosen() is not None)

    def _paint_icons(self) -> None:
        self._theme.set_icon(self.rename, "rename")
        self._theme.set_icon(self.remove, "remove")


class _RemovalBar(QFrame):
    """The question before a removal, above the list; the safe answer comes first and has the focus."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("look", "question")
        self.text = QLabel()
        self.text.setWordWrap(True)
        self.keep = QPushButton("Keep")
        self.confirm = QPushButton("Remove for good")
        self.confirm.setProperty("look", "danger")
        row = QHBoxLayout(self)
        row.setContentsMargins(tokens.SPACE_L, tokens.SPACE_S, tokens.SPACE_S, tokens.SPACE_S)
        row.addWidget(self.text, 1)
        row.addWidget(self.keep)
        row.addWidget(self.confirm)
