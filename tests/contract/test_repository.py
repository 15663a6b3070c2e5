"""What every repository promises, asked of the one in SQL and of the fake alike."""

from __future__ import annotations

import shutil
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from facekit.errors import ConsentMissingError, InvalidNameError, PersonExistsError, PersonNotFoundError, StoreError
from facekit.store import open_repository
from facekit.store.base import ChangeKind, Coverage, NewChange, NewTemplate, Repository
from facekit.store.copies import copy_stem
from facekit.store.fake import MemoryRepository
from facekit.types import AlignedFace, Embedding, EncoderKey, Outcome, Person, QualityIssue
from tests.support.embeddings import KEY, OTHER_KEY, at_angle, consent, good_quality

MAKERS: dict[str, Callable[[Path], Repository]] = {
    "sql": lambda folder: open_repository(folder / "people.db"),
    "memory": lambda _folder: MemoryRepository(),
}


@pytest.fixture(params=MAKERS)
def repository(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Repository]:
    opened = MAKERS[request.param](tmp_path)
    yield opened
    opened.close()


def template(angle: float = 0.0, *, key: EncoderKey = KEY, crop: AlignedFace | None = None) -> NewTemplate:
    return NewTemplate(at_angle(angle, key=key), good_quality(), "ana.jpg", crop)


def noise(seed: int = 0) -> AlignedFace:
    return AlignedFace(np.random.default_rng(seed).integers(0, 256, (112, 112, 3), np.uint8))


def names(repository: Repository) -> list[str]:
    return [person.name for person in repository.people()]


def test_enrol_when_the_name_is_free_answers_the_person_as_stored(repository: Repository) -> None:
    before = datetime.now(UTC)
    person = repository.enrol("  Ana María ", consent(), [template(10), template(20)])
    assert (person.name, person.template_count, person.consent) == ("Ana María", 2, consent())
    assert before <= person.created_at <= datetime.now(UTC)
    assert repository.person(person.person_id) == person == repository.find("ana maría")
    assert repository.people() == (person,)


def test_consent_when_given_in_another_time_zone_is_kept_as_the_same_moment_in_utc(repository: Repository) -> None:
    given_at = datetime(2026, 7, 1, 1, 30, tzinfo=timezone(timedelta(hours=2)))
    person = repository.enrol("Ana", replace(consent(), given_at=given_at), [template()])
    kept = repository.person(person.person_id).consent.given_at
    assert kept == given_at
    assert kept.tzinfo == UTC


def test_enrol_when_the_consent_has_no_time_zone_is_refused(repository: Repository) -> None:
    with pytest.raises(ValueError, match="time zone"):
        repository.enrol("Ana", replace(consent(), given_at=datetime(2026, 7, 1)), [template()])
    assert repository.people() == ()


@pytest.mark.parametrize("text", ["", "  \n"])
def test_enrol_when_the_consent_has_no_text_stores_nothing(repository: Repository, text: str) -> None:
    with pytest.raises(ConsentMissingError):
        repository.enrol("Ana", replace(consent(), text=text), [template()])
    assert repository.people() == ()
    assert repository.gallery(KEY).template_count == 0


@pytest.mark.parametrize("same", ["Ana", "ANA", " ana ", "aNa\n"])
def test_enrol_when_the_name_differs_only_by_case_or_space_is_refused(repository: Repository, same: str) -> None:
    repository.enrol("Ana", consent(), [template()])
    with pytest.raises(PersonExistsError, match=r"(?i)ana"):
        repository.enrol(same, consent(), [template(90)])
    assert names(repository) == ["Ana"]
    assert repository.gallery(KEY).template_count == 1


@pytest.mark.parametrize(("first", "second"), [("Strauß", "STRAUSS"), ("Zoe\u0308", "zo\u00eb"), ("ΣΊΣΥΦΟΣ", "σίσυφος")])
def test_names_when_unicode_says_that_they_are_the_same_are_taken(repository: Repository, first: str, second: str) -> None:
    person = repository.enrol(first, consent(), [template()])
    with pytest.raises(PersonExistsError):
        repository.enrol(second, consent(), [template()])
    assert repository.find(second) == person


@pytest.mark.parametrize(
    "bad",
    ["", "   ", "\u200d", "\u200b\u0301", "a\nb", "a\x00b", "a\x1b[31mb", "a\u2028b", "a\u202eb", "a\udcffb", "x" * 201, "é" * 201],
    ids=ascii,
)
def test_names_when_they_cannot_be_shown_are_refused_by_enrol_and_rename(repository: Repository, bad: str) -> None:
    person = repository.enrol("Ana", consent(), [template()])
    with pytest.raises(InvalidNameError) as refused:
        repository.enrol(bad, consent(), [template()])
    assert isinstance(refused.value, ValueError)
    assert refused.value.hint
    with pytest.raises(InvalidNameError):
        repository.rename(person.person_id, bad)
    assert names(repository) == ["Ana"]


