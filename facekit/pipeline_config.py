"""Which models a pipeline loads. Light on purpose: the window reads this, and must not import what the models need."""

from __future__ import annotations

from dataclasses import dataclass

from facekit.settings import Settings


@dataclass(frozen=True, slots=True)
class PipelineConfig:
    """Which models to load; small enough to send to another process."""

    detector: str = "convolutional"
    min_face: int = 40
    encoder: str = "encoder-v1"
    runtime: str = "auto"
    landmarker: str = ""

    @staticmethod
    def of(settings: Settings) -> PipelineConfig:
        """The models that the settings name."""
        return PipelineConfig(settings.detector, settings.min_face, settings.encoder, settings.runtime, settings.landmarker)
