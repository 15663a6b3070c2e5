"""Words on a page: never read as markup, for names and folders come from outside."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel


def text_label(look: str, words: str = "", *, wraps: bool = True) -> QLabel:
    """A label in one of the theme's looks."""
    made = QLabel(words)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("look", look)
    made.setWordWrap(wraps)
    return made
