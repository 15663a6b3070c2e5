"""Deleting deletes: what was removed is in no byte of the database, its journal or its backups."""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from facekit.errors import StoreError
from facekit.store import open_repository
from facekit.store.backups import list_backups, make_backup
from facekit.store.base import NewTemplate
from facekit.store.copies import copy_stem
from facekit.store.repository import SqlRepository
from facekit.types import AlignedFace, Embedding, Outcome
from tests.support.embeddings import KEY, consent, good_quality

PIECE = 16  # bytes: long enough never to be met by chance


def random_template(rng: np.random.Generator) -> NewTemplate:
    vector = rng.standard_normal(128).astype(np.float32)
    crop = AlignedFace(rng.integers(0, 256, (40, 40, 3), np.uint8))
    source = f"camera {rng.bytes(12).hex()}"
    return NewTemplate(Embedding(vector / np.linalg.norm(vector), KEY), good_quality(), source, crop)


def traces(name: str, templates: list[NewTemplate], pngs: list[bytes]) -> list[bytes]:
    """Pieces of everything that was stored of a person, none of which anybody else has."""
    texts = [name, name.casefold(), *(template.source for template in templates)]
    # The first bytes of a PNG are those of every PNG; the rest is noise, which does not compress, and so its own.
    blobs = [template.embedding.vector.tobytes() for template in templates] + [png[100:] for png in pngs]
    pieces = [blob[start : start + PIECE] for blob in blobs for start in range(0, len(blob) - PIECE, 100)]
    return [text.encode()[-PIECE:] for text in texts] + pieces


def all_bytes(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir())


def crops_of(path: Path, person_id: int) -> list[bytes]:
    query = "SELECT png FROM crops JOIN templates ON templates.id = template_id WHERE person_id = ?"
    with closing(sqlite3.connect(path)) as connection:
        return [png for (png,) in connection.execute(query, (person_id,))]


def enrol_random(repository: SqlRepository, path: Path, rng: np.random.Generator) -> tuple[int, list[bytes]]:
    name = "Name " + rng.bytes(int(rng.integers(8, 60))).hex()
    templates = [random_template(rng) for _ in range(rng.integers(1, 5))]
    person_id = repository.enrol(name, consent(keep_crops=True), templates).person_id
    return person_id, traces(name, templates, crops_of(path, person_id))


