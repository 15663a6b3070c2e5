"""Galleries: searching, binding to one encoder, several templates a person."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from facekit.errors import ModelMismatchError
from facekit.matching.gallery import Gallery, disjoint
from facekit.types import Embedding
from tests.support.embeddings import KEY, OTHER_KEY, at_angle, gallery_of


def test_search_orders_persons_by_their_best_template() -> None:
    gallery = gallery_of([(1, 0), (2, 30), (1, 80), (3, 50)])
    found = gallery.search(at_angle(45), top=3)
    assert [candidate.person_id for candidate in found] == [3, 2, 1]
    assert [candidate.rank for candidate in found] == [1, 2, 3]
    assert found[2].template_id == 102, "person 1 is nearest with the template at 80 degrees"


def test_search_with_fewer_persons_than_top_gives_them_all() -> None:
    assert len(gallery_of([(1, 0), (1, 5)]).search(at_angle(0), top=5)) == 1


def test_search_of_an_empty_gallery_finds_nobody() -> None:
    assert Gallery.of(KEY, []).search(at_angle(0)) == ()


def test_gallery_of_templates_of_two_weights_is_refused() -> None:
    with pytest.raises(ModelMismatchError):
        Gallery.of(KEY, [(1, 1, at_angle(0)), (2, 2, at_angle(0, key=OTHER_KEY))])


def test_probe_of_other_weights_is_refused_even_when_the_gallery_is_empty() -> None:
    with pytest.raises(ModelMismatchError):
        Gallery.of(KEY, []).search(at_angle(0, key=OTHER_KEY))


def test_distances_are_the_squared_distances_of_a_plain_loop() -> None:
    rng = np.random.default_rng(3)
    rows = rng.normal(size=(20, 16))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    embeddings = [Embedding(row.astype(np.float32), KEY) for row in rows]
    gallery = Gallery.of(KEY, [(i, i, e) for i, e in enumerate(embeddings)])
    slow = [sum((float(a) - float(b)) ** 2 for a, b in zip(rows[0], row, strict=True)) for row in rows]
    np.testing.assert_allclose(gallery.distances(embeddings[0]), slow, atol=1e-5)


@given(st.lists(st.tuples(st.integers(1, 5), st.floats(0, 360)), min_size=1, max_size=12), st.floats(0, 360))
def test_search_names_each_person_once_nearest_first(rows: list[tuple[int, float]], angle: float) -> None:
    found = gallery_of(rows).search(at_angle(angle), top=10)
    assert len(found) == len({person for person, _ in rows}) == len({c.person_id for c in found})
    assert [c.distance for c in found] == sorted(c.distance for c in found)


def test_without_person_and_of_person_part_the_gallery() -> None:
    gallery = gallery_of([(1, 0), (2, 30), (1, 80)])
    assert set(gallery.of_person(1).template_ids) == {100, 102}
    assert set(gallery.without_person(1).template_ids) == {101}
    assert gallery.person_count == 2
    assert gallery.template_count == 3


def test_disjoint_leaves_each_person_to_the_first_gallery_that_has_them() -> None:
    first, second, third = disjoint(
        [gallery_of([(1, 0), (2, 30)]), gallery_of([(2, 0), (3, 5), (3, 9)], key=OTHER_KEY), gallery_of([(3, 0), (1, 5), (4, 9)])]
    )
    assert [gallery.person_ids.tolist() for gallery in (first, second, third)] == [[1, 2], [3, 3], [4]]
    np.testing.assert_array_equal(second.matrix, [at_angle(5).vector, at_angle(9).vector])


def excluding(gallery: Gallery, *rows: tuple[int, float]) -> Gallery:
    """The same with faces that were said not to be somebody: (person_id, angle)."""
    vectors = np.stack([at_angle(angle).vector for _, angle in rows])
    return replace(gallery, exclusions=vectors, excluded_ids=np.array([person for person, _ in rows], np.int64))


def test_search_when_the_probe_is_nearer_to_an_exclusion_than_to_the_person_finds_the_next() -> None:
    gallery = excluding(gallery_of([(1, 0), (2, 60)]), (1, 30))
    assert [candidate.person_id for candidate in gallery.search(at_angle(20))] == [2]
    assert [candidate.person_id for candidate in gallery.search(at_angle(10))] == [1, 2]
    assert gallery.ruled_out(at_angle(10)) == {}
    out = gallery.ruled_out(at_angle(20))
    assert out[1].template_id == 100
    assert out[1].distance == pytest.approx(float(gallery.distances(at_angle(20))[0]))


def test_search_when_the_person_has_a_nearer_template_too_finds_them_again() -> None:
    gallery = excluding(gallery_of([(1, 0), (1, 22)]), (1, 30))
    assert [candidate.person_id for candidate in gallery.search(at_angle(20))] == [1]


def test_exclusion_says_nothing_of_anybody_else_and_of_nobody_who_is_not_there() -> None:
    gallery = excluding(gallery_of([(1, 0), (2, 40)]), (1, 30), (9, 30))
    assert [candidate.person_id for candidate in gallery.search(at_angle(30))] == [2]
    assert gallery.without_person(1).ruled_out(at_angle(30)) == {}
    assert set(gallery.of_person(1).ruled_out(at_angle(30))) == {1}


@given(st.lists(st.tuples(st.integers(1, 4), st.floats(0, 360)), min_size=1, max_size=12), st.floats(0, 360), st.data())
def test_search_with_exclusions_is_that_of_a_slow_loop(rows: list[tuple[int, float]], probe: float, data: st.DataObject) -> None:
    out = data.draw(st.lists(st.tuples(st.integers(1, 4), st.floats(0, 360)), min_size=1, max_size=6))
    gallery = excluding(gallery_of(rows), *out)
    asked = at_angle(probe)

    def nearest(pairs: list[tuple[int, float]], person: int) -> float:
        found = [float(np.clip(np.float32(2) - 2 * (at_angle(angle).vector @ asked.vector), 0, 4)) for p, angle in pairs if p == person]
        return min(found, default=np.inf)

    left = {person for person, _ in rows if not nearest(out, person) < nearest(rows, person) - 1e-5}
    sure = {person for person, _ in rows if not nearest(out, person) < nearest(rows, person) + 1e-5}
    found = {candidate.person_id for candidate in gallery.search(asked, top=10)}
    assert sure <= found <= left
