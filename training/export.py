"""A trained network as the files that the product reads. No measuring: that needs the exported files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn

from facekit.cards import ModelCard, save_card, weight_file
from facekit.nets import NETS
from training.checkpoint import RunState, checkpoint_path, load_net_weights
from training.events import EVENTS_NAME, Started, from_line
from training.recipe import Recipe, load_run_recipe
from training.tasks.encoder import MEAN, STD, embedding_size, input_size


def export_onnx(net: nn.Module, path: Path, *, input_size: int) -> Path:
    """`path`, written as an ONNX graph of the network: faces (n, 3, S, S) float32 → embeddings (n, D), any n, weights inside the file."""
    faces = torch.zeros(2, 3, input_size, input_size)
    program = torch.onnx.export(
        net.eval(),
        (faces,),
        input_names=["faces"],
        output_names=["embeddings"],
        dynamic_shapes=({0: torch.export.Dim("n")},),
        dynamo=True,
        verbose=False,
    )
    if program is None:
        raise RuntimeError("torch.onnx.export gave no program")
    program.save(path, external_data=False)
    return path


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """What becomes of a run.

    Args:
        name: The model's id and the name of its folder.
        which: "last" or "best" of the checkpoints.
        licence: For the card, as of the next.
        data: What it was trained on; empty for the faces that the run counted.
    """

    name: str
    which: str = "last"
    licence: str = ""
    data: str = ""


def export_encoder(run: Path, to: Path, options: ExportOptions) -> ModelCard:
    """The card of `to`/`name`, written with safetensors (16 bits) and ONNX; both hold the same rounded weights.

    Figures and thresholds are not in it: they are measured on the exported files, by benchmarks.calibrate_encoder.

    Raises:
        TrainingError: The run has no such checkpoint.
    """
    recipe = load_run_recipe(run)
    net = NETS.create(recipe.net.name, **recipe.net.arguments)
    weights, state = load_net_weights(checkpoint_path(run, options.which))
    half = {name: tensor.half() if tensor.is_floating_point() else tensor for name, tensor in weights.items()}
    net.load_state_dict({name: tensor.float() if tensor.is_floating_point() else tensor for name, tensor in half.items()})
    folder = to / options.name
    folder.mkdir(parents=True, exist_ok=True)
    side = input_size(net)
    onnx = export_onnx(net, folder / f"{options.name}.onnx", input_size=side)
    tensors = folder / f"{options.name}.safetensors"
    save_file({name: tensor.contiguous() for name, tensor in half.items()}, tensors)
    card = ModelCard(
        model_id=options.name,
        task="encode",
        net=recipe.net.name,
        net_arguments=recipe.net.arguments,
        files={"onnx": weight_file(onnx), "torch": weight_file(tensors)},
        input_size=side,
        mean=MEAN,
        std=STD,
        embedding_size=embedding_size(net),
        licence=options.licence or "that of the training data and of the teacher: not stated",
        data=options.data or counted_faces(run),
        origin=_origin(recipe, state),
        date=datetime.now(UTC).date().isoformat(),
        recipe_hash=state.recipe_hash,
    )
    save_card(card, folder)
    return card


def _origin(recipe: Recipe, state: RunState) -> str:
    start = recipe.net.weights or "random weights"
    return f"trained for Facekit by the recipe {recipe.name} from {start}: {state.step:,} steps in {state.seconds / 3600:.1f} hours"


def counted_faces(run: Path) -> str:
    """The sizes that the run told when it last started."""
    if not (run / EVENTS_NAME).is_file():
        return "not stated"
    lines = (run / EVENTS_NAME).read_text(encoding="utf-8").splitlines()
    sizes = [event.sizes for line in lines if isinstance(event := from_line(line), Started)][-1]
    return ", ".join(f"{name} {count:,}" for name, count in sizes.items() if name != "parameters")
