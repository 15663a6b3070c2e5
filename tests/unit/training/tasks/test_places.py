"""Localization and landmarks as tasks: their rows of truth, their figures, and that a short training lowers the loss."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from facekit.nets import NETS
from facekit.types import FloatArray
from tests.support.pointed_faces import write_boxes, write_points, write_rooms
from tests.support.training_data import UNCHANGED
from training.data.placed import Placed
from training.data.points import points_of
from training.detection.pictures import is_test
from training.errors import TrainingError
from training.events import Progress
from training.loop import train
from training.recipe import NetRecipe, Recipe, load_recipe, recipe_from
from training.recipe_files import RECIPES
from training.tasks.base import Shard
from training.tasks.landmarks import LandmarksTask, point_error
from training.tasks.localize import LocalizeTask, answered_box
from training.tasks.places import PlacesTask, build_locator

_RUN = {"accelerator": "cpu", "precision": "32-true", "threads": 1, "log_every": 1, "evaluate_every": 0, "checkpoint_every": 0}


def recipe(task: str, outputs: int, options: Mapping[str, Any], *, steps: int = 4) -> Recipe:
    """A tiny network on tiny pictures."""
    return recipe_from(
        {
            "name": "tiny",
            "task": task,
            "net": {"name": "locator", "arguments": {"outputs": outputs, "widths": [8, 16], "depths": [1, 1], "stem": 8, "side": 32}},
            "optim": {"lr": 0.003},
            "schedule": {"steps": steps, "warmup_steps": 2},
            "run": _RUN,
            "options": {"batch": 8, **options},
        }
    )


@pytest.fixture
def localize(tmp_path: Path) -> Recipe:
    data = {
        "labels": str(write_boxes(tmp_path / "boxes")),
        "backgrounds": str(write_rooms(tmp_path / "rooms")),
        "classes": ["masks", "news"],
    }
    return recipe("localize", 7, {"data": data})


@pytest.fixture
def landmarks(tmp_path: Path) -> Recipe:
    data = {
        "root": str(write_points(tmp_path / "points")),
        "training": ["300w_helen_train"],
        "backgrounds": str(write_rooms(tmp_path / "rooms")),
    }
    return recipe("landmarks", 11, {"data": data})


def unchanged(of: Recipe) -> Recipe:
    return replace(of, options=replace(of.options, augment=UNCHANGED))


def perfect(task: PlacesTask) -> FloatArray:
    """The truth as answers."""
    return np.stack([task._row(picture) for picture in task.pictures.measuring])


def face(task: PlacesTask) -> Placed:
    return next(picture for picture in task.pictures.measuring if picture.has_places)


def test_truth_of_a_box_is_its_middle_height_width_and_class(localize: Recipe) -> None:
    task = LocalizeTask(localize)
    corners = np.array([(0.2, 0.1), (0.6, 0.1), (0.6, 0.7), (0.2, 0.7)], np.float32)
    picture = Placed(np.zeros((4, 4, 3), np.uint8), corners, "news")
    np.testing.assert_allclose(task.truth(picture), [1, 0.4, 0.4, 0.6, 0.4, 0, 1], atol=1e-6)
    np.testing.assert_allclose(answered_box(task.truth(picture)), [0.2, 0.1, 0.6, 0.7], atol=1e-6)


def test_truth_of_points_is_x_and_y_of_each_in_turn(landmarks: Recipe) -> None:
    task = LandmarksTask(landmarks)
    picture = face(task)
    row = task.truth(picture)
    assert row[0] == 1
    np.testing.assert_allclose(row[1:].reshape(5, 2), points_of(picture.places, 5))


@pytest.mark.parametrize("kind", ["localize", "landmarks"])
def test_batches_have_a_row_of_zeros_for_each_room_and_else_one_that_begins_with_1(kind: str, request: pytest.FixtureRequest) -> None:
    task: PlacesTask = {"localize": LocalizeTask, "landmarks": LandmarksTask}[kind](unchanged(request.getfixturevalue(kind)))
    pixels = {picture.pixels.tobytes(): picture for picture in _as_seen(task)}
    for batch in task.batches(0, 0, Shard()):
        for shown, row in zip(batch.inputs, batch.targets[0], strict=True):
            picture = pixels[shown.numpy().tobytes()]
            assert torch.equal(row, torch.from_numpy(task._row(picture)))
            assert bool(row.any()) == bool(row[0] == 1) == picture.has_places


def _as_seen(task: PlacesTask) -> list[Placed]:
    return [task._view(row, 0) for row in range(len(task.pictures.training))]


def test_batches_of_two_processes_put_together_are_those_of_one(landmarks: Recipe) -> None:
    task = LandmarksTask(landmarks)
    (whole, *_), parts = list(task.batches(1, 0, Shard())), [next(iter(task.batches(1, 0, Shard(rank, 2)))) for rank in (0, 1)]
    assert torch.equal(whole.inputs, torch.cat([part.inputs for part in parts]))
    assert torch.equal(whole.targets[0], torch.cat([part.targets[0] for part in parts]))


def test_no_person_is_both_trained_on_and_measured_on(landmarks: Recipe) -> None:
    task = LandmarksTask(unchanged(landmarks))
    root = Path(landmarks.options.data.root)
    for split, wanted in ((task.pictures.training, False), (task.pictures.measuring, True)):
        count = sum(picture.group == "ytf" for picture in split)
        assert count == sum(is_test(path) == wanted for path in (root / "ytf").iterdir())
        assert count % 2 == 0  # both frames of each
    groups = {picture.group for picture in task.pictures.training}
    assert "300w_helen_test" not in groups


def test_views_in_which_the_box_is_cut_are_not_wanted(localize: Recipe) -> None:
    task = LocalizeTask(localize)
    square = np.array([(0.0, 0.0), (0.4, 0.0), (0.4, 0.4), (0.0, 0.4)], np.float32)
    assert task.is_wanted(square)
    assert task.is_wanted(square - np.array([0.05, 0], np.float32))  # 7/8 seen
    assert not task.is_wanted(square - np.array([0.1, 0], np.float32))  # 3/4 seen


def test_figures_of_the_truth_itself_are_perfect(localize: Recipe, landmarks: Recipe) -> None:
    boxes, points = LocalizeTask(localize), LandmarksTask(landmarks)
    found = boxes.figures(perfect(boxes))
    assert found == pytest.approx(dict.fromkeys(found, 1.0))
    assert {"iou", "iou_masks", "iou_news", "class_accuracy", "whether_accuracy"} < set(found)
    found = points.figures(perfect(points))
    assert found["error"] == pytest.approx(0, abs=1e-6)
    assert found["failures"] == 0
    assert {"error_ytf", "failures_300w_helen_test"} < set(found)


def test_figures_of_a_box_beside_the_truth_have_the_overlap_by_hand(localize: Recipe) -> None:
    task = LocalizeTask(localize)
    answers = perfect(task)
    answers[:, 1] += answers[:, 4] / 2  # half a width to the right: a third of the union is shared, where no edge cuts it
    truth = [task.truth(picture) for picture in task.pictures.measuring if picture.has_places]
    expected = []
    for row in truth:
        right = min(1.0, row[1] + row[4])
        expected.append((row[4] / 2) / (right - (row[1] - row[4] / 2)))
    assert task.figures(answers)["iou"] == pytest.approx(np.mean(expected), abs=1e-5)
    assert task.figures(answers)["iou_at_least_half"] == 0


def test_point_error_by_hand(landmarks: Recipe) -> None:
    task = LandmarksTask(landmarks)
    picture = face(task)
    points = points_of(picture.places, 5)
    eyes = float(np.linalg.norm((points[0] - points[1]) * picture.size))
    moved = points.copy()
    moved[2, 0] += 10 / picture.size[0]  # one of five, by ten pixels
    assert point_error(moved, picture, 5) == pytest.approx(10 / 5 / eyes, rel=1e-4)


def test_missed_and_invented_faces_count_against_whether(landmarks: Recipe) -> None:
    task = LandmarksTask(landmarks)
    answers = perfect(task)
    answers[:, 0] = 1 - answers[:, 0]
    assert task.figures(answers)["whether_accuracy"] == 0


@pytest.mark.parametrize("kind", ["localize", "landmarks"])
def test_train_lowers_the_loss(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    of: Recipe = unchanged(request.getfixturevalue(kind))
    (tmp_path / "run").mkdir()
    events = list(train(replace(of, schedule=replace(of.schedule, steps=40)), tmp_path / "run"))
    losses = [event.loss for event in events if isinstance(event, Progress)]
    assert sum(losses[-8:]) < 0.4 * sum(losses[:8])


def test_network_with_another_number_of_answers_is_refused_with_the_right_one(landmarks: Recipe) -> None:
    net = replace(landmarks.net, arguments={**landmarks.net.arguments, "outputs": 9})
    with pytest.raises(TrainingError, match=r"net\.arguments\.outputs=11"):
        LandmarksTask(replace(landmarks, net=net))


def test_set_of_points_that_there_is_not_is_refused(landmarks: Recipe) -> None:
    with pytest.raises(TrainingError, match="4, 5, 22, 68"):
        LandmarksTask(replace(landmarks, options=replace(landmarks.options, points=6)))


def test_group_and_class_that_there_are_not_are_named(landmarks: Recipe, localize: Recipe) -> None:
    data = replace(landmarks.options.data, measuring=("lfpw",))
    with pytest.raises(TrainingError, match="no group 'lfpw'"):
        LandmarksTask(replace(landmarks, options=replace(landmarks.options, data=data)))
    boxes = replace(localize.options.data, classes=("masks", "wider"))
    with pytest.raises(TrainingError, match="'wider'"):
        LocalizeTask(replace(localize, options=replace(localize.options, data=boxes)))


@pytest.mark.parametrize("path", sorted([*RECIPES.glob("lecture-local*.toml"), *RECIPES.glob("*landmark*.toml")]), ids=lambda p: p.stem)
def test_recipe_has_a_network_for_its_rows(path: Path) -> None:
    loaded = load_recipe(path)
    rows = 1 + 2 * loaded.options.points if loaded.task == "landmarks" else 5 + len(loaded.options.data.classes)
    assert loaded.net.arguments["outputs"] == rows
    assert loaded.name == path.stem


def test_locator_starts_with_the_first_layers_of_an_encoder(tmp_path: Path) -> None:
    encoder = NETS.create("residual-encoder", widths=[8, 16, 16, 16], depths=[1, 1, 1, 1], stem=8, embedding_size=8)
    save_file(encoder.state_dict(), tmp_path / "encoder.safetensors")
    arguments = {"outputs": 11, "widths": [8, 16], "depths": [1, 1], "stem": 8, "side": 32}
    net = build_locator(NetRecipe("locator", arguments, str(tmp_path / "encoder.safetensors")))
    found, given = net.state_dict(), encoder.state_dict()
    layers = [name for name in found if name.startswith("body.")]
    assert len(layers) == len([name for name in given if re.match(r"body\.[0-4]\.", name)])
    assert all(torch.equal(found[name], given[name]) for name in layers)


def test_weights_of_which_none_fits_are_refused(tmp_path: Path) -> None:
    save_file({"other": torch.zeros(3)}, tmp_path / "other.safetensors")
    with pytest.raises(TrainingError, match="None of the weights"):
        build_locator(NetRecipe("locator", {"outputs": 11}, str(tmp_path / "other.safetensors")))
