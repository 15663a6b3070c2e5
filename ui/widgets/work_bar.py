"""A bar for work that goes on away from the window."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout

from ui.job import Work
from ui.theme import tokens


class WorkBar(QFrame):
    """What goes on: how many of how many, the time left, and the way to end it."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("look", "card")
        self.words, self.count = QLabel(), QLabel()
        self.count.setProperty("look", "quiet")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.cancel = QPushButton("Cancel")
        head = QHBoxLayout()
        head.addWidget(self.words)
        head.addStretch()
        head.addWidget(self.count)
        left = QVBoxLayout()
        left.addLayout(head)
        left.addWidget(self.bar)
        row = QHBoxLayout(self)
        row.setContentsMargins(tokens.SPACE_L, tokens.SPACE_S, tokens.SPACE_S, tokens.SPACE_S)
        row.setSpacing(tokens.SPACE_L)
        row.addLayout(left, 1)
        row.addWidget(self.cancel)
        self.hide()

    def show_work(self, work: Work | None) -> None:
        """Draw this; nothing where nothing goes on."""
        self.setVisible(work is not None)
        if work:
            self.words.setText(work.words)
            self.count.setText(work.count)
            self.bar.setRange(0, work.total)  # without a total it moves to and fro
            self.bar.setValue(work.done)
            self.bar.setAccessibleName(work.words)
            self.bar.setAccessibleDescription(work.count)
