"""Verify and recognise: d ≤ τ decides, and two persons too close to tell are said so."""

from __future__ import annotations

import math

import pytest

from facekit.errors import ModelError, ModelMismatchError
from facekit.matching.decide import DecisionRule, distance, recognise, verify
from facekit.settings import Settings
from facekit.types import Outcome
from facekit.weights import find_model
from tests.support.embeddings import OTHER_KEY, at_angle, gallery_of

RULE = DecisionRule(threshold=1.0, uncertain_margin=0.2)  # d = 1 at 60 degrees


def test_distance_of_two_unit_vectors_is_two_minus_twice_the_cosine() -> None:
    assert distance(at_angle(0), at_angle(90)) == pytest.approx(2.0, abs=1e-6)
    assert distance(at_angle(0), at_angle(180)) == pytest.approx(4.0, abs=1e-6)
    assert distance(at_angle(20), at_angle(50)) == pytest.approx(2 - 2 * math.cos(math.radians(30)), abs=1e-6)


def test_distance_between_encoders_is_refused() -> None:
    with pytest.raises(ModelMismatchError):
        distance(at_angle(0), at_angle(0, key=OTHER_KEY))


def test_verify_at_the_threshold_itself_is_the_same_person() -> None:
    gallery = gallery_of([(1, 0)])
    exact = DecisionRule(float(gallery.distances(at_angle(60))[0]), 0.0)
    assert verify(at_angle(60), gallery, 1, exact).outcome is Outcome.MATCH


def test_verify_takes_the_nearest_of_several_templates() -> None:
    decision = verify(at_angle(85), gallery_of([(1, 0), (1, 90), (2, 85)]), 1, RULE)
    assert decision.outcome is Outcome.MATCH
    assert decision.distance == pytest.approx(2 - 2 * math.cos(math.radians(5)), abs=1e-5)


def test_verify_of_a_wrong_claim_says_different_with_the_distance() -> None:
    decision = verify(at_angle(90), gallery_of([(1, 0), (2, 90)]), 1, RULE)
    assert decision.outcome is Outcome.NON_MATCH
    assert decision.person_id is None
    assert decision.distance == pytest.approx(2.0, abs=1e-5)


def test_recognise_a_stranger_is_not_recognized_but_tells_the_nearest() -> None:
    decision = recognise(at_angle(170), gallery_of([(1, 0), (2, 40)]), RULE)
    assert decision.outcome is Outcome.NON_MATCH
    assert decision.person_id is None
    assert decision.candidates[0].person_id == 2


def test_recognise_two_persons_within_the_margin_is_uncertain() -> None:
    decision = recognise(at_angle(20), gallery_of([(1, 0), (2, 41)]), RULE)
    assert decision.outcome is Outcome.UNCERTAIN
    assert decision.person_id is None
    assert [c.person_id for c in decision.candidates[:2]] == [1, 2]


def test_recognise_with_the_second_person_beyond_tau_is_a_match() -> None:
    decision = recognise(at_angle(50), gallery_of([(1, 0), (2, 115)]), DecisionRule(1.0, 4.0))
    assert (decision.outcome, decision.person_id) == (Outcome.MATCH, 1)


def test_recognise_two_templates_of_one_person_is_never_uncertain() -> None:
    assert recognise(at_angle(10), gallery_of([(1, 0), (1, 20)]), RULE).outcome is Outcome.MATCH


def test_recognise_in_an_empty_gallery_compares_nothing() -> None:
    decision = recognise(at_angle(0), gallery_of([]), RULE)
    assert decision.outcome is Outcome.NON_MATCH
    assert decision.distance is None


def test_rule_of_the_settings_takes_the_card_s_threshold_for_the_wanted_rate() -> None:
    card, _ = find_model("encoder-v0", task="encode")
    strict, loose = (DecisionRule.of(Settings(target_fmr=rate), card) for rate in (1e-4, 1e-2))
    assert strict.threshold == card.operating_point(1e-4).threshold < loose.threshold


def test_rule_of_a_rate_between_two_points_takes_the_stricter() -> None:
    card, _ = find_model("encoder-v0", task="encode")
    assert DecisionRule.of(Settings(target_fmr=5e-3), card).threshold == card.operating_point(1e-3).threshold


def test_rule_by_hand_outranks_the_card() -> None:
    card, _ = find_model("encoder-v0", task="encode")
    assert DecisionRule.of(Settings(threshold=0.5), card).threshold == 0.5


def test_rule_of_a_card_without_points_needs_a_threshold_by_hand() -> None:
    from dataclasses import replace

    bare = replace(find_model("encoder-v0", task="encode")[0], operating_points=())
    with pytest.raises(ModelError, match="no measured threshold"):
        DecisionRule.of(Settings(), bare)
    assert DecisionRule.of(Settings(threshold=0.8, uncertain_margin=0.0), bare) == DecisionRule(0.8, 0.0)