@pytest.mark.parametrize(
    "good", ["x" * 200, "e\u0301" * 200, "李小龙", "👩‍🚀 Ana", "می‌خواهم", "O'Brien", "'; DROP TABLE persons; --", '%_\\"', "0", "Ana (2)"]
)
def test_names_when_they_are_unusual_are_kept_as_written(repository: Repository, good: str) -> None:
    person = repository.enrol(good, consent(), [template()])
    assert person == repository.find(good.upper()) == repository.find(good)
    assert repository.rename(person.person_id, "Ana").name == "Ana"
    assert repository.rename(person.person_id, good) == person


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.text(max_size=220))
def test_names_when_they_are_anything_are_found_again_or_refused(repository: Repository, name: str) -> None:
    try:
        person = repository.enrol(name, consent(), [template()])
    except InvalidNameError:
        return
    assert repository.find(name) == repository.find(person.name) == person
    repository.remove(person.person_id)


def test_find_when_the_name_is_nearly_right_names_the_nearest(repository: Repository) -> None:
    repository.enrol("Ana María", consent(), [template()])
    repository.enrol("Boris", consent(), [template()])
    with pytest.raises(PersonNotFoundError, match="anna maria") as missing:
        repository.find("anna maria")
    assert "Ana María" in missing.value.hint
    assert "Boris" not in missing.value.hint


def test_people_when_several_come_by_name_without_regard_to_case(repository: Repository) -> None:
    for name in ("boris", "Carla", "ana", "Éva"):
        repository.enrol(name, consent(), [template()])
    assert names(repository) == ["ana", "boris", "Carla", "Éva"]


@pytest.mark.parametrize(
    "ask",
    [
        lambda it: it.person(99),
        lambda it: it.rename(99, "Boris"),
        lambda it: it.remove(99),
        lambda it: it.set_aside(99),
        lambda it: it.put_back(99),
        lambda it: it.templates(99),
        lambda it: it.add_templates(99, [template()]),
        lambda it: it.add_event(Outcome.MATCH, "camera", person_id=99),
        lambda it: it.find("Boris"),
    ],
)
def test_calls_when_the_person_is_unknown_say_so_and_change_nothing(repository: Repository, ask: Callable[[Repository], object]) -> None:
    repository.enrol("Ana", consent(), [template()])
    revision = repository.gallery(KEY).revision
    with pytest.raises(PersonNotFoundError):
        ask(repository)
    assert repository.gallery(KEY).revision == revision
    assert names(repository) == ["Ana"]
    assert repository.events() == ()


def test_rename_when_the_name_is_taken_is_refused_and_to_its_own_other_case_is_not(repository: Repository) -> None:
    ana = repository.enrol("Ana", consent(), [template()])
    repository.enrol("Boris", consent(), [template()])
    with pytest.raises(PersonExistsError):
        repository.rename(ana.person_id, "BORIS")
    assert repository.rename(ana.person_id, "ANA") == replace(ana, name="ANA")
    assert repository.find("ana").name == "ANA"


def test_templates_when_stored_come_back_whole_and_oldest_first(repository: Repository) -> None:
    vector = np.random.default_rng(3).standard_normal(128).astype(np.float32)
    embedding = Embedding(vector / np.linalg.norm(vector), OTHER_KEY)
    quality = replace(good_quality(), yaw=-12.3456789, sharpness=1e-9, issues=(QualityIssue.TOO_DARK, QualityIssue.TILTED))
    person = repository.enrol("Ana", consent(), [template(30)])
    person = repository.add_templates(person.person_id, [NewTemplate(embedding, quality, "camera Büro")])
    first, second = repository.templates(person.person_id)
    assert person.template_count == 2
    assert first.template_id < second.template_id
    assert (second.person_id, second.quality, second.source, second.has_crop) == (person.person_id, quality, "camera Büro", False)
    [made] = second.embeddings
    assert made.key == OTHER_KEY
    assert made.vector.dtype == np.float32
    np.testing.assert_array_equal(made.vector, embedding.vector)
    assert second.created_at.tzinfo == UTC


@pytest.mark.parametrize(
    "bad",
    [
        np.zeros(4),
        np.full(4, np.nan),
        np.ones(4),
        np.zeros(0),
        np.eye(4)[:1],
        np.array([1.0, 0.0]),  # unit length, but the others of this encoder have four numbers
    ],
)
def test_templates_when_the_vector_is_no_unit_vector_of_the_encoder_are_refused_whole(
    repository: Repository, bad: np.ndarray[tuple[int, ...], np.dtype[np.float64]]
) -> None:
    ana = repository.enrol("Ana", consent(), [template()])
    wrong = replace(template(), embedding=Embedding(bad.astype(np.float32), KEY))
    with pytest.raises(ValueError, match="embedding of"):
        repository.enrol("Boris", consent(), [template(1), wrong])
    with pytest.raises(ValueError, match="embedding of"):
        repository.add_templates(ana.person_id, [wrong])
    assert repository.people() == (ana,)


def test_templates_when_none_are_given_or_a_quality_is_no_number_are_refused(repository: Repository) -> None:
    blind = replace(template(), quality=replace(good_quality(), sharpness=float("nan")))
    with pytest.raises(ValueError, match="at least one template"):
        repository.enrol("Ana", consent(), [])
    with pytest.raises(ValueError, match="sharpness"):
        repository.enrol("Ana", consent(), [blind])
    assert repository.people() == ()


def test_source_when_a_file_name_is_not_unicode_is_stored_with_a_question_mark(repository: Repository) -> None:
    person = repository.enrol("Ana", consent(), [replace(template(), source="b\udcff.jpg")])
    assert repository.templates(person.person_id)[0].source == "b?.jpg"


