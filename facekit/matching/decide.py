"""From distances to an answer: verify (1:1), recognise (1:N, open set), and the rule that both decide by."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from facekit.cards import ModelCard
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
        """τ by hand where one is set, else from the card's measured operating point for the wanted false match rate.

        Raises:
            ModelError: Nothing is set by hand and the card was never calibrated.
        """
        by_hand = settings.threshold > 0
        if by_hand and settings.uncertain_margin >= 0:
            return DecisionRule(settings.threshold, settings.uncertain_margin)
        point = card.operating_point(settings.target_fmr)
        margin = settings.uncertain_margin if settings.uncertain_margin >= 0 else point.uncertain_margin
        return DecisionRule(settings.threshold if by_hand else point.threshold, margin)


def distance(first: Embedding, second: Embedding) -> float:
    """d = ‖f₁ − f₂‖² of two unit vectors, 0 … 4 (FaceNet, Schroff et al. 2015).

    Raises:
        ModelMismatchError: Different encoders or weights made them.
    """
    second.require(first.key)
    difference = first.vector.astype(np.float64) - second.vector
    return float(np.clip(difference @ difference, 0.0, 4.0))


def verify(probe: Embedding, gallery: Gallery, person_id: int, rule: DecisionRule) -> Decision:
    """Whether the probe is the claimed person: their nearest template against τ.

    Raises:
        ModelMismatchError: The probe and the gallery have different encoders or weights.
    """
    candidates = gallery.of_person(person_id).search(probe, top=1)
    if not candidates:
        return Decision(Outcome.NON_MATCH, rule.threshold)
    return _decided(candidates[0].distance <= rule.threshold, rule, candidates)


def recognise(probe: Embedding, gallery: Gallery, rule: DecisionRule, *, top: int = 5) -> Decision:
    """Who the probe is: the nearest person within τ, "not recognized" (NON_MATCH), or UNCERTAIN between the nearest two.

    Raises:
        ModelMismatchError: The probe and the gallery have different encoders or weights.
    """
    candidates = gallery.search(probe, top=max(top, 2))
    if len(candidates) > 1:
        first, second = candidates[0].distance, candidates[1].distance
        if second <= rule.threshold and second - first < rule.uncertain_margin:
            return Decision(Outcome.UNCERTAIN, rule.threshold, None, first, candidates[:top] if top > 1 else candidates)
    return _decided(bool(candidates) and candidates[0].distance <= rule.threshold, rule, candidates[:top])


def _decided(same: bool, rule: DecisionRule, candidates: tuple[Candidate, ...]) -> Decision:
    nearest = candidates[0] if candidates else None
    return Decision(
        Outcome.MATCH if same else Outcome.NON_MATCH,
        rule.threshold,
        nearest.person_id if same and nearest else None,
        nearest.distance if nearest else None,
        candidates,
    )
