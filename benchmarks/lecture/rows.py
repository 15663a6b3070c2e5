"""What docs/lecture.md is made of: sections, and a row for each system. No row lives here: one file a section has them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from benchmarks.kept import RESULTS
from benchmarks.tables import table

Result = dict[str, Any]
NOT_YET = "not measured yet"


@dataclass(frozen=True, slots=True)
class Row:
    """One system.

    Args:
        number: "A1".
        fact: The lecture's figure, or a published one with its source.
        ours: Our figure in words, computed or read from kept results.
        run: The command that shows it.
    """

    number: str
    system: str
    fact: str
    ours: Callable[[], str]
    run: str


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the lecture.

    Args:
        details: What stands under the table: figures and their conditions.
    """

    title: str
    rows: tuple[Row, ...]
    details: Callable[[], str] = lambda: ""

    def written(self) -> str:
        """Markdown."""
        rows = [(row.number, row.system, row.fact, row.ours(), f"`{row.run}`") for row in self.rows]
        parts = [f"## {self.title}", table(("", "system", "the lecture, or published", "ours", "to run it"), rows), self.details()]
        return "\n\n".join(part for part in parts if part) + "\n"


def kept(experiment: str) -> Result | None:
    """The kept result of an experiment, None where it has not been run."""
    path = RESULTS / f"lecture_{experiment}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def made(result: Result) -> str:
    """When, where and by which command a result was made."""
    return f"`python -m benchmarks.lecture.train {result['experiment']}`, {result['made']['date']}, {result['made']['machine']}"
