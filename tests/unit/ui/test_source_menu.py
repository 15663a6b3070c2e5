"""The source menu: the same sources on Live, Enrol and Verify, chosen on any of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from facekit.capture import CameraInfo
from tests.support.ui_fakes import CAMERA, Bench
from ui.pages.enrol.view import FOLDERS, EnrolView
from ui.pages.live.view import LiveView
from ui.pages.verify.view import VerifyView
from ui.ports import SourcePhase, SourceState
from ui.theme import Theme
from ui.widgets.source_menu import SourceMenu

OTHER = CameraInfo("usb-2", "Door camera", 2, 200, "/dev/video2", None, None)


def entry(menu: QToolButton, words: str) -> None:
    """Choose an entry of the menu."""
    next(made for made in menu.menu().actions() if made.text().replace("&", "") == words).trigger()


@pytest.mark.parametrize("kind", [LiveView, EnrolView, VerifyView])
def test_source_chosen_on_any_page_is_opened_and_remembered(
    qtbot: QtBot, theme: Theme, kind: type[LiveView] | type[EnrolView] | type[VerifyView]
) -> None:
    bench, triggered = Bench(cameras=(CAMERA, OTHER)).start(), list[str]()
    view = kind(theme)
    qtbot.addWidget(view)
    view.source.bind(bench.sources, triggered.append)
    entry(view.source, "Door camera")
    assert bench.source.opened == [OTHER.spec]
    assert bench.kept[-1].source == OTHER.spec
    for words in ("Open video…", "Connect a stream…", "Synthetic people", "Open the source again"):
        entry(view.source, words)
    assert triggered == ["source_video", "source_stream", "source_synthetic", "source_again"]


def test_source_menu_follows_the_source_and_says_when_there_is_no_camera(qtbot: QtBot, theme: Theme) -> None:
    bench = Bench()
    menu = SourceMenu(theme)
    qtbot.addWidget(menu)
    menu.bind(bench.sources, lambda _: None)
    assert menu.text().startswith("Source")
    assert menu.menu().actions()[0].text() == "Looking for cameras…"
    bench.start()
    assert menu.menu().actions()[0].text() == "No camera found"
    bench.sources.source_changed(SourceState(SourcePhase.RUNNING, "film.mp4", "film.mp4"))
    assert menu.text().startswith("film.mp4")


def test_long_name_of_a_source_is_cut_on_the_button_and_whole_in_the_tip(qtbot: QtBot, theme: Theme) -> None:
    menu = SourceMenu(theme)
    qtbot.addWidget(menu)
    name = str(Path("/pictures") / ("a long way down " * 8) / "film.mp4")
    menu.show_sources(name, ())
    assert menu.sizeHint().width() < 320
    assert menu.toolTip() == name


def test_source_menu_on_the_enrol_page_is_there_for_the_camera_alone(qtbot: QtBot, theme: Theme) -> None:
    view = EnrolView(theme)
    qtbot.addWidget(view)
    view.show()
    assert view.source.isVisible()
    view.tabs.setCurrentIndex(FOLDERS)
    assert not view.source.isVisible()
