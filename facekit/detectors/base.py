"""What every detector promises, and the table of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from facekit.registry import Registry
from facekit.types import Face, Pixels


class Detector(Protocol):
    """Finds faces."""

    name: str
    device: str
    """What it runs on: "cpu", "cuda:0 (name of the card)", "mps"."""

    def detect(self, pixels: Pixels) -> tuple[Face, ...]:
        """The faces of an H×W×3 uint8 RGB picture of any size, largest first; empty when there is none."""
        ...


class Landmarker(Protocol):
    """Finds the five points of faces that a detector has found."""

    def locate(self, pixels: Pixels, faces: Sequence[Face]) -> tuple[Face, ...]:
        """The faces of an H×W×3 uint8 RGB picture in their order, each with its points; those it came with where none were found."""
        ...


def largest_first(faces: Iterable[Face]) -> tuple[Face, ...]:
    """The faces by the area of their boxes."""
    return tuple(sorted(faces, key=lambda face: -face.box.area))


DETECTORS: Registry[Detector] = Registry("detector")
DETECTORS.add(
    "mtcnn",
    "facekit.detectors.mtcnn:MtcnnDetector",
    "facenet-pytorch's MTCNN, five points (Zhang et al. 2016)",
    needs=("torch", "facenet_pytorch"),
)
DETECTORS.add(
    "yunet", "facekit.detectors.yunet:YunetDetector", "OpenCV's YuNet, five points; its file is imported by the user", needs=("cv2",)
)
DETECTORS.add(
    "convolutional",
    "facekit.detectors.convolutional:ConvolutionalDetector",
    "ours, one pass of a convolutional network, five points; no torch",
)
DETECTORS.add("windows", "facekit.detectors.windows:WindowsDetector", "the lecture's sliding windows in one pass; points of a mean face")
DETECTORS.add("windows-naive", "facekit.detectors.windows:naive", "the same, each window cut out and classified")
