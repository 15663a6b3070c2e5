"""What stands where an enrolment was: who is enrolled now, and where to go from here."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from ui.theme import Theme, icons, tokens


class DonePanel(QWidget):
    """A check mark, a sentence, and two ways on."""

    another_wanted = Signal()
    live_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._sign = QLabel()
        self.words = QLabel()
        self.words.setProperty("look", "emphasis")
        self.words.setWordWrap(True)
        self.another = QPushButton("Enrol another")
        self.another.setProperty("look", "main")
        live = QPushButton("Go to Live")
        whole = QVBoxLayout(self)
        whole.setContentsMargins(tokens.SPACE_L, tokens.SPACE_XXL, tokens.SPACE_L, tokens.SPACE_M)
        whole.setSpacing(tokens.SPACE_M)
        whole.addWidget(self._sign)
        whole.addWidget(self.words)
        whole.addSpacing(tokens.SPACE_S)
        whole.addWidget(self.another)
        whole.addWidget(live)
        whole.addStretch()
        for made in (self._sign, self.words):
            made.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.another.clicked.connect(self.another_wanted)
        live.clicked.connect(self.live_wanted)
        theme.changed.connect(self._paint_sign)
        self._paint_sign()

    def show_words(self, words: str) -> None:
        """Who is enrolled."""
        self.words.setText(words)

    def _paint_sign(self) -> None:
        self._sign.setPixmap(icons.pixmap("check", self._theme.palette.accent, 40, ratio=self.devicePixelRatioF()))
