"""facekit detect: where are the faces?"""

from __future__ import annotations

import argparse
import time
from typing import Any

from facekit.cli.answers import face_json
from facekit.cli.context import pictures, settings_of
from facekit.cli.output import answer, progress, say
from facekit.detectors.opening import open_detector
from facekit.errors import ImageError
from facekit.imaging import read_image


def run(args: argparse.Namespace) -> int:
    """0 when every picture could be read, else 2; the others' faces are answered all the same."""
    settings = settings_of(args)
    detector = open_detector(settings.detector, min_face=settings.min_face, landmarker=settings.landmarker)
    rows: list[dict[str, Any]] = []
    failed = 0
    paths = pictures(args.images)
    for path in progress(paths, total=len(paths), label="Detecting"):
        try:
            pixels = read_image(path)
        except ImageError as error:
            say(str(error))
            failed += 1
            continue
        start = time.perf_counter()
        faces = detector.detect(pixels)
        took_ms = round(1000 * (time.perf_counter() - start), 1)
        size = [pixels.shape[1], pixels.shape[0]]
        rows.append({"image": str(path), "size": size, "faces": [face_json(face) for face in faces], "ms": took_ms})
    answer(args, {"detector": detector.name, "device": detector.device, "images": rows}, (line for row in rows for line in _lines(row)))
    return 2 if failed else 0


def _lines(row: dict[str, Any]) -> list[str]:
    count = len(row["faces"])
    head = f"{row['image']}: {count} face{'' if count == 1 else 's'}, {row['ms']:.0f} ms"
    return [head, *(f"  box {face['box']}  score {face['score']:.3f}  points {face['points']}" for face in row["faces"])]
