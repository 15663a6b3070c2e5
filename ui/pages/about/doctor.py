"""facekit doctor in a process of its own: it loads what the window must not. No Qt here."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path

from facekit.errors import FacekitError
from ui.pages.about.state import Finding


class Doctor:
    """Examines this installation with the command that the terminal has.

    Args:
        database: The one that the window is open on.
    """

    def __init__(self, database: Path) -> None:
        self._command = [sys.executable, "-m", "facekit.cli", "doctor", "--json", "--db", str(database)]
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._is_closed = False

    def examine(self) -> tuple[Finding, ...]:
        """Every finding, after some seconds; nothing when closed meanwhile.

        Raises:
            FacekitError: It gave no answer.
        """
        with self._lock:
            if self._is_closed:
                return ()
            self._process = subprocess.Popen(
                self._command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
            )
        said, complaint = self._process.communicate()
        try:
            return tuple(Finding(**finding) for finding in json.loads(said)["findings"])
        except (ValueError, KeyError, TypeError):
            if self._is_closed:
                return ()
            last = complaint.strip().splitlines()[-1:] or ["It said nothing."]
            raise FacekitError(f"facekit doctor gave no answer: {last[0]}", hint="Try it in a terminal.") from None

    def close(self) -> None:
        """Wait for no answer any more."""
        with self._lock:
            self._is_closed = True
            if self._process:
                self._process.kill()
