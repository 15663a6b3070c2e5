"""The Events page's widgets. Emits what the person wants; draws an EventsState."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QMenu,
    QPushButton,
    QStackedWidget,
    QToolButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ui.pages.events.presenter import OUTCOMES
from ui.pages.events.state import Day, EventRow, EventsState
from ui.theme import Theme, figures, tokens
from ui.widgets.empty_state import EmptyState
from ui.widgets.question_bar import QuestionBar

_COLUMNS = ("When", "Who", "Outcome", "Distance", "Source")
_DISTANCE = _COLUMNS.index("Distance")
_AT_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_STORED = (
    "While recording is on, one line is kept for each time somebody is in view: from when to when, who it was or that they were "
    "not recognized, the distance, and the name of the camera. No pictures. Everything stays on this computer. "
    "Whoever walks past the camera should know of it."
)
_AGES = (("Older than a week…", 7), ("Older than 30 days…", 30), ("Older than a year…", 365), ("All…", 0))


class EventsView(QWidget):
    """A timeline by day, with filters above it."""

    record_wanted = Signal(bool)
    person_chosen = Signal(object)
    outcome_chosen = Signal(object)
    more_wanted = Signal()
    export_wanted = Signal(Path)
    deletion_wanted = Signal(int)
    deletion_confirmed = Signal()
    deletion_declined = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._state = EventsState()
        self.record = QCheckBox("Record who is seen")
        self.record.setToolTip(_STORED)
        self.person, self.outcome = QComboBox(), QComboBox()
        self.export, self.delete = QPushButton("Export…"), QToolButton()
        self.question = QuestionBar("Keep", "Delete for good")
        self.timeline = QTreeWidget()
        self.more = QPushButton("Show older ones")
        self.empty = EmptyState(theme, "events")
        self._set_up()
        self._lay_out()
        self._connect()
        self._paint_icons()

    def show_state(self, state: EventsState) -> None:
        """Draw the state."""
        before, self._state = self._state, state
        self.record.setChecked(state.is_recording)
        self._show_people(state)
        self.outcome.setCurrentIndex(self.outcome.findData(state.outcome))
        if state.days != before.days:
            self._show_days(state.days)
        self.more.setVisible(state.has_more)
        self.question.ask(state.question)
        is_empty = (state.is_loaded and not state.days) or bool(state.trouble)
        if is_empty:
            self._show_empty(state)
        self.stage.setCurrentIndex(1 if is_empty else 0)
        for part in (self.export, self.delete):
            part.setEnabled(bool(state.days))

    def choose_file(self) -> None:
        """Ask where the sightings are to be written."""
        dialog = QFileDialog(self, "Export the sightings", "sightings.csv", "Comma-separated values (*.csv)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("csv")
        dialog.fileSelected.connect(lambda chosen: self.export_wanted.emit(Path(chosen)))
        dialog.open()

    def _show_people(self, state: EventsState) -> None:
        wanted = [(None, "Everybody"), *state.people]
        if wanted != [(self.person.itemData(row), self.person.itemText(row)) for row in range(self.person.count())]:
            self.person.clear()
            for person_id, name in wanted:
                self.person.addItem(name, person_id)
        self.person.setCurrentIndex(max(0, self.person.findData(state.person_id)) if state.person_id is not None else 0)

    def _show_days(self, days: tuple[Day, ...]) -> None:
        self.timeline.clear()
        for day in days:
            head = QTreeWidgetItem([day.title])
            head.setFont(0, figures(tokens.TYPE_BODY, bold=True))
            self.timeline.addTopLevelItem(head)
            head.setFirstColumnSpanned(True)
            head.addChildren([_item(row) for row in day.rows])
        self.timeline.expandAll()

    def _show_empty(self, state: EventsState) -> None:
        if state.trouble:
            self.empty.show_words("The sightings cannot be read", state.trouble)
            self.empty.set_buttons(())
        elif state.person_id is not None or state.outcome is not None:
            self.empty.show_words("No such sighting", "Nothing of this kind was recorded.")
            self.empty.set_buttons((("Show all sightings", "events", self._show_all),))
        elif state.is_recording:
            self.empty.show_words("Nobody was seen yet", "A line is added when somebody was in view and has gone again.")
            self.empty.set_buttons(())
        else:
            self.empty.show_words("Nothing is recorded", _STORED)
            self.empty.set_buttons((("Switch recording on", "events", lambda: self.record_wanted.emit(True)),))

    def _show_all(self) -> None:
        self.person_chosen.emit(None)
        self.outcome_chosen.emit(None)

    def _set_up(self) -> None:
        self.person.setAccessibleName("Filter by person")
        self.person.setMaximumWidth(200)
        self.outcome.setAccessibleName("Filter by outcome")
        self.outcome.addItem("Any outcome", None)
        for outcome, words in OUTCOMES.items():
            self.outcome.addItem(words, outcome)
        self.delete.setText("Delete  ▾")
        self.delete.setAccessibleName("Delete")
        self.delete.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.delete.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.delete.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        menu = QMenu(self.delete)
        for words, days in _AGES:
            menu.addAction(words).triggered.connect(lambda _=False, days=days: self.deletion_wanted.emit(days))
        self.delete.setMenu(menu)
        timeline = self.timeline
        timeline.setAccessibleName("Sightings by day")
        timeline.setColumnCount(len(_COLUMNS))
        timeline.setHeaderLabels(_COLUMNS)
        timeline.headerItem().setTextAlignment(_DISTANCE, _AT_RIGHT)
        timeline.header().setAccessibleName("Columns of the sightings")
        timeline.setRootIsDecorated(False)
        timeline.setIndentation(tokens.SPACE_L)
        timeline.setUniformRowHeights(True)
        timeline.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        timeline.header().setStretchLastSection(True)

    def _lay_out(self) -> None:
        title = QLabel("Events")
        title.setProperty("look", "title")
        head = QHBoxLayout()
        head.setSpacing(tokens.SPACE_S)
        head.addWidget(title)
        head.addStretch()
        for part in (self.record, self.person, self.outcome, self.export, self.delete):
            part.setFixedHeight(32)
            head.addWidget(part)
        listed = QWidget()
        column = QVBoxLayout(listed)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(tokens.SPACE_S)
        column.addWidget(self.timeline, 1)
        column.addWidget(self.more, 0, Qt.AlignmentFlag.AlignHCenter)
        self.stage = QStackedWidget()
        self.stage.addWidget(listed)
        self.stage.addWidget(self.empty)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(tokens.SPACE_L, tokens.SPACE_M, tokens.SPACE_L, tokens.SPACE_L)
        whole.setSpacing(tokens.SPACE_M)
        whole.addLayout(head)
        whole.addWidget(self.question)
        whole.addWidget(self.stage, 1)

    def _connect(self) -> None:
        self.record.clicked.connect(self.record_wanted)
        self.person.activated.connect(lambda row: self.person_chosen.emit(self.person.itemData(row)))
        self.outcome.activated.connect(lambda row: self.outcome_chosen.emit(self.outcome.itemData(row)))
        self.more.clicked.connect(self.more_wanted)
        self.export.clicked.connect(self.choose_file)
        self.question.confirmed.connect(self.deletion_confirmed)
        self.question.kept.connect(self.deletion_declined)
        self._theme.changed.connect(self._paint_icons)

    def _paint_icons(self) -> None:
        self._theme.set_icon(self.export, "export")
        self._theme.set_icon(self.delete, "remove")


def _item(row: EventRow) -> QTreeWidgetItem:
    item = QTreeWidgetItem([row.time, row.who, row.outcome, row.distance, row.source])
    item.setFont(3, figures())
    item.setTextAlignment(_DISTANCE, _AT_RIGHT)
    return item
