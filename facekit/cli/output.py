"""What the terminal says: answers on stdout, messages, questions and progress on stderr."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

T = TypeVar("T")


def say(text: str) -> None:
    """A line for the person, on stderr."""
    print(text, file=sys.stderr, flush=True)  # noqa: T201  # the terminal is this module's border


def answer(args: argparse.Namespace, data: Any, lines: Iterable[str]) -> None:
    """The result on stdout: `data` as JSON with --json, else the lines."""
    text = json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False) if args.json else "\n".join(lines)
    if text:
        print(text, flush=True)  # noqa: T201


def answer_line(args: argparse.Namespace, data: Any, line: str) -> None:
    """One of many results on stdout, at once: a JSON document a line with --json."""
    print(json.dumps(data, ensure_ascii=False, allow_nan=False) if args.json else line, flush=True)  # noqa: T201


def can_ask() -> bool:
    """Whether a person sits at both ends of this terminal."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def ask(question: str) -> bool:
    """The person's yes or no; no is the default."""
    print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)  # noqa: T201
    return sys.stdin.readline().strip().lower() in {"y", "yes"}


def _console() -> Console:
    return Console(stderr=True)


def progress(items: Iterable[T], *, total: int, label: str) -> Iterator[T]:
    """The items, with a bar on stderr while they are worked on; no bar where stderr is no terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = _console()
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        yield from bar.track(items, total=total, description=label)


class Counter:
    """A bar that is told how far the work is: (so far, in all or None)."""

    def __init__(self, bar: Progress, task: TaskID) -> None:
        self._bar = bar
        self._task = task

    def __call__(self, so_far: int, total: int | None) -> None:
        self._bar.update(self._task, completed=so_far, total=total)


@contextmanager
def counter(label: str, *, is_download: bool = False) -> Iterator[Counter]:
    """A bar on stderr for work that counts itself: pictures, or the bytes of a download."""
    count = DownloadColumn() if is_download else MofNCompleteColumn()
    console = _console()
    columns = (TextColumn("{task.description}"), BarColumn(), count, TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        yield Counter(bar, bar.add_task(label, total=None))
