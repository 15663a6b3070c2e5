"""What the Models page shows, as frozen values. Made by its presenters, drawn by its view."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ui.job import Work


class Tone(StrEnum):
    """How a sentence is meant."""

    PLAIN = "plain"
    GOOD = "good"
    CARE = "care"


class Can(StrEnum):
    """What can be done with an encoder."""

    PROMOTE = "promote"
    REENCODE = "reencode"
    RELEASE = "release"
    EXPORT = "export"
    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number.

    Args:
        interval: 95 %, in words; empty where it was not measured.
        limit: The threshold at which it holds, in words; empty where it needs none.
        measured_on: The pictures and the day.
    """

    name: str
    value: str
    interval: str
    limit: str
    measured_on: str


@dataclass(frozen=True, slots=True)
class EncoderCard:
    """One encoder.

    Args:
        use: What it does here, in words; GOOD is the tone of the active one.
        facts: Names and words, in order.
        figures: Empty where it was never measured.
        verdict: Of its comparison with another one; empty where there was none.
        needing: Who needs a new picture before it knows them; empty where nobody does.
        can: What is offered.
    """

    name: str
    use: str
    tone: Tone
    facts: tuple[tuple[str, str], ...]
    figures: tuple[Figure, ...]
    verdict: str
    verdict_tone: Tone
    needing: str
    can: tuple[Can, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked before something is done.

    Args:
        wants_reason: Whether the person must type why.
        is_final: Whether there is no way back.
    """

    words: str
    confirm: str
    wants_reason: bool = False
    is_final: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two encoders beside each other.

    Args:
        names: The encoders that can be chosen.
        folder: Where the labelled pictures lie; empty while none was chosen.
        are_aligned: The pictures are aligned faces already.
        why_not: What must be done before it can start; empty where it can.
        head, rows: The figures as a table; empty while nothing was measured.
        notes: What must be known of the figures.
        verdict: In words; empty where there is none.
    """

    names: tuple[str, ...]
    first: str
    second: str
    folder: str
    are_aligned: bool
    why_not: str
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    notes: tuple[str, ...] = ()
    verdict: str = ""
    verdict_tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True)
class ModelsState:
    """The Models page.

    Args:
        way_back: The name of the encoder that a roll-back leads to; empty where there is none.
        work: None while nothing goes on.
        comparison: None while it is not open.
    """

    is_loaded: bool = False
    cards: tuple[EncoderCard, ...] = ()
    way_back: str = ""
    question: Question | None = None
    work: Work | None = None
    comparison: Comparison | None = None
