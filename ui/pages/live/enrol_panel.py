"""The panel that enrols the face before the camera. Emits what the person wants; draws an EnrolState."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor, QHideEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ui.pages.live.state import EnrolState, SampleView
from ui.theme import Theme, tokens
from ui.widgets.face_card import rounded
from ui.widgets.video_view import image_of

_PICTURE = 80
_COLUMNS = 3


class EnrolPanel(QFrame):
    """Pictures first, then what is wrong with them, consent, and the name last."""

    take_wanted = Signal()
    drop_wanted = Signal(int)
    consent_given = Signal(bool)
    crops_kept = Signal(bool)
    name_changed = Signal(str)
    answered = Signal()
    same_chosen = Signal()
    submitted = Signal()
    cancelled = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._state = EnrolState()
        self._title = _label("Enrol", "title")
        self._pictures = QGridLayout()
        self._reasons = _label("", "warning")
        self._trouble = _label("", "error")
        self._take = QPushButton("Take another picture")
        self._consent_text = _label("", "")
        self._consent = QCheckBox("They agree")
        self._crops = QCheckBox("Keep the face pictures too")
        self._crops.setToolTip("The pictures stay on this computer. A later change of encoder then needs no new ones.")
        self._known = _label("", "quiet")
        self._name = QLineEdit(placeholderText="Name", maxLength=200)
        self._name.setAccessibleName("Name of the person")
        self._question = _QuestionBox()
        self._submit = QPushButton("Enrol")
        self._submit.setProperty("look", "main")
        self._cancel = QPushButton("Cancel")
        self._lay_out()
        self._connect()
        theme.changed.connect(self._paint_pictures)

    def show_state(self, state: EnrolState) -> None:
        """Draw the state."""
        opens, before = state.is_open and not self._state.is_open, self._state
        self._state = state
        if [id(s.pixels) for s in state.samples] != [id(s.pixels) for s in before.samples] or opens:
            self._paint_pictures()
        _say(self._reasons, _advice(state.samples))
        _say(self._trouble, state.trouble)
        self._show_consent(state)
        self._show_question(state)
        if self._name.text() != state.name:
            self._name.setText(state.name)
        self._take.setEnabled(state.can_take)
        self._take.setText("Take another picture" if state.samples else "Take a picture")
        self._submit.setText(state.submit)
        self._submit.setEnabled(state.can_submit)
        if opens:
            self._consent.setFocus()

    def hideEvent(self, event: QHideEvent) -> None:
        """Let the keyboard's focus go with the panel."""
        if focused := self.focusWidget():
            focused.clearFocus()
        super().hideEvent(event)

    def _show_consent(self, state: EnrolState) -> None:
        _say(self._known, state.known)
        self._consent_text.setText(state.consent_text)
        self._consent.setChecked(state.has_consent)
        self._crops.setChecked(state.keeps_crops)
        for part in (self._consent_text, self._consent, self._crops):
            part.setVisible(not state.known)

    def _show_question(self, state: EnrolState) -> None:
        self._question.setVisible(bool(state.question))
        self._question.text.setText(state.question)
        self._question.yes.setText(state.answer)
        self._question.same.setText(f"It is {state.same_as}")
        self._question.same.setVisible(bool(state.same_as))

    def _paint_pictures(self) -> None:
        while item := self._pictures.takeAt(0):
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        for index, sample in enumerate(self._state.samples):
            picture = self._picture(index, sample)
            self._pictures.addWidget(picture, index // _COLUMNS, index % _COLUMNS, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)

    def _picture(self, index: int, sample: SampleView) -> QToolButton:
        line = QColor(self._theme.palette.amber if sample.reasons else self._theme.palette.line)
        words = "good" if not sample.reasons else ", ".join(sample.reasons)
        button = QToolButton()
        button.setProperty("look", "picture")
        button.setIcon(rounded(image_of(sample.pixels), _PICTURE, self.devicePixelRatioF(), line))
        button.setIconSize(QSize(_PICTURE, _PICTURE))
        button.setAccessibleName(f"Picture {index + 1}: {words}. Press to leave it out.")
        button.setToolTip(f"Picture {index + 1}: {words}\nClick to leave it out")
        button.clicked.connect(lambda: self.drop_wanted.emit(index))
        return button

    def _lay_out(self) -> None:
        self._pictures.setHorizontalSpacing(tokens.SPACE_XS)
        self._pictures.setVerticalSpacing(tokens.SPACE_XS)
        self._pictures.setColumnStretch(_COLUMNS, 1)
        body = QWidget()
        inner = QVBoxLayout(body)
        inner.setContentsMargins(0, 0, tokens.SPACE_S, 0)
        inner.setSpacing(tokens.SPACE_S)
        inner.addLayout(self._pictures)
        inner.addWidget(self._reasons)
        inner.addWidget(self._trouble)
        inner.addWidget(self._take, 0, Qt.AlignmentFlag.AlignLeft)
        inner.addSpacing(tokens.SPACE_S)
        for part in (self._consent_text, self._consent, self._crops, self._known, self._name, self._question):
            inner.addWidget(part)
        inner.addStretch()
        scroll = QScrollArea(widgetResizable=True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(body)
        buttons = QHBoxLayout()
        buttons.setContentsMargins(0, 0, tokens.SPACE_S, 0)
        buttons.addWidget(self._submit, 1)
        buttons.addWidget(self._cancel)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(tokens.SPACE_L, tokens.SPACE_M, tokens.SPACE_S, tokens.SPACE_M)
        whole.setSpacing(tokens.SPACE_M)
        whole.addWidget(self._title)
        whole.addWidget(scroll, 1)
        whole.addLayout(buttons)

    def _connect(self) -> None:
        self._take.clicked.connect(self.take_wanted)
        self._consent.clicked.connect(self.consent_given)
        self._crops.clicked.connect(self.crops_kept)
        self._name.textEdited.connect(self.name_changed)
        self._name.returnPressed.connect(self.submitted)
        self._question.yes.clicked.connect(self.answered)
        self._question.same.clicked.connect(self.same_chosen)
        self._submit.clicked.connect(self.submitted)
        self._cancel.clicked.connect(self.cancelled)


class _QuestionBox(QFrame):
    """A question that must be answered before going on."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("look", "question")
        self.text = _label("", "")
        self.yes, self.same = QPushButton(), QPushButton()
        buttons = QHBoxLayout()
        buttons.addWidget(self.yes)
        buttons.addWidget(self.same)
        buttons.addStretch()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(tokens.SPACE_M, tokens.SPACE_M, tokens.SPACE_M, tokens.SPACE_M)
        whole.addWidget(self.text)
        whole.addLayout(buttons)


def _label(words: str, look: str) -> QLabel:
    label = QLabel(words)
    label.setProperty("look", look)
    label.setWordWrap(True)
    return label


def _say(label: QLabel, words: str) -> None:
    label.setText(words)
    label.setVisible(bool(words))


def _advice(samples: tuple[SampleView, ...]) -> str:
    """What would make the pictures better, each reason once."""
    reasons = dict.fromkeys(reason for sample in samples for reason in sample.reasons)
    return f"Better pictures: {', '.join(reasons)}." if reasons else ""
