"""What the People page shows. Plain values, no Qt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from facekit.types import Pixels


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person of the list; the texts are ready to be shown.

    Args:
        note: What should be done about them, in a few words; empty where nothing.
    """

    person_id: int
    name: str
    template_count: int
    enrolled: str
    note: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class TemplateRow:
    """One template of the chosen person.

    Args:
        text: When and from what it was made.
        note: What is poor about it, and whether another encoder made it; may be empty.
        pixels: The kept picture, S×S×3 uint8 RGB, or None.
    """

    template_id: int
    text: str
    note: str = ""
    pixels: Pixels | None = None


@dataclass(frozen=True, slots=True)
class ExclusionRow:
    """A face that was said not to be the chosen person.

    Args:
        text: When and from what it was made.
        note: Why it is not used now; empty where it is.
    """

    exclusion_id: int
    text: str
    note: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Detail:
    """All that is known of the one person who is chosen.

    Args:
        consent: Its wording.
        recorded: When it was given, who recorded it, and whether pictures may be kept.
        allows_training: Whether the kept pictures may be trained on.
        keeps_pictures: Whether there can be such pictures.
        exclusions: Faces that were said not to be them.
        can_remove_template: False for the last one.
        note: What should be done about them, and why; empty where nothing.
        asks_about: The template whose removal is being asked about; 0: none.
    """

    person_id: int
    name: str
    consent: str
    recorded: str
    allows_training: bool = False
    keeps_pictures: bool = False
    templates: tuple[TemplateRow, ...] = ()
    exclusions: tuple[ExclusionRow, ...] = ()
    is_loaded: bool = False
    can_remove_template: bool = False
    asks_about: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class PeopleState:
    """The People page.

    Args:
        rows: Those whom the search finds, by name.
        total: How many are enrolled.
        is_loaded: False until the store has answered for the first time.
        chosen: Ids, in the order of the rows.
        detail: Where exactly one person is chosen.
        pair: Where exactly two are chosen: they can be merged.
        faces: A kept picture a person, S×S×3 uint8 RGB, as far as they were asked for; None where none is kept.
        trouble: Why the store cannot be read at all; empty when it can.
        removed: Who can still be brought back, in a sentence; empty when nobody can.
    """

    rows: tuple[PersonRow, ...] = ()
    total: int = 0
    is_loaded: bool = False
    query: str = ""
    chosen: tuple[int, ...] = ()
    detail: Detail | None = None
    pair: tuple[PersonRow, ...] = ()
    faces: Mapping[int, Pixels | None] = field(default_factory=lambda: MappingProxyType({}))
    removed: str = ""
    trouble: str = ""
