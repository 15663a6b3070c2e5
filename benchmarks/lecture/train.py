"""Trains what docs/lecture.md reports, and keeps the figures in benchmarks/results/lecture_NAME.json.

    python -m benchmarks.lecture.train NAME…        mlp lenet5 small degradation augmentation animals transfer localization landmarks
    python -m benchmarks.lecture.train --short      the short form of every recipe of the lecture; keeps nothing

Runs lie in runs/lecture; one that was cut off goes on where it stood. One thread, on the processor. animals and transfer want the whole
of CIFAR-10 in runs/lecture/cifar10, as torchvision unpacks it or as train and test with class folders.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.kept import keep
from training.events import EVENTS_NAME, Evaluated, Event, Finished, Started, from_line
from training.recipe import load_recipe, load_run_recipe
from training.recipe_files import RECIPES

ROOT = Path(__file__).parents[2]
RUNS = ROOT / "runs" / "lecture"
SHORT_RUNS = ROOT / "runs" / "lecture-short"
_ALWAYS = ("run.threads=1", "run.accelerator=cpu")
_SEEDS = (1, 2, 3)
_WHOLE = "options.data.source=runs/lecture/cifar10"


@dataclass(frozen=True, slots=True)
class Trial:
    """One run of an experiment.

    Args:
        changed: What sets it apart from the recipe, as `--set` takes it.
    """

    label: str
    recipe: str
    changed: tuple[str, ...] = ()
    seed: int = 1


def _augmentations() -> tuple[Trial, ...]:
    """None of the five, each by itself, all together; three seeds of each."""
    each = {
        "none": (),
        "mirror": ("mirror=0.5",),
        "crop": ("crop=0.25",),
        "rotate": ("rotation_deg=15",),
        "shear": ("shear=0.2",),
        "colour": ("colour=30",),
    }
    changes = {**each, "all": tuple(change for some in each.values() for change in some)}
    return tuple(
        Trial(label, "lecture-augment-cifar", tuple(f"options.augment.{change}" for change in some), seed)
        for label, some in changes.items()
        for seed in _SEEDS
    )


def _transfers() -> tuple[Trial, ...]:
    """From animals to vehicles and insects, from faces to insects: the trunk frozen, or all of it from scratch; three seeds each."""
    vehicles = (_WHOLE, "options.data.measured=4000")
    animals = "{ classes = 6, widths = [16, 32, 64, 128], stem = [3, 2], has_pool = false }"
    small = (
        "net.arguments.trunk=resnet18",
        f"net.arguments.trunk_arguments={animals}",
        "net.arguments.picture=[3, 64, 64]",
        "options.data.side=64",
    )
    weights = "net.weights=runs/lecture/lecture-transfer-animals/last.safetensors"
    rows = (
        ("vehicles, trunk of animals frozen", "lecture-transfer-vehicles", vehicles),
        ("vehicles, from scratch", "lecture-transfer-vehicles-scratch", vehicles),
        ("insects, trunk of animals frozen", "lecture-transfer-insects", (*small, weights)),
        ("insects, from scratch", "lecture-transfer-insects-scratch", small),
        ("insects, trunk of faces frozen", "lecture-transfer-insects", ()),
        ("insects, that network from scratch", "lecture-transfer-insects-scratch", ()),
    )
    return tuple(Trial(label, recipe, changed, seed) for label, recipe, changed in rows for seed in _SEEDS)


EXPERIMENTS: Mapping[str, tuple[Trial, ...]] = {
    "mlp": (Trial("mlp", "lecture-mlp"),),
    "lenet5": (Trial("lenet5", "lecture-lenet5"),),
    "small": tuple(Trial(name, f"lecture-{name}-cifar") for name in ("alexnet", "vgg16")),
    "degradation": tuple(Trial(name, f"lecture-{name}-cifar") for name in ("plain18", "plain34", "resnet18", "resnet34")),
    "augmentation": _augmentations(),
    "animals": (Trial("animals", "lecture-transfer-animals", (_WHOLE, "schedule.steps=3500")),),
    "transfer": _transfers(),
    "localization": tuple(
        Trial(label, recipe, (), seed)
        for label, recipe in (("masked", "lecture-localize"), ("unmasked", "lecture-localize-unmasked"))
        for seed in _SEEDS
    ),
    "landmarks": tuple(Trial(f"{count} points", f"lecture-landmarks-{count}") for count in (4, 5, 22, 68)),
}


def trained(trial: Trial, folder: Path) -> dict[str, Any]:
    """What became of the trial, trained now or, where the folder holds its whole run, before."""
    overrides = (*_ALWAYS, *trial.changed, f"seed={trial.seed}")
    recipe = load_recipe(Path(trial.recipe), overrides)
    if (folder / EVENTS_NAME).is_file() and load_run_recipe(folder).recipe_hash != recipe.recipe_hash:
        shutil.rmtree(folder)  # it is of another recipe
    if not _is_done(folder):
        run_recipe(trial.recipe, folder, overrides)
    if not _is_done(folder):
        raise SystemExit(f"{trial.recipe} was stopped; the same command goes on with it.")
    return outcome(trial, folder)


def run_recipe(recipe: str, folder: Path, overrides: Sequence[str]) -> None:
    """Train as a person would, from where the folder's run stands."""
    words = [word for override in overrides for word in ("--set", override)]
    command = [sys.executable, "-m", "training", "run", recipe, "--out", str(folder), "--resume", *words]
    done = subprocess.run(command, cwd=ROOT, check=False, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    if done.returncode:
        raise SystemExit(f"{recipe} could not be trained; why stands above.")


def outcome(trial: Trial, folder: Path) -> dict[str, Any]:
    """The figures of a run that is done, and all that were measured on the way."""
    events = _events(folder)
    started = [event for event in events if isinstance(event, Started)][-1]
    finished = [event for event in events if isinstance(event, Finished)][-1]
    evaluations = {event.step: {"step": event.step, **event.figures} for event in events if isinstance(event, Evaluated)}
    return {
        "label": trial.label,
        "recipe": trial.recipe,
        "changed": list(trial.changed),
        "recipe_hash": started.recipe_hash,
        "seed": trial.seed,
        "sizes": dict(started.sizes),
        "steps": finished.step,
        "seconds": round(finished.seconds),
        "figures": dict(finished.figures),
        "evaluations": list(evaluations.values()),
    }


def _events(folder: Path) -> list[Event]:
    return [from_line(line) for line in (folder / EVENTS_NAME).read_text(encoding="utf-8").splitlines()]


def _is_done(folder: Path) -> bool:
    if not (folder / EVENTS_NAME).is_file():
        return False
    last = _events(folder)[-1]
    return isinstance(last, Finished) and last.reason == "done"


def run_experiment(name: str) -> Path:
    """Every trial in turn; the file of the figures."""
    rows = []
    for trial in EXPERIMENTS[name]:
        folder = RUNS / trial.recipe if len(EXPERIMENTS[name]) == 1 else RUNS / name / f"{_plain(trial.label)}-{trial.seed}"
        rows.append(trained(trial, folder))
        print(_line(trial.label, rows[-1]), flush=True)
    return keep(f"lecture_{name}", {"experiment": name, "runs": rows}, seed=EXPERIMENTS[name][0].seed)


def _plain(label: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "-", label)


def run_short() -> None:
    """The short form of every recipe, in the order of their names: a transfer finds the trunk of the one before."""
    for path in sorted(RECIPES.glob("lecture-*-short.toml")):
        folder = SHORT_RUNS / path.stem
        shutil.rmtree(folder, ignore_errors=True)
        run_recipe(path.stem, folder, _ALWAYS)
        finished = _events(folder)[-1]
        assert isinstance(finished, Finished)
        figures = ", ".join(f"{name} {value:.3f}" for name, value in finished.figures.items())
        print(f"{path.stem}: {finished.step} steps, {finished.seconds:.0f} s: {figures}", flush=True)


def _line(label: str, row: Mapping[str, Any]) -> str:
    figures = ", ".join(f"{name} {value:.4f}" for name, value in row["figures"].items())
    return f"{label}, seed {row['seed']}: {row['steps']} steps, {row['seconds']} s: {figures}"


def main() -> int:
    """0 when all is trained."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("experiments", nargs="*", metavar="NAME")
    parser.add_argument("--short", action="store_true")
    args = parser.parse_args()
    if unknown := set(args.experiments) - set(EXPERIMENTS):
        parser.error(f"there is no experiment {min(unknown)}; there are {', '.join(EXPERIMENTS)}")
    if args.short:
        run_short()
    for name in args.experiments:
        print(run_experiment(name))
    return 0


if __name__ == "__main__":
    sys.exit(main())
