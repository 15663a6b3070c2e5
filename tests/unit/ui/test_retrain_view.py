"""The Retrain page's widgets: what they draw, and what they emit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from ui.curves import Chart, Curve
from ui.job import Work
from ui.pages.retrain.state import Choice, Form, RetrainRow, RetrainState
from ui.pages.retrain.view import RetrainView
from ui.run_pane import RunPane
from ui.theme import Theme

pytestmark = pytest.mark.gui
CHART = Chart("Loss", "step", "loss")
PLANNED = RunPane(
    "mine", "ready to start", "", 0.0, "", CHART, CHART, (), "", ("Ana and Bea.",), "", False, True, "", summary="Long.", resume="Train now"
)
FORM = Form(
    gallery="2 of 3 agreed to it.",
    can_use_gallery=True,
    recipes=(Choice("head", "The last layer", "Quickest."), Choice("all", "The whole network", "Slower.")),
    recipe="head",
    devices=(Choice("auto", "The fastest there is"), Choice("cpu", "Processor")),
    device="auto",
    name="mine",
)
ROWS = (RetrainRow("mine", "ready to start"), RetrainRow("older", "paused"))


@pytest.fixture
def view(qtbot: QtBot, theme: Theme) -> RetrainView:
    made = RetrainView(theme)
    qtbot.addWidget(made)
    made.resize(960, 640)
    made.show_state(RetrainState(FORM, ROWS))
    made.show()
    return made


def test_form_tells_what_was_chosen(qtbot: QtBot, view: RetrainView) -> None:
    form = view.form
    with qtbot.waitSignal(form.recipe_chosen) as recipe:
        QTest.mouseClick(form.recipes["all"], Qt.MouseButton.LeftButton, pos=form.recipes["all"].rect().center() / 4)
    with qtbot.waitSignal(form.gallery.clicked):
        QTest.keyClick(form.gallery, Qt.Key.Key_Space)
    with qtbot.waitSignal(form.device_chosen) as device:
        QTest.keyClick(form.device, Qt.Key.Key_Down)
    assert (recipe.args, form.gallery.isChecked(), device.args) == (["all"], True, ["cpu"])


def test_minutes_are_readable_in_their_field(view: RetrainView) -> None:
    words = view.form.minutes.lineEdit()
    assert words.text() == "10.0 min"
    assert words.width() > words.fontMetrics().horizontalAdvance(words.text()) + 8


def test_folders_are_listed_and_can_be_left_out(qtbot: QtBot, view: RetrainView, tmp_path: Path) -> None:
    view.show_state(RetrainState(replace(FORM, folders=(str(tmp_path / "team"),)), ROWS))
    [drop] = [button for button in view.form.findChildren(QToolButton) if button.accessibleName() == "Leave out team"]
    with qtbot.waitSignal(view.form.folder_dropped) as dropped:
        drop.click()
    assert dropped.args == [str(tmp_path / "team")]


def test_nothing_can_be_begun_while_it_is_busy_or_something_is_missing(view: RetrainView) -> None:
    assert view.form.prepare.isEnabled()
    view.show_state(RetrainState(replace(FORM, why_not="Choose whose faces."), ROWS))
    assert not view.form.prepare.isEnabled()
    view.show_state(RetrainState(FORM, ROWS, work=Work("Gathering", 3, 9, "3 of 9")))
    assert not view.form.prepare.isEnabled()
    assert view.work.isVisible()


def test_list_has_a_new_one_first_and_tells_which_is_chosen(qtbot: QtBot, view: RetrainView) -> None:
    assert [view.list.item(row).text() for row in range(3)] == ["A new retraining", "mine\nready to start", "older\npaused"]
    with qtbot.waitSignal(view.chosen) as chosen:
        view.list.setCurrentRow(2)
    assert chosen.args == ["older"]


def test_plan_has_no_charts_and_its_next_step_stands_out(view: RetrainView) -> None:
    view.show_state(RetrainState(FORM, ROWS, "mine", PLANNED))
    assert view.run.resume.text() == "Train now"
    assert view.run.resume.property("look") == "main"
    assert not view.run.loss.isVisible()
    assert not view.decide.isVisible()
    assert view.run.log.toPlainText() == "Ana and Bea."


@pytest.mark.parametrize("is_good", [True, False])
def test_verdict_is_shown_with_the_curves_and_leads_on(view: RetrainView, is_good: bool) -> None:
    loss = replace(CHART, curves=(Curve("mine", ((5, 1.0), (10, 0.5))),))
    done = replace(PLANNED, loss=loss, summary="", can_resume=False, verdict="It misses fewer.", verdict_is_good=is_good)
    view.show_state(RetrainState(FORM, ROWS, "mine", done, can_decide=True))
    assert view.run.loss.isVisible()
    assert view.decide.isVisible()
    assert view.decide.property("look") == ("main" if is_good else "")
    assert ("all the same" in view.decide.text()) is not is_good
