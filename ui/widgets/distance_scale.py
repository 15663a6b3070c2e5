"""The scale 0 … 4 of distances with the limit τ and the distance that was measured. Painting only."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.language import decimal
from ui.theme import Theme, figures, tokens

_LARGEST = 4.0
_MARGIN = 8.0


class DistanceScale(QWidget):
    """A line from "same" to "different"; the part up to τ is thick."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._distance: float | None = None
        self._threshold = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """Wide as there is room, two lines high."""
        return QSize(120, 34)

    def show_distance(self, distance: float | None, threshold: float) -> None:
        """Point to this distance, or to none."""
        if (distance, threshold) == (self._distance, self._threshold):
            return
        self._distance, self._threshold = distance, threshold
        words = (
            "nobody to compare with"
            if distance is None
            else f"distance {decimal(distance)}, limit {decimal(threshold)}, on a scale from 0 to 4"
        )
        self.setAccessibleName(words)
        self.setToolTip(words)
        self.update()

    def paintEvent(self, _: QPaintEvent) -> None:
        """The line, the limit with its number, the pointer."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours, y = self._theme.palette, 14.0
        is_within = self._distance is not None and self._distance <= self._threshold
        left, limit, right = self._x(0.0), self._x(self._threshold), self._x(_LARGEST)
        painter.setPen(QPen(QColor(colours.control_line), 1))
        painter.drawLine(QPointF(left, y), QPointF(right, y))
        painter.setPen(QPen(QColor(colours.accent), 4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
        painter.drawLine(QPointF(left, y), QPointF(limit, y))
        painter.setPen(QPen(QColor(colours.text), 1.5))
        painter.drawLine(QPointF(limit, y - 6), QPointF(limit, y + 6))
        self._paint_numbers(painter)
        if self._distance is not None:
            self._paint_pointer(painter, self._x(self._distance), y, QColor(colours.accent if is_within else colours.text))
        painter.end()

    def _paint_numbers(self, painter: QPainter) -> None:
        painter.setFont(figures(tokens.TYPE_CAPTION))
        painter.setPen(QColor(self._theme.palette.quiet))
        marks = ((0.0, "0"), (self._threshold, f"τ {decimal(self._threshold)}"), (_LARGEST, "4"))
        for value, words in marks:
            space = QRectF(self._x(value) - 30, 20, 60, 14)
            if value == 0.0:
                space.moveLeft(0)
            if value == _LARGEST:
                space.moveRight(self.width())
            alignment = {0.0: Qt.AlignmentFlag.AlignLeft, _LARGEST: Qt.AlignmentFlag.AlignRight}.get(value, Qt.AlignmentFlag.AlignHCenter)
            painter.drawText(space, alignment | Qt.AlignmentFlag.AlignVCenter, words)

    def _paint_pointer(self, painter: QPainter, x: float, y: float, colour: QColor) -> None:
        painter.setPen(QPen(QColor(self._theme.palette.surface), 1.5))
        painter.setBrush(colour)
        painter.drawPolygon(QPolygonF([QPointF(x - 6, y - 13), QPointF(x + 6, y - 13), QPointF(x, y - 3)]))

    def _x(self, value: float) -> float:
        return _MARGIN + (self.width() - 2 * _MARGIN) * min(max(value, 0.0), _LARGEST) / _LARGEST
