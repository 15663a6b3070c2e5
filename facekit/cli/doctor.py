"""facekit doctor: what is installed, what runs where and why, and whether the main job can run here."""

from __future__ import annotations

import argparse
import importlib.metadata
import importlib.util
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from facekit import __version__
from facekit.capture import list_cameras
from facekit.cards import verified_file
from facekit.cli.context import encoder_of, settings_of
from facekit.cli.output import answer
from facekit.detectors.opening import open_detector
from facekit.encoders.device import choose, gpu_report
from facekit.errors import FacekitError, ModelError
from facekit.matching.decide import DecisionRule
from facekit.paths import default_database
from facekit.pipeline import FacePipeline
from facekit.pipeline_config import DEFAULT_ENCODER, PipelineConfig
from facekit.settings import Settings
from facekit.store.inspection import inspect_database
from facekit.synthetic import still
from facekit.weights import find_model, installed

_PACKAGES = (
    "numpy",
    "opencv-python",
    "onnxruntime",
    "SQLAlchemy",
    "alembic",
    "Pillow",
    "safetensors",
    "torch",
    "torchvision",
    "facenet-pytorch",
    "PySide6-Essentials",
    "babel",
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor's.

    Args:
        state: "ok", "note" (works without it) or "bad" (the main job cannot run).
    """

    subject: str
    state: str
    text: str


def run(args: argparse.Namespace) -> int:
    """0 when the main job can run: detect, encode and compare with a database; else 1."""
    settings = settings_of(args)
    findings = examine(settings, _active(args), args.db or default_database())
    marks = {"ok": "✓", "note": "·", "bad": "✗"}
    lines = [f"{marks[finding.state]} {finding.subject}: {finding.text}" for finding in findings]
    ready = all(finding.state != "bad" for finding in findings)
    lines.append("Ready." if ready else "Not ready: see ✗.")
    data = {"ready": ready, "findings": [{"subject": f.subject, "state": f.state, "text": f.text} for f in findings]}
    answer(args, data, lines)
    return 0 if ready else 1


def _active(args: argparse.Namespace) -> str:
    try:
        return encoder_of(args)
    except FacekitError:
        return DEFAULT_ENCODER  # what is wrong with the database is told below


def examine(settings: Settings, encoder: str, database: Path) -> list[Finding]:
    """Every finding, in the order that a person would look. Nothing is changed and no camera is opened."""
    return [
        Finding("facekit", "ok", f"{__version__} on Python {platform.python_version()}, {platform.platform()}"),
        Finding("packages", "ok", ", ".join(_version(name) for name in _PACKAGES)),
        Finding("window", *_window()),
        Finding("GPU", "note", gpu_report()),
        Finding("detector", *_try(lambda: _detector(settings))),
        Finding("encoder", *_try(lambda: _encoder(settings, encoder))),
        Finding("main job", *_try(lambda: _main_job(settings, encoder))),
        *_weights(),
        *_cameras(),
        Finding("database", *_try(lambda: inspect_database(database))),
    ]


def _version(name: str) -> str:
    try:
        return f"{name} {importlib.metadata.version(name)}"
    except importlib.metadata.PackageNotFoundError:
        return f"no {name}"


def _window() -> tuple[str, str]:
    if importlib.util.find_spec("PySide6") is None:
        return "note", "PySide6 is not installed: terminal and library only"
    return "ok", "PySide6 is installed"


def _try(look: Callable[[], str]) -> tuple[str, str]:
    try:
        return "ok", look()
    except FacekitError as error:
        return "bad", str(error)


def _detector(settings: Settings) -> str:
    detector = open_detector(settings.detector, min_face=settings.min_face, landmarker=settings.landmarker)
    points = f", points by {settings.landmarker}" if settings.landmarker else ""
    return f"{detector.name} on {detector.device}, faces from {settings.min_face} px{points}"


def _encoder(settings: Settings, encoder: str) -> str:
    card, folder = find_model(encoder, task="encode")
    choice = choose(settings.runtime, card)
    verified_file(card, folder, choice.runtime)
    rule = DecisionRule.of(settings, card)
    return f"{card.key} with {choice.runtime} on {choice.device} ({choice.reason}); τ {rule.threshold:.3f}"


def _main_job(settings: Settings, encoder: str) -> str:
    """Both models at work on a person who does not exist. Raises FacekitError where no face comes out."""
    pipeline = FacePipeline.load(PipelineConfig.of(settings, (encoder,)))
    picture = still(0, 0)
    start = time.perf_counter()
    samples = pipeline.samples(picture)
    if len(samples) != 1:
        raise ModelError(
            f"{len(samples)} faces were found in a picture of one synthetic person.",
            hint="Choose another detector, or a smaller --min-face.",
        )
    return f"one synthetic face found and encoded in {1000 * (time.perf_counter() - start):.0f} ms"


def _weights() -> list[Finding]:
    findings = []
    for card, folder in installed():
        try:
            hashes = [f"{verified_file(card, folder, runtime).name} {card.files[runtime].sha256[:12]}…" for runtime in card.files]
            findings.append(Finding("weights", "ok", f"{card.model_id} ({card.task}): {', '.join(hashes)} as the card says"))
        except FacekitError as error:
            findings.append(Finding("weights", "note", str(error)))
    return findings


def _cameras() -> list[Finding]:
    cameras = list_cameras()
    if not cameras:
        return [Finding("cameras", "note", "none found; a video, a folder, a stream or synthetic people work without one")]
    return [Finding("camera", "ok", f"{camera.name} ({camera.stable_id})") for camera in cameras]
