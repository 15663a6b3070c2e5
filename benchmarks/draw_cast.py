"""Draws the people who do not exist on whom a new encoder must not have forgotten how to tell people apart.

    python -m benchmarks.draw_cast

Writes facekit/evaluation/cast.zip: aligned faces, a folder a person. Their seeds lie far from those of the demo, the camera and the tests.
It was run once: when people come to be drawn otherwise the file stays as it is, so that verdicts can be compared.
"""

from __future__ import annotations

import zipfile

import cv2

from facekit.evaluation.cast import CAST_FILE
from facekit.imaging import align
from facekit.synthetic import still_scene

_PERSONS, _PICTURES = 80, 4
_FIRST = 7000
_SIDE, _FACE = 200, 112
_QUALITY = 92


def main() -> None:
    """Draw them all, into one file."""
    with zipfile.ZipFile(CAST_FILE, "w") as kept:
        for person in range(_FIRST, _FIRST + _PERSONS):
            for number in range(_PICTURES):
                scene = still_scene(person, 1000 * person + number, width=_SIDE, height=_SIDE)
                face = align(scene.pixels, scene.faces[0].landmarks, size=_FACE).pixels
                _, data = cv2.imencode(".webp", cv2.cvtColor(face, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_WEBP_QUALITY, _QUALITY])
                kept.writestr(zipfile.ZipInfo(f"{person}/{number}.webp"), data.tobytes())  # without a date: the same bytes each time
    print(f"{CAST_FILE}: {CAST_FILE.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
