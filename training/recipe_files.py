"""The recipes' TOML files over their bases, as plain values. No torch here: the window lists them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from training.errors import TrainingError

RECIPES = Path(__file__).parent / "recipes"
RECIPE_NAME = "recipe.json"
"""In a run's folder: the recipe as it was resolved."""


def recipe_file(name: Path) -> Path:
    """The file of a recipe of ours by its name; a TOML file is itself."""
    return name if name.suffix == ".toml" else RECIPES / f"{name}.toml"


def read_values(name: Path) -> dict[str, Any]:
    """What a recipe says, its base below it.

    Raises:
        TrainingError: A file cannot be read, or is its own base.
    """
    return _with_base(recipe_file(name), ())


def _with_base(found: Path, seen: tuple[Path, ...]) -> dict[str, Any]:
    try:
        raw = tomllib.loads(found.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        known = ", ".join(sorted(file.stem for file in RECIPES.glob("*.toml")))
        raise TrainingError(f"The recipe {found} cannot be read: {error}.", hint=f"Ours: {known}.") from error
    base = raw.pop("base", None)
    if base is None:
        return raw
    if found in seen:
        raise TrainingError(f"The recipe {found} is its own base.", hint="Remove the line base.")
    return _merged(_with_base(found.parent / base, (*seen, found)), raw)


def _merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        both = isinstance(value, dict) and isinstance(merged.get(key), dict)
        merged[key] = _merged(merged[key], value) if both else value
    return merged
