"""Guided enrolment at a camera: the picture as in a mirror with the outline over it, then the form. Draws a CameraState."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from facekit.sampling import outline_of
from facekit.types import Frame, Pixels
from ui.pages.enrol.state import CameraState, Step
from ui.ports import SourcePhase
from ui.theme import Theme, tokens
from ui.widgets.done_panel import DonePanel
from ui.widgets.empty_state import EmptyState
from ui.widgets.enrol_form import EnrolForm, label
from ui.widgets.pose_dots import PoseDots
from ui.widgets.video_view import VideoView

SIDE_WIDTH = 304
_SHADE = QColor(0, 0, 0, 90)
_GUIDE_TEXT = (
    "Three pictures are taken by themselves: straight, and with the head turned a little to either side. "
    "Each is there as soon as its dot is full."
)


class GuideView(VideoView):
    """The picture with the outline in which the face is wanted."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._frame: Frame | None = None
        self._mirrored: Pixels | None = None
        self._is_near = False

    def show_guide(self, frame: Frame | None, *, is_near: bool, banner: str) -> None:
        """The frame as in a mirror.

        Args:
            is_near: Whether a face is seen that can be guided.
        """
        if frame is not self._frame:
            self._frame, self._mirrored = frame, None if frame is None else np.ascontiguousarray(frame.pixels[:, ::-1])
        self._is_near = is_near
        self.show_picture(self._mirrored, (), banner=banner)

    def _describe(self, words: str) -> None:
        """No faces are marked here."""
        super()._describe("a face in view" if self._is_near else "no face in view")

    def paintEvent(self, event: QPaintEvent) -> None:
        """The outline goes over the picture; what is outside is a little darker."""
        super().paintEvent(event)
        if self._mirrored is None:
            return
        area, (height, width) = self.picture_area(), self._mirrored.shape[:2]
        scale, outline = area.width() / width, outline_of(width, height)
        oval = QRectF(0, 0, outline.width * scale, outline.height * scale)
        oval.moveCenter(area.topLeft() + QRectF(0, 0, 2 * outline.x * scale, 2 * outline.y * scale).center())
        painter = QPainter(self)
        around = QPainterPath()
        around.addRect(area)
        around.addEllipse(oval)
        painter.fillPath(around, _SHADE)  # its edge lies under the line: smoothing it would take several times as long
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor("#F5F5F3"), 2.5, Qt.PenStyle.SolidLine if self._is_near else Qt.PenStyle.DashLine))
        painter.drawEllipse(oval)
        painter.end()


class CameraView(QWidget):
    """Picture, advice and dots at the left; what was taken and the form at the right."""

    finish_wanted = Signal()
    begin_wanted = Signal()
    live_wanted = Signal()
    synthetic_wanted = Signal()
    any_camera_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._step = Step.GUIDING
        self.video = GuideView(theme)
        self.video.setAccessibleName("Camera picture, as in a mirror")
        self.words = label("", "emphasis")
        self.words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.dots = PoseDots(theme)
        self.empty = EmptyState(theme, "camera")
        self.form = EnrolForm(theme, "Who is it?")
        self.done = DonePanel(theme)
        self.finish = QPushButton("That is enough")
        self.finish.setToolTip("Go on with the pictures that there are")
        self.again = QPushButton("Begin again")
        self._counted = label("", "quiet")
        self._lay_out()
        self._connect()

    def show_state(self, state: CameraState) -> None:
        """Draw the state."""
        is_empty = state.source.phase in (SourcePhase.NONE, SourcePhase.FAILED)
        self.stage.setCurrentIndex(1 if is_empty else 0)
        if is_empty:
            self._show_empty(state)
        self.video.show_guide(state.frame, is_near=state.face is not None, banner=_banner(state))
        self.words.setText({Step.GUIDING: state.words, Step.FORM: "That will do. Now say who it is."}.get(state.step, state.done))
        self.dots.show_poses(state.taken, state.wanted if state.step is Step.GUIDING else None)
        self.side.setCurrentIndex(list(Step).index(state.step))
        self._counted.setText(f"{len(state.taken)} of 3 taken")
        for button in (self.finish, self.again):
            button.setEnabled(bool(state.taken))
        self.form.show_form(state.form)
        self.done.show_words(state.done)
        self._focus_first(state.step)

    def _focus_first(self, step: Step) -> None:
        """The keyboard goes on where the next step begins."""
        before, self._step = self._step, step
        if step is before or not self.isVisible():
            return
        if step is Step.FORM:
            self.form.consent.setFocus()
        elif step is Step.DONE:
            self.done.another.setFocus()

    def _show_empty(self, state: CameraState) -> None:
        failed = state.source.phase is SourcePhase.FAILED
        words = (
            f"{state.source.message} {state.source.hint}".strip()
            if failed
            else "Choose a source at the top right, or begin with one of these."
        )
        self.empty.show_words("No picture" if failed else "Where should the picture come from?", words)

    def _lay_out(self) -> None:
        self.empty.set_buttons(
            (
                ("Use my camera", "camera", self.any_camera_wanted.emit),
                ("Try with a synthetic person", "synthetic", self.synthetic_wanted.emit),
            )
        )
        picture = QWidget()
        column = QVBoxLayout(picture)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(tokens.SPACE_M)
        column.addWidget(self.video, 1)
        column.addWidget(self.words)
        column.addWidget(self.dots, 0, Qt.AlignmentFlag.AlignHCenter)
        self.stage = QStackedWidget()
        self.stage.addWidget(picture)
        self.stage.addWidget(self.empty)
        self.side = QStackedWidget()
        for part in (self._guide_panel(), self.form, self.done):
            self.side.addWidget(part)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        left = QVBoxLayout()
        left.setContentsMargins(tokens.SPACE_L, tokens.SPACE_M, tokens.SPACE_L, tokens.SPACE_L)
        left.addWidget(self.stage, 1)
        row.addLayout(left, 1)
        row.addWidget(side_frame(self.side))

    def _guide_panel(self) -> QWidget:
        panel = QWidget()
        whole = QVBoxLayout(panel)
        whole.setContentsMargins(tokens.SPACE_L, tokens.SPACE_M, tokens.SPACE_L, tokens.SPACE_M)
        whole.setSpacing(tokens.SPACE_M)
        whole.addWidget(label("Look into the camera", "title"))
        whole.addWidget(label(_GUIDE_TEXT, "quiet"))
        whole.addWidget(self._counted)
        whole.addStretch()
        buttons = QHBoxLayout()
        buttons.addWidget(self.finish)
        buttons.addWidget(self.again)
        whole.addLayout(buttons)
        return panel

    def _connect(self) -> None:
        self.finish.clicked.connect(self.finish_wanted)
        self.again.clicked.connect(self.begin_wanted)
        cancel = QPushButton("Cancel")
        self.form.buttons.addWidget(cancel)
        cancel.clicked.connect(self.begin_wanted)
        self.done.another_wanted.connect(self.begin_wanted)
        self.done.live_wanted.connect(self.live_wanted)


def side_frame(inner: QWidget) -> QFrame:
    """The column at the right of a page."""
    frame = QFrame()
    frame.setProperty("look", "side")
    frame.setFixedWidth(SIDE_WIDTH)
    framed = QVBoxLayout(frame)
    framed.setContentsMargins(0, 0, 0, 0)
    framed.addWidget(inner)
    return frame


def _banner(state: CameraState) -> str:
    """What the source does, over the picture; the advice below it says what to do."""
    return {SourcePhase.OPENING: "Opening…", SourcePhase.LOST: state.source.message}.get(state.source.phase, "")
