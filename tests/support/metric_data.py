"""Made-up persons for training with labels: each a pattern of their own, noise on it for each picture. No face of a person."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from facekit.nets import NETS
from facekit.types import Pixels
from tests.support.training_data import TINY_NET, write_teacher, write_zip
from training.data.faces import open_faces
from training.data.teachers import TeachOptions, teach


class PatchEncoder(nn.Module):
    """A linear map of a picture's 4×4 mean colours: no batch norm, whose statistics differ from process to process."""

    def __init__(self) -> None:
        super().__init__()
        self.fc = nn.Linear(48, 8)

    def forward(self, x: Tensor) -> Tensor:
        """N×3×112×112 → N×8 of length 1."""
        return F.normalize(self.fc(F.adaptive_avg_pool2d(x, 4).flatten(1)))


def register_patch_encoder() -> None:
    """Enter the network, once."""
    if "patch-encoder" not in NETS.names():
        NETS.add("patch-encoder", "tests.support.metric_data:PatchEncoder", "a test's")


def person_picture(person: int, number: int) -> Pixels:
    """112×112×3 uint8 RGB: 4×4 colours that are the person's, each some grey levels off."""
    colours = np.random.default_rng(person).integers(40, 216, (4, 4, 3))
    noise = np.random.default_rng((person, number)).integers(-30, 31, (4, 4, 3))
    return np.ascontiguousarray(cv2.resize((colours + noise).astype(np.uint8), (112, 112), interpolation=cv2.INTER_NEAREST), np.uint8)


def write_people(folder: Path, *, persons: int = 10, pictures: int = 4, single: int = 1, more: Mapping[str, Pixels] | None = None) -> Path:
    """people.zip: that many persons, some of whom there is but one picture, and `more` files."""
    counts = [pictures] * persons + [1] * single
    files = {
        f"p{person:02}/{number}.webp": person_picture(person, number) for person, count in enumerate(counts) for number in range(count)
    }
    return write_zip(folder / "people.zip", {**files, **(more or {})})


def write_strangers(folder: Path, *, count: int = 6) -> Path:
    """strangers.zip: pictures of nobody known."""
    return write_zip(folder / "strangers.zip", {f"{number}.webp": person_picture(900 + number, 0) for number in range(count)})


def write_targets(folder: Path, *sources: Path) -> Path:
    """A teacher's targets of all faces of the sources."""
    out = folder / "targets.npz"
    for _ in teach(write_teacher(folder / "patches"), open_faces([str(source) for source in sources]), out, TeachOptions()):
        pass
    return out


def metric_values(folder: Path, **options: Any) -> dict[str, Any]:
    """The plain values of a tiny training with labels on people.zip in the folder, which is written where it is not there."""
    people = folder / "people.zip"
    if not people.is_file():
        write_people(folder)
    data = {"sources": [str(people)], "persons": 4, "pictures": 2, "workers": 0, **options.pop("data", {})}
    return {
        "name": "tiny",
        "task": "metric",
        "net": TINY_NET,
        "optim": {"lr": 0.01},
        "schedule": {"steps": 6, "warmup_steps": 2},
        "run": {"accelerator": "cpu", "precision": "32-true", "threads": 1, "log_every": 1, "evaluate_every": 0, "checkpoint_every": 0},
        "options": {"data": data, "heldout": {"persons": 0.3}, **options},
    }


def offline(batch: int = 4) -> dict[str, Any]:
    """Options: triplets mined before each epoch."""
    return {"loss": {"options": {"miner": "given"}}, "triplets": {"batch": batch, "pool": 3, "per_person": 2}}


def taught(folder: Path, *, unlabelled: int = 2) -> dict[str, Any]:
    """Options: a teacher beside the labels, strangers among the faces; what is read is written where it is not there."""
    people, strangers, targets = (folder / name for name in ("people.zip", "strangers.zip", "targets.npz"))
    if not people.is_file():
        write_people(folder)
    if not targets.is_file():
        write_targets(folder, people, write_strangers(folder))
    return {
        "data": {"sources": [str(people), str(strangers)]},
        "teaching": {"targets": [str(targets)], "weight": 0.5, "unlabelled": unlabelled},
    }


def tensors_differ(first: dict[str, Tensor], second: dict[str, Tensor]) -> list[str]:
    """Names whose tensors are not the same to the bit, or that only one has."""
    names = first.keys() ^ second.keys()
    return sorted(names | {name for name in first.keys() & second.keys() if not torch.equal(first[name], second[name])})
