"""Opens the window. Light on purpose: a spawned engine runs this file again, and the first paint comes before all that is heavy."""

from __future__ import annotations

import argparse
import gc
import importlib
import logging
import multiprocessing
import os
import signal
import sys
import threading
from pathlib import Path
from types import TracebackType

_NO_QT = 'The window needs PySide6, which is not installed here. Install it with: pip install "facekit-app[gui]"'
_NO_DISPLAY = (
    "There is no display to open a window on: neither DISPLAY nor WAYLAND_DISPLAY is set. On a server, use the command facekit instead."
)


def main(argv: list[str] | None = None) -> int:
    """The exit status after the window was closed; 2 when it could not be opened."""
    multiprocessing.freeze_support()
    options = _parser().parse_args(argv)
    if trouble := _trouble():
        print(trouble, file=sys.stderr)  # noqa: T201  # there is no window to say it in
        return 2
    # opencv-python sets these to its own Qt 5 when it is imported; ours must not look there.
    for name in ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR"):
        os.environ.pop(name, None)
    return _run(options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="facekit-gui", description="Facekit's window: who is in front of the camera.")
    parser.add_argument("--db", type=Path, metavar="PATH", help="the database of enrolled people")
    parser.add_argument("--source", metavar="SPEC", help="a camera's number, a video, a folder, an address, or synthetic")
    parser.add_argument("--size", type=_size, metavar="WxH", help="the window's size, 1024x700 for one")
    parser.add_argument("--theme", choices=("system", "light", "dark"), help="the colours")
    return parser


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.lower().partition("x")
    return int(width), int(height)


def _trouble() -> str:
    """Why no window can be opened, in a plain sentence; empty when one can."""
    from importlib.util import find_spec

    if find_spec("PySide6") is None:
        return _NO_QT
    needs_display = sys.platform.startswith("linux") and not os.environ.get("QT_QPA_PLATFORM")
    if needs_display and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return _NO_DISPLAY
    return ""


def _run(options: argparse.Namespace) -> int:
    gc.disable()  # until all is built: a full collection among so many new objects would hold the window up
    from PySide6.QtWidgets import QApplication

    from facekit import log
    from facekit.paths import default_database
    from facekit.settings import load_settings
    from ui.main_window import MainWindow
    from ui.tasks import MainThread
    from ui.theme import Theme
    from ui.theme.icons import program_icon

    log.start("window")
    sys.setswitchinterval(0.001)  # threads at work beside the window give way sooner
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Python's own handler would wait for Qt to give control back
    application = QApplication(sys.argv[:1])
    application.setApplicationName("Facekit")
    application.setDesktopFileName("facekit")
    application.setWindowIcon(program_icon())
    kept = load_settings()
    settings = kept.replace(**{name: value for name in ("source", "theme") if (value := getattr(options, name)) is not None})
    theme = Theme(application, settings.theme)
    window = MainWindow(theme)
    if options.size:
        window.resize(*options.size)
    else:
        window.restore_place()

    alive: list[object] = []
    main_thread = MainThread()

    def build() -> None:
        from ui import app

        alive.append(app.build(window, theme, settings, options.db or default_database()))
        gc.freeze()
        gc.enable()

    def load() -> None:
        """Import what is heavy beside the window's thread, which stays free meanwhile."""
        try:
            for name in ("ui.app", "ui.pages.live.page"):
                importlib.import_module(name)
        finally:
            main_thread.post(build)  # what went wrong comes up again there, where it is told

    def fill() -> None:
        """After the first paint: bring the window to life."""
        threading.Thread(target=load, name="load", daemon=True).start()

    def fault(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        """A fault in one handler is told and written down; the window stays."""
        logging.getLogger("ui").error("a handler failed", exc_info=(kind, error, trace))
        window.status_line.show_notice(f"Something unexpected went wrong: {error!r}. The log has the details.", is_error=True)

    sys.excepthook = fault
    window.painted.connect(fill)
    window.show()
    return application.exec()


if __name__ == "__main__":
    sys.exit(main())
