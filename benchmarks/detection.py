"""Our detector, MTCNN and YuNet in one run: recall, precision and points on pictures that ours never saw, and the time they take.

    python -m benchmarks.detection

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
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

os.environ["OMP_NUM_THREADS"] = "1"  # before any of the libraries that read it

import cv2
import numpy as np
import torch

from benchmarks.detection_curves import precision_recall_panels
from benchmarks.kept import RESULTS, SHARED, keep
from facekit.cards import Figure, save_card
from facekit.detectors.base import DETECTORS, Detector
from facekit.detectors.convolutional import MIN_SCORE, MODEL, SMALL_BELOW, SMALL_SCORE
from facekit.evaluation.detection import SIZES, Found, by_source, find_all, match, rates_of, read_annotations, report_of
from facekit.imaging import read_image
from facekit.synthetic import still
from facekit.types import Interval, Pixels
from facekit.weights import find_model
from facekit.weights.install import import_file
from training.detection.pictures import Labelled, is_test, read_labelled
from training.detection.scoring import point_error


@dataclass(frozen=True, slots=True)
class Entry:
    """A detector as it is measured.

    Args:
        smallest: Face that it is asked for, pixels.
        product_score: From which on the product takes something for a face.
        small_score: The same for what is narrower than 40 pixels.
        least_score: At which its curve ends.
    """

    name: str
    smallest: int
    product_score: float
    small_score: float
    least_score: float

    def open(self) -> Detector:
        """As the product has it."""
        return DETECTORS.create(self.name, min_face=self.smallest)

    def open_low(self) -> Detector:
        """Down to scores of no use, for a curve."""
        return DETECTORS.create(self.name, min_face=self.smallest, min_score=self.least_score)


ENTRIES = {
    "ours, from 20 px": Entry("convolutional", 20, MIN_SCORE, SMALL_SCORE, 0.05),
    "ours, from 10 px": Entry("convolutional", 10, MIN_SCORE, SMALL_SCORE, 0.05),
    "MTCNN, from 20 px": Entry("mtcnn", 20, 0.9, 0.9, 0.0),
    "YuNet, from 10 px": Entry("yunet", 10, 0.7, 0.7, 0.05),
}
"""MTCNN's own least is 20 pixels, YuNet's 10. Scores are the constants of facekit.detectors."""
_OVERLAP = 0.5
_REPEATS = 15
_USUAL = 40
"""Pixels: the smallest face of the settings as they come."""
_TINY = 10


def main() -> None:
    """Measure, draw, keep, print."""
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    cv2.setNumThreads(1)
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as home:
        os.environ["FACEKIT_HOME"] = home
        import_file(SHARED / "weights" / "peers" / "face_detection_yunet_2023mar.onnx")
        found = {label: found_in_test_half(label, entry) for label, entry in ENTRIES.items()}
        figures = {
            "overlap": _OVERLAP,
            "detectors": {label: asdict(entry) for label, entry in ENTRIES.items()},
            "pictures": {label: rates(ENTRIES[label], rows) for label, rows in found.items()},
            "photos": {label: photos(entry) for label, entry in ENTRIES.items() if entry.smallest != _TINY},
            "points": {label: points(entry) for label, entry in ENTRIES.items()},
            "ms": {label: speeds(entry) for label, entry in ENTRIES.items()},
        }
    print(json.dumps(figures, indent=1))
    (RESULTS / "detection_curves.svg").write_text(drawn(found), encoding="utf-8")
    print(keep("detection", figures))
    card, folder = find_model(MODEL, task="detect")
    print(save_card(replace(card, figures=card_figures(figures)), folder))


def found_in_test_half(label: str, entry: Entry) -> tuple[Found, ...]:
    """What a detector finds in the pictures with boxes, down to scores of no use."""
    folder = SHARED / "data" / "detection"
    rows = [row for row in read_annotations(folder / "annotations.jsonl") if is_test(Path(row.image))]
    return find_all(rows, folder, entry.open_low(), progress=lambda done, total: _say(f"{label}: {done} of {total}", done))


def rates(entry: Entry, found: Sequence[Found]) -> dict[str, Any]:
    """By source, and for all: recall and precision at the product's score, average precision down to the least."""
    whole = {"all": tuple(found), **by_source(found)}
    answer = {}
    for source, rows in whole.items():
        report = report_of(tuple(_sure(one, entry) for one in rows)).as_json()
        for overlap, row in report["overlaps"].items():
            row["ap"] = rates_of(rows, float(overlap)).ap
            for name, sizes in SIZES.items():
                row["by_size"][name]["ap"] = rates_of(rows, float(overlap), sizes).ap
        answer[source] = report
    return answer


