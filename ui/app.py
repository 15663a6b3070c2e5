"""The composition root: builds store, engine, source, presenters and views, and wires them. Loaded after the window's first paint."""

from __future__ import annotations

import getpass
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from PySide6.QtWidgets import QFileDialog

from facekit.capture import list_cameras
from facekit.errors import FacekitError
from facekit.pipeline_config import PipelineConfig
from facekit.settings import Settings, save_settings
from facekit.store import open_repository
from facekit.types import Frame, FrameResult
from ui.actions import LIVE, PEOPLE
from ui.bridge import EngineBridge
from ui.camera_thread import CameraThread
from ui.main_window import MainWindow
from ui.pages.live.enrol_presenter import EnrolPresenter
from ui.pages.live.presenter import LivePresenter
from ui.pages.live.view import LiveView
from ui.pages.people.presenter import PeoplePresenter
from ui.pages.people.view import PeopleView
from ui.ports import NoticeKind
from ui.session import Session
from ui.status import StatusPresenter, StatusState
from ui.tasks import MainThread, ThreadTasks
from ui.theme import Theme
from ui.widgets.dialogs import KeysDialog, StreamDialog
from ui.widgets.status_line import StatusLine

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
        self.source = CameraThread(
            self.tasks, self.main_thread, on_frame=self._frame_arrived, on_state=lambda state: self.live.source_changed(state)
        )
        self._is_closed = False
        self._build_status()
        self._build_live()
        self._build_people()
        self._bind()

    def start(self) -> None:
        """Open the store, load the models, open the last source."""
        self.window.show_page(LIVE)
        self.window.setFocus()
        self.session.start()
        self.live.start()

    def close(self) -> None:
        """Stop everything, within bounded time; nothing is left running."""
        if self._is_closed:
            return
        self._is_closed = True
        self.window.keep_place()
        self.window.hide()  # the engine may take seconds to stop
        self.source.close()
        self.session.close()
        self.tasks.close()

    def _frame_arrived(self, frame: Frame) -> None:
        if not self._is_closed:
            self.live.frame_arrived(frame)

    def _result_arrived(self, result: FrameResult) -> None:
        self.status.result_arrived(result)
        self.live.result_arrived(result)

    def _build_status(self) -> None:
        line = self.window.status_line
        self.status = StatusPresenter(session=self.session, clock=self.clock, show=lambda state: _show_status(line, state))
        line.people_wanted.connect(lambda: self.window.show_page(PEOPLE))
        line.restart_wanted.connect(self.session.restart_engine)
        line.dismissed.connect(self.status.dismiss)

    def _build_live(self) -> None:
        view = self.live_view = LiveView(self.theme)
        self.live = LivePresenter(
            session=self.session,
            engine=self.engine,
            source=self.source,
            tasks=self.tasks,
            clock=self.clock,
            list_cameras=list_cameras,
            show=view.show_state,
        )
        self.enrolment = EnrolPresenter(
            session=self.session,
            engine=self.engine,
            clock=self.clock,
            account=getpass.getuser(),
            look=self.live.look_at,
            show=view.show_enrolment,
        )
        view.camera_chosen.connect(self.live.choose_source)
        view.video_wanted.connect(self._choose_video)
        view.folder_wanted.connect(self._choose_folder)
        view.stream_wanted.connect(self._choose_stream)
        view.synthetic_wanted.connect(self._choose_synthetic)
        view.again_wanted.connect(self.live.open_again)
        view.freeze_toggled.connect(self.live.toggle_freeze)
        view.enrol_wanted.connect(self.enrolment.begin)
        view.enrol_nearest_wanted.connect(self._enrol_nearest)
        panel, enrolment = view.panel, self.enrolment
        panel.take_wanted.connect(enrolment.take)
        panel.drop_wanted.connect(enrolment.drop)
        panel.consent_given.connect(enrolment.set_consent)
        panel.crops_kept.connect(enrolment.set_keeps_crops)
        panel.name_changed.connect(enrolment.set_name)
        panel.answered.connect(enrolment.answer)
        panel.same_chosen.connect(enrolment.is_same)
        panel.submitted.connect(enrolment.submit)
        panel.cancelled.connect(enrolment.cancel)
        self.window.add_page(LIVE, view)

    def _build_people(self) -> None:
        view = self.people_view = PeopleView(self.theme)
        self.people = PeoplePresenter(session=self.session, show=view.show_state)
        view.rename_wanted.connect(self.people.rename)
        view.removal_wanted.connect(self.people.ask_to_remove)
        view.removal_confirmed.connect(self.people.remove)
        view.removal_declined.connect(self.people.keep)
        view.enrol_wanted.connect(lambda: self.window.show_page(LIVE))
        self.window.add_page(PEOPLE, view)
        self.window.activated.connect(self.session.refresh)

    def _bind(self) -> None:
        window = self.window
        handlers: dict[str, Callable[[], object]] = {
            "source_video": self._choose_video,
            "source_folder": self._choose_folder,
            "source_stream": self._choose_stream,
            "source_synthetic": self._choose_synthetic,
            "source_again": self.live.open_again,
            "quit": window.close,
            "enrol": self._enrol_nearest,
            "rename": self.people_view.begin_rename,
            "remove": self.people_view.ask_removal,
            "restart_engine": self.session.restart_engine,
            "show_live": lambda: window.show_page(LIVE),
            "show_people": lambda: window.show_page(PEOPLE),
            "freeze": self.live.toggle_freeze,
            "theme_system": lambda: self._choose_theme("system"),
            "theme_light": lambda: self._choose_theme("light"),
            "theme_dark": lambda: self._choose_theme("dark"),
            "show_keys": lambda: KeysDialog(window).show(),
        }
        window.bind(handlers)
        window.actions_by_name[f"theme_{self.theme.choice}"].setChecked(True)
        window.closing.connect(self.close)

    def _choose_theme(self, choice: str) -> None:
        self.theme.choose(choice)
        self.session.keep(self.session.settings.replace(theme=choice))

    def _enrol_nearest(self) -> None:
        track_id = self.live.nearest_face()
        if track_id is None:
            self.session.fail(FacekitError("There is no face in view to enrol.", hint="Look into the camera and try again."))
        else:
            self.enrolment.begin(track_id)

    def _choose_source(self, spec: str) -> None:
        self.window.show_page(LIVE)
        self.live.choose_source(spec)

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
    """The window brought to life: pages added, actions bound, engine and store on their way."""
    app = App(window, theme, settings, database)
    app.start()
    return app


def _show_status(line: StatusLine, state: StatusState) -> None:
    line.show_engine(state.engine, state.health, help_text=state.engine_help, can_restart=state.can_restart)
    line.show_facts(device=state.device, speed=state.speed, people=state.people, limit=state.limit, limit_help=state.limit_help)
    notice = state.notice
    line.show_notice(notice.text if notice else "", is_error=notice is not None and notice.kind is NoticeKind.ERROR)
