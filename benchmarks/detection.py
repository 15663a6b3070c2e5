"""Our detector, MTCNN and YuNet in one run: recall, precision and points on pictures that ours never saw, and the time they take.

    python -m benchmarks.detection [DETECTOR…]

Pictures: the test half (training.detection.pictures.is_test) of ../shared/data/detection, a source at a time since boxes are drawn in
many styles, and of ../shared/data/landmarks68. Speeds are of one thread, processor time, on people who do not exist.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median
from typing import Any

os.environ["OMP_NUM_THREADS"] = "1"  # before any of the libraries that read it

import cv2
import numpy as np

from benchmarks.detection_curves import precision_recall_panels
from benchmarks.kept import RESULTS, SHARED, keep
from facekit.detectors.base import DETECTORS, Detector
from facekit.evaluation.detection import SIZES, Found, by_source, find_all, match, rates_of, read_annotations, report_of
from facekit.imaging import read_image
from facekit.synthetic import still
from facekit.types import Pixels
from facekit.weights.install import import_file
from training.detection.pictures import Labelled, is_test, read_labelled
from training.detection.scoring import point_error

_PRODUCT_SCORES = {"convolutional": 0.5, "mtcnn": 0.9, "yunet": 0.7, "windows": 0.5}
"""At which each detector of facekit.detectors holds something for a face."""
_LEAST_SCORES = {"convolutional": 0.05, "mtcnn": 0.0, "yunet": 0.05, "windows": 0.5}
"""At which the curves end."""
_SMALLEST = {"convolutional": 8, "mtcnn": 20, "yunet": 10, "windows": 24}
"""What each is asked for, pixels: ours and YuNet's least, and MTCNN's own default."""
_OVERLAP = 0.5
_REPEATS = 15


def main() -> None:
    """Measure, draw, keep, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("detectors", nargs="*", default=["convolutional", "mtcnn", "yunet"])
    names = parser.parse_args().detectors
    cv2.setNumThreads(1)
    _one_torch_thread()
    with tempfile.TemporaryDirectory() as home:
        os.environ["FACEKIT_HOME"] = home
        import_file(SHARED / "weights" / "peers" / "face_detection_yunet_2023mar.onnx")
        found = {name: found_in_test_half(name) for name in names}
        figures = {
            "detectors": {name: {"smallest": _SMALLEST[name], "least_score": _PRODUCT_SCORES[name]} for name in names},
            "pictures": {name: rates(name, rows) for name, rows in found.items()},
            "photos": {name: photos(name) for name in names},
            "points": {name: points(name) for name in names},
            "ms": {name: speeds(name) for name in names},
        }
    print(json.dumps(figures, indent=1))
    (RESULTS / "detection_curves.svg").write_text(drawn(found), encoding="utf-8")
    print(keep("detection", figures))


def found_in_test_half(name: str) -> tuple[Found, ...]:
    """What a detector finds in the pictures with boxes, down to scores of no use."""
    folder = SHARED / "data" / "detection"
    rows = [row for row in read_annotations(folder / "annotations.jsonl") if is_test(Path(row.image))]
    detector = DETECTORS.create(name, min_face=_SMALLEST[name], min_score=_LEAST_SCORES[name])
    return find_all(rows, folder, detector, progress=lambda done, total: _say(f"{name}: {done} of {total}", done))


def rates(name: str, found: Sequence[Found]) -> dict[str, Any]:
    """By source, and for all: recall and precision at the product's score, average precision down to the least."""
    sure = tuple(_from_score(one, _PRODUCT_SCORES[name]) for one in found)
    whole, parts = by_source(found), by_source(sure)
    everywhere = {"all": (tuple(found), sure), **{source: (whole[source], parts[source]) for source in whole}}
    answer = {}
    for source, (low, high) in everywhere.items():
        report = report_of(high).as_json()
        for overlap, row in report["overlaps"].items():
            row["ap"] = rates_of(low, float(overlap)).ap
        answer[source] = report
    return answer


