"""The answer to a claim, 1:1: is this the person they are said to be, do two pictures show one person? And the sentence that says it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from facekit.cards import ModelCard
from facekit.matching.decide import DecisionRule, Search, distance, probe_for, verify_in
from facekit.quality import advice
from facekit.types import Candidate, Decision, Outcome, QualityIssue, Sample

_SET_HERE = "This limit was set here, not read from the encoder’s card."


def verify_claim(sample: Sample, searches: Sequence[Search], person_id: int) -> Decision:
    """Whether the sample is of the claimed person.

    UNCERTAIN where it is within τ of them, but somebody else is nearer or too close to tell; POOR_SAMPLE where it is beyond τ, but too poor
    for that to mean much.

    Args:
        searches: At least one, each encoder's own; no person is in two of them.

    Raises:
        ModelMismatchError: The sample was not made by an encoder that is asked.
    """
    decision = verify_in(sample.embeddings, searches, person_id)
    if decision.outcome is not Outcome.MATCH:
        return _unless_poor(decision, [sample])
    nearer = _nearer_other(sample, searches, person_id, decision)
    if nearer is None:
        return decision
    return Decision(
        Outcome.UNCERTAIN, decision.threshold, None, decision.distance, (decision.candidates[0], nearer), encoder_id=decision.encoder_id
    )


def compare_samples(first: Sample, second: Sample, rule: DecisionRule) -> Decision:
    """Whether two samples are of one person, by the active encoder; POOR_SAMPLE as in verify_claim.

    Raises:
        ModelMismatchError: Different encoders or weights made them.
    """
    found = distance(first.embedding, second.embedding)
    outcome = Outcome.MATCH if found <= rule.threshold else Outcome.NON_MATCH
    decision = Decision(outcome, rule.threshold, None, found, encoder_id=first.embedding.key.encoder_id)
    return decision if outcome is Outcome.MATCH else _unless_poor(decision, [first, second])


def _plain(number: float, digits: int) -> str:
    return f"{number:,.{digits}f}"


def verdict_words(
    decision: Decision,
    card: ModelCard,
    *,
    names: Mapping[int, str] | None = None,
    issues: Iterable[QualityIssue] = (),
    write: Callable[[float, int], str] = _plain,
) -> str:
    """Verdict, distance, limit, and what was measured at that limit.

    Args:
        card: Of the encoder that decided.
        names: Of the persons in the decision.
        issues: Of the samples, for one that is too poor.
        write: How a number with so many digits after the point is written.
    """
    found = "none" if decision.distance is None else write(decision.distance, 2)
    numbers = f"Distance {found}, limit {write(decision.threshold, 2)}."
    match decision.outcome:
        case Outcome.MATCH:
            return f"Same person. {numbers} {_passing(decision.threshold, card, write)}"
        case Outcome.UNCERTAIN:
            own, other = decision.candidates[:2]
            known = names or {}
            nearer, apart = known.get(other.person_id, "somebody else"), write(other.distance, 2)
            return (
                f"Uncertain. {numbers} The face is as like {nearer} (distance {apart}) as {known.get(own.person_id, 'the claimed person')}."
            )
        case Outcome.POOR_SAMPLE:
            reasons = ", ".join(dict.fromkeys(advice(issue) for issue in issues))
            return f"Cannot tell: the picture is too poor. {f'Better: {reasons}. ' if reasons else ''}{numbers}"
        case _ if decision.said_not is not None:
            name = (names or {}).get(decision.said_not, "the claimed person")
            return f"Different. {numbers} But the face is nearer to one that you said is not {name}."
        case _:
            return f"Different. {numbers} {_missed(decision.threshold, card)}"


def _unless_poor(decision: Decision, samples: Sequence[Sample]) -> Decision:
    """ "Different" is not said of a face that was too poor to tell."""
    if decision.said_not is not None or decision.distance is None or all(sample.quality.is_good for sample in samples):
        return decision
    return Decision(Outcome.POOR_SAMPLE, decision.threshold, None, decision.distance, decision.candidates, encoder_id=decision.encoder_id)


def _nearer_other(sample: Sample, searches: Sequence[Search], person_id: int, decision: Decision) -> Candidate | None:
    """Somebody else within their τ who is nearer, or as near as the rule's margin; distances count as shares of their own τ."""
    own = next(search for search in searches if person_id in search.gallery.person_ids)
    limit = ((decision.distance or 0.0) + own.rule.uncertain_margin) / own.rule.threshold
    found = [
        (candidate.distance / search.rule.threshold, candidate)
        for search in searches
        for candidate in search.gallery.without_person(person_id).search(probe_for(search, sample.embeddings), top=1)
    ]
    share, nearest = min(found, key=lambda row: row[0], default=(float("inf"), None))
    return nearest if share <= 1.0 and share < limit else None


def _passing(threshold: float, card: ModelCard, write: Callable[[float, int], str]) -> str:
    point = next((point for point in card.operating_points if point.threshold == threshold), None)
    return f"Of {write(10_000, 0)} different people about {write(point.fmr * 10_000, 0)} would pass." if point else _SET_HERE


def _missed(threshold: float, card: ModelCard) -> str:
    point = next((point for point in card.operating_points if point.threshold == threshold), None)
    if point is None:
        return _SET_HERE
    return f"Of 100 pictures of the same person about {round(point.fnmr * 100)} would be missed."
