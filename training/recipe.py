"""What a training run is asked to do: a TOML file over a base, typed overrides, one hash. No task's own options: see training.tasks."""

from __future__ import annotations

import dataclasses
import difflib
import hashlib
import json
import tomllib
import types
import typing
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from facekit.registry import resolve
from training.errors import TrainingError
from training.recipe_files import RECIPE_NAME, read_values
from training.tasks import TASKS


@dataclass(frozen=True, slots=True)
class NetRecipe:
    """The network.

    Args:
        name: In facekit.nets.
        arguments: What it is built with.
        weights: To start from: a safetensors file, a run's checkpoint, or a model's name; "" starts from random weights.
        trainable: Names of the parts that learn, as training.freezing has them; empty for all.
        keep_norms: Batch norm stays as it is, statistics too: those of a few persons would be worse than none.
    """

    name: str = "residual-encoder"
    arguments: Mapping[str, Any] = field(default_factory=dict)
    weights: str = ""
    trainable: tuple[str, ...] = ()
    keep_norms: bool = False


@dataclass(frozen=True, slots=True)
class OptimRecipe:
    """Weight decay is on matrices and filters, not on biases and norms.

    Args:
        name: In training.optim.
        lr: The highest rate.
        clip_norm: Longest gradient, 0 for no limit.
    """

    name: str = "adamw"
    lr: float = 1e-3
    weight_decay: float = 0.02
    betas: tuple[float, float] = (0.9, 0.999)
    clip_norm: float = 5.0


@dataclass(frozen=True, slots=True)
class ScheduleRecipe:
    """Warm-up and cosine to `floor`, over steps or minutes: whichever comes first, 0 for not that one.

    Args:
        floor: Share of the highest rate at the end.
    """

    steps: int = 0
    minutes: float = 0.0
    warmup_steps: int = 100
    floor: float = 0.01


@dataclass(frozen=True, slots=True)
class RunRecipe:
    """Where and how it runs.

    Args:
        accelerator: "auto", "cpu", "cuda" or "mps".
        devices: Processes, one a device; under torchrun its own count holds.
        precision: "32-true" or "bf16-mixed", as Lightning Fabric names them; "auto" for the second where the hardware has it.
        compiled: Let torch fuse the network's layers (needs a C++ compiler): a fifth faster on processors after half a minute of compiling.
        threads: Of torch a process, 0 for its own choice.
        log_every: Steps, as of the next two; 0 for never.
        best: The figure that chooses the best checkpoint; with a leading "-" the smallest.
    """

    accelerator: str = "auto"
    devices: int = 1
    precision: str = "auto"
    channels_last: bool = True
    compiled: bool = False
    threads: int = 0
    log_every: int = 50
    evaluate_every: int = 1000
    checkpoint_every: int = 500
    best: str = ""


