"""One encoder as a card: what it does here, its figures, its facts, and what can be done with it. Draws an EncoderCard."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QMenu, QPushButton, QToolButton, QVBoxLayout, QWidget

from ui.pages.models.state import Can, EncoderCard, Figure, Tone
from ui.theme import Theme, figures, icons, tokens
from ui.widgets.labels import text_label

_WORDS = {
    Can.PROMOTE: "Make active…",
    Can.REENCODE: "Re-encode",
    Can.RELEASE: "Let go…",
    Can.EXPORT: "Export…",
    Can.DELETE: "Delete…",
}
_BUTTONS = (Can.PROMOTE, Can.REENCODE)
"""The others are in the menu."""


class EncoderCardView(QFrame):
    """One card."""

    wanted = Signal(str, str)
    """The name of the encoder, and what is wanted of it: a value of Can."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._card: EncoderCard | None = None
        self.setProperty("look", "card")
        self.name, self.use = text_label("emphasis", wraps=False), text_label("quiet")
        self._sign = QLabel()
        self.buttons = {action: QPushButton(_WORDS[action]) for action in _BUTTONS}
        self.more = QToolButton()
        self._menu = QMenu(self.more)
        self.tiles = QHBoxLayout()
        self._facts = QGridLayout()
        self.verdict, self.needing = text_label(""), text_label("warning")
        self._lay_out()
        for action, button in self.buttons.items():
            button.clicked.connect(lambda _=False, wish=action: self._want(wish))
        theme.changed.connect(self._paint)

    def show_card(self, card: EncoderCard, *, is_busy: bool) -> None:
        """Draw this; nothing can be begun while it is busy."""
        for button in (*self.buttons.values(), self.more):
            button.setEnabled(not is_busy)
        if card == self._card:
            return
        self._card = card
        self.setAccessibleName(f"{card.name}, {card.use}")
        self.name.setText(card.name)
        self.use.setText(card.use)
        self.verdict.setText(card.verdict)
        self.verdict.setVisible(bool(card.verdict))
        self.verdict.setProperty("look", "warning" if card.verdict_tone is Tone.CARE else "")
        self.verdict.style().polish(self.verdict)
        self.needing.setText(card.needing)
        self.needing.setVisible(bool(card.needing))
        for action, button in self.buttons.items():
            button.setVisible(action in card.can)
            button.setAccessibleName(f"{_WORDS[action].rstrip('…')}: {card.name}")
        self.more.setAccessibleName(f"More of {card.name}")
        self._fill_menu(card)
        self._fill_tiles(card.figures)
        self._fill_facts(card.facts)
        self._paint()

    def _want(self, action: Can) -> None:
        if self._card:
            self.wanted.emit(self._card.name, action.value)

    def _fill_menu(self, card: EncoderCard) -> None:
        self._menu.clear()
        for action in card.can:
            if action not in _BUTTONS:
                self._menu.addAction(_WORDS[action]).triggered.connect(lambda _=False, wish=action: self._want(wish))

    def _fill_tiles(self, measured: tuple[Figure, ...]) -> None:
        _clear(self.tiles)
        for figure in measured:
            self.tiles.addWidget(_tile(figure), 1)
        if not measured:
            words = text_label("quiet", wraps=False)
            words.setText("Never measured: without a measured limit nothing can be decided with it.")
            self.tiles.addWidget(words)

    def _fill_facts(self, facts: tuple[tuple[str, str], ...]) -> None:
        _clear(self._facts)
        for row, (name, words) in enumerate(facts):
            left, right = text_label("caption", wraps=False), text_label("")
            left.setText(name)
            right.setText(words)
            right.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._facts.addWidget(left, row, 0, Qt.AlignmentFlag.AlignTop)
            self._facts.addWidget(right, row, 1)

    def _lay_out(self) -> None:
        self.more.setFixedHeight(32)
        self.more.setMinimumWidth(40)
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.more.setMenu(self._menu)
        self.more.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.more.setText("More")
        head = QHBoxLayout()
        head.setSpacing(tokens.SPACE_S)
        head.addWidget(self.name)
        head.addWidget(self._sign)
        head.addWidget(self.use, 1)
        for button in (*self.buttons.values(), self.more):
            head.addWidget(button)
        self.tiles.setSpacing(tokens.SPACE_M)
        self._facts.setHorizontalSpacing(tokens.SPACE_L)
        self._facts.setVerticalSpacing(tokens.SPACE_XS)
        self._facts.setColumnStretch(1, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(tokens.SPACE_L, tokens.SPACE_M, tokens.SPACE_M, tokens.SPACE_L)
        whole.setSpacing(tokens.SPACE_M)
        whole.addLayout(head)
        whole.addWidget(self.needing)
        whole.addLayout(self.tiles)
        whole.addWidget(self.verdict)
        whole.addLayout(self._facts)

    def _paint(self) -> None:
        is_active = self._card is not None and self._card.tone is Tone.GOOD
        self._sign.setVisible(is_active)
        self._sign.setPixmap(icons.pixmap("check", self._theme.palette.accent, 18, ratio=self.devicePixelRatioF()))
        for action, button in self.buttons.items():
            self._theme.set_icon(button, "check" if action is Can.PROMOTE else "reencode")
        self._theme.set_icon(self.more, "down")
        self.more.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)


def _tile(figure: Figure) -> QWidget:
    """Name, value, interval and limit, one below the other."""
    tile = QWidget()
    tile.setToolTip(f"95% interval: {figure.interval}\nMeasured on {figure.measured_on}" if figure.interval else figure.measured_on)
    column = QVBoxLayout(tile)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(2)
    for look, words in (("caption", figure.name), ("emphasis", figure.value), ("caption", figure.interval), ("caption", figure.limit)):
        label = text_label(look, wraps=False)
        label.setText(words)
        if look == "emphasis":
            label.setFont(figures(tokens.TYPE_EMPHASIS, bold=True))
        column.addWidget(label)
    return tile


def _clear(layout: QHBoxLayout | QGridLayout) -> None:
    while item := layout.takeAt(0):
        if widget := item.widget():
            widget.hide()
            widget.deleteLater()
