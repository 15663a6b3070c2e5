"""What a clean licence costs: one network, views and number of steps, on all faces at hand, and on faces and a teacher that allow any use.

    python -m benchmarks.licence [--out runs/licence] [--set schedule.steps=1000 …]

Trains the recipes licence-full and licence-open from random weights; what is trained already is not trained again. Both are measured on LFW
View 1; their differences have 95 % intervals over persons.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.backbones import trained
from benchmarks.kept import SHARED, keep
from facekit.evaluation.intervals import paired_difference
from facekit.evaluation.rates import eer, fold_accuracy
from facekit.evaluation.trials import Trials
from training.data.faces import open_faces
from training.data.pairs import AlignedPairs
from training.evaluate import encode_all, run_subject
from training.recipe import load_run_recipe

NAME = "licence"
FULL, OPEN = "licence-full", "licence-open"
_FIGURES = ("accuracy", "accuracy_interval", "eer", "eer_interval", "tar_at_far", "tar_at_far_interval")


def measured(recipe: str, run: Path, overrides: Sequence[str], pairs: AlignedPairs) -> tuple[dict[str, Any], Trials]:
    """A row of the table, and the comparisons for the difference to the other."""
    finished = trained(recipe, run, overrides)
    data = load_run_recipe(run).options.data
    vectors = encode_all(run_subject(run), pairs.faces)
    report = pairs.report(vectors, resamples=1000).as_json()
    row = {
        "name": recipe,
        "faces": len(open_faces(data.sources)),
        "teachers": list(data.teachers),
        "steps": finished.step,
        "views": finished.step * data.batch,
        **{figure: report[figure] for figure in _FIGURES},
    }
    return row, pairs.trials(vectors)


def main() -> None:
    """Train, measure, keep, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("runs/licence"))
    parser.add_argument("--set", dest="overrides", action="append", default=[], metavar="KEY=VALUE", help="of both recipes")
    args = parser.parse_args()
    pairs = AlignedPairs(SHARED / "data" / "lfw_view1")
    (full, full_trials), (clean, clean_trials) = (measured(name, args.out / name, args.overrides, pairs) for name in (FULL, OPEN))
    figures: dict[str, Any] = {"rows": [full, clean]}
    for name, statistic in (("accuracy", fold_accuracy), ("eer", eer)):
        difference, interval = paired_difference(full_trials, clean_trials, statistic, resamples=1000)
        figures |= {f"{name}_difference": difference, f"{name}_difference_interval": [interval.low, interval.high]}
    for row in (full, clean):
        print(row)
    print(keep(NAME, figures, seed=load_run_recipe(args.out / FULL).seed))


if __name__ == "__main__":
    main()
