"""The three poses of a guided enrolment, as dots that fill. Painting only."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from facekit.sampling import Aim
from ui.theme import Theme, figures, icons, tokens

_WORDS = {Aim.LEFT: "a little left", Aim.FRONT: "straight", Aim.RIGHT: "a little right"}
_APART = 112.0
_RADIUS = 12.0


class PoseDots(QWidget):
    """Left, straight, right, as in a mirror: full with a check mark where taken, a thick ring where wanted, a thin one else."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._taken: frozenset[Aim] = frozenset()
        self._wanted: Aim | None = None
        self.setFixedSize(self.sizeHint())
        theme.changed.connect(self.update)
        self.show_poses(frozenset(), None)

    def sizeHint(self) -> QSize:
        """Three dots with a word under each."""
        return QSize(round(len(_WORDS) * _APART), 50)

    def show_poses(self, taken: frozenset[Aim], wanted: Aim | None) -> None:
        """Which poses are taken, and which is asked for."""
        self._taken, self._wanted = taken, wanted
        self.setAccessibleName(f"{len(taken)} of {len(_WORDS)} poses taken")
        self.update()

    def paintEvent(self, _: QPaintEvent) -> None:
        """Dots and words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for column, (aim, words) in enumerate(_WORDS.items()):
            self._paint_dot(painter, QPointF((column + 0.5) * _APART, 16.0), aim)
            painter.setFont(figures(tokens.TYPE_CAPTION))
            painter.setPen(QColor(self._theme.palette.text if aim is self._wanted else self._theme.palette.quiet))
            painter.drawText(QRectF(column * _APART, 33, _APART, 16), Qt.AlignmentFlag.AlignCenter, words)
        painter.end()

    def _paint_dot(self, painter: QPainter, middle: QPointF, aim: Aim) -> None:
        colours = self._theme.palette
        is_taken = aim in self._taken
        line = QPen(
            QColor(colours.accent if is_taken or aim is self._wanted else colours.control_line), 3.0 if aim is self._wanted else 1.5
        )
        painter.setPen(line)
        painter.setBrush(QColor(colours.accent) if is_taken else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(middle, _RADIUS, _RADIUS)
        if is_taken:
            picture = icons.pixmap("check", colours.on_accent, 16, ratio=self.devicePixelRatioF())
            painter.drawPixmap(middle - QPointF(8, 8), picture)
