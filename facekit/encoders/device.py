"""Which runtime and device an encoder gets, and why: said aloud, never a silent fall back to the processor."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass

from facekit.cards import ModelCard
from facekit.errors import ModelError


@dataclass(frozen=True, slots=True)
class DeviceChoice:
    """A runtime with its device.

    Args:
        runtime: A row of RUNTIMES.
        device: "cpu", "cuda", "mps".
        reason: One sentence for doctor and the status line.
    """

    runtime: str
    device: str
    reason: str


_ASKED = {
    "onnx": ("onnx", "cpu"),
    "onnx-int8": ("onnx-int8", "cpu"),
    "torch-cpu": ("torch", "cpu"),
    "cuda": ("torch", "cuda"),
    "mps": ("torch", "mps"),
}


def choose(asked: str, card: ModelCard) -> DeviceChoice:
    """The runtime and device for a model.

    Args:
        asked: "auto", "onnx", "onnx-int8", "cuda", "mps" or "torch-cpu" (the setting `runtime`).

    Raises:
        ModelError: What was asked for by name is not to be had: an explicit wish is never replaced by something else.
    """
    if asked == "auto":
        return _automatic(card)
    if asked not in _ASKED:
        raise ModelError(f"There is no runtime {asked!r}.", hint=f"Choose auto, {', '.join(_ASKED)}.")
    runtime, device = _ASKED[asked]
    missing = _why_not(runtime, device, card)
    if missing:
        raise ModelError(f"{card.model_id} cannot run on {asked}: {missing}.", hint="Choose auto, or mend what is missing.")
    return DeviceChoice(runtime, device, "asked for in the settings")


def _automatic(card: ModelCard) -> DeviceChoice:
    from facekit.encoders.gpus import may_have_a_card

    # Importing torch only to hear that there is no card takes seconds, which every start of the engine would wait for.
    for device in ("cuda", "mps") if may_have_a_card() else ():
        if not _why_not("torch", device, card):
            return DeviceChoice("torch", device, f"{device} is there and torch can use it")
    if not _why_not("onnx", "cpu", card):
        return DeviceChoice("onnx", "cpu", f"no GPU that torch can use ({gpu_report()})")
    missing = _why_not("torch", "cpu", card)
    if missing:
        raise ModelError(f"{card.model_id} cannot run here: {missing}.", hint="make run installs all that is needed.")
    return DeviceChoice("torch", "cpu", f"no ONNX file, and no GPU that torch can use ({gpu_report()})")


def _why_not(runtime: str, device: str, card: ModelCard) -> str:
    """Empty when the model can run so; else what stands in the way."""
    if runtime not in card.files:
        return f"it has no {runtime} weights"
    module = {"onnx": "onnxruntime", "onnx-int8": "onnxruntime", "torch": "torch"}[runtime]
    if importlib.util.find_spec(module) is None:
        return f"{module} is not installed"
    if device == "cpu":
        return ""
    import torch  # after the check: without torch the answer must still come

    there = torch.cuda.is_available() if device == "cuda" else torch.backends.mps.is_available()
    return "" if there else f"torch {torch.__version__} finds no {device} device"


def gpu_report() -> str:
    """What is known of a GPU, in words: none seen, or one that is there but unused and why."""
    from facekit.encoders.gpus import graphics_cards  # reads the machine; not needed to open a model by name

    cards = graphics_cards()
    if not cards:
        return "none seen"
    names = ", ".join(cards)
    if importlib.util.find_spec("torch") is None:
        return f"{names} is there but unused: torch is not installed"
    import torch

    if torch.version.cuda is None and not torch.backends.mps.is_available():
        return f"{names} is there but unused: this torch {torch.__version__} was built without CUDA"
    return f"{names} is there but torch {torch.__version__} cannot use it: check the driver"
