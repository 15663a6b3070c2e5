"""What the Live page shows, as frozen values. Made by its presenters, drawn by its views."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from facekit.types import Box, Frame
from ui.enrolment import FormState
from ui.language import decimal
from ui.ports import SourceState
from ui.sources import SourceChoice


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
        details: The distance, or those of both persons in doubt, and how long the face has been in view.
        person_id: Who it is said to be; None where nobody is named.
    """

    track_id: int
    box: Box
    tone: Tone
    title: str
    distance: float | None
    threshold: float
    since: str
    details: str
    person_id: int | None = None

    @property
    def label(self) -> str:
        """The words beside the box: a name goes with its distance."""
        return f"{self.title} · {decimal(self.distance)}" if self.tone is Tone.MATCH and self.distance is not None else self.title

    @property
    def can_enrol(self) -> bool:
        """Whether to offer enrolling beside it; a matched or doubtful face is somebody already."""
        return self.tone is Tone.NOT_RECOGNIZED


@dataclass(frozen=True, slots=True, eq=False)
class LiveState:
    """The Live page.

    Args:
        frame: The picture to paint; None before the first.
        hint: What to do next or what is awaited, over the cards; empty when faces speak for themselves.
        cameras: Those that there are; None until they were looked for.
        is_first_run: No source was ever chosen and nobody is enrolled.
    """

    source: SourceState = field(default_factory=SourceState)
    cameras: tuple[SourceChoice, ...] | None = None
    frame: Frame | None = None
    faces: tuple[SeenFace, ...] = ()
    is_frozen: bool = False
    hint: str = ""
    can_enrol: bool = False
    is_first_run: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class EnrolState:
    """The enrolment panel.

    Args:
        trouble: Why the last picture was not taken; empty when all is well.
    """

    is_open: bool = False
    is_taking: bool = False
    trouble: str = ""
    can_take: bool = False
    form: FormState = field(default_factory=FormState)
