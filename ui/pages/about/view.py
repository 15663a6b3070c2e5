"""The About page's widgets. Emits what the person wants; draws an AboutState."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ui.pages.about.state import AboutState
from ui.theme import Theme, icons, tokens
from ui.widgets.labels import text_label
from ui.widgets.scroll_column import ScrollColumn

_WIDEST = 880
_SIGNS = {"ok": ("check", "in order"), "note": ("about", "to be known"), "bad": ("warning", "wrong")}


class AboutView(QWidget):
    """Cards one below the other."""

    guide_wanted = Signal()
    keys_wanted = Signal()
    examination_wanted = Signal()
    folder_wanted = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._state = AboutState()
        self.version = text_label("quiet")
        self.verdict = text_label("")
        self.examine = QPushButton("Look again")
        self._cards = {name: QGridLayout() for name in ("well", "models", "places", "packages")}
        self._folders: list[QPushButton] = []
        self._lay_out()
        self.examine.clicked.connect(self.examination_wanted)
        theme.changed.connect(self._redraw)

    def show_state(self, state: AboutState) -> None:
        """Draw the state."""
        before, self._state = self._state, state
        self.version.setText(state.version)
        self.examine.setEnabled(not state.is_examining)
        self.verdict.setText("Looking at everything that the main job needs…" if state.is_examining else state.verdict)
        if state.findings != before.findings:
            self._show_findings()
        if state.models != before.models or not before.version:
            none = (("The engine has loaded none yet.", ""),)
            self._fill("models", tuple((model.name, model.text) for model in state.models) or none)
        if state.places != before.places:
            self._show_places()
        if state.packages != before.packages:
            self._fill("packages", tuple((package.name, package.version, package.licence) for package in state.packages))

    def _redraw(self) -> None:
        state, self._state = self._state, AboutState()
        self.show_state(state)

    def _show_findings(self) -> None:
        grid = self._cards["well"]
        _empty(grid)
        for row, finding in enumerate(self._state.findings):
            name, words = _SIGNS[finding.state]
            colours = self._theme.palette
            colour = {"ok": colours.accent, "note": colours.quiet, "bad": colours.red}[finding.state]
            sign = QLabel()
            sign.setPixmap(icons.pixmap(name, colour, 16, ratio=self.devicePixelRatioF()))
            sign.setAccessibleName(words)
            subject, text = text_label(""), text_label("error" if finding.state == "bad" else "quiet")
            subject.setText(finding.subject)
            text.setText(finding.text)
            for column, part in enumerate((sign, subject, text)):
                grid.addWidget(part, row, column, Qt.AlignmentFlag.AlignTop)
        grid.setColumnStretch(2, 1)
        grid.setColumnMinimumWidth(1, 110)

    def _show_places(self) -> None:
        grid = self._cards["places"]
        self._fill("places", self._state.places)
        self._folders = []
        for row, (what, _) in enumerate(self._state.places):
            button = QPushButton("Open the folder")
            button.setAccessibleName(f"Open the folder of: {what}")
            button.clicked.connect(lambda _=False, row=row: self.folder_wanted.emit(row))
            grid.addWidget(button, row, 2)
            self._folders.append(button)

    def _fill(self, card: str, rows: tuple[tuple[str, ...], ...]) -> None:
        """Words in columns; they can be marked and copied."""
        grid = self._cards[card]
        _empty(grid)
        for row, texts in enumerate(rows):
            for column, text in enumerate(texts):
                label = text_label("quiet" if column else "")
                label.setText(text)
                label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                grid.addWidget(label, row, column, Qt.AlignmentFlag.AlignTop)
        grid.setColumnMinimumWidth(0, 160)
        grid.setColumnStretch(1, 1)

    def _lay_out(self) -> None:
        title = text_label("title")
        title.setText("About Facekit")
        guide, keys = QPushButton("Read the guide"), QPushButton("List the keys")
        guide.clicked.connect(self.guide_wanted)
        keys.clicked.connect(self.keys_wanted)
        buttons = QHBoxLayout()
        for button in (guide, keys):
            buttons.addWidget(button)
        buttons.addStretch()
        well = QHBoxLayout()
        well.addWidget(self.verdict, 1)
        well.addWidget(self.examine)
        body = QWidget()
        body.setMaximumWidth(_WIDEST)
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, tokens.SPACE_S, 0)
        column.setSpacing(tokens.SPACE_M)
        about = text_label("")
        about.setText("Learns a face from one picture and tells who is in front of the camera. Everything stays on this computer.")
        for part in (title, self.version, about):
            column.addWidget(part)
        column.addLayout(buttons)
        column.addWidget(self._card("Is all well?", "well", well))
        column.addWidget(self._card("Models in memory", "models"))
        column.addWidget(self._card("Where things are", "places"))
        column.addWidget(self._card("Made with", "packages"))
        column.addStretch()
        area = ScrollColumn(body)
        area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # the arrows scroll what has no control to stop at
        area.setAccessibleName("About Facekit")
        whole = QVBoxLayout(self)
        whole.setContentsMargins(tokens.SPACE_L, tokens.SPACE_M, tokens.SPACE_S, tokens.SPACE_L)
        whole.addWidget(area)

    def _card(self, title: str, name: str, above: QHBoxLayout | None = None) -> QWidget:
        card = QFrame()
        card.setProperty("look", "card")
        head = text_label("emphasis")
        head.setText(title)
        column = QVBoxLayout(card)
        column.setContentsMargins(tokens.SPACE_L, tokens.SPACE_M, tokens.SPACE_L, tokens.SPACE_M)
        column.setSpacing(tokens.SPACE_S)
        column.addWidget(head)
        if above:
            column.addLayout(above)
        grid = self._cards[name]
        grid.setHorizontalSpacing(tokens.SPACE_M)
        grid.setVerticalSpacing(tokens.SPACE_XS)
        column.addLayout(grid)
        return card


def _empty(grid: QGridLayout) -> None:
    while item := grid.takeAt(0):
        if widget := item.widget():
            widget.hide()
            widget.deleteLater()
