"""What stands where there is nothing to show yet: what is missing, and the buttons that bring it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ui.theme import Theme, icons, tokens

_WIDTH = 440


class EmptyState(QWidget):
    """An icon, a title, a sentence or two, and buttons, in the middle of the room there is."""

    def __init__(self, theme: Theme, icon: str) -> None:
        super().__init__()
        self._theme = theme
        self._icon_name = icon
        self._icon = QLabel()
        self._title = QLabel()
        self._title.setProperty("look", "title")
        self._text = QLabel()
        self._text.setProperty("look", "quiet")
        for label in (self._icon, self._title, self._text):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setWordWrap(True)
        self._buttons = QGridLayout()
        self._buttons.setSpacing(tokens.SPACE_S)
        self._made: list[tuple[QPushButton, str]] = []
        self._lay_out()
        theme.changed.connect(self._paint_icons)
        self._paint_icons()

    def _lay_out(self) -> None:
        column = QWidget()
        column.setFixedWidth(_WIDTH)
        words = QVBoxLayout(column)
        words.setSpacing(tokens.SPACE_M)
        words.addWidget(self._icon)
        words.addWidget(self._title)
        words.addWidget(self._text)
        words.addSpacing(tokens.SPACE_S)
        words.addLayout(self._buttons)
        middle = QHBoxLayout()  # stretches, not an alignment: that would give the column too little height for its wrapped words
        middle.addStretch()
        middle.addWidget(column)
        middle.addStretch()
        whole = QVBoxLayout(self)
        whole.addStretch(2)
        whole.addLayout(middle)
        whole.addStretch(3)

    def show_words(self, title: str, text: str) -> None:
        """What is missing, and what can be done."""
        self._title.setText(title)
        self._text.setText(text)

    def set_buttons(self, buttons: tuple[tuple[str, str, Callable[[], None]], ...], *, main: int = 0) -> None:
        """The buttons as (words, icon, handler), two in a row; `main` is the one that stands out, above the others."""
        for button, _ in self._made:
            self._buttons.removeWidget(button)
            button.deleteLater()
        self._made = []
        for row, (words, icon, handler) in enumerate(buttons):
            button = QPushButton(words)
            button.setProperty("look", "main" if row == main else "")
            button.clicked.connect(handler)
            self._made.append((button, icon))
            if row == 0:
                self._buttons.addWidget(button, 0, 0, 1, 2)
            else:
                is_alone = row == len(buttons) - 1 and row % 2 == 1
                self._buttons.addWidget(button, 1 + (row - 1) // 2, (row - 1) % 2, 1, 2 if is_alone else 1)
        self._paint_icons()

    def _paint_icons(self) -> None:
        self._icon.setPixmap(icons.pixmap(self._icon_name, self._theme.palette.quiet, 48, ratio=self.devicePixelRatioF()))
        for button, icon in self._made:
            self._theme.set_icon(button, icon)
