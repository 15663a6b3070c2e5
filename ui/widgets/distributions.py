"""Mated and non-mated distances as two hills on the scale 0 … 4, with the threshold between them. Painting only."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.curves import Distributions
from ui.language import decimal, significant, whole
from ui.theme import Theme, figures, tokens

_LARGEST = 4.0
_HEIGHT = 220
_SIDE, _TOP, _FOOT = 12.0, 44.0, 38.0


class DistributionsView(QWidget):
    """Each hill as a share of its own comparisons: the same person as a full line, different people as a broken one."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._shown: Distributions | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """Wide as there is room."""
        return QSize(560, _HEIGHT)

    def show_distributions(self, shown: Distributions) -> None:
        """Draw these from now on."""
        if shown != self._shown:
            self._shown = shown
            self.setAccessibleName("Distances of one person and of different people")
            self.setAccessibleDescription(shown.words)
            self.setToolTip(shown.words)
            self.update()

    def paintEvent(self, _: QPaintEvent) -> None:
        """Axis, interval, hills, limit, words."""
        shown = self._shown
        if shown is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = self._theme.palette
        self._paint_axis(painter)
        band = QColor(colours.text)
        band.setAlphaF(0.10)
        left, right = self._x(shown.low), self._x(shown.high)
        painter.fillRect(QRectF(left, _TOP, max(1.0, right - left), self._bottom - _TOP), band)
        highest = max(max(counts) / sum(counts) for counts in (shown.mated, shown.non_mated))
        self._paint_hill(painter, shown.mated, shown.bin, highest, QPen(QColor(colours.accent), 1.8))
        self._paint_hill(painter, shown.non_mated, shown.bin, highest, QPen(QColor(colours.amber), 1.8, Qt.PenStyle.DashLine))
        self._paint_limit(painter, shown.threshold)
        self._paint_words(painter, shown)
        painter.end()

    def _paint_axis(self, painter: QPainter) -> None:
        colours = self._theme.palette
        painter.setFont(figures(tokens.TYPE_CAPTION))
        painter.setPen(QPen(QColor(colours.control_line), 1))
        painter.drawLine(QPointF(self._x(0), self._bottom), QPointF(self._x(_LARGEST), self._bottom))
        painter.setPen(QColor(colours.quiet))
        for half in range(9):
            painter.drawText(QRectF(self._x(half / 2) - 20, self._bottom + 3, 40, 16), Qt.AlignmentFlag.AlignCenter, significant(half / 2))
        painter.drawText(QRectF(0, self._bottom + 20, self.width(), 16), Qt.AlignmentFlag.AlignCenter, "distance")

    def _paint_hill(self, painter: QPainter, counts: tuple[int, ...], width: float, highest: float, pen: QPen) -> None:
        scale = (self._bottom - _TOP) / (highest * sum(counts))
        line = [QPointF(self._x((at + 0.5) * width), self._bottom - count * scale) for at, count in enumerate(counts)]
        fill = QColor(pen.color())
        fill.setAlphaF(0.14)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.drawPolygon(QPolygonF([QPointF(line[0].x(), self._bottom), *line, QPointF(line[-1].x(), self._bottom)]))
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF(line))

    def _paint_limit(self, painter: QPainter, threshold: float) -> None:
        x = self._x(threshold)
        painter.setPen(QPen(QColor(self._theme.palette.text), 1.5))
        painter.drawLine(QPointF(x, _TOP - 6), QPointF(x, self._bottom + 4))
        painter.setFont(figures(tokens.TYPE_CAPTION, bold=True))
        painter.drawText(QRectF(x - 60, _TOP - 24, 120, 16), Qt.AlignmentFlag.AlignCenter, f"τ {decimal(threshold)}")

    def _paint_words(self, painter: QPainter, shown: Distributions) -> None:
        colours = self._theme.palette
        painter.setFont(figures(tokens.TYPE_CAPTION))
        painter.setPen(QColor(colours.accent))
        middle = Qt.AlignmentFlag.AlignVCenter
        words = QRectF(_SIDE, 0, self.width() - 2 * _SIDE, 16)
        painter.drawText(words, Qt.AlignmentFlag.AlignLeft | middle, f"one person: {whole(sum(shown.mated))} comparisons")
        painter.setPen(QColor(colours.amber))
        painter.drawText(words, Qt.AlignmentFlag.AlignRight | middle, f"different people: {whole(sum(shown.non_mated))} comparisons")

    @property
    def _bottom(self) -> float:
        return self.height() - _FOOT

    def _x(self, value: float) -> float:
        return _SIDE + (self.width() - 2 * _SIDE) * min(max(value, 0.0), _LARGEST) / _LARGEST
