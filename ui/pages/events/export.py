"""Sightings as a file of comma-separated values, for a spreadsheet. No Qt here."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

from facekit.errors import FacekitError
from facekit.store.base import Event

HEADER = ("seen_at", "seen_until", "outcome", "person", "distance", "source")
_FORMULA_MARKS = ("=", "+", "-", "@", "\t", "\r")


def write_csv(path: Path, events: Iterable[Event], names: Mapping[int, str]) -> int:
    """How many lines were written; the file is there whole or not at all.

    Raises:
        FacekitError: It cannot be written.
    """
    scratch = path.with_name(f"{path.name}.part")
    lines = [_line(event, names) for event in events]
    try:
        with scratch.open("w", encoding="utf-8-sig", newline="") as file:  # without the mark a spreadsheet takes it for another encoding
            writer = csv.writer(file)
            writer.writerow(HEADER)
            writer.writerows(lines)
        scratch.replace(path)
    except OSError as error:
        raise FacekitError(f"The events could not be written to {path}: {error.strerror}.", hint="Choose another place.") from error
    return len(lines)


def _line(event: Event, names: Mapping[int, str]) -> tuple[str, ...]:
    person = names.get(event.person_id, "") if event.person_id is not None else ""
    distance = "" if event.distance is None else f"{event.distance:.4f}"
    seen_at, seen_until = (moment.astimezone().isoformat(timespec="seconds") for moment in (event.seen_at, event.seen_until))
    return (seen_at, seen_until, event.outcome.value, _harmless(person), distance, _harmless(event.source))


def _harmless(text: str) -> str:
    """The text so that no spreadsheet takes it for a formula."""
    return f"'{text}" if text.startswith(_FORMULA_MARKS) else text
