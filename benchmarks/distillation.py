"""How far the shipped encoders have come towards their teacher, by the views that they were trained on, and what the rest would take.

    python -m benchmarks.distillation [--runs runs]

Reads the folders runs/encoder-v1, v2, … as they were trained, each from the one before, and the kept encoder_report: run that first. A run
that is not on this machine is told of as it was kept here before. The figures are of one look, as the teacher's: without mirror images.
The rest is read off a power law through so few points: an estimate of the order, no more.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.backbones import finished_event
from benchmarks.encoder_report import ONE_LOOK
from benchmarks.kept import RESULTS, keep
from training.recipe import load_run_recipe

NAME = "distillation"
_FIRST: Mapping[str, Any] = {"encoder": "encoder-v0", "from": "random weights", "views": 980_000, "minutes": 82, "teacher_cosine": None}
"""Trained before this repository was; as was written down then."""
_WANTED_ACCURACY = 0.99


def rows(runs: Path, report: dict[str, Any], kept: Sequence[Mapping[str, Any]] = ()) -> list[dict[str, Any]]:
    """The encoders in their order, with all views up to each, and the figures of the report.

    Args:
        kept: Rows of this before, which stand for runs whose folders are elsewhere, and for encoders that are not in the report.
    """
    before, found, total = {row["encoder"]: dict(row) for row in (_FIRST, *kept)}, list[dict[str, Any]](), 0
    measured = {row["encoder"].removesuffix(ONE_LOOK): row for row in report["encoders"] if row["encoder"].endswith(ONE_LOOK)}
    while (row := _as_trained(runs / (name := f"encoder-v{len(found)}")) or before.get(name)) is not None:
        total += row["views"]
        if name in measured:
            rates = {"accuracy": measured[name]["pairs"]["accuracy"], "fnmr": measured[name]["operating_point"]["fnmr"]}
        else:
            rates = {rate: before[name][rate] for rate in ("accuracy", "fnmr")}
        found.append({**row, "views_in_all": total, **rates})
    return found


def _as_trained(run: Path) -> dict[str, Any] | None:
    """What a run that came to its end tells of itself."""
    finished = finished_event(run) if run.is_dir() else None
    if finished is None:
        return None
    recipe = load_run_recipe(run)
    return {
        "encoder": run.name,
        "from": recipe.net.weights,
        "views": finished.step * recipe.options.data.batch,
        "minutes": round(finished.seconds / 60),
        "teacher_cosine": finished.figures["teacher_cosine"],
    }


def views_needed(views: Sequence[float], errors: Sequence[float], wanted: float) -> float:
    """Where the power law error = a·views^−b through the points, by least squares of their logarithms, comes down to `wanted`."""
    slope, offset = np.polyfit(np.log(views), np.log(errors), 1)
    return float(np.exp((np.log(wanted) - offset) / slope))


def main() -> None:
    """Read, fit, keep, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=Path, default=Path("runs"))
    args = parser.parse_args()
    report, kept = (json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8")) for name in ("encoder_report", NAME))
    found = rows(args.runs, report, kept["rows"])
    teacher = next(row for row in report["encoders"] if row["encoder"] == kept["teacher"]["encoder"])
    views = [row["views_in_all"] for row in found]
    figures = {
        "rows": found,
        "teacher": {
            "encoder": teacher["encoder"],
            "accuracy": teacher["pairs"]["accuracy"],
            "fnmr": teacher["operating_point"]["fnmr"],
        },
        "target_fmr": teacher["operating_point"]["target_fmr"],
        "wanted_accuracy": _WANTED_ACCURACY,
        "views_for_accuracy": views_needed(views, [1 - row["accuracy"] for row in found], 1 - _WANTED_ACCURACY),
        "views_for_teachers_fnmr": views_needed(views, [row["fnmr"] for row in found], teacher["operating_point"]["fnmr"]),
    }
    print(keep(NAME, figures))


if __name__ == "__main__":
    main()