def test_gallery_when_encoders_are_mixed_takes_only_its_own(repository: Repository) -> None:
    ana = repository.enrol("Ana", consent(), [template(0), template(10, key=OTHER_KEY)])
    boris = repository.enrol("Boris", consent(), [template(90)])
    gallery, other = repository.gallery(KEY), repository.gallery(OTHER_KEY)
    assert gallery.person_ids.tolist() == [ana.person_id, boris.person_id]
    assert other.template_ids.tolist() == [repository.templates(ana.person_id)[1].template_id]
    np.testing.assert_array_equal(gallery.matrix, [at_angle(0).vector, at_angle(90).vector])
    assert gallery.search(at_angle(80), top=1)[0].person_id == boris.person_id
    assert repository.gallery(EncoderKey("none", "")).template_count == 0
    assert repository.encoder_counts() == {KEY: 2, OTHER_KEY: 1}


def test_gallery_when_the_store_is_empty_answers_nobody(repository: Repository) -> None:
    assert repository.gallery(KEY).search(at_angle(0)) == ()
    assert repository.encoder_counts() == {}


def test_galleries_when_several_encoders_are_asked_have_nobody_twice(repository: Repository) -> None:
    ana = repository.enrol("Ana", consent(), [template(0), template(10, key=OTHER_KEY)])
    boris = repository.enrol("boris", consent(), [template(90, key=OTHER_KEY)])
    carla = repository.enrol("Carla", consent(), [template(50, key=EncoderKey("third", "c"))])
    first, second = repository.galleries([KEY, OTHER_KEY])
    assert (first.person_ids.tolist(), second.person_ids.tolist()) == ([ana.person_id], [boris.person_id])
    assert first.revision == second.revision == repository.gallery(KEY).revision
    assert repository.people_without([KEY, OTHER_KEY]) == (carla,)
    assert repository.people_without([KEY]) == (boris, carla)
    assert repository.people_without([]) == repository.people()
    assert repository.galleries([]) == ()


def moving(repository: Repository) -> tuple[Person, Person]:
    """Ana with two crops, Boris with none; both known to KEY alone."""
    ana = repository.enrol("Ana", consent(keep_crops=True), [template(0, crop=noise(1)), template(10, crop=noise(2))])
    return ana, repository.enrol("Boris", consent(), [template(90)])


def test_coverage_when_a_gallery_moves_tells_who_is_across_who_can_be_and_who_needs_a_picture(repository: Repository) -> None:
    ana, boris = moving(repository)
    ids = tuple(stored.template_id for stored in repository.templates(ana.person_id))
    assert repository.coverage(OTHER_KEY) == Coverage(2, 0, ids, (boris,))
    assert repository.add_embeddings([(ids[0], at_angle(33, key=OTHER_KEY))]) == 1
    assert repository.coverage(OTHER_KEY) == Coverage(2, 1, ids[1:], (boris,))
    boris = repository.add_templates(boris.person_id, [template(50, key=OTHER_KEY)])
    assert repository.coverage(OTHER_KEY) == Coverage(2, 2, ids[1:], ())
    assert repository.coverage(KEY) == Coverage(2, 2, (), ())


def test_embeddings_when_added_stand_beside_the_others_of_the_same_template(repository: Repository) -> None:
    ana, _ = moving(repository)
    first, second = repository.templates(ana.person_id)
    revision = repository.gallery(KEY).revision
    made = [(first.template_id, at_angle(33, key=OTHER_KEY)), (second.template_id, at_angle(44, key=OTHER_KEY))]
    assert repository.add_embeddings(made) == 2
    assert repository.add_embeddings([*made, (second.template_id + 99, at_angle(1, key=OTHER_KEY))]) == 0
    stored, _ = repository.templates(ana.person_id)
    assert stored.keys == (KEY, OTHER_KEY)
    np.testing.assert_array_equal(stored.embeddings[1].vector, at_angle(33).vector)
    assert repository.person(ana.person_id).template_count == 2
    assert repository.gallery(OTHER_KEY).template_ids.tolist() == [first.template_id, second.template_id]
    assert repository.gallery(OTHER_KEY).revision > revision
    assert repository.encoder_counts() == {KEY: 3, OTHER_KEY: 2}
    repository.remove_template(first.template_id)
    assert repository.gallery(OTHER_KEY).template_ids.tolist() == [second.template_id]


@pytest.mark.parametrize("bad", [np.zeros(4), np.array([1.0, 0.0])])
def test_embeddings_when_one_is_no_unit_vector_of_the_encoder_are_refused_whole(
    repository: Repository, bad: np.ndarray[tuple[int, ...], np.dtype[np.float64]]
) -> None:
    ana, _ = moving(repository)
    first, second = repository.templates(ana.person_id)
    repository.add_embeddings([(first.template_id, at_angle(1, key=OTHER_KEY))])
    with pytest.raises(ValueError, match="embedding of"):
        repository.add_embeddings(
            [(second.template_id, at_angle(2, key=OTHER_KEY)), (second.template_id, Embedding(bad.astype(np.float32), OTHER_KEY))]
        )
    assert repository.gallery(OTHER_KEY).template_count == 1


