"""1:N recognition measured in an open set: enrolled persons are searched for by probes of their own and by probes of strangers.

The product's own rule decides. FNIR: the share of mated probes whose person was not named: another one was, nobody was, two were too
close to tell, or no face was found. FPIR: the share of strangers' probes that came back with a candidate within τ, be it one name or two
with a question mark; a stranger in whose picture no face was found is a probe that found nobody. Rank 1 asks mated probes only,
without a threshold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from facekit.errors import EvaluationError
from facekit.evaluation.intervals import RESAMPLES, Estimate, beside, rate_by_person
from facekit.evaluation.trials import person_codes
from facekit.matching.decide import DecisionRule, recognise
from facekit.matching.gallery import Gallery
from facekit.types import Decision, Embedding, Outcome

_MOST_CONFUSIONS = 20


@dataclass(frozen=True, slots=True, eq=False)
class Probe:
    """A picture that is searched for.

    Args:
        name: Of the picture, for the report.
        person: Who it shows; a stranger where nobody of that name is enrolled.
        embedding: None where no usable face was found.
    """

    name: str
    person: str
    embedding: Embedding | None


@dataclass(frozen=True, slots=True)
class Confusion:
    """A probe that came within τ of somebody else first."""

    probe: str
    person: str
    named: str
    distance: float

    def as_json(self) -> dict[str, object]:
        """{"probe", "person", "named", "distance"}."""
        return {"probe": self.probe, "person": self.person, "named": self.named, "distance": self.distance}


@dataclass(frozen=True, slots=True)
class GalleryReport:
    """What was measured on a gallery. A rate is None where there was no probe of its kind.

    Args:
        uncertain_count: Probes for which two persons were too close to tell.
        undetected_names: Probes without a usable face, mated ones and strangers.
        confusions: The nearest false names first, at most twenty.
    """

    rank1: Estimate | None
    fnir: Estimate | None
    fpir: Estimate | None
    threshold: float
    mated_count: int
    non_mated_count: int
    uncertain_count: int
    undetected_names: tuple[str, ...]
    confusions: tuple[Confusion, ...]

    def as_json(self) -> dict[str, object]:
        """The report as plain values."""
        return {
            **beside("rank1", self.rank1),
            **beside("fnir", self.fnir),
            **beside("fpir", self.fpir),
            "threshold": self.threshold,
            "mated": self.mated_count,
            "non_mated": self.non_mated_count,
            "uncertain": self.uncertain_count,
            "undetected": len(self.undetected_names),
            "undetected_names": list(self.undetected_names),
            "confusions": [confusion.as_json() for confusion in self.confusions],
        }


@dataclass(frozen=True, slots=True)
class _Search:
    """What one probe came to."""

    probe: Probe
    is_mated: bool
    decision: Decision | None
    nearest: str | None
    """The person of the nearest template, None where there was no face or nobody to search."""

    @property
    def is_within(self) -> bool:
        return self.decision is not None and self.decision.outcome in (Outcome.MATCH, Outcome.UNCERTAIN)

    @property
    def names_the_mate(self) -> bool:
        return self.decision is not None and self.decision.outcome is Outcome.MATCH and self.nearest == self.probe.person


def evaluate_gallery(
    enrolled: Mapping[str, Sequence[Embedding]],
    probes: Sequence[Probe],
    rule: DecisionRule,
    *,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> GalleryReport:
    """Every figure of the report.

    Args:
        enrolled: The templates of each person. One with none (enrolment failed) is still enrolled: each of their probes is missed.

    Raises:
        EvaluationError: Nobody has a template, or there is no probe.
        ModelMismatchError: Different encoders or weights made the embeddings.
    """
    names = sorted(enrolled)
    if not any(enrolled.values()) or not probes:
        raise EvaluationError("There is nobody to search, or no probe to search for.", hint="Give enrolled pictures and probe pictures.")
    gallery = _gallery(names, enrolled)
    searches = [_search(probe, gallery, names, rule) for probe in probes]
    mated, strangers = [s for s in searches if s.is_mated], [s for s in searches if not s.is_mated]
    return GalleryReport(
        rank1=_rate(mated, [s.nearest == s.probe.person for s in mated], resamples, seed),
        fnir=_rate(mated, [not s.names_the_mate for s in mated], resamples, seed),
        fpir=_rate(strangers, [s.is_within for s in strangers], resamples, seed),
        threshold=rule.threshold,
        mated_count=len(mated),
        non_mated_count=len(strangers),
        uncertain_count=sum(s.decision is not None and s.decision.outcome is Outcome.UNCERTAIN for s in searches),
        undetected_names=tuple(s.probe.name for s in searches if s.probe.embedding is None),
        confusions=_confusions(searches),
    )


def _gallery(names: Sequence[str], enrolled: Mapping[str, Sequence[Embedding]]) -> Gallery:
    """Person i of the gallery is names[i]."""
    rows = [(person_id, embedding) for person_id, name in enumerate(names) for embedding in enrolled[name]]
    key = rows[0][1].key
    return Gallery.of(key, ((template_id, person_id, embedding) for template_id, (person_id, embedding) in enumerate(rows)))


def _search(probe: Probe, gallery: Gallery, names: Sequence[str], rule: DecisionRule) -> _Search:
    is_mated = probe.person in names
    if probe.embedding is None:
        return _Search(probe, is_mated, None, None)
    decision = recognise(probe.embedding, gallery, rule)
    return _Search(probe, is_mated, decision, names[decision.candidates[0].person_id])


def _rate(searches: Sequence[_Search], hits: Sequence[bool], resamples: int, seed: int) -> Estimate | None:
    """The share of hits; the interval by drawing the probes' persons, the gallery as it is."""
    if not searches:
        return None
    persons = person_codes([search.probe.person for search in searches])
    hit_counts = np.bincount(persons, weights=np.asarray(hits, np.float64)).astype(np.float64)
    return rate_by_person(hit_counts, np.bincount(persons).astype(np.float64), resamples=resamples, seed=seed)


def _confusions(searches: Sequence[_Search]) -> tuple[Confusion, ...]:
    wrong = [
        Confusion(search.probe.name, search.probe.person, search.nearest, search.decision.distance)
        for search in searches
        if search.is_within
        and search.nearest
        and search.nearest != search.probe.person
        and search.decision
        and search.decision.distance is not None
    ]
    return tuple(sorted(wrong, key=lambda confusion: confusion.distance)[:_MOST_CONFUSIONS])
