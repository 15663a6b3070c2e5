"""What is to be trained: whose faces, how, where and how long. Draws a Form."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFileDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ui.pages.retrain.state import Choice, Form
from ui.theme import Theme, tokens
from ui.widgets.labels import text_label
from ui.widgets.scroll_column import ScrollColumn

_MOST_MINUTES = 10_000.0
_INDENT = 30
"""Of words below a box or a button, so that they stand below its words."""


class FormView(QFrame):
    """One form, its button at the foot."""

    folder_added = Signal(Path)
    folder_dropped = Signal(str)
    recipe_chosen = Signal(str)
    device_chosen = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._form = Form()
        self.gallery = QCheckBox("Enrolled people who agreed to it")
        self._gallery_words = text_label("quiet")
        self._folders = QVBoxLayout()
        self.add = QPushButton("Add a folder…")
        self.recipes: dict[str, QRadioButton] = {}
        self._group = QButtonGroup(self)
        self._recipe_column = QVBoxLayout()
        self.device = QComboBox()
        self.minutes = QDoubleSpinBox()
        self.name = QLineEdit(maxLength=64)
        self._why_not, self._trouble = text_label("warning"), text_label("error")
        self.prepare = QPushButton("See what it takes")
        self._lay_out()
        self.add.clicked.connect(self._ask_for_folder)
        self.device.activated.connect(lambda index: self.device_chosen.emit(self.device.itemData(index)))
        theme.changed.connect(self._paint)
        self._paint()

    def show_form(self, form: Form, *, is_busy: bool) -> None:
        """Draw it; nothing can be begun while it is busy."""
        before, self._form = self._form, form
        self.gallery.setEnabled(form.can_use_gallery)
        self.gallery.setChecked(form.uses_gallery)
        self._gallery_words.setText(form.gallery)
        if before.folders != form.folders:
            self._show_folders()
        if before.recipes != form.recipes:
            self._show_recipes(form.recipes)
        if form.recipe in self.recipes:
            self.recipes[form.recipe].setChecked(True)
        self._show_values(form, is_new=before.devices != form.devices)
        self._why_not.setText(form.why_not)
        self._why_not.setVisible(bool(form.why_not))
        self._trouble.setText(form.trouble)
        self._trouble.setVisible(bool(form.trouble))
        self.prepare.setEnabled(not form.why_not and not is_busy)

    def _show_values(self, form: Form, *, is_new: bool) -> None:
        with QSignalBlocker(self.minutes):
            if self.minutes.value() != form.minutes:
                self.minutes.setValue(form.minutes)
        if self.name.text() != form.name:
            self.name.setText(form.name)
        if is_new:
            self.device.clear()
            for choice in form.devices:
                self.device.addItem(choice.title, choice.key)
        self.device.setCurrentIndex(self.device.findData(form.device))

    def _show_recipes(self, choices: tuple[Choice, ...]) -> None:
        for choice in choices:
            button = self.recipes[choice.key] = QRadioButton(choice.title)
            button.clicked.connect(lambda _=False, key=choice.key: self.recipe_chosen.emit(key))
            button.setAccessibleDescription(choice.about)
            self._group.addButton(button)
            self._recipe_column.addWidget(button)
            self._recipe_column.addWidget(_inset(text_label("quiet", choice.about)))

    def _show_folders(self) -> None:
        while item := self._folders.takeAt(0):
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        for folder in self._form.folders:
            self._folders.addWidget(self._folder_row(folder))

    def _folder_row(self, folder: str) -> QWidget:
        words, drop = QLabel(Path(folder).name), QToolButton()
        words.setToolTip(folder)
        drop.setProperty("look", "plain")
        drop.setAccessibleName(f"Leave out {Path(folder).name}")
        drop.setToolTip("Leave this folder out")
        self._theme.set_icon(drop, "close")
        drop.clicked.connect(lambda: self.folder_dropped.emit(folder))
        whole = QWidget()
        row = QHBoxLayout(whole)
        row.setContentsMargins(_INDENT, 0, 0, 0)
        row.addWidget(words)
        row.addWidget(drop)
        row.addStretch()
        return whole

    def _ask_for_folder(self) -> None:
        dialog = QFileDialog(self, "Choose a folder with a folder of photos for each person")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(lambda path: self.folder_added.emit(Path(path)))
        dialog.open()

    def _lay_out(self) -> None:
        self.setProperty("look", "card")
        self.minutes.setRange(0.1, _MOST_MINUTES)
        self.minutes.setDecimals(1)
        self.minutes.setSuffix(" min")
        self.minutes.lineEdit().setTextMargins(tokens.SPACE_S - 2, 0, 0, 0)  # as far in as in the fields beside it
        self.minutes.setAccessibleName("Time for the steps")
        self.device.setAccessibleName("Trained on")
        self.name.setAccessibleName("Name of the new encoder")
        self.prepare.setProperty("look", "main")
        self.prepare.setToolTip("The pictures are gathered and a few steps are measured; nothing is trained yet.")
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, tokens.SPACE_S, 0)
        column.setSpacing(tokens.SPACE_S)
        self._folders.setSpacing(0)
        self._recipe_column.setSpacing(tokens.SPACE_XS)
        column.addWidget(text_label("emphasis", "Whose faces"))
        column.addWidget(self.gallery)
        column.addWidget(_inset(self._gallery_words))
        column.addLayout(self._folders)
        column.addLayout(_beside(self.add, "with a folder of photos for each person"))
        column.addSpacing(tokens.SPACE_S)
        column.addWidget(text_label("emphasis", "What learns"))
        column.addLayout(self._recipe_column)
        column.addSpacing(tokens.SPACE_S)
        column.addWidget(text_label("emphasis", "Where, and how long"))
        column.addLayout(self._values())
        column.addStretch()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(tokens.SPACE_L, tokens.SPACE_L, tokens.SPACE_S, tokens.SPACE_L)
        whole.setSpacing(tokens.SPACE_M)
        whole.addWidget(ScrollColumn(body), 1)
        whole.addWidget(self._trouble)
        whole.addWidget(self._why_not)
        foot = QHBoxLayout()
        foot.addWidget(self.prepare)
        foot.addStretch()
        whole.addLayout(foot)

    def _values(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(tokens.SPACE_L)
        grid.setVerticalSpacing(tokens.SPACE_S)
        for row, (words, part) in enumerate((("Trained on", self.device), ("Time for the steps", self.minutes), ("Name", self.name))):
            grid.addWidget(QLabel(words), row, 0)
            grid.addWidget(part, row, 1)
        grid.setColumnStretch(2, 1)
        self.name.setMinimumWidth(240)
        return grid

    def _paint(self) -> None:
        self._theme.set_icon(self.add, "folder")
        self._show_folders()


def _inset(part: QLabel) -> QWidget:
    whole = QWidget()
    row = QHBoxLayout(whole)
    row.setContentsMargins(_INDENT, 0, 0, 0)
    row.addWidget(part)
    return whole


def _beside(button: QPushButton, words: str) -> QHBoxLayout:
    note = QLabel(words)
    note.setProperty("look", "quiet")
    row = QHBoxLayout()
    row.setSpacing(tokens.SPACE_S)
    row.addWidget(button)
    row.addWidget(note)
    row.addStretch()
    return row
