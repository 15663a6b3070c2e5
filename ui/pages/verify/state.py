"""What the Verify page shows, as frozen values. Made by its presenter, drawn by its view."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from facekit.types import Box, OperatingPoint, Pixels


class ClaimKind(StrEnum):
    """What the probe is held against."""

    PERSON = "person"
    PHOTO = "photo"


class ProbeKind(StrEnum):
    """Where the probe comes from."""

    CAMERA = "camera"
    PHOTO = "photo"


class Verdict(StrEnum):
    """How the answer is drawn: by sign and word first, by colour last."""

    NONE = "none"
    SAME = "same"
    DIFFERENT = "different"
    UNCERTAIN = "uncertain"
    POOR = "poor"


@dataclass(frozen=True, slots=True)
class PersonChoice:
    """One person to be claimed."""

    person_id: int
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Shown:
    """A picture of one side.

    Args:
        picture: H×W×3 uint8 RGB; None where there is none yet.
        box: Of the face that is meant.
        choices: The faces to choose from where several are of like size, S×S×3 uint8 RGB each.
        words: What is to be said of it: its name, or why it cannot be used.
    """

    picture: Pixels | None = None
    box: Box | None = None
    choices: tuple[Pixels, ...] = ()
    words: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class VerifyState:
    """The Verify page.

    Args:
        people: Those whose names fit what was typed.
        person_id: Who is claimed; None while nobody is.
        kept_face: The claimed person's kept picture, S×S×3 uint8 RGB; None where none is kept.
        person_words: Who is claimed and with how many templates.
        words: The verdict in whole sentences, or what is awaited.
        points: What the card of the deciding encoder was measured at.
        can_exclude: Whether to offer to say that the face is not the person.
        question: What is asked before that is remembered; empty where nothing is.
    """

    claim_kind: ClaimKind = ClaimKind.PERSON
    probe_kind: ProbeKind = ProbeKind.CAMERA
    people: tuple[PersonChoice, ...] = ()
    query: str = ""
    has_people: bool = False
    person_id: int | None = None
    kept_face: Pixels | None = None
    person_words: str = ""
    claim: Shown = field(default_factory=Shown)
    probe: Shown = field(default_factory=Shown)
    has_camera: bool = False
    verdict: Verdict = Verdict.NONE
    words: str = ""
    distance: float | None = None
    threshold: float = 0.0
    points: tuple[OperatingPoint, ...] = ()
    can_exclude: bool = False
    question: str = ""
