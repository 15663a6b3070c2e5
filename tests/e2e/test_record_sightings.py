"""Recording switched on: who walks before the camera is one line, also while another page is shown; then nothing any more."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from facekit.settings import Settings
from facekit.types import Outcome
from tests.support.window_story import do, press, wait
from ui.app import App
from ui.pages.events.page import EventsPage

pytestmark = [pytest.mark.gui, pytest.mark.models, pytest.mark.slow]


def test_stranger_before_the_camera_is_one_line_a_stay(qtbot: QtBot, open_window: Callable[[Settings], App]) -> None:
    app = open_window(Settings())
    wait(qtbot, lambda: app.session.is_open)
    do(app, "show_events")
    events = app.page(EventsPage)
    wait(qtbot, lambda: events.presenter.state.is_loaded and events.view.empty.isVisible())
    press(qtbot, events.view, "Switch recording on")
    assert app.session.settings.record_events
    do(app, "source_synthetic")
    do(app, "show_people")
    wait(qtbot, lambda: events.presenter.state.count > 0)  # while they are still before the camera
    begun = events.presenter.state.count

    app.source.open("synthetic:2")  # another source: whoever was there is gone
    wait(qtbot, lambda: events.presenter.state.count > begun)
    events.presenter.record(False)
    answered = app.engine.stats().answered
    wait(qtbot, lambda: app.engine.stats().answered > answered + 4)
    before = events.presenter.state.count
    [day] = events.presenter.state.days
    assert {row.outcome for row in day.rows} <= {"not recognized", "poor picture"}
    do(app, "show_events")
    listed = events.view.timeline.topLevelItem(0)
    assert listed is not None
    assert listed.childCount() == before
    app.source.open("synthetic")
    events.presenter.show_outcome(Outcome.MATCH)
    wait(qtbot, lambda: events.presenter.state.count == 0)
    events.presenter.show_outcome(None)
    wait(qtbot, lambda: events.presenter.state.count == before)
