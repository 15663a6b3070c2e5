"""The answer to a claim and the sentence that says it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from facekit.engine.fake import FAKE_CARD
from facekit.matching.decide import DecisionRule, Search
from facekit.types import Decision, Interval, OperatingPoint, Outcome, QualityIssue, Sample
from facekit.verification import compare_samples, verdict_words, verify_claim
from tests.support.embeddings import OTHER_KEY, at_angle, gallery_of, sample_at

RULE = DecisionRule(threshold=1.0, uncertain_margin=0.1)  # d = 1 at 60 degrees
BLURRED = (QualityIssue.BLURRED,)
NAMES = {1: "Ana", 2: "Bea"}
POINT = OperatingPoint(1.0, 0.001, 0.00099, Interval(0, 1), 0.084, Interval(0, 1), 0.0, 100, 100, "test")
CARD = replace(FAKE_CARD, operating_points=(POINT,))


def asked(sample: Sample, rows: list[tuple[int, float]], rule: DecisionRule = RULE) -> Decision:
    return verify_claim(sample, [Search(gallery_of(rows), rule)], 1)


def test_claim_within_the_limit_and_nobody_else_near_is_a_match() -> None:
    decision = asked(sample_at(30), [(1, 0), (2, 170)])
    assert (decision.outcome, decision.person_id) == (Outcome.MATCH, 1)


def test_claim_beyond_the_limit_is_different_also_where_it_is_somebody_else() -> None:
    decision = asked(sample_at(170), [(1, 0), (2, 170)])
    assert decision.outcome is Outcome.NON_MATCH
    assert decision.distance == pytest.approx(3.97, abs=0.01)


def test_claim_while_somebody_else_is_nearer_is_uncertain_and_names_both() -> None:
    decision = asked(sample_at(30), [(1, 0), (2, 35)])
    assert decision.outcome is Outcome.UNCERTAIN
    assert [candidate.person_id for candidate in decision.candidates] == [1, 2]
    assert "as like Bea (distance 0.01) as Ana" in verdict_words(decision, CARD, names=NAMES)


@pytest.mark.parametrize(("margin", "outcome"), [(0.0, Outcome.MATCH), (0.3, Outcome.UNCERTAIN)])
def test_claim_while_somebody_else_is_a_little_farther_depends_on_the_margin(margin: float, outcome: Outcome) -> None:
    assert asked(sample_at(30), [(1, 0), (2, 65)], DecisionRule(1.0, margin)).outcome is outcome


def test_somebody_else_beyond_the_limit_makes_nothing_uncertain() -> None:
    assert asked(sample_at(58), [(1, 0), (2, 120)], DecisionRule(1.0, 0.5)).outcome is Outcome.MATCH


def test_poor_sample_may_match_but_is_not_called_different() -> None:
    assert asked(sample_at(10, issues=BLURRED), [(1, 0)]).outcome is Outcome.MATCH
    assert asked(sample_at(100, issues=BLURRED), [(1, 0)]).outcome is Outcome.POOR_SAMPLE


def test_person_whom_another_encoder_knows_is_asked_there() -> None:
    sample = replace(sample_at(100), beside=(at_angle(0, key=OTHER_KEY),))
    searches = [Search(gallery_of([(2, 0)]), RULE), Search(gallery_of([(1, 5)], key=OTHER_KEY), RULE)]
    assert verify_claim(sample, searches, 1).outcome is Outcome.MATCH


def test_two_samples_are_compared_by_the_rule() -> None:
    assert compare_samples(sample_at(0), sample_at(59), RULE).outcome is Outcome.MATCH
    assert compare_samples(sample_at(0), sample_at(61), RULE).outcome is Outcome.NON_MATCH
    assert compare_samples(sample_at(0, issues=BLURRED), sample_at(61), RULE).outcome is Outcome.POOR_SAMPLE


def test_verdict_says_what_was_measured_at_the_limit() -> None:
    same, different = (compare_samples(sample_at(0), sample_at(angle), RULE) for angle in (32.5, 150))
    assert verdict_words(same, CARD) == "Same person. Distance 0.31, limit 1.00. Of 10,000 different people about 10 would pass."
    assert verdict_words(different, CARD) == (
        "Different. Distance 3.73, limit 1.00. Of 100 pictures of the same person about 8 would be missed."
    )


def test_verdict_at_a_limit_by_hand_has_no_measured_rate() -> None:
    assert verdict_words(compare_samples(sample_at(0), sample_at(0), RULE), FAKE_CARD).endswith(
        "This limit was set here, not read from the encoder’s card."
    )


def test_verdict_on_a_poor_sample_says_what_would_be_better_once() -> None:
    decision = compare_samples(sample_at(0, issues=BLURRED), sample_at(100, issues=BLURRED), RULE)
    words = verdict_words(decision, CARD, issues=BLURRED * 2)
    assert words == "Cannot tell: the picture is too poor. Better: hold still. Distance 2.35, limit 1.00."
