"""What the Live page shows, as frozen values. Made by its presenters, drawn by its views."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from facekit.types import Box, Frame, Pixels
from ui.ports import SourceState


class Tone(StrEnum):
    """How a face is drawn: by shape and word first, by colour last."""

    MATCH = "match"
    NOT_RECOGNIZED = "not_recognized"
    UNCERTAIN = "uncertain"
    POOR = "poor"


@dataclass(frozen=True, slots=True)
class SeenFace:
    """A face in view.

    Args:
        title: The name, "not recognized", "Ana or Bea?" or the reason why it cannot be told.
        distance: d to the nearest template; None where nobody is enrolled.
        since: The local time at which this face came into view, "14:03:22".
    """

    track_id: int
    box: Box
    tone: Tone
    title: str
    distance: float | None
    threshold: float
    since: str

    @property
    def label(self) -> str:
        """The words beside the box: a name goes with its distance."""
        return f"{self.title} · {self.distance:.2f}" if self.tone is Tone.MATCH and self.distance is not None else self.title

    @property
    def can_enrol(self) -> bool:
        """Whether to offer enrolling beside it; a matched or doubtful face is somebody already."""
        return self.tone is Tone.NOT_RECOGNIZED


@dataclass(frozen=True, slots=True)
class SourceChoice:
    """A camera in the source menu."""

    spec: str
    label: str


@dataclass(frozen=True, slots=True, eq=False)
class LiveState:
    """The Live page.

    Args:
        frame: The picture to paint; None before the first.
        hint: What to do next or what is awaited, over the cards; empty when faces speak for themselves.
        cameras: For the source menu; None until they were looked for.
    """

    source: SourceState = field(default_factory=SourceState)
    cameras: tuple[SourceChoice, ...] | None = None
    frame: Frame | None = None
    faces: tuple[SeenFace, ...] = ()
    is_frozen: bool = False
    hint: str = ""
    can_enrol: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class SampleView:
    """One picture taken for an enrolment.

    Args:
        pixels: The aligned face, S×S×3 uint8 RGB.
        reasons: Why it is a poor one, in words; empty for a good one.
    """

    pixels: Pixels
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class EnrolState:
    """The enrolment panel.

    Args:
        is_busy: A picture is being looked at, or the person is being stored.
        trouble: Why the last picture was not taken or the last step failed; empty when all is well.
        known: What is said of the consent of a person who is enrolled already; empty for a new one, whose consent is asked.
        question: What must be answered before storing; empty when nothing must.
        answer: The words on the button that says yes to it.
        same_as: The person whom the face is too like; empty where that is not the question.
        submit: The words on the main button.
    """

    is_open: bool = False
    samples: tuple[SampleView, ...] = ()
    consent_text: str = ""
    has_consent: bool = False
    keeps_crops: bool = False
    name: str = ""
    known: str = ""
    is_busy: bool = False
    trouble: str = ""
    question: str = ""
    answer: str = ""
    same_as: str = ""
    submit: str = "Enrol"
    can_submit: bool = False
    can_take: bool = False
