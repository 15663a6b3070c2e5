"""The guard before a template is stored, and the storing itself. Questions come back as values: asking is the caller's part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from facekit.errors import PersonNotFoundError
from facekit.matching.decide import DecisionRule, distance
from facekit.matching.gallery import Gallery
from facekit.store.base import NewTemplate, Repository
from facekit.types import Candidate, Consent, Person, QualityIssue, Sample

_DOMINANT = 2.5
"""A face whose box has this many times the area of every other one in the picture is the one that is meant."""


@dataclass(frozen=True, slots=True)
class SampleReview:
    """What speaks against storing one sample.

    Args:
        issues: Of its quality; advice, no obstacle.
        too_like: The nearest other person within τ, or None.
        unlike_own: d to the nearest of the person's own templates (or the other samples of a new person) where that is above τ, else None.
    """

    issues: tuple[QualityIssue, ...]
    too_like: Candidate | None
    unlike_own: float | None

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
    def too_like(self) -> tuple[Candidate, ...]:
        """Other persons within τ of a sample, nearest first, each once."""
        nearest: dict[int, Candidate] = {}
        for candidate in sorted((s.too_like for s in self.samples if s.too_like), key=lambda c: c.distance):
            nearest.setdefault(candidate.person_id, candidate)
        return tuple(nearest.values())

    @property
    def unlike_own(self) -> float | None:
        """The largest distance above τ to the person's own, or None."""
        return max((s.unlike_own for s in self.samples if s.unlike_own is not None), default=None)


def review(samples: Sequence[Sample], gallery: Gallery, rule: DecisionRule, *, person_id: int | None = None) -> EnrolmentReview:
    """The guard: every sample against everyone else, and against the person's own.

    Args:
        gallery: All templates of the encoder that made the samples.
        person_id: Of an enrolled person who gets more templates; None for a new one, whose samples are held against each other.

    Raises:
        ModelMismatchError: The samples and the gallery have different encoders or weights.
    """
    others = gallery if person_id is None else gallery.without_person(person_id)
    return EnrolmentReview(
        tuple(
            SampleReview(sample.quality.issues, _too_like(sample, others, rule), _unlike_own(index, samples, gallery, rule, person_id))
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


def main_face(samples: Sequence[Sample]) -> Sample | None:
    """The sample that is meant in a picture (given largest first): the only one, or one much larger than the rest; else None."""
    if not samples:
        return None
    if len(samples) > 1 and samples[0].face.box.area < _DOMINANT * samples[1].face.box.area:
        return None
    return samples[0]


def _too_like(sample: Sample, others: Gallery, rule: DecisionRule) -> Candidate | None:
    nearest = others.search(sample.embedding, top=1)
    return nearest[0] if nearest and nearest[0].distance <= rule.threshold else None


def _unlike_own(index: int, samples: Sequence[Sample], gallery: Gallery, rule: DecisionRule, person_id: int | None) -> float | None:
    probe = samples[index].embedding
    distances = [distance(probe, other.embedding) for row, other in enumerate(samples) if row != index]
    if person_id is not None:
        distances += [float(d) for d in gallery.of_person(person_id).distances(probe)]
    nearest = min(distances, default=0.0)
    return nearest if nearest > rule.threshold else None
