"""The points of our landmarker beside those of the detectors whose boxes it starts from, and what they are worth for recognition.

    python -m benchmarks.landmarker [--landmarker NAME] [--encoder NAME] [DETECTOR…]

Points: on HELEN's test part in ../shared/data/landmarks68, which has careful labels and was not trained on. Errors are means over five
points in distances of the eyes' middles; a failure is a face above 0.1. Recognition: as benchmarks.accuracy, from whole photos.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Sequence
from statistics import median
from typing import Any

from facekit.pipeline_config import DEFAULT_ENCODER

os.environ["OMP_NUM_THREADS"] = "1"  # before any of the libraries that read it

import cv2
import numpy as np

from benchmarks.accuracy import lfw_pairs, photo_gallery
from benchmarks.kept import SHARED, keep
from facekit.detectors.base import DETECTORS, Landmarker
from facekit.detectors.landmarks import open_landmarker
from facekit.evaluation.intervals import wilson
from facekit.imaging import read_image
from facekit.types import AnyArray, Face, FloatArray
from facekit.weights.install import import_file
from training.data.points import PointedFace, eye_distance, open_points, points_of

_GROUP = "300w_helen_test"
_FAILED = 0.1
_FOUND_WITHIN = 0.5
"""Mean error, in distances of the eyes, up to which a detected face is the labelled one."""
_REPEATS = 30


def main() -> None:
    """Measure, keep, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("detectors", nargs="*", default=["mtcnn", "convolutional", "yunet"])
    parser.add_argument("--landmarker", default="landmarker-v1")
    parser.add_argument("--encoder", default=DEFAULT_ENCODER)
    args = parser.parse_args()
    cv2.setNumThreads(1)
    faces = [face for face in open_points(SHARED / "data" / "landmarks68") if face.group == _GROUP]
    landmarker = open_landmarker(args.landmarker)
    with tempfile.TemporaryDirectory() as home:
        os.environ["FACEKIT_HOME"] = home
        import_file(SHARED / "weights" / "peers" / "face_detection_yunet_2023mar.onnx")
        figures = {
            "landmarker": args.landmarker,
            "encoder": args.encoder,
            "faces": len(faces),
            "ms_a_face": speed(landmarker, faces[0]),
            "points": {name: compared(name, landmarker, faces) for name in args.detectors},
            "recognition": {name: recognised(name, args.encoder, args.landmarker) for name in args.detectors},
        }
    print(json.dumps(figures, indent=1))
    print(keep("landmarker", figures))


def compared(name: str, landmarker: Landmarker, faces: Sequence[PointedFace]) -> dict[str, Any]:
    """Errors of a detector's own points and of the landmarker's from its boxes, on the faces that the detector finds."""
    detector = DETECTORS.create(name, min_face=20)
    pairs = []
    for labelled in faces:
        pixels = read_image(labelled.image)
        found = _the_face(detector.detect(pixels), labelled)
        if found is not None:
            (better,) = landmarker.locate(pixels, [found])
            pairs.append((_error(found.landmarks, labelled), _error(better.landmarks, labelled)))
    own, ours = np.array(pairs).T
    return {"found": len(pairs), "own": summary(own), "landmarker": summary(ours), "nearer": float((ours < own).mean())}


def recognised(detector: str, encoder: str, landmarker: str) -> dict[str, Any]:
    """Pairs of LFW View 1 and a gallery with strangers, with the detector's own points and with the landmarker's."""
    models = ("--encoder", encoder, "--detector", detector, "--landmarker")
    return {
        points: {"pairs": lfw_pairs((*models, name)), "gallery": photo_gallery((*models, name))}
        for points, name in (("own", ""), ("landmarker", landmarker))
    }


def summary(errors: AnyArray) -> dict[str, Any]:
    """Mean, median, and share of failures with its interval."""
    failures = int((errors > _FAILED).sum())
    interval = wilson(failures, len(errors))
    return {
        "error": float(errors.mean()),
        "median": float(np.median(errors)),
        "failures": failures / len(errors),
        "failures_interval": [interval.low, interval.high],
    }


def speed(landmarker: Landmarker, face: PointedFace) -> float:
    """Median processor milliseconds for one face, both looks together."""
    pixels, taken = read_image(face.image), []
    whole = DETECTORS.create("mtcnn", min_face=20).detect(pixels)[:1]
    for _ in range(_REPEATS):
        start = time.process_time()
        landmarker.locate(pixels, whole)
        taken.append(1000 * (time.process_time() - start))
    return round(median(taken), 2)


def _the_face(found: Sequence[Face], labelled: PointedFace) -> Face | None:
    """The detected face that is the labelled one: a picture may show others at its edge."""
    near = [(_error(face.landmarks, labelled), row) for row, face in enumerate(found)]
    error, row = min(near, default=(np.inf, -1))
    return found[row] if error <= _FOUND_WITHIN else None


def _error(points: FloatArray, labelled: PointedFace) -> float:
    return float(np.linalg.norm(points - points_of(labelled.points, 5), axis=1).mean()) / eye_distance(labelled.points)


if __name__ == "__main__":
    main()
