"""A trained network as the files that the product reads. No measuring: that needs the exported files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import onnx
import torch
from safetensors.torch import save_file
from torch import Tensor, nn

from facekit.cards import ModelCard, save_card, weight_file
from facekit.nets import NETS
from facekit.nets.windows import SIDE, WindowNet, as_convolutions
from training.checkpoint import RunState, checkpoint_path, load_net_weights
from training.events import EVENTS_NAME, Started, from_line
from training.recipe import Recipe, load_run_recipe
from training.tasks.encoder import MEAN, STD, embedding_size, input_size


def export_onnx(net: nn.Module, path: Path, *, input_size: int) -> Path:
    """`path`, written as an ONNX graph of the network: faces (n, 3, S, S) float32 → embeddings (n, D), any n, weights inside the file."""
    faces = torch.zeros(2, 3, input_size, input_size)
    return _written(net, path, faces, ("faces", "embeddings"), {0: torch.export.Dim("n")})


def _written(net: nn.Module, path: Path, example: Tensor, names: tuple[str, str], free: dict[int, Any]) -> Path:
    """The graph of a network with one input and one output, by names; the axes in `free` have any length."""
    program = torch.onnx.export(
        net.eval(),
        (example,),
        input_names=[names[0]],
        output_names=[names[1]],
        dynamic_shapes=(free,),
        dynamo=True,
        verbose=False,
    )
    if program is None:
        raise RuntimeError("torch.onnx.export gave no program")
    program.save(path, external_data=False)
    return without_traces(path)


def without_traces(path: Path) -> Path:
    """`path`, an ONNX file, rewritten without what the exporter notes in it: names of folders of the machine that made it, for one."""
    model = onnx.load(path)
    graph = model.graph
    for part in (graph, *graph.node, *graph.value_info, *graph.input, *graph.output):
        part.ClearField("metadata_props")
        part.ClearField("doc_string")
    onnx.save(model, path)
    return path


def export_detector_onnx(net: nn.Module, path: Path) -> Path:
    """`path`, written as an ONNX graph: one picture (1, 3, H, W) float32 → answers (1, P, 15), H and W any multiples of 32."""
    height, width = (32 * torch.export.Dim(name, min=1, max=1024) for name in ("rows", "columns"))
    return _written(net, path, torch.zeros(1, 3, 96, 64), ("pictures", "answers"), {2: height, 3: width})


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


def export_run(run: Path, to: Path, options: ExportOptions) -> ModelCard:
    """The card of the run's model, by its task."""
    exports = {"detect": export_detector, "windows": export_windows, "landmarks": export_landmarker}
    return exports.get(load_run_recipe(run).task, export_encoder)(run, to, options)


def export_encoder(run: Path, to: Path, options: ExportOptions) -> ModelCard:
    """The card of `to`/`name`, written with safetensors (16 bits) and ONNX; both hold the same rounded weights.

    Figures and thresholds are not in it: they are measured on the exported files, by benchmarks.calibrate_encoder.

    Raises:
        TrainingError: The run has no such checkpoint.
    """
    taken = _taken(run, to, options)
    side = input_size(taken.net)
    onnx = {"onnx": export_onnx(taken.net, taken.folder / f"{options.name}.onnx", input_size=side)}
    return _carded(taken, options, onnx, "encode", input_size=side, embedding_size=embedding_size(taken.net))


def export_detector(run: Path, to: Path, options: ExportOptions) -> ModelCard:
    """As export_encoder: a detector, for pictures of any size. Its figures are measured by benchmarks.detection."""
    taken = _taken(run, to, options)
    onnx = {"onnx": export_detector_onnx(taken.net, taken.folder / f"{options.name}.onnx")}
    return _carded(taken, options, onnx, "detect", input_size=0, embedding_size=0)


def export_windows(run: Path, to: Path, options: ExportOptions) -> ModelCard:
    """As export_detector: the lecture's window classifier, and beside it the same as convolutions for pictures of any size."""
    taken = _taken(run, to, options)
    assert isinstance(taken.net, WindowNet)
    one, whole = torch.zeros(2, 3, SIDE, SIDE), torch.zeros(1, 3, 2 * SIDE, 3 * SIDE)
    dims = {axis: torch.export.Dim(name, min=SIDE) for axis, name in ((2, "height"), (3, "width"))}
    names = ("pictures", "answers")
    onnx = {
        "onnx": _written(taken.net, taken.folder / f"{options.name}.onnx", one, names, {0: torch.export.Dim("n")}),
        "onnx-convolutional": _written(as_convolutions(taken.net), taken.folder / f"{options.name}-convolutional.onnx", whole, names, dims),
    }
    return _carded(taken, options, onnx, "detect", input_size=SIDE, embedding_size=0)


def export_landmarker(run: Path, to: Path, options: ExportOptions) -> ModelCard:
    """As export_encoder: a landmarker, for the square about a face. Its figures are measured by benchmarks.landmarker."""
    taken = _taken(run, to, options)
    side = input_size(taken.net)
    squares = torch.zeros(2, 3, side, side)
    onnx = {"onnx": _written(taken.net, taken.folder / f"{options.name}.onnx", squares, ("squares", "answers"), {0: torch.export.Dim("n")})}
    return _carded(taken, options, onnx, "landmark", input_size=side, embedding_size=0)


@dataclass(frozen=True, slots=True, eq=False)
class _Taken:
    """A run's network with its rounded weights, and the folder that it goes to."""

    run: Path
    folder: Path
    recipe: Recipe
    state: RunState
    net: nn.Module
    half: dict[str, Tensor]


def _taken(run: Path, to: Path, options: ExportOptions) -> _Taken:
    recipe = load_run_recipe(run)
    net = NETS.create(recipe.net.name, **recipe.net.arguments)
    weights, state = load_net_weights(checkpoint_path(run, options.which))
    half = {name: tensor.half() if tensor.is_floating_point() else tensor for name, tensor in weights.items()}
    net.load_state_dict({name: tensor.float() if tensor.is_floating_point() else tensor for name, tensor in half.items()})
    folder = to / options.name
    folder.mkdir(parents=True, exist_ok=True)
    return _Taken(run, folder, recipe, state, net, half)


def _carded(taken: _Taken, options: ExportOptions, onnx: dict[str, Path], task: str, *, input_size: int, embedding_size: int) -> ModelCard:
    """The card, written beside the ONNX files, by runtime, and the tensors."""
    tensors = taken.folder / f"{options.name}.safetensors"
    save_file({name: tensor.contiguous() for name, tensor in taken.half.items()}, tensors)
    card = ModelCard(
        model_id=options.name,
        task=task,
        net=taken.recipe.net.name,
        net_arguments=taken.recipe.net.arguments,
        files={runtime: weight_file(path) for runtime, path in {**onnx, "torch": tensors}.items()},
        input_size=input_size,
        mean=MEAN,
        std=STD,
        embedding_size=embedding_size,
        licence=options.licence or "that of the training data and of the teacher: not stated",
        data=options.data or counted_faces(taken.run),
        origin=_origin(taken.recipe, taken.state),
        date=datetime.now(UTC).date().isoformat(),
        recipe_hash=taken.state.recipe_hash,
    )
    save_card(card, taken.folder)
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
