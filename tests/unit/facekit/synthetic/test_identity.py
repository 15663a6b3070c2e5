"""Who a synthetic person is."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from facekit.synthetic import Identity, identity, person_name


def test_identity_when_made_twice_from_a_seed_is_equal() -> None:
    assert identity(17) == identity(17)


def test_identity_when_seeds_differ_is_another_person_in_nearly_every_measure() -> None:
    first, second = dataclasses.astuple(identity(1)), dataclasses.astuple(identity(2))
    assert sum(a != b for a, b in zip(first, second, strict=True)) > 0.8 * len(first)


def test_identity_of_a_negative_seed_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        identity(-1)


def test_identities_of_many_seeds_show_every_style_and_both_ends_of_every_scale() -> None:
    people = [identity(seed) for seed in range(150)]
    assert len({person.hair_style for person in people}) == 8
    assert len({person.beard for person in people}) == 5
    assert len({person.glasses for person in people}) == 3
    skin = np.array([person.skin for person in people])
    assert skin.min() < 0.3
    assert skin.max() > 0.9
    assert 0 <= skin.min() <= skin.max() <= 1


def test_person_name_for_the_first_sixty_seeds_is_unique_and_one_word() -> None:
    names = [person_name(seed) for seed in range(60)]
    assert len(set(names)) == 60
    assert all(name.isalpha() for name in names)
    assert names == [person_name(seed) for seed in range(60)]


def test_person_name_beyond_the_list_still_tells_seeds_apart() -> None:
    names = [person_name(seed) for seed in range(300)]
    assert len(set(names)) == 300


def test_identity_cannot_be_changed() -> None:
    person: Identity = identity(0)
    with pytest.raises(dataclasses.FrozenInstanceError):
        person.age = 0.5  # type: ignore[misc]
