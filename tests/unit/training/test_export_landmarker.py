"""A run of the task "landmarks" as the landmarker that the product opens."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from facekit.cards import load_card
from facekit.detectors.landmarks import OnnxLandmarker
from facekit.nets import NETS
from facekit.types import Box, Face
from tests.support.pointed_faces import drawn, write_points, write_rooms
from training.checkpoint import checkpoint_path, load_net_weights
from training.export import ExportOptions, export_run
from training.loop import train
from training.recipe import Recipe, recipe_from
from training.tasks.encoder import prepared


def recipe(folder: Path, *, steps: int) -> Recipe:
    data = {
        "root": str(write_points(folder / "points")),
        "training": ["300w_helen_train"],
        "backgrounds": str(write_rooms(folder / "rooms")),
    }
    return recipe_from(
        {
            "name": "tiny",
            "task": "landmarks",
            "net": {"name": "locator", "arguments": {"outputs": 11, "widths": [8, 16], "depths": [1, 1], "stem": 8, "side": 32}},
            "optim": {"lr": 0.003},
            "schedule": {"steps": steps, "warmup_steps": 2},
            "run": {"accelerator": "cpu", "precision": "32-true", "threads": 1, "evaluate_every": 0, "checkpoint_every": 0},
            "options": {"batch": 8, "data": data},
        }
    )


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")  # of the exporter's own code
def test_export_run_of_landmarks_writes_a_landmarker_that_answers_as_the_network_does(tmp_path: Path) -> None:
    asked, run = recipe(tmp_path, steps=3), tmp_path / "run"
    run.mkdir()
    for _ in train(asked, run):
        pass
    card = export_run(run, tmp_path / "weights", ExportOptions("points-v1", licence="any use", data="drawn faces"))
    folder = tmp_path / "weights" / "points-v1"
    assert load_card(folder) == card
    assert (card.task, card.input_size, card.embedding_size, card.recipe_hash) == ("landmark", 32, 0, asked.recipe_hash)

    net = NETS.create("locator", **asked.net.arguments)
    net.load_state_dict(load_net_weights(checkpoint_path(run, "last"))[0])
    squares = [np.ascontiguousarray(drawn(seed)[0][:32, :32]) for seed in range(3)]
    with torch.inference_mode():
        expected = net.eval()(prepared(torch.from_numpy(np.stack(squares)))).numpy()
    landmarker = OnnxLandmarker(card, folder)
    np.testing.assert_allclose(landmarker._answers(squares), expected, atol=0.01)  # the weights are rounded to 16 bits
    (found,) = landmarker.locate(drawn(0)[0], [Face(Box(10, 10, 80, 80), np.zeros((5, 2), np.float32), 1.0)])
    assert found.landmarks.shape == (5, 2)
