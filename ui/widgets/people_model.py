"""The list of people as Qt's table views read it. Renaming is asked for, never done here."""

from __future__ import annotations

from typing import Any, Protocol

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from ui.theme import figures

Index = QModelIndex | QPersistentModelIndex
HEADERS = ("Name", "Templates", "Enrolled")
NAME, TEMPLATES, ENROLLED = range(3)


class Row(Protocol):
    """One person, ready to be shown."""

    @property
    def person_id(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def template_count(self) -> int: ...
    @property
    def enrolled(self) -> str: ...


class PeopleModel(QAbstractTableModel):
    """A row a person; the name can be edited."""

    rename_wanted = Signal(int, str)

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[Row, ...] = ()

    def show_rows(self, rows: tuple[Row, ...]) -> None:
        """Show these people from now on."""
        if rows != self._rows:
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()

    def person_id(self, row: int) -> int | None:
        """The person in that row, or None."""
        return self._rows[row].person_id if 0 <= row < len(self._rows) else None

    def row_of(self, person_id: int | None) -> int | None:
        """The row of that person, or None."""
        return next((row for row, person in enumerate(self._rows) if person.person_id == person_id), None)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        """People."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own default
        """Name, templates, enrolled when."""
        return 0 if parent.isValid() else len(HEADERS)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Words, alignment and type of one cell."""
        if not index.isValid():
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            person = self._rows[index.row()]
            return (person.name, person.template_count, person.enrolled)[index.column()]
        if role == Qt.ItemDataRole.FontRole:
            return figures(bold=index.column() == NAME)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(index.column())
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Ask for another name; the list follows when the store has agreed."""
        name = str(value).strip()
        person = self._rows[index.row()]
        if role == Qt.ItemDataRole.EditRole and index.column() == NAME and name and name != person.name:
            self.rename_wanted.emit(person.person_id, name)
        return False

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Names can be edited in place."""
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() == NAME else flags

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The columns' titles."""
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return HEADERS[section]
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(section)
        return None


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column == TEMPLATES else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter
