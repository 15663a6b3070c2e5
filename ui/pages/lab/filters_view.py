"""The lab's filters: the grid and its choices at the left, the maps at the right. Draws a FiltersState."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QGridLayout, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from ui.pages.lab.state import FiltersState
from ui.theme import Theme, tokens
from ui.widgets.picture_view import PictureView

_CELL_WIDTH = 46
_SIDE_WIDTH = 272
_PRESETS = (
    ("vertical", "Vertical edges"),
    ("horizontal", "Horizontal edges"),
    ("sobel", "Sobel"),
    ("scharr", "Scharr"),
    ("own", "Your own"),
)
_PADDINGS = (("valid", "Valid: none"), ("same", "Same: the size stays"))
_POOLINGS = (("none", "None"), ("max", "Largest of 2×2"), ("average", "Mean of 2×2"))
_STRIDES = (1, 2, 3, 4)
_SIDES = ((32, "32 pixels"), (64, "64 pixels"), (128, "128 pixels"), (256, "256 pixels"), (0, "As it is"))


class FiltersView(QWidget):
    """Every change is worked at once."""

    preset_chosen = Signal(str)
    size_chosen = Signal(int)
    cell_typed = Signal(int, int, str)
    padding_chosen = Signal(str)
    stride_chosen = Signal(int)
    pooling_chosen = Signal(str)
    side_chosen = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._state = FiltersState()
        self.preset, self.extent, self.padding, self.stride, self.pooling, self.side = (QComboBox() for _ in range(6))
        self.cells: dict[tuple[int, int], QLineEdit] = {}
        self._grid = QGridLayout()
        self._trouble = QLabel(wordWrap=True)
        self._trouble.setProperty("look", "error")
        self.arithmetic = QLabel(wordWrap=True)
        self.arithmetic.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.views = tuple(PictureView(theme) for _ in range(3))
        self._fill()
        self._lay_out()
        self._connect()

    def show_state(self, state: FiltersState) -> None:
        """Draw the state; what is being typed is left alone."""
        self._state = state
        if len(state.cells) ** 2 != len(self.cells):
            self._make_cells(len(state.cells))
        for (row, column), cell in self.cells.items():
            if cell.text() != state.cells[row][column]:
                cell.setText(state.cells[row][column])
        chosen = ((self.preset, state.preset), (self.extent, len(state.cells)), (self.padding, state.padding))
        for box, value in (*chosen, (self.stride, state.stride), (self.pooling, state.pooling), (self.side, state.side)):
            box.setCurrentIndex(max(0, box.findData(value)))
        self._trouble.setText(state.trouble)
        self._trouble.setVisible(bool(state.trouble))
        self.arithmetic.setText("\n".join(state.arithmetic))
        for index, view in enumerate(self.views):
            made = state.maps[index] if index < len(state.maps) else None
            view.show_picture(made.pixels if made else None, made.title if made else "", made.size if made else "", empty=_EMPTY[index])
            view.setVisible(index < 2 or state.pooling != "none")

    def _fill(self) -> None:
        choices = ((self.preset, _PRESETS), (self.padding, _PADDINGS), (self.pooling, _POOLINGS))
        for box, rows in choices:
            for value, words in rows:
                box.addItem(words, value)
        for size in (3, 5):
            self.extent.addItem(f"{size} × {size}", size)
        for stride in _STRIDES:
            self.stride.addItem(str(stride), stride)
        for side, words in _SIDES:
            self.side.addItem(words, side)

    def _make_cells(self, size: int) -> None:
        for cell in self.cells.values():
            self._grid.removeWidget(cell)
            cell.hide()
            cell.deleteLater()
        self.cells = {(row, column): self._make_cell(row, column) for row in range(size) for column in range(size)}

    def _make_cell(self, row: int, column: int) -> QLineEdit:
        cell = QLineEdit()
        cell.setAccessibleName(f"Filter, row {row + 1}, column {column + 1}")
        cell.setAlignment(Qt.AlignmentFlag.AlignRight)
        cell.setFixedWidth(_CELL_WIDTH)
        cell.textEdited.connect(lambda text: self.cell_typed.emit(row, column, text))
        self._grid.addWidget(cell, row, column)
        return cell

    def _lay_out(self) -> None:
        self._grid.setSpacing(tokens.SPACE_XS)
        self._grid.setAlignment(Qt.AlignmentFlag.AlignLeft)
        form = QFormLayout()
        form.setSpacing(tokens.SPACE_S)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        rows = (("Picture", self.side), ("Padding", self.padding), ("Stride", self.stride), ("Pooling", self.pooling))
        for words, box in (("Filter", self.preset), ("Size", self.extent), *rows):
            box.setAccessibleName(words)
            label = QLabel(words)
            label.setBuddy(box)
            label.setMinimumHeight(box.sizeHint().height())
            form.addRow(label, box)
        side = QWidget()
        side.setFixedWidth(_SIDE_WIDTH)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(tokens.SPACE_M)
        column.addLayout(form)
        column.addLayout(self._grid)
        column.addWidget(self._trouble)
        column.addStretch()
        maps = QGridLayout()
        maps.setSpacing(tokens.SPACE_L)
        for index, view in enumerate(self.views):
            maps.addWidget(view, index // 2, index % 2)
        self.arithmetic.setAlignment(Qt.AlignmentFlag.AlignTop)
        maps.addWidget(self.arithmetic, 1, 1)
        for index in range(2):
            maps.setColumnStretch(index, 1)
            maps.setRowStretch(index, 1)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(tokens.SPACE_XL)
        whole.addWidget(side)
        whole.addLayout(maps, 1)

    def _connect(self) -> None:
        self.preset.activated.connect(lambda index: self.preset_chosen.emit(self.preset.itemData(index)))
        self.extent.activated.connect(lambda index: self.size_chosen.emit(self.extent.itemData(index)))
        self.padding.activated.connect(lambda index: self.padding_chosen.emit(self.padding.itemData(index)))
        self.pooling.activated.connect(lambda index: self.pooling_chosen.emit(self.pooling.itemData(index)))
        self.side.activated.connect(lambda index: self.side_chosen.emit(self.side.itemData(index)))
        self.stride.activated.connect(lambda index: self.stride_chosen.emit(self.stride.itemData(index)))


_EMPTY = ("The picture", "Its map under the filter", "The pooled map")
