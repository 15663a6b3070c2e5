"""A retraining from the menu to the encoder in use, through a pause, a closed window and the gate. All of it real but the people."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from facekit.paths import data_dir
from facekit.pipeline import FacePipeline
from facekit.pipeline_config import DEFAULT_ENCODER, PipelineConfig
from facekit.settings import Settings, save_settings
from facekit.store import open_repository
from facekit.store.base import NewTemplate
from facekit.synthetic import still
from tests.support.embeddings import consent
from tests.support.synthetic_faces import write_synthetic_people
from tests.support.window import press, wait, wait_until_ready
from ui.app import App
from ui.pages.models.page import ModelsPage
from ui.pages.retrain.page import RetrainPage

pytestmark = [pytest.mark.gui, pytest.mark.models, pytest.mark.slow]
pytest.importorskip("lightning_fabric", reason="training is not installed")
pytest.importorskip("onnxscript", reason="training is not installed")
OpenWindow = Callable[[Settings], App]
AGREED, REFUSED = "Ana", "Bea"
LOOSE = Settings(target_fmr=0.01)
"""Eight people held out can show a false match rate of one in a hundred, not of one in a thousand."""


@pytest.fixture
def people(tmp_path: Path) -> Path:
    """Two enrolled with their pictures, one of whom agreed to training; a folder of sixteen others."""
    repository = open_repository(tmp_path / "facekit.db")
    pipeline = FacePipeline.load(PipelineConfig())
    for seed, (name, agrees) in enumerate([(AGREED, True), (REFUSED, False)]):
        samples = [pipeline.samples(still(seed, view))[0] for view in range(2)]
        new = [NewTemplate(sample.embedding, sample.quality, "still", sample.aligned) for sample in samples]
        repository.enrol(name, consent(keep_crops=True, training=agrees), new)
    repository.close()
    return write_synthetic_people(tmp_path / "people", persons=16, pictures=4, first=20)


def test_encoder_is_retrained_from_the_menu_paused_found_again_and_judged(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path, people: Path
) -> None:
    save_settings(LOOSE)
    app = open_window(LOOSE)
    wait_until_ready(qtbot, app)
    app.window.actions_by_name["show_retrain"].trigger()
    page = app.page(RetrainPage)
    wait(qtbot, page.view.form.gallery.isEnabled)
    assert page.presenter.state.form.gallery == "1 of 2 agreed to it, with 2 kept pictures. 1 did not, and is left out."
    QTest.keyClick(page.view.form.gallery, Qt.Key.Key_Space)
    assert page.presenter.state.form.uses_gallery
    page.view.form.folder_added.emit(people)
    page.view.form.minutes.setValue(0.3)
    name = page.view.form.name.text()
    press(qtbot, app, "See what it takes")
    wait(qtbot, lambda: page.presenter.state.run is not None or bool(page.presenter.state.form.trouble))
    pane = page.presenter.state.run
    assert pane is not None, page.presenter.state.form.trouble
    assert "Not usable: 1 × the consent does not cover training." in pane.summary
    faces = data_dir() / "retraining" / name / "faces"
    assert len(list((faces / AGREED).iterdir())) == 2
    assert not (faces / REFUSED).exists()

    press(qtbot, app, "Train now")
    wait(qtbot, lambda: bool(page.presenter.state.run and page.presenter.state.run.loss.curves[0].points))
    press(qtbot, app, "Pause")
    wait(qtbot, lambda: app.trainings.live is None)
    paused_at = app.trainings.retrainings[0].history.step
    assert paused_at > 0
    app.close()

    again = open_window(LOOSE)
    wait_until_ready(qtbot, again)
    wait(qtbot, lambda: f"{name} was not trained to the end" in notice(again))
    again.window.actions_by_name["show_retrain"].trigger()
    page = again.page(RetrainPage)
    wait(qtbot, lambda: bool(page.presenter.state.rows))
    page.view.list.setCurrentRow(1)
    press(qtbot, again, "Go on")
    again.window.actions_by_name["show_live"].trigger()  # it goes on while another page is in front
    wait(qtbot, lambda: again.trainings.live is None)
    run = again.trainings.retrainings[0]
    assert run.trouble == ""
    judged = run.history.judged
    assert judged is not None
    assert run.history.losses == sorted(run.history.losses)
    assert run.history.step > paused_at
    assert run.history.figures["heldout_eer"]
    assert notice(again).startswith(f"{name} is trained.")
    assert not faces.exists(), "the pictures have served"

    again.window.actions_by_name["show_retrain"].trigger()
    press(qtbot, again, page.view.decide.text())
    models = again.page(ModelsPage)
    wait(qtbot, models.view.question.isVisible)
    assert judged.reason in models.view.question.text.text()
    assert models.view.question.reason.isVisible() is not judged.may_be_promoted, "what is not shown to be as good needs a reason"
    if not judged.may_be_promoted:
        assert not models.view.question.confirm.isEnabled()
        QTest.keyClicks(models.view.question.reason, "only to see it")
    press(qtbot, again, models.view.question.confirm.text())
    wait(qtbot, lambda: [card.model_id for card in again.session.cards] == [name])
    [change] = changes(tmp_path / "facekit.db")
    assert change == (DEFAULT_ENCODER, name, "" if judged.may_be_promoted else "only to see it")


def notice(app: App) -> str:
    shown = app.status.state.notice
    return shown.text if shown else ""


def changes(database: Path) -> list[tuple[str, str, str]]:
    """From which encoder to which, and why, the newest first."""
    repository = open_repository(database)
    try:
        made = [entry.change for entry in repository.encoder_changes()]
    finally:
        repository.close()
    return [(change.old.encoder_id, change.new.encoder_id, change.reason) for change in made]
