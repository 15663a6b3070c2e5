"""How well the synthetic people serve: does the detector find them, does the encoder tell them apart, how fast is a clip drawn.

    python -m benchmarks.synthetic_people [--people 60] [--views 4] [--seed 0] [--detector mtcnn] [--encoder NAME] [--dry-run]

Nothing is learned from these pictures and no encoder is ever tuned to them: the figures tell of the generator.
"""

from __future__ import annotations

import argparse
import itertools
import time
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from benchmarks.kept import keep
from facekit.detectors.base import DETECTORS, Detector
from facekit.encoders import open_encoder
from facekit.encoders.base import Encoder
from facekit.evaluation.rates import eer, fmr, fnmr
from facekit.evaluation.trials import Trials
from facekit.imaging import align
from facekit.pipeline_config import DEFAULT_ENCODER
from facekit.synthetic import clip, still_scene
from facekit.types import AnyArray, Embedding, Face

_MIN_IOU = 0.4  # the truth's box is chin to hairline, a detector's is its own idea of a face
_TARGET_FMR = 1e-3
_CLIP_FRAMES = 150


@dataclass(frozen=True, slots=True, eq=False)
class _Look:
    """What was found in one still: the point error is the mean distance of the five points over that of the true eyes."""

    person: int
    point_error: float
    false_faces: int
    embedding: Embedding


def main() -> None:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=60)
    parser.add_argument("--views", type=int, default=4)
    parser.add_argument("--seed", type=int, default=0, help="first person, and first view")
    parser.add_argument("--detector", default="mtcnn")
    parser.add_argument("--encoder", default=DEFAULT_ENCODER)
    parser.add_argument("--dry-run", action="store_true", help="keep nothing")
    args = parser.parse_args()
    cv2.setNumThreads(1)
    encoder = open_encoder(args.encoder, "onnx")
    detector = DETECTORS.create(args.detector)
    looks = [
        _look(person, args.seed + 1000 * person + view, detector, encoder)
        for person in range(args.seed, args.seed + args.people)
        for view in range(args.views)
    ]
    figures = {
        "detector": args.detector,
        "encoder": str(encoder.card.key),
        **_detection(looks),
        **_recognition([look for look in looks if look is not None], encoder.card.operating_point(_TARGET_FMR).threshold),
        **_speed(args.seed),
    }
    for name, value in figures.items():
        print(f"{name:34}{value:.4f}" if isinstance(value, float) else f"{name:34}{value}")
    if not args.dry_run:
        print(keep("synthetic_people", figures, seed=args.seed))


def _look(person: int, view_seed: int, detector: Detector, encoder: Encoder) -> _Look | None:
    """The face found in a still where the true one is; None when none is there."""
    still = still_scene(person, view_seed)
    truth, found = still.faces[0], detector.detect(still.pixels)
    there = [face for face in found if face.box.iou(truth.box) >= _MIN_IOU]
    if not there:
        return None
    best = max(there, key=lambda face: face.box.iou(truth.box))
    (embedding,) = encoder.encode([align(still.pixels, best.landmarks, size=encoder.card.input_size)])
    return _Look(person, _point_error(truth, best), len(found) - 1, embedding)


def _point_error(truth: Face, found: Face) -> float:
    eyes = np.linalg.norm(truth.landmarks[1] - truth.landmarks[0])
    return float(np.linalg.norm(truth.landmarks - found.landmarks, axis=1).mean() / eyes)


def _detection(looks: list[_Look | None]) -> dict[str, Any]:
    found = [look for look in looks if look is not None]
    errors = np.array([look.point_error for look in found])
    return {
        "stills": len(looks),
        "detected": len(found) / len(looks),
        "point_error_mean_in_eye_distances": float(errors.mean()),
        "point_error_p95_in_eye_distances": float(np.quantile(errors, 0.95)),
        "false_faces": sum(look.false_faces for look in found),
    }


def _recognition(looks: list[_Look], threshold: float) -> dict[str, Any]:
    vectors = np.stack([look.embedding.vector for look in looks])
    people = np.array([look.person for look in looks])
    distances = np.clip(2.0 - 2.0 * vectors @ vectors.T, 0.0, 4.0)
    left, right = np.array(list(itertools.combinations(range(len(looks)), 2))).T
    trials = Trials.of(distances[left, right], people[left] == people[right], people[left], people[right])
    return {
        "mated": trials.mated_count,
        "non_mated": trials.non_mated_count,
        "eer": float(eer(trials)),
        "threshold": threshold,
        "fnmr_at_threshold": fnmr(trials, threshold),
        "fmr_at_threshold": fmr(trials, threshold),
        "mated_distance_median": float(np.median(trials.distances[trials.same])),
        "non_mated_distance_median": float(np.median(trials.distances[~trials.same])),
        "rank_1": _rank_1(distances, people),
    }


def _rank_1(distances: AnyArray, people: AnyArray) -> float:
    """Share of later views whose nearest first view is the same person's: one view enrolled, the rest searched."""
    first = np.unique(people, return_index=True)[1]
    probes = np.setdiff1d(np.arange(len(people)), first)
    nearest = first[np.argmin(distances[np.ix_(probes, first)], axis=1)]
    return float(np.mean(people[nearest] == people[probes]))


def _speed(seed: int) -> dict[str, Any]:
    """Processor seconds, which a busy machine does not stretch."""
    start = time.process_time()
    for person in range(seed, seed + 5):
        still_scene(person, person)
    still_s = (time.process_time() - start) / 5
    speeds = {}
    for count in (1, 2):
        pictures = clip(tuple(range(seed, seed + count)), frame_count=_CLIP_FRAMES, seed=seed)
        start = time.process_time()
        next(pictures)
        speeds[f"clip_{count}_first_frame_s"] = time.process_time() - start
        start = time.process_time()
        frames = sum(1 for _ in pictures)
        speeds[f"clip_{count}_frames_per_core_second"] = frames / (time.process_time() - start)
    return {"still_core_seconds": still_s, **speeds}


if __name__ == "__main__":
    main()
