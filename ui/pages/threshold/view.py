"""The widgets of the threshold from one's own people. Emits what the person wants; draws a ThresholdState."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ui.pages.threshold.pairs_view import PairsView
from ui.pages.threshold.state import Rate, Result, ThresholdState
from ui.theme import Theme, tokens
from ui.widgets.distributions import DistributionsView
from ui.widgets.drop_area import folder_dialog
from ui.widgets.labels import text_label
from ui.widgets.scroll_column import ScrollColumn
from ui.widgets.work_bar import WorkBar

_WIDEST = 980
_INTRODUCTION = (
    "Your own people may be easier or harder to tell apart than those that the encoder was measured on. All pictures are compared with "
    "all; the limit τ is the largest distance at which no more than the wanted share of different people passes for one."
)


class ThresholdView(QWidget):
    """Above whom to measure on, below what it came to."""

    enrolled_taken = Signal(bool)
    folder_chosen = Signal(Path)
    folders_cleared = Signal()
    aligned_set = Signal(bool)
    rate_wanted = Signal(float)
    measuring_wanted = Signal()
    use_wanted = Signal()
    card_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._rates: tuple[Rate, ...] = ()
        self.in_use = text_label("")
        self.use_card = QPushButton("Use the card’s")
        self.enrolled = QCheckBox()
        self.enough, self.folders, self.why_not = (text_label("quiet") for _ in range(3))
        self.refusal = text_label("")
        self.add_folder, self.clear = QPushButton("Add a folder…"), QPushButton("None")
        self.clear.setAccessibleName("Take no folder")
        self.aligned = QCheckBox("The folders’ pictures are aligned faces already")
        self.rate = QComboBox()
        self.rate.setAccessibleName("False matches wanted")
        self.start = QPushButton("Measure")
        self.start.setProperty("look", "main")
        self.work = WorkBar()
        self.result = QFrame()
        self.headline, self.told = text_label("title"), text_label("")
        self.use = QPushButton("Use this τ")
        self.use.setProperty("look", "main")
        self.used = text_label("quiet")
        self.used.setWordWrap(False)
        self.curves = DistributionsView(theme)
        self.alike = PairsView(theme, "Different people who are most alike", "would pass for one person")
        self.unlike = PairsView(theme, "Pictures of one person that are least alike", "would be missed")
        self._lay_out()
        self._connect()
        self._paint_icons()

    def show_state(self, state: ThresholdState) -> None:
        """Draw the state."""
        self.in_use.setText(state.in_use)
        self.use_card.setVisible(state.is_own)
        with QSignalBlocker(self.enrolled), QSignalBlocker(self.aligned):
            self.enrolled.setChecked(state.takes_enrolled)
            self.aligned.setChecked(state.are_aligned)
        self.enrolled.setText(state.enrolled)
        self.folders.setText("\n".join(state.folders) or "No folder. It has a folder of pictures for each person.")
        self.clear.setVisible(bool(state.folders))
        self.aligned.setVisible(bool(state.folders))
        self._show_rates(state)
        for label, words in ((self.enough, state.enough), (self.why_not, state.why_not), (self.refusal, state.refusal)):
            label.setText(words)
            label.setVisible(bool(words))
        self.start.setEnabled(not state.why_not and state.work is None)
        self.work.show_work(state.work)
        self.result.setVisible(state.result is not None)
        if state.result:
            self._show_result(state.result)

    def _show_rates(self, state: ThresholdState) -> None:
        with QSignalBlocker(self.rate):
            if state.rates != self._rates:
                self._rates = state.rates
                self.rate.clear()
                self.rate.addItems([rate.words for rate in state.rates])
            self.rate.setCurrentIndex([rate.value for rate in state.rates].index(state.rate))

    def _show_result(self, result: Result) -> None:
        self.headline.setText(result.headline)
        self.told.setText("\n".join(result.told))
        self.use.setVisible(not result.is_used)
        self.used.setText("This is the limit in use." if result.is_used else "")
        self.used.setVisible(result.is_used)
        self.curves.show_distributions(result.curves)
        self.alike.show_pairs(result.alike)
        self.unlike.show_pairs(result.unlike)

    def _lay_out(self) -> None:
        body = QWidget()
        body.setMaximumWidth(_WIDEST)
        column = QVBoxLayout(body)
        column.setContentsMargins(tokens.SPACE_L, tokens.SPACE_M, tokens.SPACE_L, tokens.SPACE_L)
        column.setSpacing(tokens.SPACE_M)
        title, words = text_label("title"), text_label("quiet")
        title.setText("Limit from your own people")
        words.setText(_INTRODUCTION)
        column.addWidget(title)
        column.addWidget(words)
        column.addLayout(_row(self.in_use, self.use_card))
        column.addWidget(self._choices())
        self.refusal.setProperty("look", "warning")
        column.addWidget(self.refusal)
        column.addWidget(self.work)
        column.addWidget(self._result_card())
        column.addStretch()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(ScrollColumn(body))

    def _choices(self) -> QFrame:
        card, column = _card()
        head, rate_words = text_label("emphasis"), QLabel("False matches wanted")
        head.setText("Measure on")
        column.addWidget(head)
        column.addWidget(self.enrolled)
        column.addWidget(self.enough)
        column.addLayout(_row(self.folders, self.clear, self.add_folder))
        column.addWidget(self.aligned)
        foot = QHBoxLayout()
        foot.setSpacing(tokens.SPACE_M)
        for part in (rate_words, self.rate, self.start):
            foot.addWidget(part)
        foot.addStretch()
        column.addLayout(foot)
        column.addWidget(self.why_not)
        return card

    def _result_card(self) -> QFrame:
        card, column = _card()
        self.result = card
        column.addLayout(_row(self.headline, self.used, self.use))
        column.addWidget(self.told)
        column.addWidget(self.curves)
        pairs = QHBoxLayout()
        pairs.setSpacing(tokens.SPACE_L)
        pairs.addWidget(self.alike, 1)
        pairs.addWidget(self.unlike, 1)
        column.addLayout(pairs)
        return card

    def _connect(self) -> None:
        self.enrolled.toggled.connect(self.enrolled_taken)
        self.aligned.toggled.connect(self.aligned_set)
        self.add_folder.clicked.connect(self._ask_for_folder)
        self.clear.clicked.connect(self.folders_cleared)
        self.rate.activated.connect(lambda row: self.rate_wanted.emit(self._rates[row].value))
        self.start.clicked.connect(self.measuring_wanted)
        self.use.clicked.connect(self.use_wanted)
        self.use_card.clicked.connect(self.card_wanted)
        self._theme.changed.connect(self._paint_icons)

    def _ask_for_folder(self) -> None:
        dialog = folder_dialog(self, "Choose a folder that has a folder of pictures for each person")
        dialog.fileSelected.connect(lambda path: self.folder_chosen.emit(Path(path)))
        dialog.open()

    def _paint_icons(self) -> None:
        self._theme.set_icon(self.add_folder, "folder")
        self._theme.set_icon(self.start, "limit")
        self._theme.set_icon(self.use, "check")


def _card() -> tuple[QFrame, QVBoxLayout]:
    card = QFrame()
    card.setProperty("look", "card")
    column = QVBoxLayout(card)
    column.setContentsMargins(tokens.SPACE_L, tokens.SPACE_M, tokens.SPACE_L, tokens.SPACE_L)
    column.setSpacing(tokens.SPACE_S)
    return card, column


def _row(words: QLabel, *others: QWidget) -> QHBoxLayout:
    """Words that take what room there is, the others beside them."""
    row = QHBoxLayout()
    row.setSpacing(tokens.SPACE_S)
    row.addWidget(words, 1)
    for part in others:
        row.addWidget(part, 0, Qt.AlignmentFlag.AlignVCenter)
    return row
