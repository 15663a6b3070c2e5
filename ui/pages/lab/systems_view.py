"""The lecture's systems: the list, what the chosen one says of the picture. Draws a SystemsState."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QListWidget, QListWidgetItem, QProgressBar, QPushButton, QVBoxLayout, QWidget

from ui.language import decimal
from ui.pages.lab.state import Finding, SystemsState
from ui.theme import Theme, tokens
from ui.widgets.picture_view import PictureView

_KEY = Qt.ItemDataRole.UserRole
_SIDE_WIDTH = 272
_SHOWN_SHARES = 5


class SystemsView(QWidget):
    """A list at the left; words, buttons and the picture at the right."""

    chosen = Signal(str)
    run_chosen = Signal(str)
    run_wanted = Signal()
    cancelled = Signal()
    training_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._state = SystemsState()
        self._picture = Finding()
        self.systems = QListWidget()
        self.about, self.needs, self.words, self.trouble = (QLabel(wordWrap=True) for _ in range(4))
        self.needs.setProperty("look", "warning")
        self.trouble.setProperty("look", "error")
        self.runs = QComboBox()
        self.run, self.cancel, self.train = QPushButton("Run"), QPushButton("Cancel"), QPushButton("Train it now")
        self.bar = QProgressBar()
        self.picture = PictureView(theme)
        self.shares = _Shares()
        self._lay_out()
        self._connect()
        self._paint_icons()

    def show_state(self, state: SystemsState) -> None:
        """Draw the state."""
        before, self._state = self._state, state
        if before.systems != state.systems:
            self._fill(state)
        with QSignalBlocker(self.systems):
            self.systems.setCurrentRow([key for key, _ in state.systems].index(state.chosen) if state.chosen else -1)
        self.about.setText(state.about)
        self.needs.setText(state.needs)
        self.needs.setVisible(bool(state.needs))
        self._show_buttons(state)
        self._show_runs(state)
        self.bar.setVisible(state.progress is not None)
        self.bar.setRange(0, 1000 if state.progress else 0)  # without an end while nothing is known of it
        self.bar.setValue(round(1000 * (state.progress or 0)))
        self.trouble.setText(state.trouble)
        self.trouble.setVisible(bool(state.trouble))
        self._show_finding()

    def show_picture(self, finding: Finding) -> None:
        """What stands there while the system has not said anything of it."""
        self._picture = finding
        if self._state.finding.pixels is None:
            self._show_finding()

    def _show_finding(self) -> None:
        found = self._state.finding if self._state.finding.pixels is not None else self._picture
        self.picture.show_picture(found.pixels, empty="No picture yet")
        self.picture.setAccessibleDescription(found.words)
        self.picture.mark(found.boxes, found.windows, found.points)
        self.words.setText(found.words)
        self.words.setVisible(bool(found.words))
        self.shares.show_shares(found.shares[:_SHOWN_SHARES])

    def _show_buttons(self, state: SystemsState) -> None:
        self.run.setVisible(not state.needs and state.progress is None)
        self.run.setEnabled(state.can_run)
        self.cancel.setVisible(state.progress is not None)
        self.train.setVisible(bool(state.needs))
        self.train.setEnabled(state.can_train)

    def _show_runs(self, state: SystemsState) -> None:
        if [self.runs.itemText(index) for index in range(self.runs.count())] != list(state.runs):
            self.runs.clear()
            self.runs.addItems(state.runs)
        self.runs.setCurrentIndex(max(0, self.runs.findText(state.run)))
        self.runs.setVisible(bool(state.runs))

    def _fill(self, state: SystemsState) -> None:
        self.systems.clear()
        for key, title in state.systems:
            item = QListWidgetItem(title)
            item.setData(_KEY, key)
            self.systems.addItem(item)

    def _lay_out(self) -> None:
        self.systems.setAccessibleName("Systems of the lecture")
        self.runs.setAccessibleName("Trained network")
        self.runs.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.bar.setAccessibleName("Part of the work that is done")
        self.bar.setTextVisible(False)
        self.systems.setFixedWidth(_SIDE_WIDTH)
        self.run.setProperty("look", "main")
        self.train.setProperty("look", "main")
        row = QHBoxLayout()
        row.setSpacing(tokens.SPACE_S)
        for part in (self.train, self.run, self.cancel, self.runs):
            row.addWidget(part)
        row.addStretch()
        right = QVBoxLayout()
        right.setSpacing(tokens.SPACE_M)
        right.addWidget(self.about)
        right.addWidget(self.needs)
        right.addLayout(row)
        for line in (self.bar, self.trouble, self.words):
            right.addWidget(line)
        below = QHBoxLayout()
        below.setSpacing(tokens.SPACE_L)
        below.addWidget(self.picture, 3)
        below.addWidget(self.shares, 2)
        right.addLayout(below, 1)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(tokens.SPACE_XL)
        whole.addWidget(self.systems)
        whole.addLayout(right, 1)

    def _connect(self) -> None:
        self.systems.currentItemChanged.connect(self._item_chosen)
        self.runs.textActivated.connect(self.run_chosen)
        self.run.clicked.connect(self.run_wanted)
        self.cancel.clicked.connect(self.cancelled)
        self.train.clicked.connect(self.training_wanted)
        self._theme.changed.connect(self._paint_icons)

    def _item_chosen(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.chosen.emit(item.data(_KEY))

    def _paint_icons(self) -> None:
        self._theme.set_icon(self.run, "play")
        self._theme.set_icon(self.cancel, "close")
        self._theme.set_icon(self.train, "training")


class _Shares(QWidget):
    """Classes, each with a bar and its share in figures."""

    def __init__(self) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(tokens.SPACE_S)
        self._column.addStretch()
        self._shown: tuple[tuple[str, float], ...] = ()
        self.hide()

    def show_shares(self, shares: tuple[tuple[str, float], ...]) -> None:
        """The largest first."""
        if shares == self._shown:
            return
        self._shown = shares
        while self._column.count() > 1:
            item = self._column.takeAt(0)
            if item and (widget := item.widget()):
                widget.hide()
                widget.deleteLater()
        for place, (name, share) in enumerate(shares):
            self._column.insertWidget(place, _share(name, share))
        self.setVisible(bool(shares))


def _share(name: str, share: float) -> QWidget:
    whole = QWidget()
    column = QVBoxLayout(whole)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(2)
    head = QHBoxLayout()
    head.addWidget(QLabel(name))
    head.addStretch()
    head.addWidget(QLabel(decimal(share)))
    bar = QProgressBar(minimum=0, maximum=1000, value=round(1000 * share), textVisible=False)
    bar.setAccessibleName(f"{name}: {decimal(share)}")
    column.addLayout(head)
    column.addWidget(bar)
    return whole
