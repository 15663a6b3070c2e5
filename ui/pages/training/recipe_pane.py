"""What a recipe is, what it reads and how long it is, with the button that starts it. Draws a RecipePane."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QLabel, QPushButton, QRadioButton, QScrollArea, QVBoxLayout, QWidget

from ui.pages.training.state import NeedRow, RecipePane
from ui.theme import Theme, icons, tokens
from ui.widgets.labels import text_label

_SIGNS = {True: ("check", "accent"), False: ("warning", "amber"), None: ("again", "quiet")}
_WORDS = {True: "is there", False: "not on this machine", None: "being looked for"}


class RecipePaneView(QFrame):
    """One recipe."""

    form_chosen = Signal(str)
    place_wanted = Signal(str)
    begun = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._pane: RecipePane | None = None
        self._title, self._about = text_label("title"), text_label("")
        self._takes, self._why_not = text_label("quiet"), text_label("warning")
        self._forms, self._needs = QVBoxLayout(), QVBoxLayout()
        self._group: QButtonGroup | None = None
        self.start = QPushButton("Start")
        self.start.setProperty("look", "main")
        self._lay_out()
        self.start.clicked.connect(self.begun)
        theme.changed.connect(self._paint)
        self._paint()

    def show_pane(self, pane: RecipePane) -> None:
        """Draw the recipe."""
        before, self._pane = self._pane, pane
        self._title.setText(pane.title)
        self._about.setText(pane.about)
        self._takes.setText(pane.takes)
        self._why_not.setText(pane.why_not)
        self._why_not.setVisible(bool(pane.why_not))
        self.start.setEnabled(not pane.why_not)
        if before is None or (before.forms, before.form) != (pane.forms, pane.form):
            self._show_forms(pane)
        if before is None or before.needs != pane.needs:
            self._show_needs(pane)

    def _show_forms(self, pane: RecipePane) -> None:
        focused = any(button.hasFocus() for button in self._group.buttons()) if self._group else False
        _clear(self._forms)
        self._group = QButtonGroup(self)
        for recipe, words in pane.forms:
            button = QRadioButton(words)
            button.setChecked(recipe == pane.form)
            button.clicked.connect(lambda _=False, chosen=recipe: self.form_chosen.emit(chosen))
            self._group.addButton(button)
            self._forms.addWidget(button)
            if focused and recipe == pane.form:
                button.setFocus()

    def _show_needs(self, pane: RecipePane) -> None:
        _clear(self._needs)
        for need in pane.needs:
            self._needs.addWidget(self._need(need))

    def _need(self, need: NeedRow) -> QWidget:
        icon, colour = _SIGNS[need.is_there]
        sign = QLabel()
        sign.setPixmap(icons.pixmap(icon, getattr(self._theme.palette, colour), 16, ratio=self.devicePixelRatioF()))
        sign.setAccessibleName(_WORDS[need.is_there])
        sign.setToolTip(_WORDS[need.is_there])
        kind = need.key.rpartition(".")[2]
        words = text_label("")
        words.setText(f"{kind}: {need.words}" + ("" if need.is_there else f" ({_WORDS[need.is_there]})"))
        choose = QPushButton("Choose…")
        choose.setAccessibleName(f"Choose where to read {kind}")
        choose.clicked.connect(lambda: self.place_wanted.emit(need.key))
        whole = QWidget()
        row = QHBoxLayout(whole)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(tokens.SPACE_S)
        row.addWidget(sign)
        row.addWidget(words, 1)
        row.addWidget(choose)
        return whole

    def _lay_out(self) -> None:
        self.setProperty("look", "card")
        heading = text_label("emphasis")
        heading.setText("What it reads")
        body = QWidget()
        inner = QVBoxLayout(body)
        inner.setContentsMargins(0, 0, tokens.SPACE_S, 0)
        inner.setSpacing(tokens.SPACE_M)
        inner.addWidget(self._title)
        inner.addWidget(self._about)
        inner.addLayout(self._forms)
        inner.addWidget(heading)
        inner.addLayout(self._needs)
        inner.addStretch()
        scroll = QScrollArea(widgetResizable=True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(body)
        self._forms.setSpacing(tokens.SPACE_XS)
        self._needs.setSpacing(tokens.SPACE_S)
        foot = QHBoxLayout()
        foot.setSpacing(tokens.SPACE_M)
        foot.addWidget(self.start)
        foot.addWidget(self._takes, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(tokens.SPACE_L, tokens.SPACE_L, tokens.SPACE_S, tokens.SPACE_L)
        whole.setSpacing(tokens.SPACE_M)
        whole.addWidget(scroll, 1)
        whole.addWidget(self._why_not)
        whole.addLayout(foot)

    def _paint(self) -> None:
        self._theme.set_icon(self.start, "play")
        if self._pane:
            self._show_needs(self._pane)


def _clear(layout: QVBoxLayout) -> None:
    while item := layout.takeAt(0):
        if widget := item.widget():
            widget.hide()
            widget.deleteLater()
