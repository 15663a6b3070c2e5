"""Aligned pictures of people who do not exist, a folder a person."""

from __future__ import annotations

from pathlib import Path

from facekit.imaging import align, save_image
from facekit.retraining.people import FACE_SIZE
from facekit.synthetic import still_scene

_SIDE = 200


def write_aligned(folder: Path, *, persons: int, pictures: int) -> Path:
    """`folder`, with person-00/0.png and so on; the faces are aligned by their true points."""
    for person in range(persons):
        for number in range(pictures):
            scene = still_scene(person, 1000 * person + number, width=_SIDE, height=_SIDE)
            target = folder / f"person-{person:02d}" / f"{number}.png"
            target.parent.mkdir(parents=True, exist_ok=True)
            save_image(target, align(scene.pixels, scene.faces[0].landmarks, size=FACE_SIZE).pixels)
    return folder
