"""How the window looks: light or dark, following the system unless the person chose. Widgets ask the Theme for colours."""

from __future__ import annotations

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QGuiApplication, QIcon, QPalette
from PySide6.QtWidgets import QAbstractButton, QApplication

from ui.theme import icons, style, tokens
from ui.theme.tokens import DARK, LIGHT, Palette

CHOICES = ("system", "light", "dark")


class Theme(QObject):
    """The colours in use; `changed` is emitted after the whole application wears the new ones."""

    changed = Signal()

    def __init__(self, application: QApplication, choice: str = "system") -> None:
        super().__init__()
        self._application = application
        self.choice = choice
        self.palette = self._wanted()
        self._icons: dict[tuple[str, str, str, int], QIcon] = {}
        application.setStyle("Fusion")
        self._dress()
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._follow)

    def choose(self, choice: str) -> None:
        """Wear "light" or "dark", or follow the "system"."""
        self.choice = choice
        self._follow()

    def icon(self, name: str) -> QIcon:
        """An icon in the colour of the words beside it."""
        return self._icon(name, self.palette.text)

    def set_icon(self, button: QAbstractButton, name: str, *, size: int = 18) -> None:
        """Give a button an icon in the colour of its words, and a little room between the two."""
        colour = self.palette.on_accent if button.property("look") == "main" else self.palette.text
        gap = tokens.SPACE_XS
        button.setIconSize(QSize(size + gap, size))
        button.setIcon(self._icon(name, colour, gap=gap))

    def _icon(self, name: str, colour: str, *, gap: int = 0) -> QIcon:
        """Drawn once: there are the same few on every page."""
        key = (name, colour, self.palette.quiet, gap)
        if key not in self._icons:
            self._icons[key] = icons.icon(name, colour, disabled=self.palette.quiet, gap=gap)
        return self._icons[key]

    def _wanted(self) -> Palette:
        if self.choice == "system":
            return DARK if QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark else LIGHT
        return DARK if self.choice == "dark" else LIGHT

    def _follow(self) -> None:
        if self._wanted() != self.palette:
            self.palette = self._wanted()
            self._dress()
            self.changed.emit()

    def _dress(self) -> None:
        self._application.setPalette(qt_palette(self.palette))
        self._application.setStyleSheet(style.sheet(self.palette))


def figures(size: int = tokens.TYPE_BODY, *, bold: bool = False) -> QFont:
    """The system's font with figures of one width, so that a changing distance does not shake."""
    font = QFont(QGuiApplication.font())
    font.setPixelSize(size)
    font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    font.setFeature(QFont.Tag.fromString("tnum"), 1)
    return font


def qt_palette(colours: Palette) -> QPalette:
    """The colours as Qt's own palette, for what the style sheet does not reach."""
    roles = {
        QPalette.ColorRole.Window: colours.ground,
        QPalette.ColorRole.WindowText: colours.text,
        QPalette.ColorRole.Base: colours.surface,
        QPalette.ColorRole.AlternateBase: colours.hover,
        QPalette.ColorRole.Text: colours.text,
        QPalette.ColorRole.Button: colours.surface,
        QPalette.ColorRole.ButtonText: colours.text,
        QPalette.ColorRole.ToolTipBase: colours.surface,
        QPalette.ColorRole.ToolTipText: colours.text,
        QPalette.ColorRole.PlaceholderText: colours.quiet,
        QPalette.ColorRole.Highlight: colours.accent,
        QPalette.ColorRole.HighlightedText: colours.on_accent,
        QPalette.ColorRole.Link: colours.accent,
    }
    made = QPalette()
    for role, colour in roles.items():
        made.setColor(role, QColor(colour))
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(colours.quiet))
    return made
