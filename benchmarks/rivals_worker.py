"""One face system over a list of pictures, in a process of its own: run by benchmarks/rivals.py, with the Python that has the system.

    python rivals_worker.py SYSTEM PICTURES.txt OUT.npz

Knows nothing of Facekit unless SYSTEM is facekit, so that it also runs where only the rival is installed.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

Boxes = list[tuple[float, float, float, float]]
Vector = "np.ndarray[Any, Any] | None"


def prominent(boxes: Boxes, height: int, width: int) -> int:
    """The row of the box (x0, y0, x1, y1) that is large and near the middle: the same rule for every system."""

    def score(box: tuple[float, float, float, float]) -> float:
        x0, y0, x1, y1 = box
        return (x1 - x0) * (y1 - y0) - 2 * (((x0 + x1 - width) / 2) ** 2 + ((y0 + y1 - height) / 2) ** 2)

    return max(range(len(boxes)), key=lambda row: score(boxes[row]))


def facekit() -> Callable[[Path], Any]:
    """Facekit as it comes: MTCNN, our encoder on ONNX Runtime."""
    from facekit.imaging import read_image
    from facekit.pipeline import FacePipeline
    from facekit.pipeline_config import PipelineConfig

    pipeline = FacePipeline.load(PipelineConfig())

    def encode(path: Path) -> Any:
        pixels = read_image(path)
        samples = pipeline.samples(pixels)
        if not samples:
            return None
        boxes = [(s.face.box.x0, s.face.box.y0, s.face.box.x1, s.face.box.y1) for s in samples]
        return samples[prominent(boxes, pixels.shape[0], pixels.shape[1])].embedding.vector

    return encode


def face_recognition() -> Callable[[Path], Any]:
    """face_recognition as its README uses it: HOG detector, dlib's 128 numbers."""
    import face_recognition as rival

    def encode(path: Path) -> Any:
        pixels = rival.load_image_file(str(path))
        places = rival.face_locations(pixels)
        if not places:
            return None
        boxes = [(float(left), float(top), float(right), float(bottom)) for top, right, bottom, left in places]
        chosen = places[prominent(boxes, pixels.shape[0], pixels.shape[1])]
        return rival.face_encodings(pixels, [chosen])[0]

    return encode


def facenet_pytorch() -> Callable[[Path], Any]:
    """facenet-pytorch's MTCNN and InceptionResnetV1: the vggface2 weights where they were fetched, else speed alone with none."""
    import torch
    from facenet_pytorch import MTCNN, InceptionResnetV1, extract_face, fixed_image_standardization
    from PIL import Image

    detector = MTCNN(keep_all=True)
    net = InceptionResnetV1(pretrained=None).eval()
    weights = _vggface2()
    if weights:
        net.load_state_dict(weights, strict=False)

    def encode(path: Path) -> Any:
        picture = Image.open(path).convert("RGB")
        boxes, _ = detector.detect(picture)
        if boxes is None:
            return None
        row = prominent([(float(x0), float(y0), float(x1), float(y1)) for x0, y0, x1, y1 in boxes], picture.height, picture.width)
        crop = fixed_image_standardization(extract_face(picture, boxes[row]).float())
        with torch.inference_mode():
            return net(crop[None])[0].numpy() if weights else net(crop[None])[0].numpy() * np.nan

    return encode


def _vggface2() -> Any:
    from safetensors.torch import load_file

    from facekit.cards import verified_file
    from facekit.errors import ModelError
    from facekit.weights import find_model

    try:
        return load_file(verified_file(*find_model("vggface2", task="encode"), "torch"))
    except ModelError:
        return None


SYSTEMS: dict[str, Callable[[], Callable[[Path], Any]]] = {
    "facekit": facekit,
    "face_recognition": face_recognition,
    "facenet_pytorch": facenet_pytorch,
}


def main() -> None:
    """Vectors (NaN rows where no face was found) and processor milliseconds a picture to OUT.npz; start-up and memory as JSON on stdout."""
    system, listing, out = sys.argv[1:4]
    paths = [Path(line) for line in Path(listing).read_text(encoding="utf-8").splitlines()]
    started = time.perf_counter()
    encode = SYSTEMS[system]()
    encode(paths[0])
    start_up_s = time.perf_counter() - started
    vectors, times_ms, found = [], [], []
    for path in paths:
        before = time.process_time()
        vectors.append(encode(path))
        times_ms.append(1000 * (time.process_time() - before))
        found.append(vectors[-1] is not None)
    size = next(len(vector) for vector in vectors if vector is not None)
    rows = [np.full(size, np.nan) if vector is None else np.asarray(vector, np.float64) for vector in vectors]
    np.savez(out, vectors=np.stack(rows), times_ms=np.array(times_ms), found=np.array(found))
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"start_up_s": start_up_s, "peak_mb": peak_mb, "cpu_s": time.process_time()}))


if __name__ == "__main__":
    main()
