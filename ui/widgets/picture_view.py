"""A still picture as large as fits, with boxes, windows and points on it. Small pictures keep their pixels sharp. Painting only."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from facekit.types import Box, Pixels
from ui.theme import Theme, figures, tokens
from ui.widgets.face_marks import draw_box
from ui.widgets.video_view import image_of

_SMOOTH_BELOW = 1.5
"""A picture that is enlarged more shows its pixels."""


class PictureView(QWidget):
    """A caption above, the picture below."""

    def __init__(self, theme: Theme, *, smallest: QSize | None = None) -> None:
        super().__init__()
        self._theme = theme
        self._pixels: Pixels | None = None
        self._title = self._size = self._empty = ""
        self._boxes: tuple[Box, ...] = ()
        self._windows: tuple[Box, ...] = ()
        self._points: tuple[tuple[float, float], ...] = ()
        self.setMinimumSize(smallest or QSize(160, 140))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.changed.connect(self.update)

    def show_picture(self, pixels: Pixels | None, title: str = "", size: str = "", *, empty: str = "") -> None:
        """Paint this from now on, without marks.

        Args:
            pixels: H×W×3 uint8 RGB, contiguous; None for an empty ground with the words `empty`.
            size: Beside the title, quieter.
        """
        self._pixels, self._title, self._size, self._empty = pixels, title, size, empty
        self._boxes, self._windows, self._points = (), (), ()
        self.setAccessibleName(title or "Picture")
        self.setAccessibleDescription(size or empty)
        self.update()

    def mark(self, boxes: tuple[Box, ...], windows: tuple[Box, ...], points: tuple[tuple[float, float], ...]) -> None:
        """Draw these on the picture, in its pixels."""
        self._boxes, self._windows, self._points = boxes, windows, points
        self.update()

    def paintEvent(self, _: QPaintEvent) -> None:
        """Caption, picture, windows, boxes, points."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        top = self._paint_caption(painter)
        room = QRectF(0, top, self.width(), self.height() - top)
        if self._pixels is None:
            self._paint_ground(painter, room)
        else:
            height, width = self._pixels.shape[:2]
            scale = min(room.width() / width, room.height() / height)
            area = QRectF(0, top, width * scale, height * scale)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, scale < _SMOOTH_BELOW)
            painter.drawImage(area, image_of(self._pixels))
            self._paint_marks(painter, area, scale)
        painter.end()

    def _paint_caption(self, painter: QPainter) -> float:
        if not self._title:
            return 0.0
        painter.setFont(figures(tokens.TYPE_BODY, bold=True))
        painter.setPen(QColor(self._theme.palette.text))
        space = QRectF(0, 0, self.width(), 18)
        painter.drawText(space, Qt.AlignmentFlag.AlignLeft, self._title)
        used = painter.boundingRect(space, Qt.AlignmentFlag.AlignLeft, self._title).width() + tokens.SPACE_S
        painter.setFont(figures(tokens.TYPE_CAPTION))
        painter.setPen(QColor(self._theme.palette.quiet))
        painter.drawText(space.adjusted(used, 2, 0, 0), Qt.AlignmentFlag.AlignLeft, self._size)
        return 22.0

    def _paint_ground(self, painter: QPainter, room: QRectF) -> None:
        painter.setPen(QColor(self._theme.palette.line))
        painter.setBrush(QColor(self._theme.palette.surface))
        painter.drawRoundedRect(room.adjusted(0.5, 0.5, -0.5, -0.5), tokens.RADIUS_CONTROL, tokens.RADIUS_CONTROL)
        painter.setPen(QColor(self._theme.palette.quiet))
        painter.setFont(figures(tokens.TYPE_BODY))
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._empty)

    def _paint_marks(self, painter: QPainter, area: QRectF, scale: float) -> None:
        painter.save()
        painter.setClipRect(area)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(tokens.DARK.amber), 1))
        for window in self._windows:
            painter.drawRect(_placed(window, area, scale))
        for box in self._boxes:
            draw_box(painter, _placed(box, area, scale), "match")
        for x, y in self._points:
            painter.setPen(QPen(QColor(0, 0, 0, 150), 1))
            painter.setBrush(QColor(tokens.DARK.accent))
            painter.drawEllipse(QPointF(area.left() + (x + 0.5) * scale, area.top() + (y + 0.5) * scale), 3.2, 3.2)
        painter.restore()


def _placed(box: Box, area: QRectF, scale: float) -> QRectF:
    return QRectF(area.left() + box.x0 * scale, area.top() + box.y0 * scale, box.width * scale, box.height * scale)
