"""A part of the window that takes files dropped on it, or chosen in a dialog."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent
from PySide6.QtWidgets import QFileDialog, QFrame, QLabel, QPushButton, QVBoxLayout, QWidget

from ui.theme import Theme, icons, tokens

PICTURES = "Pictures (*.jpg *.jpeg *.png *.webp *.bmp *.tif *.tiff *.gif);;All files (*)"


class DropArea(QFrame):
    """Shows by its border that it would take what is dragged over it."""

    dropped = Signal(list)
    """The paths, as Path."""

    def __init__(self) -> None:
        super().__init__()
        self.setAcceptDrops(True)
        self.setProperty("look", "drop")
        self.setProperty("over", "no")

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files, and nothing else."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()
            self._mark("yes")

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """The files went elsewhere."""
        super().dragLeaveEvent(event)
        self._mark("no")

    def dropEvent(self, event: QDropEvent) -> None:
        """Tell which files."""
        event.acceptProposedAction()
        self._mark("no")
        self.dropped.emit([Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()])

    def _mark(self, is_over: str) -> None:
        self.setProperty("over", is_over)
        self.style().unpolish(self)
        self.style().polish(self)


class DropZone(DropArea):
    """An invitation to drop files, with a button for those who would rather choose them."""

    def __init__(self, theme: Theme, icon: str, words: str, button: str) -> None:
        super().__init__()
        self._theme = theme
        self._icon_name = icon
        self.setProperty("look", "drop-zone")
        self._icon = QLabel()
        self.words = QLabel(words)
        self.words.setProperty("look", "quiet")
        self.words.setWordWrap(True)
        self.button = QPushButton(button)
        for made in (self._icon, self.words):
            made.setAlignment(Qt.AlignmentFlag.AlignCenter)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(tokens.SPACE_L, tokens.SPACE_L, tokens.SPACE_L, tokens.SPACE_L)
        whole.setSpacing(tokens.SPACE_M)
        whole.addStretch()
        whole.addWidget(self._icon)
        whole.addWidget(self.words)
        whole.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        whole.addStretch()
        theme.changed.connect(self._paint_icon)
        self._paint_icon()

    def _paint_icon(self) -> None:
        self._icon.setPixmap(icons.pixmap(self._icon_name, self._theme.palette.quiet, 40, ratio=self.devicePixelRatioF()))


def pictures_dialog(parent: QWidget, title: str, *, is_one: bool = False) -> QFileDialog:
    """A dialog for picture files; the caller connects filesSelected and opens it."""
    dialog = QFileDialog(parent, title, "", PICTURES)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile if is_one else QFileDialog.FileMode.ExistingFiles)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return dialog


def folder_dialog(parent: QWidget, title: str) -> QFileDialog:
    """A dialog for one folder; the caller connects fileSelected and opens it."""
    dialog = QFileDialog(parent, title)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return dialog
