"""The composition root: builds store, engine and source, wires them, and builds each page when it is first shown."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QLocale, QTimer
from PySide6.QtWidgets import QFileDialog

from facekit.capture import list_cameras
from facekit.engine.port import EnginePhase
from facekit.paths import data_dir
from facekit.pipeline_config import PipelineConfig
from facekit.retraining.request import retraining_home, unfinished
from facekit.settings import Settings, save_settings
from facekit.store import open_repository
from facekit.types import Frame, FrameResult
from ui.actions import ACTIONS, LIVE, PEOPLE
from ui.bridge import EngineBridge
from ui.camera_thread import CameraThread
from ui.language import use
from ui.main_window import MainWindow
from ui.page import Page, Services
from ui.pages import PAGES, load_ahead, page_class
from ui.ports import NoticeKind, SourceState
from ui.recorder import Recorder
from ui.session import Session
from ui.sources import Sources
from ui.status import StatusPresenter, StatusState
from ui.tasks import MainThread, ThreadTasks
from ui.theme import Theme
from ui.training_runner import ProcessRunner
from ui.trainings import Trainings
from ui.widgets.command_palette import Palette
from ui.widgets.dialogs import GuideDialog, KeysDialog, StreamDialog
from ui.widgets.status_line import StatusLine

P = TypeVar("P", bound=Page)
SYNTHETIC = "synthetic"
_VIDEOS = "Videos (*.mp4 *.mov *.avi *.mkv *.webm *.m4v);;All files (*)"


class SystemClock:
    """The Clock port."""

    def monotonic(self) -> float:
        """Seconds, as Frame.captured_at counts them."""
        return time.monotonic()

    def now(self) -> datetime:
        """The local time, with its zone."""
        return datetime.now().astimezone()


class App:
    """Everything behind one window.

    Args:
        settings: As kept, or as the command line changed them.
        database: The file of the store.
    """

    def __init__(self, window: MainWindow, theme: Theme, settings: Settings, database: Path) -> None:
        self.window = window
        self.theme = theme
        self.main_thread = MainThread()
        self.tasks = ThreadTasks(self.main_thread)
        self.clock = SystemClock()
        self.engine = EngineBridge(
            PipelineConfig.of(settings),
            self.main_thread,
            on_state=lambda state: self.session.engine_changed(state),
            on_result=self._result_arrived,
        )
        self.session = Session(
            tasks=self.tasks,
            engine=self.engine,
            open_repository=lambda: open_repository(database),
            settings=settings,
            keep_settings=save_settings,
        )
        self._follow_language()
        self.session.observe(self._follow_language)  # the first to know: what the pages write after it is in the new language
        self.source = CameraThread(self.tasks, self.main_thread, on_frame=self._frame_arrived, on_state=self._source_changed)
        self.training_runner = ProcessRunner()
        self.trainings = Trainings(
            runner=self.training_runner, tasks=self.tasks, home=data_dir() / "runs", retraining_home=retraining_home()
        )
        self.sources = Sources(session=self.session, source=self.source, tasks=self.tasks, list_cameras=list_cameras)
        self._pages: dict[str, Page] = {}
        self._front = ""
        self._has_loaded_ahead = False
        self._is_closed = False
        self.recorder = Recorder(session=self.session, clock=self.clock, source_state=lambda: self.sources.state)
        self._services = Services(
            theme=theme,
            session=self.session,
            engine=self.engine,
            source=self.source,
            tasks=self.tasks,
            clock=self.clock,
            trainings=self.trainings,
            commands=self.training_runner,
            trigger=lambda name: window.actions_by_name[name].trigger(),
            sources=self.sources,
            recorder=self.recorder,
            database=database,
        )
        self._build_status()
        self._build_pages()
        self._bind()

    def start(self) -> None:
        """Open the store, load the models, open the last source."""
        self.window.show_page(LIVE)
        self.window.setFocus()
        self.session.start()
        self.sources.open_again()
        self.tasks.run(partial(unfinished, retraining_home()), self._offer, lambda _: None)

    def page(self, kind: type[P]) -> P:
        """The page of that class, built where it was not yet."""
        page = self._page(kind.name)
        assert isinstance(page, kind)
        return page

    def close(self) -> None:
        """Stop everything, within bounded time; nothing is left running."""
        if self._is_closed:
            return
        self._is_closed = True
        self.window.keep_place()
        self.window.hide()  # the engine may take seconds to stop
        for page in self._pages.values():
            page.close()
        self.recorder.close()
        self.training_runner.close()
        self.source.close()
        self.session.close()
        self.tasks.close()

    def _offer(self, unfinished: tuple[str, ...]) -> None:
        if unfinished:
            names = " and ".join(unfinished)
            self.session.say(f"{names} {'was' if len(unfinished) == 1 else 'were'} not trained to the end: Model › Retrain… goes on.")

    def _page(self, name: str) -> Page:
        if name not in self._pages:
            page = self._pages[name] = page_class(name)(self._services)
            self.window.fill_page(name, page.view)
            page.source_changed(self.sources.state)
        return self._pages[name]

    def _page_shown(self, name: str) -> None:
        if self._front in self._pages:
            self._pages[self._front].hidden()
        self._front = name
        self._page(name).shown()

    def _source_changed(self, state: SourceState) -> None:
        self.recorder.source_changed(state)  # under the name of the source before
        self.sources.source_changed(state)
        for page in self._pages.values():
            page.source_changed(state)

    def _frame_arrived(self, frame: Frame) -> None:
        if not self._is_closed:
            for page in self._pages.values():
                page.frame_arrived(frame)

    def _result_arrived(self, result: FrameResult) -> None:
        self.status.result_arrived(result)
        self.recorder.result_arrived(result)
        for page in self._pages.values():
            page.result_arrived(result)

    def _build_status(self) -> None:
        line = self.window.status_line
        self.status = StatusPresenter(session=self.session, clock=self.clock, show=lambda state: _show_status(line, state))
        line.people_wanted.connect(lambda: self.window.show_page(PEOPLE))
        line.restart_wanted.connect(self.session.restart_engine)
        line.dismissed.connect(self.status.dismiss)

    def _build_pages(self) -> None:
        for name in PAGES:
            self.window.add_page(name)
        self.window.page_shown.connect(self._page_shown)
        self.window.activated.connect(self.session.refresh)

    def _bind(self) -> None:
        window = self.window
        handlers: dict[str, Callable[[], object]] = {
            "source_video": self._choose_video,
            "source_folder": self._choose_folder,
            "source_stream": self._choose_stream,
            "source_synthetic": self._choose_synthetic,
            "source_again": self.sources.open_again,
            "quit": window.close,
            "restart_engine": self.session.restart_engine,
            "theme_system": lambda: self._choose_theme("system"),
            "theme_light": lambda: self._choose_theme("light"),
            "theme_dark": lambda: self._choose_theme("dark"),
            "palette": lambda: Palette(window, window.actions_by_name, self.theme).show(),
            "show_guide": lambda: GuideDialog(window).show(),
            "show_keys": lambda: KeysDialog(window).show(),
        }
        handlers |= {f"show_{name}": partial(window.show_page, name) for name in PAGES}
        handlers |= {row.name: partial(self._handle, row.page, row.name) for row in ACTIONS if row.page}
        window.bind(handlers)
        self._follow_theme()
        self.session.observe(self._follow_theme)
        self.session.observe(self._load_ahead)
        window.closing.connect(self.close)

    def _load_ahead(self) -> None:
        """Once the engine is ready there is time for the other pages."""
        if not self._has_loaded_ahead and self.session.engine_state.phase is EnginePhase.READY:
            self._has_loaded_ahead = True
            self.tasks.run(load_ahead, lambda _: None, self.session.fail)

    def _handle(self, page: str, action: str) -> None:
        if page != self._front:
            self.window.show_page(page)
        self._page(page).handlers()[action]()

    def _choose_theme(self, choice: str) -> None:
        self.session.keep(self.session.settings.replace(theme=choice))

    def _follow_language(self) -> None:
        """Write dates and numbers as the settings say."""
        code = use(self.session.settings.language, QLocale.system().name())
        if self.window.locale().name() != code:
            self.window.setLocale(QLocale(code))

    def _follow_theme(self) -> None:
        """Wear what the settings say, wherever they were changed."""
        choice = self.session.settings.theme
        if choice != self.theme.choice:
            self.theme.choose(choice)
        self.window.actions_by_name[f"theme_{choice}"].setChecked(True)

    def _choose_source(self, spec: str) -> None:
        if not self._page(self._front).uses_camera:
            self.window.show_page(LIVE)
        self.sources.choose(spec)

    def _choose_video(self) -> None:
        dialog = QFileDialog(self.window, "Choose a video", "", _VIDEOS)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self._choose_source)
        dialog.open()

    def _choose_folder(self) -> None:
        dialog = QFileDialog(self.window, "Choose a folder of pictures")
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(self._choose_source)
        dialog.open()

    def _choose_stream(self) -> None:
        dialog = StreamDialog(self.window)
        dialog.chosen.connect(self._choose_source)
        dialog.open()

    def _choose_synthetic(self) -> None:
        self._choose_source(SYNTHETIC)


def build(window: MainWindow, theme: Theme, settings: Settings, database: Path) -> App:
    """The window brought to life: pages added, actions bound; engine, store and source start when the window has had its turn."""
    app = App(window, theme, settings, database)
    QTimer.singleShot(0, app.start)  # not in this turn of the loop, which was long enough
    return app


def _show_status(line: StatusLine, state: StatusState) -> None:
    line.show_engine(state.engine, state.health, help_text=state.engine_help, can_restart=state.can_restart)
    line.show_facts(device=state.device, speed=state.speed, people=state.people, limit=state.limit, limit_help=state.limit_help)
    notice = state.notice
    line.show_notice(notice.text if notice else "", is_error=notice is not None and notice.kind is NoticeKind.ERROR)
