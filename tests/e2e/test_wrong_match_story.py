"""A stranger is called by a name; one says so, it is remembered and used, and taken back: real window, engine and store."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from facekit.pipeline import FacePipeline
from facekit.pipeline_config import DEFAULT_ENCODER, PipelineConfig
from facekit.settings import Settings
from facekit.store import open_repository
from facekit.store.base import NewTemplate
from facekit.synthetic import still
from tests.support.embeddings import consent
from tests.support.mjpeg_server import MjpegServer
from tests.support.window_story import do, press, wait
from ui.app import App
from ui.pages.live.page import LivePage
from ui.pages.people.page import PeoplePage

pytestmark = [pytest.mark.gui, pytest.mark.models, pytest.mark.slow]
ANA, STRANGER = 0, 1
LOOSE = 2.5
"""A limit within which everybody passes."""


@pytest.fixture
def ana(tmp_path: Path) -> None:
    """Ana alone is enrolled."""
    pipeline = FacePipeline.load(PipelineConfig(encoder=DEFAULT_ENCODER))
    [sample] = pipeline.samples(still(ANA, 0))
    repository = open_repository(tmp_path / "facekit.db")
    repository.enrol("Ana", consent(), [NewTemplate(sample.embedding, sample.quality, "synthetic")])
    repository.close()


def test_wrong_name_is_remembered_used_and_taken_back(
    qtbot: QtBot, open_window: Callable[[Settings], App], tmp_path: Path, ana: None
) -> None:
    with MjpegServer([still(STRANGER, 1)], fps=5) as stranger, MjpegServer([still(ANA, 1)], fps=5) as own:
        app = open_window(Settings(source=stranger.url, threshold=LOOSE))
        live, people = app.page(LivePage), app.page(PeoplePage)

        def titles() -> list[str]:
            return [face.title for face in live.presenter.state.faces]

        wait(qtbot, lambda: titles() == ["Ana"])
        do(app, "freeze")
        press(qtbot, live.view, "Not this person…")
        wait(qtbot, live.view.question.isVisible)
        press(qtbot, live.view, "Remember")
        wait(qtbot, lambda: titles() == ["not recognized"])
        assert "you said it is not Ana" in live.presenter.state.faces[0].details
        do(app, "freeze")
        app.sources.choose(own.url)
        wait(qtbot, lambda: titles() == ["Ana"])

        do(app, "show_people")
        people.presenter.choose([person.person_id for person in app.session.people])
        press(qtbot, people.view, "Take back")
        wait(qtbot, lambda: people.presenter.state.detail is not None and not people.presenter.state.detail.exclusions)
        do(app, "show_live")
        app.sources.choose(stranger.url)
        wait(qtbot, lambda: titles() == ["Ana"])
        app.close()
    repository = open_repository(tmp_path / "facekit.db")
    assert repository.exclusions(repository.find("Ana").person_id) == ()
    repository.close()
