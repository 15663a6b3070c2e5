"""The Models page's widgets. Emits what the person wants; draws a ModelsState."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QMenu, QPushButton, QScrollArea, QVBoxLayout, QWidget

from ui.pages.models.card_view import EncoderCardView
from ui.pages.models.compare_panel import ComparePanel
from ui.pages.models.state import Can, ModelsState
from ui.theme import Theme, tokens
from ui.widgets.question_bar import QuestionBar
from ui.widgets.work_bar import WorkBar

_ZIP = "Zip files (*.zip)"


class ModelsView(QWidget):
    """A card an encoder, those in use first; above them what is asked, what goes on, and the comparison of two."""

    promotion_wanted = Signal(str)
    reencoding_wanted = Signal(str)
    release_wanted = Signal(str)
    deletion_wanted = Signal(str)
    export_wanted = Signal(str, Path)
    import_wanted = Signal(Path)
    way_back_wanted = Signal()
    comparison_wanted = Signal()
    retraining_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._state = ModelsState()
        self.compare, self.way_back, self.bring_in = QPushButton("Compare two…"), QPushButton("Roll back…"), QPushButton("Import…  ▾")
        self.retrain = QPushButton("Retrain…")
        self.question = QuestionBar("Cancel", "Yes")
        self.work = WorkBar()
        self.comparison = ComparePanel(theme)
        self.cards: dict[str, EncoderCardView] = {}
        self._column = QVBoxLayout()
        self._lay_out()
        self._connect()
        self._paint_icons()

    def show_state(self, state: ModelsState) -> None:
        """Draw the state; what has not changed is left alone."""
        self._state = state
        is_busy = state.work is not None
        self.way_back.setVisible(bool(state.way_back))
        self.way_back.setToolTip(f"Make {state.way_back} the active encoder again.")
        for button in (self.way_back, self.bring_in):
            button.setEnabled(state.is_loaded and not is_busy)
        self.compare.setVisible(len(state.cards) > 1)
        if question := state.question:
            self.question.confirm.setText(question.confirm)
            self.question.confirm.setProperty("look", "danger" if question.is_final or question.wants_reason else "main")
            self.question.confirm.style().polish(self.question.confirm)
            self.question.ask(question.words, wants_reason=question.wants_reason)
        else:
            self.question.ask("")
        self.work.show_work(state.work)
        self.comparison.show_comparison(state.comparison)
        self._show_cards(state, is_busy=is_busy)

    def ask_what_to_import(self) -> None:
        """Ask for a folder with an encoder in it."""
        dialog = QFileDialog(self, "Choose the folder of an encoder: card.json and its weights")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(lambda path: self.import_wanted.emit(Path(path)))
        dialog.open()

    def ask_where_to_export(self, name: str = "") -> None:
        """Ask for the file that an encoder, else the active one, is written to."""
        name = name or next((card.name for card in self._state.cards), "")
        dialog = QFileDialog(self, f"Write {name} to a file", f"{name}.zip", _ZIP)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)  # what is there is never written over: the presenter says so
        dialog.setDefaultSuffix("zip")
        dialog.selectFile(f"{name}.zip")
        dialog.fileSelected.connect(lambda path: self.export_wanted.emit(name, Path(path)))
        dialog.open()

    def _ask_for_zip(self) -> None:
        dialog = QFileDialog(self, "Choose the zip of an encoder", "", _ZIP)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda path: self.import_wanted.emit(Path(path)))
        dialog.open()

    def _show_cards(self, state: ModelsState, *, is_busy: bool) -> None:
        names = [card.name for card in state.cards]
        if names != list(self.cards):
            self._reorder(names)
        for card in state.cards:
            self.cards[card.name].show_card(card, is_busy=is_busy)

    def _reorder(self, names: list[str]) -> None:
        for name in [name for name in self.cards if name not in names]:
            gone = self.cards.pop(name)
            gone.hide()
            gone.deleteLater()
        for place, name in enumerate(names):
            if name not in self.cards:
                self.cards[name] = EncoderCardView(self._theme)
                self.cards[name].wanted.connect(self._wanted)
            self._column.insertWidget(place, self.cards[name])
        self.cards = {name: self.cards[name] for name in names}

    def _wanted(self, name: str, action: str) -> None:
        if action == Can.EXPORT:
            self.ask_where_to_export(name)
            return
        signals = {
            Can.PROMOTE: self.promotion_wanted,
            Can.REENCODE: self.reencoding_wanted,
            Can.RELEASE: self.release_wanted,
            Can.DELETE: self.deletion_wanted,
        }
        signals[Can(action)].emit(name)

    def _lay_out(self) -> None:
        menu = QMenu(self.bring_in)
        menu.addAction("From a folder…").triggered.connect(self.ask_what_to_import)
        menu.addAction("From a zip file…").triggered.connect(self._ask_for_zip)
        self.bring_in.setMenu(menu)
        self.bring_in.setAccessibleName("Import…")
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, tokens.SPACE_S, tokens.SPACE_L)
        column.setSpacing(tokens.SPACE_M)
        self._column.setSpacing(tokens.SPACE_M)
        column.addWidget(self.comparison)
        column.addLayout(self._column)
        column.addStretch()
        scroll = QScrollArea(widgetResizable=True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(body)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(tokens.SPACE_L, tokens.SPACE_M, tokens.SPACE_S, 0)
        whole.setSpacing(tokens.SPACE_M)
        whole.addLayout(self._header())
        bars = QVBoxLayout()  # as wide as the cards, which have the scroll bar beside them
        bars.setContentsMargins(0, 0, tokens.SPACE_S + tokens.SPACE_M, 0)
        bars.setSpacing(tokens.SPACE_M)
        bars.addWidget(self.question)
        bars.addWidget(self.work)
        whole.addLayout(bars)
        whole.addWidget(scroll, 1)

    def _header(self) -> QHBoxLayout:
        title = QLabel("Models")
        title.setProperty("look", "title")
        note = QLabel("Encoders, one of them active")
        note.setProperty("look", "quiet")
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, tokens.SPACE_S, 0)
        row.setSpacing(tokens.SPACE_S)
        row.addWidget(title)
        row.addWidget(note)
        row.addStretch()
        for button in (self.retrain, self.compare, self.way_back, self.bring_in):
            row.addWidget(button)
        self.compare.hide()  # until it is known that there is something to compare, or to go back to
        self.way_back.hide()
        return row

    def _connect(self) -> None:
        self.retrain.clicked.connect(self.retraining_wanted)
        self.compare.clicked.connect(self.comparison_wanted)
        self.way_back.clicked.connect(self.way_back_wanted)
        self._theme.changed.connect(self._paint_icons)

    def _paint_icons(self) -> None:
        for button, icon in ((self.retrain, "training"), (self.compare, "compare"), (self.way_back, "undo"), (self.bring_in, "import")):
            self._theme.set_icon(button, icon)
