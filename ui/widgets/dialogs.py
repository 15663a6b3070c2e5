"""The small windows beside the main one: a stream's address, the list of keys, the guide. None blocks the program."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QLabel, QLineEdit, QScrollArea, QTextBrowser, QVBoxLayout, QWidget

from ui.actions import ACTIONS, Menu
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
        body = QWidget()
        form = QFormLayout(body)
        form.setHorizontalSpacing(tokens.SPACE_XL)
        form.setVerticalSpacing(tokens.SPACE_S)
        for menu in Menu:
            rows = [row for row in ACTIONS if row.menu is menu and row.shortcut]
            title = QLabel(menu.value.replace("&", ""))
            title.setProperty("look", "emphasis")
            if rows:
                form.addRow(title)
            for row in rows:
                keys = QLabel(QKeySequence(row.shortcut).toString(QKeySequence.SequenceFormat.NativeText))
                words = QLabel(row.help)
                words.setWordWrap(True)
                form.addRow(keys, words)
        area = QScrollArea(widgetResizable=True)
        area.setAccessibleName("Keys")
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(body)
        _finish(self, area)
        self.resize(620, 520)


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
        _finish(self, self.text)


def guide() -> str:
    """The guide's Markdown: of the checkout, else of the installation."""
    places = (Path(__file__).parents[2] / "docs" / "guide.md", Path(sys.prefix) / "share" / "facekit" / "guide.md")
    found = next((place for place in places if place.is_file()), None)
    return found.read_text(encoding="utf-8") if found else "The guide was not installed with this program: it is docs/guide.md of Facekit."


def _finish(dialog: QDialog, body: QWidget) -> None:
    """The body with a button below it that closes the dialog."""
    buttons = QDialogButtonBox()
    buttons.addButton("Close", QDialogButtonBox.ButtonRole.RejectRole)
    buttons.rejected.connect(dialog.reject)
    whole = QVBoxLayout(dialog)
    whole.setContentsMargins(tokens.SPACE_L, tokens.SPACE_L, tokens.SPACE_L, tokens.SPACE_L)
    whole.addWidget(body)
    whole.addWidget(buttons)
