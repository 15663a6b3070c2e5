"""Labelled pictures of people who do not exist, to train detectors on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from facekit.synthetic import still_scene
from tests.support.pictures import write_picture
from training.detection.pictures import Labelled, is_test, to_line
from training.detection.scenes import SceneOptions
from training.recipe import Recipe, recipe_from


def write_people(folder: Path, count: int = 8) -> Path:
    """labels.jsonl beside as many pictures, half of them of the test half."""
    folder.mkdir(parents=True, exist_ok=True)
    lines, wanted = [], [True, False] * (count // 2)
    number = 0
    while wanted:
        path = folder / f"person{number}.png"
        if is_test(path) == wanted[-1]:
            wanted.pop()
            lines.append(to_line(_person(path, number), folder))
        number += 1
    labels = folder / "labels.jsonl"
    labels.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return labels


def write_walls(folder: Path, count: int = 4) -> str:
    """The glob of pictures without anybody."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        rng = np.random.default_rng(number)
        wall = cv2.resize(rng.integers(0, 256, (6, 8, 3)).astype(np.uint8), (160, 120), interpolation=cv2.INTER_CUBIC)
        write_picture(folder / f"wall{number}.png", np.asarray(wall, np.uint8))
    return str(folder / "*.png")


def detect_recipe(folder: Path, *, steps: int = 3) -> Recipe:
    """A detector so small that a step takes milliseconds."""
    labels = str(write_people(folder / "people"))
    data = {
        "scenes": [labels],
        "faces": [labels],
        "backgrounds": [write_walls(folder / "walls")],
        "heldout": [labels],
        "batch": 4,
        "scenes_per_epoch": 8,
        "workers": 0,
    }
    recipe = recipe_from(
        {
            "name": "tiny",
            "task": "detect",
            "net": {"name": "detector", "arguments": {"widths": [16, 16, 16, 16], "stem": 16, "neck": 16}},
            "optim": {"lr": 4e-3},
            "schedule": {"steps": steps, "warmup_steps": 0},
            "run": {"accelerator": "cpu", "precision": "32-true", "log_every": 1, "evaluate_every": 0, "checkpoint_every": 0},
            "options": {"data": data},
        }
    )
    return replace(recipe, options=replace(recipe.options, scenes=SceneOptions(side=64, sizes=(12.0, 50.0))))


def windows_recipe(folder: Path, *, steps: int = 60) -> Recipe:
    """The lecture's window classifier on a handful of faces."""
    labels = str(write_people(folder / "people"))
    data = {
        "faces": [labels],
        "backgrounds": [write_walls(folder / "walls")],
        "heldout": [labels],
        "batch": 32,
        "batches_per_epoch": 20,
        "pictures": 40,
        "mined_pictures": 4,
    }
    return recipe_from(
        {
            "name": "tiny",
            "task": "windows",
            "net": {"name": "windows"},
            "schedule": {"steps": steps, "warmup_steps": 0},
            "run": {"accelerator": "cpu", "precision": "32-true", "log_every": 20, "evaluate_every": 0, "checkpoint_every": 0},
            "options": {"data": data},
        }
    )


def _person(path: Path, number: int) -> Labelled:
    scene = still_scene(number, 0)
    small = np.asarray(cv2.resize(scene.pixels, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA), np.uint8)
    (face,) = scene.faces
    box = np.array([face.box.x0, face.box.y0, face.box.x1, face.box.y1]) / 2
    return Labelled.of(write_picture(path, small), box, face.landmarks / 2)
