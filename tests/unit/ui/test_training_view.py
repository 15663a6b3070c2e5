"""The Training page's widgets."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QComboBox, QPlainTextEdit, QPushButton, QRadioButton
from pytestqt.qtbot import QtBot

from ui.curves import Chart, Curve
from ui.pages.training.state import NeedRow, RecipePane, RecipeRow, RunRow, TrainingState
from ui.pages.training.view import TrainingView
from ui.run_pane import RunPane
from ui.theme import Theme
from ui.widgets.chart import ChartView

pytestmark = pytest.mark.gui
ROWS = (RecipeRow("a", "Recipe a", "One group"), RecipeRow("b", "Recipe b", "Another group"))
RECIPE = RecipePane(
    "Recipe a", "What it is.", (("a-short", "Short form: 2 steps"), ("a", "Long form: 9 steps")), "a-short",
    (NeedRow("options.data.source", "/there", True), NeedRow("options.data.pairs", "/missing", False)), "2 steps.", "",
)  # fmt: skip
LOSS = Chart("Training loss", "step", "loss", (Curve("one", ((1, 2.0), (5, 1.0))), Curve("two", ((1, 3.0), (5, 0.5)))))


def run_pane(**changes: object) -> RunPane:
    values: dict[str, object] = {
        "name": "one", "status": "running, 50%", "facts": "cpu", "fraction": 0.5, "progress": "step 5", "loss": LOSS, "held_out": LOSS,
        "figures": ("accuracy", "iou"), "figure": "iou", "warnings": ("It stalls.",), "trouble": "", "can_pause": True,
        "can_resume": False, "question": "",
    }  # fmt: skip
    return RunPane(**(values | changes))  # type: ignore[arg-type]  # the names are those of RunPane


@pytest.fixture
def view(qtbot: QtBot, theme: Theme) -> TrainingView:
    made = TrainingView(theme)
    qtbot.addWidget(made)
    made.resize(824, 540)  # in the smallest window
    made.show()
    return made


def show_recipe(view: TrainingView) -> None:
    view.show_state(TrainingState(recipes=ROWS, chosen_recipe="a", recipe=RECIPE))


def show_run(view: TrainingView, **changes: object) -> None:
    runs = (RunRow("one", "running", False), RunRow("two", "done", True))
    view.show_state(TrainingState(recipes=ROWS, runs=runs, chosen_run="one", run=run_pane(**changes)))


def test_every_control_has_a_name_for_those_who_do_not_see(view: TrainingView) -> None:
    show_recipe(view)
    show_run(view)
    for kind in (QAbstractButton, QComboBox, QAbstractItemView, QPlainTextEdit):
        for widget in view.findChildren(kind):
            if widget.isVisibleTo(view) and not widget.objectName().startswith("qt_"):
                assert widget.accessibleName() or getattr(widget, "text", str)(), widget


def test_recipe_chosen_by_the_keyboard_is_told(view: TrainingView, qtbot: QtBot) -> None:
    show_recipe(view)
    view.recipes.setFocus()
    with qtbot.waitSignal(view.recipe_chosen) as told:
        QTest.keyClick(view.recipes, Qt.Key.Key_Down)
        QTest.keyClick(view.recipes, Qt.Key.Key_Down)
    assert told.args == ["b"]


def test_form_and_missing_data_can_be_chosen(view: TrainingView, qtbot: QtBot) -> None:
    show_recipe(view)
    long = next(button for button in view.findChildren(QRadioButton) if button.text().startswith("Long"))
    with qtbot.waitSignal(view.form_chosen) as told:
        QTest.keyClick(long, Qt.Key.Key_Space)
    assert told.args == ["a"]
    names = [button.accessibleName() for button in view.findChildren(QPushButton) if button.text() == "Choose…"]
    assert names == ["Choose where to read source", "Choose where to read pairs"]


def test_start_is_offered_only_where_it_can_begin(view: TrainingView) -> None:
    show_recipe(view)
    assert view.recipe.start.isEnabled()
    blocked = RecipePane(**{name: getattr(RECIPE, name) for name in RecipePane.__slots__} | {"why_not": "Some of its data is missing."})
    view.show_state(TrainingState(recipes=ROWS, chosen_recipe="a", recipe=blocked))
    assert not view.recipe.start.isEnabled()


class Wanted:
    """Notes what is asked for of a run."""

    def __init__(self) -> None:
        self.done: list[str] = []

    def choose_figure(self, name: str) -> None:
        self.done.append(f"figure {name}")

    def pause(self) -> None:
        self.done.append("pause")

    def resume(self) -> None:
        self.done.append("resume")

    def ask_to_remove(self) -> None:
        self.done.append("ask")

    def keep(self) -> None:
        self.done.append("keep")

    def remove(self) -> None:
        self.done.append("remove")


def test_run_shows_what_can_be_done_with_it(view: TrainingView) -> None:
    show_run(view)
    pane = view.run
    assert (pane.pause.isVisible(), pane.resume.isVisible(), pane.bar.value()) == (True, False, 500)
    assert pane.figure.currentText() == "iou"
    assert pane.log.toPlainText() == "It stalls."
    wanted = Wanted()
    pane.bind(wanted)
    QTest.keyClick(pane.pause, Qt.Key.Key_Space)
    assert wanted.done == ["pause"]
    show_run(view, can_pause=False, can_resume=True, question="Delete one?")
    assert pane.resume.isVisible()
    for words in ("Go on", "Remove…", "Keep", "Delete for good"):
        next(button for button in view.findChildren(QPushButton) if button.text() == words).click()
    pane.figure.activated.emit(pane.figure.currentIndex())
    assert wanted.done == ["pause", "resume", "ask", "keep", "remove", "figure iou"]


def test_ticked_run_is_told(view: TrainingView, qtbot: QtBot) -> None:
    show_run(view)
    with qtbot.waitSignal(view.run_ticked) as told:
        view.runs.item(0).setCheckState(Qt.CheckState.Checked)
    assert told.args == ["one", True]
    assert view.runs.item(1).checkState() is Qt.CheckState.Checked


def test_chart_draws_each_curve_in_its_colour_and_says_it_in_words(qtbot: QtBot, theme: Theme) -> None:
    chart = ChartView(theme)
    qtbot.addWidget(chart)
    chart.resize(400, 300)
    chart.show()
    chart.show_chart(LOSS)
    image = chart.grab().toImage()
    seen = {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}
    assert {QColor(theme.palette.accent).name(), QColor(theme.palette.amber).name()} <= seen
    assert chart.accessibleName() == "Training loss, a chart of loss over step"
    assert chart.accessibleDescription().startswith("one: from 2 to 1 at 5")


def test_page_fits_the_smallest_window(view: TrainingView) -> None:
    show_recipe(view)
    show_run(view)
    least = view.minimumSizeHint()
    assert (least.width() <= 824, least.height() <= 540) == (True, True), least
