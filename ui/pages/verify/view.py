"""The Verify page's widgets: the claim at the left, the probe at the right, the verdict below. Draws a VerifyState."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from ui.pages.verify.state import ClaimKind, ProbeKind, Shown, Verdict, VerifyState
from ui.theme import Theme, icons, tokens
from ui.widgets.drop_area import DropArea, DropZone, pictures_dialog
from ui.widgets.enrol_form import label, picture_button, say
from ui.widgets.face_card import rounded
from ui.widgets.question_bar import QuestionBar
from ui.widgets.source_menu import SourceMenu
from ui.widgets.verdict_scale import VerdictScale
from ui.widgets.video_view import FaceMark, VideoView, image_of

_FACE = 72
_CHOICE = 52
_SIGNS = {Verdict.SAME: "check", Verdict.DIFFERENT: "close", Verdict.UNCERTAIN: "question", Verdict.POOR: "warning"}
_TONES = {Verdict.SAME: "match", Verdict.UNCERTAIN: "uncertain", Verdict.POOR: "poor"}


class VerifyView(QWidget):
    """Everything can be reached by the keyboard, and a photo dropped on either side."""

    claim_kind_chosen = Signal(str)
    probe_kind_chosen = Signal(str)
    query_changed = Signal(str)
    person_chosen = Signal(int)
    photo_chosen = Signal(str, Path)
    face_chosen = Signal(str, int)
    enrol_wanted = Signal()
    exclusion_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._state = VerifyState()
        self.claim_tabs = _tabs("What the face is held against", "Person", "Photo")
        self.probe_tabs = _tabs("Where the face comes from", "Camera", "Photo")
        self.people = PersonPicker(theme)
        self.claim_photo = PhotoSide(theme, "Drop a photo of the claimed person here.")
        self.probe_photo = PhotoSide(theme, "Drop the photo to verify here.")
        self.video = VideoView(theme)
        self.video.setAccessibleName("Camera picture")
        self.source = SourceMenu(theme)
        self._sign = QLabel()
        self.words = label("", "emphasis")
        self.exclude = QPushButton("Not this person…")
        self.question = QuestionBar("Cancel", "Remember")
        self.question.confirm.setProperty("look", "main")
        self.scale = VerdictScale(theme)
        self._lay_out()
        self._connect()

    def show_state(self, state: VerifyState) -> None:
        """Draw the state."""
        before, self._state = self._state, state
        self._claim.setCurrentIndex(list(ClaimKind).index(state.claim_kind))
        self._probe.setCurrentIndex(list(ProbeKind).index(state.probe_kind))
        self.claim_tabs.setCurrentIndex(self._claim.currentIndex())
        self.probe_tabs.setCurrentIndex(self._probe.currentIndex())
        self.people.show_state(state)
        self.claim_photo.show_side(state.claim, "not_recognized")
        self.source.setVisible(state.probe_kind is ProbeKind.CAMERA)
        tone = _TONES.get(state.verdict, "not_recognized")
        if state.probe_kind is ProbeKind.PHOTO:
            self.probe_photo.show_side(state.probe, tone)
        else:
            self._show_camera(state, tone)
        self.words.setText(state.words)
        self.exclude.setVisible(state.can_exclude)
        self.question.ask(state.question)
        self.scale.show_verdict(state.distance, state.threshold, state.points)
        if before.verdict != state.verdict:
            self._paint_sign()

    def _show_camera(self, state: VerifyState, tone: str) -> None:
        marks = [FaceMark(state.probe.box, tone, state.verdict.value)] if state.probe.box and state.verdict is not Verdict.NONE else []
        waiting = "" if state.probe.picture is not None else "Opening…" if state.has_camera else "No camera picture"
        self.video.show_picture(state.probe.picture, marks, banner=waiting)

    def _paint_sign(self) -> None:
        sign, colours = _SIGNS.get(self._state.verdict), self._theme.palette
        self._sign.setVisible(sign is not None)
        if sign:
            colour = {"check": colours.accent, "question": colours.amber, "warning": colours.cool}.get(sign, colours.text)
            self._sign.setPixmap(icons.pixmap(sign, colour, 28, ratio=self.devicePixelRatioF()))

    def _lay_out(self) -> None:
        title = QLabel("Verify")
        title.setProperty("look", "title")
        self._claim, self._probe = QStackedWidget(), QStackedWidget()
        self._claim.addWidget(self.people)
        self._claim.addWidget(self.claim_photo)
        self._probe.addWidget(self._camera())
        self._probe.addWidget(self.probe_photo)
        sides = QHBoxLayout()
        sides.setSpacing(tokens.SPACE_L)
        sides.addWidget(_side("Said to be", self.claim_tabs, self._claim), 1)
        sides.addWidget(_side("Face to verify", self.probe_tabs, self._probe), 1)
        verdict = QHBoxLayout()
        verdict.setSpacing(tokens.SPACE_M)
        verdict.addWidget(self._sign)
        verdict.addWidget(self.words, 1)
        verdict.addWidget(self.exclude)
        self.words.setMinimumHeight(40)
        self.words.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(tokens.SPACE_L, tokens.SPACE_M, tokens.SPACE_L, tokens.SPACE_M)
        whole.setSpacing(tokens.SPACE_M)
        head = QHBoxLayout()
        head.addWidget(title)
        head.addStretch()
        head.addWidget(self.source)
        whole.addLayout(head)
        whole.addLayout(sides, 1)
        whole.addWidget(self.question)
        whole.addLayout(verdict)
        whole.addWidget(self.scale)
        self._paint_sign()

    def _camera(self) -> QWidget:
        made = QWidget()
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(tokens.SPACE_S)
        self.video.setMinimumSize(240, 140)
        column.addWidget(self.video, 1)
        return made

    def _connect(self) -> None:
        self.claim_tabs.currentChanged.connect(lambda index: self.claim_kind_chosen.emit(list(ClaimKind)[index].value))
        self.probe_tabs.currentChanged.connect(lambda index: self.probe_kind_chosen.emit(list(ProbeKind)[index].value))
        self.people.query.textEdited.connect(self.query_changed)
        self.people.person_chosen.connect(self.person_chosen)
        self.people.enrol.clicked.connect(self.enrol_wanted)
        self.exclude.clicked.connect(self.exclusion_wanted)
        for name, side in (("claim", self.claim_photo), ("probe", self.probe_photo)):
            side.photo_chosen.connect(lambda path, name=name: self.photo_chosen.emit(name, path))
            side.face_chosen.connect(lambda index, name=name: self.face_chosen.emit(name, index))
        self._theme.changed.connect(self._paint_sign)


class PersonPicker(QWidget):
    """Search as you type, then the person with their kept face."""

    person_chosen = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.query = QLineEdit(placeholderText="Search by name")
        self.query.setAccessibleName("Search the enrolled people by name")
        self.query.setClearButtonEnabled(True)
        self.list = QListWidget()
        self.list.setAccessibleName("Enrolled people")
        self.list.setMinimumHeight(64)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.enrol = QPushButton("Enrol somebody")
        self._face = QLabel()
        self._words = label("", "emphasis")
        self._nobody = label("", "quiet")
        self._people: tuple[object, ...] = ()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(tokens.SPACE_S)
        chosen = QHBoxLayout()
        chosen.setSpacing(tokens.SPACE_M)
        chosen.addWidget(self._face)
        chosen.addWidget(self._words, 1)
        column.addWidget(self.query)
        column.addWidget(self._nobody)
        column.addWidget(self.enrol, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.list, 1)
        column.addLayout(chosen)
        column.addStretch()
        self.list.currentItemChanged.connect(self._chosen)
        self.query.returnPressed.connect(self._choose_first)

    def show_state(self, state: VerifyState) -> None:
        """The people that fit, and who is chosen."""
        if state.people != self._people:
            self._people = state.people
            self._fill(state)
        self._mark(state.person_id)
        say(self._words, state.person_words)
        self._face.setVisible(state.kept_face is not None)
        if state.kept_face is not None:
            line = QColor(self._theme.palette.line)
            self._face.setPixmap(rounded(image_of(state.kept_face), _FACE, self.devicePixelRatioF(), line))
        none = "Nobody is enrolled yet." if not state.has_people else "Nobody of that name is enrolled." if not state.people else ""
        say(self._nobody, none)
        self.enrol.setVisible(not state.has_people)
        for part in (self.query, self.list):
            part.setVisible(state.has_people)

    def _fill(self, state: VerifyState) -> None:
        self.list.blockSignals(True)
        self.list.clear()
        for person in state.people:
            item = QListWidgetItem(person.name)
            item.setData(Qt.ItemDataRole.UserRole, person.person_id)
            self.list.addItem(item)
        self.list.blockSignals(False)

    def _mark(self, person_id: int | None) -> None:
        """Show in the list who is chosen."""
        rows = [row for row in range(self.list.count()) if self.list.item(row).data(Qt.ItemDataRole.UserRole) == person_id]
        if rows and rows[0] != self.list.currentRow():
            self.list.blockSignals(True)
            self.list.setCurrentRow(rows[0])
            self.list.blockSignals(False)

    def _chosen(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.person_chosen.emit(item.data(Qt.ItemDataRole.UserRole))

    def _choose_first(self) -> None:
        if self.list.count():
            self.list.setCurrentRow(0)
            self.list.setFocus()


class PhotoSide(DropArea):
    """A place to drop a photo; then the photo with the face that is meant, or the faces to choose from."""

    photo_chosen = Signal(Path)
    face_chosen = Signal(int)

    def __init__(self, theme: Theme, words: str) -> None:
        super().__init__()
        self._theme = theme
        self._shown = Shown()
        self.zone = DropZone(theme, "people", words, "Choose a photo…")
        self.picture = VideoView(theme)
        self.picture.setMinimumSize(240, 120)
        self.picture.setAccessibleName("The photo")
        self.words = label("")
        self.other = QPushButton("Another photo…")
        self._faces = QHBoxLayout()
        self._faces.setSpacing(tokens.SPACE_XS)
        chosen = QWidget()
        column = QVBoxLayout(chosen)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(tokens.SPACE_S)
        column.addWidget(self.picture, 1)
        column.addLayout(self._faces)
        row = QHBoxLayout()
        row.addWidget(self.words, 1)
        row.addWidget(self.other, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(row)
        self.stage = QStackedWidget()
        self.stage.addWidget(self.zone)
        self.stage.addWidget(chosen)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.stage)
        for part in (self, self.zone):
            part.dropped.connect(lambda paths: self.photo_chosen.emit(paths[0]))
        for button in (self.zone.button, self.other):
            button.clicked.connect(self._choose)

    def show_side(self, shown: Shown, tone: str) -> None:
        """Draw one side's photo."""
        before, self._shown = self._shown, shown
        self.stage.setCurrentIndex(1 if shown.words else 0)
        self.words.setText(shown.words)
        marks = [FaceMark(shown.box, tone, "")] if shown.box else []
        self.picture.show_picture(shown.picture, marks)
        if [id(face) for face in before.choices] != [id(face) for face in shown.choices]:
            self._paint_choices(shown)

    def _paint_choices(self, shown: Shown) -> None:
        while item := self._faces.takeAt(0):
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        for index, face in enumerate(shown.choices):
            button = picture_button(self._theme, face, side=_CHOICE)
            button.setAccessibleName(f"Face {index + 1}: it is this one")
            button.setToolTip("It is this one")
            button.clicked.connect(lambda _=False, index=index: self.face_chosen.emit(index))
            self._faces.addWidget(button)
        if shown.choices:
            self._faces.addStretch()

    def _choose(self) -> None:
        dialog = pictures_dialog(self, "Choose a photo", is_one=True)
        dialog.fileSelected.connect(lambda file: self.photo_chosen.emit(Path(file)))
        dialog.open()


def _tabs(name: str, *words: str) -> QTabBar:
    tabs = QTabBar()
    tabs.setAccessibleName(name)
    tabs.setDrawBase(False)
    tabs.setExpanding(False)
    tabs.setUsesScrollButtons(False)
    for word in words:
        tabs.addTab(word)
    return tabs


def _side(title: str, tabs: QTabBar, inner: QWidget) -> QFrame:
    frame = QFrame()
    frame.setProperty("look", "card")
    head = QHBoxLayout()
    head.addWidget(label(title, "emphasis"), 1)
    head.addWidget(tabs)
    column = QVBoxLayout(frame)
    column.setContentsMargins(tokens.SPACE_M, tokens.SPACE_S, tokens.SPACE_M, tokens.SPACE_M)
    column.setSpacing(tokens.SPACE_S)
    column.addLayout(head)
    column.addWidget(inner, 1)
    return frame
