"""The guide: it names keys that exist, and the window shows it."""

from __future__ import annotations

import re

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from ui.actions import ACTIONS
from ui.widgets.dialogs import GuideDialog, guide

_KEY = re.compile(r"\b(?:Ctrl\+[A-Z0-9/,]|F[0-9]+|Del)(?=[\s)*.])|\*\*([A-Z])\*\*")


def test_every_key_of_the_guide_is_in_the_table_of_actions() -> None:
    named = {match[1] or match[0] for match in _KEY.finditer(guide())}
    assert len(named) > 8
    assert named <= {row.shortcut for row in ACTIONS}


def test_guide_is_shown_with_its_headings(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    shown = GuideDialog(parent).text.toPlainText()
    headings = [line.removeprefix("## ") for line in guide().splitlines() if line.startswith("## ")]
    assert headings
    assert all(heading in shown for heading in headings)
