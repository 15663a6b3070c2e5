"""What holds of every page of the table: it fits the smallest window, clips no words, names its controls, and Tab goes round in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QRadioButton,
    QWidget,
)
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from facekit.settings import Settings
from tests.support.window_story import enrol_drawn
from ui.app import App
from ui.main_window import MIN_SIZE, MainWindow
from ui.pages import PAGES
from ui.theme import Theme

pytestmark = pytest.mark.gui
_UNDER_WAY: list[object] = []
"""The slow work of the window that has not been answered yet."""


@pytest.fixture
def app(qtbot: QtBot, theme: Theme, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[App]:
    """The window on a store with three people, one of them with a long name; no engine is started."""
    monkeypatch.setenv("FACEKIT_HOME", str(tmp_path))
    enrol_drawn(tmp_path / "facekit.db", "Ana", "Bea", "Maximiliane Schmidt-Rottluff zu Hohenstein-Ernstthal")
    window = MainWindow(theme)
    qtbot.addWidget(window)
    made = App(window, theme, Settings(), tmp_path / "facekit.db")
    monkeypatch.setattr(made.engine, "start", lambda: None)
    monkeypatch.setattr(made.tasks, "run", counted(made.tasks.run))
    made.session.start()
    window.resize(MIN_SIZE)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(lambda: made.session.is_open and window.isActiveWindow())
    yield made
    made.close()


def counted(run: Callable[..., None]) -> Callable[..., None]:
    """The same, with each piece of work in _UNDER_WAY until its answer was taken in."""
    _UNDER_WAY.clear()

    def begin(work: Callable[[], object], done: Callable[[Any], None], failed: Callable[[Any], None], **lane: Any) -> None:
        def ended(take: Callable[[Any], None], value: object) -> None:
            take(value)
            _UNDER_WAY.remove(work)

        _UNDER_WAY.append(work)
        run(work, partial(ended, done), partial(ended, failed), **lane)

    return begin


def settle(app: App, qtbot: QtBot, name: str) -> QWidget:
    """The page when all that it asked for has come."""
    app.window.show_page(name)
    QTest.qWait(200)
    qtbot.waitUntil(lambda: not _UNDER_WAY, timeout=60_000)
    QTest.qWait(100)
    page = app.window.pages.currentWidget()
    assert page is not None
    return page


def shown(page: QWidget, *kinds: type[QWidget]) -> list[QWidget]:
    return [w for kind in kinds for w in page.findChildren(kind) if w.isVisible() and not w.visibleRegion().isEmpty()]


@pytest.mark.parametrize("name", PAGES)
def test_page_fits_the_smallest_window_and_clips_no_words(app: App, qtbot: QtBot, name: str) -> None:
    page = settle(app, qtbot, name)
    assert (app.window.width(), app.window.height()) == (MIN_SIZE.width(), MIN_SIZE.height())
    clipped = clipped_in(page)
    for _ in range(20):  # the layout may be a step behind what came last
        if not clipped:
            break
        QTest.qWait(100)
        clipped = clipped_in(page)
    assert clipped == []


def clipped_in(page: QWidget) -> list[str]:
    return [f"{type(w).__name__} {words(w)!r}: {w.size()} of {needed(w)}" for w in shown(page, QLabel, QPushButton) if is_clipped(w)]


def words(widget: QWidget) -> str:
    return str(getattr(widget, "text", str)())


def needed(widget: QWidget) -> tuple[int, int]:
    if isinstance(widget, QLabel) and widget.wordWrap():
        return 0, widget.heightForWidth(widget.width())
    return widget.sizeHint().width(), widget.sizeHint().height()


def is_clipped(widget: QWidget) -> bool:
    """Whether the words need more room than they have, by more than a pixel of rounding."""
    width, height = needed(widget)
    return bool(words(widget)) and (widget.width() + 1 < width or widget.height() + 1 < height)


@pytest.mark.parametrize("name", PAGES)
def test_every_control_of_the_page_has_a_name(app: App, qtbot: QtBot, name: str) -> None:
    page = settle(app, qtbot, name)
    controls = shown(page, QAbstractButton, QLineEdit, QComboBox, QAbstractItemView)
    own = [w for w in controls if not w.objectName().startswith("qt_") and not isinstance(w.parent(), QComboBox | QAbstractSpinBox)]
    nameless = [w for w in own if not (w.accessibleName() or (isinstance(w, QAbstractButton) and w.text()))]
    assert [f"{type(w).__name__} {w.geometry()}" for w in nameless] == []


@pytest.mark.parametrize("name", PAGES)
def test_tab_reaches_every_control_of_the_page_and_comes_round(app: App, qtbot: QtBot, name: str) -> None:
    page = settle(app, qtbot, name)
    wanted = {
        w
        for w in shown(page, QAbstractButton, QLineEdit, QComboBox)
        if w.isEnabled() and w.focusPolicy().value & Qt.FocusPolicy.TabFocus.value
    }
    wanted = {w for w in wanted if not isinstance(w.parent(), QLineEdit | QComboBox | QAbstractItemView | QAbstractSpinBox)}
    wanted = {w for w in wanted if not isinstance(w, QRadioButton) or w.isChecked()}  # the arrow keys go to the others of its group
    app.window.rail.findChildren(QAbstractButton)[0].setFocus()
    first = app.window.focusWidget()
    reached: list[QWidget] = []
    focused = first
    for _ in range(200):
        assert focused is not None
        QTest.keyClick(focused, Qt.Key.Key_Tab)
        focused = app.window.focusWidget()
        if focused is first:
            break
        assert focused is not None
        reached.append(focused)
    assert focused is first
    assert [f"{type(w).__name__} {words(w)!r} {w.accessibleName()!r}" for w in wanted - set(reached)] == []


@pytest.mark.parametrize("name", PAGES)
def test_focus_on_a_control_can_be_seen(app: App, qtbot: QtBot, name: str) -> None:
    """The pixels of each button and field differ with the focus on it."""
    page = settle(app, qtbot, name)
    same = []
    for control in shown(page, QPushButton, QLineEdit, QComboBox):
        # A page may make its fields anew when what they show has changed.
        if isValid(control) and control.isEnabled() and not isinstance(control.parent(), QComboBox):
            app.window.rail.findChildren(QAbstractButton)[0].setFocus()
            QApplication.processEvents()
            without = control.grab(QRect(0, 0, 6, control.height())).toImage()
            control.setFocus(Qt.FocusReason.TabFocusReason)
            QApplication.processEvents()
            if control.grab(QRect(0, 0, 6, control.height())).toImage() == without:
                same.append(f"{type(control).__name__} {words(control)!r} {control.accessibleName()!r}")
    assert same == []
