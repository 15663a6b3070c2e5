"""The first filters of trained networks beside their maps. Draws a LayersState."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from facekit.types import Pixels
from ui.pages.lab.state import LayersState
from ui.theme import Theme, tokens
from ui.widgets.picture_view import PictureView
from ui.widgets.video_view import image_of

_HEIGHT, _GAP, _MAP_WIDTH = 52, 6, 70
_SIDE_WIDTH = 360


class LayersView(QWidget):
    """A list of filters, each beside its map; the chosen map large."""

    network_chosen = Signal(str)
    filter_chosen = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._state = LayersState()
        self.network = QComboBox()
        self.filters = QListWidget()
        self.large = PictureView(theme)
        self._words, self._trouble = QLabel(wordWrap=True), QLabel(wordWrap=True)
        self._words.setProperty("look", "quiet")
        self._trouble.setProperty("look", "error")
        self._lay_out()
        self.network.activated.connect(lambda index: self.network_chosen.emit(self.network.itemData(index)))
        self.filters.currentRowChanged.connect(self._row_chosen)

    def show_state(self, state: LayersState) -> None:
        """Draw the state."""
        before, self._state = self._state, state
        if before.networks != state.networks:
            self.network.clear()
            for model, words in state.networks:
                self.network.addItem(words, model)
        self.network.setCurrentIndex(max(0, self.network.findData(state.network)))
        if before.filters is not state.filters or before.maps is not state.maps:
            self._show_filters(state)
        has_map = state.chosen < len(state.maps)
        title = f"What filter {state.chosen + 1} responds to"
        self.large.show_picture(state.maps[state.chosen] if has_map else None, title, empty="The filters are being read.")
        self._words.setText(state.words)
        self._trouble.setText(state.trouble)
        self._trouble.setVisible(bool(state.trouble))

    def _show_filters(self, state: LayersState) -> None:
        with QSignalBlocker(self.filters):
            while self.filters.count() > len(state.filters):
                self.filters.takeItem(self.filters.count() - 1)
            while self.filters.count() < len(state.filters):
                self.filters.addItem(QListWidgetItem())
            for index, (weights, made) in enumerate(zip(state.filters, state.maps, strict=True)):
                item = self.filters.item(index)
                item.setIcon(_icon(_side_by_side(weights, made, self.devicePixelRatioF())))
                item.setText(str(index + 1))
                item.setData(Qt.ItemDataRole.AccessibleTextRole, f"Filter {index + 1} and its map")
            self.filters.setCurrentRow(state.chosen if state.filters else -1)

    def _row_chosen(self, row: int) -> None:
        if row >= 0 and row != self._state.chosen:
            self.filter_chosen.emit(row)

    def _lay_out(self) -> None:
        self.network.setAccessibleName("Network")
        self.filters.setAccessibleName("Filters and their maps")
        self.filters.setViewMode(QListWidget.ViewMode.IconMode)
        self.filters.setMovement(QListWidget.Movement.Static)
        self.filters.setResizeMode(QListWidget.ResizeMode.Adjust)
        self.filters.setIconSize(QSize(_HEIGHT + _GAP + _MAP_WIDTH, _HEIGHT))
        self.filters.setUniformItemSizes(True)
        side = QWidget()
        side.setFixedWidth(_SIDE_WIDTH)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(tokens.SPACE_M)
        column.addWidget(self.network)
        column.addWidget(self.filters, 1)
        right = QVBoxLayout()
        right.setSpacing(tokens.SPACE_M)
        right.addWidget(self._words)
        right.addWidget(self._trouble)
        right.addWidget(self.large, 1)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(tokens.SPACE_XL)
        whole.addWidget(side)
        whole.addLayout(right, 1)


def _icon(picture: QPixmap) -> QIcon:
    """The picture as it is, also where it is the chosen one."""
    icon = QIcon(picture)
    icon.addPixmap(picture, QIcon.Mode.Selected)
    return icon


def _side_by_side(weights: Pixels, made: Pixels, ratio: float) -> QPixmap:
    """The filter with its pixels large, and its map small."""
    picture = QPixmap(QSize(_HEIGHT + _GAP + _MAP_WIDTH, _HEIGHT) * ratio)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.drawImage(QPixmap(_HEIGHT, _HEIGHT).rect(), image_of(weights))
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    scale = min(_MAP_WIDTH / made.shape[1], _HEIGHT / made.shape[0])
    size = QSize(round(made.shape[1] * scale), round(made.shape[0] * scale))
    target = QPixmap(size).rect()
    target.moveTo(_HEIGHT + _GAP, (_HEIGHT - size.height()) // 2)
    painter.drawImage(target, image_of(made))
    painter.end()
    return picture
