"""The guard before a template is stored, and the storing itself. Questions come back as values: asking is the caller's part."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from facekit.errors import PersonNotFoundError
from facekit.matching.decide import Search, distance, probe_for
from facekit.matching.gallery import Gallery
from facekit.store.base import NewTemplate, Repository
from facekit.types import Consent, Face, ObservedFace, Person, QualityIssue, Sample

F = TypeVar("F", Sample, ObservedFace)

MOST_FACES = 5
"""Of a picture with several faces of like size, so many of the largest are offered to choose from."""
_DOMINANT = 2.5
"""A face whose box has this many times the area of every other one in the picture is the one that is meant."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A distance with the limit that it is held against, both of one encoder.

    Args:
        person_id: Whose template it is the distance to; None for another sample of the same enrolment.
    """

    person_id: int | None
    distance: float
    threshold: float

    @property
    def share(self) -> float:
        """d / τ: what the distances of two encoders may be compared by."""
        return self.distance / self.threshold


@dataclass(frozen=True, slots=True)
class SampleReview:
    """What speaks against storing one sample.

    Args:
        issues: Of its quality; advice, no obstacle.
        too_like: The nearest other person within τ, or None.
        unlike_own: The nearest of the person's own templates (or the other samples of a new person) where that is beyond τ, else None.
    """

    issues: tuple[QualityIssue, ...]
    too_like: Compared | None
    unlike_own: Compared | None

    @property
    def is_clear(self) -> bool:
        """Whether nobody needs to be asked."""
        return self.too_like is None and self.unlike_own is None


@dataclass(frozen=True, slots=True)
class EnrolmentReview:
    """The reviews of an enrolment's samples, in their order."""

    samples: tuple[SampleReview, ...]

    @property
    def is_clear(self) -> bool:
        """Whether all may be stored without a question."""
        return all(sample.is_clear for sample in self.samples)

    @property
    def too_like(self) -> tuple[Compared, ...]:
        """Other persons within τ of a sample, nearest first, each once."""
        nearest: dict[int | None, Compared] = {}
        for found in sorted((sample.too_like for sample in self.samples if sample.too_like), key=lambda found: found.share):
            nearest.setdefault(found.person_id, found)
        return tuple(nearest.values())

    @property
    def unlike_own(self) -> Compared | None:
        """The farthest beyond τ from the person's own, or None."""
        return max((sample.unlike_own for sample in self.samples if sample.unlike_own), key=lambda found: found.share, default=None)


def review(samples: Sequence[Sample], searches: Sequence[Search], *, person_id: int | None = None) -> EnrolmentReview:
    """The guard: every sample against everyone else, and against the person's own.

    Args:
        searches: The galleries of all encoders that made the samples, the active one's first; at least that.
        person_id: Of an enrolled person who gets more templates; None for a new one, whose samples are held against each other.

    Raises:
        ModelMismatchError: A gallery is of an encoder that did not make the samples.
    """
    return EnrolmentReview(
        tuple(
            SampleReview(sample.quality.issues, _too_like(sample, searches, person_id), _unlike_own(index, samples, searches, person_id))
            for index, sample in enumerate(samples)
        )
    )


def enrol(repository: Repository, name: str, consent: Consent, templates: Sequence[NewTemplate]) -> Person:
    """The person with the templates stored: a new one, or more for the one of that name, whose consent then stays as it was.

    Raises:
        ConsentMissingError: The consent of a new person has no text.
        StoreError: See Repository.
    """
    try:
        known = repository.find(name)
    except PersonNotFoundError:
        return repository.enrol(name, consent, templates)
    return repository.add_templates(known.person_id, templates)


def account_name() -> str:
    """Who records a consent: the account that runs the program."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container's number without a name
        return "unknown account"


def main_face(samples: Sequence[F]) -> F | None:
    """The face that is meant in a picture (given largest first): the only one, or one much larger than the rest; else None."""
    return samples[0] if has_one_face([sample.face for sample in samples]) else None


def has_one_face(faces: Sequence[Face]) -> bool:
    """Whether it is clear which face is meant (given largest first): the only one, or one much larger than the rest."""
    return len(faces) == 1 or (len(faces) > 1 and faces[0].box.area >= _DOMINANT * faces[1].box.area)


def _too_like(sample: Sample, searches: Sequence[Search], person_id: int | None) -> Compared | None:
    nearest = [
        Compared(candidate.person_id, candidate.distance, search.rule.threshold)
        for search in searches
        for candidate in _others(search, person_id).search(probe_for(search, sample.embeddings), top=1)
    ]
    return min((found for found in nearest if found.share <= 1.0), key=lambda found: found.share, default=None)


def _others(search: Search, person_id: int | None) -> Gallery:
    return search.gallery if person_id is None else search.gallery.without_person(person_id)


def _unlike_own(index: int, samples: Sequence[Sample], searches: Sequence[Search], person_id: int | None) -> Compared | None:
    sample, active = samples[index], searches[0].rule
    others = [other for row, other in enumerate(samples) if row != index]
    own = [Compared(None, distance(sample.embedding, other.embedding), active.threshold) for other in others]
    if person_id is not None:
        for search in searches:
            distances = search.gallery.of_person(person_id).distances(probe_for(search, sample.embeddings))
            own += [Compared(person_id, float(d), search.rule.threshold) for d in distances]
    nearest = min(own, key=lambda found: found.share, default=None)
    return nearest if nearest and nearest.share > 1.0 else None
