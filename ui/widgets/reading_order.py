"""The order in which Tab goes through a window: as things are laid out, not as they came to be made."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QAbstractSpinBox, QLayout, QWidget


def reading_order(widget: QWidget) -> Iterator[QWidget]:
    """Every control in the widget that Tab may reach now, in reading order."""
    if not widget.isVisible():
        return
    if widget.isEnabled() and widget.focusPolicy().value & Qt.FocusPolicy.TabFocus.value:
        yield widget
    if isinstance(widget, QAbstractItemView | QAbstractSpinBox):
        return
    for child in _children(widget):
        yield from reading_order(child)


def neighbour(root: QWidget, focused: QWidget | None, *, is_next: bool) -> QWidget | None:
    """The control before or after the focused one, round at the ends; None where there is none."""
    order = list(reading_order(root))
    if not order:
        return None
    if focused not in order:
        return order[0 if is_next else -1]
    return order[(order.index(focused) + (1 if is_next else -1)) % len(order)]


def _children(widget: QWidget) -> list[QWidget]:
    layout = widget.layout()
    if layout is not None:
        return list(_laid_out(layout))
    children = [child for child in widget.children() if isinstance(child, QWidget) and not child.isWindow()]
    return sorted(children, key=lambda child: (child.y(), child.x()))


def _laid_out(layout: QLayout) -> Iterator[QWidget]:
    for item in filter(None, map(layout.itemAt, range(layout.count()))):
        if (child := item.widget()) is not None:
            yield child
        elif (inner := item.layout()) is not None:
            yield from _laid_out(inner)
