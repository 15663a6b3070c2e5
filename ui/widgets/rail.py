"""The rail at the left: one button a page. The current page is marked by a bar and bold words as well as by colour."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QSizePolicy, QToolButton, QVBoxLayout

from ui.theme import Theme, tokens

_NARROW = 56
_WIDE = 168
_ICON = 22


class Rail(QFrame):
    """Icons alone, or with words where the window is wide."""

    chosen = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._buttons: dict[str, tuple[QToolButton, str]] = {}
        self._group = QButtonGroup(self)
        self._foot_count = 0
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, tokens.SPACE_S, 1, tokens.SPACE_S)
        self._column.setSpacing(tokens.SPACE_XS)
        self._column.addStretch()
        self.setProperty("look", "rail")
        self.set_wide(False)
        theme.changed.connect(self._paint_icons)

    def add(self, name: str, words: str, icon: str, shortcut: str, *, at_foot: bool = False) -> None:
        """A button for the page of that name, below those before it or at the foot of the rail."""
        button = QToolButton()
        button.setProperty("look", "rail")
        button.setCheckable(True)
        button.setText(words)
        button.setToolTip(f"{words} ({shortcut})")
        button.setAccessibleName(words)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        button.clicked.connect(lambda: self.chosen.emit(name))
        self._group.addButton(button)
        self._buttons[name] = (button, icon)
        self._foot_count += at_foot
        self._column.insertWidget(self._column.count() - (0 if at_foot else self._foot_count + 1), button)
        self.set_wide(self.width() == _WIDE)
        self._theme.set_icon(button, icon, size=_ICON)

    def mark(self, name: str) -> None:
        """Show which page is the current one; a page without a button here is none of them."""
        self._group.setExclusive(False)
        for other, (button, _) in self._buttons.items():
            button.setChecked(other == name)
        self._group.setExclusive(True)

    def set_wide(self, is_wide: bool) -> None:
        """Words beside the icons, or icons alone."""
        self.setFixedWidth(_WIDE if is_wide else _NARROW)
        style = Qt.ToolButtonStyle.ToolButtonTextBesideIcon if is_wide else Qt.ToolButtonStyle.ToolButtonIconOnly
        for button, _ in self._buttons.values():
            button.setToolButtonStyle(style)

    def _paint_icons(self) -> None:
        for button, icon in self._buttons.values():
            self._theme.set_icon(button, icon, size=_ICON)
