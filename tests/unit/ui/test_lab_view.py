"""The Lab page's widgets."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QComboBox, QLineEdit, QProgressBar
from pytestqt.qtbot import QtBot

from facekit.types import Box, Pixels
from ui.pages.lab.state import FiltersState, Finding, LayersState, MapView, PictureState, SystemsState
from ui.pages.lab.view import SYSTEMS, LabView
from ui.theme import Theme, tokens
from ui.widgets.picture_view import PictureView

pytestmark = pytest.mark.gui
CELLS = (("1", "0", "-1"),) * 3


def black(height: int = 60, width: int = 80) -> Pixels:
    return np.zeros((height, width, 3), np.uint8)


@pytest.fixture
def view(qtbot: QtBot, theme: Theme) -> LabView:
    made = LabView(theme)
    qtbot.addWidget(made)
    made.show_state(PictureState(black(), "a picture", can_be_live=True))
    maps = tuple(MapView(title, "80 × 60", black()) for title in ("Input", "Map", "Pooled, max"))
    made.filters.show_state(FiltersState(cells=CELLS, maps=maps, arithmetic=("(n + 2p − f) / s + 1",)))
    made.layers.show_state(LayersState((("net", "A network"),), "net", (black(3, 3),) * 4, (black(),) * 4, 1, "4 filters"))
    made.systems.show_state(SystemsState((("a", "System a"), ("b", "System b")), "a", "What it does.", can_run=True))
    made.resize(824, 540)  # in the smallest window
    made.show()
    return made


def test_every_control_has_a_name_for_those_who_do_not_see(view: LabView) -> None:
    for kind in (QAbstractButton, QComboBox, QAbstractItemView, QLineEdit, QProgressBar):
        for widget in view.findChildren(kind):
            inside = isinstance(widget.parent(), QComboBox) or type(widget).__name__ in ("QComboBoxListView", "ScrollLeftButton")
            if not (inside or widget.objectName().startswith("qt_") or isinstance(widget.parent(), type(view.tabs))):
                named = widget.accessibleName() or (widget.text() if isinstance(widget, QAbstractButton) else "")
                assert named or not widget.isVisibleTo(view), widget


def test_typed_cell_is_told_with_its_place_and_is_not_written_over(view: LabView, qtbot: QtBot) -> None:
    cell = view.filters.cells[2, 1]
    cell.selectAll()
    with qtbot.waitSignal(view.filters.cell_typed) as told:
        QTest.keyClick(cell, Qt.Key.Key_7)
    assert told.args == [2, 1, "7"]
    cells = (CELLS[0], CELLS[1], ("1", "7", "-1"))
    view.filters.show_state(FiltersState(preset="own", cells=cells))
    assert (cell.text(), view.filters.preset.currentData()) == ("7", "own")


def test_grid_grows_with_the_filter(view: LabView) -> None:
    view.filters.show_state(FiltersState(cells=(("0",) * 5,) * 5))
    assert sorted(view.filters.cells) == [(row, column) for row in range(5) for column in range(5)]


def test_filter_is_chosen_in_the_list_by_the_keyboard(view: LabView, qtbot: QtBot) -> None:
    view.tabs.setCurrentIndex(1)
    view.layers.filters.setFocus()
    with qtbot.waitSignal(view.layers.filter_chosen) as told:
        QTest.keyClick(view.layers.filters, Qt.Key.Key_Right)
    assert told.args == [2]


def test_system_without_weights_offers_to_train_it(view: LabView, qtbot: QtBot) -> None:
    view.tabs.setCurrentIndex(SYSTEMS)
    systems = view.systems
    systems.show_state(SystemsState((("a", "System a"),), "a", needs="Train it first.", can_train=True))
    assert (systems.train.isVisible(), systems.run.isVisible()) == (True, False)
    with qtbot.waitSignal(systems.training_wanted):
        QTest.keyClick(systems.train, Qt.Key.Key_Space)


def test_running_system_offers_to_cancel_and_shows_how_far_it_is(view: LabView, qtbot: QtBot) -> None:
    view.tabs.setCurrentIndex(SYSTEMS)
    systems = view.systems
    systems.show_state(SystemsState((("a", "System a"),), "a", progress=0.25))
    assert (systems.bar.value(), systems.run.isVisible()) == (250, False)
    with qtbot.waitSignal(systems.cancelled):
        QTest.keyClick(systems.cancel, Qt.Key.Key_Space)


def test_shares_are_listed_with_their_names(view: LabView) -> None:
    view.systems.show_state(SystemsState((("a", "System a"),), "a", finding=Finding(black(), shares=(("red", 0.75), ("blue", 0.25)))))
    bars = [bar for bar in view.systems.shares.findChildren(QProgressBar) if not bar.isHidden()]
    assert [(bar.accessibleName(), bar.value()) for bar in bars] == [("red: 0.75", 750), ("blue: 0.25", 250)]


def test_marks_are_drawn_where_they_are_in_the_picture(qtbot: QtBot, theme: Theme) -> None:
    picture = PictureView(theme)
    qtbot.addWidget(picture)
    picture.resize(320, 240)
    picture.show()
    picture.show_picture(black(60, 80))  # four times as large
    picture.mark((), (Box(10, 10, 20, 20),), ((50.0, 30.0),))
    image = picture.grab().toImage()
    assert image.pixelColor(202, 122).name() == QColor(tokens.DARK.accent).name()
    row = [image.pixelColor(x, 60) for x in range(36, 45)]
    assert any(colour.red() > 100 and colour.blue() < colour.red() for colour in row)
    assert image.pixelColor(60, 60).name() == "#000000"


def test_page_fits_the_smallest_window(view: LabView) -> None:
    least = view.minimumSizeHint()
    assert (least.width() <= 824, least.height() <= 540) == (True, True), least
