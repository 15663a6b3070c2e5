"""Networks for the encoder, trained alike, side by side: accuracy, milliseconds a face, products, parameters; and the one to ship.

    python -m benchmarks.backbones [--out runs/backbones] [--set schedule.steps=2000 …] [--seconds 3] [NAME …]

NAME: of the recipes backbone-NAME; all unless given. Each is trained from random weights by `python -m training run`, exported and
measured through its ONNX file on LFW View 1. What is trained already is not trained again; a run that was stopped goes on. To be shipped
is, of those that are small and fast enough, the one nearest to its teacher on faces held out: LFW View 1 has too few pairs to choose by.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch

from benchmarks.kept import SHARED, keep
from benchmarks.throughput import flops_per_face, worked
from facekit.cards import ModelCard
from facekit.encoders.onnx import OnnxEncoder
from facekit.evaluation.intervals import paired_difference
from facekit.evaluation.rates import eer
from facekit.evaluation.trials import Trials
from facekit.nets import NETS
from training.data.pairs import AlignedPairs
from training.evaluate import encode_all, encoder_subject
from training.events import EVENTS_NAME, Finished, from_line
from training.export import ExportOptions, export_encoder
from training.recipe import load_run_recipe
from training.recipe_files import RECIPES

MOST_MS = 3.0
"""A face on two threads, so that a frame with several is done before the next comes."""
MOST_MB = 16.0
"""The ONNX file: it comes with the repository."""

_PREFIX = "backbone-"
_FIGURES = ("accuracy", "accuracy_interval", "eer", "eer_interval", "tar_at_far", "tar_at_far_interval")


def trained(recipe: str, run: Path, overrides: Sequence[str]) -> Finished:
    """The run's last event, after training what is not trained yet."""
    if (found := finished_event(run)) is None:
        words = [word for override in overrides for word in ("--set", override)]
        command = [sys.executable, "-m", "training", "run", recipe, "--out", str(run), "--resume", *words]
        subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        found = finished_event(run)
    if found is None:
        raise SystemExit(f"{run} did not come to its end; run the same command again to go on.")
    return found


def measured(run: Path, finished: Finished, pairs: AlignedPairs, *, home: Path, seconds: float) -> tuple[dict[str, Any], Trials]:
    """A row of the table, and the comparisons for the difference to the best.

    Args:
        home: Where the exported model is put, as FACEKIT_HOME has it, for the worker that measures speed to find.
    """
    name, folder = run.name, home / "data" / "weights"
    card = export_encoder(run, folder, ExportOptions(name))
    vectors = encode_all(encoder_subject(OnnxEncoder(card, folder / name, threads=1), name), pairs.faces)
    report = pairs.report(vectors, resamples=1000).as_json()
    place = {"FACEKIT_HOME": str(home.absolute())}
    speeds = [worked(f"facekit:onnx/{name}", sys.executable, threads, 1, seconds, place) for threads in (1, 2)]
    row = {
        "name": name,
        "arguments": dict(card.net_arguments),
        **_cost(card),
        "ms": [1000 / speed["pictures_per_s"] for speed in speeds],
        "processor_ms": speeds[0]["processor_ms"],
        "steps": finished.step,
        "teacher_cosine": finished.figures["teacher_cosine"],
        **{figure: report[figure] for figure in _FIGURES},
    }
    return row, pairs.trials(vectors)


def with_differences(rows: Sequence[dict[str, Any]], trials: Mapping[str, Trials], *, resamples: int = 1000) -> dict[str, Any]:
    """The rows, fastest first, each with its difference to the one of the lowest equal error rate, and the name of the one to ship.

    Raises:
        SystemExit: None is small and fast enough.
    """
    best = min(rows, key=lambda row: (row["eer"], row["processor_ms"]))
    ordered = sorted(rows, key=lambda row: row["processor_ms"])
    for row in ordered:
        difference, interval = paired_difference(trials[best["name"]], trials[row["name"]], eer, resamples=resamples)
        row["eer_above_best"], row["eer_above_best_interval"] = difference, [interval.low, interval.high]
    fitting = [row for row in ordered if row["ms"][1] <= MOST_MS and row["megabytes"] <= MOST_MB]
    if not fitting:
        raise SystemExit(f"None takes {MOST_MS:g} ms a face on two threads and {MOST_MB:g} MB, or less; is the machine busy?")
    chosen = max(fitting, key=lambda row: row["teacher_cosine"])
    limits = {"most_ms": MOST_MS, "most_mb": MOST_MB}
    return {"best": best["name"], **limits, "chosen": chosen["name"], "rows": ordered}


def recipe_names() -> list[str]:
    """Those of the recipes, in the order of the alphabet."""
    return sorted(path.stem.removeprefix(_PREFIX) for path in RECIPES.glob(f"{_PREFIX}*.toml"))


def finished_event(run: Path) -> Finished | None:
    """The run's last event where that tells that all is done."""
    log = run / EVENTS_NAME
    lines = log.read_text(encoding="utf-8").splitlines() if log.is_file() else []
    last = from_line(lines[-1]) if lines else None
    return last if isinstance(last, Finished) and last.reason == "done" else None


def _cost(card: ModelCard) -> dict[str, float]:
    """Millions of parameters and of products a face, megabytes of the ONNX file."""
    net = NETS.create(card.net, **card.net_arguments).eval()
    flops = flops_per_face(net, torch.zeros(1, 3, card.input_size, card.input_size))
    parameters = sum(parameter.numel() for parameter in net.parameters())
    return {"parameters_m": parameters / 1e6, "mmac": flops / 2e6, "megabytes": card.files["onnx"].size / 1e6}


def main() -> None:
    """Train, measure, keep, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--out", type=Path, default=Path("runs/backbones"))
    parser.add_argument("--set", dest="overrides", action="append", default=[], metavar="KEY=VALUE", help="of every recipe")
    parser.add_argument("--seconds", type=float, default=3.0, help="of each measurement of speed")
    parser.add_argument("--results", default="backbones", help="the name under which the figures are kept")
    args = parser.parse_args()
    rows, trials, pairs = [], {}, AlignedPairs(SHARED / "data" / "lfw_view1")
    for name in args.names or recipe_names():
        run = args.out / name
        finished = trained(f"{_PREFIX}{name}", run, args.overrides)
        row, trials[name] = measured(run, finished, pairs, home=args.out, seconds=args.seconds)
        rows.append(row)
        print(json.dumps(row), flush=True)
    budget = {"steps": rows[0]["steps"], "overrides": args.overrides, "load_average": round(os.getloadavg()[0], 1)}
    print(keep(args.results, {**budget, **with_differences(rows, trials)}, seed=load_run_recipe(args.out / rows[0]["name"]).seed))


if __name__ == "__main__":
    main()
