"""The form that every enrolment ends with: pictures, what is wrong with them, consent, the name last. Draws a FormState."""

from __future__ import annotations

import re

from PySide6.QtCore import QSize, Qt, QTimer, Signal
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

from facekit.types import Pixels
from ui.enrolment import EnrolmentForm, FormState, SampleView
from ui.theme import Theme, tokens
from ui.widgets.face_card import rounded
from ui.widgets.video_view import image_of

PICTURE = 80
_COLUMNS = 3
TRAINING_WORDS = "Train on them too"
TRAINING_HELP = "The kept pictures may be used on this computer to train how faces are recognised. This can be taken back in People."
_MOST_WORDS, _MOST_ANSWER, _MOST_OTHER = 150, 110, 74
"""Pixels of the words on the main button and on the two of a question."""


class EnrolForm(QFrame):
    """A column with the main button at its foot. A page may add to `above` (over the consent) and to `buttons`.

    Args:
        has_pictures: Whether the pictures are shown here, where each can be left out.
    """

    dropped = Signal(int)

    def __init__(self, theme: Theme, title: str = "Enrol", *, has_pictures: bool = True) -> None:
        super().__init__()
        self._theme = theme
        self._has_pictures = has_pictures
        self._state = FormState()
        self.title = label(title, "title")
        self._pictures = QGridLayout()
        self._reasons = label("", "warning")
        self._trouble = label("", "error")
        self.above = QVBoxLayout()
        self._consent_text = label("")
        self.consent = QCheckBox("They agree")
        self.crops = QCheckBox("Keep the face pictures too")
        self.crops.setToolTip("The pictures stay on this computer. A later change of encoder then needs no new ones.")
        self.training = QCheckBox(TRAINING_WORDS)
        self.training.setToolTip(TRAINING_HELP)
        self._known = label("", "quiet")
        self.name = QLineEdit(placeholderText="Name", maxLength=200)
        self.name.setAccessibleName("Name of the person")
        self.question = QuestionBox(theme)
        self.submit = QPushButton("Enrol")
        self.submit.setProperty("look", "main")
        self.buttons = QHBoxLayout()
        self._lay_out()
        theme.changed.connect(self._paint_pictures)

    def bind(self, form: EnrolmentForm) -> None:
        """Have what the person does here done by this form."""
        self.dropped.connect(form.drop)
        self.consent.clicked.connect(form.set_consent)
        self.crops.clicked.connect(form.set_keeps_crops)
        self.training.clicked.connect(form.set_allows_training)
        self.name.textEdited.connect(form.set_name)
        self.name.returnPressed.connect(form.submit)
        self.question.yes.clicked.connect(form.answer)
        self.question.same.clicked.connect(form.is_same)
        self.submit.clicked.connect(form.submit)

    def show_form(self, state: FormState, *, trouble: str = "") -> None:
        """Draw the state.

        Args:
            trouble: What went wrong before the form: a picture that could not be taken.
        """
        before, self._state = self._state, state
        if [id(s.pixels) for s in state.samples] != [id(s.pixels) for s in before.samples]:
            self._paint_pictures()
        say(self._reasons, _advice(state.samples))
        say(self._trouble, trouble or state.trouble)
        self._show_consent(state)
        self.question.show_question(state.question, state.answer, state.same_as, state.faces)
        if state.question and (state.question, len(state.faces)) != (before.question, len(before.faces)):
            QTimer.singleShot(0, self._show_question)  # once the layout has made room for it
        if self.name.text() != state.name:
            self.name.setText(state.name)
        short_text(self.submit, state.submit)
        self.submit.setEnabled(state.can_submit)

    def hideEvent(self, event: QHideEvent) -> None:
        """Let the keyboard's focus go with the form."""
        if focused := self.focusWidget():
            focused.clearFocus()
        super().hideEvent(event)

    def _show_question(self) -> None:
        bar = self._scroller.verticalScrollBar()
        bar.setValue(max(bar.value(), self.question.geometry().bottom() - self._scroller.viewport().height()))

    def _show_consent(self, state: FormState) -> None:
        say(self._known, breakable(state.known))
        self._consent_text.setText(state.consent_text)
        self.consent.setChecked(state.has_consent)
        self.crops.setChecked(state.keeps_crops)
        self.training.setChecked(state.allows_training)
        self.training.setEnabled(state.keeps_crops)
        for part in (self._consent_text, self.consent, self.crops, self.training):
            part.setVisible(not state.known)

    def _paint_pictures(self) -> None:
        while item := self._pictures.takeAt(0):
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        for index, sample in enumerate(self._state.samples if self._has_pictures else ()):
            picture = self._picture(index, sample)
            self._pictures.addWidget(picture, index // _COLUMNS, index % _COLUMNS, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)

    def _picture(self, index: int, sample: SampleView) -> QToolButton:
        words = "good" if not sample.reasons else ", ".join(sample.reasons)
        button = picture_button(self._theme, sample.pixels, is_poor=bool(sample.reasons))
        button.setAccessibleName(f"Picture {index + 1}: {words}. Press to leave it out.")
        button.setToolTip(f"Picture {index + 1}: {words}\nClick to leave it out")
        button.clicked.connect(lambda: self.dropped.emit(index))
        return button

    def _lay_out(self) -> None:
        self._pictures.setHorizontalSpacing(tokens.SPACE_XS)
        self._pictures.setVerticalSpacing(tokens.SPACE_XS)
        self._pictures.setColumnStretch(_COLUMNS, 1)
        self.above.setSpacing(tokens.SPACE_S)
        body = QWidget()
        inner = QVBoxLayout(body)
        inner.setContentsMargins(0, 0, tokens.SPACE_S, 0)
        inner.setSpacing(tokens.SPACE_S)
        inner.addLayout(self._pictures)
        inner.addWidget(self._reasons)
        inner.addWidget(self._trouble)
        inner.addLayout(self.above)
        inner.addSpacing(tokens.SPACE_S)
        for part in (self._consent_text, self.consent, self.crops, self.training, self._known, self.name, self.question):
            inner.addWidget(part)
        inner.addStretch()
        scroll = self._scroller = QScrollArea(widgetResizable=True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(body)
        self.buttons.setContentsMargins(0, 0, tokens.SPACE_S, 0)
        self.buttons.addWidget(self.submit, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(tokens.SPACE_L, tokens.SPACE_M, tokens.SPACE_S, tokens.SPACE_M)
        whole.setSpacing(tokens.SPACE_M)
        whole.addWidget(self.title)
        whole.addWidget(scroll, 1)
        whole.addLayout(self.buttons)


class QuestionBox(QFrame):
    """A question that must be answered before going on, with both faces where there are two to show."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setProperty("look", "question")
        self.text = label("")
        self.yes, self.same = QPushButton(), QPushButton()
        self.faces = tuple(QLabel() for _ in range(2))
        self._captions = tuple(label("", "caption") for _ in range(2))
        self._lay_out()

    def show_question(self, question: str, answer: str, same_as: str, faces: tuple[Pixels, ...]) -> None:
        """Ask this; an empty question hides the box."""
        self.text.setText(breakable(question))
        short_text(self.yes, answer, most=_MOST_ANSWER)
        short_text(self.same, f"It is {same_as}", most=_MOST_OTHER)
        self.same.setVisible(bool(same_as))
        self._pair.setVisible(len(faces) == len(self.faces))
        for picture, caption, face, words in zip(self.faces, self._captions, faces, ("now", same_as), strict=False):
            line = QColor(self._theme.palette.line)
            picture.setPixmap(rounded(image_of(face), PICTURE, self.devicePixelRatioF(), line))
            picture.setAccessibleName(f"Face of {same_as}, as kept" if words == same_as else "The face taken now")
            caption.setText(caption.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, PICTURE))
        self.setVisible(bool(question))

    def _lay_out(self) -> None:
        self._pair = QWidget()
        faces = QGridLayout(self._pair)
        faces.setContentsMargins(0, 0, 0, 0)
        faces.setVerticalSpacing(2)
        for column, (picture, caption) in enumerate(zip(self.faces, self._captions, strict=True)):
            faces.addWidget(picture, 0, column)
            faces.addWidget(caption, 1, column)
        faces.setColumnStretch(len(self.faces), 1)
        buttons = QHBoxLayout()
        buttons.addWidget(self.yes)
        buttons.addWidget(self.same)
        buttons.addStretch()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(tokens.SPACE_M, tokens.SPACE_M, tokens.SPACE_M, tokens.SPACE_M)
        whole.addWidget(self._pair)
        whole.addWidget(self.text)
        whole.addLayout(buttons)


def picture_button(theme: Theme, pixels: Pixels, *, is_poor: bool = False, side: int = PICTURE) -> QToolButton:
    """An aligned face that can be pressed; the name is the caller's to give."""
    button = QToolButton()
    button.setProperty("look", "picture")
    line = QColor(theme.palette.amber if is_poor else theme.palette.line)
    button.setIcon(rounded(image_of(pixels), side, button.devicePixelRatioF(), line))
    button.setIconSize(QSize(side, side))
    return button


def picture_label(theme: Theme, pixels: Pixels) -> QLabel:
    """An aligned face to look at."""
    made = QLabel()
    made.setPixmap(rounded(image_of(pixels), PICTURE, made.devicePixelRatioF(), QColor(theme.palette.line)))
    return made


def label(words: str, look: str = "") -> QLabel:
    """Wrapped words."""
    made = QLabel(words)
    made.setProperty("look", look)
    made.setWordWrap(True)
    return made


def breakable(words: str) -> str:
    """Words that a label can break anywhere if it must: a name may be one long word."""
    return re.sub(r"(\S{18})(?=\S)", "\\1\u200b", words)


def short_text(button: QPushButton, words: str, *, most: int = _MOST_WORDS) -> None:
    """Words with a name in them, which may be long: cut with an ellipsis, whole in the tip and for those who do not see."""
    shown = button.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, most)
    button.setText(shown)
    button.setToolTip(words if shown != words else "")
    button.setAccessibleName(words)


def say(made: QLabel, words: str) -> None:
    """The words, or nothing at all."""
    made.setText(words)
    made.setVisible(bool(words))


def _advice(samples: tuple[SampleView, ...]) -> str:
    """What would make the pictures better, each reason once."""
    reasons = dict.fromkeys(reason for sample in samples for reason in sample.reasons)
    return f"Better pictures: {', '.join(reasons)}." if reasons else ""