def photos(name: str) -> dict[str, Any]:
    """Photographs of one known person each: in how many a face of 40 pixels or more is found."""
    paths = sorted((SHARED / "data" / "photos").glob("*/*.*"))
    detector = DETECTORS.create(name, min_face=40)
    missed = [f"{path.parent.name}/{path.name}" for path in paths if not detector.detect(read_image(path))]
    return {"photos": len(paths), "missed": missed}


def points(name: str) -> dict[str, Any]:
    """The distance of the five points from those set by hand, in eye distances, on crops of 300-W in a grey frame."""
    rows = [row for row in read_labelled(SHARED / "data" / "landmarks68" / "annotations.jsonl") if "300w" in row.image.parent.name]
    rows = [row for row in rows if is_test(row.image)]
    detector = DETECTORS.create(name, min_face=_SMALLEST[name])
    errors = [error for row in rows if (error := _point_error(detector, row)) is not None]
    return {"faces": len(rows), "found": len(errors), "mean": float(np.mean(errors)), "median": median(errors)}


def speeds(name: str) -> dict[str, Any]:
    """Processor milliseconds for a picture, median and best, by its size and faces."""
    answer: dict[str, Any] = {}
    for min_face in dict.fromkeys((_SMALLEST[name], 40)):
        detector = DETECTORS.create(name, min_face=min_face)
        for (width, height), count in ((size, count) for size in ((640, 480), (1280, 720)) for count in (1, 10)):
            picture = people(width, height, count)
            took = _times(lambda detector=detector, picture=picture: detector.detect(picture))  # type: ignore[misc]
            answer[f"{width}x{height}, {count} faces, from {min_face} px"] = {"median": median(took), "best": min(took)}
    return answer


def people(width: int, height: int, count: int) -> Pixels:
    """That many people who do not exist, side by side."""
    columns = 1 if count == 1 else 5
    rows = count // columns
    picture = np.full((height, width, 3), 128, np.uint8)
    side = min(width // columns, height // rows)
    for number in range(count):
        tile = cv2.resize(still(number, 0), (side, side), interpolation=cv2.INTER_AREA)
        y, x = side * (number // columns), side * (number % columns)
        picture[y : y + side, x : x + side] = tile
    return picture


def drawn(found: Mapping[str, Sequence[Found]]) -> str:
    """The curves of all detectors in one figure, a panel a size of face."""
    panels = {"all faces": (0.0, float("inf")), **{f"{name} px": sizes for name, sizes in SIZES.items()}}
    curves = {title: {name: rates_of(rows, _OVERLAP, sizes).curve for name, rows in found.items()} for title, sizes in panels.items()}
    return precision_recall_panels(curves)


def _from_score(found: Found, least: float) -> Found:
    is_sure = found.scores >= least
    return replace(found, boxes=found.boxes[is_sure], scores=found.scores[is_sure])


def _point_error(detector: Detector, row: Labelled) -> float | None:
    frame = 60
    pixels = cv2.copyMakeBorder(read_image(row.image), frame, frame, frame, frame, cv2.BORDER_CONSTANT, value=(128, 128, 128))
    faces = detector.detect(np.asarray(pixels, np.uint8))
    boxes = np.array([(f.box.x0, f.box.y0, f.box.x1, f.box.y1) for f in faces], np.float32).reshape(-1, 4) - frame
    taken = match(boxes, [face.detection_score for face in faces], row.boxes, _OVERLAP)
    errors = [point_error(face.landmarks - frame, row.points[0]) for face, of in zip(faces, taken, strict=True) if of == 0]
    return errors[0] if errors else None


def _times(work: Callable[[], object]) -> list[float]:
    work()
    took = []
    for _ in range(_REPEATS):
        start = time.process_time()
        work()
        took.append(1000 * (time.process_time() - start))
    return took


def _one_torch_thread() -> None:
    import torch

    torch.set_num_threads(1)


def _say(what: str, number: int) -> None:
    if number % 50 == 0:
        print(what, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
