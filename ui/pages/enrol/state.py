"""What the Enrol page shows, as frozen values. Made by its presenters, drawn by its views."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from facekit.sampling import Aim
from facekit.types import Box, Frame, Pixels
from ui.enrolment import FormState
from ui.ports import SourceState


class Step(StrEnum):
    """How far an enrolment at the camera is."""

    GUIDING = "guiding"
    FORM = "form"
    DONE = "done"


@dataclass(frozen=True, slots=True, eq=False)
class CameraState:
    """Enrolling at a camera.

    Args:
        words: What the person can do next, under the picture.
        taken: The poses of which there is a sample.
        wanted: The pose that is asked for next; None when there is none.
        face: Where the face is that is meant; None where none is seen.
        done: The sentence that says who is enrolled now.
    """

    source: SourceState = field(default_factory=SourceState)
    step: Step = Step.GUIDING
    frame: Frame | None = None
    words: str = ""
    taken: frozenset[Aim] = frozenset()
    wanted: Aim | None = Aim.FRONT
    face: Box | None = None
    form: FormState = field(default_factory=FormState)
    done: str = ""


class PhotoStatus(StrEnum):
    """What became of a picture file."""

    WAITING = "waiting"
    TAKEN = "taken"
    REFUSED = "refused"
    CHOOSE = "choose"


@dataclass(frozen=True, slots=True, eq=False)
class PhotoCell:
    """One picture file.

    Args:
        number: Stays with the file.
        words: What is to be said of it: "taken", or why not.
        faces: The face that was taken, or those to choose from, S×S×3 uint8 RGB each.
    """

    number: int
    name: str
    status: PhotoStatus
    words: str
    faces: tuple[Pixels, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class PhotosState:
    """Enrolling from photos.

    Args:
        done: The sentence that says who is enrolled now; empty while there is something to do.
    """

    cells: tuple[PhotoCell, ...] = ()
    is_busy: bool = False
    trouble: str = ""
    form: FormState = field(default_factory=FormState)
    done: str = ""


class ImportStep(StrEnum):
    """How far the import of a folder is."""

    CHOOSING = "choosing"
    READING = "reading"
    REVIEW = "review"
    STORING = "storing"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person's folder.

    Args:
        number: Stays with the person, wherever the row stands.
        usable, refused, enrolled: Pictures that would be stored, cannot be used, and are enrolled already.
        remark: What is to be known before storing, or what became of it.
        details: A line for each picture that is not stored, with the reason.
        is_included: Whether the person is to be stored.
        can_include: Whether there is anything to store.
    """

    number: int
    name: str
    usable: int
    refused: int
    enrolled: int
    remark: str
    details: str
    is_included: bool
    can_include: bool


@dataclass(frozen=True, slots=True)
class FoldersState:
    """Enrolling a folder of folders.

    Args:
        rows: Those that ask for a look first.
        total, finished: Pictures while reading, persons while storing.
        progress: What, how many of how many, and the time left.
        consent_text: What all these people agree to.
        summary: What would be stored, or what became of all.
    """

    step: ImportStep = ImportStep.CHOOSING
    folder: str = ""
    rows: tuple[PersonRow, ...] = ()
    total: int = 0
    finished: int = 0
    progress: str = ""
    summary: str = ""
    trouble: str = ""
    consent_text: str = ""
    has_consent: bool = False
    keeps_crops: bool = False
    allows_training: bool = False
    submit: str = ""
    can_submit: bool = False
