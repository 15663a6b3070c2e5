"""Section C of docs/lecture.md: where in the picture. All figures come from kept results."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import mean
from typing import Any

from benchmarks.lecture import section_c_windows
from benchmarks.lecture.rows import NOT_YET, Result, Row, Section, kept, made
from benchmarks.tables import percent, table
from training.recipe import load_recipe

_GROUPS = {"": "all", "_300w_helen_test": "HELEN's test part", "_ytf": "persons of YouTube Faces kept off"}


def _localization() -> str:
    result = kept("localization")
    if result is None:
        return NOT_YET
    overlaps = {label: [run["figures"]["iou"] for run in runs] for label, runs in by_label(result).items()}
    return "; ".join(f"{label} loss: mean IoU {mean(values):.3f}" for label, values in overlaps.items()) + ", means of three seeds"


def _landmarks() -> str:
    result = kept("landmarks")
    if result is None:
        return NOT_YET
    return "; ".join(
        f"{run['label']}: error {percent(run['figures']['error'])} of the eyes' distance, "
        f"above 10 % on {percent(run['figures']['failures'])} of faces"
        for run in result["runs"]
    )


def by_label(result: Result) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """Runs, one a seed, by what sets them apart."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for run in result["runs"]:
        found.setdefault(run["label"], []).append(run)
    return found


ROWS = (
    Row(
        "C1",
        "classification with localization",
        "Y = (p_c, b_x, b_y, b_h, b_w, c_1, c_2, c_3); corners (0, 0) and (1, 1); all 8 squared errors where y_1 = 1, else the first alone",
        _localization,
        "python -m training run lecture-localize",
    ),
    Row(
        "C2",
        "landmarks",
        "Y = (1_face, b_1x, b_1y, …); 4 and 22 points on the slides",
        _landmarks,
        "python -m training run lecture-landmarks-68",
    ),
)


def _details() -> str:
    parts = []
    if (result := kept("localization")) is not None:
        parts.append(_localization_details(result))
    if (result := kept("landmarks")) is not None:
        parts.append(_landmarks_details(result))
    return "\n\n".join([*parts, section_c_windows.details()])


def _localization_details(result: Result) -> str:
    names = [name for name in result["runs"][0]["figures"] if name.startswith("iou")]
    others = ("whether_accuracy", "class_accuracy")
    rows = [
        (
            label,
            *(f"{mean(run['figures'][name] for run in runs):.3f}" for name in names),
            *(percent(mean(run["figures"][name] for run in runs)) for name in others),
            ", ".join(f"{run['figures']['iou']:.3f}" for run in runs),
        )
        for label, runs in by_label(result).items()
    ]
    run = result["runs"][0]
    head = ("loss", *(name.replace("iou", "IoU").replace("_", " ") for name in names), "face or none", "which class", "IoU of each seed")
    classes = load_recipe(Path(run["recipe"])).options.data.classes
    return (
        f"### Localization\n\n{made(result)}; {_size(run)}. Faces have no classes like pedestrian, car and motorcycle: c_1, c_2, c_3 say "
        f"which set a picture is of ({', '.join(classes)}) and so how its makers draw a box, brow to chin, whole head or square. "
        "Pictures are split by name; some persons of kaggle_facemask are in many of them, on both sides. "
        f"Means over seeds 1, 2, 3.\n\n{table(head, rows)}"
    )


def _landmarks_details(result: Result) -> str:
    rows = [
        (
            run["label"],
            name,
            percent(run["figures"][f"error{ending}"]),
            percent(run["figures"][f"failures{ending}"]),
            percent(run["figures"]["whether_accuracy"]),
        )
        for run in result["runs"]
        for ending, name in _GROUPS.items()
    ]
    head = ("points", "faces", "mean error", "faces above 10 %", "face or none")
    return (
        f"### Landmarks\n\n{made(result)}; {_size(result['runs'][0])}. One look at the whole crop, 64×64. Errors are mean distances in "
        "distances of the eyes' middles. Of YouTube Faces whole persons are kept off the training, both frames of each; its points are "
        f"rough.\n\n{table(head, rows)}"
    )


def _size(run: Mapping[str, Any]) -> str:
    sizes = run["sizes"]
    counts = f"{sizes['faces']:,} faces and {sizes['backgrounds']:,} pictures without one to train on"
    return f"{counts}, {sizes['test_pictures']:,} pictures to test, {run['steps']:,} steps, {sizes['parameters']:,} parameters"


SECTION = Section("C. Where in the picture", (*ROWS, *section_c_windows.ROWS), _details)
