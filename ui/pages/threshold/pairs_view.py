"""Pairs of pictures that are hard to tell, by face and name."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QVBoxLayout, QWidget

from ui.language import decimal
from ui.pages.threshold.state import Pair
from ui.theme import Theme, figures, tokens
from ui.widgets.face_card import rounded
from ui.widgets.labels import text_label
from ui.widgets.video_view import image_of

_FACE = 44


class PairsView(QWidget):
    """A title and a card a pair, the worst first.

    Args:
        wrong: What is said of a pair on the wrong side of the threshold.
    """

    def __init__(self, theme: Theme, title: str, wrong: str) -> None:
        super().__init__()
        self._theme = theme
        self._wrong = wrong
        self._pairs: tuple[Pair, ...] = ()
        head = text_label("emphasis", title)
        self._column = QVBoxLayout()
        self._column.setSpacing(tokens.SPACE_XS)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(tokens.SPACE_S)
        whole.addWidget(head)
        whole.addLayout(self._column)
        whole.addStretch()
        theme.changed.connect(self._draw)

    def show_pairs(self, pairs: tuple[Pair, ...]) -> None:
        """Draw these."""
        if _kept(pairs) != _kept(self._pairs):
            self._pairs = pairs
            self._draw()

    def _draw(self) -> None:
        while item := self._column.takeAt(0):
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        for pair in self._pairs:
            self._column.addWidget(self._card(pair))

    def _card(self, pair: Pair) -> QFrame:
        card = QFrame()
        card.setProperty("look", "card")
        grid = QGridLayout(card)
        grid.setContentsMargins(tokens.SPACE_S, tokens.SPACE_S, tokens.SPACE_S, tokens.SPACE_S)
        grid.setHorizontalSpacing(tokens.SPACE_S)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(2, 1)
        has_faces = False
        for column, side in enumerate((pair.left, pair.right)):
            if side.pixels is not None:
                face = QLabel()
                face.setPixmap(rounded(image_of(side.pixels), _FACE, self.devicePixelRatioF(), QColor(self._theme.palette.line)))
                grid.addWidget(face, 0, column, 2, 1, Qt.AlignmentFlag.AlignTop)
                has_faces = True
        distance = text_label("", decimal(pair.distance))
        distance.setFont(figures(bold=pair.is_wrong))
        distance.setWordWrap(False)
        grid.addWidget(text_label("", _names(pair)), 0, 2)
        grid.addWidget(distance, 0, 3, Qt.AlignmentFlag.AlignTop)
        note = f"{pair.left.name} · {pair.right.name}" + (f" · {self._wrong}" if pair.is_wrong else "")
        grid.addWidget(text_label("caption", note), 1, 2, 1, 2)
        card.setToolTip("" if has_faces else "No face picture of them is kept.")
        return card


def _names(pair: Pair) -> str:
    return pair.left.person if pair.left.person == pair.right.person else f"{pair.left.person} and {pair.right.person}"


def _kept(pairs: tuple[Pair, ...]) -> list[tuple[object, ...]]:
    """What a pair is drawn from, to be compared."""
    return [
        (side.person, side.name, side.pixels is not None, pair.distance, pair.is_wrong)
        for pair in pairs
        for side in (pair.left, pair.right)
    ]
