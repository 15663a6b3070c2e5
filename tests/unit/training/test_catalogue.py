"""The list of recipes, without torch."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from training.catalogue import Group, Need, our_recipes, recipe_card
from training.errors import TrainingError
from training.recipe import load_recipe
from training.recipe_files import RECIPES


def test_every_recipe_of_ours_is_listed_as_the_trainer_reads_it() -> None:
    cards = {card.recipe: card for card in our_recipes()}
    left_out = {file.stem for file in RECIPES.glob("*.toml")} - cards.keys()
    assert all(name == "lecture-cifar-base" or name.startswith(("finetune-", "from-scratch")) for name in left_out), left_out
    for name, card in cards.items():
        recipe = load_recipe(Path(name))
        assert (card.name, card.task, card.steps, card.minutes) == (
            recipe.name, recipe.task, recipe.schedule.steps, recipe.schedule.minutes,
        )  # fmt: skip
        assert card.about
        assert card.group is not Group.OWN


def test_short_form_knows_its_long_form() -> None:
    cards = {card.recipe: card for card in our_recipes()}
    assert cards["lecture-lenet5-short"].long == "lecture-lenet5"
    assert all(card.long in cards for card in cards.values() if card.long)


def test_override_of_a_need_is_what_the_trainer_takes(tmp_path: Path) -> None:
    card = recipe_card("lecture-mlp")
    assert load_recipe(Path("lecture-mlp"), [card.needs[0].override(tmp_path)]).options.data.source == str(tmp_path)
    sources = next(need for need in recipe_card("encoder-distil").needs if need.key == "options.data.sources")
    assert load_recipe(Path("encoder-distil"), [sources.override(tmp_path)]).options.data.sources == (str(tmp_path),)


def test_need_is_there_where_one_of_its_patterns_is(tmp_path: Path) -> None:
    (tmp_path / "faces.zip").touch()
    assert Need("k", (f"{tmp_path}/none*", f"celeba:{tmp_path}/*.zip")).is_there()
    assert not Need("k", (f"{tmp_path}/none*",)).is_there()


def test_card_of_a_file_of_ones_own_says_what_its_head_says(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(f'# Mine.\n#   a command\n# It is slow.\nbase = "{RECIPES / "lecture-mlp.toml"}"\nname = "mine"\n', encoding="utf-8")
    card = recipe_card(str(file))
    assert (card.name, card.group, card.about, card.task) == ("mine", Group.OWN, "Mine. It is slow.", "classify")


def test_card_of_a_file_that_is_not_there_explains_it(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="cannot be read"):
        recipe_card(str(tmp_path / "none.toml"))


def test_recipes_and_runs_are_listed_without_torch() -> None:
    code = "import sys, training.catalogue, training.runs; training.catalogue.our_recipes(); sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