def test_switch_when_recorded_makes_the_new_encoder_the_active_one_with_its_evidence(repository: Repository) -> None:
    assert repository.active_encoder() is None
    assert repository.encoder_changes() == ()
    moving(repository)
    revision, before = repository.gallery(KEY).revision, datetime.now(UTC)
    forced = repository.switch_encoder(NewChange(ChangeKind.PROMOTE, KEY, OTHER_KEY, '{"fnmr": 0.1}', "the τ in it"))
    back = repository.switch_encoder(NewChange(ChangeKind.ROLL_BACK, OTHER_KEY, KEY))
    assert repository.active_encoder() == KEY
    assert repository.encoder_changes() == (back, forced)
    assert forced.change == NewChange(ChangeKind.PROMOTE, KEY, OTHER_KEY, '{"fnmr": 0.1}', "the τ in it")
    assert before <= forced.changed_at <= back.changed_at
    assert repository.gallery(KEY).revision > revision


def test_switch_when_another_program_has_switched_meanwhile_is_refused(repository: Repository) -> None:
    first = repository.switch_encoder(NewChange(ChangeKind.PROMOTE, KEY, OTHER_KEY))
    with pytest.raises(StoreError, match="another program"):
        repository.switch_encoder(NewChange(ChangeKind.PROMOTE, KEY, EncoderKey("third", "c")))
    assert repository.encoder_changes() == (first,)


def test_release_when_everybody_is_across_deletes_what_the_encoder_made_and_keeps_the_crops(repository: Repository) -> None:
    ana, boris = moving(repository)
    first, second = (stored.template_id for stored in repository.templates(ana.person_id))
    repository.add_templates(boris.person_id, [template(50, key=OTHER_KEY)])
    repository.add_embeddings([(first, at_angle(1, key=OTHER_KEY)), (second, at_angle(2, key=OTHER_KEY))])
    assert repository.release_encoder(KEY, OTHER_KEY) == 3
    assert repository.encoder_counts() == {OTHER_KEY: 3}
    assert repository.person(boris.person_id).template_count == 1, "the picture that nobody can compare any more is gone"
    assert [stored.has_crop for stored in repository.templates(ana.person_id)] == [True, True]
    assert repository.people_without([OTHER_KEY]) == ()
    assert repository.encoder_changes()[0].change == NewChange(ChangeKind.RELEASE, KEY, OTHER_KEY)
    assert repository.active_encoder() == OTHER_KEY


def test_release_when_somebody_would_be_lost_or_it_is_the_active_one_changes_nothing(repository: Repository) -> None:
    moving(repository)
    repository.set_aside(repository.enrol("Carla", consent(), [template(5)]).person_id)
    with pytest.raises(StoreError, match="Ana, Boris, Carla"):
        repository.release_encoder(KEY, OTHER_KEY)
    with pytest.raises(StoreError, match="active"):
        repository.release_encoder(KEY, KEY)
    assert repository.gallery(KEY).template_count == 3
    assert repository.encoder_changes() == ()


def test_revision_when_anything_enrolled_changes_grows_and_stays_when_it_is_only_read(repository: Repository) -> None:
    seen = [repository.gallery(KEY).revision]
    ana = repository.enrol("Ana", consent(), [template()])
    seen.append(repository.gallery(KEY).revision)
    repository.add_templates(ana.person_id, [template(5)])
    seen.append(repository.gallery(KEY).revision)
    repository.rename(ana.person_id, "Anna")
    seen.append(repository.gallery(KEY).revision)
    repository.remove_template(repository.templates(ana.person_id)[0].template_id)
    seen.append(repository.gallery(KEY).revision)
    repository.remove(ana.person_id)
    seen.append(repository.gallery(KEY).revision)
    assert seen == sorted(set(seen))
    repository.add_event(Outcome.NON_MATCH, "camera")
    repository.people()
    assert repository.gallery(KEY).revision == repository.gallery(OTHER_KEY).revision == seen[-1]


def test_crops_when_the_consent_allows_them_come_back_pixel_for_pixel(repository: Repository) -> None:
    person = repository.enrol("Ana", consent(keep_crops=True), [template(crop=noise(1)), template()])
    repository.add_templates(person.person_id, [template(crop=noise(2))])
    first, without, later = repository.templates(person.person_id)
    assert [each.has_crop for each in (first, without, later)] == [True, False, True]
    for stored, seed in ((first, 1), (later, 2)):
        crop = repository.crop(stored.template_id)
        assert crop is not None
        np.testing.assert_array_equal(crop.pixels, noise(seed).pixels)
    assert repository.crop(without.template_id) is None
    assert repository.crop(12345) is None


def test_crops_when_the_consent_does_not_allow_them_are_never_stored(repository: Repository) -> None:
    person = repository.enrol("Ana", consent(keep_crops=False), [template(crop=noise())])
    repository.add_templates(person.person_id, [template(crop=noise())])
    for stored in repository.templates(person.person_id):
        assert not stored.has_crop
        assert repository.crop(stored.template_id) is None


def test_remove_when_done_leaves_nothing_of_the_person_and_all_of_the_others(repository: Repository) -> None:
    ana = repository.enrol("Ana", consent(keep_crops=True), [template(crop=noise()), template(5, key=OTHER_KEY)])
    boris = repository.enrol("Boris", consent(keep_crops=True), [template(90, crop=noise(7))])
    ana_templates = repository.templates(ana.person_id)
    repository.remove(ana.person_id)
    assert repository.people() == (boris,)
    assert repository.gallery(KEY).person_ids.tolist() == [boris.person_id]
    assert repository.encoder_counts() == {KEY: 1}
    assert all(repository.crop(stored.template_id) is None for stored in ana_templates)
    assert repository.crop(repository.templates(boris.person_id)[0].template_id) is not None
    with pytest.raises(PersonNotFoundError):
        repository.remove(ana.person_id)


