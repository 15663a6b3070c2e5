"""Runs with labels on as many processes as torchrun starts: python -m torch.distributed.run … metric_run.py DATA OUT PROCESSES."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.support.metric_data import metric_values, offline, register_patch_encoder, taught
from training.loop import leave_processes, train
from training.recipe import Recipe, recipe_from


def recipes(data: Path, devices: int) -> list[Recipe]:
    """Mined in the batch beside a teacher, with strangers; and mined offline, into the third epoch."""
    options = {"hard": {"loss": {"options": {"miner": "batch-hard"}}, **taught(data)}, "offline": offline()}
    return [_recipe(data, name, devices, values) for name, values in options.items()]


def _recipe(data: Path, name: str, devices: int, options: dict[str, object]) -> Recipe:
    register_patch_encoder()
    values = metric_values(data, **options)
    run = {**values["run"], "devices": devices, "log_every": 0}
    return recipe_from({**values, "name": name, "net": {"name": "patch-encoder"}, "run": run, "schedule": {"steps": 9, "warmup_steps": 1}})


def run_all(data: Path, out: Path, devices: int) -> None:
    """Each recipe in a folder of its name."""
    for recipe in recipes(data, devices):
        (out / recipe.name).mkdir(parents=True, exist_ok=True)
        for _ in train(recipe, out / recipe.name):
            pass


if __name__ == "__main__":
    run_all(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
    leave_processes()
