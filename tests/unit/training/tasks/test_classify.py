"""The task "classify"."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from benchmarks.kept import SHARED
from tests.support.class_pictures import CLASSES, classify_recipe, coloured, write_classes
from training.checkpoint import checkpoint_path, load_net_weights
from training.errors import TrainingError
from training.events import Evaluated, Finished
from training.lecture.augment import PictureChanges
from training.lecture.predicting import open_predictor
from training.loop import train
from training.recipe import NetRecipe, Recipe, load_recipe
from training.tasks.base import Shard
from training.tasks.classify import ClassifyTask, build_classifier

RESNET: dict[str, Any] = {"widths": [8, 8, 8, 8], "stem": [3, 1], "has_pool": False}


@pytest.fixture
def recipe(tmp_path: Path) -> Recipe:
    return classify_recipe(write_classes(tmp_path / "stripes"))


def last_event(recipe: Recipe, folder: Path) -> Finished:
    folder.mkdir()
    *_, last = train(recipe, folder)
    assert isinstance(last, Finished)
    return last


def test_classifier_learns_the_colour_of_a_stripe(recipe: Recipe, tmp_path: Path) -> None:
    assert last_event(recipe, tmp_path / "run").figures == {"accuracy": 1.0, "training_accuracy": 1.0}


def test_evaluate_counts_right_answers_on_each_part(recipe: Recipe) -> None:
    task = ClassifyTask(recipe)
    with torch.no_grad():
        for parameter in task.net.parameters():
            parameter.zero_()
        list(task.net.parameters())[-1][1] = 1.0  # says green of everything
    assert task.evaluate("cpu") == {"accuracy": pytest.approx(1 / 3), "training_accuracy": pytest.approx(1 / 3)}
    assert task.sizes == {"pictures": 36, "test_pictures": 12, "classes": 3}


def test_batches_hold_each_picture_once_an_epoch_with_its_class(recipe: Recipe) -> None:
    task = ClassifyTask(recipe)
    seen = {}
    for batch in task.batches(0, 0, Shard()):
        for pixels, label in zip(batch.inputs, batch.targets[0].tolist(), strict=True):
            seen[pixels.numpy().tobytes()] = label
    assert seen == {coloured(kind, number).tobytes(): kind for kind in range(3) for number in range(12)}


def test_batches_of_two_processes_put_together_are_those_of_one(recipe: Recipe) -> None:
    changes = PictureChanges(mirror=0.5, crop=0.2, rotation_deg=10, shear=0.1, colour=20)
    task = ClassifyTask(replace(recipe, options=replace(recipe.options, augment=changes)))
    whole = list(task.batches(1, 1, Shard()))
    parts = [list(task.batches(1, 1, Shard(rank, 2))) for rank in (0, 1)]
    assert len(whole) == task.batches_per_epoch - 1
    for place, batch in enumerate(whole):
        assert torch.equal(batch.inputs, torch.cat([part[place].inputs for part in parts]))
        assert torch.equal(batch.targets[0], torch.cat([part[place].targets[0] for part in parts]))


def test_augmented_pictures_keep_their_class_and_change_every_epoch(recipe: Recipe) -> None:
    task = ClassifyTask(replace(recipe, options=replace(recipe.options, augment=PictureChanges(mirror=0.5, crop=0.2, rotation_deg=10))))
    epochs = []
    for epoch in (0, 1):
        batches = list(task.batches(epoch, 0, Shard()))
        pixels, labels = np.concatenate([b.inputs for b in batches]), np.concatenate([b.targets[0] for b in batches])
        assert (pixels.mean((1, 2)).argmax(1) == 2 - labels).all()  # the brightest channel still tells
        epochs.append({picture.tobytes() for picture in pixels})
    assert len(epochs[0] & epochs[1]) < 4


def test_pictures_of_the_recipe_limit_what_is_trained_on(tmp_path: Path) -> None:
    task = ClassifyTask(classify_recipe(write_classes(tmp_path / "stripes"), pictures=15, measured=6))
    assert task.sizes == {"pictures": 15, "test_pictures": 6, "classes": 3}


def test_network_of_other_pictures_or_classes_is_refused(recipe: Recipe) -> None:
    with pytest.raises(TrainingError, match="does not take pictures of 16×16×3"):
        ClassifyTask(replace(recipe, net=NetRecipe("lenet5")))
    with pytest.raises(TrainingError, match="has 4 scores; there are 3 classes"):
        ClassifyTask(replace(recipe, net=NetRecipe("mlp", {"sizes": [768, 4]})))


def test_too_few_pictures_for_a_batch_are_told(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="36 pictures are too few for batches of 64"):
        ClassifyTask(classify_recipe(write_classes(tmp_path / "stripes"), batch=64))


def test_transfer_trains_the_last_layers_and_leaves_the_trunk_and_its_norms(recipe: Recipe, tmp_path: Path) -> None:
    trunk = replace(recipe, net=NetRecipe("resnet18", {"classes": 3, **RESNET}), schedule=replace(recipe.schedule, steps=4))
    last_event(trunk, tmp_path / "trunk")
    arguments = {"classes": 3, "trunk": "resnet18", "trunk_arguments": {"classes": 3, **RESNET}, "picture": [3, 16, 16]}
    net = NetRecipe("transfer", arguments, str(checkpoint_path(tmp_path / "trunk", "last")), ("head",))
    last_event(replace(recipe, net=net, schedule=replace(recipe.schedule, steps=4)), tmp_path / "run")
    before, _ = load_net_weights(checkpoint_path(tmp_path / "trunk", "last"))
    after, _ = load_net_weights(checkpoint_path(tmp_path / "run", "last"))
    for name, tensor in before.items():
        assert name.startswith("head.") or torch.equal(after[name.replace("body.", "trunk.", 1)], tensor), name
    started = build_classifier(replace(net, trainable=())).state_dict()
    assert torch.equal(started["trunk.0.weight"], before["body.0.weight"])
    assert not torch.equal(after["head.0.weight"], started["head.0.weight"])


def test_trained_classifier_names_the_class_of_a_picture(recipe: Recipe, tmp_path: Path) -> None:
    last_event(recipe, tmp_path / "run")
    predictor = open_predictor(tmp_path / "run")
    for kind, name in enumerate(CLASSES):
        shares = predictor.predict(coloured(kind, 77)).classes
        assert shares[0][0] == name
        assert sum(share for _, share in shares) == pytest.approx(1)


@pytest.mark.skipif(not (SHARED / "data/mnist").is_dir(), reason="there is no ../shared/data/mnist")
@pytest.mark.parametrize(("name", "least"), [("lecture-mlp", 0.85), ("lecture-lenet5", 0.85)])
def test_networks_of_the_lecture_learn_digits_in_seconds(name: str, least: float, tmp_path: Path) -> None:
    few = ["schedule.steps=150", "options.data.pictures=6000", "options.data.measured=1000", "run.threads=1", "run.evaluate_every=0"]
    source = f'options.data.source="{SHARED / "data/mnist/mnist.npz"}"'
    recipe = load_recipe(Path(name), [*few, source, "run.accelerator=cpu"])
    folder = tmp_path / "run"
    folder.mkdir()
    figures = [event.figures for event in train(recipe, folder) if isinstance(event, Evaluated)]
    assert figures[-1]["accuracy"] > least
