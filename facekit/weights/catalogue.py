"""Models of others that can be fetched or imported: where they are published, what their file must hash to, and how they are used."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Published:
    """A model that somebody else publishes.

    Args:
        name: Of the model here.
        task: "encode" or "detect".
        net: A row of facekit.nets, or the name of the network that reads the ONNX file.
        url: Of the file as published.
        sha256: The file must have it; "" where no trustworthy value is known: then what arrives first is shown and kept to.
        runtime: "torch": a state dict that is turned into safetensors once; "onnx": used as it is.
        input_size: Side of the aligned face, pixels; 0 for a detector.
    """

    name: str
    task: str
    net: str
    url: str
    sha256: str
    runtime: str
    input_size: int
    mean: float
    std: float
    embedding_size: int
    licence: str
    data: str
    origin: str


_FACENET = "https://github.com/timesler/facenet-pytorch/releases/download/v2.2.9/"
_FACENET_ORIGIN = "facenet-pytorch (Tim Esler), converted from David Sandberg's facenet"


def _inception(name: str, file: str, sha256: str, data: str) -> Published:
    licence = f"code MIT; weights carry the terms of {data}: research"
    return Published(
        name, "encode", "inception-resnet-v1", _FACENET + file, sha256, "torch", 160, 127.5, 128.0, 512, licence, data, _FACENET_ORIGIN
    )


_ALL = (
    _inception(
        "vggface2",
        "20180402-114759-vggface2.pt",
        "281cebca8662831adb987a874bdcb36e73f5b1c6dc5ee5878f305e985625d99b",
        "VGGFace2, 3.3 million pictures of 9,131 persons",
    ),
    _inception("casia-webface", "20180408-102900-casia-webface.pt", "", "CASIA-WebFace, 0.5 million pictures of 10,575 persons"),
    Published(
        "yunet",
        "detect",
        "yunet-2023mar",
        "https://media.githubusercontent.com/media/opencv/opencv_zoo/main/models/face_detection_yunet/face_detection_yunet_2023mar.onnx",
        "8f2383e4dd3cfbb4553ea8718107fc0423210dc964f9f4280604804ed2552fa4",
        "onnx",
        0,
        0.0,
        1.0,
        0,
        "MIT",
        "WIDER FACE",
        "OpenCV Zoo (Wu, Peng, Yu 2023)",
    ),
)
CATALOGUE = MappingProxyType({model.name: model for model in _ALL})
