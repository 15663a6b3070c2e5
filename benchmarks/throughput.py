"""Encodings a second of our encoders beside InceptionResnetV1 and dlib's encoder in one run, and pictures a second in training.

    python -m benchmarks.throughput [--seconds 5] [--rival-python PATH] [--encoder NAME …]

PATH is the Python of an environment with dlib, as benchmarks.rivals has it; for this alone prebuilt packages will do:
python3 -m venv /tmp/rival && /tmp/rival/bin/pip install 'setuptools<80' dlib-bin face_recognition_models
Each system runs in a process of its own, one after the other, on one thread and on two, one face at a time and 32. On a CUDA card, where
there is one, also the share of what its own matrix product reaches. For speed InceptionResnetV1's random weights are as good as any.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from benchmarks.kept import keep
from facekit.cards import verified_file
from facekit.encoders.torch import load_net
from facekit.nets import NETS
from facekit.weights import BUNDLED, find_model, installed
from training.export import export_onnx

_WORKER = Path(__file__).with_name("throughput_worker.py")
_THREADS, _BATCHES, _TRAINING_BATCH = (1, 2), (1, 32), 128
_DEVICE_BATCHES = (1, 32, 256)
_MATRIX = {"cuda": 8192, "cpu": 512}
_TIMES = 20


def rows(encoders: Sequence[str], rival_python: str, folder: Path, seconds: float) -> list[dict[str, Any]]:
    """All systems on the processor, each at every number of threads and faces."""
    inception = export_onnx(NETS.create("inception-resnet-v1"), folder / "inception.onnx", input_size=160)
    systems = [(f"{model}, {runtime}", f"facekit:{runtime}/{model}", sys.executable) for model, runtime in _runtimes(encoders)]
    systems += [
        ("InceptionResnetV1, onnx", f"inception_onnx:{inception}", sys.executable),
        ("InceptionResnetV1, torch", "inception_torch", sys.executable),
        ("dlib", "dlib", rival_python),
    ]
    return [{"system": shown, "cells": _cells(system, python, _BATCHES, seconds)} for shown, system, python in systems]


def training_rows(encoder: str, seconds: float) -> list[dict[str, Any]]:
    """A training step of the encoder's network in both precisions."""
    return [
        {"precision": precision, "cells": _cells(f"training:{precision}/{encoder}", sys.executable, (_TRAINING_BATCH,), seconds)}
        for precision in ("fp32", "bf16")
    ]


def device_rows(net: nn.Module, device: str, *, size: int, batches: Sequence[int] = _DEVICE_BATCHES) -> list[dict[str, Any]]:
    """Encodings a second of a network on a torch device, and the share of what its matrix product reaches there."""
    found = []
    for dtype in (torch.float32, torch.bfloat16):
        peak = matrix_product_flops(device, dtype)
        moved = net.to(device, dtype).eval()
        for batch in batches:
            faces = torch.zeros(batch, 3, size, size, device=device, dtype=dtype)
            per_s = batch / _seconds(moved, faces, device)
            flops = per_s * flops_per_face(moved, faces[:1])
            found.append({"precision": str(dtype).removeprefix("torch."), "batch": batch, "per_s": per_s, "share_of_peak": flops / peak})
    return found


def flops_per_face(net: nn.Module, face: torch.Tensor) -> int:
    """Floating-point operations of one face, a multiplication and an addition counted as two."""
    with FlopCounterMode(display=False) as counter, torch.inference_mode():
        net(face)
    return int(counter.get_total_flops())


def matrix_product_flops(device: str, dtype: torch.dtype) -> float:
    """Operations a second of a large square matrix product: the peak that the device reaches in practice."""
    side = _MATRIX[torch.device(device).type]
    matrix = torch.ones(side, side, device=device, dtype=dtype)
    return 2 * side**3 / _seconds(matrix.matmul, matrix, device)


def _seconds(step: Any, argument: torch.Tensor, device: str) -> float:
    """Mean seconds of one call."""
    with torch.inference_mode():
        step(argument)
        _wait(device)
        started = time.perf_counter()
        for _ in range(_TIMES):
            step(argument)
        _wait(device)
    return (time.perf_counter() - started) / _TIMES


def _wait(device: str) -> None:
    if torch.device(device).type == "cuda":
        torch.cuda.synchronize()


def _cells(system: str, python: str, batches: Sequence[int], seconds: float) -> list[dict[str, Any]]:
    return [
        {"threads": threads, "batch": batch, **worked(system, python, threads, batch, seconds)} for threads in _THREADS for batch in batches
    ]


def worked(
    system: str, python: str, threads: int, batch: int, seconds: float, environment: Mapping[str, str] = MappingProxyType({})
) -> dict[str, Any]:
    """What a worker process of its own measures, or the last word of one that failed."""
    limits = {name: str(threads) for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")}
    everything = {**os.environ, **limits, "OMP_WAIT_POLICY": "PASSIVE", "PYTHONPATH": str(_WORKER.parents[1]), **environment}
    command = [python, str(_WORKER), system, str(batch), str(seconds)]
    run = subprocess.run(command, env=everything, capture_output=True, text=True, check=False)
    if run.returncode:
        return {"failed": (run.stderr.strip().splitlines() or ["no word"])[-1]}
    figures: dict[str, Any] = json.loads(run.stdout.strip().splitlines()[-1])
    return figures


def _runtimes(encoders: Sequence[str]) -> list[tuple[str, str]]:
    """Each encoder with each kind of ONNX file that it has."""
    cards = [find_model(name, task="encode")[0] for name in encoders]
    return [(card.model_id, runtime) for card in cards for runtime in ("onnx", "onnx-int8") if runtime in card.files]


def shipped() -> list[str]:
    """The encoders that come with the program."""
    return [card.model_id for card, folder in installed() if card.task == "encode" and folder.parent == BUNDLED]


def main() -> None:
    """Measure, keep, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=5.0, help="of each measurement")
    parser.add_argument("--rival-python", default=sys.executable)
    parser.add_argument("--encoder", action="append", dest="encoders", help="all that come with the program unless given")
    args = parser.parse_args()
    encoders = args.encoders or shipped()
    card, folder = find_model(encoders[-1], task="encode")
    with tempfile.TemporaryDirectory() as scratch:
        figures = {
            "load_average": round(os.getloadavg()[0], 1),
            "encoding": rows(encoders, args.rival_python, Path(scratch), args.seconds),
            "training": {"encoder": card.model_id, "batch": _TRAINING_BATCH, "rows": training_rows(card.model_id, args.seconds)},
            "cuda": None,
        }
    if torch.cuda.is_available():
        net = load_net(card, verified_file(card, folder, "torch"))
        figures["cuda"] = {
            "device": torch.cuda.get_device_name(),
            "encoder": card.model_id,
            "rows": device_rows(net, "cuda", size=card.input_size),
        }
    print(json.dumps(figures, indent=1))
    print(keep("throughput", figures))


if __name__ == "__main__":
    main()
