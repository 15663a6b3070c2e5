"""Where the program keeps its things: the folders of the platform, or all below FACEKIT_HOME where that is set."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

_APP = "facekit"


def _folder(kind: str, default: str) -> Path:
    home = os.environ.get("FACEKIT_HOME")
    return Path(home).expanduser() / kind if home else Path(default)


def data_dir() -> Path:
    """Database and fetched weights. Not created here."""
    return _folder("data", platformdirs.user_data_dir(_APP, appauthor=False))


def config_dir() -> Path:
    """Settings. Not created here."""
    return _folder("config", platformdirs.user_config_dir(_APP, appauthor=False))


def log_dir() -> Path:
    """Logs of the window and of its engine. Not created here."""
    return _folder("log", platformdirs.user_log_dir(_APP, appauthor=False))


def default_database() -> Path:
    """The database that is used unless --db names another."""
    return data_dir() / "facekit.db"


def private_dir(path: Path) -> Path:
    """The folder, made readable by its owner alone where it had to be made."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path
