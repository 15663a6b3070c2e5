"""The command palette: everything of the table of actions that can be done now, found by typing."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QDialog, QHeaderView, QLabel, QLineEdit, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from ui.actions import plain, search
from ui.theme import Theme, tokens

_WIDTH, _HEIGHT = 560, 420
_MOVES = {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}


class Palette(QDialog):
    """A field and a list; the arrows move in the list while the field is typed in, Enter does what is marked."""

    def __init__(self, parent: QWidget, actions: Mapping[str, QAction], theme: Theme) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._actions = actions
        self._theme = theme
        self.setWindowTitle("Commands")
        self.setProperty("look", "popup")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.query = QLineEdit(placeholderText="What do you want to do?")
        self.query.setAccessibleName("Search the commands")
        self.found = QTreeWidget()
        self.none = QLabel("Nothing of that name can be done here now.")
        self.none.setProperty("look", "quiet")
        self._set_up_list()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(tokens.SPACE_M, tokens.SPACE_M, tokens.SPACE_M, tokens.SPACE_M)
        for part in (self.query, self.none, self.found):
            whole.addWidget(part)
        self.resize(_WIDTH, _HEIGHT)
        corner = parent.mapToGlobal(parent.rect().topLeft())
        self.move(corner.x() + (parent.width() - _WIDTH) // 2, corner.y() + parent.height() // 8)
        self.query.textChanged.connect(self._search)
        self.query.installEventFilter(self)
        self.query.returnPressed.connect(self._do)
        self.found.itemActivated.connect(self._do)
        self.found.itemClicked.connect(self._do)
        self._search("")
        self.query.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The keys that move go to the list."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and Qt.Key(event.key()) in _MOVES:
            self.found.keyPressEvent(event)
            return True
        return super().eventFilter(watched, event)

    def _set_up_list(self) -> None:
        found = self.found
        found.setAccessibleName("Commands")
        found.setColumnCount(2)
        found.setHeaderHidden(True)
        found.setRootIsDecorated(False)
        found.setUniformRowHeights(True)
        found.header().setStretchLastSection(False)
        found.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        found.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)

    def _search(self, query: str) -> None:
        self.found.clear()
        for row in search(query):
            if row.name != "palette" and self._actions[row.name].isEnabled():
                key = QKeySequence(row.shortcut).toString(QKeySequence.SequenceFormat.NativeText)
                item = QTreeWidgetItem([plain(row), key])
                item.setToolTip(0, row.help)
                item.setData(0, Qt.ItemDataRole.UserRole, row.name)
                item.setData(0, Qt.ItemDataRole.AccessibleDescriptionRole, row.help)
                item.setIcon(0, self._theme.icon(row.icon or "play"))
                self.found.addTopLevelItem(item)
        self.none.setVisible(self.found.topLevelItemCount() == 0)
        if (first := self.found.topLevelItem(0)) is not None:
            self.found.setCurrentItem(first)

    def _do(self) -> None:
        """Close first: what is done may open a window of its own."""
        item = self.found.currentItem()
        if item is not None:
            action = self._actions[item.data(0, Qt.ItemDataRole.UserRole)]
            self.close()
            action.trigger()
