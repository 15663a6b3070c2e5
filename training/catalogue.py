"""What can be trained, for lists: every recipe of ours with what it is, what it needs and how long it is. No torch here."""

from __future__ import annotations

import glob
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from training.recipe_files import RECIPES, read_values, recipe_file

_SHORT = "-short"
_BASES = frozenset({"lecture-cifar-base"})
"""Recipes that are only there to be built on."""
_PLACES = ("source", "sources", "labels", "root", "faces", "scenes", "backgrounds", "pairs", "targets", "heldout")
"""The options of all tasks that name files or folders."""


class Group(StrEnum):
    """What a recipe is for."""

    LECTURE = "lecture"
    ENCODER = "encoder"
    DETECTOR = "detector"
    COMPARISON = "comparison"
    OWN = "own"


_GROUPS = {
    "lecture": Group.LECTURE,
    "encoder": Group.ENCODER,
    "detector": Group.DETECTOR,
    "landmarker": Group.DETECTOR,
    "backbone": Group.COMPARISON,
    "licence": Group.COMPARISON,
    "compare": Group.COMPARISON,
}


@dataclass(frozen=True, slots=True)
class Need:
    """Files or folders that a recipe reads.

    Args:
        key: As --set names it: "options.data.source".
        patterns: Paths or globs, each perhaps with the layout before it.
        is_list: Whether the recipe has a list there.
    """

    key: str
    patterns: tuple[str, ...]
    is_list: bool = False

    def is_there(self) -> bool:
        """Whether one of them at least is on this machine."""
        found = (glob.iglob(_without_layout(pattern), recursive=True) for pattern in self.patterns)  # noqa: PTH207  # it may be absolute
        return any(next(paths, None) for paths in found)

    def override(self, path: Path) -> str:
        """What --set takes to read that path in their place."""
        return f"{self.key}={json.dumps([str(path)] if self.is_list else str(path), ensure_ascii=False)}"


@dataclass(frozen=True, slots=True)
class RecipeCard:
    """One recipe as a list shows it.

    Args:
        recipe: What `python -m training run` is given: a name of ours, or a TOML file.
        about: The comment at the head of its file, without the lines that are commands.
        task: In training.tasks.
        steps, minutes: Its end, 0 for not that one.
        long: The name of the recipe whose short form it is; empty for none.
    """

    recipe: str
    name: str
    group: Group
    about: str
    task: str
    steps: int
    minutes: float
    needs: tuple[Need, ...]
    long: str = ""


def our_recipes() -> tuple[RecipeCard, ...]:
    """All that can be run as they are, by name; those that read nothing wait for a request of `retrain` to say what."""
    names = sorted(file.stem for file in RECIPES.glob("*.toml") if file.stem not in _BASES)
    return tuple(card for card in map(recipe_card, names) if card.needs)


def recipe_card(recipe: str) -> RecipeCard:
    """The card of a recipe of ours, or of a TOML file.

    Raises:
        TrainingError: It cannot be read.
    """
    values = read_values(Path(recipe))
    file = recipe_file(Path(recipe))
    is_ours = file.parent == RECIPES
    name, schedule = str(values.get("name", file.stem)), values.get("schedule", {})
    is_short = is_ours and file.stem.endswith(_SHORT)
    return RecipeCard(
        recipe=recipe,
        name=name,
        group=_GROUPS.get(name.partition("-")[0], Group.OWN) if is_ours else Group.OWN,
        about=_about(file),
        task=str(values.get("task", "")),
        steps=int(schedule.get("steps", 0)),
        minutes=float(schedule.get("minutes", 0)),
        needs=tuple(_needs(values)),
        long=file.stem.removesuffix(_SHORT) if is_short else "",
    )


def _about(file: Path) -> str:
    """Comment lines before the first other line; those that are indented are commands to be typed."""
    said = []
    for line in file.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            break
        if not line.startswith("#  "):
            said.append(line.removeprefix("#").strip())
    return " ".join(said)


def _needs(values: Mapping[str, Any]) -> Iterator[Need]:
    weights = str(values.get("net", {}).get("weights", ""))
    if weights.endswith(".safetensors"):
        yield Need("net.weights", (weights,))
    options = values.get("options", {})
    for section in ("data", "teaching"):
        for key in _PLACES:
            if found := options.get(section, {}).get(key):
                is_list = not isinstance(found, str)
                yield Need(f"options.{section}.{key}", tuple(found) if is_list else (found,), is_list)


def _without_layout(pattern: str) -> str:
    """ "celeba:../faces.zip" → "../faces.zip"; a drive's letter is no layout."""
    layout, colon, rest = pattern.partition(":")
    return rest if colon and len(layout) > 1 and "/" not in layout and "\\" not in layout else pattern
