"""A published torch state dict made into safetensors, once, when it is imported."""

from __future__ import annotations

import pickle
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from facekit.errors import ModelError
from facekit.nets import NETS


def state_dict_to_safetensors(source: Path, target: Path, net: str) -> Path:
    """`target`, written with those tensors of `source` that the network has; its training head is left behind.

    The source is read with torch's restricted reader (tensors and plain containers only, torch ≥ 2.6), or as safetensors.

    Raises:
        ModelError: The file is no state dict, or does not fit the network.
    """
    weights = _read(source)
    wanted = NETS.create(net).state_dict()
    missing = [name for name, tensor in wanted.items() if name not in weights or weights[name].shape != tensor.shape]
    if missing:
        raise ModelError(
            f"{source} does not fit the network {net}: {missing[0]} and {len(missing) - 1} more are missing or of another shape."
        )
    kept = {name: weights[name].contiguous() for name in wanted}
    if not all(torch.isfinite(tensor).all() for tensor in kept.values() if tensor.is_floating_point()):
        raise ModelError(f"{source} holds NaN or infinity.")
    save_file(kept, target)
    return target


def _read(source: Path) -> dict[str, torch.Tensor]:
    with source.open("rb") as file:
        packed = file.read(2) in {b"PK", b"\x80\x02"}
    try:
        loaded = torch.load(source, map_location="cpu", weights_only=True) if packed else load_file(source)
    except (SafetensorError, pickle.UnpicklingError, RuntimeError, EOFError, ValueError, OSError) as error:
        raise ModelError(f"{source} is no state dict that can be read safely: {error}.") from error
    if not isinstance(loaded, dict) or not all(isinstance(tensor, torch.Tensor) for tensor in loaded.values()):
        raise ModelError(f"{source} is no state dict.")
    return loaded
