"""What a trained network says of one picture."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import torch

from facekit.types import Pixels
from training.checkpoint import checkpoint_path, load_net_weights
from training.data.labelled import squared
from training.errors import TrainingError
from training.recipe import load_run_recipe
from training.tasks.classify import ClassifyTask


class TrainedClassifier:
    """The network of a run of the task "classify". The run's pictures must still be there: they tell the size and the classes' names.

    Args:
        run: The folder.
        which: "last" or "best".

    Raises:
        TrainingError: There is no such run, or it is one of another task.
    """

    def __init__(self, run: Path, which: str = "last") -> None:
        recipe = load_run_recipe(run)
        if recipe.task != "classify":
            raise TrainingError(f"The run in {run} is one of the task {recipe.task}.", hint="Give one of the task classify.")
        self._task = ClassifyTask(replace(recipe, net=replace(recipe.net, weights="")))
        weights, _ = load_net_weights(checkpoint_path(run, which))
        self._task.net.load_state_dict(weights)
        self._task.net.eval()

    def shares(self, pixels: Pixels) -> list[tuple[str, float]]:
        """Every class and its share of the softmax of H×W×3 uint8 RGB pixels, largest first.

        The middle square is brought to the size of the training pictures, and made grey where they are.
        """
        side, _, channels = self._task.training.pixels.shape[1:]
        seen = squared(pixels, side)
        if channels == 1:
            seen = np.asarray(cv2.cvtColor(seen, cv2.COLOR_RGB2GRAY), np.uint8)[:, :, None]
        with torch.inference_mode():
            scores = self._task.net(self._task.prepare(torch.from_numpy(seen[None])))
        found = torch.softmax(scores[0], 0).tolist()
        return sorted(zip(self._task.training.classes, found, strict=True), key=lambda pair: -pair[1])