def test_ids_when_a_person_was_removed_are_never_given_again(repository: Repository) -> None:
    ana = repository.enrol("Ana", consent(), [template()])
    template_id = repository.templates(ana.person_id)[0].template_id
    repository.remove(ana.person_id)
    again = repository.enrol("Ana", consent(), [template()])
    assert again.person_id > ana.person_id
    assert repository.templates(again.person_id)[0].template_id > template_id


def test_remove_template_when_it_is_one_of_several_deletes_it_alone(repository: Repository) -> None:
    ana = repository.enrol("Ana", consent(keep_crops=True), [template(0, crop=noise()), template(5)])
    first, second = repository.templates(ana.person_id)
    repository.remove_template(first.template_id)
    assert [left.template_id for left in repository.templates(ana.person_id)] == [second.template_id]
    assert repository.person(ana.person_id).template_count == 1
    assert repository.crop(first.template_id) is None


def test_remove_template_when_it_is_the_last_or_unknown_is_refused(repository: Repository) -> None:
    ana = repository.enrol("Ana", consent(), [template()])
    [only] = repository.templates(ana.person_id)
    with pytest.raises(StoreError, match="last"):
        repository.remove_template(only.template_id)
    with pytest.raises(StoreError, match="no template"):
        repository.remove_template(only.template_id + 1)
    assert repository.person(ana.person_id) == ana


def test_events_when_the_person_is_removed_stay_without_them(repository: Repository) -> None:
    before = datetime.now(UTC)
    ana = repository.enrol("Ana", consent(), [template()])
    repository.add_event(Outcome.MATCH, "camera Büro", person_id=ana.person_id, distance=0.25)
    repository.add_event(Outcome.NON_MATCH, "b\udcff.png", distance=1.5)
    newest, oldest = repository.events()
    assert (newest.outcome, newest.person_id, newest.distance, newest.source) == (Outcome.NON_MATCH, None, 1.5, "b?.png")
    assert (oldest.outcome, oldest.person_id, oldest.distance) == (Outcome.MATCH, ana.person_id, 0.25)
    assert before <= oldest.seen_at <= newest.seen_at
    assert repository.events(limit=1) == (newest,)
    repository.remove(ana.person_id)
    assert repository.events() == (newest, replace(oldest, person_id=None))


def test_set_aside_when_done_hides_the_person_everywhere_and_put_back_brings_all_again(repository: Repository) -> None:
    ana = repository.enrol("Ana", consent(keep_crops=True), [template(crop=noise()), template(5)])
    boris = repository.enrol("Boris", consent(), [template(90)])
    repository.add_event(Outcome.MATCH, "camera", person_id=ana.person_id)
    crop_id = repository.templates(ana.person_id)[0].template_id
    seen = [repository.gallery(KEY).revision]
    repository.set_aside(ana.person_id)
    seen.append(repository.gallery(KEY).revision)
    assert repository.people() == (boris,)
    assert repository.gallery(KEY).person_ids.tolist() == [boris.person_id]
    assert repository.encoder_counts() == {KEY: 1}
    assert repository.crop(crop_id) is None
    for ask in (repository.person, repository.templates, repository.set_aside):
        with pytest.raises(PersonNotFoundError):
            ask(ana.person_id)
    with pytest.raises(StoreError):
        repository.remove_template(crop_id)
    assert repository.put_back(ana.person_id) == ana
    seen.append(repository.gallery(KEY).revision)
    assert seen == sorted(set(seen))
    assert repository.people() == (ana, boris)
    assert repository.gallery(KEY).template_count == 3
    assert repository.crop(crop_id) is not None
    assert repository.events()[0].person_id == ana.person_id


def test_put_back_when_the_name_was_given_meanwhile_is_refused_and_can_be_tried_again(repository: Repository) -> None:
    ana = repository.enrol("Ana", consent(), [template()])
    repository.set_aside(ana.person_id)
    other = repository.enrol("ANA", consent(), [template(90)])
    with pytest.raises(PersonExistsError):
        repository.put_back(ana.person_id)
    repository.rename(other.person_id, "Boris")
    assert repository.put_back(ana.person_id) == ana


def test_remove_when_the_person_is_set_aside_deletes_them_and_they_cannot_be_put_back(repository: Repository) -> None:
    ana = repository.enrol("Ana", consent(), [template()])
    repository.set_aside(ana.person_id)
    repository.remove(ana.person_id)
    for ask in (repository.put_back, repository.remove):
        with pytest.raises(PersonNotFoundError):
            ask(ana.person_id)


def test_put_back_when_the_person_is_enrolled_or_unknown_is_refused(repository: Repository) -> None:
    ana = repository.enrol("Ana", consent(), [template()])
    for person_id in (ana.person_id, 99):
        with pytest.raises(PersonNotFoundError):
            repository.put_back(person_id)


