"""The Training page's widgets. Emits what the person wants; draws a TrainingState."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QStackedWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ui.pages.training.recipe_pane import RecipePaneView
from ui.pages.training.state import RecipeRow, RunRow, TrainingState
from ui.theme import Theme, figures, tokens
from ui.widgets.run_view import RunPaneView

_SIDE_WIDTH = 272
_KEY = Qt.ItemDataRole.UserRole


class TrainingView(QWidget):
    """Recipes and runs at the left, the chosen one of either at the right."""

    recipe_chosen = Signal(str)
    form_chosen = Signal(str)
    data_chosen = Signal(str, Path)
    recipe_opened = Signal(Path)
    begun = Signal()
    run_chosen = Signal(str)
    run_ticked = Signal(str, bool)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._state = TrainingState()
        self.recipes = QTreeWidget()
        self.runs = QListWidget()
        self.no_runs = QLabel("None yet. What you train is listed here, and stays until you remove it.")
        self.open = QPushButton("Recipe from a file…")
        self.recipe = RecipePaneView(theme)
        self.run = RunPaneView(theme)
        self._lay_out()
        self._connect()
        self._paint_icons()

    def show_state(self, state: TrainingState) -> None:
        """Draw the state; what has not changed is left alone."""
        before, self._state = self._state, state
        if before.recipes != state.recipes:
            self._fill_recipes(state.recipes)
        if before.runs != state.runs:
            self._fill_runs(state.runs)
        self._mark(state)
        if state.run:
            self.run.show_pane(state.run)
        elif state.recipe:
            self.recipe.show_pane(state.recipe)
        self.stage.setCurrentWidget(self.run if state.run else self.recipe)
        self.stage.setVisible(bool(state.run or state.recipe))
        self.no_runs.setVisible(not state.runs)
        self.runs.setVisible(bool(state.runs))

    def _fill_recipes(self, rows: tuple[RecipeRow, ...]) -> None:
        with QSignalBlocker(self.recipes):
            self.recipes.clear()
            groups: dict[str, QTreeWidgetItem] = {}
            for row in rows:
                if row.group not in groups:
                    groups[row.group] = QTreeWidgetItem(self.recipes, [row.group])
                    groups[row.group].setFlags(Qt.ItemFlag.ItemIsEnabled)
                    groups[row.group].setFont(0, figures(bold=True))
                item = QTreeWidgetItem(groups[row.group], [row.title])
                item.setData(0, _KEY, row.key)
            self.recipes.expandAll()

    def _fill_runs(self, rows: tuple[RunRow, ...]) -> None:
        """In place: the list keeps its focus while a run goes on."""
        with QSignalBlocker(self.runs):
            while self.runs.count() > len(rows):
                self.runs.takeItem(self.runs.count() - 1)
            while self.runs.count() < len(rows):
                self.runs.addItem(QListWidgetItem())
            for index, row in enumerate(rows):
                item = self.runs.item(index)
                item.setText(f"{row.name}\n{row.status}")
                item.setData(_KEY, row.name)
                item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
                item.setCheckState(Qt.CheckState.Checked if row.is_ticked else Qt.CheckState.Unchecked)
                item.setToolTip("Tick it to draw its curves beside those of the chosen run.")

    def _mark(self, state: TrainingState) -> None:
        """Show which recipe or run is the chosen one."""
        with QSignalBlocker(self.recipes), QSignalBlocker(self.runs):
            wanted = self._recipe_item(state.chosen_recipe)
            if self.recipes.currentItem() is not wanted:
                self.recipes.setCurrentItem(wanted)  # type: ignore[arg-type]  # None is none of them
            if wanted is None:
                self.recipes.clearSelection()
            else:
                self.recipes.scrollToItem(wanted, QTreeWidget.ScrollHint.EnsureVisible)
            names = [row.name for row in state.runs]
            self.runs.setCurrentRow(names.index(state.chosen_run) if state.chosen_run in names else -1)

    def _recipe_item(self, key: str) -> QTreeWidgetItem | None:
        groups = [self.recipes.topLevelItem(index) for index in range(self.recipes.topLevelItemCount())]
        items = (group.child(index) for group in groups if group for index in range(group.childCount()))
        return next((item for item in items if item and item.data(0, _KEY) == key), None)

    def _lay_out(self) -> None:
        self.recipes.setProperty("look", "choices")
        self.recipes.setHeaderHidden(True)
        self.recipes.setRootIsDecorated(False)
        self.recipes.setIndentation(tokens.SPACE_S)
        self.recipes.setAccessibleName("Recipes")
        self.runs.setAccessibleName("Runs")
        self.no_runs.setProperty("look", "quiet")
        self.no_runs.setWordWrap(True)
        self.stage = QStackedWidget()
        self.stage.addWidget(self.recipe)
        self.stage.addWidget(self.run)
        self.stage.hide()
        side = QFrame()
        side.setFixedWidth(_SIDE_WIDTH)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(tokens.SPACE_S)
        for words, parts in (("Recipes", (self.recipes,)), ("Runs", (self.no_runs, self.runs))):
            heading = QLabel(words)
            heading.setProperty("look", "emphasis")
            column.addWidget(heading)
            for part in parts:
                column.addWidget(part, 0 if part is self.no_runs else 3 if part is self.recipes else 2)
        middle = QHBoxLayout()
        middle.setSpacing(tokens.SPACE_L)
        middle.addWidget(side)
        middle.addWidget(self.stage, 1)
        middle.addStretch(0)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(tokens.SPACE_L, tokens.SPACE_M, tokens.SPACE_L, tokens.SPACE_L)
        whole.setSpacing(tokens.SPACE_M)
        whole.addLayout(self._header())
        whole.addLayout(middle, 1)

    def _header(self) -> QHBoxLayout:
        title = QLabel("Training")
        title.setProperty("look", "title")
        self.open.setFixedHeight(32)
        self.open.setToolTip("Train by a TOML file of your own; it may be built on one of these.")
        row = QHBoxLayout()
        row.addWidget(title)
        row.addStretch()
        row.addWidget(self.open)
        return row

    def _connect(self) -> None:
        self.recipes.currentItemChanged.connect(self._recipe_chosen)
        self.recipes.itemClicked.connect(self._recipe_chosen)
        self.runs.itemClicked.connect(self._run_chosen)
        self.runs.currentItemChanged.connect(lambda item, _: self._run_chosen(item))
        self.runs.itemChanged.connect(self._run_changed)
        self.open.clicked.connect(self._ask_for_recipe)
        self.recipe.form_chosen.connect(self.form_chosen)
        self.recipe.place_wanted.connect(self._ask_for_place)
        self.recipe.begun.connect(self.begun)
        self._theme.changed.connect(self._paint_icons)

    def _recipe_chosen(self, item: QTreeWidgetItem | None) -> None:
        key = item.data(0, _KEY) if item else None
        if key and key != self._state.chosen_recipe:
            self.recipe_chosen.emit(key)

    def _run_chosen(self, item: QListWidgetItem | None) -> None:
        name = item.data(_KEY) if item else None
        if name and name != self._state.chosen_run:
            self.run_chosen.emit(name)

    def _run_changed(self, item: QListWidgetItem) -> None:
        self.run_ticked.emit(item.data(_KEY), item.checkState() is Qt.CheckState.Checked)

    def _ask_for_recipe(self) -> None:
        dialog = QFileDialog(self, "Choose a recipe", "", "Recipes (*.toml)")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda path: self.recipe_opened.emit(Path(path)))
        dialog.open()

    def _ask_for_place(self, key: str) -> None:
        """A folder, or a file where the recipe reads files."""
        dialog = QFileDialog(self, "Choose the folder or the file that the recipe reads")
        dialog.setFileMode(QFileDialog.FileMode.AnyFile if key in _FILES else QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(lambda path: self.data_chosen.emit(key, Path(path)))
        dialog.open()

    def _paint_icons(self) -> None:
        self._theme.set_icon(self.open, "folder")


_FILES = ("options.data.labels", "net.weights", "options.data.targets", "options.teaching.targets")
