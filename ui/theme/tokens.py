"""Colours, spaces and sizes of type, for light and dark. Plain values: what is drawn with them lives elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Palette:
    """One set of colours, each #RRGGBB.

    Args:
        ground: Behind everything.
        surface: Cards, fields and lists.
        hover: A control under the pointer, and the current row.
        line: Borders and rules between things.
        control_line: Border of a field or button, 3:1 against the surface.
        text, quiet: Words, and words that may be overlooked.
        accent, on_accent: A match, the focus and the main button; words on it.
        amber, red, cool: Uncertain; an error; a poor sample.
    """

    name: str
    ground: str
    surface: str
    hover: str
    line: str
    control_line: str
    text: str
    quiet: str
    accent: str
    on_accent: str
    amber: str
    red: str
    cool: str


LIGHT: Final = Palette(
    name="light",
    ground="#FAFAF9",
    surface="#FFFFFF",
    hover="#F0F0ED",
    line="#E4E4E0",
    control_line="#8A8A84",
    text="#1C1C1A",
    quiet="#6B6B66",
    accent="#0F766E",
    on_accent="#FFFFFF",
    amber="#B45309",
    red="#B91C1C",
    cool="#4F6479",
)
DARK: Final = Palette(
    name="dark",
    ground="#151617",
    surface="#1E2022",
    hover="#2A2D30",
    line="#2E3134",
    control_line="#74787C",
    text="#ECECEA",
    quiet="#9A9C9F",
    accent="#2DD4BF",
    on_accent="#0B1F1C",
    amber="#FBBF24",
    red="#F87171",
    cool="#A3B8CC",
)

SPACE_XS: Final = 4
SPACE_S: Final = 8
SPACE_M: Final = 12
SPACE_L: Final = 16
SPACE_XL: Final = 24
SPACE_XXL: Final = 32
RADIUS_CONTROL: Final = 6
RADIUS_CARD: Final = 10
TYPE_CAPTION: Final = 11
TYPE_BODY: Final = 13
TYPE_EMPHASIS: Final = 15
TYPE_TITLE: Final = 20


def contrast(first: str, second: str) -> float:
    """The WCAG 2 contrast ratio of two #RRGGBB colours, 1 … 21."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    red, green, blue = (value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
