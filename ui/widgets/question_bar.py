"""A question before something that cannot be undone, in the page and not in a box over it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from ui.theme import tokens


class QuestionBar(QFrame):
    """Hidden until asked; the safe answer comes first and has the focus."""

    kept = Signal()
    confirmed = Signal()

    def __init__(self, keep: str, confirm: str) -> None:
        super().__init__()
        self.setProperty("look", "question")
        self.text = QLabel()
        self.text.setWordWrap(True)
        self.keep = QPushButton(keep)
        self.confirm = QPushButton(confirm)
        self.confirm.setProperty("look", "danger")
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(self.keep)
        buttons.addWidget(self.confirm)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(tokens.SPACE_M, tokens.SPACE_S, tokens.SPACE_S, tokens.SPACE_S)
        whole.addWidget(self.text)
        whole.addLayout(buttons)
        self.keep.clicked.connect(self.kept)
        self.confirm.clicked.connect(self.confirmed)
        self.hide()

    def ask(self, question: str) -> None:
        """Ask this; nothing when empty."""
        is_new = bool(question) and question != (self.text.text() if not self.isHidden() else "")
        self.text.setText(question)
        self.setVisible(bool(question))
        if is_new:
            self.keep.setFocus()
