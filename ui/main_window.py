"""The window's frame: menus from the table of actions, the rail, the pages one above the other, the status line. Nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QByteArray, QEvent, QObject, QSettings, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QActionGroup, QCloseEvent, QKeySequence, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMainWindow, QMenu, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from facekit.paths import config_dir
from ui.actions import ACTIONS, MODELS, Action, Menu, action, plain
from ui.theme import Theme
from ui.widgets.rail import Rail
from ui.widgets.reading_order import neighbour
from ui.widgets.status_line import StatusLine

MIN_SIZE = QSize(880, 600)
_FAIR_SIZE = QSize(1200, 760)
_WIDE_FROM = 1280


class MainWindow(QMainWindow):
    """Opens empty, so that it is on the screen before anything heavy is loaded; app.py then adds pages and handlers."""

    painted = Signal()
    """Once, after the first paint."""
    closing = Signal()
    page_shown = Signal(str)
    activated = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._is_painted = False
        self.setWindowTitle("Facekit")
        self.setMinimumSize(MIN_SIZE.boundedTo(self.screen().availableSize()))
        self.rail = Rail(theme)
        self.pages = QStackedWidget()
        self.room = QScrollArea(widgetResizable=True)
        """Scrolls where the screen is smaller than the smallest window: 1920 × 1080 at 200 %."""
        self.status_line = StatusLine(theme)
        self._page_names: list[str] = []
        self.actions_by_name: dict[str, QAction] = {}
        self._make_menus()
        self._lay_out()
        self.rail.chosen.connect(self.show_page)
        theme.changed.connect(self._paint_icons)
        self._paint_icons()

    def add_page(self, name: str) -> None:
        """Make room for a page; words, icon, key and place in the rail follow from the action show_<name>."""
        row = action(f"show_{name}")
        self._page_names.append(name)
        self.pages.addWidget(QWidget())
        if row.menu not in (Menu.HELP, Menu.MODEL):
            key = QKeySequence(row.shortcut).toString(QKeySequence.SequenceFormat.NativeText)
            self.rail.add(name, plain(row), row.icon, key, at_foot=row.menu is Menu.FILE)

    def fill_page(self, name: str, view: QWidget) -> None:
        """Put the view where room was made for it."""
        index = self._page_names.index(name)
        room = self.pages.widget(index)
        assert room is not None
        self.pages.insertWidget(index, view)
        if self.pages.currentWidget() is room:
            self.pages.setCurrentWidget(view)
        self.pages.removeWidget(room)
        room.deleteLater()

    def show_page(self, name: str) -> None:
        """Bring a page to the front."""
        self.page_shown.emit(name)  # whoever fills the page does so now
        self.pages.setCurrentIndex(self._page_names.index(name))
        self.rail.mark(MODELS if action(f"show_{name}").menu is Menu.MODEL else name)  # what is done with an encoder belongs there
        self._enable_for(name)

    def bind(self, handlers: Mapping[str, Callable[[], object]]) -> None:
        """Connect every action of the table to its handler.

        Raises:
            ValueError: An action has no handler, or a handler no action.
        """
        if odd := self.actions_by_name.keys() ^ handlers.keys():
            raise ValueError(f"actions and handlers differ: {', '.join(sorted(odd))}")
        for name, handler in handlers.items():
            self.actions_by_name[name].triggered.connect(handler)

    def restore_place(self) -> None:
        """Stand where the window was left, or in the middle at a fair size."""
        place = _place_store().value("geometry")
        if not (isinstance(place, QByteArray) and self.restoreGeometry(place)):
            self.resize(_FAIR_SIZE.boundedTo(self.screen().availableSize()))

    def keep_place(self) -> None:
        """Remember where the window stands."""
        _place_store().setValue("geometry", self.saveGeometry())

    def _make_menus(self) -> None:
        menus = {menu: self.menuBar().addMenu(menu.value) for menu in Menu}
        groups: dict[str, QActionGroup] = {}
        for row in ACTIONS:
            self.actions_by_name[row.name] = self._make_action(row, menus[row.menu], groups)

    def _make_action(self, row: Action, menu: QMenu, groups: dict[str, QActionGroup]) -> QAction:
        made = QAction(row.text, self)
        made.setToolTip(row.help)
        made.setStatusTip("")
        if row.shortcut:
            made.setShortcut(QKeySequence(row.shortcut))
        if row.choice:
            made.setCheckable(True)
            groups.setdefault(row.choice, QActionGroup(self)).addAction(made)
        if row.name == "quit":
            made.setMenuRole(QAction.MenuRole.QuitRole)
        if row.begins_section:
            menu.addSeparator()
        menu.addAction(made)
        return made

    def _enable_for(self, page: str) -> None:
        for row in ACTIONS:
            if row.page and not row.goes_there:
                self.actions_by_name[row.name].setEnabled(row.page == page)

    def _lay_out(self) -> None:
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.rail)
        self.room.setFrameShape(QFrame.Shape.NoFrame)
        self.room.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.room.setWidget(self.pages)
        middle.addWidget(self.room, 1)
        centre = self._centre = QWidget()
        whole = QVBoxLayout(centre)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(middle, 1)
        whole.addWidget(self.status_line)
        self.setCentralWidget(centre)
        centre.installEventFilter(self)

    def _paint_icons(self) -> None:
        for row in ACTIONS:
            if row.icon:
                self.actions_by_name[row.name].setIcon(self._theme.icon(row.icon))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Words beside the rail's icons where there is room."""
        super().resizeEvent(event)
        self.rail.set_wide(event.size().width() >= _WIDE_FROM)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Tell once when the first paint is done."""
        if isinstance(event, QPaintEvent) and not self._is_painted:
            self._is_painted = True
            QTimer.singleShot(0, self.painted.emit)  # after the paint that is now beginning
        return super().eventFilter(watched, event)

    def focusNextPrevChild(self, is_next: bool) -> bool:
        """Tab goes in reading order, through the rail, the page and the status line."""
        goal = neighbour(self._centre, self.focusWidget(), is_next=is_next)
        if goal is not None:
            goal.setFocus(Qt.FocusReason.TabFocusReason if is_next else Qt.FocusReason.BacktabFocusReason)
            if self.pages.isAncestorOf(goal):
                self.room.ensureWidgetVisible(goal, 0, 0)
        return goal is not None

    def changeEvent(self, event: QEvent) -> None:
        """Tell when the person comes back to the window."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self.activated.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Tell that it is time to stop."""
        self.closing.emit()
        super().closeEvent(event)


def _place_store() -> QSettings:
    return QSettings(str(config_dir() / "window.ini"), QSettings.Format.IniFormat)
