"""What the Retrain page shows, as frozen values. Made by its presenter, drawn by its view."""

from __future__ import annotations

from dataclasses import dataclass, field

from ui.job import Work
from ui.run_pane import RunPane


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several: what chooses it, its name for people, and a sentence on it."""

    key: str
    title: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """What is to be trained.

    Args:
        gallery: Of the enrolled people, how many agreed and how many did not.
        can_use_gallery: Whether anybody did.
        minutes: For the steps alone.
        name: Of the new encoder.
        why_not: What must be done before it can be prepared; empty where it can.
        trouble: Why it could not be.
    """

    gallery: str = ""
    can_use_gallery: bool = False
    uses_gallery: bool = False
    folders: tuple[str, ...] = ()
    recipes: tuple[Choice, ...] = ()
    recipe: str = ""
    devices: tuple[Choice, ...] = ()
    device: str = ""
    minutes: float = 10.0
    name: str = ""
    why_not: str = ""
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class RetrainRow:
    """A line of the list of retrainings."""

    name: str
    status: str


@dataclass(frozen=True, slots=True)
class RetrainState:
    """The Retrain page.

    Args:
        chosen: The name of the retraining that is shown; empty: the form.
        work: The preparing that goes on; None while nothing is prepared.
        can_decide: Whether it can be put in use, or why not, be asked on the Models page.
    """

    form: Form = field(default_factory=Form)
    rows: tuple[RetrainRow, ...] = ()
    chosen: str = ""
    run: RunPane | None = None
    work: Work | None = None
    can_decide: bool = False
