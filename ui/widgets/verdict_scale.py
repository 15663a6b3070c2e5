"""The scale 0 … 4 with both measured error rates over it: what a limit lets through, and whom it misses. Painting only."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from facekit.types import OperatingPoint
from ui.language import decimal, one_in, percent
from ui.theme import Theme, figures, tokens

_LARGEST = 4.0
_MARGIN = 24.0
_HEIGHT = 136
_AXIS = 98.0
_TOP = 22.0
_LEAST_RATE = 1e-6


class VerdictScale(QWidget):
    """The line from "same" to "different", the limit τ, the distance found, and the card's measured points."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._distance: float | None = None
        self._threshold = 0.0
        self._points: tuple[OperatingPoint, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """Wide as there is room."""
        return QSize(480, _HEIGHT)

    def show_verdict(self, distance: float | None, threshold: float, points: Sequence[OperatingPoint]) -> None:
        """Point to this distance, or to none."""
        self._distance, self._threshold = distance, threshold
        self._points = tuple(sorted(points, key=lambda point: point.threshold))
        found = "nothing compared yet" if distance is None else f"distance {decimal(distance)}"
        measured = "; ".join(
            f"at {decimal(p.threshold)} {percent(p.fmr, 2)} of different people pass "
            f"and {percent(p.fnmr)} of one person’s pictures are missed"
            for p in self._points
        )
        self.setAccessibleName(f"{found}, limit {decimal(threshold)}, on a scale from 0 to 4")
        self.setAccessibleDescription(measured)
        self.setToolTip(f"Measured: {measured}." if measured else "")
        self.update()

    def paintEvent(self, _: QPaintEvent) -> None:
        """Axis, limit, curves, pointer."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(figures(tokens.TYPE_CAPTION))
        self._paint_axis(painter)
        if self._points:
            self._paint_curves(painter)
        if self._threshold > 0:
            self._paint_limit(painter)
        if self._distance is not None:
            self._paint_pointer(painter, self._distance)
        painter.end()

    def _paint_axis(self, painter: QPainter) -> None:
        colours = self._theme.palette
        painter.setPen(QPen(QColor(colours.control_line), 1))
        painter.drawLine(QPointF(self._x(0), _AXIS), QPointF(self._x(_LARGEST), _AXIS))
        if self._threshold > 0:
            painter.setPen(QPen(QColor(colours.accent), 5, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
            painter.drawLine(QPointF(self._x(0), _AXIS), QPointF(self._x(self._threshold), _AXIS))
        painter.setPen(QColor(colours.quiet))
        for value in range(5):
            painter.drawText(QRectF(self._x(value) - 20, _AXIS + 8, 40, 16), Qt.AlignmentFlag.AlignCenter, str(value))
        painter.drawText(QRectF(self._x(0) + 12, _AXIS + 8, 120, 16), Qt.AlignmentFlag.AlignVCenter, "same")
        right = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(QRectF(self._x(_LARGEST) - 132, _AXIS + 8, 120, 16), right, "different")

    def _paint_limit(self, painter: QPainter) -> None:
        x, colours = self._x(self._threshold), self._theme.palette
        painter.setPen(QPen(QColor(colours.text), 1.5))
        painter.drawLine(QPointF(x, _TOP - 4), QPointF(x, _AXIS + 7))
        painter.setFont(figures(tokens.TYPE_CAPTION, bold=True))
        painter.drawText(QRectF(x - 60, 0, 120, 16), Qt.AlignmentFlag.AlignCenter, f"limit τ {decimal(self._threshold)}")
        painter.setFont(figures(tokens.TYPE_CAPTION))

    def _paint_curves(self, painter: QPainter) -> None:
        """Who passes as a full line, named at its right; who is missed as a broken one, named at its left."""
        colours = self._theme.palette
        passing = [QPointF(self._x(p.threshold), self._y(p.fmr)) for p in self._points]
        missed = [QPointF(self._x(p.threshold), self._y(p.fnmr)) for p in self._points]
        for line, colour, style in ((passing, colours.amber, Qt.PenStyle.SolidLine), (missed, colours.cool, Qt.PenStyle.DashLine)):
            painter.setPen(QPen(QColor(colour), 1.8, style))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPolyline(QPolygonF(line))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colour))
            for dot in line:
                painter.drawEllipse(dot, 3.0, 3.0)
        self._paint_rate_words(painter, passing[-1], missed[0])

    def _paint_rate_words(self, painter: QPainter, passing: QPointF, missed: QPointF) -> None:
        at = next((point for point in self._points if point.threshold == self._threshold), None)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setPen(QColor(self._theme.palette.amber))
        words = "different people who pass" + (f": {_one_in(at.fmr)} at the limit" if at else "")
        painter.drawText(QRectF(passing.x() + 10, passing.y() - 8, 400, 16), Qt.AlignmentFlag.AlignLeft | middle, words)
        painter.setPen(QColor(self._theme.palette.cool))
        words = "one person’s pictures missed" + (f": {percent(at.fnmr)} at the limit" if at else "")
        painter.drawText(QRectF(missed.x() - 410, missed.y() - 8, 400, 16), Qt.AlignmentFlag.AlignRight | middle, words)

    def _paint_pointer(self, painter: QPainter, distance: float) -> None:
        colours, x = self._theme.palette, self._x(distance)
        painter.setPen(QPen(QColor(colours.ground), 1.5))
        painter.setBrush(QColor(colours.accent if distance <= self._threshold else colours.text))
        painter.drawPolygon(QPolygonF([QPointF(x - 8, _AXIS - 18), QPointF(x + 8, _AXIS - 18), QPointF(x, _AXIS - 3)]))
        painter.setFont(figures(tokens.TYPE_BODY, bold=True))
        painter.setPen(QColor(colours.text))
        painter.drawText(QRectF(x - 40, _AXIS + 22, 80, 16), Qt.AlignmentFlag.AlignCenter, decimal(distance))

    def _x(self, value: float) -> float:
        return _MARGIN + (self.width() - 2 * _MARGIN) * min(max(value, 0.0), _LARGEST) / _LARGEST

    def _y(self, rate: float) -> float:
        """Rates on a scale of powers of ten, 1 at the top."""
        share = math.log10(max(rate, _LEAST_RATE)) / math.log10(_LEAST_RATE)
        return _TOP + share * (_AXIS - _TOP)


def _one_in(rate: float) -> str:
    """The rate in two figures: 1 in 10,000 for 0.00009934."""
    return "none" if rate <= 0 else one_in(1 / float(f"{1 / rate:.2g}"))
