"""Verify and recognise: d ≤ τ decides, and two persons too close to tell are said so."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from facekit.errors import ModelError, ModelMismatchError
from facekit.matching.decide import DecisionRule, Search, distance, one_face_each, recognise, recognise_in, rules_of, verify, verify_in
from facekit.matching.gallery import Gallery
from facekit.settings import Settings
from facekit.types import Embedding, Outcome
from facekit.weights import find_model
from tests.support.embeddings import KEY, OTHER_KEY, at_angle, gallery_of

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


LOOSE = DecisionRule(threshold=3.0, uncertain_margin=0.3)


def two_galleries(active: list[tuple[int, float]], beside: list[tuple[int, float]]) -> list[Search]:
    return [Search(gallery_of(active), RULE), Search(gallery_of(beside, key=OTHER_KEY), LOOSE)]


def face(active: float, beside: float) -> tuple[Embedding, Embedding]:
    """One face as both encoders see it: at these angles."""
    return at_angle(active), at_angle(beside, key=OTHER_KEY)


@pytest.mark.parametrize(("person", "probe", "threshold"), [(1, face(10, 170), 1.0), (2, face(120, 100), 3.0)])
def test_recognise_in_two_galleries_finds_each_person_where_they_are_with_that_limit(
    person: int, probe: tuple[Embedding, Embedding], threshold: float
) -> None:
    searches = two_galleries([(1, 0)], [(2, 60)])
    decision = recognise_in(probe, searches)
    assert (decision.outcome, decision.person_id, decision.threshold) == (Outcome.MATCH, person, threshold)
    key = KEY if person == 1 else OTHER_KEY
    assert decision.encoder_id == key.encoder_id
    assert decision.distance == pytest.approx(distance(probe[person - 1], at_angle(0 if person == 1 else 60, key=key)), abs=1e-6)


def test_recognise_in_two_galleries_takes_the_smaller_share_of_its_limit_not_the_smaller_distance() -> None:
    probe = face(50, 60 + 60)  # d = 0.71 of 1.0, and 1.0 of 3.0
    assert recognise_in(probe, two_galleries([(1, 0)], [(2, 60)])).person_id == 2


def test_recognise_in_two_galleries_with_shares_too_close_is_uncertain_between_their_persons() -> None:
    probe = face(40, 83)  # d = 0.47 of 1.0, and 1.76 of 3.0
    decision = recognise_in(probe, two_galleries([(1, 0)], [(2, 0)]))
    assert decision.outcome is Outcome.UNCERTAIN
    assert [(row.person_id, row.rank) for row in decision.candidates] == [(1, 1), (2, 2)]


def test_recognise_in_two_galleries_of_a_stranger_tells_the_nearest() -> None:
    decision = recognise_in(face(170, 170), two_galleries([(1, 0)], [(2, 0)]))
    assert decision.outcome is Outcome.NON_MATCH
    assert (decision.candidates[0].person_id, decision.threshold) == (2, 3.0)


def test_recognise_in_no_gallery_or_empty_ones_compares_nothing() -> None:
    assert recognise_in(face(0, 0), []).distance is None
    decision = recognise_in(face(0, 0), two_galleries([], []))
    assert (decision.outcome, decision.distance, decision.threshold) == (Outcome.NON_MATCH, None, 1.0)


def test_recognise_in_a_gallery_without_a_probe_of_its_encoder_is_refused() -> None:
    with pytest.raises(ModelMismatchError):
        recognise_in([at_angle(0)], two_galleries([(1, 0)], [(2, 0)]))


def test_verify_in_two_galleries_asks_the_one_that_has_the_person() -> None:
    searches = two_galleries([(1, 0)], [(2, 60)])
    claimed = [verify_in(face(0, 160), searches, person) for person in (1, 2, 3)]
    assert [(decision.outcome, decision.threshold) for decision in claimed] == [
        (Outcome.MATCH, 1.0),
        (Outcome.MATCH, 3.0),
        (Outcome.NON_MATCH, 1.0),
    ]


def test_rule_by_hand_is_not_put_on_the_distances_of_another_encoder() -> None:
    cards = [find_model(name, task="encode")[0] for name in ("encoder-v1", "encoder-v0")]
    active, beside = rules_of(Settings(threshold=0.5, uncertain_margin=0.2), cards)
    assert active == DecisionRule(0.5, 0.2)
    assert beside == DecisionRule.of(Settings(), cards[1])


def test_rule_when_the_threshold_was_measured_with_another_encoder_is_that_of_the_card() -> None:
    card, _ = find_model("encoder-v0", task="encode")
    own = Settings().replace(threshold=0.5, threshold_encoder=str(card.key), threshold_from="36 pictures")
    assert DecisionRule.of(own, card).threshold == 0.5
    other = own.replace(threshold=0.5, threshold_encoder=str(KEY))
    assert DecisionRule.of(other, card) == DecisionRule.of(Settings(), card)


def excluding(gallery: Gallery, *rows: tuple[int, float]) -> Gallery:
    """The same with faces that were said not to be somebody: (person_id, angle)."""
    vectors = np.stack([at_angle(angle).vector for _, angle in rows])
    return replace(gallery, exclusions=vectors, excluded_ids=np.array([person for person, _ in rows], np.int64))


def test_recognise_a_face_that_was_said_not_to_be_the_nearest_is_not_recognized_and_says_who_it_is_not() -> None:
    gallery = excluding(gallery_of([(1, 0)]), (1, 40))
    decision = recognise(at_angle(35), gallery, RULE)
    assert (decision.outcome, decision.person_id, decision.said_not) == (Outcome.NON_MATCH, None, 1)
    assert recognise(at_angle(10), gallery, RULE).person_id == 1
    assert recognise(at_angle(10), gallery, RULE).said_not is None
    assert recognise(at_angle(100), gallery, RULE).said_not is None, "it would not have matched anyway"


def test_recognise_between_two_of_whom_one_is_ruled_out_names_the_other() -> None:
    rows = [(1, 0.0), (2, 41.0)]
    assert recognise(at_angle(20), gallery_of(rows), RULE).outcome is Outcome.UNCERTAIN
    assert recognise(at_angle(20), excluding(gallery_of(rows), (1, 20)), RULE).person_id == 2


def test_verify_a_claim_that_was_said_to_be_wrong_is_different_with_the_distance() -> None:
    gallery = excluding(gallery_of([(1, 0), (2, 90)]), (1, 40))
    decision = verify(at_angle(35), gallery, 1, RULE)
    assert (decision.outcome, decision.said_not) == (Outcome.NON_MATCH, 1)
    assert decision.distance == pytest.approx(2 - 2 * math.cos(math.radians(35)), abs=1e-5)
    assert verify(at_angle(10), gallery, 1, RULE).outcome is Outcome.MATCH
    assert verify(at_angle(85), gallery, 2, RULE).outcome is Outcome.MATCH
    assert verify(at_angle(100), gallery, 1, RULE).said_not is None


def test_recognise_in_several_galleries_takes_over_who_it_is_not() -> None:
    other = gallery_of([(5, 170)], key=OTHER_KEY)
    searches = [Search(excluding(gallery_of([(1, 0)]), (1, 40)), RULE), Search(other, RULE)]
    decision = recognise_in([at_angle(35), at_angle(35, key=OTHER_KEY)], searches)
    assert (decision.outcome, decision.said_not) == (Outcome.NON_MATCH, 1)
    named = recognise_in([at_angle(35), at_angle(165, key=OTHER_KEY)], searches)
    assert (named.person_id, named.said_not) == (5, None)


def test_one_name_on_two_faces_of_a_picture_stays_with_the_nearer() -> None:
    gallery = gallery_of([(1, 0)])
    farther, nearer = (recognise(at_angle(degrees), gallery, RULE) for degrees in (40, 10))
    kept = one_face_each([farther, nearer])
    assert [(decision.outcome, decision.person_id) for decision in kept] == [(Outcome.NON_MATCH, None), (Outcome.MATCH, 1)]
    assert kept[0].distance == farther.distance
    assert (kept[0].loses_name, kept[1].loses_name) == (True, False)
    assert not recognise(at_angle(90), gallery, RULE).loses_name


def test_face_that_loses_its_name_is_uncertain_where_somebody_else_is_within_the_limit() -> None:
    gallery = gallery_of([(1, 0), (2, 75)])
    found = [recognise(at_angle(degrees), gallery, RULE) for degrees in (5, 30)]
    assert [decision.person_id for decision in found] == [1, 1]
    first, second = one_face_each(found)
    assert (first.outcome, second.outcome, second.person_id) == (Outcome.MATCH, Outcome.UNCERTAIN, None)
    assert [candidate.person_id for candidate in second.candidates[:2]] == [1, 2]


def test_different_names_strangers_and_an_empty_picture_are_left_as_they_are() -> None:
    gallery = gallery_of([(1, 0), (2, 90)])
    found = tuple(recognise(at_angle(degrees), gallery, RULE) for degrees in (0, 90, 180, 170))
    assert one_face_each(found) == found
    assert one_face_each([]) == ()


def test_nearer_face_of_two_encoders_is_the_one_with_the_smaller_share_of_its_limit() -> None:
    searches = two_galleries([(1, 0)], [])
    near, far = (recognise_in(face(degrees, 0), searches) for degrees in (20, 50))
    by_other = replace(far, threshold=far.distance * 10 if far.distance else 1.0)
    assert [decision.person_id for decision in one_face_each([near, by_other])] == [None, 1]