@pytest.mark.parametrize("keeps_crops", [True, False])
def test_merge_when_done_gives_the_first_all_of_the_second_within_the_consent(repository: Repository, keeps_crops: bool) -> None:
    ana = repository.enrol("Ana", consent(keep_crops=keeps_crops), [template(0, crop=noise(1))])
    anna = repository.enrol("Anna", consent(keep_crops=True), [template(10, crop=noise(2)), template(20, key=OTHER_KEY)])
    repository.add_event(Outcome.MATCH, "camera", person_id=anna.person_id)
    revision = repository.gallery(KEY).revision
    merged = repository.merge(ana.person_id, anna.person_id)
    assert merged == replace(ana, template_count=3)
    assert repository.people() == (merged,)
    stored = repository.templates(ana.person_id)
    assert [each.has_crop for each in stored] == [keeps_crops, keeps_crops, False]
    assert (repository.crop(stored[1].template_id) is not None) == keeps_crops
    assert repository.gallery(KEY).person_ids.tolist() == [ana.person_id, ana.person_id]
    assert repository.gallery(KEY).revision > revision
    assert repository.events()[0].person_id == ana.person_id
    assert repository.enrol("Anna", consent(), [template(90)]).person_id > anna.person_id


def test_merge_when_one_is_unknown_or_both_are_one_changes_nothing(repository: Repository) -> None:
    ana = repository.enrol("Ana", consent(), [template()])
    for first, second in ((ana.person_id, 99), (99, ana.person_id)):
        with pytest.raises(PersonNotFoundError):
            repository.merge(first, second)
    with pytest.raises(ValueError, match="themself"):
        repository.merge(ana.person_id, ana.person_id)
    assert repository.people() == (ana,)


def test_events_when_filtered_are_those_of_one_person_or_outcome_newest_first(repository: Repository) -> None:
    ana = repository.enrol("Ana", consent(), [template()])
    at = datetime(2026, 7, 1, 12, tzinfo=timezone(timedelta(hours=2)))
    for hours, outcome, person_id in ((3, Outcome.MATCH, ana.person_id), (1, Outcome.NON_MATCH, None), (2, Outcome.MATCH, None)):
        seen = (at + timedelta(hours=hours), at + timedelta(hours=hours, minutes=1))
        repository.add_event(outcome, "camera", person_id=person_id, distance=0.5, seen=seen)
    assert [event.seen_at for event in repository.events()] == [at + timedelta(hours=hours) for hours in (3, 2, 1)]
    [event] = repository.events(person_id=ana.person_id)
    assert (event.seen_at, event.seen_until) == (at + timedelta(hours=3), at + timedelta(hours=3, minutes=1))
    assert event.seen_at.tzinfo == event.seen_until.tzinfo == UTC
    assert [event.seen_at.hour for event in repository.events(outcome=Outcome.MATCH)] == [13, 12]
    assert repository.events(person_id=ana.person_id, outcome=Outcome.NON_MATCH) == ()


def test_event_that_goes_on_is_changed_in_place_and_can_be_removed_alone(repository: Repository) -> None:
    ana = repository.enrol("Ana", consent(), [template()])
    begun, until = datetime(2026, 11, 22, 14, tzinfo=UTC), datetime(2026, 11, 22, 14, 5, tzinfo=UTC)
    first = repository.add_event(Outcome.NON_MATCH, "camera", seen=(begun, begun))
    second = repository.add_event(Outcome.UNCERTAIN, "camera", seen=(begun, begun))
    before = repository.gallery(KEY).revision
    assert repository.change_event(first, Outcome.MATCH, person_id=ana.person_id, distance=0.2, seen=(begun, until))
    event = next(event for event in repository.events() if event.event_id == first)
    assert (event.outcome, event.person_id, event.distance) == (Outcome.MATCH, ana.person_id, 0.2)
    assert (event.seen_at, event.seen_until, event.source) == (begun, until, "camera")
    with pytest.raises(PersonNotFoundError):
        repository.change_event(first, Outcome.MATCH, person_id=99, distance=0.2, seen=(begun, until))
    repository.remove_event(second)
    repository.remove_event(second)
    assert [event.event_id for event in repository.events()] == [first]
    assert not repository.change_event(second, Outcome.NON_MATCH, person_id=None, distance=None, seen=(begun, until))
    assert repository.gallery(KEY).revision == before


def test_remove_events_when_older_than_a_moment_leaves_the_newer_and_the_gallery(repository: Repository) -> None:
    ana = repository.enrol("Ana", consent(), [template()])
    now = datetime.now(UTC)
    for days in (40, 10, 0):
        seen_at = now - timedelta(days=days)
        repository.add_event(Outcome.MATCH, "camera", person_id=ana.person_id, seen=(seen_at, seen_at))
    revision = repository.gallery(KEY).revision
    assert repository.remove_events(before=now - timedelta(days=30)) == 1
    assert len(repository.events()) == 2
    assert repository.remove_events() == 2
    assert repository.events() == ()
    assert repository.gallery(KEY).revision == revision
    assert repository.people() == (ana,)


def test_calls_when_closed_raise_store_error(repository: Repository) -> None:
    repository.close()
    for ask in (repository.people, repository.events, repository.encoder_counts, lambda: repository.enrol("Ana", consent(), [template()])):
        with pytest.raises(StoreError, match="closed"):
            ask()
    repository.close()


