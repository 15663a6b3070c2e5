"""One run of the window for benchmarks.window and .window_training, told as JSON on stdout. Not a command of its own.

    python -m benchmarks.window_worker bare|facekit|training SPAWNED_AT SOURCE FOLDER

SPAWNED_AT: time.monotonic() of the parent when it began this process. "bare": an empty PySide6 window, the yardstick.
FOLDER: of folders of persons, to be looked at as for an import. "training": a retraining lies prepared among the account's data.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

    from ui.app import App

_LIVE_S = 10.0
_PATIENCE_S = 180.0
_BEAT_MS = 2


def main() -> None:
    """The one run."""
    multiprocessing.freeze_support()
    kind, spawned_at, source, folder = sys.argv[1], float(sys.argv[2]), sys.argv[3], Path(sys.argv[4])
    watch = _TrainingWatch if kind == "training" else _Watch
    sys.stdout.write(json.dumps(_bare(spawned_at) if kind == "bare" else _facekit(watch, spawned_at, source, folder)) + "\n")


def _bare(spawned_at: float) -> dict[str, Any]:
    """An empty window, to its first paint."""
    from PySide6.QtCore import QTimer
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QApplication, QWidget

    class Empty(QWidget):
        painted_at = 0.0

        def paintEvent(self, _: QPaintEvent) -> None:
            self.painted_at = time.monotonic()
            QTimer.singleShot(0, application.quit)

    application = QApplication(sys.argv[:1])
    window = Empty()
    window.resize(1200, 760)
    window.show()
    application.exec()
    return {"first_paint_s": window.painted_at - spawned_at, "memory_mb": _peak_mb(os.getpid())}


def _facekit(kind: type[_Watch], spawned_at: float, source: str, folder: Path) -> dict[str, Any]:
    """The real window by its own main(), with hands that only look on."""
    from ui import __main__ as program
    from ui.main_window import MainWindow

    seen: dict[str, float] = {}
    kept: list[object] = []
    plain = MainWindow.__init__

    def watched(self: MainWindow, *given: Any, **named: Any) -> None:
        plain(self, *given, **named)
        self.painted.connect(begun)

    def begun() -> None:
        seen["first_paint_s"] = time.monotonic() - spawned_at
        watch = kind(spawned_at, seen, folder)
        _when_loaded("ui.app", lambda module: _after(module, "build", watch.see))
        kept.append(watch)

    MainWindow.__init__ = watched  # type: ignore[method-assign]
    program.main(["--source", source, "--size", "1200x760", "--theme", "light"])
    return seen


def _after(module: ModuleType, name: str, then: Callable[[Any], None]) -> None:
    """Have what a function of the module returns shown to `then` as well."""
    plain = getattr(module, name)

    def told(*given: Any) -> Any:
        made = plain(*given)
        then(made)
        return made

    setattr(module, name, told)


def _when_loaded(module: str, then: Callable[[ModuleType], None]) -> None:
    """Call `then` with the module when the program imports it, no earlier."""
    import importlib.abc
    import importlib.util

    class Finder(importlib.abc.MetaPathFinder):
        def find_spec(self, name: str, path: Any, target: Any = None) -> Any:
            if name != module:
                return None
            sys.meta_path.remove(self)
            spec = importlib.util.find_spec(name)
            assert spec is not None
            assert spec.loader is not None
            load = spec.loader.exec_module

            def loaded(made: ModuleType) -> None:
                load(made)
                then(made)

            spec.loader.exec_module = loaded  # type: ignore[method-assign,assignment]
            return spec

    sys.meta_path.insert(0, Finder())


class _Watch:
    """Looks on while all is loaded, ten seconds go by live, the engine is killed and a folder is read; then closes the window."""

    def __init__(self, spawned_at: float, seen: dict[str, float], folder: Path) -> None:
        from PySide6.QtCore import Qt, QTimer

        self._spawned_at, self._seen, self._folder = spawned_at, seen, folder
        self._frames, self._frame_id, self._answered, self._pid = 0, -1, 0, 0
        self._gap = 0.0
        self._next: Callable[[], None] = lambda: None
        self._beat_at = self._began = time.monotonic()
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start(_BEAT_MS)

    def see(self, app: App) -> None:
        """From now on there is something to be seen."""
        self._app = app
        self._next = self._finding_page

    def _finding_page(self) -> None:
        """In a turn of its own, so as not to build the page in that of the window."""
        from ui.pages.live.page import LivePage

        self._live = self._app.page(LivePage)
        self._filter = _paint_counter(self._painted)
        self._live.view.video.installEventFilter(self._filter)
        self._next = self._loading

    def _painted(self) -> None:
        frame = self._live.presenter.state.frame
        if frame is not None and frame.frame_id != self._frame_id:
            self._frame_id = frame.frame_id
            self._frames += 1

    def _beat(self) -> None:
        now = time.monotonic()
        self._gap = max(self._gap, now - self._beat_at)
        self._beat_at = now
        if now - self._began > _PATIENCE_S:
            self._seen["gave_up"] = 1.0
            self._app.window.close()
        self._next()

    def _loading(self) -> None:
        from ui.pages.live.state import Tone

        if any(face.tone is Tone.MATCH for face in self._live.presenter.state.faces):
            self._seen["first_name_s"] = time.monotonic() - self._spawned_at
            self._phase("gap_loading_s", self._recognising)
            self._count_anew()

    def _count_anew(self) -> None:
        self._frames, self._answered = 0, self._app.engine.stats().answered

    def _has_counted(self, ending: str = "") -> bool:
        """Whether the time is over; then the rates since the last _count_anew are told, their names with that ending."""
        spent = time.monotonic() - self._began
        if spent < _LIVE_S:
            return False
        self._seen[f"preview_per_s{ending}"] = self._frames / spent
        self._seen[f"recognised_per_s{ending}"] = (self._app.engine.stats().answered - self._answered) / spent
        return True

    def _recognising(self) -> None:
        if self._has_counted():
            stats = self._app.engine.stats()
            assert stats.pid is not None
            self._seen["engine_mb"], self._pid = _peak_mb(stats.pid), stats.pid
            self._phase("gap_live_s", self._killed)
            os.kill(stats.pid, signal.SIGKILL)

    def _killed(self) -> None:
        from facekit.engine import EnginePhase

        pid = self._app.engine.stats().pid
        if pid not in (None, self._pid) and self._app.session.engine_state.phase is EnginePhase.READY:
            self._seen["engine_back_s"] = time.monotonic() - self._began
            self._phase("gap_killed_s", self._choosing)
            self._app.window.show_page("enrol")

    def _choosing(self) -> None:
        """A turn of the loop after the page: a person needs longer to find the folder."""
        from ui.pages.enrol.page import EnrolPage

        self._app.page(EnrolPage).folders.choose(self._folder)
        self._next = self._importing

    def _importing(self) -> None:
        from ui.pages.enrol.page import EnrolPage
        from ui.pages.enrol.state import ImportStep

        state = self._app.page(EnrolPage).folders.state
        if state.step is ImportStep.REVIEW:
            self._seen["read_per_s"] = state.finished / (time.monotonic() - self._began)
            self._phase("gap_import_s", lambda: None)
            self._seen["window_mb"] = _peak_mb(os.getpid())
            self._app.window.close()

    def _phase(self, gap: str, following: Callable[[], None]) -> None:
        self._seen[gap], self._gap = self._gap, 0.0
        self._beat_at = self._began = time.monotonic()
        self._next = following


class _TrainingWatch(_Watch):
    """Looks on for ten seconds alone, then for ten while the prepared retraining takes its steps; then closes the window."""

    def see(self, app: App) -> None:
        """From now on there is something to be seen."""
        super().see(app)
        app.trainings.refresh()

    def _recognising(self) -> None:
        if self._has_counted("_alone"):
            self._app.trainings.resume(self._app.trainings.retrainings[0])
            self._phase("gap_alone_s", self._starting)

    def _starting(self) -> None:
        live = self._app.trainings.live
        if live is None:
            raise SystemExit(f"The retraining ended before it was measured: {self._app.trainings.retrainings[0].trouble}")
        if live.history.losses:
            self._app.sources.open_again()  # the clip may be at its end
            self._frames = 0
            self._phase("gap_starting_s", self._seen_again)

    def _seen_again(self) -> None:
        if self._frames:
            self._phase("gap_opening_s", self._training)
            self._count_anew()

    def _training(self) -> None:
        if self._has_counted("_training"):
            live = self._app.trainings.live
            assert live is not None
            self._seen["trained_per_s"] = live.history.pictures_per_s
            self._phase("gap_training_s", lambda: None)
            self._app.window.close()


def _paint_counter(painted: Callable[[], None]) -> QObject:
    from PySide6.QtCore import QEvent, QObject

    class Counter(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint:
                painted()
            return False

    return Counter()


def _peak_mb(pid: int) -> float:
    """The most memory that the process has held, from /proc."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


if __name__ == "__main__":
    main()
