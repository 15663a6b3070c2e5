"""What the page of the threshold from one's own people shows. Plain values, no Qt."""

from __future__ import annotations

from dataclasses import dataclass

from facekit.types import Pixels
from ui.curves import Distributions
from ui.job import Work


@dataclass(frozen=True, slots=True)
class Rate:
    """A false match rate that can be wanted."""

    value: float
    words: str


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """One picture of a pair.

    Args:
        pixels: H×W×3 uint8 RGB of the face; None where no picture is kept, or it was not read yet.
    """

    person: str
    name: str
    pixels: Pixels | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """Two pictures that are hard to tell.

    Args:
        is_wrong: At this threshold the answer would be the wrong one.
    """

    left: Side
    right: Side
    distance: float
    is_wrong: bool


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """What was measured.

    Args:
        told: Sentences, the most important first.
        is_used: It is the threshold in force.
        alike: Different people who are most alike, the worst first.
        unlike: Pictures of one person that are least alike, the worst first.
    """

    headline: str
    told: tuple[str, ...]
    curves: Distributions
    is_used: bool
    alike: tuple[Pair, ...]
    unlike: tuple[Pair, ...]


@dataclass(frozen=True, slots=True, eq=False)
class ThresholdState:
    """The page.

    Args:
        in_use: The threshold in force and where it comes from.
        is_own: It comes from one's own people, so that the card's can be used again.
        enrolled: How many pictures of how many people are enrolled.
        enough: What these can show.
        why_not: What must be done before it can be measured; empty where it can.
        refusal: Why the last measurement came to nothing; empty where it did not.
    """

    in_use: str = ""
    is_own: bool = False
    enrolled: str = ""
    enough: str = ""
    takes_enrolled: bool = True
    folders: tuple[str, ...] = ()
    are_aligned: bool = False
    rates: tuple[Rate, ...] = ()
    rate: float = 0.001
    why_not: str = ""
    work: Work | None = None
    refusal: str = ""
    result: Result | None = None
