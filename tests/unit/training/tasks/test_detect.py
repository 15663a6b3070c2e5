"""The detection task: what is held back, what a batch holds, that it learns, and that the exported file is the same network."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from facekit.cards import load_card, verified_file
from facekit.nets import NETS
from facekit.weights.session import open_session
from tests.support.detection_data import detect_recipe
from training.checkpoint import load_weights
from training.detection.pictures import is_test
from training.errors import TrainingError
from training.events import Evaluated, Finished, Progress
from training.export import ExportOptions, export_run
from training.loop import train
from training.recipe import Recipe, recipe_from
from training.tasks.base import Shard
from training.tasks.detect import DetectTask


@pytest.fixture
def recipe(tmp_path: Path) -> Recipe:
    return detect_recipe(tmp_path)


def test_pictures_of_the_test_half_are_in_no_pool(recipe: Recipe) -> None:
    task = DetectTask(recipe)
    assert task.sizes == {"scenes": 4, "faces": 4, "backgrounds": 4, "heldout": 4}
    assert not any(is_test(picture.image) for pool in (task._pools.scenes, task._pools.faces) for picture in pool)
    assert all(is_test(picture.image) for picture in task._heldout.pictures)


def test_batches_of_two_processes_put_together_are_those_of_one(recipe: Recipe) -> None:
    task = DetectTask(recipe)
    whole = list(task.batches(1, 1, Shard()))
    parts = [list(task.batches(1, 1, Shard(rank, 2))) for rank in (0, 1)]
    assert len(whole) == task.batches_per_epoch - 1 == 1
    assert torch.equal(whole[0].inputs, torch.cat([part[0].inputs for part in parts]))
    for row, target in enumerate(whole[0].targets):
        torch.testing.assert_close(target, torch.cat([part[0].targets[row] for part in parts]), equal_nan=True)


def test_run_goes_to_its_end_with_finite_figures(recipe: Recipe, tmp_path: Path) -> None:
    events = list(train(recipe, tmp_path))
    (evaluated,) = (event for event in events if isinstance(event, Evaluated))
    assert {"ap", "recall", "precision"} <= set(evaluated.figures)
    assert isinstance(events[-1], Finished)


def test_run_lowers_the_loss(tmp_path: Path) -> None:
    losses = [event.loss for event in train(detect_recipe(tmp_path, steps=40), tmp_path) if isinstance(event, Progress)]
    assert np.mean(losses[-5:]) < 0.85 * np.mean(losses[:5])


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")  # of the exporter's own code
def test_exported_detector_answers_as_the_network_at_any_size(recipe: Recipe, tmp_path: Path) -> None:
    list(train(recipe, tmp_path))
    card = export_run(tmp_path, tmp_path / "weights", ExportOptions("tiny-detector"))
    folder = tmp_path / "weights" / "tiny-detector"
    assert load_card(folder) == card
    assert (card.task, card.input_size, card.embedding_size) == ("detect", 0, 0)
    net = NETS.create(card.net, **card.net_arguments).eval()
    net.load_state_dict(load_weights(verified_file(card, folder, "torch")))
    session = open_session(verified_file(card, folder, "onnx"), threads=1)
    for size in ((32, 32), (64, 160), (128, 96)):
        picture = torch.randn(1, 3, *size)
        with torch.inference_mode():
            expected = net(picture).numpy()
        np.testing.assert_allclose(session.run(None, {"pictures": picture.numpy()})[0], expected, atol=1e-4)


def test_task_without_backgrounds_says_what_is_missing(recipe: Recipe, tmp_path: Path) -> None:
    raw = recipe.as_json()
    raw["options"]["data"]["backgrounds"] = [str(tmp_path / "none" / "*.png")]
    with pytest.raises(TrainingError, match="no file"):
        DetectTask(recipe_from(raw))
