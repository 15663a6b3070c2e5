"""How a face is marked on the picture: by the line, a sign and words, and only then by colour. Painting only."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen

from ui.theme import figures, icons, tokens

_HALO = QColor(0, 0, 0, 130)
_CHIP = QColor(16, 18, 19, 225)
_WORDS = QColor("#F5F5F3")
_CORNER = 0.22
_TICK = 7.0


@dataclass(frozen=True, slots=True)
class Look:
    """How one kind of face is drawn.

    Args:
        colour: For a picture, which is neither light nor dark: the dark theme's, over a dark halo.
        line: The pen's style.
        sign: An icon before the words; empty for none.
        is_whole: Whether the whole box is drawn, or its corners alone.
        has_ticks: Whether short ticks point outwards at the corners.
    """

    colour: str
    line: Qt.PenStyle
    width: float = 2.0
    sign: str = ""
    is_whole: bool = True
    has_ticks: bool = False


LOOKS: dict[str, Look] = {
    "match": Look(tokens.DARK.accent, Qt.PenStyle.SolidLine, sign="check", has_ticks=True),
    "not_recognized": Look("#D6D6D2", Qt.PenStyle.DashLine),
    "uncertain": Look(tokens.DARK.amber, Qt.PenStyle.DotLine, width=3.5, sign="question"),
    "poor": Look(tokens.DARK.cool, Qt.PenStyle.SolidLine, width=1.5, is_whole=False),
}


def draw_box(painter: QPainter, box: QRectF, tone: str) -> None:
    """The line around the face."""
    look = LOOKS[tone]
    path = _whole(box) if look.is_whole else _corners(box)
    if look.has_ticks:
        path.addPath(_ticks(box))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, width in ((_HALO, look.width + 1.5), (QColor(look.colour), look.width)):
        pen = QPen(colour, width, look.line, Qt.PenCapStyle.RoundCap if look.line is Qt.PenStyle.DotLine else Qt.PenCapStyle.FlatCap)
        if look.line is Qt.PenStyle.DashLine:
            pen.setDashPattern([8 / width, 6 / width])  # in units of the width: both lines break at the same places
        elif look.line is Qt.PenStyle.DotLine:
            pen.setDashPattern([0.1, 7 / width])
        painter.setPen(pen)
        painter.drawPath(path)


def draw_label(painter: QPainter, box: QRectF, bounds: QRectF, label: str, tone: str, taken: list[QRectF]) -> None:
    """The words, on a dark plate that can be read on any picture: above the box, else below, clear of the plates in `taken`."""
    look = LOOKS[tone]
    font = figures(tokens.TYPE_BODY, bold=tone == "match")
    sign = 18.0 if look.sign else 0.0
    size = QFontMetricsF(font).size(0, label)
    plate = _place(box, bounds, size.width() + sign + 18, size.height() + 8, taken)
    taken.append(plate)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_CHIP)
    painter.drawRoundedRect(plate, tokens.RADIUS_CONTROL, tokens.RADIUS_CONTROL)
    if look.sign:
        picture = icons.pixmap(look.sign, look.colour, 16, ratio=painter.device().devicePixelRatio())
        painter.drawPixmap(QPointF(plate.left() + 8, plate.center().y() - 8), picture)
    painter.setFont(font)
    painter.setPen(_WORDS)
    painter.drawText(plate.adjusted(9 + sign, 0, -4, 0), Qt.AlignmentFlag.AlignVCenter, label)


def _place(box: QRectF, bounds: QRectF, width: float, height: float, taken: list[QRectF]) -> QRectF:
    left = max(bounds.left() + 4, min(box.left(), bounds.right() - width - 4))
    above, below, inside = box.top() - height - 8, box.bottom() + 8, box.bottom() - height - 6
    for top in (above, below, inside):
        plate = QRectF(left, top, width, height)
        if bounds.contains(plate) and not any(plate.intersects(other) for other in taken):
            return plate
    return QRectF(left, max(bounds.top() + 4, min(inside, bounds.bottom() - height - 4)), width, height)


def _whole(box: QRectF) -> QPainterPath:
    path = QPainterPath()
    path.addRoundedRect(box, 4, 4)
    return path


def _corners(box: QRectF) -> QPainterPath:
    path = QPainterPath()
    across, down = box.width() * _CORNER, box.height() * _CORNER
    for corner, dx, dy in _corner_points(box):
        path.moveTo(corner + QPointF(dx * across, 0))
        path.lineTo(corner)
        path.lineTo(corner + QPointF(0, dy * down))
    return path


def _ticks(box: QRectF) -> QPainterPath:
    path = QPainterPath()
    for corner, dx, dy in _corner_points(box):
        path.moveTo(corner)
        path.lineTo(corner - QPointF(dx * _TICK, dy * _TICK))
    return path


def _corner_points(box: QRectF) -> tuple[tuple[QPointF, int, int], ...]:
    """Each corner with the directions that lead into the box."""
    return ((box.topLeft(), 1, 1), (box.topRight(), -1, 1), (box.bottomLeft(), 1, -1), (box.bottomRight(), -1, -1))
