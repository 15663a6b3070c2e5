"""The table of actions: complete, without two of one kind, and bound as a whole."""

from __future__ import annotations

from collections import Counter

import pytest

from ui.actions import ACTIONS, Menu, action


def test_every_action_has_a_text_and_a_sentence_of_help() -> None:
    for row in ACTIONS:
        assert row.text.strip("&… ")
        assert row.help.endswith(".")


def test_no_two_actions_share_a_name_a_shortcut_or_an_access_key() -> None:
    assert max(Counter(row.name for row in ACTIONS).values()) == 1
    assert max(Counter(row.shortcut for row in ACTIONS if row.shortcut).values()) == 1
    for menu in Menu:
        keys = Counter(row.text[row.text.index("&") + 1].lower() for row in ACTIONS if row.menu is menu)
        assert max(keys.values()) == 1, f"{menu}: {keys}"


def test_action_by_name_is_its_row() -> None:
    assert action("quit").shortcut == "Ctrl+Q"


@pytest.mark.gui
def test_icons_of_actions_are_drawn() -> None:
    from ui.theme import icons

    assert {row.icon for row in ACTIONS if row.icon} <= set(icons.NAMES)
