"""Recipes: files over a base, typed overrides, the hash."""

from __future__ import annotations

from pathlib import Path

import pytest

from training.data.augment import AugmentOptions
from training.errors import TrainingError
from training.recipe import load_recipe, load_run_recipe
from training.recipe_files import RECIPES
from training.tasks.distil import DistilOptions

_BASE = """
name = "base"
task = "distil"
schedule.steps = 10
[optim]
lr = 0.5
betas = [0.8, 0.99]
[options.data]
sources = ["faces.zip"]
targets = ["targets.npz"]
"""


@pytest.fixture
def base(tmp_path: Path) -> Path:
    path = tmp_path / "base.toml"
    path.write_text(_BASE, encoding="utf-8")
    return path


def test_load_recipe_over_a_base_changes_what_it_names_and_keeps_the_rest(base: Path) -> None:
    leaf = base.with_name("leaf.toml")
    leaf.write_text('base = "base.toml"\nname = "leaf"\n[optim]\nlr = 1\n', encoding="utf-8")
    recipe = load_recipe(leaf)
    assert (recipe.name, recipe.optim.lr, recipe.optim.betas, recipe.schedule.steps) == ("leaf", 1.0, (0.8, 0.99), 10)
    assert isinstance(recipe.options, DistilOptions)
    assert recipe.options.data.sources == ("faces.zip",)


def test_load_recipe_with_overrides_types_them(base: Path) -> None:
    overrides = ["optim.lr=1e-4", "options.data.batch=4", 'options.data.sources=["a", "b"]', "options.data.pairs=lfw", "name=other"]
    recipe = load_recipe(base, overrides)
    assert (recipe.optim.lr, recipe.options.data.batch, recipe.name) == (1e-4, 4, "other")
    assert (recipe.options.data.sources, recipe.options.data.pairs) == (("a", "b"), "lfw")


@pytest.mark.parametrize(
    ("override", "told"),
    [
        ("optim.rl=1", "unknown key 'optim.rl'"),
        ("options.augment.blur=1", "unknown key 'options.augment.blur'"),
        ("optim.lr=fast", "optim.lr is 'fast'"),
        ("schedule.steps=2.5", "schedule.steps is 2.5"),
        ("schedule.steps=true", "schedule.steps is True"),
        ("optim.betas=[0.9]", "optim.betas takes 2 values"),
        ("optim.betas=0.9", "optim.betas is 0.9"),
        ("options.data.sources=[1]", "options.data.sources is 1"),
        ("optim=3", "optim is 3"),
        ("name.first=3", "'name.first' is not in a recipe"),
        ("seed", "'seed' sets nothing"),
        ("schedule.steps=0", "has no end"),
    ],
)
def test_load_recipe_with_a_wrong_override_says_what_is_wrong(base: Path, override: str, told: str) -> None:
    with pytest.raises(TrainingError) as caught:
        load_recipe(base, [override])
    assert told in caught.value.message
    assert caught.value.hint


def test_load_recipe_with_a_slip_of_the_pen_offers_the_nearest_key(base: Path) -> None:
    with pytest.raises(TrainingError, match="Did you mean 'weight_decay'"):
        load_recipe(base, ["optim.weight_deacy=0.1"])


def test_load_recipe_without_what_the_task_needs_names_it(base: Path) -> None:
    base.write_text(_BASE.replace('targets = ["targets.npz"]', ""), encoding="utf-8")
    with pytest.raises(TrainingError, match=r"lacks 'options\.data\.targets'"):
        load_recipe(base)


def test_load_recipe_which_is_its_own_base_is_refused(base: Path) -> None:
    base.write_text('base = "base.toml"\n' + _BASE, encoding="utf-8")
    with pytest.raises(TrainingError, match="its own base"):
        load_recipe(base)


def test_recipe_hash_follows_every_value_and_survives_the_run_folder(base: Path, tmp_path: Path) -> None:
    recipe = load_recipe(base)
    recipe.save(tmp_path)
    assert load_run_recipe(tmp_path) == recipe
    assert load_run_recipe(tmp_path).recipe_hash == recipe.recipe_hash
    assert load_recipe(base, ["options.augment.grey_rate=0.5"]).recipe_hash != recipe.recipe_hash


def test_load_run_recipe_where_there_is_no_run_says_so(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="There is no run"):
        load_run_recipe(tmp_path)


@pytest.mark.parametrize("path", sorted(RECIPES.glob("*.toml")), ids=lambda path: path.stem)
def test_load_recipe_of_ours_resolves(path: Path) -> None:
    recipe = load_recipe(Path(path.stem))
    assert recipe.name == path.stem


def test_augment_options_in_a_recipe_are_typed(base: Path) -> None:
    assert load_recipe(base, ["options.augment.jpeg_quality=[10, 20]"]).options.augment == AugmentOptions(jpeg_quality=(10, 20))
