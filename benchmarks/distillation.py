"""How far the shipped encoders have come towards their teacher, by the views that they were trained on, and what the rest would take.

    python -m benchmarks.distillation [--runs runs]

Reads the folders runs/encoder-v1, v2, … as they were trained, each from the one before, and the kept encoder_report: run that first.
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
from benchmarks.kept import RESULTS, keep
from training.recipe import load_run_recipe

NAME = "distillation"
_FIRST: Mapping[str, Any] = {"encoder": "encoder-v0", "from": "random weights", "views": 980_000, "minutes": 82, "teacher_cosine": None}
"""Trained before this repository was; as was written down then."""
_WANTED_ACCURACY = 0.99


def rows(runs: Path, report: dict[str, Any]) -> list[dict[str, Any]]:
    """The encoders in their order, with all views up to each, and the figures of the report."""
    found, total = [dict(_FIRST)], 0
    for number in range(1, 100):
        run = runs / f"encoder-v{number}"
        finished = finished_event(run) if run.is_dir() else None
        if finished is None:
            break
        recipe = load_run_recipe(run)
        found.append(
            {
                "encoder": run.name,
                "from": recipe.net.weights,
                "views": finished.step * recipe.options.data.batch,
                "minutes": round(finished.seconds / 60),
                "teacher_cosine": finished.figures["teacher_cosine"],
            }
        )
    measured = {row["encoder"]: row for row in report["encoders"]}
    for row in found:
        total += row["views"]
        row |= {"views_in_all": total, "accuracy": measured[row["encoder"]]["pairs"]["accuracy"]}
        row["fnmr"] = measured[row["encoder"]]["operating_point"]["fnmr"]
    return found


def views_needed(views: Sequence[float], errors: Sequence[float], wanted: float) -> float:
    """Where the power law error = a·views^−b through the points, by least squares of their logarithms, comes down to `wanted`."""
    slope, offset = np.polyfit(np.log(views), np.log(errors), 1)
    return float(np.exp((np.log(wanted) - offset) / slope))


def main() -> None:
    """Read, fit, keep, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=Path, default=Path("runs"))
    args = parser.parse_args()
    report = json.loads((RESULTS / "encoder_report.json").read_text(encoding="utf-8"))
    found = rows(args.runs, report)
    teacher = next(
        row for row in report["encoders"] if row["encoder"] == load_run_recipe(args.runs / "encoder-v1").options.data.teachers[0]
    )
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
