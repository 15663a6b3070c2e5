"""What enrolling folders of pictures, a folder a person, would do: worked out for every picture before anything is stored."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from facekit.enrolment import EnrolmentReview, main_face, review
from facekit.matching.decide import Search
from facekit.matching.gallery import Gallery
from facekit.store.base import NewTemplate
from facekit.types import Person, Sample

_SAME_PICTURE = 1e-4
"""d of a picture from a template that was made of the very same one."""


@dataclass(frozen=True, slots=True, eq=False)
class CheckedPicture:
    """One picture of a person's folder.

    Args:
        sample: None where it cannot be used.
        refusal: Why it cannot be used, in a few words; empty where it can.
    """

    path: Path
    sample: Sample | None = None
    refusal: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class PersonPlan:
    """What would be stored of one folder.

    Args:
        name: Of the folder, underscores as spaces.
        known: The enrolled person of that name, to whom the pictures would be added; None for a new one.
        usable: The pictures that would be stored.
        refused: Those that cannot be used.
        enrolled: Those of which the person has a template already.
        found: What the guard says of the usable ones, in their order.
        earlier: The name of another folder of the same import, whose face is within τ; empty where there is none.
    """

    name: str
    known: Person | None
    usable: tuple[CheckedPicture, ...]
    refused: tuple[CheckedPicture, ...]
    enrolled: tuple[CheckedPicture, ...]
    found: EnrolmentReview
    earlier: str = ""

    @property
    def samples(self) -> tuple[Sample, ...]:
        """Of the usable pictures."""
        return tuple(picture.sample for picture in self.usable if picture.sample is not None)

    @property
    def is_clear(self) -> bool:
        """Whether there is something to store and nobody needs to be asked."""
        return bool(self.usable) and self.found.is_clear and not self.earlier

    def templates(self) -> tuple[NewTemplate, ...]:
        """What is to be stored."""
        return tuple(
            NewTemplate(picture.sample.embedding, picture.sample.quality, picture.path.name, picture.sample.aligned)
            for picture in self.usable
            if picture.sample is not None
        )


def check_picture(path: Path, samples: Sequence[Sample]) -> CheckedPicture:
    """Whether the picture's faces (largest first) leave no doubt which one is meant."""
    meant = main_face(samples)
    if meant is not None:
        return CheckedPicture(path, meant)
    return CheckedPicture(path, refusal=f"{len(samples)} faces of like size" if samples else "no face found")


def person_name(folder: str) -> str:
    """The name of the person whose folder it is."""
    return " ".join(folder.replace("_", " ").split())


def plan_person(
    name: str,
    pictures: Iterable[CheckedPicture],
    *,
    known: Person | None,
    searches: Sequence[Search],
    earlier: Sequence[PersonPlan] = (),
) -> PersonPlan:
    """The plan of one folder.

    Args:
        known: The enrolled person of that name, if any.
        searches: The galleries of all encoders that made the samples, the active one's first; at least that.
        earlier: The plans of the same import up to here: two folders may be of one person.
    """
    checked = tuple(pictures)
    active = searches[0]
    own = active.gallery.of_person(known.person_id) if known else None
    enrolled = tuple(p for p in checked if own is not None and p.sample is not None and _is_among(p.sample, own))
    usable = tuple(p for p in checked if p.sample is not None and p not in enrolled)
    samples = [p.sample for p in usable if p.sample is not None]
    found = review(samples, searches, person_id=known.person_id if known else None)
    refused = tuple(p for p in checked if p.sample is None)
    return PersonPlan(name, known, usable, refused, enrolled, found, _like_earlier(samples, earlier, active))


def _is_among(sample: Sample, own: Gallery) -> bool:
    return bool(np.any(own.distances(sample.embedding) <= _SAME_PICTURE))


def _like_earlier(samples: Sequence[Sample], earlier: Sequence[PersonPlan], active: Search) -> str:
    """The name of the nearest earlier folder within τ."""
    rows = ((0, number, sample.embedding) for number, plan in enumerate(earlier) for sample in plan.samples)
    gallery = Gallery.of(active.gallery.key, rows)
    nearest = [candidate for sample in samples for candidate in gallery.search(sample.embedding, top=1)]
    best = min(nearest, key=lambda candidate: candidate.distance, default=None)
    return earlier[best.person_id].name if best is not None and best.distance <= active.rule.threshold else ""
