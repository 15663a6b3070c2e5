"""Strange pictures and like folders, against slow means of distances."""

from __future__ import annotations

import numpy as np
import pytest

from facekit.evaluation.screening import LikeFolders, MixedFolder, StrangePicture, screen
from facekit.types import FloatArray

TAU = 0.9


def pictures(persons: int = 6, each: int = 5, noise: float = 0.25) -> tuple[FloatArray, list[str], list[str]]:
    random = np.random.default_rng(4)
    made = np.repeat(random.normal(size=(persons, 16)), each, axis=0) + noise * random.normal(size=(persons * each, 16))
    unit: FloatArray = (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float32)
    names = [f"p{person}" for person in range(persons) for _ in range(each)]
    return unit, names, [f"{name}/{row}" for row, name in enumerate(names)]


def test_screen_when_every_folder_is_right_says_nothing() -> None:
    vectors, persons, names = pictures()
    assert screen(vectors, persons, names, TAU) == ()


def test_screen_when_a_picture_lies_in_another_folder_names_it_and_whom_it_is_like() -> None:
    vectors, persons, names = pictures()
    persons[7] = "p4"
    (found,) = (each for each in screen(vectors, persons, names, TAU) if isinstance(each, StrangePicture))
    assert (found.picture, found.person, found.like) == (names[7], "p4", "p1")
    own = [row for row, person in enumerate(persons) if person == "p4" and row != 7]
    others = [row for row, person in enumerate(persons) if person == "p1"]
    assert found.own == pytest.approx(np.mean([((vectors[7] - vectors[row]) ** 2).sum() for row in own]), abs=1e-5)
    assert found.others == pytest.approx(np.mean([((vectors[7] - vectors[row]) ** 2).sum() for row in others]), abs=1e-5)
    assert "more like p1" in str(found)


def test_screen_when_a_folder_holds_copies_of_another_names_both() -> None:
    vectors, persons, names = pictures()
    vectors[:5] = vectors[5:10]
    found = screen(vectors, persons, names, TAU)
    likes = [each for each in found if isinstance(each, LikeFolders)]
    assert [(each.first, each.second) for each in likes] == [("p0", "p1")]
    assert "look like one person" in str(likes[0])


def test_screen_when_two_folders_have_changed_names_says_nothing() -> None:
    """Each folder still shows one person: nothing is learnt wrongly."""
    vectors, persons, names = pictures()
    persons = [{"p0": "p1", "p1": "p0"}.get(person, person) for person in persons]
    assert screen(vectors, persons, names, TAU) == ()


def test_screen_when_a_strange_picture_is_far_from_everybody_says_nothing() -> None:
    vectors, persons, names = pictures()
    vectors[3] = -vectors[3]
    assert not any(isinstance(each, StrangePicture) for each in screen(vectors, persons, names, 0.5))


def test_screen_when_every_label_is_shuffled_says_that_folders_are_mixed() -> None:
    vectors, persons, names = pictures()
    persons = [f"p{(row // 5 + row % 5) % 6}" for row in range(len(persons))]
    found = [each for each in screen(vectors, persons, names, TAU) if isinstance(each, MixedFolder)]
    assert {each.person for each in found} == {f"p{person}" for person in range(6)}
    rows = [row for row, person in enumerate(persons) if person == found[0].person]
    slow = [((vectors[i] - vectors[j]) ** 2).sum() for i in rows for j in rows if i < j]
    assert found[0].own == pytest.approx(np.mean(slow), abs=1e-5)
    assert "hardly look like one person" in str(found[0])


def test_screen_when_there_is_one_person_or_nobody_says_nothing() -> None:
    vectors, persons, names = pictures(persons=1)
    assert screen(vectors, persons, names, TAU) == ()
    assert screen(np.zeros((0, 16), np.float32), [], [], TAU) == ()
