"""Enrolling from photos: a place to drop them, a grid of what became of each, and the form. Draws a PhotosState."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ui.pages.enrol.camera_view import side_frame
from ui.pages.enrol.state import PhotoCell, PhotosState, PhotoStatus
from ui.theme import Theme, icons, tokens
from ui.widgets.done_panel import DonePanel
from ui.widgets.drop_area import DropArea, DropZone, pictures_dialog
from ui.widgets.enrol_form import EnrolForm, label, picture_button, picture_label, say

_CELL_WIDTH = 196
_SIGNS = {PhotoStatus.TAKEN: "check", PhotoStatus.REFUSED: "warning", PhotoStatus.CHOOSE: "question"}


class PhotosView(DropArea):
    """Pictures may be dropped anywhere on it."""

    choice_made = Signal(int, int)
    removal_wanted = Signal(int)
    clear_wanted = Signal()
    live_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._state = PhotosState()
        self.zone = DropZone(
            theme,
            "people",
            "Drop photos of one person here. One good photo is enough; two or three in different light are better.",
            "Choose photos…",
        )
        self.more = QPushButton("Add photos…")
        self.clear = QPushButton("Clear")
        self.grid = QGridLayout()
        self._trouble = label("", "error")
        self.form = EnrolForm(theme, "Who is it?", has_pictures=False)
        self.done = DonePanel(theme)
        self._lay_out()
        self._connect()

    def show_state(self, state: PhotosState) -> None:
        """Draw the state."""
        before, self._state = self._state, state
        self.stage.setCurrentIndex(1 if state.cells else 0)
        if [(c.number, c.status, c.words) for c in state.cells] != [(c.number, c.status, c.words) for c in before.cells]:
            self._paint_cells()
        say(self._trouble, state.trouble)
        self.form.show_form(state.form)
        self.done.show_words(state.done)
        self.side.setCurrentIndex((1 if state.done else 2) if not state.cells else 0)

    def choose_files(self) -> None:
        """Open the dialog for pictures."""
        dialog = pictures_dialog(self, "Choose photos of one person")
        dialog.filesSelected.connect(self._chosen)
        dialog.open()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """As many columns as there is room for."""
        super().resizeEvent(event)
        if self.grid.count() and self._columns() != self._painted_columns:
            self._paint_cells()

    def _chosen(self, files: list[str]) -> None:
        self.dropped.emit([Path(file) for file in files])

    def _columns(self) -> int:
        return max(1, (self._scroller.viewport().width() - tokens.SPACE_S) // (_CELL_WIDTH + tokens.SPACE_M))

    def _paint_cells(self) -> None:
        while item := self.grid.takeAt(0):
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        self._painted_columns = self._columns()
        for place, cell in enumerate(self._state.cells):
            self.grid.addWidget(self._cell(cell), place // self._painted_columns, place % self._painted_columns, Qt.AlignmentFlag.AlignTop)

    def _cell(self, cell: PhotoCell) -> QWidget:
        made = QFrame()
        made.setProperty("look", "card")
        made.setFixedWidth(_CELL_WIDTH)
        made.setAccessibleName(f"{cell.name}: {cell.words}")
        whole = QVBoxLayout(made)
        whole.setContentsMargins(tokens.SPACE_M, tokens.SPACE_S, tokens.SPACE_S, tokens.SPACE_M)
        whole.setSpacing(tokens.SPACE_S)
        whole.addLayout(self._cell_head(cell))
        if cell.faces:
            whole.addLayout(self._cell_faces(cell))
        whole.addLayout(self._cell_words(cell))
        return made

    def _cell_head(self, cell: PhotoCell) -> QHBoxLayout:
        name = QLabel()
        name.setText(name.fontMetrics().elidedText(cell.name, Qt.TextElideMode.ElideMiddle, _CELL_WIDTH - 60))
        name.setToolTip(cell.name)
        name.setProperty("look", "caption")
        remove = QToolButton()
        remove.setProperty("look", "plain")
        remove.setAccessibleName(f"Leave {cell.name} out")
        remove.setToolTip("Leave it out")
        self._theme.set_icon(remove, "close", size=12)
        remove.clicked.connect(lambda: self.removal_wanted.emit(cell.number))
        row = QHBoxLayout()
        row.addWidget(name, 1)
        row.addWidget(remove)
        return row

    def _cell_faces(self, cell: PhotoCell) -> QGridLayout:
        faces = QGridLayout()
        faces.setSpacing(tokens.SPACE_XS)
        if cell.status is PhotoStatus.TAKEN:
            faces.addWidget(picture_label(self._theme, cell.faces[0]), 0, 0, Qt.AlignmentFlag.AlignLeft)
        for index, pixels in enumerate(cell.faces if cell.status is PhotoStatus.CHOOSE else ()):
            button = picture_button(self._theme, pixels)
            button.setAccessibleName(f"{cell.name}, face {index + 1}: it is this one")
            button.setToolTip("It is this one")
            button.clicked.connect(lambda _=False, index=index: self.choice_made.emit(cell.number, index))
            faces.addWidget(button, index // 2, index % 2, Qt.AlignmentFlag.AlignLeft)
        faces.setColumnStretch(2, 1)
        return faces

    def _cell_words(self, cell: PhotoCell) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(tokens.SPACE_XS)
        if sign := _SIGNS.get(cell.status):
            colours = self._theme.palette
            mark = QLabel()
            colour = colours.accent if cell.status is PhotoStatus.TAKEN else colours.amber
            mark.setPixmap(icons.pixmap(sign, colour, 16, ratio=self.devicePixelRatioF()))
            row.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(label(cell.words, "" if cell.status is not PhotoStatus.WAITING else "quiet"), 1)
        return row

    def _lay_out(self) -> None:
        self._painted_columns = 0
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        self.grid.setSpacing(tokens.SPACE_M)
        row = QHBoxLayout()
        row.addLayout(self.grid)
        row.addStretch()
        column.addLayout(row)
        column.addStretch()
        self._scroller = QScrollArea(widgetResizable=True)
        self._scroller.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroller.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroller.setWidget(inside)
        listed = QWidget()
        whole = QVBoxLayout(listed)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(tokens.SPACE_M)
        buttons = QHBoxLayout()
        buttons.addWidget(self.more)
        buttons.addWidget(self.clear)
        buttons.addStretch()
        whole.addLayout(buttons)
        whole.addWidget(self._scroller, 1)
        self.stage = QStackedWidget()
        self.stage.addWidget(self.zone)
        self.stage.addWidget(listed)
        left = QVBoxLayout()
        left.setContentsMargins(tokens.SPACE_L, tokens.SPACE_M, tokens.SPACE_L, tokens.SPACE_L)
        left.addWidget(self._trouble)
        left.addWidget(self.stage, 1)
        self.side = QStackedWidget()
        self.side.addWidget(self.form)
        self.side.addWidget(self.done)
        self.side.addWidget(_explanation())
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addLayout(left, 1)
        outer.addWidget(side_frame(self.side))

    def _connect(self) -> None:
        self.zone.dropped.connect(self.dropped)
        for button in (self.zone.button, self.more):
            button.clicked.connect(self.choose_files)
        self.clear.clicked.connect(self.clear_wanted)
        self.done.another_wanted.connect(self.clear_wanted)
        self.done.live_wanted.connect(self.live_wanted)
        self._theme.changed.connect(self._paint_cells)


def _explanation() -> QWidget:
    made = QWidget()
    whole = QVBoxLayout(made)
    whole.setContentsMargins(tokens.SPACE_L, tokens.SPACE_M, tokens.SPACE_L, tokens.SPACE_M)
    whole.setSpacing(tokens.SPACE_M)
    whole.addWidget(label("Photos first", "title"))
    whole.addWidget(
        label("Each is looked at as it comes: taken, or refused with the reason. Then follow their consent and the name.", "quiet")
    )
    whole.addStretch()
    return made
