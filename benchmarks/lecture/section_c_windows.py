"""Rows C3 to C5 of docs/lecture.md: sliding windows, the same in one pass, and the detector of the product."""

from __future__ import annotations

import json

from benchmarks.detection_sections import windows
from benchmarks.kept import RESULTS
from benchmarks.lecture.rows import NOT_YET, Result, Row
from benchmarks.tables import percent
from facekit.weights import find_model


def _result(name: str) -> Result | None:
    path = RESULTS / f"{name}.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None


def _classifier() -> str:
    card, _ = find_model("windows-v1", task="detect")
    return f"squares of 24 px, strides of 4, sizes a third of an octave apart; {card.origin}"


def _one_pass() -> str:
    result = _result("windows")
    if result is None:
        return NOT_YET
    faster = ", ".join(f"{row['faster']:.1f} times at {row['width']}" for row in result["sizes"])
    return f"scores equal to {max(row['largest_difference'] for row in result['sizes']):.0e}; faster {faster}"


def _product() -> str:
    result = _result("detection")
    if result is None:
        return NOT_YET
    rates = {label: row["all"]["overlaps"]["0.5"] for label, row in result["pictures"].items()}
    return "; ".join(f"{label}: recall {percent(row['recall'])}, precision {percent(row['precision'])}" for label, row in rates.items())


ROWS = (
    Row(
        "C3",
        "sliding windows",
        "a classifier of close crops (1) and background (0), slid over the picture with several window sizes and strides",
        _classifier,
        "python -m training run lecture-windows",
    ),
    Row(
        "C4",
        "the same convolutionally",
        "fully connected layers as convolutions, one pass, the same scores",
        _one_pass,
        "facekit detect PICTURE --detector windows",
    ),
    Row(
        "C5",
        "detection in the product",
        "one pass with pyramid, suppression of overlaps, box and points; MTCNN (Zhang et al. 2016) beside it",
        _product,
        "facekit detect PICTURE --detector convolutional",
    ),
)


def details() -> str:
    """The speeds of C4."""
    result = _result("windows")
    if result is None:
        return ""
    return (
        f"### Sliding windows\n\n`python -m benchmarks.windows`, {result['made']['date']}, {result['made']['machine']}\n\n{windows(result)}"
    )
