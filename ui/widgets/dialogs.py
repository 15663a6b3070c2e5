"""The small windows beside the main one: a stream's address, the list of keys, the guide. None blocks the program."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QLabel, QLineEdit, QTextBrowser, QVBoxLayout, QWidget

from ui.actions import ACTIONS
from ui.theme import tokens

_GUIDE_SIZE = (720, 640)
_SCHEMES = ("http://", "https://", "rtsp://", "rtsps://")


class StreamDialog(QDialog):
    """Asks for the address of a network camera."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Connect a stream")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.address = QLineEdit(placeholderText="rtsp://… or http://…")
        self.address.setAccessibleName("Address of the stream")
        self.address.setMinimumWidth(360)
        note = QLabel("The address of the camera on your network, as its maker gives it. MJPEG over HTTP, or RTSP.")
        note.setProperty("look", "quiet")
        note.setWordWrap(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.connect_button = buttons.addButton("Connect", QDialogButtonBox.ButtonRole.AcceptRole)
        self.connect_button.setProperty("look", "main")
        self.connect_button.setEnabled(False)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(tokens.SPACE_L, tokens.SPACE_L, tokens.SPACE_L, tokens.SPACE_L)
        whole.setSpacing(tokens.SPACE_M)
        for part in (note, self.address, buttons):
            whole.addWidget(part)
        self.address.textChanged.connect(self._check)
        buttons.accepted.connect(self._accept)
        buttons.rejected.connect(self.reject)

    def _check(self, address: str) -> None:
        self.connect_button.setEnabled(address.strip().lower().startswith(_SCHEMES))

    def _accept(self) -> None:
        self.chosen.emit(self.address.text().strip())
        self.accept()


class KeysDialog(QDialog):
    """Lists every action that has a key, straight from the table of actions."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keyboard")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        form = QFormLayout(self)
        form.setContentsMargins(tokens.SPACE_L, tokens.SPACE_L, tokens.SPACE_L, tokens.SPACE_L)
        form.setHorizontalSpacing(tokens.SPACE_XL)
        form.setVerticalSpacing(tokens.SPACE_S)
        for row in ACTIONS:
            if row.shortcut:
                keys = QLabel(QKeySequence(row.shortcut).toString(QKeySequence.SequenceFormat.NativeText))
                keys.setProperty("look", "emphasis")
                form.addRow(keys, QLabel(row.help))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        form.addRow(buttons)


class GuideDialog(QDialog):
    """docs/guide.md, as it is read."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Guide")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(*_GUIDE_SIZE)
        self.text = QTextBrowser()
        self.text.setOpenExternalLinks(True)
        self.text.setAccessibleName("Guide")
        self.text.document().setDocumentMargin(tokens.SPACE_L)
        self.text.setMarkdown(guide())
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(tokens.SPACE_L, tokens.SPACE_L, tokens.SPACE_L, tokens.SPACE_L)
        whole.setSpacing(tokens.SPACE_M)
        whole.addWidget(self.text)
        whole.addWidget(buttons)


def guide() -> str:
    """The guide's Markdown: of the checkout, else of the installation."""
    places = (Path(__file__).parents[2] / "docs" / "guide.md", Path(sys.prefix) / "share" / "facekit" / "guide.md")
    found = next((place for place in places if place.is_file()), None)
    return found.read_text(encoding="utf-8") if found else "The guide was not installed with this program: it is docs/guide.md of Facekit."
