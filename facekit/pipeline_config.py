"""Which models a pipeline loads. Light on purpose: the window reads this, and must not import what the models need."""

from __future__ import annotations

from dataclasses import dataclass

from facekit.settings import Settings

DEFAULT_ENCODER = "encoder-v3"
"""The active one of every database that was never moved to another: see facekit.models.in_force."""


@dataclass(frozen=True, slots=True)
class PipelineConfig:
    """Which models to load; small enough to send to another process.

    Args:
        beside: Encoders asked beside the active one, for people whom only they know.
    """

    detector: str = "convolutional"
    min_face: int = 40
    encoder: str = DEFAULT_ENCODER
    runtime: str = "auto"
    landmarker: str = ""
    beside: tuple[str, ...] = ()

    @staticmethod
    def of(settings: Settings, encoders: tuple[str, ...] = (DEFAULT_ENCODER,)) -> PipelineConfig:
        """The models that the settings name, with these encoders, the active one first."""
        active, *beside = encoders
        return PipelineConfig(settings.detector, settings.min_face, active, settings.runtime, settings.landmarker, tuple(beside))

    @property
    def encoders(self) -> tuple[str, ...]:
        """The active one and those beside it."""
        return (self.encoder, *self.beside)