@dataclass(frozen=True, slots=True)
class Recipe:
    """A whole run, resolved.

    Args:
        task: In training.tasks; it fixes the type of `options`.
        options: The task's own: data, augmentation, loss.
    """

    name: str
    task: str
    options: Any
    seed: int = 0
    net: NetRecipe = NetRecipe()
    optim: OptimRecipe = OptimRecipe()
    schedule: ScheduleRecipe = ScheduleRecipe()
    run: RunRecipe = RunRecipe()

    def as_json(self) -> dict[str, Any]:
        """Plain values, which `recipe_from` reads again."""
        return dataclasses.asdict(self)

    @property
    def recipe_hash(self) -> str:
        """16 hexadecimal digits of everything in it."""
        text = json.dumps(self.as_json(), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def save(self, folder: Path) -> None:
        """Write recipe.json into a run's folder."""
        text = json.dumps(self.as_json(), indent=1, ensure_ascii=False)
        (folder / RECIPE_NAME).write_text(text + "\n", encoding="utf-8")


def load_recipe(path: Path, overrides: Sequence[str] = ()) -> Recipe:
    """The recipe of a TOML file over its `base`, changed by "section.key=value" overrides.

    Raises:
        TrainingError: A file cannot be read, a key is unknown, or a value has the wrong type.
    """
    raw = read_values(path)
    for override in overrides:
        _override(raw, override)
    return recipe_from(raw)


def load_run_recipe(folder: Path) -> Recipe:
    """The recipe that a run was started with."""
    try:
        return recipe_from(json.loads((folder / RECIPE_NAME).read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise TrainingError(f"There is no run in {folder}: {error}.", hint="Give the folder that --out named.") from error


def recipe_from(raw: Mapping[str, Any]) -> Recipe:
    """The typed recipe of plain values.

    Raises:
        TrainingError: As load_recipe.
    """
    options_type = resolve(TASKS.entry(str(raw.get("task", ""))).target).Options
    values = {**raw, "options": _typed(raw.get("options", {}), options_type, "options")}
    recipe = _typed(values, Recipe, "")
    if recipe.schedule.steps <= 0 and recipe.schedule.minutes <= 0:
        raise TrainingError("The recipe has no end.", hint="Set schedule.steps or schedule.minutes.")
    return typing.cast(Recipe, recipe)


def _override(raw: dict[str, Any], override: str) -> None:
    """Set one value; it is read as TOML, or as it stands where that fails: optim.lr=0.01, task=distil."""
    key, sign, text = override.partition("=")
    if not sign or not key:
        raise TrainingError(f"{override!r} sets nothing.", hint="Write --set section.key=value.")
    try:
        value = tomllib.loads(f"v = {text}")["v"]
    except tomllib.TOMLDecodeError:
        value = text
    *sections, last = key.strip().split(".")
    for section in sections:
        raw = raw.setdefault(section, {})
        if not isinstance(raw, dict):
            raise TrainingError(f"{key!r} is not in a recipe: {section} holds a value.", hint="Look at recipe.json of a run.")
    raw[last] = value


def _typed(value: Any, kind: Any, place: str) -> Any:
    """The value as `kind`, checked; JSON and TOML know neither tuples nor dataclasses."""
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if dataclasses.is_dataclass(kind):
        if not isinstance(value, Mapping):  # options are typed before the rest
            return value if isinstance(value, typing.cast(type, kind)) else _refuse(value, kind, place)
        return _dataclass(value, kind, place)
    if kind is Any:
        return value
    if origin is tuple:
        return _tuple(value, inner, place)
    if origin is not None and isinstance(origin, type) and issubclass(origin, Mapping):
        return dict(value) if isinstance(value, Mapping) else _refuse(value, kind, place)
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    return value if type(value) is kind else _refuse(value, kind, place)


def _dataclass(value: Mapping[str, Any], kind: Any, place: str) -> Any:
    hints = typing.get_type_hints(kind)
    names = {item.name for item in dataclasses.fields(kind)}
    for key in value:
        if key not in names:
            near = difflib.get_close_matches(key, names, n=1)
            hint = f"Did you mean {near[0]!r}?" if near else f"Known here: {', '.join(sorted(names))}."
            raise TrainingError(f"The recipe has the unknown key {_join(place, key)!r}.", hint=hint)
    missing = [
        item.name
        for item in dataclasses.fields(kind)
        if item.name not in value and item.default is dataclasses.MISSING and item.default_factory is dataclasses.MISSING
    ]
    if missing:
        raise TrainingError(f"The recipe lacks {_join(place, missing[0])!r}.", hint="Set it in the file or with --set.")
    return kind(**{key: _typed(inner, hints[key], _join(place, key)) for key, inner in value.items()})


def _tuple(value: Any, inner: tuple[Any, ...], place: str) -> tuple[Any, ...]:
    if not isinstance(value, (list, tuple)):
        _refuse(value, f"list of {inner[0].__name__}", place)
    if inner[-1] is Ellipsis:
        return tuple(_typed(item, inner[0], place) for item in value)
    if len(value) != len(inner):
        raise TrainingError(f"{place} takes {len(inner)} values, not {len(value)}.", hint="Write [first, second].")
    return tuple(_typed(item, kind, place) for item, kind in zip(value, inner, strict=True))


def _refuse(value: Any, kind: Any, place: str) -> typing.NoReturn:
    wanted = kind.__name__ if isinstance(kind, (type, types.GenericAlias)) else str(kind)
    raise TrainingError(f"{place} is {value!r}, not of type {wanted}.", hint="Correct the recipe or the override.")


def _join(place: str, key: str) -> str:
    return f"{place}.{key}" if place else key
