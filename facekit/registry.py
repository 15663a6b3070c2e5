"""Named choices that cost nothing to list: name → "module:attribute", imported on create()."""

from __future__ import annotations

import difflib
import importlib
import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from facekit.errors import UnknownNameError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a registry.

    Args:
        target: "package.module:attribute", a callable that makes the thing.
        summary: One line for lists and help.
        needs: Top-level modules that must be importable, "torch" for one.
    """

    name: str
    target: str
    summary: str
    needs: tuple[str, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        """Those of `needs` that are not installed; found without importing them."""
        return tuple(module for module in self.needs if not _is_installed(module))


class Registry(Generic[T]):
    """A table of choices of one kind."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._entries: dict[str, Entry] = {}

    def add(self, name: str, target: str, summary: str, *, needs: tuple[str, ...] = ()) -> None:
        """Enter a row.

        Raises:
            ValueError: The name is taken.
        """
        if name in self._entries:
            raise ValueError(f"{self.kind} {name!r} is registered twice")
        self._entries[name] = Entry(name, target, summary, needs)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries.values())

    def names(self) -> tuple[str, ...]:
        """In the order of registration."""
        return tuple(self._entries)

    def entry(self, name: str) -> Entry:
        """The row of that name.

        Raises:
            UnknownNameError: There is none; the nearest name is in the hint.
        """
        if name in self._entries:
            return self._entries[name]
        near = difflib.get_close_matches(name, self._entries, n=1, cutoff=0.5)
        known = ", ".join(self._entries) or "none"
        hint = f"Did you mean {near[0]!r}?" if near else f"Known: {known}."
        raise UnknownNameError(f"There is no {self.kind} {name!r}.", hint=hint)

    def create(self, name: str, *args: Any, **kwargs: Any) -> T:
        """Import the target and call it.

        Raises:
            UnknownNameError: No such name, or a package that it needs is not installed.
        """
        entry = self.entry(name)
        if entry.missing:
            raise UnknownNameError(
                f"The {self.kind} {name!r} needs {', '.join(entry.missing)}, not installed here.",
                hint="Install the program with its extras: make run, or pip install 'facekit-app[all]'.",
            )
        return cast(T, resolve(entry.target)(*args, **kwargs))


def resolve(target: str) -> Any:
    """The object that "module:attribute" names, imported now."""
    module, _, attribute = target.partition(":")
    return getattr(importlib.import_module(module), attribute)


def _is_installed(module: str) -> bool:
    return importlib.util.find_spec(module) is not None
