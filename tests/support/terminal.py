"""The terminal's command called inside the test, and what it said."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from facekit.cli.__main__ import main


@dataclass(frozen=True)
class Said:
    """What one call of the terminal came to."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The whole of stdout as JSON, or its last line where it has several answers."""
        try:
            return json.loads(self.out)
        except ValueError:
            return json.loads(self.out.splitlines()[-1])


Terminal = Callable[..., Said]


def terminal_of(capsys: pytest.CaptureFixture[str]) -> Terminal:
    """Calls the command with these words."""

    def call(*words: object) -> Said:
        code = main([str(word) for word in words])
        captured = capsys.readouterr()
        return Said(code, captured.out, captured.err)

    return call
