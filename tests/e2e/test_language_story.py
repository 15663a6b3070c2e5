"""Somebody who writes 1,22 for 1.22: limit, people and times in the window as their language has them, changed while it is open."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from facekit.settings import Settings
from tests.support.window_story import do, enrol_drawn, wait
from ui.app import App
from ui.language import use
from ui.pages.people.page import PeoplePage
from ui.pages.settings.page import SettingsPage

pytestmark = [pytest.mark.gui, pytest.mark.models, pytest.mark.slow]


@pytest.fixture(autouse=True)
def plain_again() -> Iterator[None]:
    yield
    use("en_GB", "")


def test_numbers_and_dates_follow_the_setting_at_once(qtbot: QtBot, open_window: Callable[[Settings], App], tmp_path: Path) -> None:
    enrol_drawn(tmp_path / "facekit.db", "Ana")
    app = open_window(Settings(language="de_DE"))
    wait(qtbot, lambda: bool(app.session.is_open and app.status.state.limit))
    limit = app.session.rule.threshold if app.session.rule else 0.0
    assert app.status.state.limit == f"τ {limit:.2f} (FMR 1 in 1,000)".replace(".", ";").replace(",", ".").replace(";", ",")
    do(app, "show_people")
    people = app.page(PeoplePage)
    wait(qtbot, lambda: bool(people.presenter.state.rows))
    first = people.presenter.state.rows[0].enrolled
    assert ". " in first, "25. Nov. 2026"

    do(app, "show_settings")
    settings = app.page(SettingsPage)
    wait(qtbot, lambda: len(settings.view.rows) > 5)
    assert app.window.locale().name() == "de_DE"
    settings.presenter.change("language", "en_US")
    assert app.status.state.limit == f"τ {limit:.2f} (FMR 1 in 1,000)"
    assert app.window.locale().name() == "en_US"
    second = people.presenter.state.rows[0].enrolled
    assert second != first
    assert second.endswith("M"), "Nov 25, 2026, 7:37 PM"
