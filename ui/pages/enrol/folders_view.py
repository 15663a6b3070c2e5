"""Enrolling a folder of folders: the table of what would be stored, progress with a way out, consent. Draws a FoldersState."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from ui.pages.enrol.folders_model import NAME, REMARK, FoldersModel
from ui.pages.enrol.state import FoldersState, ImportStep
from ui.theme import Theme, tokens
from ui.widgets.drop_area import DropArea, DropZone, folder_dialog
from ui.widgets.enrol_form import TRAINING_HELP, TRAINING_WORDS, label, say

_INVITATION = (
    "Drop a folder here that has a folder for each person, named after them, with their pictures inside. "
    "You see what would be stored before anything is."
)


class FoldersView(DropArea):
    """A drop zone first; then the table, with what belongs to each step below it."""

    folder_chosen = Signal(Path)
    cancelled = Signal()
    another_wanted = Signal()
    people_wanted = Signal()
    consent_given = Signal(bool)
    crops_kept = Signal(bool)
    training_allowed = Signal(bool)
    submitted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._step = ImportStep.CHOOSING
        self.zone = DropZone(theme, "folder", _INVITATION, "Choose a folder…")
        self._trouble = label("", "error")
        self.folder = QLabel()
        self.folder.setProperty("look", "emphasis")
        self.summary = label("", "quiet")
        self.model = FoldersModel()
        self.table = QTableView()
        self.details = label("", "quiet")
        self.bar = QProgressBar()
        self.progress = QLabel()
        self.cancel = QPushButton("Cancel")
        self._consent_text = label("")
        self.consent = QCheckBox("They agree")
        self.crops = QCheckBox("Keep the face pictures too")
        self.training = QCheckBox(TRAINING_WORDS)
        self.training.setToolTip(TRAINING_HELP)
        self.submit = QPushButton("Enrol")
        self.submit.setProperty("look", "main")
        self.people = QPushButton("Go to People")
        self.people.setProperty("look", "main")
        self.back = QPushButton("Choose another folder")
        self.again = QPushButton("Enrol another folder")
        self._set_up_table()
        self._lay_out()
        self._connect()

    def show_state(self, state: FoldersState) -> None:
        """Draw the state."""
        before, self._step = self._step, state.step
        self.stage.setCurrentIndex(0 if state.step is ImportStep.CHOOSING else 1)
        say(self._trouble, state.trouble)
        self.folder.setText(Path(state.folder).name)
        self.folder.setToolTip(state.folder)
        self.summary.setText(state.summary)
        self.model.show_rows(state.rows, can_tick=state.step is ImportStep.REVIEW)
        self.foot.setCurrentIndex({ImportStep.REVIEW: 1, ImportStep.DONE: 2}.get(state.step, 0))
        self.bar.setRange(0, state.total)  # 0 … 0 is Qt's "on its way"
        self.bar.setValue(state.finished)
        self.progress.setText(state.progress)
        self._consent_text.setText(state.consent_text)
        self.consent.setChecked(state.has_consent)
        self.crops.setChecked(state.keeps_crops)
        self.training.setChecked(state.allows_training)
        self.training.setEnabled(state.keeps_crops)
        self.submit.setText(state.submit)
        self.submit.setEnabled(state.can_submit)
        self._show_details()
        if state.step is ImportStep.REVIEW is not before and self.isVisible():
            self.table.setFocus()
            self.table.setCurrentIndex(self.model.index(0, NAME))

    def choose_folder(self) -> None:
        """Open the dialog for a folder."""
        dialog = folder_dialog(self, "Choose a folder with a folder for each person")
        dialog.fileSelected.connect(lambda folder: self.folder_chosen.emit(Path(folder)))
        dialog.open()

    def _show_details(self) -> None:
        """What the chosen row has to say of its pictures."""
        say(self.details, self.model.details(self.table.currentIndex().row()))

    def _set_up_table(self) -> None:
        table = self.table
        table.setModel(self.model)
        table.setAccessibleName("Persons found in the folder")
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setTabKeyNavigation(False)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(36)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setResizeContentsPrecision(0)  # the rows in sight: all of 1,000 would hold the window up
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Interactive)
        header.resizeSection(NAME, 200)
        header.setSectionResizeMode(REMARK, QHeaderView.ResizeMode.Stretch)

    def _lay_out(self) -> None:
        listed = QWidget()
        column = QVBoxLayout(listed)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(tokens.SPACE_M)
        head = QHBoxLayout()
        head.addWidget(self.folder)
        head.addWidget(self.summary, 1)
        column.addLayout(head)
        column.addWidget(self.table, 1)
        column.addWidget(self.details)
        self.foot = QStackedWidget()
        self.foot.setSizePolicy(self.foot.sizePolicy().horizontalPolicy(), self.bar.sizePolicy().verticalPolicy())
        for part in (self._progress_foot(), self._review_foot(), self._done_foot()):
            self.foot.addWidget(part)
        column.addWidget(self.foot)
        self.stage = QStackedWidget()
        self.stage.addWidget(self.zone)
        self.stage.addWidget(listed)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(tokens.SPACE_L, tokens.SPACE_M, tokens.SPACE_L, tokens.SPACE_L)
        whole.setSpacing(tokens.SPACE_M)
        whole.addWidget(self._trouble)
        whole.addWidget(self.stage, 1)

    def _progress_foot(self) -> QWidget:
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("Progress")
        foot, row = _row()
        row.addWidget(self.bar, 1)
        row.addWidget(self.progress)
        row.addWidget(self.cancel)
        return foot

    def _review_foot(self) -> QWidget:
        foot, row = _row()
        words = QVBoxLayout()
        words.setSpacing(tokens.SPACE_XS)
        words.addWidget(self._consent_text)
        boxes = QHBoxLayout()
        boxes.addWidget(self.consent)
        boxes.addWidget(self.crops)
        boxes.addWidget(self.training)
        boxes.addStretch()
        words.addLayout(boxes)
        row.addLayout(words, 1)
        row.addWidget(self.back, 0, Qt.AlignmentFlag.AlignBottom)
        row.addWidget(self.submit, 0, Qt.AlignmentFlag.AlignBottom)
        return foot

    def _done_foot(self) -> QWidget:
        foot, row = _row()
        row.addStretch()
        row.addWidget(self.again, 0, Qt.AlignmentFlag.AlignBottom)
        row.addWidget(self.people, 0, Qt.AlignmentFlag.AlignBottom)
        return foot

    def _connect(self) -> None:
        self.dropped.connect(lambda paths: self.folder_chosen.emit(paths[0]))
        self.zone.dropped.connect(self.dropped)
        self.zone.button.clicked.connect(self.choose_folder)
        self.table.selectionModel().currentRowChanged.connect(self._row_chosen)
        for button, signal in (
            (self.cancel, self.cancelled),
            (self.back, self.another_wanted),
            (self.again, self.another_wanted),
            (self.people, self.people_wanted),
            (self.submit, self.submitted),
        ):
            button.clicked.connect(signal)
        self.consent.clicked.connect(self.consent_given)
        self.crops.clicked.connect(self.crops_kept)
        self.training.clicked.connect(self.training_allowed)

    def _row_chosen(self, _now: QModelIndex, _before: QModelIndex) -> None:
        self._show_details()


def _row() -> tuple[QWidget, QHBoxLayout]:
    made = QWidget()
    row = QHBoxLayout(made)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(tokens.SPACE_M)
    return made, row
