"""The Enrol page: a title and a tab for each way."""

from __future__ import annotations

from functools import cached_property

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from ui.pages.enrol.camera_view import CameraView
from ui.pages.enrol.folders_view import FoldersView
from ui.pages.enrol.photos_view import PhotosView
from ui.theme import Theme, tokens
from ui.widgets.source_menu import SourceMenu

CAMERA, PHOTOS, FOLDERS = range(3)


class EnrolView(QWidget):
    """Whatever goes on in one tab goes on while another is in front. A tab is built when it is first wanted."""

    tab_shown = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.camera = CameraView(theme)
        self.tabs = QTabBar()
        self.tabs.setAccessibleName("Ways to enrol")
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setUsesScrollButtons(False)
        for words in ("Camera", "Photos", "Folders"):
            self.tabs.addTab(words)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.camera)
        self.source = SourceMenu(theme)
        title = QLabel("Enrol")
        title.setProperty("look", "title")
        head = QHBoxLayout()
        head.setContentsMargins(tokens.SPACE_L, tokens.SPACE_M, tokens.SPACE_L, 0)
        head.setSpacing(tokens.SPACE_XL)
        head.addWidget(title)
        head.addWidget(self.tabs, 0, Qt.AlignmentFlag.AlignBottom)
        head.addStretch()
        head.addWidget(self.source)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(head)
        whole.addWidget(self.stack, 1)
        self.tabs.currentChanged.connect(self._show_tab)

    @cached_property
    def photos(self) -> PhotosView:
        """The second tab."""
        made = PhotosView(self._theme)
        self.stack.addWidget(made)
        return made

    @cached_property
    def folders(self) -> FoldersView:
        """The third tab."""
        made = FoldersView(self._theme)
        self.stack.addWidget(made)
        return made

    def _show_tab(self, tab: int) -> None:
        self.stack.setCurrentWidget((lambda: self.camera, lambda: self.photos, lambda: self.folders)[tab]())
        self.source.setVisible(tab == CAMERA)
        self.tab_shown.emit(tab)
