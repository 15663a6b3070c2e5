"""One face in view, in words: picture, name, distance on its scale, how long, and enrolling."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen, QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout

from ui.theme import Theme, icons, tokens
from ui.widgets.distance_scale import DistanceScale
from ui.widgets.face_marks import LOOKS

_THUMB = 56


class FaceCard(QFrame):
    """A card of the list "In view"."""

    enrol_wanted = Signal()
    exclude_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._tone = ""
        self.setProperty("look", "card")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._thumb = QLabel()
        self._thumb.setFixedSize(QSize(_THUMB, _THUMB))
        self._sign = QLabel()
        self._title = QLabel()
        self._title.setProperty("look", "emphasis")
        self._title.setWordWrap(True)
        self._since = QLabel()
        self._since.setProperty("look", "caption")
        self._since.setWordWrap(True)
        self._scale = DistanceScale(theme)
        self.enrol = QPushButton("Enrol…")
        self.enrol.clicked.connect(self.enrol_wanted)
        self.exclude = QPushButton("Not this person…")
        self.exclude.clicked.connect(self.exclude_wanted)
        self._lay_out()
        theme.changed.connect(self._paint_sign)

    def _lay_out(self) -> None:
        name = QHBoxLayout()
        name.setSpacing(tokens.SPACE_XS)
        name.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        name.addWidget(self._title, 1)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addLayout(name)
        words.addWidget(self._since)
        words.addStretch()
        top = QHBoxLayout()
        top.setSpacing(tokens.SPACE_M)
        top.addWidget(self._thumb, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(words, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(tokens.SPACE_M, tokens.SPACE_M, tokens.SPACE_M, tokens.SPACE_M)
        whole.setSpacing(tokens.SPACE_S)
        whole.addLayout(top)
        whole.addWidget(self._scale)
        whole.addWidget(self.enrol)
        whole.addWidget(self.exclude)

    def offer(self, *, can_enrol: bool, can_exclude: bool) -> None:
        """Offer to enrol the face, or to say that the name is wrong."""
        self.enrol.setVisible(can_enrol)
        self.enrol.setAccessibleName("Enrol the face that is not recognized")
        self.exclude.setVisible(can_exclude)
        self.exclude.setAccessibleName(f"This is not {self._title.text()}")

    def show_face(self, title: str, tone: str, distance: float | None, threshold: float, details: str, since: str) -> None:
        """The words and the scale."""
        self._title.setText(title)
        self._since.setText(details)
        self._since.setToolTip(f"In view since {since}")
        self._scale.setVisible(distance is not None)
        self._scale.show_distance(distance, threshold)
        self.setAccessibleName(f"{title}, {self._since.text()}")
        if tone != self._tone:
            self._tone = tone
            self.setProperty("look", "question" if tone == "uncertain" else "card")
            self.style().unpolish(self)
            self.style().polish(self)
            self._paint_sign()

    def show_crop(self, picture: QImage, box: QRect) -> None:
        """The face, cut out of the whole picture."""
        side = round(max(box.width(), box.height()) * 1.15)
        square = QRect(0, 0, side, side)
        square.moveCenter(box.center())
        self._thumb.setPixmap(rounded(picture.copy(square), _THUMB, self.devicePixelRatioF(), QColor(self._theme.palette.line)))

    def _paint_sign(self) -> None:
        sign = LOOKS[self._tone].sign if self._tone else ""
        self._sign.setVisible(bool(sign))
        if sign:
            colour = self._theme.palette.amber if sign == "question" else self._theme.palette.accent
            self._sign.setPixmap(icons.pixmap(sign, colour, 18, ratio=self.devicePixelRatioF()))


def rounded(picture: QImage, side: int, ratio: float, line: QColor) -> QPixmap:
    """The picture as a square of `side` logical pixels with round corners."""
    made = QPixmap(QSize(side, side) * ratio)
    made.setDevicePixelRatio(ratio)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
    path = QPainterPath()
    path.addRoundedRect(QRectF(0.5, 0.5, side - 1, side - 1), tokens.RADIUS_CONTROL, tokens.RADIUS_CONTROL)
    painter.setClipPath(path)
    painter.drawImage(QRectF(0, 0, side, side), picture)
    painter.setClipping(False)
    painter.setPen(QPen(line, 1))
    painter.drawPath(path)
    painter.end()
    return made
