"""The list of people as Qt's table views read it. Renaming is asked for, never done here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QImage

from facekit.types import Pixels
from ui.theme import figures
from ui.widgets.video_view import image_of

Index = QModelIndex | QPersistentModelIndex
HEADERS = ("Name", "Templates", "Enrolled")
NAME, TEMPLATES, ENROLLED = range(3)
FACE = Qt.ItemDataRole.UserRole
"""The kept picture as a QImage, or None; asked for where it is not there yet."""
SUMMARY = Qt.ItemDataRole.UserRole + 1
"""Templates and day in one line, or what should be done about the person."""
NOTE = Qt.ItemDataRole.UserRole + 2
"""What should be done about the person; empty where nothing."""


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
    @property
    def note(self) -> str: ...


class PeopleModel(QAbstractTableModel):
    """A row a person; the name can be edited."""

    rename_wanted = Signal(int, str)
    faces_wanted = Signal(list)

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[Row, ...] = ()
        self._faces: dict[int, QImage | None] = {}
        self._missing: set[int] = set()
        self._asking = QTimer(self, singleShot=True, interval=0)  # once for all that one paint misses
        self._asking.timeout.connect(self._ask)

    def show_rows(self, rows: tuple[Row, ...]) -> None:
        """Show these people from now on."""
        if rows != self._rows:
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()

    def show_faces(self, faces: Mapping[int, Pixels | None]) -> None:
        """Show these pictures from now on."""
        made = {person_id: face for person_id, face in self._faces.items() if person_id in faces}
        fresh = {person_id: None if pixels is None else image_of(pixels) for person_id, pixels in faces.items() if person_id not in made}
        if fresh or made.keys() != self._faces.keys():
            self._faces = made | fresh
            if self._rows:
                self.dataChanged.emit(self.index(0, NAME), self.index(len(self._rows) - 1, NAME), [FACE])

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
            enrolled = f"{person.enrolled} · {person.note}" if person.note else person.enrolled
            return (person.name, person.template_count, enrolled)[index.column()]
        if role == FACE:
            return self._face(self._rows[index.row()].person_id)
        if role in (SUMMARY, Qt.ItemDataRole.AccessibleDescriptionRole):
            person = self._rows[index.row()]
            count = f"{person.template_count} template{'' if person.template_count == 1 else 's'}"
            return f"{count} · {person.note or person.enrolled.partition(',')[0]}"
        if role == NOTE:
            return self._rows[index.row()].note
        if role == Qt.ItemDataRole.FontRole:
            return figures(bold=index.column() == NAME)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(index.column())
        return None

    def _face(self, person_id: int) -> QImage | None:
        if person_id not in self._faces:
            self._missing.add(person_id)
            self._asking.start()
        return self._faces.get(person_id)

    def _ask(self) -> None:
        missing, self._missing = self._missing, set()
        self.faces_wanted.emit(sorted(missing))

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
