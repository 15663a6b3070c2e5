"""Aligned pictures of people who do not exist, a folder a person, right or with labels that were tampered with."""

from __future__ import annotations

import shutil
from pathlib import Path

from facekit.imaging import align, save_image
from facekit.synthetic import still_scene

_SIDE = 200


def write_synthetic_people(folder: Path, *, persons: int, pictures: int, first: int = 0) -> Path:
    """`folder`, with person-00/0.png and so on; the faces are aligned by their true points."""
    for person in range(first, first + persons):
        for number in range(pictures):
            scene = still_scene(person, 1000 * person + number, width=_SIDE, height=_SIDE)
            target = folder / f"person-{person:02d}" / f"{number}.png"
            target.parent.mkdir(parents=True, exist_ok=True)
            save_image(target, align(scene.pixels, scene.faces[0].landmarks, size=112).pixels)
    return folder


def shuffle_labels(folder: Path) -> None:
    """Picture i of each person goes to the i-th person after them: no folder shows one person any more."""
    persons = sorted(each for each in folder.iterdir() if each.is_dir())
    moves = [
        (file, persons[(place + number) % len(persons)] / f"from-{person.name}-{file.name}")
        for place, person in enumerate(persons)
        for number, file in enumerate(sorted(person.iterdir()))
    ]
    for source, target in moves:
        source.rename(target)


def fill_with_another(folder: Path, person: str, other: str) -> None:
    """The person's pictures are replaced by copies of another's."""
    shutil.rmtree(folder / person)
    shutil.copytree(folder / other, folder / person)
