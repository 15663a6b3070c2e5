"""The people as cards: a face or the first letter, the name, and since when. The same model as the table's."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from ui.theme import Theme, figures, tokens
from ui.widgets.face_card import rounded
from ui.widgets.people_model import FACE, NOTE, SUMMARY

Index = QModelIndex | QPersistentModelIndex
_CARD = QSize(236, 76)
_FACE = 52


class CardList(QListView):
    """Cards in rows, as many beside each other as there is room for."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setProperty("look", "cards")
        self.setAccessibleName("Enrolled people")
        self.setItemDelegate(_CardDelegate(theme, self))
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setSpacing(tokens.SPACE_XS)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.DoubleClicked)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        theme.changed.connect(self.viewport().update)


class _CardDelegate(QStyledItemDelegate):
    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return _CARD

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, _index: Index) -> None:
        editor.setGeometry(_words(option.rect))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """The chosen card has a thick border as well as another ground; the current one the ring of the keyboard's focus."""
        rect, state, colours = option.rect, option.state, self._theme.palette
        is_chosen = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        is_hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        painter.setPen(QPen(QColor(colours.accent if is_chosen else colours.line), 2 if is_chosen else 1))
        painter.setBrush(QColor(colours.hover if is_chosen or is_hovered else colours.surface))
        painter.drawRoundedRect(QRectF(rect).adjusted(1, 1, -1, -1), tokens.RADIUS_CARD, tokens.RADIUS_CARD)
        if state & QStyle.StateFlag.State_HasFocus and state & QStyle.StateFlag.State_KeyboardFocusChange:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(colours.text), 1, Qt.PenStyle.DotLine))
            painter.drawRoundedRect(QRectF(rect).adjusted(4, 4, -4, -4), tokens.RADIUS_CONTROL, tokens.RADIUS_CONTROL)
        self._paint_face(painter, rect, index)
        self._paint_words(painter, _words(rect), index)
        painter.restore()

    def _paint_face(self, painter: QPainter, rect: QRect, index: Index) -> None:
        place = QRect(rect.left() + tokens.SPACE_M, rect.top() + (rect.height() - _FACE) // 2, _FACE, _FACE)
        face = index.data(FACE)
        if face is not None:
            ratio = painter.device().devicePixelRatioF()
            painter.drawPixmap(place, rounded(face, _FACE, ratio, QColor(self._theme.palette.line)))
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._theme.palette.line))
        painter.drawRoundedRect(place, tokens.RADIUS_CONTROL, tokens.RADIUS_CONTROL)
        painter.setFont(figures(tokens.TYPE_TITLE, bold=True))
        painter.setPen(QColor(self._theme.palette.text))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, str(index.data())[:1].upper())

    def _paint_words(self, painter: QPainter, place: QRect, index: Index) -> None:
        colours, top, bottom = self._theme.palette, Qt.AlignmentFlag.AlignTop, Qt.AlignmentFlag.AlignBottom
        lines = (
            (figures(tokens.TYPE_EMPHASIS, bold=True), index.data(), colours.text, top),
            (figures(tokens.TYPE_CAPTION), index.data(SUMMARY), colours.amber if index.data(NOTE) else colours.quiet, bottom),
        )
        for font, words, colour, alignment in lines:
            painter.setFont(font)
            painter.setPen(QColor(colour))
            painter.drawText(place, alignment, QFontMetrics(font).elidedText(str(words), Qt.TextElideMode.ElideRight, place.width()))


def _words(card: QRect) -> QRect:
    """Where the words of a card stand: right of the face."""
    left = card.left() + _FACE + 2 * tokens.SPACE_M
    return QRect(left, card.top() + 18, card.right() - left - tokens.SPACE_S, card.height() - 36)
