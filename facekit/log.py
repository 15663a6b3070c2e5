"""Logging and faulthandler, for the window, the terminal and every child process alike."""

from __future__ import annotations

import faulthandler
import logging
import logging.handlers
import sys
from pathlib import Path
from typing import TextIO

from facekit.paths import log_dir, private_dir

_FORMAT = "%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"


def start(process: str, *, to_stderr: bool = False, level: int = logging.INFO) -> Path | None:
    """The file that this process logs to from now on, `<log_dir>/<process>.log`, rotated at 1 MB; crashes leave a trace in it.

    Answers None, and logs to stderr, where the folder cannot be written: a full or read-only disk stops nobody from working.
    """
    handlers: list[logging.Handler] = []
    path: Path | None = None
    try:
        path = private_dir(log_dir()) / f"{process}.log"
        handlers.append(logging.handlers.RotatingFileHandler(path, maxBytes=1_000_000, backupCount=2, encoding="utf-8"))
        faulthandler.enable(_crash_file(path))
    except OSError:
        path = None
    if to_stderr or path is None:
        handlers.append(logging.StreamHandler(sys.stderr))
    logging.basicConfig(level=level, format=_FORMAT, handlers=handlers, force=True)
    return path


def _crash_file(path: Path) -> TextIO:
    """Open for as long as the process lives: faulthandler keeps only its number."""
    return path.with_suffix(".crash").open("a", encoding="utf-8")
