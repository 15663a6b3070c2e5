"""What a run's trained network says of one picture: its class, the box of its face, or the points of its face."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

import cv2
import numpy as np
import torch
from torch import nn

from facekit.types import FloatArray, Pixels
from training.checkpoint import checkpoint_path, load_net_weights
from training.data.labelled import squared
from training.data.placed import cut, squeezed
from training.errors import TrainingError
from training.recipe import Recipe, load_run_recipe
from training.tasks.classify import ClassifyTask
from training.tasks.encoder import input_size, prepared
from training.tasks.localize import CLASSES_FROM, LocalizeOptions, answered_box
from training.tasks.places import build_locator

_NOTHING = np.zeros((0, 2), np.float32)


@dataclass(frozen=True, slots=True)
class Prediction:
    """An answer; what the task does not say is empty.

    Args:
        classes: Names and their shares, largest first.
        is_face: The first number of the answer, about 0 … 1; None where it is not asked.
        box: x0, y0, x1, y1 in pixels of the picture.
        points: x, y in pixels of the picture each.
    """

    task: str
    classes: tuple[tuple[str, float], ...] = ()
    is_face: float | None = None
    box: tuple[float, ...] = ()
    points: tuple[tuple[float, float], ...] = field(default_factory=tuple)

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)

    def __str__(self) -> str:
        """One line for a terminal."""
        said = [f"a face: {self.is_face:.2f}"] if self.is_face is not None else []
        said += [f"{name} {share:.2f}" for name, share in self.classes[:3]]
        said += [f"box {' '.join(f'{number:.0f}' for number in self.box)}"] if self.box else []
        said += [" ".join(f"{x:.0f},{y:.0f}" for x, y in self.points)] if self.points else []
        return ", ".join(said)


class Predictor(Protocol):
    """A trained network."""

    def predict(self, pixels: Pixels) -> Prediction:
        """Its answer to H×W×3 uint8 RGB pixels."""


def open_predictor(run: Path, which: str = "last") -> Predictor:
    """The network of a run's "last" or "best" checkpoint.

    Raises:
        TrainingError: There is no such run, or its task answers in another way.
    """
    recipe = load_run_recipe(run)
    if recipe.task not in _PREDICTORS:
        raise TrainingError(f"The run in {run} is one of the task {recipe.task}.", hint=f"Give one of the tasks {', '.join(_PREDICTORS)}.")
    weights, _ = load_net_weights(checkpoint_path(run, which))
    return _PREDICTORS[recipe.task](replace(recipe, net=replace(recipe.net, weights="")), weights)


class ClassPredictor:
    """Of the task "classify". The run's pictures must still be there: they tell the size and the classes' names."""

    def __init__(self, recipe: Recipe, weights: Mapping[str, torch.Tensor]) -> None:
        self._task = ClassifyTask(recipe)
        self._task.net.load_state_dict(weights)
        self._task.net.eval()

    def predict(self, pixels: Pixels) -> Prediction:
        """Every class. The middle square is brought to the size of the training pictures, and made grey where they are."""
        side, _, channels = self._task.training.pixels.shape[1:]
        seen = squared(pixels, side)
        if channels == 1:
            seen = np.asarray(cv2.cvtColor(seen, cv2.COLOR_RGB2GRAY), np.uint8)[:, :, None]
        with torch.inference_mode():
            scores = self._task.net(self._task.prepare(torch.from_numpy(seen[None])))
        found = torch.softmax(scores[0], 0).tolist()
        return Prediction("classify", tuple(sorted(zip(self._task.training.classes, found, strict=True), key=lambda pair: -pair[1])))


class PlacePredictor:
    """Of the tasks "localize" and "landmarks": the whole picture is squeezed to the network's square."""

    def __init__(self, recipe: Recipe, weights: Mapping[str, torch.Tensor]) -> None:
        self._recipe = recipe
        self._net: nn.Module = build_locator(recipe.net)
        self._net.load_state_dict(weights)
        self._net.eval()

    def predict(self, pixels: Pixels) -> Prediction:
        """Whether there is a face, and its box and style or its points."""
        height, width = pixels.shape[:2]
        seen = squeezed(cut(pixels, _NOTHING, ""), input_size(self._net))
        with torch.inference_mode():
            row: FloatArray = self._net(prepared(torch.from_numpy(seen[None])))[0].numpy()
        size, is_face = np.array([width, height], np.float32), float(row[0])
        if self._recipe.task == "localize":
            options: LocalizeOptions = self._recipe.options
            shares = sorted(zip(options.data.classes, row[CLASSES_FROM:].tolist(), strict=True), key=lambda pair: -pair[1])
            box = answered_box(row) * np.tile(size, 2)
            return Prediction("localize", tuple(shares), is_face, tuple(box.tolist()))
        points = row[1:].reshape(-1, 2) * size - 0.5
        return Prediction("landmarks", (), is_face, points=tuple((float(x), float(y)) for x, y in points))


_PREDICTORS: Mapping[str, type[ClassPredictor] | type[PlacePredictor]] = {
    "classify": ClassPredictor,
    "localize": PlacePredictor,
    "landmarks": PlacePredictor,
}