def photos(entry: Entry) -> dict[str, Any]:
    """Photographs of one known person each: those in which no face of 40 pixels or more is found."""
    paths = sorted((SHARED / "data" / "photos").glob("*/*.*"))
    detector = replace(entry, smallest=_USUAL).open()
    missed = [f"{path.parent.name}/{path.name}" for path in paths if not detector.detect(read_image(path))]
    return {"photos": len(paths), "missed": missed}


def points(entry: Entry) -> dict[str, Any]:
    """The distance of the five points from those set by hand, in eye distances, on crops of 300-W in a grey frame."""
    rows = [row for row in read_labelled(SHARED / "data" / "landmarks68" / "annotations.jsonl") if "300w" in row.image.parent.name]
    rows = [row for row in rows if is_test(row.image)]
    detector = entry.open()
    errors = [error for row in rows if (error := _point_error(detector, row)) is not None]
    return {"faces": len(rows), "found": len(errors), "mean": float(np.mean(errors)), "median": median(errors)}


def speeds(entry: Entry) -> dict[str, Any]:
    """Processor milliseconds for a picture, median and best, by its size and faces."""
    answer: dict[str, Any] = {}
    for smallest in (entry.smallest, _USUAL):
        detector = replace(entry, smallest=smallest).open()
        for (width, height), count in ((size, count) for size in ((640, 480), (1280, 720)) for count in (1, 10)):
            took = _times(detector, people(width, height, count))
            answer[f"{width}×{height}, {count} face{'s' * (count > 1)}, from {smallest} px"] = {"median": median(took), "best": min(took)}
    return answer


def card_figures(figures: Mapping[str, Any]) -> tuple[Figure, ...]:
    """What the card of our detector says of it."""
    day = datetime.now(UTC).date().isoformat()
    found = []
    for label, entry in ((label, entry) for label, entry in ENTRIES.items() if entry.name == "convolutional"):
        rates, times = figures["pictures"][label]["all"], figures["ms"][label]
        row = rates["overlaps"][f"{_OVERLAP:g}"]
        where = f"{rates['images']} pictures with {row['faces']:,} boxes, half of the project's set and kept off the training, {day}"
        for name in ("recall", "precision"):
            found.append(Figure(f"{name}_from_{entry.smallest}_px", row[name], Interval(*row[f"{name}_interval"]), where))
        found.append(Figure(f"ap_from_{entry.smallest}_px", row["ap"], None, where))
        ms = next(ms["median"] for what, ms in times.items() if what.startswith("640×480, 1 face") and f" {entry.smallest} px" in what)
        found.append(Figure(f"from_{entry.smallest}_px_ms", ms, None, f"640×480 with one face, one thread, {day}"))
    return tuple(found)


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


def _sure(found: Found, entry: Entry) -> Found:
    """What the product would take for a face."""
    is_small = found.boxes[:, 2] - found.boxes[:, 0] < SMALL_BELOW
    is_sure = found.scores >= np.where(is_small, entry.small_score, entry.product_score)
    return replace(found, boxes=found.boxes[is_sure], scores=found.scores[is_sure])


def _point_error(detector: Detector, row: Labelled) -> float | None:
    frame = 60
    pixels = cv2.copyMakeBorder(read_image(row.image), frame, frame, frame, frame, cv2.BORDER_CONSTANT, value=(128, 128, 128))
    faces = detector.detect(np.asarray(pixels, np.uint8))
    boxes = np.array([(f.box.x0, f.box.y0, f.box.x1, f.box.y1) for f in faces], np.float32).reshape(-1, 4) - frame
    taken = match(boxes, [face.detection_score for face in faces], row.boxes, _OVERLAP)
    errors = [point_error(face.landmarks - frame, row.points[0]) for face, of in zip(faces, taken, strict=True) if of == 0]
    return errors[0] if errors else None


def _times(detector: Detector, picture: Pixels) -> list[float]:
    took = []
    for _ in range(_REPEATS):
        start = time.process_time()
        detector.detect(picture)
        took.append(1000 * (time.process_time() - start))
    return took


def _say(what: str, number: int) -> None:
    if number % 50 == 0:
        print(what, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
