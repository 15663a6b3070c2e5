"""People enrolled with one encoder, brought to another by the Models page and back: real engine, real store, real child process."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from facekit.engine import EnginePhase
from facekit.models.moving import promote
from facekit.pipeline import FacePipeline
from facekit.pipeline_config import DEFAULT_ENCODER, PipelineConfig
from facekit.settings import Settings
from facekit.store import open_repository
from facekit.store.base import NewTemplate
from facekit.synthetic import still
from facekit.types import FrameResult
from facekit.weights import find_model
from tests.support.embeddings import consent
from tests.support.mjpeg_server import MjpegServer
from ui.app import App
from ui.pages.live.page import LivePage
from ui.pages.models.page import ModelsPage

pytestmark = [pytest.mark.gui, pytest.mark.models, pytest.mark.slow]
PATIENCE_MS = 120_000
OpenWindow = Callable[[Settings], App]
OLD, NEW = "encoder-v0", DEFAULT_ENCODER
ANA, BEA = 0, 1


@pytest.fixture
def people(tmp_path: Path) -> None:
    """Ana and Bea enrolled with the old encoder, which is the active one; a crop is kept of Ana alone."""
    repository = open_repository(tmp_path / "facekit.db")
    pipeline = FacePipeline.load(PipelineConfig(encoder=OLD))
    promote(repository, find_model(OLD, task="encode")[0], reason="it was the first")
    for name, person in (("Ana", ANA), ("Bea", BEA)):
        [sample] = pipeline.samples(still(person, 0))
        kept = NewTemplate(sample.embedding, sample.quality, "synthetic", sample.aligned)
        repository.enrol(name, consent(keep_crops=person == ANA), [kept])
    repository.close()


def wait(qtbot: QtBot, is_there: Callable[[], object]) -> None:
    qtbot.waitUntil(lambda: bool(is_there()), timeout=PATIENCE_MS)


def press(qtbot: QtBot, part: QWidget, words: str) -> None:
    def ready() -> list[QPushButton]:
        return [b for b in part.findChildren(QPushButton) if b.isVisible() and b.isEnabled() and b.text() == words]

    wait(qtbot, ready)
    QTest.mouseClick(ready()[0], Qt.MouseButton.LeftButton)


def test_everyone_is_recognised_before_and_after_each_change_of_encoder(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path, people: None
) -> None:
    with MjpegServer([still(ANA, 1)], fps=5) as first, MjpegServer([still(BEA, 1)], fps=5) as second:
        app = open_window(Settings(source=first.url))
        models, live = app.page(ModelsPage), app.page(LivePage)

        def everyone() -> list[tuple[str, str]]:
            """Who is recognised in either picture, and by which encoder, once the engine runs with what the store needs."""
            return [recognised(qtbot, app, camera.url) for camera in (first, second)]

        wait(qtbot, lambda: app.session.engine_state.phase is EnginePhase.READY)
        assert everyone() == [("Ana", OLD), ("Bea", OLD)]

        app.window.show_page("models")
        wait(qtbot, lambda: NEW in models.view.cards)
        assert next(iter(models.view.cards)) == OLD, "the active one comes first"
        press(qtbot, models.view.cards[NEW], "Re-encode")
        app.window.show_page("people")  # it goes on while another page is in front
        wait(qtbot, lambda: f"re-encoded for {NEW}" in notice(app))
        assert "Bea" in notice(app)
        assert everyone() == [("Ana", OLD), ("Bea", OLD)]

        app.window.show_page("models")
        press(qtbot, models.view.cards[NEW], "Make active…")
        wait(qtbot, models.view.question.reason.isVisible)
        QTest.keyClicks(models.view.question.reason, "it errs less on its card")
        press(qtbot, app.window, "Force it")
        wait(qtbot, lambda: encoders(app) == [NEW, OLD])
        assert everyone() == [("Ana", NEW), ("Bea", OLD)], "whom the new one does not know is known to the old one"

        app.window.show_page("models")
        app.window.actions_by_name["roll_back"].trigger()
        press(qtbot, app.window, "Roll back")
        wait(qtbot, lambda: encoders(app) == [OLD])
        assert everyone() == [("Ana", OLD), ("Bea", OLD)]
        assert live.presenter.state.source.spec == second.url
        app.close()
    changes = open_repository(tmp_path / "facekit.db").encoder_changes()
    assert [(entry.change.kind.value, entry.change.reason) for entry in changes] == [
        ("roll_back", ""),
        ("promote", "it errs less on its card"),
        ("promote", "it was the first"),
    ]


def recognised(qtbot: QtBot, app: App, address: str) -> tuple[str, str]:
    """Who is named in the camera's picture, and by which encoder."""
    live = app.page(LivePage)
    if live.presenter.state.source.spec != address:
        app.sources.choose(address)
    found: list[tuple[str, str]] = []
    results: list[FrameResult] = []
    arrived = live.result_arrived

    def look(result: FrameResult) -> None:
        arrived(result)
        results.append(result)
        if live.presenter.state.source.spec == address:
            found.extend(
                (app.session.name(f.decision.person_id), f.decision.encoder_id or "") for f in result.faces if f.decision.person_id
            )

    live.result_arrived = look  # type: ignore[method-assign]  # looks over the page's shoulder
    try:
        found.clear()
        wait(qtbot, lambda: len(results) >= 6 and found)
    finally:
        live.result_arrived = arrived  # type: ignore[method-assign]
    return found[-1]


def encoders(app: App) -> list[str]:
    """In the engine's memory now, the active one first."""
    ready = app.session.engine_state.phase is EnginePhase.READY
    return [card.model_id for card in app.session.cards] if ready else []


def notice(app: App) -> str:
    shown = app.status.state.notice
    return shown.text if shown else ""
