"""facekit gui: the window, as a process of its own, since the library does not know it."""

from __future__ import annotations

import argparse
import importlib.util
import subprocess
import sys

from facekit.errors import FacekitError


def run(args: argparse.Namespace) -> int:
    """The window's exit code."""
    if importlib.util.find_spec("PySide6") is None or importlib.util.find_spec("ui") is None:
        raise FacekitError("The window is not installed here.", hint="pip install 'facekit-app[gui]'.")
    words = [sys.executable, "-m", "ui"]
    words += ["--db", str(args.db)] if args.db else []
    words += ["--source", args.source] if args.source else []
    return subprocess.run(words, check=False).returncode
