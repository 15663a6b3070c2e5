"""The Live page's widgets. Emits what the person wants; draws a LiveState."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ui.pages.live.enrol_panel import EnrolPanel
from ui.pages.live.state import EnrolState, LiveState, SeenFace
from ui.ports import SourcePhase
from ui.theme import Theme, tokens
from ui.widgets.empty_state import EmptyState
from ui.widgets.face_card import FaceCard
from ui.widgets.question_bar import QuestionBar
from ui.widgets.source_menu import SourceMenu
from ui.widgets.video_view import FaceMark, VideoView, image_of

_SIDE_WIDTH = 304
_FIRST_WORDS = (
    "Facekit finds the faces before your camera and says who is there. Everything stays on this computer. "
    "Nothing is stored until you enrol somebody."
)
_NO_CAMERA = "\n\nNo camera was found. Connect one and press the button, or begin with people who do not exist."


class LiveView(QWidget):
    """Picture at the left, who is in view at the right; the enrolment panel takes the place of the cards."""

    camera_chosen = Signal(str)
    any_camera_wanted = Signal()
    action_wanted = Signal(str)
    """By its name in the table of actions."""
    freeze_toggled = Signal()
    enrol_wanted = Signal(int)
    enrol_nearest_wanted = Signal()
    exclude_wanted = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._state: LiveState | None = None
        self.video = VideoView(theme)
        self.video.setAccessibleName("Camera picture")
        self.empty = EmptyState(theme, "camera")
        self.panel = EnrolPanel(theme)
        self.cards: dict[int, FaceCard] = {}
        self.hint = QLabel()
        self.hint.setProperty("look", "quiet")
        self.hint.setWordWrap(True)
        self.question = QuestionBar("Cancel", "Remember")
        self.question.confirm.setProperty("look", "main")
        self.freeze = QPushButton("Freeze")
        self.freeze.setCheckable(True)
        self.enrol = QPushButton("Enrol…")
        self.source = SourceMenu(theme)
        self._lay_out()
        self._connect()
        self._paint_icons()

    def show_state(self, state: LiveState) -> None:
        """Draw the state; what has not changed is left alone."""
        before, self._state = self._state, state
        self._show_picture(state)
        if before is None or _source_part(before) != _source_part(state):
            self._show_source(state)
        if before is None or before.faces != state.faces:
            self._show_cards(state)
        if before is None or before.hint != state.hint:
            self.hint.setText(state.hint)
            self.hint.setVisible(bool(state.hint))
        if before is None or before.is_frozen != state.is_frozen:
            self.freeze.setChecked(state.is_frozen)
            self.freeze.setText("Go on" if state.is_frozen else "Freeze")
            self._paint_icons()
        self.freeze.setEnabled(state.frame is not None)
        self.enrol.setEnabled(state.can_enrol)

    def show_question(self, words: str) -> None:
        """Ask this above the cards; nothing when empty."""
        self.question.ask(words)

    def show_enrolment(self, state: EnrolState) -> None:
        """Open, draw or close the enrolment panel."""
        self.side.setCurrentIndex(1 if state.is_open else 0)
        self.panel.show_state(state)

    def _show_picture(self, state: LiveState) -> None:
        marks = [FaceMark(face.box, face.tone, face.label) for face in state.faces]
        is_past = state.source.phase in (SourcePhase.LOST, SourcePhase.ENDED)
        self.video.show_picture(state.frame.pixels if state.frame else None, marks, banner=_banner(state), is_dimmed=is_past)

    def _show_source(self, state: LiveState) -> None:
        is_empty = state.source.phase in (SourcePhase.NONE, SourcePhase.FAILED)
        self.stage.setCurrentIndex(1 if is_empty else 0)
        if is_empty:
            self._show_empty(state)

    def _show_empty(self, state: LiveState) -> None:
        if state.is_first_run and state.source.phase is SourcePhase.NONE:
            self._show_first_run(state)
            return
        cameras = state.cameras or ()
        buttons = [(f"Use {camera.label}", "camera", self._opener(camera.spec)) for camera in cameras[:2]]
        buttons += [
            ("Try with synthetic people", "synthetic", self._doer("source_synthetic")),
            ("Choose a video…", "video", self._doer("source_video")),
            ("Connect a stream…", "stream", self._doer("source_stream")),
        ]
        if state.source.phase is SourcePhase.FAILED:
            buttons.append(("Try again", "again", self._doer("source_again")))
        self.empty.show_words(*_empty_words(state))
        self.empty.set_buttons(tuple(buttons))

    def _show_first_run(self, state: LiveState) -> None:
        is_none = state.cameras == ()
        self.empty.show_words("Welcome to Facekit", _FIRST_WORDS + (_NO_CAMERA if is_none else ""))
        ways = (
            ("Use my camera", "camera", self.any_camera_wanted.emit),
            ("Try with synthetic people", "synthetic", self._doer("source_synthetic")),
        )
        self.empty.set_buttons(ways, main=1 if is_none else 0)

    def _opener(self, spec: str) -> Callable[[], None]:
        return lambda: self.camera_chosen.emit(spec)

    def _doer(self, name: str) -> Callable[[], None]:
        return lambda: self.action_wanted.emit(name)

    def _show_cards(self, state: LiveState) -> None:
        wanted = {face.track_id: face for face in state.faces}
        for track_id in self.cards.keys() - wanted.keys():
            card = self.cards.pop(track_id)
            self._card_column.removeWidget(card)
            card.hide()
            card.deleteLater()
        for track_id, face in wanted.items():
            self._show_card(self.cards.get(track_id) or self._add_card(track_id), face, state)

    def _add_card(self, track_id: int) -> FaceCard:
        card = FaceCard(self._theme)
        card.enrol_wanted.connect(lambda: self.enrol_wanted.emit(track_id))
        card.exclude_wanted.connect(lambda: self.exclude_wanted.emit(track_id))
        self.cards[track_id] = card
        self._card_column.insertWidget(self._card_column.count() - 1, card)
        return card

    def _show_card(self, card: FaceCard, face: SeenFace, state: LiveState) -> None:
        card.show_face(face.title, face.tone, face.distance, face.threshold, face.details, face.since)
        card.offer(can_enrol=face.can_enrol, can_exclude=face.person_id is not None)
        if state.frame is not None:
            box = QRect(round(face.box.x0), round(face.box.y0), round(face.box.width), round(face.box.height))
            card.show_crop(image_of(state.frame.pixels), box)

    def _lay_out(self) -> None:
        self.stage = QStackedWidget()
        self.stage.addWidget(self.video)
        self.stage.addWidget(self.empty)
        left = QVBoxLayout()
        left.setContentsMargins(tokens.SPACE_L, tokens.SPACE_M, tokens.SPACE_L, tokens.SPACE_L)
        left.setSpacing(tokens.SPACE_M)
        left.addLayout(self._header())
        left.addWidget(self.stage, 1)
        self.side = QStackedWidget()
        self.side.addWidget(self._in_view())
        self.side.addWidget(self.panel)
        frame = QFrame()
        frame.setProperty("look", "side")
        frame.setFixedWidth(_SIDE_WIDTH)
        framed = QVBoxLayout(frame)
        framed.setContentsMargins(0, 0, 0, 0)
        framed.addWidget(self.side)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(left, 1)
        whole.addWidget(frame)

    def _header(self) -> QHBoxLayout:
        title = QLabel("Live")
        title.setProperty("look", "title")
        self.freeze.setToolTip("Hold the picture (F)")
        self.enrol.setToolTip("Enrol the face before the camera (Ctrl+E)")
        row = QHBoxLayout()
        row.setSpacing(tokens.SPACE_S)
        row.addWidget(title)
        row.addStretch()
        for part in (self.freeze, self.enrol, self.source):
            part.setFixedHeight(32)
            row.addWidget(part)
        return row

    def _in_view(self) -> QWidget:
        title = QLabel("In view")
        title.setProperty("look", "emphasis")
        column = QWidget()
        self._card_column = QVBoxLayout(column)
        self._card_column.setContentsMargins(0, 0, tokens.SPACE_S, 0)
        self._card_column.setSpacing(tokens.SPACE_S)
        self._card_column.addStretch()
        scroll = QScrollArea(widgetResizable=True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(column)
        side = QWidget()
        whole = QVBoxLayout(side)
        whole.setContentsMargins(tokens.SPACE_L, tokens.SPACE_L, tokens.SPACE_S, tokens.SPACE_M)
        whole.setSpacing(tokens.SPACE_M)
        whole.addWidget(title)
        whole.addWidget(self.hint)
        asked = QHBoxLayout()  # as wide as the cards, which have the scroll bar beside them
        asked.setContentsMargins(0, 0, tokens.SPACE_S, 0)
        asked.addWidget(self.question)
        whole.addLayout(asked)
        whole.addWidget(scroll, 1)
        return side

    def _connect(self) -> None:
        self.freeze.clicked.connect(self.freeze_toggled)
        self.enrol.clicked.connect(self.enrol_nearest_wanted)
        self._theme.changed.connect(self._paint_icons)

    def _paint_icons(self) -> None:
        is_frozen = self._state is not None and self._state.is_frozen
        self._theme.set_icon(self.freeze, "play" if is_frozen else "freeze")
        self._theme.set_icon(self.enrol, "enrol")


def _source_part(state: LiveState) -> tuple[object, ...]:
    """What the empty page is made of."""
    return state.source, state.cameras, state.is_first_run


def _banner(state: LiveState) -> str:
    source = state.source
    if source.phase is SourcePhase.OPENING:
        return f"Opening {source.label}…" if source.label else "Opening…"
    if source.phase is SourcePhase.LOST:
        return f"{source.message} It is tried again and again."
    if source.phase is SourcePhase.ENDED:
        return f"{source.label} is at its end. F5 plays it again."
    return "Frozen: F goes on" if state.is_frozen else ""


def _empty_words(state: LiveState) -> tuple[str, str]:
    if state.source.phase is SourcePhase.FAILED:
        return "No picture", f"{state.source.message} {state.source.hint}".strip()
    if state.cameras:
        return "Where should the picture come from?", (
            "Facekit finds the faces in it and says who is there. Everything stays on this computer. "
            "Nothing is stored until you enrol somebody."
        )
    looked = "No camera is connected to this computer." if state.cameras is not None else "Looking for cameras…"
    return "No camera" if state.cameras is not None else "One moment", (
        f"{looked} Facekit can take its pictures from a video, from a network camera, or from synthetic people who do not exist."
    )
