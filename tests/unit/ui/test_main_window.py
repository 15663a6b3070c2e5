"""The window's frame: first paint, pages, actions, keyboard, names for those who do not see."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QTableView, QWidget
from pytestqt.qtbot import QtBot

from ui.__main__ import main
from ui.actions import ACTIONS
from ui.enrolment import FormState
from ui.main_window import MainWindow
from ui.pages.live.state import EnrolState, LiveState
from ui.pages.live.view import LiveView
from ui.pages.people.state import PeopleState, PersonRow
from ui.pages.people.view import PeopleView
from ui.theme import Theme

pytestmark = pytest.mark.gui


@pytest.fixture
def window(qtbot: QtBot, theme: Theme) -> MainWindow:
    made = MainWindow(theme)
    qtbot.addWidget(made)
    live, people = LiveView(theme), PeopleView(theme)
    for name, view in (("live", live), ("people", people)):
        made.add_page(name)
        made.fill_page(name, view)
    live.show_state(LiveState(cameras=()))
    people.show_state(PeopleState((PersonRow(1, "Ana", 1, "today"),), total=1, is_loaded=True))
    made.show_page("live")
    made.resize(1024, 700)
    made.show()
    return made


def enabled(window: MainWindow, name: str) -> bool:
    return window.actions_by_name[name].isEnabled()


def test_window_when_shown_tells_once_that_it_is_painted(qtbot: QtBot, theme: Theme) -> None:
    window = MainWindow(theme)
    qtbot.addWidget(window)
    with qtbot.waitSignal(window.painted):
        window.show()


def test_every_action_is_in_a_menu_with_its_shortcut(window: MainWindow) -> None:
    listed = {entry for top in window.menuBar().actions() for entry in top.menu().actions() if isinstance(entry, QAction)}  # type: ignore[attr-defined]
    for row in ACTIONS:
        made = window.actions_by_name[row.name]
        assert made in listed
        assert made.shortcut().toString() == row.shortcut


def test_bind_with_a_handler_missing_or_too_many_is_refused(window: MainWindow) -> None:
    handlers = {row.name: (lambda: None) for row in ACTIONS}
    window.bind(handlers)
    with pytest.raises(ValueError, match="quit"):
        window.bind({name: handler for name, handler in handlers.items() if name != "quit"})
    with pytest.raises(ValueError, match="nonsense"):
        window.bind({**handlers, "nonsense": lambda: None})


def test_actions_of_a_page_are_off_on_the_other(window: MainWindow) -> None:
    assert enabled(window, "freeze")
    assert not enabled(window, "remove")
    window.show_page("people")
    assert not enabled(window, "freeze")
    assert enabled(window, "remove")


def test_rail_has_words_where_there_is_room(qtbot: QtBot, window: MainWindow) -> None:
    assert window.rail.width() == 56
    window.resize(1440, 900)
    qtbot.waitUntil(lambda: window.rail.width() == 168)


def test_every_control_has_a_name_for_those_who_do_not_see(window: MainWindow) -> None:
    nameless = [
        widget
        for kind in (QAbstractButton, QLineEdit, QTableView)
        for widget in window.findChildren(kind)
        if not widget.objectName().startswith("qt_") and not (widget.accessibleName() or getattr(widget, "text", str)())
    ]
    # What has neither words nor a name yet stands in panels that fill both before they are shown.
    assert [widget for widget in nameless if widget.isVisible()] == []


def test_tab_goes_from_the_rail_through_the_page_to_the_status_line(qtbot: QtBot, window: MainWindow) -> None:
    window.status_line.show_facts(device="CPU", speed="", people="1 person", limit="", limit_help="")
    window.rail.findChildren(QAbstractButton)[0].setFocus()
    seen: list[QWidget] = []
    focused = window.focusWidget()
    while focused is not None and focused not in seen:
        seen.append(focused)
        QTest.keyClick(focused, Qt.Key.Key_Tab)
        focused = window.focusWidget()
    part = [0 if window.rail.isAncestorOf(w) else 2 if window.status_line.isAncestorOf(w) else 1 for w in seen]
    assert part == sorted(part)
    assert set(part) == {0, 1, 2}
    page = [w.mapTo(window, QPoint(0, 0)) for w, where in zip(seen, part, strict=True) if where == 1]
    assert page == sorted(page, key=lambda point: (point.y(), point.x()))


@pytest.mark.parametrize("size", [(880, 600), (1024, 700)])
def test_page_fits_the_smallest_window(window: MainWindow, size: tuple[int, int]) -> None:
    (live,) = window.findChildren(LiveView)
    live.show_enrolment(EnrolState(is_open=True, form=FormState(consent_text="A long sentence. " * 8)))
    window.resize(*size)
    QApplication.processEvents()
    assert (window.width(), window.height()) == size


def test_window_opens_where_it_was_left(qtbot: QtBot, theme: Theme) -> None:
    first, second = MainWindow(theme), MainWindow(theme)
    for window in (first, second):
        qtbot.addWidget(window)
    first.resize(1000, 640)
    first.keep_place()
    second.restore_place()
    assert (second.width(), second.height()) == (1000, 640)


def test_window_is_on_the_screen_before_anything_heavy_is_loaded() -> None:
    heavy = "{'numpy', 'cv2', 'sqlalchemy', 'onnxruntime', 'torch'}"
    code = f"import sys, ui.__main__, ui.main_window, facekit.log, facekit.settings; print({heavy} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[3], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_start_without_a_display_says_so_in_a_sentence(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    assert main([]) == 2
    assert "no display" in capsys.readouterr().err


def test_rail_marks_models_for_the_pages_of_the_model_menu(window: MainWindow) -> None:
    for name in ("models", "retrain"):
        window.add_page(name)
        window.show_page(name)
        assert [b.text() for b in window.rail.findChildren(QAbstractButton) if b.isChecked()] == ["Models"], name
    window.show_page("people")
    assert [b.text() for b in window.rail.findChildren(QAbstractButton) if b.isChecked()] == ["People"]


def test_window_on_a_screen_that_is_too_small_scrolls_and_tab_brings_what_it_reaches_into_view(window: MainWindow) -> None:
    (live,) = window.findChildren(LiveView)
    live.show_enrolment(EnrolState(is_open=True, form=FormState(consent_text="A long sentence. " * 8)))
    window.setMinimumSize(0, 0)
    window.resize(660, 420)
    QApplication.processEvents()
    assert window.room.horizontalScrollBar().maximum() > 0
    assert live.width() >= live.minimumSizeHint().width()
    window.rail.findChildren(QAbstractButton)[0].setFocus()
    reached = []
    for _ in range(40):
        QTest.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
        focused = window.focusWidget()
        assert focused is not None
        if live.isAncestorOf(focused):
            reached.append(focused)
            assert not focused.visibleRegion().isEmpty(), focused
    assert any(w.mapTo(live, QPoint(0, 0)).x() > window.room.viewport().width() for w in reached)
    window.resize(1024, 700)
    QApplication.processEvents()
    assert (window.room.horizontalScrollBar().maximum(), window.room.verticalScrollBar().maximum()) == (0, 0)


def test_pages_loaded_ahead_bring_nothing_that_only_the_engine_needs() -> None:
    code = (
        "import sys, ui.pages as pages; pages._PAUSE_S = 0; pages.load_ahead();"
        "print(all(where.partition(':')[0] in sys.modules for where in pages.PAGES.values()), {'onnxruntime', 'torch'} & set(sys.modules))"
    )
    answer = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert answer.strip() == "True set()"
