"""Operating points and accuracy of an encoder on LFW View 1's aligned pictures, written into its card.

    python -m benchmarks.calibrate_encoder [ENCODER] [--data FOLDER] [--runtime onnx] [--dry-run]

FOLDER holds aligned112.zip (a folder a person, 112×112, five points by MTCNN) and pairs.csv (1,000 pairs in ten folds). The thresholds
come from all pairs of all pictures, the figures from the listed pairs. Each picture is encoded with its mirror image, as templates and
stills are.
"""

from __future__ import annotations

import argparse
import dataclasses
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np

from benchmarks.kept import SHARED, keep
from facekit.cards import Figure, ModelCard, save_card
from facekit.encoders import open_encoder
from facekit.encoders.base import Encoder
from facekit.encoders.mirrored import Mirrored
from facekit.evaluation.calibrate import all_pairs, operating_points
from facekit.evaluation.pairs import PairsReport, evaluate_pairs, person_of, read_pairs
from facekit.imaging import decode
from facekit.pipeline_config import DEFAULT_ENCODER
from facekit.types import AlignedFace, Embedding, OperatingPoint
from facekit.weights import find_model

_SEED = 0
_BATCH = 32


def encode_zip(path: Path, encoder: Encoder) -> dict[str, Embedding]:
    """An embedding for each picture of a zip of aligned faces, by its name without the ending."""
    made: dict[str, Embedding] = {}
    with zipfile.ZipFile(path) as archive:
        names = sorted(name for name in archive.namelist() if not name.endswith("/"))
        for start in range(0, len(names), _BATCH):
            batch = names[start : start + _BATCH]
            faces = [AlignedFace(decode(archive.read(name), name=name)) for name in batch]
            made.update(zip((stem(name) for name in batch), encoder.encode(faces), strict=True))
    return made


def stem(name: str) -> str:
    """The picture's path without its ending: pairs.csv names .jpg files, the zip holds .webp."""
    return str(PurePosixPath(name).with_suffix(""))


def measured_points(faces: Mapping[str, Embedding], measured_on: str) -> tuple[OperatingPoint, ...]:
    """The operating points of all pairs of the pictures."""
    vectors = np.stack([face.vector for face in faces.values()])
    return operating_points(all_pairs(vectors, [person_of(name) for name in faces]), measured_on=measured_on, seed=_SEED)


def measured_figures(report: PairsReport, measured_on: str) -> tuple[Figure, ...]:
    """The card's figures of a list of pairs."""
    estimates = {"accuracy": report.accuracy, "eer": report.eer}
    estimates |= {f"tar_at_far_{target:g}": found for target, found in report.tar_at_far.items()}
    return tuple(Figure(name, found.value, found.interval, measured_on) for name, found in estimates.items())


def calibrated(card: ModelCard, points: tuple[OperatingPoint, ...], figures: tuple[Figure, ...]) -> ModelCard:
    """The card with new points, and new figures in the place of those of the same name."""
    names = {figure.name for figure in figures}
    others = tuple(figure for figure in card.figures if figure.name not in names)
    return dataclasses.replace(card, operating_points=points, figures=figures + others)


def main() -> None:
    """Measure, keep the results, write the card."""
    wanted = _arguments()
    encoder = Mirrored(open_encoder(wanted.encoder, wanted.runtime))
    faces = encode_zip(wanted.data / "aligned112.zip", encoder)
    persons = len({person_of(name) for name in faces})
    day = datetime.now(UTC).date().isoformat()
    where = f"of LFW View 1 (test), each picture with its mirror image, {day}"
    points = measured_points(faces, f"all pairs of the {len(faces):,} pictures of {persons} persons {where}")
    pairs = read_pairs(wanted.data / "pairs.csv")
    report = evaluate_pairs(pairs, lambda name: faces.get(stem(name)), seed=_SEED)
    figures = measured_figures(report, f"{report.n:,} pairs in ten folds, aligned by MTCNN, {where}")
    kept = keep(f"calibrate_{wanted.encoder}", _results(encoder.card, points, report), seed=_SEED)
    print(kept.read_text(encoding="utf-8"))
    if not wanted.dry_run:
        card, folder = find_model(wanted.encoder, task="encode")
        print(save_card(calibrated(card, points, figures), folder))


def _results(card: ModelCard, points: tuple[OperatingPoint, ...], report: PairsReport) -> dict[str, Any]:
    # Nothing is detected or encoded while the pairs are read, so their time says nothing.
    pairs = {name: value for name, value in report.as_json().items() if name != "ms_per_face"}
    return {"encoder": str(card.key), "operating_points": [dataclasses.asdict(point) for point in points], "pairs": pairs}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure an encoder on LFW View 1 and write its card.")
    parser.add_argument("encoder", nargs="?", default=DEFAULT_ENCODER)
    parser.add_argument("--data", type=Path, default=SHARED / "data" / "lfw_view1")
    parser.add_argument("--runtime", default="onnx")
    parser.add_argument("--dry-run", action="store_true", help="leave the card as it is")
    return parser.parse_args()


if __name__ == "__main__":
    main()
