"""The Lab page's frame: the picture that is worked on, and the three parts as tabs. Draws a PictureState."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QPushButton, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from ui.pages.lab.filters_view import FiltersView
from ui.pages.lab.layers_view import LayersView
from ui.pages.lab.state import Finding, PictureState
from ui.pages.lab.systems_view import SystemsView
from ui.theme import Theme, tokens

FILTERS, LAYERS, SYSTEMS = range(3)


class LabView(QWidget):
    """Filters, trained filters, systems."""

    live_toggled = Signal(bool)
    file_chosen = Signal(Path)
    person_wanted = Signal()
    part_chosen = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.filters, self.layers, self.systems = FiltersView(theme), LayersView(theme), SystemsView(theme)
        self.tabs = QTabBar()
        self.live, self.file, self.person = QPushButton("Live"), QPushButton("Picture from a file…"), QPushButton("Synthetic person")
        self._words, self._trouble = QLabel(), QLabel(wordWrap=True)
        self._lay_out()
        self._connect()
        self._paint_icons()

    def show_state(self, state: PictureState) -> None:
        """Draw the state."""
        self.live.setEnabled(state.can_be_live)
        self.live.setChecked(state.is_live)
        self._words.setText(f"On {state.words}" if state.words else "")
        self._trouble.setText(state.trouble)
        self._trouble.setVisible(bool(state.trouble))
        self.systems.show_picture(Finding(state.pixels))

    def _lay_out(self) -> None:
        title = QLabel("Lab")
        title.setProperty("look", "title")
        self._words.setProperty("look", "quiet")
        self._trouble.setProperty("look", "error")
        self.live.setCheckable(True)
        self.live.setToolTip("Work on the newest picture of the source, again and again")
        self.person.setToolTip("Work on a picture of somebody who does not exist; each time of another")
        head = QHBoxLayout()
        head.setSpacing(tokens.SPACE_S)
        head.addWidget(title)
        head.addWidget(self._words)
        head.addStretch()
        for button in (self.live, self.file, self.person):
            button.setFixedHeight(32)
            head.addWidget(button)
        self.tabs.setAccessibleName("Parts of the lab")
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.stage = QStackedWidget()
        parts = (("Filters", self.filters), ("Trained filters", self.layers), ("Systems", self.systems))
        for words, part in parts:
            self.tabs.addTab(words)
            self.stage.addWidget(part)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(tokens.SPACE_L, tokens.SPACE_M, tokens.SPACE_L, tokens.SPACE_L)
        whole.setSpacing(tokens.SPACE_M)
        whole.addLayout(head)
        whole.addWidget(self._trouble)
        whole.addWidget(self.tabs)
        whole.addWidget(self.stage, 1)

    def _connect(self) -> None:
        self.live.clicked.connect(self.live_toggled)
        self.file.clicked.connect(self._ask_for_file)
        self.person.clicked.connect(self.person_wanted)
        self.tabs.currentChanged.connect(self.stage.setCurrentIndex)
        self.tabs.currentChanged.connect(self.part_chosen)
        self._theme.changed.connect(self._paint_icons)

    def _ask_for_file(self) -> None:
        dialog = QFileDialog(self, "Choose a picture", "", "Pictures (*.jpg *.jpeg *.png *.webp *.bmp *.tif *.tiff *.gif);;All files (*)")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda path: self.file_chosen.emit(Path(path)))
        dialog.open()

    def _paint_icons(self) -> None:
        self._theme.set_icon(self.live, "live")
        self._theme.set_icon(self.file, "folder")
        self._theme.set_icon(self.person, "synthetic")
