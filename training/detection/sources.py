"""The pictures that a recipe names, and those of them that are never trained on."""

from __future__ import annotations

import glob
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from training.detection.pictures import Labelled, is_test, read_labelled
from training.errors import TrainingError


def held_back(sources: Sequence[str]) -> list[Labelled]:
    """The test half of the pictures that are measured on."""
    return [picture for picture in _labelled(sources) if is_test(picture.image)]


def without(sources: Sequence[str], held: Sequence[Labelled]) -> list[Labelled]:
    """The pictures of label files but for those that are held back."""
    kept_off = {picture.image.resolve() for picture in held}
    return [picture for picture in _labelled(sources) if picture.image.resolve() not in kept_off]


def backgrounds(sources: Sequence[str]) -> list[Labelled]:
    """Pictures without faces."""
    return [Labelled.of(path, np.zeros((0, 4))) for path in _files(sources)]


def some(pictures: Sequence[Labelled], count: int) -> list[Labelled]:
    """At most `count`, evenly spread."""
    return [pictures[row] for row in np.unique(np.linspace(0, len(pictures) - 1, count).astype(int))] if pictures else []


def _labelled(sources: Sequence[str]) -> Iterator[Labelled]:
    for path in _files(sources):
        yield from read_labelled(path)


def _files(sources: Sequence[str]) -> list[Path]:
    """The files of the globs.

    Raises:
        TrainingError: One of them has none.
    """
    found: list[Path] = []
    for source in sources:
        paths = sorted(map(Path, glob.glob(source, recursive=True)))  # noqa: PTH207  # a whole path is the pattern
        if not paths:
            raise TrainingError(f"There is no file {source!r}.", hint="Correct options.data.")
        found += paths
    return found
