"""The line at the foot of the window: how things stand, and trouble first of all."""

from __future__ import annotations

from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QWidget

from ui.theme import Theme, icons, tokens

_INFO_MS = 8000


class HealthDot(QWidget):
    """Full for good, half for waiting, a cross for bad: told apart without colour."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._health = "waiting"
        self.setFixedSize(12, 12)
        theme.changed.connect(self.update)

    def show_health(self, health: str) -> None:
        """ "good", "waiting" or "bad"."""
        self._health = health
        self.update()

    def paintEvent(self, _: QPaintEvent) -> None:
        """One of the three signs."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = self._theme.palette
        if self._health == "bad":
            painter.drawPixmap(0, 0, icons.pixmap("close", colours.red, 12, ratio=self.devicePixelRatioF()))
        else:
            colour = QColor(colours.accent if self._health == "good" else colours.quiet)
            painter.setPen(colour)
            painter.drawEllipse(2, 2, 8, 8)
            painter.setBrush(colour)
            painter.drawPie(2, 2, 8, 8, 90 * 16, (360 if self._health == "good" else 180) * 16)
        painter.end()


class StatusLine(QFrame):
    """Parts side by side; the notice has the room that is left."""

    people_wanted = Signal()
    restart_wanted = Signal()
    dismissed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setProperty("look", "status")
        self.dot = HealthDot(theme)
        self.engine, self.device, self.speed, self.limit = (QLabel() for _ in range(4))
        self.people = QPushButton()
        self.people.setProperty("look", "plain")
        self.people.setToolTip("Go to the list of enrolled people")
        self.restart = QPushButton("Restart")
        self.restart.setAccessibleName("Restart the engine")
        self._notice_icon = QLabel()
        self.notice = QLabel()
        self.notice.setWordWrap(True)
        self._dismiss = QToolButton()
        self._dismiss.setProperty("look", "plain")
        self._dismiss.setAccessibleName("Dismiss the notice")
        self._fade = QTimer(self, singleShot=True, interval=_INFO_MS)
        self._is_error = False
        self._lay_out()
        self._connect()
        self.show_engine("engine starting", "waiting")
        self.show_facts(device="", speed="", people="", limit="", limit_help="")
        self.show_notice("", is_error=False)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(tokens.SPACE_M, tokens.SPACE_XS, tokens.SPACE_S, tokens.SPACE_XS)
        row.setSpacing(tokens.SPACE_S)
        for part in (self.dot, self.engine, self.restart, self.device, self.speed, self.people, self.limit):
            row.addWidget(part)
        row.addSpacing(tokens.SPACE_S)
        row.addWidget(self._notice_icon)
        row.addWidget(self.notice, 1)
        row.addWidget(self._dismiss)
        self.setMinimumHeight(36)
        for part in (self.device, self.speed, self.limit):
            part.setProperty("look", "quiet")

    def _connect(self) -> None:
        self.people.clicked.connect(self.people_wanted)
        self.restart.clicked.connect(self.restart_wanted)
        self._dismiss.clicked.connect(self.dismissed)
        self._fade.timeout.connect(self.dismissed)
        self._theme.changed.connect(self._paint_notice)

    def show_engine(self, words: str, health: str, *, help_text: str = "", can_restart: bool = False) -> None:
        """The engine's state."""
        self.dot.show_health(health)
        self.engine.setText(words)
        self.engine.setToolTip(help_text)
        self.restart.setVisible(can_restart)

    def show_facts(self, *, device: str, speed: str, people: str, limit: str, limit_help: str) -> None:
        """Everything else that holds; empty texts are left out."""
        for part, words in ((self.device, device), (self.speed, speed), (self.limit, limit)):
            part.setText(f"· {words}")
            part.setVisible(bool(words))
        self.people.setText(f"· {people}")
        self.people.setVisible(bool(people))
        self.limit.setToolTip(limit_help)

    def show_notice(self, words: str, *, is_error: bool) -> None:
        """One sentence; an error stays until it is dismissed, anything else goes by itself."""
        self._is_error = is_error
        self.notice.setText(words)
        self.notice.setProperty("look", "error" if is_error else "")
        self.notice.style().polish(self.notice)
        for part in (self._notice_icon, self._dismiss):
            part.setVisible(bool(words))
        self._fade.stop()
        if words and not is_error:
            self._fade.start()
        self._paint_notice()

    def _paint_notice(self) -> None:
        colours = self._theme.palette
        name, colour = ("warning", colours.red) if self._is_error else ("check", colours.accent)
        self._notice_icon.setPixmap(icons.pixmap(name, colour, 16, ratio=self.devicePixelRatioF()))
        self._dismiss.setIcon(icons.icon("close", colours.quiet))
        self._dismiss.setIconSize(QSize(14, 14))
