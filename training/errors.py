"""The one error of training that a person can act on."""

from __future__ import annotations

from facekit.errors import FacekitError


class TrainingError(FacekitError):
    """A recipe, a data set or a run cannot be used as asked."""


def complaint(said: str) -> str:
    """What a command explained on stderr before it ended, in one line: what went wrong and the way out; else the last line it said."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    if not lines:
        return "The process ended without a word; the log may have more."
    told = (place for place in reversed(range(len(lines))) if lines[place].startswith(("training: ", "facekit: ")))
    first, *rest = lines[next(told, len(lines) - 1) :]
    return " ".join([first.removeprefix("training: ").removeprefix("facekit: "), *rest])
