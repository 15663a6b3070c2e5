"""Which models a pipeline loads. Light on purpose: the window reads this, and must not import what the models need."""

from __future__ import annotations

from dataclasses import dataclass

from facekit.settings import Settings


@dataclass(frozen=True, slots=True)
class PipelineConfig:
    """Which models to load; small enough to send to another process.

    Args:
        beside: Encoders asked beside the active one, for people whom only they know.
    """

    detector: str = "convolutional"
    min_face: int = 40
    encoder: str = "encoder-v1"
    runtime: str = "auto"
    landmarker: str = ""
    beside: tuple[str, ...] = ()

    @staticmethod
    def of(settings: Settings, beside: tuple[str, ...] = ()) -> PipelineConfig:
        """The models that the settings name, and other encoders beside theirs."""
        return PipelineConfig(settings.detector, settings.min_face, settings.encoder, settings.runtime, settings.landmarker, beside)

    @property
    def encoders(self) -> tuple[str, ...]:
        """The active one and those beside it."""
        return (self.encoder, *self.beside)
