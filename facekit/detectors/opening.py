"""Opening a detector by name, with a landmarker behind it where one is chosen."""

from __future__ import annotations

from facekit.detectors.base import DETECTORS, Detector, Landmarker
from facekit.detectors.landmarks import open_landmarker
from facekit.types import Face, Pixels


def open_detector(name: str, *, min_face: int = 40, landmarker: str = "") -> Detector:
    """The detector with its models in memory.

    Args:
        landmarker: A model of facekit.weights whose points take the place of the detector's own; "" for these.

    Raises:
        ModelError: A model is unknown, its weights are missing or altered, or a package that it needs is not installed.
    """
    detector = DETECTORS.create(name, min_face=min_face)
    return LandmarkedDetector(detector, open_landmarker(landmarker)) if landmarker else detector


class LandmarkedDetector:
    """The faces of one model with the points of another."""

    def __init__(self, detector: Detector, landmarker: Landmarker) -> None:
        self.name = detector.name
        self.device = detector.device
        self._detector = detector
        self._landmarker = landmarker

    def detect(self, pixels: Pixels) -> tuple[Face, ...]:
        """As Detector.detect."""
        return self._landmarker.locate(pixels, self._detector.detect(pixels))
