"""What crosses the border between the window's process and the engine's, by a pipe. Pixels do not: see facekit.engine.slot."""

from __future__ import annotations

from dataclasses import dataclass

from facekit.cards import ModelCard
from facekit.engine.slot import SlotPicture
from facekit.matching.decide import Search
from facekit.types import FrameResult, Sample

PROTOCOL_VERSION = 3


@dataclass(frozen=True, slots=True, eq=False)
class SetSearches:
    """Search these galleries, each by its rule, from now on. Has no reply."""

    searches: tuple[Search, ...]


@dataclass(frozen=True, slots=True)
class Analyse:
    """Say who is in the frame that lies in the slot. Reply: Result or Failed."""

    request_id: int
    picture: SlotPicture
    frame_id: int
    captured_at: float
    source_id: str


@dataclass(frozen=True, slots=True)
class TakeSamples:
    """Make samples of the picture that lies in the slot. Reply: SamplesTaken or Failed."""

    request_id: int
    picture: SlotPicture


@dataclass(frozen=True, slots=True)
class Stop:
    """Leave. Has no reply but the end of the pipe."""


Command = SetSearches | Analyse | TakeSamples | Stop


@dataclass(frozen=True, slots=True)
class Loading:
    """The models named are being loaded."""

    what: str


@dataclass(frozen=True, slots=True)
class Ready:
    """The models are in memory; commands are read from now on.

    Args:
        cards: Of the encoders, the active one's first; one beside it that could not be loaded is missing.
    """

    protocol: int
    detector_device: str
    encoder_device: str
    cards: tuple[ModelCard, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """The answer to Analyse."""

    request_id: int
    result: FrameResult


@dataclass(frozen=True, slots=True, eq=False)
class SamplesTaken:
    """The answer to TakeSamples."""

    request_id: int
    samples: tuple[Sample, ...]


@dataclass(frozen=True, slots=True)
class Failed:
    """A request could not be done; with request_id None the models could not be loaded and the process leaves."""

    request_id: int | None
    message: str
    hint: str


Reply = Loading | Ready | Result | SamplesTaken | Failed
