"""Choosing two encoders and a folder, and their figures side by side. Draws a Comparison."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFileDialog, QFrame, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout

from ui.pages.models.state import Comparison, Tone
from ui.theme import Theme, figures, tokens
from ui.widgets.labels import text_label


class ComparePanel(QFrame):
    """Hidden until a comparison is opened."""

    pair_chosen = Signal(str, str)
    folder_chosen = Signal(Path)
    aligned_set = Signal(bool)
    begun = Signal()
    closed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._shown: Comparison | None = None
        self.first, self.second = QComboBox(), QComboBox()
        self.folder = QPushButton("Folder…")
        self.place = text_label("quiet", wraps=False)
        self.aligned = QCheckBox("The pictures are aligned faces already")
        self.start = QPushButton("Compare")
        self.start.setProperty("look", "main")
        self.close_button = QPushButton("Close")
        self.why_not = text_label("quiet", wraps=False)
        self.table = QGridLayout()
        self.notes, self.verdict = text_label("caption"), text_label("")
        self._lay_out()
        self._connect()
        self._paint()

    def show_comparison(self, comparison: Comparison | None) -> None:
        """Draw this; nothing where it is not open."""
        before, self._shown = self._shown, comparison
        self.setVisible(comparison is not None)
        if comparison is None or comparison == before:
            return
        self._fill(self.first, comparison.names, comparison.first)
        self._fill(self.second, comparison.names, comparison.second)
        self.place.setText(comparison.folder or "a folder a person, or a pairs.csv")
        with QSignalBlocker(self.aligned):
            self.aligned.setChecked(comparison.are_aligned)
        self.start.setEnabled(not comparison.why_not)
        self.why_not.setText(comparison.why_not)
        self.why_not.setVisible(bool(comparison.why_not))
        self._fill_table(comparison)
        self.notes.setText("\n".join(comparison.notes))
        self.notes.setVisible(bool(comparison.notes))
        self.verdict.setText(comparison.verdict)
        self.verdict.setVisible(bool(comparison.verdict))
        self.verdict.setProperty("look", "warning" if comparison.verdict_tone is Tone.CARE else "")
        self.verdict.style().polish(self.verdict)
        if before is None:
            self.folder.setFocus()

    def _fill(self, box: QComboBox, names: tuple[str, ...], chosen: str) -> None:
        with QSignalBlocker(box):
            if [box.itemText(index) for index in range(box.count())] != list(names):
                box.clear()
                box.addItems(list(names))
            box.setCurrentText(chosen)

    def _fill_table(self, comparison: Comparison) -> None:
        while item := self.table.takeAt(0):
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        for row, cells in enumerate([comparison.head, *comparison.rows] if comparison.rows else []):
            for column, words in enumerate(cells):
                label = text_label("" if row and column else "caption", wraps=False)
                label.setText(words)
                if row and column:
                    label.setFont(figures())
                self.table.addWidget(label, row, column)

    def _lay_out(self) -> None:
        self.setProperty("look", "card")
        title = text_label("emphasis", wraps=False)
        title.setText("Compare two encoders")
        for box, words in ((self.first, "First encoder"), (self.second, "Second encoder")):
            box.setAccessibleName(words)
            box.setMinimumWidth(160)
        head = QHBoxLayout()
        head.addWidget(title, 1)
        head.addWidget(self.close_button)
        choice = QHBoxLayout()
        choice.setSpacing(tokens.SPACE_S)
        between, on = text_label("", wraps=False), text_label("", wraps=False)
        between.setText("and")
        on.setText("on")
        for part in (self.first, between, self.second, on, self.folder):
            choice.addWidget(part)
        choice.addWidget(self.place, 1)
        foot = QHBoxLayout()
        foot.setSpacing(tokens.SPACE_M)
        foot.addWidget(self.start)
        foot.addWidget(self.aligned)
        foot.addWidget(self.why_not)
        foot.addStretch()
        self.table.setHorizontalSpacing(tokens.SPACE_XL)
        self.table.setVerticalSpacing(tokens.SPACE_XS)
        self.table.setColumnStretch(2, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(tokens.SPACE_L, tokens.SPACE_M, tokens.SPACE_M, tokens.SPACE_L)
        whole.setSpacing(tokens.SPACE_M)
        for layout in (head, choice, foot, self.table):
            whole.addLayout(layout)
        whole.addWidget(self.notes)
        whole.addWidget(self.verdict)
        self.hide()

    def _connect(self) -> None:
        for box in (self.first, self.second):
            box.activated.connect(lambda _: self.pair_chosen.emit(self.first.currentText(), self.second.currentText()))
        self.folder.clicked.connect(self._ask_for_folder)
        self.aligned.toggled.connect(self.aligned_set)
        self.start.clicked.connect(self.begun)
        self.close_button.clicked.connect(self.closed)
        self._theme.changed.connect(self._paint)

    def _ask_for_folder(self) -> None:
        dialog = QFileDialog(self, "Choose a folder of labelled pictures")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(lambda path: self.folder_chosen.emit(Path(path)))
        dialog.open()

    def _paint(self) -> None:
        self._theme.set_icon(self.folder, "folder")
        self._theme.set_icon(self.start, "compare")
        self._theme.set_icon(self.close_button, "close")
