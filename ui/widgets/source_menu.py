"""The button with the source's name, and the menu of what the pictures can come from. The same on every page with a picture."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QToolButton

from ui.actions import action
from ui.sources import SourceChoice, Sources
from ui.theme import Theme

_ACTIONS = ("source_video", "source_folder", "source_stream", "source_synthetic", "source_again")
_WIDEST = 220
_NONE = "Source"


class SourceMenu(QToolButton):
    """Cameras, then the other ways from the table of actions."""

    camera_chosen = Signal(str)
    action_wanted = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._shown: tuple[str, tuple[SourceChoice, ...] | None] = ("", None)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setAccessibleName("Source of the picture")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedHeight(32)
        self.setMenu(QMenu(self))
        theme.changed.connect(self._paint)
        self._paint()

    def bind(self, sources: Sources, trigger: Callable[[str], None]) -> None:
        """Follow the sources, and have what is chosen here done."""
        self.camera_chosen.connect(sources.choose)
        self.action_wanted.connect(trigger)
        sources.observe(lambda: self.show_sources(sources.state.label, sources.cameras))

    def show_sources(self, label: str, cameras: tuple[SourceChoice, ...] | None) -> None:
        """The present source's name, and the cameras there are; None while they are looked for."""
        if (label, cameras) != self._shown:
            self._shown = label, cameras
            self._paint()

    def _paint(self) -> None:
        label, cameras = self._shown
        name = self.fontMetrics().elidedText(label or _NONE, Qt.TextElideMode.ElideMiddle, _WIDEST)
        self.setText(f"{name}  ▾")
        self.setToolTip(label)
        self._theme.set_icon(self, "camera")
        menu = self.menu()
        menu.clear()
        for camera in cameras or ():
            menu.addAction(self._entry("camera", camera.label, self.camera_chosen.emit, camera.spec))
        if not cameras:
            menu.addAction("No camera found" if cameras is not None else "Looking for cameras…").setEnabled(False)
        menu.addSeparator()
        for row in map(action, _ACTIONS):
            menu.addAction(self._entry(row.icon, row.text, self.action_wanted.emit, row.name))

    def _entry(self, icon: str, words: str, emit: Callable[[str], None], what: str) -> QAction:
        made = QAction(self._theme.icon(icon), words, self.menu())
        made.triggered.connect(lambda: emit(what))
        return made
