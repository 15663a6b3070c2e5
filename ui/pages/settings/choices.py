"""What there is on this machine to choose from: detectors, encoders, landmarkers, cameras. Slow; no Qt here."""

from __future__ import annotations

from collections.abc import Mapping

from facekit.capture import list_cameras
from facekit.detectors.base import DETECTORS
from facekit.weights import installed
from ui.language import SYSTEM, languages
from ui.pages.settings.state import Option


def find_choices() -> Mapping[str, tuple[Option, ...]]:
    """The values of each setting that depends on the machine."""
    models = [card for card, _ in installed()]
    detectors = tuple(Option(entry.name, entry.name, _needs(entry.missing), entry.summary) for entry in DETECTORS)
    landmarkers = tuple(Option(card.model_id, card.model_id) for card in models if card.task == "landmark")
    cameras = tuple(Option(camera.spec, camera.name) for camera in list_cameras())
    return {
        "source": (Option("", "ask"), *cameras, Option("synthetic", "synthetic people")),
        "detector": detectors,
        "language": (Option(SYSTEM, "as the system has them"), *(Option(code, name) for code, name in languages().items())),
        "landmarker": (Option("", "as the detector has them"), *landmarkers),
    }


def _needs(missing: tuple[str, ...]) -> str:
    return f"needs {', '.join(missing)}, not installed here" if missing else ""
