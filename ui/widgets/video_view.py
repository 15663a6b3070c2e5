"""The camera picture, as large as fits, with the faces marked on it. Draws what it is given and keeps nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from facekit.types import Box, Pixels
from ui.theme import Theme, figures, tokens
from ui.widgets.face_marks import draw_box, draw_label


@dataclass(frozen=True, slots=True)
class FaceMark:
    """A face to be marked; `tone` is a key of face_marks.LOOKS, an empty label leaves the words out."""

    box: Box
    tone: str
    label: str


def image_of(pixels: Pixels) -> QImage:
    """The H×W×3 uint8 RGB array as Qt sees it; the array must live as long as the image."""
    height, width = pixels.shape[:2]
    return QImage(pixels.data, width, height, pixels.strides[0], QImage.Format.Format_RGB888)


class VideoView(QWidget):
    """Shows the newest picture, letterboxed."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._pixels: Pixels | None = None
        self._marks: tuple[FaceMark, ...] = ()
        self._banner = ""
        self._is_dimmed = False
        self.setMinimumSize(QSize(320, 240))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme.changed.connect(self.update)

    def show_picture(self, pixels: Pixels | None, marks: Sequence[FaceMark], *, banner: str = "", is_dimmed: bool = False) -> None:
        """Paint this from now on.

        Args:
            pixels: H×W×3 uint8 RGB; None for an empty ground.
            banner: A line of words across the top of the picture.
            is_dimmed: Whether the picture is not the present one any more.
        """
        self._pixels, self._marks = pixels, tuple(marks)
        self._banner, self._is_dimmed = banner, is_dimmed
        self._describe("; ".join(mark.label or "a face" for mark in marks) or "no face in view")
        self.update()

    def _describe(self, words: str) -> None:
        """For those who do not see; said anew only when it changes."""
        if self.accessibleDescription() != words:
            self.setAccessibleDescription(words)

    def picture_area(self) -> QRectF:
        """Where the picture is painted, in the widget's pixels."""
        if self._pixels is None:
            return QRectF(self.rect())
        height, width = self._pixels.shape[:2]
        scale = min(self.width() / width, self.height() / height)
        return QRectF((self.width() - width * scale) / 2, (self.height() - height * scale) / 2, width * scale, height * scale)

    def paintEvent(self, _: QPaintEvent) -> None:
        """Picture, then marks, then the banner."""
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        area = self.picture_area()
        if self._pixels is None:
            self._paint_ground(painter, area)
        else:
            painter.drawImage(area, image_of(self._pixels))
            self._paint_marks(painter, area, area.width() / self._pixels.shape[1])
        if self._pixels is not None and self._banner:
            self._paint_banner(painter, area)
        painter.end()

    def _paint_ground(self, painter: QPainter, area: QRectF) -> None:
        painter.setPen(QColor(self._theme.palette.line))
        painter.setBrush(QColor(self._theme.palette.surface))
        painter.drawRoundedRect(area.adjusted(0.5, 0.5, -0.5, -0.5), tokens.RADIUS_CARD, tokens.RADIUS_CARD)
        painter.setPen(QColor(self._theme.palette.quiet))
        painter.setFont(figures(tokens.TYPE_EMPHASIS))
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._banner)

    def _paint_marks(self, painter: QPainter, area: QRectF, scale: float) -> None:
        if self._is_dimmed:
            painter.fillRect(area, QColor(0, 0, 0, 120))
        boxes = [_scaled(mark.box, area, scale) for mark in self._marks]
        painter.save()
        painter.setClipRect(area)
        for box, mark in zip(boxes, self._marks, strict=True):
            draw_box(painter, box, mark.tone)
        taken: list[QRectF] = []
        for box, mark in zip(boxes, self._marks, strict=True):
            if mark.label:
                draw_label(painter, box, area, mark.label, mark.tone, taken)
        painter.restore()

    def _paint_banner(self, painter: QPainter, area: QRectF) -> None:
        painter.setFont(figures(tokens.TYPE_BODY, bold=True))
        margin = tokens.SPACE_M
        flags = Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap
        space = area.adjusted(2 * margin, margin + 6, -2 * margin, 0)
        words = QRectF(painter.boundingRect(space, flags, self._banner))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(16, 18, 19, 225))
        painter.drawRoundedRect(words.adjusted(-margin, -6, margin, 6), tokens.RADIUS_CONTROL, tokens.RADIUS_CONTROL)
        painter.setPen(QColor("#F5F5F3"))
        painter.drawText(words, flags, self._banner)


def _scaled(box: Box, area: QRectF, scale: float) -> QRectF:
    return QRectF(area.left() + box.x0 * scale, area.top() + box.y0 * scale, box.width * scale, box.height * scale)
