"""The guard before a template is stored."""

from __future__ import annotations

import pytest

from facekit.enrolment import enrol, main_face, review
from facekit.matching.decide import DecisionRule, Search
from facekit.store.base import NewTemplate
from facekit.store.fake import MemoryRepository
from facekit.types import QualityIssue, Sample
from tests.support.embeddings import KEY, consent, gallery_of, sample_at

RULE = DecisionRule(threshold=1.0, uncertain_margin=0.1)  # d = 1 at 60 degrees


def searches_in(rows: list[tuple[int, float]]) -> tuple[Search, ...]:
    return (Search(gallery_of(rows), RULE),)


def test_new_person_far_from_everyone_is_clear() -> None:
    found = review([sample_at(0), sample_at(20)], searches_in([(1, 150)]))
    assert found.is_clear
    assert found.too_like == ()
    assert found.unlike_own is None


def test_new_person_like_another_is_asked_about_naming_the_nearest() -> None:
    found = review([sample_at(0), sample_at(5)], searches_in([(1, 50), (2, 40), (3, 200)]))
    assert not found.is_clear
    assert [candidate.person_id for candidate in found.too_like] == [2]


def test_known_person_is_not_too_like_themselves() -> None:
    assert review([sample_at(10)], searches_in([(1, 0), (2, 170)]), person_id=1).is_clear


def test_template_too_far_from_the_person_s_own_is_asked_about() -> None:
    found = review([sample_at(120)], searches_in([(1, 0)]), person_id=1)
    assert found.unlike_own is not None
    assert found.unlike_own.distance == pytest.approx(3.0, abs=1e-5)


def test_new_person_s_pictures_unlike_each_other_are_asked_about() -> None:
    found = review([sample_at(0), sample_at(10), sample_at(170)], searches_in([]))
    assert [one.unlike_own is None for one in found.samples] == [True, True, False]


def test_quality_issues_are_told_but_are_no_obstacle() -> None:
    found = review([sample_at(0, issues=(QualityIssue.TOO_DARK,))], searches_in([]))
    assert found.is_clear
    assert found.samples[0].issues == (QualityIssue.TOO_DARK,)


def test_main_face_is_the_only_one_or_much_the_largest() -> None:
    large, middle, small = sample_at(0, side=200), sample_at(0, side=150), sample_at(0, side=60)
    assert main_face([large]) is large
    assert main_face([large, small]) is large
    assert main_face([large, middle]) is None
    assert main_face([]) is None


def _template(sample: Sample) -> NewTemplate:
    return NewTemplate(sample.embedding, sample.quality, "a.png", sample.aligned)


def test_enrol_of_a_known_name_adds_templates_to_that_person() -> None:
    store = MemoryRepository()
    first = enrol(store, "Ana", consent(), [_template(sample_at(0))])
    again = enrol(store, " ana ", consent(), [_template(sample_at(5))])
    assert again.person_id == first.person_id
    assert again.template_count == 2
    assert store.gallery(KEY).template_count == 2