def test_remove_when_done_leaves_no_piece_of_the_person_in_any_file(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    path = tmp_path / "people.db"
    repository = open_repository(path)
    people = [enrol_random(repository, path, rng) for _ in range(40)]
    before = all_bytes(tmp_path)
    assert all(trace in before for _id, kept in people for trace in kept)
    for person_id, _kept in people[::2]:
        repository.remove(person_id)
    after = all_bytes(tmp_path)  # with the repository still open, and so with its journal
    assert [trace for _id, removed in people[::2] for trace in removed if trace in after] == []
    assert all(trace in after for _id, kept in people[1::2] for trace in kept)
    repository.close()
    assert [trace for _id, removed in people[::2] for trace in removed if trace in all_bytes(tmp_path)] == []


def test_remove_template_and_rename_when_done_leave_no_piece_of_the_old(tmp_path: Path) -> None:
    rng = np.random.default_rng(2)
    path = tmp_path / "people.db"
    repository = open_repository(path)
    first, second = random_template(rng), random_template(rng)
    person = repository.enrol("Xaverius the Former", consent(keep_crops=True), [first, second])
    pngs = crops_of(path, person.person_id)
    repository.rename(person.person_id, "Yolanda")
    repository.remove_template(repository.templates(person.person_id)[0].template_id)
    left = all_bytes(tmp_path)
    assert [trace for trace in traces("Xaverius the Former", [first], pngs[:1]) if trace in left] == []
    assert all(trace in left for trace in traces("Yolanda", [second], pngs[1:]))
    repository.close()


def test_remove_when_backups_lie_beside_the_database_deletes_them_and_a_failed_call_does_not(tmp_path: Path) -> None:
    path = tmp_path / "people.db"
    repository = open_repository(path)
    person_id, kept = enrol_random(repository, path, np.random.default_rng(3))
    with closing(sqlite3.connect(path)) as connection:
        backup = make_backup(path, connection, revision="0000")
    with pytest.raises(StoreError):
        repository.remove(person_id + 1)
    assert list_backups(path) == (backup,)
    assert kept[0] in backup.read_bytes()
    repository.remove(person_id)
    assert list_backups(path) == ()
    assert [trace for trace in kept if trace in all_bytes(tmp_path)] == []
    repository.close()


def test_remove_when_a_backup_cannot_be_deleted_removes_nothing_and_names_it(tmp_path: Path) -> None:
    path = tmp_path / "people.db"
    repository = open_repository(path)
    person_id, _kept = enrol_random(repository, path, np.random.default_rng(4))
    (tmp_path / "people.db.backup-0000-1").mkdir()  # a folder cannot be overwritten as a file
    with pytest.raises(StoreError, match=r"people\.db\.backup-0000-1"):
        repository.remove(person_id)
    assert repository.person(person_id).person_id == person_id
    repository.close()


def test_remove_when_another_program_is_reading_empties_the_journal_at_the_next_opening(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "people.db"
    repository = open_repository(path, busy_timeout_s=0.05)
    person_id, kept = enrol_random(repository, path, np.random.default_rng(5))
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM persons").fetchone()
        with caplog.at_level(logging.WARNING):
            repository.remove(person_id)
        assert "still holds removed bytes" in caplog.text
        assert any(trace in all_bytes(tmp_path) for trace in kept)
        reader.execute("COMMIT")
        open_repository(path).close()
        assert [trace for trace in kept if trace in all_bytes(tmp_path)] == []
    repository.close()


def test_open_when_a_crash_left_somebody_set_aside_deletes_every_piece_of_them(tmp_path: Path) -> None:
    path = tmp_path / "people.db"
    repository = open_repository(path)
    rng = np.random.default_rng(6)
    removed_id, removed = enrol_random(repository, path, rng)
    _, kept = enrol_random(repository, path, rng)
    with closing(sqlite3.connect(path)) as connection:
        make_backup(path, connection, revision="0000")
    repository.set_aside(removed_id)
    repository._aside.release()  # the first one is never closed, as after a crash, in which the system lets go of its lock
    again = open_repository(path)
    assert len(again.people()) == 1
    assert list_backups(path) == ()
    assert [trace for trace in removed if trace in all_bytes(tmp_path)] == []
    assert all(trace in all_bytes(tmp_path) for trace in kept)
    with pytest.raises(StoreError):
        repository.put_back(removed_id)
    repository.close()
    again.close()


def test_merge_when_the_consent_allows_no_crops_leaves_no_piece_of_those_of_the_other(tmp_path: Path) -> None:
    path = tmp_path / "people.db"
    repository = open_repository(path)
    person = repository.enrol("Ana", consent(keep_crops=False), [random_template(np.random.default_rng(7))])
    other_id, _ = enrol_random(repository, path, np.random.default_rng(8))
    pngs = crops_of(path, other_id)
    repository.merge(person.person_id, other_id)
    assert [png for png in pngs if png[100:116] in all_bytes(tmp_path)] == []
    repository.close()


def test_remove_events_when_done_leaves_no_piece_of_their_sources(tmp_path: Path) -> None:
    repository = open_repository(tmp_path / "people.db")
    repository.add_event(Outcome.NON_MATCH, "camera at the back door")
    assert b"camera at the back door" in all_bytes(tmp_path)
    repository.remove_events()
    assert b"camera at the back door" not in all_bytes(tmp_path)
    repository.close()


def copied_crop(path: Path, folder: Path) -> Path:
    """Ana enrolled, and her crop copied as a training has it."""
    repository = open_repository(path)
    person = repository.enrol("Ana", consent(training=True), [random_template(np.random.default_rng(3))])
    repository.note_copies(folder)
    [kept] = repository.templates(person.person_id)
    copy = folder / "Ana" / f"{copy_stem(kept.template_id)}.png"
    copy.parent.mkdir(parents=True)
    copy.write_bytes(b"a face")
    repository.set_aside(person.person_id)
    repository.close()
    return copy


def test_open_when_somebody_was_set_aside_deletes_the_copies_of_their_crops_too(tmp_path: Path) -> None:
    copy = copied_crop(tmp_path / "people.db", tmp_path / "faces")
    open_repository(tmp_path / "people.db").close()
    assert not copy.exists()


def test_remove_when_a_copy_cannot_be_deleted_removes_nothing_and_says_which(tmp_path: Path) -> None:
    copy = copied_crop(tmp_path / "people.db", tmp_path / "faces")
    copy.unlink()
    copy.mkdir()  # what no file can be written into
    with pytest.raises(StoreError, match=copy.name):
        open_repository(tmp_path / "people.db")
    with closing(sqlite3.connect(tmp_path / "people.db")) as connection:
        assert connection.execute("SELECT count(*) FROM persons").fetchone() == (1,)


def test_exclusions_when_taken_back_or_gone_with_the_person_leave_no_piece(tmp_path: Path) -> None:
    path, rng = tmp_path / "people.db", np.random.default_rng(9)
    repository = open_repository(path)
    person = repository.enrol("Ana", consent(), [random_template(rng)])
    faces = [random_template(rng) for _ in range(3)]
    made = [repository.exclude(person.person_id, face.embedding, face.source) for face in faces]
    pieces = [traces("Ana", [face], [])[2:] for face in faces]
    assert all(piece in all_bytes(tmp_path) for each in pieces for piece in each)
    repository.remove_exclusion(made[0].exclusion_id)
    assert [piece for piece in pieces[0] if piece in all_bytes(tmp_path)] == []
    assert all(piece in all_bytes(tmp_path) for piece in pieces[1])
    repository.remove(person.person_id)
    assert [piece for each in pieces for piece in each if piece in all_bytes(tmp_path)] == []
    repository.close()
