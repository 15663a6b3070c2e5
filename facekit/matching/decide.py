"""From distances to an answer: verify (1:1), recognise (1:N, open set), and the rule that both decide by.

While a gallery moves from one encoder to another there are several of it, one an encoder, and no person is in two: see Search.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from facekit.cards import ModelCard
from facekit.errors import ModelMismatchError
from facekit.matching.gallery import Gallery
from facekit.settings import Settings
from facekit.types import Candidate, Decision, Embedding, Outcome


@dataclass(frozen=True, slots=True)
class DecisionRule:
    """What decides.

    Args:
        threshold: τ on d; at or below is the same person (lecture: d(img1, img2) ≤ τ).
        uncertain_margin: Two persons both within τ whose distances differ by less are too close to tell.
    """

    threshold: float
    uncertain_margin: float

    @staticmethod
    def of(settings: Settings, card: ModelCard) -> DecisionRule:
        """τ that is set by hand or measured with this encoder, else from the card's operating point for the wanted false match rate.

        Raises:
            ModelError: Nothing is set by hand and the card was never calibrated.
        """
        own = settings.threshold_for(card.key)
        if own > 0 and settings.uncertain_margin >= 0:
            return DecisionRule(own, settings.uncertain_margin)
        point = card.operating_point(settings.target_fmr)
        margin = settings.uncertain_margin if settings.uncertain_margin >= 0 else point.uncertain_margin
        return DecisionRule(own if own > 0 else point.threshold, margin)

    @staticmethod
    def beside(settings: Settings, card: ModelCard) -> DecisionRule:
        """The rule of an encoder beside the active one: from its own card, for what is set by hand is meant for the active one's distances.

        Raises:
            ModelError: The card was never calibrated.
        """
        return DecisionRule.of(settings.replace(threshold=0.0, uncertain_margin=-1.0), card)


@dataclass(frozen=True, slots=True, eq=False)
class Search:
    """The gallery of one encoder with the rule that decides in it."""

    gallery: Gallery
    rule: DecisionRule


def rules_of(settings: Settings, cards: Sequence[ModelCard]) -> tuple[DecisionRule, ...]:
    """A rule an encoder, the active one's first.

    Raises:
        ModelError: A card was never calibrated, and nothing is set by hand for the active one.
    """
    return tuple(DecisionRule.beside(settings, card) if row else DecisionRule.of(settings, card) for row, card in enumerate(cards))


def distance(first: Embedding, second: Embedding) -> float:
    """d = ‖f₁ − f₂‖² of two unit vectors, 0 … 4 (FaceNet, Schroff et al. 2015).

    Raises:
        ModelMismatchError: Different encoders or weights made them.
    """
    second.require(first.key)
    difference = first.vector.astype(np.float64) - second.vector
    return float(np.clip(difference @ difference, 0.0, 4.0))


def verify(probe: Embedding, gallery: Gallery, person_id: int, rule: DecisionRule) -> Decision:
    """Whether the probe is the claimed person: their nearest template against τ; not where they are ruled out (see Gallery.ruled_out).

    Raises:
        ModelMismatchError: The probe and the gallery have different encoders or weights.
    """
    own = gallery.of_person(person_id)
    if not own.template_count:
        return Decision(Outcome.NON_MATCH, rule.threshold)
    if out := own.ruled_out(probe):
        said_not = person_id if out[person_id].distance <= rule.threshold else None
        return replace(_decided(False, rule, (out[person_id],)), said_not=said_not)
    candidates = own.search(probe, top=1)
    return _decided(candidates[0].distance <= rule.threshold, rule, candidates)


def recognise(probe: Embedding, gallery: Gallery, rule: DecisionRule, *, top: int = 5) -> Decision:
    """Who the probe is: the nearest person within τ, "not recognized" (NON_MATCH), or UNCERTAIN between the nearest two.

    Nobody who is ruled out (see Gallery.ruled_out) is among them.

    Raises:
        ModelMismatchError: The probe and the gallery have different encoders or weights.
    """
    candidates = gallery.search(probe, top=max(top, 2))
    if len(candidates) > 1:
        first, second = candidates[0].distance, candidates[1].distance
        if second <= rule.threshold and second - first < rule.uncertain_margin:
            shown = candidates[:top] if top > 1 else candidates
            return Decision(Outcome.UNCERTAIN, rule.threshold, None, first, shown, shown[0].encoder_id)
    decision = _decided(bool(candidates) and candidates[0].distance <= rule.threshold, rule, candidates[:top])
    return decision if decision.outcome is Outcome.MATCH else replace(decision, said_not=_said_not(gallery.ruled_out(probe), rule))


def verify_in(probes: Iterable[Embedding], searches: Sequence[Search], person_id: int) -> Decision:
    """Whether the probe is the claimed person, asked in the gallery that has them.

    Args:
        probes: The same face by each encoder.
        searches: At least one, each encoder's own; no person is in two of them.

    Raises:
        ModelMismatchError: There is no probe of an encoder that is asked.
    """
    own = next((search for search in searches if person_id in search.gallery.person_ids), searches[0])
    return verify(probe_for(own, probes), own.gallery, person_id, own.rule)


def recognise_in(probes: Iterable[Embedding], searches: Sequence[Search], *, top: int = 5) -> Decision:
    """Who the probe is, asked in the galleries of several encoders; see recognise.

    Distances of two encoders have no common scale: the nearest of all is the one with the smallest share of its own τ, and whoever is too
    close to tell from a person of another gallery is judged by these shares too.

    Args:
        probes: The same face by each encoder.
        searches: Each encoder's own, the active one's first; no person is in two of them.

    Raises:
        ModelMismatchError: There is no probe of an encoder that is asked.
    """
    known = tuple(probes)
    asked = [search for search in searches if search.gallery.template_count]
    if not asked:
        return Decision(Outcome.NON_MATCH, searches[0].rule.threshold if searches else 0.0)
    found = [(recognise(probe_for(search, known), search.gallery, search.rule, top=top), search.rule) for search in asked]
    first, *others = sorted(found, key=lambda row: _share(row[0]))
    return _beside_others(first, [decision for decision, _ in others], top=top)


def one_face_each(decisions: Sequence[Decision]) -> tuple[Decision, ...]:
    """The decisions on all faces of one picture, in which nobody can be twice: the nearer face keeps the name.

    The other is UNCERTAIN where a second person is within τ, else "not recognized".
    """
    kept: dict[int, int] = {}
    for row in sorted(range(len(decisions)), key=lambda row: _share(decisions[row])):
        if (person_id := decisions[row].person_id) is not None:
            kept.setdefault(person_id, row)
    return tuple(
        decision if decision.person_id is None or kept[decision.person_id] == row else _nameless(decision)
        for row, decision in enumerate(decisions)
    )


def _nameless(decision: Decision) -> Decision:
    has_other = any(row.distance <= decision.threshold and row.encoder_id == decision.encoder_id for row in decision.candidates[1:2])
    return replace(decision, outcome=Outcome.UNCERTAIN if has_other else Outcome.NON_MATCH, person_id=None)


def _beside_others(first: tuple[Decision, DecisionRule], others: Sequence[Decision], *, top: int) -> Decision:
    """The nearest of several galleries' answers, or UNCERTAIN where another's is too close to tell."""
    decision, rule = first
    if decision.outcome is not Outcome.MATCH:
        said_not = next((found.said_not for found in (decision, *others) if found.said_not is not None), None)
        return replace(decision, said_not=said_not)
    margin = rule.uncertain_margin / rule.threshold if rule.threshold > 0 else 0.0
    close = [other for other in others if _share(other) <= 1.0 and _share(other) - _share(decision) < margin]
    if not close:
        return decision
    rows = (decision.candidates[0], *(other.candidates[0] for other in close), *decision.candidates[1:])
    ranked = tuple(replace(row, rank=rank) for rank, row in enumerate(rows[: max(top, 2)], start=1))
    return replace(decision, outcome=Outcome.UNCERTAIN, person_id=None, candidates=ranked)


def _share(decision: Decision) -> float:
    """d / τ: at most 1 is a match, whichever encoder it is."""
    if decision.distance is None:
        return float("inf")
    return decision.distance / max(decision.threshold, 1e-9)


def probe_for(search: Search, probes: Iterable[Embedding]) -> Embedding:
    """The one of a face's embeddings that may be searched there.

    Raises:
        ModelMismatchError: There is none.
    """
    key = search.gallery.key
    for probe in probes:
        if probe.key == key:
            return probe
    raise ModelMismatchError(f"The face was not encoded by {key}, whose gallery is asked.", hint="Load that encoder beside the active one.")


def _said_not(out: Mapping[int, Candidate], rule: DecisionRule) -> int | None:
    """The nearest of those who are ruled out, where they are within τ."""
    nearest = min(out.values(), key=lambda candidate: candidate.distance, default=None)
    return nearest.person_id if nearest and nearest.distance <= rule.threshold else None


def _decided(same: bool, rule: DecisionRule, candidates: tuple[Candidate, ...]) -> Decision:
    nearest = candidates[0] if candidates else None
    return Decision(
        Outcome.MATCH if same else Outcome.NON_MATCH,
        rule.threshold,
        nearest.person_id if same and nearest else None,
        nearest.distance if nearest else None,
        candidates,
        nearest.encoder_id if nearest else "",
    )