def test_two_threads_when_they_enrol_at_once_both_succeed_and_a_shared_name_is_won_by_one(repository: Repository) -> None:
    refused: list[str] = []
    others: list[BaseException] = []
    together = threading.Barrier(2)

    def enrol_many(label: str) -> None:
        try:
            together.wait()
            for number in range(15):
                repository.enrol(f"{label} {number}", consent(), [template(number), template(number + 1)])
                try:
                    repository.enrol(f"both {number}", consent(), [template()])
                except PersonExistsError:
                    refused.append(f"both {number}")
                repository.gallery(KEY).search(at_angle(3))
        except BaseException as error:  # noqa: BLE001  # shown by the assertion below
            others.append(error)

    threads = [threading.Thread(target=enrol_many, args=(label,)) for label in ("left", "right")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert others == []
    assert sorted(refused) == sorted(f"both {number}" for number in range(15))
    assert len(repository.people()) == 45
    assert repository.gallery(KEY).template_count == 75
    assert repository.gallery(KEY).revision == 45


def test_change_consent_replaces_what_was_agreed_and_keeps_what_is_enrolled(repository: Repository) -> None:
    person = repository.enrol("Ana", consent(keep_crops=True), [template(crop=noise())])
    now = datetime(2026, 3, 4, tzinfo=UTC)
    changed = repository.change_consent(person.person_id, person.consent.with_training(given_at=now, recorded_by="clerk"))
    assert changed == replace(person, consent=changed.consent) == repository.person(person.person_id)
    assert (changed.consent.covers_training, changed.consent.given_at, changed.consent.recorded_by) == (True, now, "clerk")
    back = repository.change_consent(person.person_id, changed.consent.without_training()).consent
    assert (back.covers_training, back.text, back.given_at) == (False, person.consent.text, now)
    [kept] = repository.templates(person.person_id)
    assert kept.has_crop


def test_change_consent_when_pictures_may_not_be_kept_deletes_them(repository: Repository) -> None:
    person = repository.enrol("Ana", consent(keep_crops=True), [template(crop=noise())])
    [kept] = repository.templates(person.person_id)
    repository.change_consent(person.person_id, replace(person.consent, keep_crops=False))
    assert repository.crop(kept.template_id) is None
    assert [each.has_crop for each in repository.templates(person.person_id)] == [False]


def test_change_consent_of_nobody_or_to_nothing_is_refused(repository: Repository) -> None:
    person = repository.enrol("Ana", consent(), [template()])
    with pytest.raises(PersonNotFoundError):
        repository.change_consent(person.person_id + 99, consent())
    with pytest.raises(ConsentMissingError):
        repository.change_consent(person.person_id, replace(consent(), text=" "))
    assert repository.person(person.person_id) == person


class Copied:
    """Ana with two crops and Bea with one, copied to a folder as a training has them."""

    def __init__(self, repository: Repository, folder: Path) -> None:
        self.folder = folder
        self.ana = repository.enrol("Ana", consent(training=True), [template(1, crop=noise(1)), template(2, crop=noise(2))])
        self.bea = repository.enrol("Bea", consent(training=True), [template(60, crop=noise(3))])
        repository.note_copies(folder)
        for person in (self.ana, self.bea):
            for kept in repository.templates(person.person_id):
                self.write(person.name, f"{copy_stem(kept.template_id)}.png")
        self.write("Ana", "0000-photo.png")
        self.write("", "targets.npz")

    def write(self, person: str, file: str) -> None:
        (self.folder / person).mkdir(parents=True, exist_ok=True)
        (self.folder / person / file).write_bytes(b"a face")

    @property
    def left(self) -> dict[str, int]:
        """Files by person; "" is what was made of all."""
        files = [file.relative_to(self.folder) for file in self.folder.rglob("*") if file.is_file()]
        return dict(Counter("" if len(file.parts) == 1 else file.parts[0] for file in files))


@pytest.fixture
def copied(repository: Repository, tmp_path: Path) -> Copied:
    return Copied(repository, tmp_path / "run" / "faces")


def test_copies_while_everyone_stays_are_left_alone(repository: Repository, copied: Copied) -> None:
    repository.rename(copied.bea.person_id, "Beate")
    assert copied.left == {"Ana": 3, "Bea": 1, "": 1}


def test_copies_of_a_removed_person_are_deleted_with_what_was_made_of_all(repository: Repository, copied: Copied) -> None:
    repository.remove(copied.ana.person_id)
    assert copied.left == {"Bea": 1}
    assert not (copied.folder / "Ana").exists()


def test_copies_of_a_person_who_is_set_aside_go_when_they_are_removed_for_good(repository: Repository, copied: Copied) -> None:
    repository.set_aside(copied.bea.person_id)
    assert copied.left == {"Ana": 3, "Bea": 1, "": 1}
    repository.remove(copied.bea.person_id)
    assert copied.left == {"Ana": 3}


def test_copy_of_a_removed_template_is_deleted_and_the_others_stay(repository: Repository, copied: Copied) -> None:
    first, _ = repository.templates(copied.ana.person_id)
    repository.remove_template(first.template_id)
    assert copied.left == {"Ana": 2, "Bea": 1}


def test_copies_when_the_consent_to_training_is_taken_back_are_deleted(repository: Repository, copied: Copied) -> None:
    repository.change_consent(copied.bea.person_id, copied.bea.consent.without_training())
    assert copied.left == {"Ana": 3}


def test_copies_of_one_merged_into_a_person_who_did_not_agree_are_deleted(repository: Repository, copied: Copied) -> None:
    cara = repository.enrol("Cara", consent(keep_crops=True), [template(100)])
    repository.merge(cara.person_id, copied.bea.person_id)
    assert copied.left == {"Ana": 3}


def test_copies_in_a_folder_that_is_gone_hinder_no_removal(repository: Repository, copied: Copied) -> None:
    shutil.rmtree(copied.folder)
    repository.remove(copied.ana.person_id)
    assert names(repository) == ["Bea"]


def test_exclusions_when_remembered_come_back_and_stand_in_the_gallery_of_their_encoder(repository: Repository) -> None:
    ana, bea = (repository.enrol(name, consent(), [template(angle)]) for name, angle in (("Ana", 0), ("Bea", 60)))
    before = repository.gallery(KEY).revision
    made = repository.exclude(ana.person_id, at_angle(30), "camera Desk\udce9")
    assert (made.person_id, made.source, made.embedding.key) == (ana.person_id, "camera Desk?", KEY)
    np.testing.assert_array_equal(made.embedding.vector, at_angle(30).vector)
    assert abs(made.created_at - datetime.now(UTC)) < timedelta(minutes=1)
    [kept] = repository.exclusions(ana.person_id)
    assert (kept.exclusion_id, kept.created_at) == (made.exclusion_id, made.created_at)
    assert repository.exclusions(bea.person_id) == ()
    gallery = repository.gallery(KEY)
    assert gallery.revision > before
    assert gallery.excluded_ids.tolist() == [ana.person_id]
    assert [candidate.person_id for candidate in gallery.search(at_angle(28))] == [bea.person_id]
    assert repository.gallery(OTHER_KEY).excluded_ids.tolist() == []
    assert repository.templates(ana.person_id)[0].embeddings[0].vector is not None
    assert repository.person(ana.person_id).template_count == 1, "it is no template of theirs"


def test_exclusions_when_taken_back_are_gone_and_an_unknown_one_is_refused(repository: Repository) -> None:
    ana = repository.enrol("Ana", consent(), [template(0)])
    made = repository.exclude(ana.person_id, at_angle(30), "x")
    repository.remove_exclusion(made.exclusion_id)
    assert repository.exclusions(ana.person_id) == ()
    assert repository.gallery(KEY).excluded_ids.tolist() == []
    with pytest.raises(StoreError, match=str(made.exclusion_id)):
        repository.remove_exclusion(made.exclusion_id)


def test_exclusions_go_with_the_person_hide_with_them_and_are_forgotten_when_two_become_one(repository: Repository) -> None:
    ana, anna, bea = (repository.enrol(name, consent(), [template(angle)]) for name, angle in (("Ana", 0), ("Anna", 5), ("Bea", 60)))
    made = [repository.exclude(person.person_id, at_angle(30), "x") for person in (ana, anna, bea)]
    repository.set_aside(bea.person_id)
    assert bea.person_id not in repository.gallery(KEY).excluded_ids
    with pytest.raises(StoreError):
        repository.remove_exclusion(made[2].exclusion_id)
    repository.put_back(bea.person_id)
    assert bea.person_id in repository.gallery(KEY).excluded_ids
    repository.remove(bea.person_id)
    with pytest.raises(PersonNotFoundError):
        repository.exclusions(bea.person_id)
    assert repository.gallery(KEY).excluded_ids.tolist() == [ana.person_id, anna.person_id]
    repository.merge(ana.person_id, anna.person_id)
    assert repository.exclusions(ana.person_id) == ()
    assert repository.gallery(KEY).excluded_ids.tolist() == []


def test_exclusions_stay_with_their_encoder_through_a_move_and_go_when_it_is_let_go(repository: Repository) -> None:
    ana = repository.enrol("Ana", consent(), [template(0)])
    repository.exclude(ana.person_id, at_angle(30), "x")
    [kept] = repository.templates(ana.person_id)
    repository.add_embeddings([(kept.template_id, at_angle(0, key=OTHER_KEY))])
    repository.switch_encoder(NewChange(ChangeKind.PROMOTE, KEY, OTHER_KEY))
    assert repository.gallery(OTHER_KEY).excluded_ids.tolist() == []
    assert repository.gallery(KEY).excluded_ids.tolist() == [ana.person_id], "as before, should the old one come back"
    repository.release_encoder(KEY, OTHER_KEY)
    assert repository.exclusions(ana.person_id) == ()


@pytest.mark.parametrize("bad", [np.zeros(4), np.array([1.0, 0.0])])
def test_exclusions_when_no_unit_vector_of_the_encoder_or_of_nobody_are_refused(
    repository: Repository, bad: np.ndarray[tuple[int], np.dtype[np.float64]]
) -> None:
    ana = repository.enrol("Ana", consent(), [template(0)])
    with pytest.raises(ValueError, match="embedding"):
        repository.exclude(ana.person_id, Embedding(bad.astype(np.float32), KEY), "x")
    with pytest.raises(PersonNotFoundError):
        repository.exclude(ana.person_id + 99, at_angle(30), "x")
    assert repository.exclusions(ana.person_id) == ()
