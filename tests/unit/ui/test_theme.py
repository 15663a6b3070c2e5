"""Light and dark: contrast, switching, icons."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QPushButton

from ui.theme import Theme, icons
from ui.theme.tokens import DARK, LIGHT, Palette, contrast

pytestmark = pytest.mark.gui


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=lambda palette: palette.name)
@pytest.mark.parametrize(
    ("ground", "tones"),
    [
        ("ground", ("text", "quiet", "accent", "amber", "red", "cool")),
        ("surface", ("text", "quiet", "accent", "amber", "red", "cool")),
        ("hover", ("text", "quiet", "red")),
    ],
)
def test_words_on_every_ground_have_the_contrast_of_wcag_aa(palette: Palette, ground: str, tones: tuple[str, ...]) -> None:
    for tone in tones:
        assert contrast(getattr(palette, tone), getattr(palette, ground)) >= 4.5, f"{tone} on {ground}"
    assert contrast(palette.control_line, getattr(palette, ground)) >= 3.0


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=lambda palette: palette.name)
def test_words_on_the_main_button_have_the_contrast_of_wcag_aa(palette: Palette) -> None:
    assert contrast(palette.on_accent, palette.accent) >= 4.5


def test_contrast_of_black_on_white_is_21() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)


def test_theme_when_chosen_dresses_the_application_and_tells(theme: Theme, qapp: QApplication) -> None:
    told: list[str] = []
    theme.changed.connect(lambda: told.append(theme.palette.name))
    theme.choose("light")
    theme.choose("dark")
    assert qapp.palette().color(QPalette.ColorRole.Window).name().upper() == DARK.ground
    theme.choose("light")
    assert qapp.palette().color(QPalette.ColorRole.Window).name().upper() == LIGHT.ground
    assert told == ["dark", "light"]


def test_theme_when_left_to_the_system_follows_it(theme: Theme) -> None:
    theme.choose("system")
    is_dark = QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark
    assert theme.palette is (DARK if is_dark else LIGHT)


@pytest.mark.parametrize("name", icons.NAMES)
def test_icon_is_drawn_in_the_colour_asked_for(qapp: QApplication, name: str) -> None:
    picture = icons.pixmap(name, "#FF0000", 24).toImage()
    inked = [picture.pixelColor(x, y) for x in range(24) for y in range(24) if picture.pixelColor(x, y).alpha() > 200]
    assert inked
    assert all(colour.red() > 200 and colour.green() < 60 for colour in inked)


def test_icon_of_the_main_button_can_be_read_on_it(theme: Theme) -> None:
    button = QPushButton()
    button.setProperty("look", "main")
    theme.set_icon(button, "check")
    picture = button.icon().pixmap(button.iconSize()).toImage()
    colours = {picture.pixelColor(x, y).name().upper() for x in range(picture.width()) for y in range(picture.height())}
    assert LIGHT.on_accent in colours
