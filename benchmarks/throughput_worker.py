"""One encoder, or one training step, over and over in a process of its own: run by benchmarks/throughput.py, with the Python that has it.

    OMP_NUM_THREADS=N python throughput_worker.py SYSTEM[:ARGUMENT] BATCH SECONDS

Aligned faces of noise in, vectors out: from 8-bit pixels, as each system takes them. Knows nothing of Facekit unless SYSTEM does, so that
it also runs where only a rival is installed.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

Step = Callable[[], object]
"""One batch."""
_LEAST_STEPS = 3


def noise(count: int, size: int) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """count×size×size×3 uint8."""
    return np.random.default_rng(0).integers(0, 256, (count, size, size, 3), dtype=np.uint8)


def facekit(argument: str, batch: int) -> Step:
    """RUNTIME/MODEL as facekit opens it."""
    from facekit.encoders import open_encoder
    from facekit.types import AlignedFace

    runtime, model = argument.split("/")
    encoder = open_encoder(model, runtime)
    faces = [AlignedFace(face) for face in noise(batch, encoder.card.input_size)]
    return lambda: encoder.encode(faces)


def inception_torch(_: str, batch: int) -> Step:
    """facenet-pytorch's InceptionResnetV1 with random weights, which are as fast as any."""
    import torch

    from facekit.nets import NETS

    torch.set_num_threads(threads())
    net, faces = NETS.create("inception-resnet-v1").eval(), noise(batch, 160)

    def step() -> object:
        with torch.inference_mode():
            return net((torch.from_numpy(faces).permute(0, 3, 1, 2).float() - 127.5) / 128)

    return step


def inception_onnx(path: str, batch: int) -> Step:
    """The same network as an ONNX file."""
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.intra_op_num_threads = threads()
    session = ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    faces = noise(batch, 160)
    return lambda: session.run(None, {"faces": ((faces.astype(np.float32) - 127.5) / 128).transpose(0, 3, 1, 2).copy()})


def dlib(_: str, batch: int) -> Step:
    """dlib's face encoder, the one in face_recognition, on its own 150×150 chips."""
    import dlib as rival
    import face_recognition_models

    encoder = rival.face_recognition_model_v1(face_recognition_models.face_recognition_model_location())
    chips = list(noise(batch, 150))
    return lambda: encoder.compute_face_descriptor(chips)


def training(argument: str, batch: int) -> Step:
    """PRECISION/MODEL: one step of AdamW on the model's network, channels last, as training.loop does it."""
    import torch

    from facekit.nets import NETS
    from facekit.weights import find_model

    precision, model = argument.split("/")
    torch.set_num_threads(threads())
    card, _ = find_model(model, task="encode")
    net = NETS.create(card.net, **card.net_arguments).to(memory_format=torch.channels_last).train()
    optimizer = torch.optim.AdamW(net.parameters(), lr=1e-3)
    pixels = torch.from_numpy(noise(batch, card.input_size)).permute(0, 3, 1, 2)
    targets = torch.nn.functional.normalize(torch.randn(batch, card.embedding_size), dim=1)

    def step() -> object:
        with torch.autocast("cpu", torch.bfloat16, enabled=precision == "bf16"):
            vectors = net(((pixels.float() - 127.5) / 128).contiguous(memory_format=torch.channels_last))
        loss = (1 - (vectors.float() * targets).sum(dim=1)).mean()
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        return loss

    return step


def threads() -> int:
    """As the environment has it."""
    return int(os.environ.get("OMP_NUM_THREADS", "1"))


SYSTEMS: dict[str, Callable[[str, int], Step]] = {
    "facekit": facekit,
    "inception_torch": inception_torch,
    "inception_onnx": inception_onnx,
    "dlib": dlib,
    "training": training,
}


def measure(step: Step, batch: int, seconds: float) -> dict[str, float]:
    """Pictures a second by the clock, the median of the batches, and processor milliseconds a picture."""
    step()
    times: list[float] = []
    processor, started = time.process_time(), time.perf_counter()
    while len(times) < _LEAST_STEPS or time.perf_counter() - started < seconds:
        before = time.perf_counter()
        step()
        times.append(time.perf_counter() - before)
    spent = 1000 * (time.process_time() - processor) / (batch * len(times))
    return {"pictures_per_s": batch / float(np.median(times)), "processor_ms": spent}


def main() -> None:
    """The figures as JSON on stdout."""
    system, batch, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
    name, _, argument = system.partition(":")
    print(json.dumps(measure(SYSTEMS[name](argument, batch), batch, seconds)))


if __name__ == "__main__":
    main()
