"""The icons: line drawings of 24 × 24, painted in the colour that is asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

_SVG: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="{colour}" stroke-width="1.8" '
    'stroke-linecap="round" stroke-linejoin="round">{shapes}</svg>'
)
_SHAPES: Final[dict[str, str]] = {
    "live": '<circle cx="12" cy="12" r="9"/><circle cx="12" cy="12" r="3.6" fill="{colour}"/>',
    "people": '<circle cx="9" cy="8" r="3.5"/><path d="M2.5 20c0-3.6 2.9-6 6.5-6s6.5 2.4 6.5 6"/>'
    '<path d="M15.5 4.8a3.5 3.5 0 0 1 0 6.4M18 14.6c2.2.8 3.5 2.7 3.5 5.4"/>',
    "enrol": '<circle cx="10" cy="8" r="3.8"/><path d="M3 20c0-3.8 3-6.2 7-6.2s7 2.4 7 6.2M19 7v6M16 10h6"/>',
    "verify": '<circle cx="7.5" cy="9" r="3"/><path d="M2.5 19c0-3 2.2-5 5-5s5 2 5 5"/><path d="M14 12.5l2.8 2.8 5-5.6" stroke-width="2"/>',
    "lab": '<path d="M9.5 3h5M10.3 3v6.2L4.6 18.6A1.6 1.6 0 0 0 6 21h12a1.6 1.6 0 0 0 1.4-2.4L13.7 9.2V3M7.4 15h9.2"/>',
    "training": '<path d="M4 3.5V20h16.5"/><path d="M7.5 6.5c1 6 3.5 9 12 9.7"/>',
    "camera": '<rect x="2.5" y="6.5" width="13" height="11" rx="2"/><path d="M15.5 10.5l6-3v9l-6-3"/>',
    "video": '<rect x="3" y="5" width="18" height="14" rx="2"/><path d="M10 9.2v5.6l5-2.8z" fill="{colour}"/>',
    "stream": '<circle cx="12" cy="12" r="1.6" fill="{colour}"/><path d="M8.3 15.7a5.2 5.2 0 0 1 0-7.4M15.7 8.3a5.2 5.2 0 0 1 0 7.4'
    'M5.4 18.6a9.3 9.3 0 0 1 0-13.2M18.6 5.4a9.3 9.3 0 0 1 0 13.2"/>',
    "folder": '<path d="M3 6.5A1.5 1.5 0 0 1 4.5 5H9l2.2 2.5h8.3A1.5 1.5 0 0 1 21 9v8.5a1.5 1.5 0 0 1-1.5 1.5h-15A1.5 1.5 0 0 1 3 17.5z"/>',
    "synthetic": '<path d="M12 3l1.9 5.1L19 10l-5.1 1.9L12 17l-1.9-5.1L5 10l5.1-1.9zM19 16v4M17 18h4"/>',
    "freeze": '<path d="M8.5 5v14M15.5 5v14" stroke-width="2.6"/>',
    "play": '<path d="M7.5 5v14l11-7z"/>',
    "check": '<path d="M5 12.5l4.8 4.8L19.5 7" stroke-width="2.4"/>',
    "question": '<path d="M8.6 9a3.5 3.5 0 1 1 5.2 3.2c-1.2.7-1.8 1.3-1.8 2.8" stroke-width="2.2"/>'
    '<circle cx="12" cy="18.6" r=".7" fill="{colour}"/>',
    "warning": '<path d="M12 4l9 15.5H3z"/><path d="M12 10v4.2"/><circle cx="12" cy="16.8" r=".5" fill="{colour}"/>',
    "rename": '<path d="M4 20l1-4L16.5 4.5a2.1 2.1 0 0 1 3 3L8 19z"/>',
    "remove": '<path d="M4 7h16M9.5 7V4.5h5V7M6.5 7l.9 12.5h9.2L17.5 7M10.2 11v5M13.8 11v5"/>',
    "close": '<path d="M6.5 6.5l11 11M17.5 6.5l-11 11"/>',
    "down": '<path d="M7 10l5 5 5-5"/>',
    "back": '<path d="M14.5 6l-6 6 6 6"/>',
    "events": '<circle cx="12" cy="12" r="9"/><path d="M12 7v5.2l3.4 2"/>',
    "settings": '<path d="M4 7h9M19 7h1M4 17h1M11 17h9M4 12h3M13 12h7"/><circle cx="16" cy="7" r="2.3"/><circle cx="8" cy="17" r="2.3"/>'
    '<circle cx="10" cy="12" r="2.3"/>',
    "about": '<circle cx="12" cy="12" r="9"/><path d="M12 11v5.5"/><circle cx="12" cy="7.6" r=".7" fill="{colour}"/>',
    "search": '<circle cx="10.5" cy="10.5" r="6"/><path d="M15 15l5.5 5.5"/>',
    "merge": '<path d="M6 4v4c0 4 6 3.5 6 8v4M18 4v4c0 4-6 3.5-6 8"/><path d="M9 17l3 3 3-3"/>',
    "grid": '<rect x="4" y="4" width="6.5" height="6.5" rx="1.5"/><rect x="13.5" y="4" width="6.5" height="6.5" rx="1.5"/>'
    '<rect x="4" y="13.5" width="6.5" height="6.5" rx="1.5"/><rect x="13.5" y="13.5" width="6.5" height="6.5" rx="1.5"/>',
    "table": '<rect x="3.5" y="5" width="17" height="14" rx="2"/><path d="M3.5 9.8h17M3.5 14.4h17M9.5 9.8V19"/>',
    "undo": '<path d="M8 5L4 9l4 4M4 9h9.5a5.5 5.5 0 0 1 0 11H9"/>',
    "export": '<path d="M12 3.5V15M7.5 10.5L12 15l4.5-4.5M4.5 19.5h15"/>',
    "import": '<path d="M12 15V3.5M7.5 8L12 3.5 16.5 8M4.5 19.5h15"/>',
    "models": '<path d="M12 3.5l8.5 4.3-8.5 4.3-8.5-4.3z"/><path d="M3.5 12.2l8.5 4.3 8.5-4.3M3.5 16.6l8.5 4.3 8.5-4.3"/>',
    "compare": '<rect x="3.5" y="5" width="7" height="14" rx="1.5"/><rect x="13.5" y="5" width="7" height="14" rx="1.5"/>',
    "reencode": '<path d="M4 8h13M13.5 4.5L17 8l-3.5 3.5M20 16H7M10.5 12.5L7 16l3.5 3.5"/>',
    "limit": '<path d="M3 19.5h18M12 3v16.5"/><path d="M3 17c3 0 2.6-9 4.8-9S9.6 17 12 17c3 0 2.6-6 4.8-6s2.2 6 4.2 6"/>',
    "again": '<path d="M20 12a8 8 0 1 1-2.6-5.9M20 3.5V8h-4.5"/>',
}
NAMES: Final = tuple(_SHAPES)
_PROGRAM_SIZES: Final = (16, 24, 32, 48, 64, 128)


def pixmap(name: str, colour: str, size: int = 20, *, ratio: float = 1.0, gap: int = 0) -> QPixmap:
    """The icon as a picture of (size + gap) × size logical pixels, the gap empty at its right."""
    shapes = _SHAPES[name].replace("{colour}", colour)
    renderer = QSvgRenderer(QByteArray(_SVG.format(colour=colour, shapes=shapes).encode()))
    picture = QPixmap(QSize(size + gap, size) * ratio)
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return picture


def icon(name: str, colour: str, *, disabled: str | None = None, gap: int = 0) -> QIcon:
    """The icon for a control, sharp up to 200 %, in another colour while the control is disabled."""
    made = QIcon()
    for mode, tone in ((QIcon.Mode.Normal, colour), (QIcon.Mode.Disabled, disabled or colour)):
        for ratio in (1.0, 2.0):
            made.addPixmap(pixmap(name, tone, ratio=ratio, gap=gap), mode)
    return made


def program_icon() -> QIcon:
    """Facekit's own."""
    renderer = QSvgRenderer(str(Path(__file__).with_name("facekit.svg")))
    made = QIcon()
    for size in _PROGRAM_SIZES:
        picture = QPixmap(size, size)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        renderer.render(painter, QRectF(0, 0, size, size))
        painter.end()
        made.addPixmap(picture)
    return made
