"""A training from the window to its end, with a pause, and what it has learnt shown in the lab; filters on live frames. All of it real."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from facekit.engine.port import EnginePhase
from facekit.imaging import save_image
from facekit.settings import Settings
from tests.support.class_pictures import classify_values, coloured, write_classes
from ui.app import App
from ui.pages.lab.page import LabPage
from ui.pages.lab.view import SYSTEMS
from ui.pages.live.page import LivePage
from ui.pages.training.page import TrainingPage
from ui.pages.training.presenter import TrainingPresenter
from ui.ports import Notice
from ui.trainings import RunPhase

pytestmark = [pytest.mark.gui, pytest.mark.models, pytest.mark.slow]
pytest.importorskip("lightning_fabric", reason="training is not installed")
PATIENCE_MS = 300_000
OpenWindow = Callable[[Settings], App]


def wait(qtbot: QtBot, is_there: Callable[[], bool]) -> None:
    qtbot.waitUntil(is_there, timeout=PATIENCE_MS)


def press(page: QWidget, words: str) -> None:
    ready = [button for button in page.findChildren(QPushButton) if button.isVisible() and button.text() == words]
    QTest.mouseClick(ready[0], Qt.MouseButton.LeftButton)


def write_recipe(folder: Path) -> Path:
    """Stripes of three colours, some hundred steps: seconds, and long enough to be paused."""
    values = classify_values(write_classes(folder / "stripes"))
    values["schedule"] = {"steps": 600, "warmup_steps": 2}
    values["run"] |= {"evaluate_every": 200, "log_every": 25}
    file = folder / "stripes.toml"
    file.write_text("# Which stripe is it?\n" + "\n".join(f"{key} = {_toml(value)}" for key, value in values.items()), encoding="utf-8")
    return file


def _toml(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {_toml(inner)}" for key, inner in value.items()) + "}"
    return json.dumps(value)


def steps_drawn(presenter: TrainingPresenter) -> list[float]:
    assert presenter.state.run is not None
    return [step for step, _ in presenter.state.run.loss.curves[0].points]


def test_training_is_paused_resumed_and_its_network_names_a_picture_in_the_lab(
    qtbot: QtBot, open_window: OpenWindow, tmp_path: Path
) -> None:
    app = open_window(Settings())
    wait(qtbot, lambda: app.session.engine_state.phase is EnginePhase.READY)
    notices: list[Notice] = []
    app.session.observe(lambda: None, notice=notices.append)
    app.window.actions_by_name["show_training"].trigger()
    page = app.page(TrainingPage)
    presenter = page.presenter
    wait(qtbot, lambda: presenter.state.recipe is not None)
    page.view.recipe_opened.emit(write_recipe(tmp_path))
    wait(
        qtbot,
        lambda: presenter.state.recipe is not None and presenter.state.recipe.title == "stripes" and page.view.recipe.start.isEnabled(),
    )
    press(page.view, "Start")
    wait(qtbot, lambda: presenter.state.run is not None and bool(steps_drawn(presenter)))
    press(page.view, "Pause")
    wait(qtbot, lambda: app.trainings.live is None)
    run = app.trainings.runs[0]
    assert run.phase is RunPhase.PAUSED
    paused_at = run.history.step
    assert 0 < paused_at < 600
    app.window.actions_by_name["show_live"].trigger()  # what is trained stays while another page is in front
    app.window.actions_by_name["show_training"].trigger()
    press(page.view, "Go on")
    wait(qtbot, lambda: app.trainings.live is None)
    assert app.trainings.runs[0].phase is RunPhase.DONE
    steps = steps_drawn(presenter)
    assert steps == sorted(set(steps))
    assert (steps[0], steps[-1]) == (25, 600)
    assert "stripes is trained: accuracy 1, training accuracy 1." in [notice.text for notice in notices]
    assert page.view.run.loss.accessibleDescription().startswith("stripes: from ")
    assert page.view.run.loss.isVisible()

    save_image(tmp_path / "red.png", coloured(2, 99))
    app.window.actions_by_name["show_lab"].trigger()
    lab = app.page(LabPage)
    lab.view.tabs.setCurrentIndex(SYSTEMS)
    lab.view.file_chosen.emit(tmp_path / "red.png")
    wait(qtbot, lambda: lab.picture.state.words == "red.png" and lab.systems.state.runs == ("stripes",))
    press(lab.view, "Run")
    wait(qtbot, lambda: lab.systems.state.progress is None and bool(lab.systems.state.finding.shares))
    assert lab.systems.state.finding.shares[0][0] == "red"
    assert lab.view.systems.words.text().startswith("red, with ")


def test_filters_follow_the_live_picture(qtbot: QtBot, open_window: OpenWindow) -> None:
    app = open_window(Settings(source="synthetic:1"))
    wait(qtbot, lambda: app.page(LivePage).presenter.state.frame is not None)
    app.window.actions_by_name["show_lab"].trigger()
    lab = app.page(LabPage)
    assert lab.view.live.isChecked()  # where there is a source, the lab works on it
    wait(qtbot, lambda: bool(lab.filters.state.maps))
    before = lab.filters.state.maps[1].pixels
    wait(qtbot, lambda: (lab.filters.state.maps[1].pixels != before).any())
    cell = lab.view.filters.cells[1, 1]
    cell.setFocus()
    cell.selectAll()
    QTest.keyClicks(cell, "4")
    assert lab.filters.state.cells[1][1] == "4"
    assert lab.view.filters.preset.currentData() == "own"
    wait(qtbot, lambda: lab.filters.state.maps[1].size.startswith("254 × "))
    assert lab.view.filters.arithmetic.text().startswith("(n + 2p − f) / s + 1")
