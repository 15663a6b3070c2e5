"""The Retrain page's widgets. Emits what the person wants; draws a RetrainState."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QListWidget, QListWidgetItem, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from ui.pages.retrain.form_view import FormView
from ui.pages.retrain.state import RetrainRow, RetrainState
from ui.run_pane import RunPane
from ui.theme import Theme, tokens
from ui.widgets.run_view import RunPaneView
from ui.widgets.work_bar import WorkBar

_SIDE_WIDTH = 272
_KEY = Qt.ItemDataRole.UserRole


class RetrainView(QWidget):
    """A new one and those there are at the left, the chosen one at the right."""

    chosen = Signal(str)
    """The name; empty for a new one."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._state = RetrainState()
        self.list = QListWidget()
        self.work = WorkBar()
        self.form = FormView(theme)
        self.run = RunPaneView(theme)
        self.decide = QPushButton("Put it in use…")
        self._lay_out()
        self.list.currentItemChanged.connect(lambda item, _: self._row_chosen(item))
        self.list.itemClicked.connect(self._row_chosen)

    def show_state(self, state: RetrainState) -> None:
        """Draw the state."""
        before, self._state = self._state, state
        if before.rows != state.rows or not self.list.count():
            self._fill(state.rows)
        with QSignalBlocker(self.list):
            names = ["", *(row.name for row in state.rows)]
            self.list.setCurrentRow(names.index(state.chosen))
        self.work.show_work(state.work)
        self.form.show_form(state.form, is_busy=state.work is not None)
        if state.run:
            self.run.show_pane(state.run)
            self._show_look(state.run)
        self.decide.setVisible(state.can_decide)
        self.stage.setCurrentWidget(self.run if state.run else self.form)

    def _show_look(self, pane: RunPane) -> None:
        """The step that is the next one stands out."""
        self.decide.setText("Put it in use…" if pane.verdict_is_good else "Put it in use all the same…")
        for button, is_next in ((self.decide, pane.verdict_is_good), (self.run.resume, pane.can_resume)):
            button.setProperty("look", "main" if is_next else "")
            button.style().polish(button)
        self._theme.set_icon(self.run.resume, "play")  # in the colour of its words

    def _fill(self, rows: tuple[RetrainRow, ...]) -> None:
        """In place: the list keeps its focus while one goes on."""
        words = [("", "A new retraining"), *((row.name, f"{row.name}\n{row.status}") for row in rows)]
        with QSignalBlocker(self.list):
            while self.list.count() > len(words):
                self.list.takeItem(self.list.count() - 1)
            while self.list.count() < len(words):
                self.list.addItem(QListWidgetItem())
            for index, (name, text) in enumerate(words):
                self.list.item(index).setText(text)
                self.list.item(index).setData(_KEY, name)

    def _row_chosen(self, item: QListWidgetItem | None) -> None:
        if item is not None and item.data(_KEY) != self._state.chosen:
            self.chosen.emit(item.data(_KEY))

    def _lay_out(self) -> None:
        self.list.setAccessibleName("Retrainings")
        self.list.setFixedWidth(_SIDE_WIDTH)
        self.decide.setToolTip("The Models page asks, with what was measured.")
        self.run.add_button(self.decide)
        self.stage = QStackedWidget()
        self.stage.addWidget(self.form)
        self.stage.addWidget(self.run)
        right = QVBoxLayout()
        right.setSpacing(tokens.SPACE_M)
        right.addWidget(self.work)
        right.addWidget(self.stage, 1)
        middle = QHBoxLayout()
        middle.setSpacing(tokens.SPACE_L)
        middle.addWidget(self.list)
        middle.addLayout(right, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(tokens.SPACE_L, tokens.SPACE_M, tokens.SPACE_L, tokens.SPACE_L)
        whole.setSpacing(tokens.SPACE_M)
        whole.addLayout(_header())
        whole.addLayout(middle, 1)


def _header() -> QHBoxLayout:
    title, note = QLabel("Retrain"), QLabel("The encoder in use learns from your own people; it is put in use only where it is no worse")
    title.setProperty("look", "title")
    note.setProperty("look", "quiet")
    row = QHBoxLayout()
    row.setSpacing(tokens.SPACE_S)
    row.addWidget(title)
    row.addWidget(note)
    row.addStretch()
    return row
