"""The limit measured on who is enrolled and put in use: real window, engine, store and child process."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from facekit.encoders import open_encoder
from facekit.imaging import read_image
from facekit.pipeline_config import DEFAULT_ENCODER
from facekit.settings import Settings, load_settings
from facekit.store import open_repository
from facekit.store.base import NewTemplate
from facekit.types import AlignedFace
from tests.support.embeddings import consent, good_quality
from tests.support.synthetic_faces import write_synthetic_people
from tests.support.window import wait_until_ready
from tests.support.window_story import do, press, wait
from ui.app import App
from ui.pages.threshold.page import ThresholdPage

pytestmark = [pytest.mark.gui, pytest.mark.models, pytest.mark.slow]


def enrol(folder: Path, database: Path) -> None:
    encoder = open_encoder(DEFAULT_ENCODER, "onnx")
    store = open_repository(database)
    for person in sorted(folder.iterdir()):
        faces = [AlignedFace(read_image(path)) for path in sorted(person.iterdir())]
        made = [
            NewTemplate(e, good_quality(), f"{row}.png", face)
            for row, (e, face) in enumerate(zip(encoder.encode(faces), faces, strict=True))
        ]
        store.enrol(person.name, consent(keep_crops=True), made)
    store.close()


def test_limit_is_refused_for_too_few_then_measured_shown_with_faces_and_used_at_once(
    qtbot: QtBot, open_window: Callable[[Settings], App], tmp_path: Path
) -> None:
    enrol(write_synthetic_people(tmp_path / "people", persons=10, pictures=3), tmp_path / "facekit.db")
    app = open_window(Settings())
    wait_until_ready(qtbot, app)
    do(app, "show_threshold")
    page = app.page(ThresholdPage)
    assert page.presenter.state.enough.startswith("405 comparisons of different people: 1 in 1,000 takes 3,000, so 2,595 are missing.")
    assert not page.view.start.isEnabled()

    page.view.rate.setCurrentIndex(0)
    page.view.rate.activated.emit(0)
    press(qtbot, page.view, "Measure")
    app.window.show_page("people")  # it goes on while another page is in front
    wait(qtbot, lambda: page.presenter.state.result is not None)
    do(app, "show_threshold")
    result = page.presenter.state.result
    assert result is not None
    wait(qtbot, lambda: len([f for f in page.view.alike.findChildren(QLabel) if not f.pixmap().isNull()]) == 2 * len(result.alike))

    before = app.session.rule
    press(qtbot, page.view, "Use this τ")
    wait(qtbot, lambda: load_settings().threshold > 0)
    assert app.session.rule is not None
    assert app.session.rule != before
    assert app.session.rule.threshold == result.curves.threshold == load_settings().threshold
    assert app.status.state.limit == f"τ {result.curves.threshold:.2f} (own people)"
    press(qtbot, page.view, "Use the card’s")
    assert app.session.rule == before
