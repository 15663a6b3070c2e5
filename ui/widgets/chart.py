"""A chart of curves over steps. Lines differ in dashes as well as in colour, and are named beside the chart. Painting only."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.curves import Chart, Curve, number_words, ticks
from ui.theme import Theme, figures, tokens

_SAMPLE = 22.0
"""Of a line, beside its name."""
_LINE = 16.0
_DASHES: tuple[tuple[float, ...], ...] = ((), (6, 3), (2, 2), (8, 3, 2, 3), (1, 3))


class ChartView(QWidget):
    """Draws one Chart: title above, both axes named, the curves' names under the title."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._chart = Chart("", "", "")
        self.setMinimumSize(QSize(220, 170))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.changed.connect(self.update)

    def show_chart(self, chart: Chart) -> None:
        """Draw this from now on."""
        if chart == self._chart:
            return
        self._chart = chart
        self.setAccessibleName(f"{chart.title}, a chart of {chart.y_label} over {chart.x_label}")
        self.setAccessibleDescription(chart.words)
        self.setToolTip(chart.words)
        self.update()

    def paintEvent(self, _: QPaintEvent) -> None:
        """Title, names, axes, then the curves."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top = self._paint_head(painter)
        drawn = [curve for curve in self._chart.curves if curve.points]
        xs = [x for curve in drawn for x, _ in curve.points]
        ys = [y for curve in drawn for _, y in curve.points]
        marks_x, marks_y = ticks(0, max(xs, default=1), 5), ticks(min(ys, default=0), max(ys, default=1), 5)
        area = self._area(top, marks_y)
        self._paint_axes(painter, area, marks_x, marks_y)
        for index, curve in enumerate(self._chart.curves):
            self._paint_curve(painter, area, curve, index, (marks_x, marks_y))
        if not drawn:
            painter.setPen(QColor(self._theme.palette.quiet))
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, "nothing yet")
        painter.end()

    def _area(self, top: float, marks: tuple[float, ...]) -> QRectF:
        metrics = QFontMetricsF(figures(tokens.TYPE_CAPTION))
        left = max(metrics.horizontalAdvance(number_words(mark)) for mark in marks) + tokens.SPACE_S
        return QRectF(left, top + tokens.SPACE_S, self.width() - left - tokens.SPACE_M, self.height() - top - 2 * _LINE - tokens.SPACE_L)

    def _paint_head(self, painter: QPainter) -> float:
        """Title, and a line sample with each curve's name; answers where the rest may begin."""
        colours = self._theme.palette
        painter.setFont(figures(tokens.TYPE_BODY, bold=True))
        painter.setPen(QColor(colours.text))
        painter.drawText(QRectF(0, 0, self.width(), 18), Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, self._chart.title)
        painter.setFont(figures(tokens.TYPE_CAPTION))
        painter.setPen(QColor(colours.quiet))
        painter.drawText(QRectF(0, 18, self.width(), _LINE), Qt.AlignmentFlag.AlignLeft, self._chart.y_label)
        if len(self._chart.curves) < 2:
            return 18 + _LINE
        x, y, metrics = 0.0, 18 + _LINE, QFontMetricsF(painter.font())
        for index, curve in enumerate(self._chart.curves):
            room = self.width() - _SAMPLE - tokens.SPACE_XS
            name = metrics.elidedText(curve.name, Qt.TextElideMode.ElideMiddle, room)
            width = _SAMPLE + tokens.SPACE_XS + metrics.horizontalAdvance(name)
            if x and x + width > self.width():
                x, y = 0.0, y + _LINE
            painter.setPen(self._pen(index))
            painter.drawLine(QPointF(x, y + _LINE / 2), QPointF(x + _SAMPLE, y + _LINE / 2))
            painter.setPen(QColor(colours.text))
            painter.drawText(QPointF(x + _SAMPLE + tokens.SPACE_XS, y + _LINE - 4), name)
            x += width + tokens.SPACE_M
        return y + _LINE

    def _paint_axes(self, painter: QPainter, area: QRectF, marks_x: tuple[float, ...], marks_y: tuple[float, ...]) -> None:
        colours = self._theme.palette
        painter.setFont(figures(tokens.TYPE_CAPTION))
        for mark in marks_y:
            y = _place(mark, marks_y, area.bottom(), area.top())
            painter.setPen(QPen(QColor(colours.line), 1))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(QColor(colours.quiet))
            space = QRectF(0, y - 8, area.left() - tokens.SPACE_XS, 16)
            painter.drawText(space, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, number_words(mark))
        for mark in marks_x:
            x = _place(mark, marks_x, area.left(), area.right())
            painter.setPen(QPen(QColor(colours.control_line), 1))
            painter.drawLine(QPointF(x, area.bottom()), QPointF(x, area.bottom() + 3))
            painter.setPen(QColor(colours.quiet))
            space = QRectF(min(x - 40, self.width() - 80), area.bottom() + 4, 80, _LINE)
            side = Qt.AlignmentFlag.AlignRight if x + 40 > self.width() else Qt.AlignmentFlag.AlignHCenter
            painter.drawText(space, side, number_words(mark))
        painter.setPen(QPen(QColor(colours.control_line), 1))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        painter.setPen(QColor(colours.quiet))
        painter.drawText(
            QRectF(area.left(), area.bottom() + 4 + _LINE, area.width(), _LINE), Qt.AlignmentFlag.AlignHCenter, self._chart.x_label
        )

    def _paint_curve(
        self, painter: QPainter, area: QRectF, curve: Curve, index: int, marks: tuple[tuple[float, ...], tuple[float, ...]]
    ) -> None:
        points = [
            QPointF(_place(x, marks[0], area.left(), area.right()), _place(y, marks[1], area.bottom(), area.top())) for x, y in curve.points
        ]
        pen = self._pen(index)
        painter.setPen(pen)
        if len(points) > 1:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPolyline(QPolygonF(points))
        if points:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(pen.color())
            painter.drawEllipse(points[-1], 3, 3)

    def _pen(self, index: int) -> QPen:
        colours = self._theme.palette
        tones = (colours.accent, colours.amber, colours.cool, colours.red, colours.text)
        pen = QPen(QColor(tones[index % len(tones)]), 1.8)
        if dashes := _DASHES[index % len(_DASHES)]:
            pen.setDashPattern(dashes)
        return pen


def _place(value: float, marks: tuple[float, ...], start: float, end: float) -> float:
    """Where a value lies between the first mark at `start` and the last at `end`."""
    return start + (end - start) * (value - marks[0]) / (marks[-1] - marks[0])
