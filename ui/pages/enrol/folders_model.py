"""The preview of an import as Qt's table views read it: a row a person, ticked where the person is to be stored."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from ui.pages.enrol.state import PersonRow
from ui.theme import figures

Index = QModelIndex | QPersistentModelIndex
HEADERS = ("Person", "Usable", "Refused", "Enrolled already", "Remark")
NAME, USABLE, REFUSED, ENROLLED, REMARK = range(5)


class FoldersModel(QAbstractTableModel):
    """Ticking is asked for, never done here."""

    include_wanted = Signal(int, bool)

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[PersonRow, ...] = ()
        self._can_tick = False

    def show_rows(self, rows: tuple[PersonRow, ...], *, can_tick: bool) -> None:
        """Show these rows from now on; those that came are added without losing the place."""
        if (rows, can_tick) == (self._rows, self._can_tick):
            return
        shown, could_tick = self._rows, self._can_tick
        before, self._can_tick = len(shown), can_tick
        if len(rows) > before:
            self.beginInsertRows(QModelIndex(), before, len(rows) - 1)
            self._rows = rows
            self.endInsertRows()
        elif len(rows) < before:
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()
        changed = [number for number, (old, new) in enumerate(zip(shown, rows, strict=False)) if old != new or could_tick != can_tick]
        self._rows = rows
        if changed:
            self.dataChanged.emit(self.index(changed[0], 0), self.index(changed[-1], REMARK))

    def details(self, row: int) -> str:
        """A line for each picture of that row of which there is something to say."""
        return self._rows[row].details if 0 <= row < len(self._rows) else ""

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        """Persons."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        """See HEADERS."""
        return 0 if parent.isValid() else len(HEADERS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Words, tick, alignment and type of one cell."""
        if not index.isValid():
            return None
        row, column = self._rows[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return (row.name, row.usable, row.refused or "", row.enrolled or "", row.remark)[column]
        if role == Qt.ItemDataRole.CheckStateRole and column == NAME:
            return Qt.CheckState.Checked if row.is_included else Qt.CheckState.Unchecked
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.details or row.remark
        if role == Qt.ItemDataRole.FontRole:
            return figures(bold=column == NAME)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(column)
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Ask for a person to be stored or left out."""
        if role == Qt.ItemDataRole.CheckStateRole and index.column() == NAME:
            self.include_wanted.emit(self._rows[index.row()].number, Qt.CheckState(value) == Qt.CheckState.Checked)
        return False

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Persons with something to store can be ticked."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        may = self._can_tick and index.column() == NAME and self._rows[index.row()].can_include
        return flags | Qt.ItemFlag.ItemIsUserCheckable if may else flags

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The columns' titles."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return HEADERS[section]
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(section)
        return None


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column in (USABLE, REFUSED, ENROLLED) else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter
