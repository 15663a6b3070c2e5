"""The request of a run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from facekit.errors import RetrainingError
from facekit.evaluation.promotion import Operating
from facekit.retraining.recipes import RECIPES
from facekit.retraining.request import RetrainRequest, load_request


def request(**changes: Any) -> RetrainRequest:
    values: dict[str, Any] = {"name": "encoder-own", "faces": ("a", "b"), "encoder": "encoder-v1", "operating": Operating(1.1, 0.001)}
    return RetrainRequest(**{**values, **changes})


def test_a_saved_request_is_read_again_as_it_was(tmp_path: Path) -> None:
    made = request(recipe="finetune-triplet", seed=3)
    made.save(tmp_path)
    assert load_request(tmp_path) == made


def test_a_folder_without_a_request_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(RetrainingError, match="no retraining"):
        load_request(tmp_path)


@pytest.mark.parametrize(
    "changes",
    [{"name": "../evil"}, {"name": ""}, {"name": "encoder-v1"}, {"recipe": "finetune-everything"}, {"minutes": 0.0}, {"held_out": 1.0}],
)
def test_a_request_that_cannot_be_is_refused_at_once(changes: dict[str, Any]) -> None:
    with pytest.raises(RetrainingError):
        request(**changes)


def test_every_recipe_of_the_table_is_a_file_over_the_metric_task() -> None:
    load_recipe = pytest.importorskip("training.recipe", reason="training needs torch", exc_type=ImportError).load_recipe
    for name in RECIPES:
        recipe = load_recipe(Path(name))
        assert (recipe.name, recipe.task) == (name, "metric")
        assert bool(recipe.net.weights) == (name != "from-scratch")
