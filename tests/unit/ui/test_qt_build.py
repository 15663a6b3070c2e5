"""A fault of Qt's Python binding that would end the window after a minute."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.gui


def test_calls_into_qt_leave_the_references_to_none_as_they_were(qtbot: QtBot) -> None:
    # PySide6 6.12.0 on Python 3.11 loses one with every call that answers None, until "deallocating None" ends the process.
    label = QLabel()
    qtbot.addWidget(label)
    before = sys.getrefcount(None)
    for _ in range(500):
        label.setText("x")
    assert abs(sys.getrefcount(None) - before) < 100
