"""What the tests of widgets share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

pytest.importorskip("PySide6", reason="the window is not installed")

from PySide6.QtWidgets import QApplication

from ui.theme import Theme


@pytest.fixture(scope="session")
def one_theme(qapp: QApplication) -> Theme:
    """Dressing an application takes its time: once is enough."""
    return Theme(qapp, "light")


@pytest.fixture
def theme(one_theme: Theme) -> Iterator[Theme]:
    """The light theme, whatever the system has."""
    yield one_theme
    one_theme.choose("light")
