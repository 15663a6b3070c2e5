"""Galleries: searching, binding to one encoder, several templates a person."""

from __future__ import annotations

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
