"""The state of a run in one safetensors file: tensors as they are, the rest as JSON in its header. Whole or not there; no pickle."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.optim import Optimizer

from training.errors import TrainingError

_STATE = "state"


@dataclass(frozen=True, slots=True)
class RunState:
    """Where a run stands.

    Args:
        step: Steps done.
        epoch: That the next step belongs to.
        batch: Place of the next step's batch in the epoch.
        seconds: Spent so far, over all its resumes.
        figures: Of the last evaluation.
        best: The best figure so far, as the recipe's run.best counts; None before the first.
        recipe_hash: Of the recipe that made it.
    """

    step: int = 0
    epoch: int = 0
    batch: int = 0
    seconds: float = 0.0
    figures: Mapping[str, float] = field(default_factory=dict)
    best: float | None = None
    recipe_hash: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Trained:
    """What changes while a run goes on."""

    net: nn.Module
    criterion: nn.Module
    optimizer: Optimizer


def checkpoint_path(folder: Path, name: str) -> Path:
    """The file of a run's "last" or "best" state."""
    return folder / f"{name}.safetensors"


def save_checkpoint(path: Path, trained: Trained, state: RunState) -> None:
    """Write the file whole or not at all."""
    tensors = {f"net.{name}": tensor for name, tensor in trained.net.state_dict().items()}
    tensors |= {f"criterion.{name}": tensor for name, tensor in trained.criterion.state_dict().items()}
    tensors |= _optimizer_tensors(trained.optimizer)
    tensors["rng.torch"] = torch.get_rng_state()
    scratch = path.with_suffix(".part")
    plain = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    save_file(plain, scratch, metadata={_STATE: json.dumps(asdict(state))})
    scratch.replace(path)


def load_checkpoint(path: Path, trained: Trained) -> RunState:
    """Put the file's tensors in place and return where the run stood.

    Raises:
        TrainingError: The file cannot be read, or does not fit the network, the loss or the optimizer.
    """
    state, tensors = _read(path)
    try:
        trained.net.load_state_dict(_under("net.", tensors))
        trained.criterion.load_state_dict(_under("criterion.", tensors))
        _load_optimizer(trained.optimizer, _under("optim.", tensors))
    except (RuntimeError, ValueError, KeyError) as error:
        raise TrainingError(f"The checkpoint {path} does not fit this recipe: {error}.", hint="Resume with the run's recipe.") from error
    torch.set_rng_state(tensors["rng.torch"])
    return state


def load_net_weights(path: Path) -> tuple[dict[str, Tensor], RunState]:
    """The network's tensors of a checkpoint, on the processor, and where the run stood.

    Raises:
        TrainingError: The file cannot be read.
    """
    state, tensors = _read(path)
    return _under("net.", tensors), state


def load_weights(path: Path) -> dict[str, Tensor]:
    """The network's tensors, float32 on the processor: of a checkpoint, or of a file that holds nothing else.

    Raises:
        TrainingError: The file cannot be read.
    """
    try:
        with safe_open(path, "pt") as file:
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  # the file is no mapping
            is_checkpoint = _STATE in (file.metadata() or {})
    except (OSError, SafetensorError) as error:
        raise TrainingError(f"The weights {path} cannot be read: {error}.", hint="Correct net.weights.") from error
    found = _under("net.", tensors) if is_checkpoint else tensors
    return {name: tensor.float() if tensor.is_floating_point() else tensor for name, tensor in found.items()}


def _read(path: Path) -> tuple[RunState, dict[str, Tensor]]:
    try:
        with safe_open(path, "pt") as file:
            state = RunState(**json.loads(file.metadata()[_STATE]))
            return state, {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  # the file is no mapping
    except (OSError, SafetensorError, KeyError, TypeError, ValueError) as error:
        raise TrainingError(f"The checkpoint {path} cannot be read: {error}.", hint="Start the run anew, or take its other one.") from error


def _optimizer_tensors(optimizer: Optimizer) -> dict[str, Tensor]:
    """Rates and decay are not kept: they follow from the recipe and the step."""
    states = optimizer.state_dict()["state"]
    return {f"optim.{index}.{name}": tensor for index, values in states.items() for name, tensor in values.items()}


def _load_optimizer(optimizer: Optimizer, tensors: Mapping[str, Tensor]) -> None:
    states: dict[int, dict[str, Tensor]] = {}
    for key, tensor in tensors.items():
        index, _, name = key.partition(".")
        states.setdefault(int(index), {})[name] = tensor
    optimizer.load_state_dict({"state": states, "param_groups": optimizer.state_dict()["param_groups"]})


def _under(prefix: str, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}
