"""Small made-up pictures with classes, as class folders in zips."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from facekit.types import Pixels
from tests.support.training_data import write_zip
from training.recipe import Recipe, recipe_from

CLASSES = ("blue", "green", "red")


def coloured(kind: int, seed: int, side: int = 16) -> Pixels:
    """Noise with a stripe of red, green or blue (2, 1, 0) somewhere."""
    rng = np.random.default_rng((kind, seed))
    pixels = rng.integers(0, 90, (side, side, 3)).astype(np.uint8)
    column = int(rng.integers(0, side - 4))
    pixels[:, column : column + 4, 2 - kind] = 240
    return pixels


def write_classes(folder: Path, *, side: int = 16, training: int = 12, measuring: int = 4) -> Path:
    """train.zip and test.zip in a folder."""
    folder.mkdir(exist_ok=True)
    for part, count, start in (("train", training, 0), ("test", measuring, 1000)):
        files = {
            f"{name}/{number:02d}.png": coloured(kind, start + number, side) for kind, name in enumerate(CLASSES) for number in range(count)
        }
        write_zip(folder / f"{part}.zip", files)
    return folder


def classify_values(source: Path, **data: Any) -> dict[str, Any]:
    """The plain values of a recipe of seconds."""
    return {
        "name": "stripes",
        "task": "classify",
        "net": {"name": "mlp", "arguments": {"sizes": [768, 16, 3]}},
        "optim": {"lr": 0.01},
        "schedule": {"steps": 60, "warmup_steps": 2},
        "run": {
            "accelerator": "cpu", "precision": "32-true", "threads": 1, "channels_last": False,
            "log_every": 10, "evaluate_every": 0, "checkpoint_every": 0,
        },
        "options": {"data": {"source": str(source), "batch": 12, **data}},
    }  # fmt: skip


def classify_recipe(source: Path, **data: Any) -> Recipe:
    """The recipe of `classify_values`."""
    return recipe_from(classify_values(source, **data))
