"""The panel at the right of the list: one person whole, or two that can be merged. Draws a PeopleState."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ui.language import count_words, whole
from ui.pages.people.state import Detail, ExclusionRow, PeopleState, PersonRow, TemplateRow
from ui.theme import Theme, icons, tokens
from ui.widgets.face_card import rounded
from ui.widgets.labels import text_label
from ui.widgets.question_bar import QuestionBar
from ui.widgets.scroll_column import ScrollColumn
from ui.widgets.video_view import image_of

WIDTH = 320
_FACE = 56
_TRAINING = "Tick it when the person agrees to it. Untick it, and the copies made for a training are deleted at once."


class DetailPanel(QFrame):
    """Emits what the person wants done with whom is chosen."""

    add_wanted = Signal()
    rename_wanted = Signal()
    removal_wanted = Signal()
    merge_wanted = Signal(int)
    template_removal_wanted = Signal(int)
    template_removal_confirmed = Signal()
    taking_back_wanted = Signal(int)
    training_allowed = Signal(bool)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._state = PeopleState()
        self._shown_templates: tuple[TemplateRow, ...] | None = None
        self._shown_exclusions: tuple[ExclusionRow, ...] | None = None
        self.setProperty("look", "side")
        self.setFixedWidth(WIDTH)
        self.hint = text_label("quiet")
        self.name = text_label("title")
        self.note = text_label("warning")
        self.consent, self.recorded = text_label(""), text_label("caption")
        self.training = QCheckBox("The pictures may be trained on")
        self.add = QPushButton("Add pictures…")
        self.rename = QPushButton("Rename")
        self.remove = QPushButton("Remove")
        self.question = QuestionBar("Keep", "Delete for good")
        self._templates = QVBoxLayout()
        self._templates_title = text_label("emphasis")
        self._exclusions = QVBoxLayout()
        self._exclusions_title, self._exclusions_words = text_label("emphasis"), text_label("caption")
        self._merge_text = text_label("")
        self._pair = QVBoxLayout()
        self._merging: list[QPushButton] = []
        self._lay_out()
        self._connect()
        self._paint_icons()

    def show_state(self, state: PeopleState) -> None:
        """Draw the state."""
        before, self._state = self._state, state
        if state.detail:
            self._show_detail(state.detail)
            self.stage.setCurrentIndex(1)
        elif state.pair:
            if before.pair != state.pair or before.faces is not state.faces:
                self._show_pair(state.pair)
            self.stage.setCurrentIndex(2)
        else:
            several = f"{whole(len(state.chosen))} people are chosen: they can be removed together."
            self.hint.setText(several if state.chosen else "Choose a person to see what is kept of them. Choose two to merge them.")
            self.stage.setCurrentIndex(0)

    def ask_to_merge(self) -> None:
        """Let the keyboard answer which of the two stays."""
        if self._state.pair:
            self._merging[0].setFocus()

    def _show_detail(self, detail: Detail) -> None:
        self.name.setText(detail.name)
        self.note.setText(detail.note)
        self.note.setVisible(bool(detail.note))
        self.consent.setText(f"“{detail.consent}”")
        self.recorded.setText(detail.recorded)
        self.training.setChecked(detail.allows_training)
        self.training.setEnabled(detail.keeps_pictures)
        self.training.setToolTip(_TRAINING if detail.keeps_pictures else "No pictures are kept, so there is nothing to train on.")
        self.question.ask("Delete this template? This cannot be undone." if detail.asks_about else "")
        if detail.templates != self._shown_templates:
            self._shown_templates = detail.templates
            self._show_templates(detail)
        if detail.exclusions != self._shown_exclusions:
            self._shown_exclusions = detail.exclusions
            self._show_exclusions(detail)
        count = len(detail.templates)
        self._templates_title.setText(count_words(count, "template") if detail.is_loaded else "Templates")

    def _show_exclusions(self, detail: Detail) -> None:
        _empty(self._exclusions)
        for exclusion in detail.exclusions:
            self._exclusions.addWidget(self._exclusion(exclusion))
        self._exclusions_title.setText(f"Not {detail.name}")
        self._exclusions_words.setText(f"Faces that were taken for {detail.name} and are not. Their pictures are not kept.")
        for label in (self._exclusions_title, self._exclusions_words):
            label.setVisible(bool(detail.exclusions))

    def _exclusion(self, exclusion: ExclusionRow) -> QWidget:
        row = QFrame()
        row.setProperty("look", "card")
        words, note = text_label("caption"), text_label("caption")
        words.setText(exclusion.text)
        note.setText(exclusion.note)
        note.setVisible(bool(exclusion.note))
        back = QPushButton("Take back")
        back.setAccessibleName(f"Take back what was said on {exclusion.text.replace(chr(10), ', ')}")
        back.clicked.connect(lambda: self.taking_back_wanted.emit(exclusion.exclusion_id))
        line = QGridLayout(row)
        line.setContentsMargins(tokens.SPACE_S, tokens.SPACE_S, tokens.SPACE_XS, tokens.SPACE_S)
        line.setVerticalSpacing(2)
        line.setColumnStretch(0, 1)
        line.addWidget(words, 0, 0)
        line.addWidget(note, 1, 0)
        line.addWidget(back, 0, 1, 2, 1, Qt.AlignmentFlag.AlignVCenter)
        return row

    def _show_templates(self, detail: Detail) -> None:
        _empty(self._templates)
        for template in detail.templates:
            self._templates.addWidget(self._template(template, can_remove=detail.can_remove_template))

    def _template(self, template: TemplateRow, *, can_remove: bool) -> QWidget:
        row = QFrame()
        row.setProperty("look", "card")
        words, note = text_label("caption"), text_label("caption")
        words.setText(template.text)
        note.setText(template.note)
        note.setVisible(bool(template.note))
        remove = QToolButton()
        remove.setProperty("look", "plain")
        remove.setIcon(icons.icon("remove", self._theme.palette.text, disabled=self._theme.palette.line))
        remove.setEnabled(can_remove)
        remove.setAccessibleName(f"Delete the template of {template.text.replace(chr(10), ', ')}")
        remove.setToolTip("Delete this template" if can_remove else "The last template can only go with the person")
        remove.clicked.connect(lambda: self.template_removal_wanted.emit(template.template_id))
        line = QGridLayout(row)
        line.setContentsMargins(tokens.SPACE_S, tokens.SPACE_S, tokens.SPACE_XS, tokens.SPACE_S)
        line.setHorizontalSpacing(tokens.SPACE_S)
        line.setVerticalSpacing(2)
        line.setColumnStretch(1, 1)
        if template.pixels is not None:
            face = QLabel()
            face.setPixmap(rounded(image_of(template.pixels), _FACE, self.devicePixelRatioF(), QColor(self._theme.palette.line)))
            line.addWidget(face, 0, 0, 2, 1, Qt.AlignmentFlag.AlignTop)
        line.addWidget(words, 0, 1)
        line.addWidget(note, 1, 1)
        line.addWidget(remove, 0, 2, 2, 1, Qt.AlignmentFlag.AlignVCenter)
        return row

    def _show_pair(self, pair: tuple[PersonRow, ...]) -> None:
        _empty(self._pair)
        self._merging = []
        first, second = pair
        self._merge_text.setText(
            f"Are {first.name} and {second.name} one person? Merging gives one of them the templates and sightings of the other. "
            "Name and consent of the one you keep stay; this cannot be undone."
        )
        for row in pair:
            self._pair.addWidget(self._choice(row))

    def _choice(self, row: PersonRow) -> QWidget:
        card = QFrame()
        card.setProperty("look", "card")
        name, since = text_label("emphasis"), text_label("caption")
        name.setText(row.name)
        since.setText(f"{count_words(row.template_count, 'template')}, since {row.enrolled}")
        keep = QPushButton(f"Merge, keep {row.name}")
        self._merging.append(keep)
        keep.clicked.connect(lambda: self.merge_wanted.emit(row.person_id))
        line = QGridLayout(card)
        line.setColumnStretch(1, 1)
        pixels = self._state.faces.get(row.person_id)
        if pixels is not None:
            face = QLabel()
            face.setPixmap(rounded(image_of(pixels), _FACE, self.devicePixelRatioF(), QColor(self._theme.palette.line)))
            line.addWidget(face, 0, 0, 2, 1)
        column = 0 if pixels is None else 1
        line.addWidget(name, 0, column, 1, 2 - column)
        line.addWidget(since, 1, column, 1, 2 - column)
        line.addWidget(keep, 2, 0, 1, 2)
        return card

    def _lay_out(self) -> None:
        self.stage = QStackedWidget()
        for part in (self._hint_part(), self._detail_part(), self._pair_part()):
            self.stage.addWidget(part)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.stage)

    def _hint_part(self) -> QWidget:
        part = QWidget()
        column = _column(part)
        column.addWidget(self.hint)
        column.addStretch()
        return part

    def _detail_part(self) -> QWidget:
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, tokens.SPACE_S, 0)
        column.setSpacing(tokens.SPACE_S)
        title = text_label("emphasis")
        title.setText("Consent")
        for widget in (title, self.consent, self.recorded, self.training):
            column.addWidget(widget)
        column.addSpacing(tokens.SPACE_S)
        column.addWidget(self._templates_title)
        column.addWidget(self.question)
        self._templates.setSpacing(tokens.SPACE_XS)
        column.addLayout(self._templates)
        column.addSpacing(tokens.SPACE_S)
        column.addWidget(self._exclusions_title)
        column.addWidget(self._exclusions_words)
        self._exclusions.setSpacing(tokens.SPACE_XS)
        column.addLayout(self._exclusions)
        column.addStretch()
        buttons = QHBoxLayout()
        buttons.setSpacing(tokens.SPACE_S)
        buttons.addWidget(self.rename, 1)
        buttons.addWidget(self.remove, 1)
        part = QWidget()
        whole = _column(part)
        head = QVBoxLayout()
        head.setContentsMargins(0, 0, tokens.SPACE_S, tokens.SPACE_XS)
        head.setSpacing(whole.spacing())
        head.addWidget(self.name)
        head.addWidget(self.note)
        head.addWidget(self.add)
        head.addLayout(buttons)
        whole.addLayout(head)
        whole.addWidget(ScrollColumn(body), 1)
        return part

    def _pair_part(self) -> QWidget:
        part = QWidget()
        column = _column(part)
        column.addWidget(self._merge_text)
        column.addLayout(self._pair)
        column.addStretch()
        return part

    def _connect(self) -> None:
        self.add.clicked.connect(self.add_wanted)
        self.rename.clicked.connect(self.rename_wanted)
        self.remove.clicked.connect(self.removal_wanted)
        self.training.clicked.connect(self.training_allowed)
        self.question.kept.connect(lambda: self.template_removal_wanted.emit(0))
        self.question.confirmed.connect(self.template_removal_confirmed)
        self._theme.changed.connect(self._paint_icons)

    def _paint_icons(self) -> None:
        for button, icon in ((self.add, "enrol"), (self.rename, "rename"), (self.remove, "remove")):
            self._theme.set_icon(button, icon)
        self._shown_templates = None
        self.show_state(self._state)


def _column(part: QWidget) -> QVBoxLayout:
    column = QVBoxLayout(part)
    column.setContentsMargins(tokens.SPACE_L, tokens.SPACE_L, tokens.SPACE_S, tokens.SPACE_M)
    column.setSpacing(tokens.SPACE_S)
    return column


def _empty(layout: QVBoxLayout) -> None:
    while item := layout.takeAt(0):
        if widget := item.widget():
            widget.hide()
            widget.deleteLater()
