"""The distillation task."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from tests.support.training_data import distil_recipe, plain_views, write_pairs, write_teacher
from training.data.faces import open_faces
from training.data.teachers import TeachOptions, gather, load_targets, teach
from training.errors import TrainingError
from training.losses.distillation import DistillationLoss
from training.recipe import NetRecipe, Recipe
from training.tasks.base import Shard
from training.tasks.distil import DistilTask
from training.tasks.encoder import encode_faces
from training.tasks.teaching import taught_faces


@pytest.fixture
def recipe(tmp_path: Path) -> Recipe:
    return distil_recipe(tmp_path)


def test_batches_of_two_processes_put_together_are_those_of_one(recipe: Recipe) -> None:
    task = DistilTask(recipe)
    whole = list(task.batches(1, 0, Shard()))
    parts = [list(task.batches(1, 0, Shard(rank, 2))) for rank in (0, 1)]
    assert len(whole) == task.batches_per_epoch == 2
    for place, batch in enumerate(whole):
        assert torch.equal(batch.inputs, torch.cat([part[place].inputs for part in parts]))
        assert torch.equal(batch.targets[0], torch.cat([part[place].targets[0] for part in parts]))


def test_batches_give_each_view_the_target_of_its_side(recipe: Recipe) -> None:
    mirrored = replace(
        recipe, options=replace(plain_views(recipe).options, augment=replace(plain_views(recipe).options.augment, mirror_rate=1.0))
    )
    faces = open_faces(recipe.options.data.sources)
    made = load_targets(Path(recipe.options.data.targets[0]))
    seen = {record.read().tobytes(): row for record, row in zip(faces.records, made.vectors, strict=True)}
    for asked, view in ((plain_views(recipe), 0), (mirrored, 1)):
        batch = next(iter(DistilTask(asked).batches(0, 0, Shard())))
        for pixels, target in zip(batch.inputs, batch.targets[0], strict=True):
            face = pixels.numpy()[:, :: -1 if view else 1]
            torch.testing.assert_close(target.float(), torch.from_numpy(seen[face.tobytes()][view]).float(), atol=2e-3, rtol=0)


def test_held_out_faces_are_in_no_batch(recipe: Recipe) -> None:
    task = DistilTask(plain_views(recipe))
    assert task.sizes["faces"] == 22
    held = {record.read().tobytes() for record in task._heldout.faces.records}
    assert len(held) == 2
    assert not any(pixels.numpy().tobytes() in held for batch in task.batches(0, 0, Shard()) for pixels in batch.inputs)


def test_a_trained_student_starts_where_it_stands(recipe: Recipe, tmp_path: Path) -> None:
    fresh = DistilTask(recipe)
    path = tmp_path / "start.safetensors"
    save_file({name: tensor.half() if tensor.is_floating_point() else tensor for name, tensor in fresh.net.state_dict().items()}, path)
    started = DistilTask(replace(recipe, net=replace(recipe.net, weights=str(path))))
    embeddings = torch.from_numpy(encode_faces(started.net.eval(), started._training.faces, "cpu"))
    cosines = [task.criterion(embeddings, task._training.targets[:, 0]).stats["cosine"] for task in (started, fresh)]
    assert cosines[0] > cosines[1] + 0.1


def test_weights_that_do_not_fit_the_network_are_refused(recipe: Recipe) -> None:
    with pytest.raises(TrainingError, match="do not fit the network"):
        DistilTask(replace(recipe, net=replace(recipe.net, weights="encoder-v0")))


def test_evaluate_with_pairs_gives_their_figures_too(recipe: Recipe, tmp_path: Path) -> None:
    data = replace(recipe.options.data, pairs=str(write_pairs(tmp_path / "pairs")))
    task = DistilTask(replace(recipe, options=replace(recipe.options, data=data)))
    figures = task.evaluate("cpu")
    assert set(figures) == {"teacher_cosine", "teacher_similarity_error", "accuracy", "eer", "tar_at_far_0.01", "tar_at_far_0.001"}
    assert 0 <= figures["accuracy"] <= 1


def test_two_teachers_are_joined_so_that_similarities_average(recipe: Recipe, tmp_path: Path) -> None:
    folder = write_teacher(tmp_path / "second")
    script = folder / "load.py"
    script.write_text(script.read_text(encoding="utf-8").replace("default_rng(0)", "default_rng(1)"), encoding="utf-8")
    faces = open_faces(recipe.options.data.sources)
    for _ in teach(folder, faces.take(range(9)), tmp_path / "second.npz", TeachOptions()):
        pass
    found = gather([Path(recipe.options.data.targets[0]), tmp_path / "second.npz"])
    taught = taught_faces(faces, found, ())
    assert len(taught) == 9  # those that both have seen
    rows = taught.targets[:, 0].float()
    each = [torch.from_numpy(found[name].vectors[:9, 0]).float() for name in ("patches", "second")]
    torch.testing.assert_close(rows @ rows.T, sum(one @ one.T for one in each) / 2, atol=5e-3, rtol=0)
    with pytest.raises(TrainingError, match="no targets of the teacher 'third'"):
        taught_faces(faces, found, ["third"])


def test_faces_without_targets_are_told(recipe: Recipe, tmp_path: Path) -> None:
    part = load_targets(Path(recipe.options.data.targets[0]))
    replace(part, keys=part.keys[:20], vectors=part.vectors[:20]).save(Path(recipe.options.data.targets[0]))
    task = DistilTask(recipe)
    assert task.warnings() == ("4 faces have no target and are left out.",)
    assert task.sizes["faces"] == 18


def test_too_few_faces_for_a_batch_are_told(recipe: Recipe) -> None:
    data = replace(recipe.options.data, batch=64)
    with pytest.raises(TrainingError, match="too few for batches of 64"):
        DistilTask(replace(recipe, options=replace(recipe.options, data=data)))


def test_a_projection_learns_only_where_the_recipe_says_so(recipe: Recipe) -> None:
    for learns in (False, True):
        task = DistilTask(replace(recipe, options=replace(recipe.options, learn_projection=learns)))
        assert isinstance(task.criterion, DistillationLoss)
        assert bool(list(task.criterion.parameters())) == learns


def test_a_network_of_unknown_name_is_refused(recipe: Recipe) -> None:
    with pytest.raises(Exception, match="no network 'residual'"):
        DistilTask(replace(recipe, net=NetRecipe("residual")))
