"""A question before something that cannot be undone, in the page and not in a box over it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout

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
        self.reason = QLineEdit(placeholderText="Why?")
        self.reason.setAccessibleName("Why?")
        self.reason.hide()
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(self.keep)
        buttons.addWidget(self.confirm)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(tokens.SPACE_M, tokens.SPACE_S, tokens.SPACE_S, tokens.SPACE_S)
        whole.addWidget(self.text)
        whole.addWidget(self.reason)
        whole.addLayout(buttons)
        self.keep.clicked.connect(self.kept)
        self.confirm.clicked.connect(self.confirmed)
        self.reason.textChanged.connect(self._check)
        self.hide()

    def ask(self, question: str, *, wants_reason: bool = False) -> None:
        """Ask this; nothing when empty. Where a reason is wanted, it must be typed before the answer can be yes."""
        is_new = bool(question) and question != (self.text.text() if not self.isHidden() else "")
        self.text.setText(question)
        self.setVisible(bool(question))
        if is_new:
            self.reason.clear()
            self.reason.setVisible(wants_reason)
            self._check()
            (self.reason if wants_reason else self.keep).setFocus()

    def _check(self) -> None:
        self.confirm.setEnabled(self.reason.isHidden() or bool(self.reason.text().strip()))
