"""The losses side by side: one recipe of training/recipes/compare-*.toml after another, on the same data, network and pictures seen.

    python -m benchmarks.compare_losses [--only NAME …] [--steps N] [--seed N] [--runs FOLDER] [--results FOLDER]

What is kept for the same steps and seed is not run again, and a run that was stopped goes on. N steps are the whole budget; the two halves
of a warm start share it; what follows a distillation has half of it more. Measured at the end: the persons held out, the same for all, and
LFW View 1.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from torch import nn

from benchmarks.kept import RESULTS, keep, provenance
from facekit.evaluation.intervals import RESAMPLES, beside, estimate
from facekit.evaluation.rates import eer, tar_at_far
from training.checkpoint import checkpoint_path, load_net_weights
from training.data.faces import open_faces
from training.events import EVENTS_NAME, Evaluated, Event, Progress, Warned, from_line
from training.recipe import Recipe, load_recipe
from training.tasks.encoder import Yardsticks, build_encoder

NAME, BASE = "compare_losses", "compare-base"
ROWS = {
    "compare-triplet-random": "triplet, random",
    "compare-triplet-semi-hard": "triplet, semi-hard",
    "compare-triplet-batch-hard": "triplet, batch-hard",
    "compare-triplet-offline": "triplet, offline",
    "compare-binomial-deviance": "binomial deviance",
    "compare-chi-square-hinge": "χ² hinge",
    "compare-cosface": "softmax with margin (CosFace)",
    "compare-warm": "softmax with margin, half of the pictures",
    "compare-warm-triplet": "then triplet, batch-hard, the other half",
    "compare-warm-random": "or triplet, random, the other half",
    "compare-distil": "distillation, no labels",
    "compare-distil-hard": "and triplet, batch-hard, for half as many more",
    "compare-distil-random": "or triplet, random, for half as many more",
}
AFTER = {
    "compare-warm-triplet": "compare-warm",
    "compare-warm-random": "compare-warm",
    "compare-distil-hard": "compare-distil",
    "compare-distil-random": "compare-distil",
}
"""Recipes that start where another ended."""
_FAR = 0.001
_PERSONS_RESAMPLES = 200
"""A quarter of a million comparisons each time."""
_ENVIRONMENT = {"OMP_NUM_THREADS": "1", "OMP_WAIT_POLICY": "PASSIVE"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """A command: see the head of the file."""

    names: tuple[str, ...]
    steps: int
    seed: int
    runs: Path
    results: Path

    def folder(self, name: str) -> Path:
        """Of a run: other steps or another seed go elsewhere."""
        return self.runs / f"{self.steps}-steps-seed-{self.seed}" / name

    def overrides(self, name: str) -> list[str]:
        """Over the recipe."""
        recipe = load_recipe(Path(name))
        steps = round(self.steps * recipe.schedule.steps / load_recipe(Path(BASE)).schedule.steps)
        start = [f"net.weights={checkpoint_path(self.folder(AFTER[name]), 'last')}"] if name in AFTER else []
        return [f"schedule.steps={steps}", f"run.log_every={min(steps, recipe.run.log_every)}", f"seed={self.seed}", *start]

    def recipe(self, name: str) -> Recipe:
        """As it is run."""
        return load_recipe(Path(name), self.overrides(name))


def pictures_in_a_step(recipe: Recipe) -> int:
    """Seen by the network."""
    options = recipe.options
    if recipe.task == "distil":
        return int(options.data.batch)
    if options.loss.options.get("miner") == "given":
        return 3 * int(options.triplets.batch)
    return int(options.data.persons * options.data.pictures)


def kept_rows(wanted: Wanted) -> dict[str, Any]:
    """What was measured before, by recipe, with the same steps and seed."""
    path = wanted.results / f"{NAME}.json"
    if not path.is_file():
        return {}
    kept = json.loads(path.read_text(encoding="utf-8"))
    return dict(kept["rows"]) if (kept["steps"], kept["made"]["seed"]) == (wanted.steps, wanted.seed) else {}


def run(wanted: Wanted, name: str) -> list[Event]:
    """Train by the recipe, or go on, in a process of its own; every event of the run, over all its resumes."""
    folder = wanted.folder(name)
    words = [word for override in wanted.overrides(name) for word in ("--set", override)]
    command = [sys.executable, "-m", "training", "run", name, "--out", str(folder), "--resume", *words]
    subprocess.run(command, env={**os.environ, **_ENVIRONMENT}, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True)
    return [from_line(line) for line in (folder / EVENTS_NAME).read_text(encoding="utf-8").splitlines()]


def measured(net: nn.Module, yardsticks: Yardsticks) -> dict[str, Any]:
    """The figures with their intervals."""
    assert yardsticks.persons is not None
    assert yardsticks.pairs is not None
    trials = yardsticks.persons.trials(net, "cpu")
    interval = partial(estimate, trials, resamples=_PERSONS_RESAMPLES)
    pairs = yardsticks.pairs.report(net, "cpu", resamples=RESAMPLES)
    return {
        **beside("heldout_eer", interval(eer, min(trials.mated_count, trials.non_mated_count))),
        **beside("heldout_tar", interval(partial(tar_at_far, target=_FAR), trials.mated_count)),
        **beside("accuracy", pairs.accuracy),
        "accuracy_sd": pairs.accuracy_sd,
        **beside("eer", pairs.eer),
    }


def told(events: Sequence[Event]) -> dict[str, Any]:
    """Pace, collapses and curve."""
    progress = [event for event in events if isinstance(event, Progress)]
    return {
        "pictures_per_s": round(statistics.median(event.pictures_per_s for event in progress)),
        "collapsed_at": [event.step for event in events if isinstance(event, Warned) and event.is_collapse],
        "last_loss": progress[-1].loss,
        "last_spread": progress[-1].stats["spread"],
        "curve": [{"step": event.step, **event.figures} for event in events if isinstance(event, Evaluated)],
    }


def row(wanted: Wanted, name: str, yardsticks: Yardsticks) -> dict[str, Any]:
    """Train and measure."""
    recipe, events = wanted.recipe(name), run(wanted, name)
    net = build_encoder(replace(recipe.net, weights=""))
    weights, state = load_net_weights(checkpoint_path(wanted.folder(name), "last"))
    net.load_state_dict(weights)
    return {
        "what": ROWS[name],
        "recipe_hash": recipe.recipe_hash,
        "made": provenance(recipe.seed),
        "pictures": state.step * pictures_in_a_step(recipe),
        "lr": recipe.optim.lr,
        "minutes": round(state.seconds / 60, 1),
        **measured(net.eval(), yardsticks),
        **told(events),
    }


def main() -> None:
    """Run what is missing, keep each result as soon as it is there."""
    wanted = _wanted()
    base = load_recipe(Path(BASE))
    held = base.options.heldout.split(open_faces(base.options.data.sources))
    yardsticks = Yardsticks(held.measuring, base.options.data.pairs)
    rows = kept_rows(wanted)
    for name in wanted.names:
        if name in rows:
            print(f"{name}: kept from {rows[name]['made']['date']}", flush=True)
            continue
        rows[name] = row(wanted, name, yardsticks)
        ordered = {each: rows[each] for each in ROWS if each in rows}
        about = {
            "steps": wanted.steps,
            "training": {"faces": len(held.training), "persons": len(held.training.persons)},
            "heldout": {"faces": len(held.measuring), "persons": len(held.measuring.persons)},
            "parameters": sum(parameter.numel() for parameter in build_encoder(base.net).parameters()),
        }
        keep(NAME, {**about, "rows": ordered}, seed=wanted.seed, folder=wanted.results)
        shown = {key: rows[name][key] for key in ("heldout_eer", "heldout_tar", "accuracy", "pictures_per_s", "collapsed_at", "minutes")}
        print(f"{name}: {shown}", flush=True)


def _wanted() -> Wanted:
    base = load_recipe(Path(BASE))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=list(ROWS), default=list(ROWS), metavar="NAME", help=", ".join(ROWS))
    parser.add_argument("--steps", type=int, default=base.schedule.steps)
    parser.add_argument("--seed", type=int, default=base.seed)
    parser.add_argument("--runs", type=Path, default=Path("runs") / "compare")
    parser.add_argument("--results", type=Path, default=RESULTS)
    args = parser.parse_args()
    names = tuple(name for name in ROWS if name in args.only or name in {AFTER.get(other) for other in args.only})
    return Wanted(names, args.steps, args.seed, args.runs, args.results)


if __name__ == "__main__":
    main()
