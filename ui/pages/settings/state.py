"""What the Settings page shows. Plain values, no Qt."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Editor(StrEnum):
    """By what a setting is changed."""

    SWITCH = "switch"
    CHOICE = "choice"
    TEXT = "text"
    PAGE = "page"
    """On a page of its own, to which the row leads."""


@dataclass(frozen=True, slots=True)
class Option:
    """One value that can be chosen.

    Args:
        missing: What stands in the way of it; empty when nothing does.
        about: What it is, in a sentence; empty where the label says it.
    """

    value: Any
    label: str
    missing: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class SettingRow:
    """One setting.

    Args:
        value: As it is in force, or wanted at the next start of the engine.
        text: The same as words, or what was typed and refused.
        note: What the value means now, or when it takes effect; may be empty.
        trouble: Why what was typed was refused, and what would be taken; empty when it was not.
        is_default: Whether there is nothing to reset.
        way: Words of the button that leads to the page where it is measured or chosen; empty: none.
    """

    name: str
    group: str
    label: str
    help: str
    editor: Editor
    value: Any
    text: str
    options: tuple[Option, ...] = ()
    note: str = ""
    trouble: str = ""
    is_default: bool = True
    way: str = ""


@dataclass(frozen=True, slots=True)
class SettingsState:
    """The Settings page.

    Args:
        rows: Those that the search finds, in the order of the table.
        restart: Why the engine should be started again; empty when it need not.
    """

    rows: tuple[SettingRow, ...] = ()
    query: str = ""
    restart: str = ""
