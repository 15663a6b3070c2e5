"""Small made-up material for training: noise for faces, a linear map for a teacher. No face of a person."""

from __future__ import annotations

import csv
import zipfile
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from facekit.types import Pixels
from training.data.augment import AugmentOptions
from training.data.faces import open_faces
from training.data.teachers import TeachOptions, teach
from training.recipe import Recipe, recipe_from
from training.tasks.distil import DistilOptions

TEACHER = """
import numpy as np
_MAP = np.random.default_rng(0).normal(size=(48, 12)).astype(np.float32)

def set_threads(n):
    pass

def encode(batch):
    rows = np.asarray(batch, np.float32).reshape(len(batch), 4, 28, 4, 28, 3).mean((2, 4)).reshape(len(batch), -1) - 127.5
    vectors = rows @ _MAP
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
"""
"""The vector of a face is a map of its 4×4 mean colours."""

# Not fewer than 8 channels: torch 2.14 ends with a segmentation fault in the backward pass of a 1×1 convolution with 4, channels last.
TINY_NET = {"name": "residual-encoder", "arguments": {"widths": [8, 8, 8, 16], "depths": [1, 1, 1, 1], "stem": 8, "embedding_size": 8}}


def patches(seed: int, side: int = 112) -> Pixels:
    """A pattern of 4×4 coloured patches, side×side×3 uint8 RGB."""
    colours = np.random.default_rng(seed).integers(0, 256, (4, 4, 3)).astype(np.uint8)
    return np.ascontiguousarray(cv2.resize(colours, (side, side), interpolation=cv2.INTER_NEAREST).astype(np.uint8))


def write_zip(path: Path, files: dict[str, Pixels]) -> Path:
    """A zip of lossless pictures by name."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, pixels in files.items():
            archive.writestr(name, picture(pixels, Path(name).suffix))
    return path


def picture(pixels: Pixels, suffix: str) -> bytes:
    """The bytes of a picture file; .webp without loss."""
    options = [cv2.IMWRITE_WEBP_QUALITY, 101] if suffix == ".webp" else []
    _, data = cv2.imencode(suffix, cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR), options)
    return data.tobytes()


def write_faces(folder: Path, *, persons: int = 6, pictures: int = 4) -> Path:
    """faces.zip: each person a folder, each picture another pattern."""
    files = {f"p{person}/{number}.webp": patches(100 * person + number) for person in range(persons) for number in range(pictures)}
    return write_zip(folder / "faces.zip", files)


def write_teacher(folder: Path) -> Path:
    """A teacher's folder."""
    folder.mkdir()
    (folder / "load.py").write_text(TEACHER, encoding="utf-8")
    return folder


def write_pairs(folder: Path, *, persons: int = 6) -> Path:
    """A yardstick as LFW View 1 lies: each person twice, in two folds."""
    folder.mkdir()
    names = [(f"p{person}/p{person}_1", f"p{person}/p{person}_2") for person in range(persons)]
    seeds = {name: 1000 * person + which for person, pair in enumerate(names) for which, name in enumerate(pair)}
    write_zip(folder / "aligned112.zip", {f"{name}.webp": patches(seed) for name, seed in seeds.items()})
    rows = [(left, right, 1, index % 2) for index, (left, right) in enumerate(names)]
    rows += [(names[index][0], names[index - 1][0], 0, index % 2) for index in range(persons)]
    with (folder / "pairs.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["left", "right", "same", "fold"])
        writer.writerows([(f"{left}.jpg", f"{right}.jpg", same, fold) for left, right, same, fold in rows])
    return folder


def distil_values(folder: Path, **schedule: float) -> dict[str, object]:
    """The plain values of a tiny distillation in an empty folder: faces, teacher and targets are made there."""
    faces, targets = write_faces(folder), folder / "targets.npz"
    for _ in teach(write_teacher(folder / "patches"), open_faces([str(faces)]), targets, TeachOptions()):
        pass
    return {
        "name": "tiny",
        "task": "distil",
        "net": TINY_NET,
        "optim": {"lr": 0.01},
        "schedule": {"steps": 6, "warmup_steps": 2, **schedule},
        "run": {"accelerator": "cpu", "precision": "32-true", "threads": 1, "log_every": 1, "evaluate_every": 0, "checkpoint_every": 0},
        "options": {"data": {"sources": [str(faces)], "targets": [str(targets)], "batch": 8, "workers": 0, "holdout": 2}},
    }


def distil_recipe(folder: Path, **schedule: float) -> Recipe:
    """The recipe of `distil_values`."""
    return recipe_from(distil_values(folder, **schedule))


UNCHANGED = AugmentOptions(
    mirror_rate=0.0, rotation_deg=0.0, scale=0.0, shift_px=0.0, low_resolution_rate=0.0, blur_rate=0.0,
    jpeg_rate=0.0, light_rate=0.0, low_light_rate=0.0, grey_rate=0.0, cover_rate=0.0,
)  # fmt: skip
"""Views that are the faces themselves."""


def plain_views(recipe: Recipe) -> Recipe:
    """The same without augmentation."""
    options: DistilOptions = recipe.options
    return replace(recipe, options=replace(options, augment=UNCHANGED))
