"""What the import of a folder of folders would do, before anything is stored."""

from __future__ import annotations

from pathlib import Path

import pytest

from facekit.errors import ImageError
from facekit.imaging import person_folders
from facekit.matching.decide import DecisionRule, Search
from facekit.sampling import CheckedPicture, PersonPlan, check_picture, person_name, plan_person
from facekit.types import Person
from tests.support.embeddings import consent, gallery_of, sample_at

RULE = DecisionRule(threshold=1.0, uncertain_margin=0.1)  # d = 1 at 60 degrees
BEA = Person(2, "Bea", consent().given_at, consent(), 1)


def taken(degrees: float, name: str = "a.jpg") -> CheckedPicture:
    return check_picture(Path("folder") / name, [sample_at(degrees)])


def plan(*pictures: CheckedPicture, known: Person | None = None, earlier: tuple[PersonPlan, ...] = ()) -> PersonPlan:
    return plan_person("Ana", pictures, known=known, searches=[Search(gallery_of([(1, 150), (2, 250)]), RULE)], earlier=earlier)


def test_picture_of_one_main_face_can_be_used_and_others_are_refused_with_the_reason() -> None:
    path = Path("a.jpg")
    assert check_picture(path, [sample_at(0)]).sample is not None
    assert check_picture(path, []).refusal == "no face found"
    assert check_picture(path, [sample_at(0), sample_at(0)]).refusal == "2 faces of like size"


def test_new_person_unlike_everyone_is_clear_although_a_picture_is_refused() -> None:
    made = plan(taken(0), check_picture(Path("b.jpg"), []), taken(10))
    assert made.is_clear
    assert (len(made.usable), len(made.refused), len(made.enrolled)) == (2, 1, 0)
    assert [template.source for template in made.templates()] == ["a.jpg", "a.jpg"]


def test_person_like_an_enrolled_one_is_not_clear() -> None:
    made = plan(taken(140))
    assert [candidate.person_id for candidate in made.found.too_like] == [1]
    assert not made.is_clear


def test_picture_that_is_enrolled_already_is_not_stored_again() -> None:
    made = plan(taken(250), taken(245), known=BEA)
    assert (len(made.usable), len(made.enrolled)) == (1, 1)
    assert made.is_clear


def test_person_like_one_of_an_earlier_folder_is_not_clear_and_names_it() -> None:
    first = plan(taken(0))
    second = plan(taken(20), earlier=(first,))
    assert second.earlier == "Ana"
    assert not second.is_clear
    assert plan(taken(75), earlier=(first,)).earlier == ""


def test_folder_without_a_usable_picture_is_not_clear() -> None:
    assert not plan(check_picture(Path("b.jpg"), [])).is_clear


def test_name_of_a_folder_has_spaces_for_underscores() -> None:
    assert person_name("George_W__Bush ") == "George W Bush"


def test_person_folders_are_those_with_pictures(tmp_path: Path) -> None:
    for name in ("Bea/1.jpg", "Ana/2.PNG", "Ana/1.jpg", "Empty/notes.txt", ".hidden/1.jpg"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    found = person_folders(tmp_path)
    assert {name: [path.name for path in files] for name, files in found.items()} == {"Ana": ["1.jpg", "2.PNG"], "Bea": ["1.jpg"]}


def test_folder_without_persons_is_an_error_that_says_how_it_should_be(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="no folders with pictures"):
        person_folders(tmp_path)
    with pytest.raises(ImageError, match="cannot be read"):
        person_folders(tmp_path / "missing")
