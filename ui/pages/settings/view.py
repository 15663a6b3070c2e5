"""The Settings page's widgets: a card a group, a row a setting. Emits what the person wants; draws a SettingsState."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QStandardItemModel, QWheelEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ui.pages.settings.state import Editor, SettingRow, SettingsState
from ui.theme import Theme, tokens
from ui.widgets.empty_state import EmptyState
from ui.widgets.labels import text_label
from ui.widgets.scroll_column import ScrollColumn

_EDITOR_WIDTH = 280
_WIDEST = 880


class SettingsView(QWidget):
    """Everything that can be chosen, in groups."""

    searched = Signal(str)
    changed = Signal(str, object)
    reset_wanted = Signal(str)
    restart_wanted = Signal()
    way_wanted = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._shape: list[tuple[object, ...]] = []
        self.rows: dict[str, SettingWidget] = {}
        self.search = QLineEdit(placeholderText="Search the settings", clearButtonEnabled=True)
        self.search.setAccessibleName("Search the settings")
        self.search.setMaximumWidth(260)
        self.restart = QFrame()
        self.restart.setProperty("look", "question")
        self.restart_text = text_label("")
        self.restart_button = QPushButton("Start the engine again")
        self.restart_button.setProperty("look", "main")
        self.none_found = EmptyState(theme, "search")
        self.none_found.set_buttons((("Show all settings", "settings", lambda: self.search.setText("")),))
        self._groups = QVBoxLayout()
        self._lay_out()
        self.search.textChanged.connect(self.searched)
        self.restart_button.clicked.connect(self.restart_wanted)

    def show_state(self, state: SettingsState) -> None:
        """Draw the state; the fields stay as long as there are the same settings with the same choices."""
        shape = [(row.name, row.editor, row.options) for row in state.rows]
        if shape != self._shape:
            self._shape = list(shape)
            self._build(state.rows)
        for row in state.rows:
            self.rows[row.name].show_row(row)
        self.none_found.setVisible(not state.rows)
        self.none_found.show_words("No such setting", f"No setting has “{state.query}” in its words.")
        self.area.setVisible(bool(state.rows))
        self.restart.setVisible(bool(state.restart))
        self.restart_text.setText(state.restart)

    def _build(self, rows: tuple[SettingRow, ...]) -> None:
        focused = next((name for name, row in self.rows.items() if row.editor.hasFocus()), "")
        while item := self._groups.takeAt(0):
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        self.rows = {}
        for group, members in groupby(rows, key=lambda row: row.group):
            self._groups.addWidget(self._group(group, list(members)))
        if focused in self.rows:
            self.rows[focused].editor.setFocus()

    def _group(self, title: str, rows: list[SettingRow]) -> QWidget:
        card = QFrame()
        card.setProperty("look", "card")
        column = QVBoxLayout(card)
        column.setContentsMargins(tokens.SPACE_L, tokens.SPACE_M, tokens.SPACE_L, tokens.SPACE_M)
        column.setSpacing(tokens.SPACE_L)
        head = text_label("emphasis")
        head.setText(title)
        column.addWidget(head)
        for row in rows:
            made = self.rows[row.name] = SettingWidget(row)
            made.changed.connect(self.changed)
            made.reset_wanted.connect(self.reset_wanted)
            made.way_wanted.connect(self.way_wanted)
            column.addWidget(made)
        return card

    def _lay_out(self) -> None:
        title = QLabel("Settings")
        title.setProperty("look", "title")
        head = QHBoxLayout()
        head.addWidget(title)
        head.addStretch()
        head.addWidget(self.search, 1)
        asked = QHBoxLayout(self.restart)
        asked.setContentsMargins(tokens.SPACE_L, tokens.SPACE_S, tokens.SPACE_S, tokens.SPACE_S)
        asked.addWidget(self.restart_text, 1)
        asked.addWidget(self.restart_button)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, tokens.SPACE_S, 0)
        self._groups.setSpacing(tokens.SPACE_M)
        column.addLayout(self._groups)
        column.addStretch()
        self.area = ScrollColumn(body)
        middle = QWidget()
        middle.setMaximumWidth(_WIDEST)
        inner = QVBoxLayout(middle)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(tokens.SPACE_M)
        inner.addLayout(head)
        inner.addWidget(self.restart)
        inner.addWidget(self.area, 1)
        inner.addWidget(self.none_found, 1)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(tokens.SPACE_L, tokens.SPACE_M, tokens.SPACE_L, tokens.SPACE_L)
        whole.addWidget(middle, 1)


class SettingWidget(QWidget):
    """One setting: words at the left, what changes it at the right."""

    changed = Signal(str, object)
    reset_wanted = Signal(str)
    way_wanted = Signal(str)

    def __init__(self, row: SettingRow) -> None:
        super().__init__()
        self._row = row
        self.way = QPushButton(row.way)
        self.way.clicked.connect(lambda: self.way_wanted.emit(row.name))
        self.editor = self._made_editor(row)
        self.editor.setAccessibleName(row.label)
        self.editor.setAccessibleDescription(row.help)
        self.note, self.trouble = text_label("caption"), text_label("error")
        self.reset = QPushButton("Reset")
        self.reset.setProperty("look", "plain")
        self.reset.setAccessibleName(f"Reset {row.label}")
        self.reset.clicked.connect(lambda: self.reset_wanted.emit(row.name))
        self._lay_out(row)

    def show_row(self, row: SettingRow) -> None:
        """Draw the row."""
        self._row = row
        editor = self.editor
        if isinstance(editor, QCheckBox):
            editor.setChecked(bool(row.value))
        elif isinstance(editor, QComboBox):
            editor.setCurrentIndex([option.value for option in row.options].index(row.value))
        elif isinstance(editor, QLineEdit) and not (editor.hasFocus() and editor.isModified()):
            editor.setText(row.text)
        for label, words in ((self.note, row.note), (self.trouble, row.trouble)):
            label.setText(words)
            label.setVisible(bool(words))
        self.reset.setEnabled(not row.is_default)

    def _made_editor(self, row: SettingRow) -> QWidget:
        if row.editor is Editor.PAGE:
            self.way.setFixedWidth(_EDITOR_WIDTH)
            return self.way
        if row.editor is Editor.SWITCH:
            switch = QCheckBox("On")
            switch.clicked.connect(self._tell)
            return switch
        if row.editor is Editor.CHOICE:
            choice = _Choice(row)
            choice.activated.connect(lambda index: self._tell(self._row.options[index].value))
            choice.setFixedWidth(_EDITOR_WIDTH)
            return choice
        field = QLineEdit()
        field.editingFinished.connect(lambda: self._typed(field))
        field.setFixedWidth(_EDITOR_WIDTH)
        return field

    def _typed(self, field: QLineEdit) -> None:
        if field.isModified():
            field.setModified(False)
            self._tell(field.text())

    def _tell(self, value: Any) -> None:
        self.changed.emit(self._row.name, value)

    def _lay_out(self, row: SettingRow) -> None:
        name, help_text = text_label(""), text_label("quiet")
        name.setText(row.label)
        help_text.setText(row.help)
        words = QVBoxLayout()
        words.setSpacing(2)
        for label in (name, help_text, self.note, self.trouble):
            words.addWidget(label)
        if row.way and self.way is not self.editor:
            words.addWidget(self.way, 0, Qt.AlignmentFlag.AlignLeft)
        words.addStretch()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(tokens.SPACE_L)
        grid.setColumnStretch(0, 1)
        grid.addLayout(words, 0, 0)
        grid.addWidget(self.editor, 0, 1, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self.reset, 0, 2, Qt.AlignmentFlag.AlignTop)
        policy = self.reset.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.reset.setSizePolicy(policy)
        self.reset.setVisible(row.editor is not Editor.PAGE)


class _Choice(QComboBox):
    """Turns by keys and clicks alone: the wheel scrolls the page."""

    def __init__(self, row: SettingRow) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        for option in row.options:
            self.addItem(f"{option.label} ({option.missing})" if option.missing else option.label)
            self.setItemData(self.count() - 1, option.about or option.label, Qt.ItemDataRole.ToolTipRole)
            model = self.model()
            assert isinstance(model, QStandardItemModel)  # what a QComboBox has of itself
            model.item(self.count() - 1).setEnabled(not option.missing)
        self.view().setMinimumWidth(self.view().sizeHintForColumn(0) + tokens.SPACE_L)  # the list is as wide as its words, the field is not

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave it to the page."""
        event.ignore()
