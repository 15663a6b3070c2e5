"""Commands of the terminal without processes: the test tells what they say."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any


class HandCommands:
    """The CommandRunner port. `tell` and `end` speak for the command that was begun last."""

    def __init__(self) -> None:
        self.commands: list[tuple[str, ...]] = []
        self.tell: Callable[[Mapping[str, Any]], None] = lambda told: None
        self.end: Callable[[str], None] = lambda trouble: None

    def run(self, words: Sequence[str], *, on_told: Callable[[Mapping[str, Any]], None], on_end: Callable[[str], None]) -> HandCommands:
        """See CommandRunner."""
        self.commands.append(tuple(words))
        self.tell, self.end = on_told, on_end
        return self

    def kill(self) -> None:
        """See CommandProcess."""
        self.end("It was ended from outside.")
