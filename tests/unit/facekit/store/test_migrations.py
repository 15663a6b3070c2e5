"""The schema and its history: every earlier version comes up to the newest, and a failure leaves the old database."""

from __future__ import annotations

import shutil
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from facekit.errors import StoreError
from facekit.imaging import encode_png
from facekit.store import migrations, open_repository, opening
from facekit.store.backups import list_backups
from facekit.store.base import ChangeKind, NewChange, NewTemplate, Repository
from facekit.store.connection import connect, writer
from facekit.store.migrations.versions import v0006_same_weights
from facekit.store.schema import metadata
from facekit.types import Embedding, EncoderKey
from facekit.weights import find_model
from tests.support.embeddings import KEY, OTHER_KEY, at_angle, consent, good_quality

NEXT = '''"""For this test alone."""
import sqlalchemy as sa
from alembic import op

revision, down_revision = "0007", "0006"


def upgrade() -> None:
    with op.batch_alter_table("persons") as persons:
        persons.add_column(sa.Column("nickname", sa.Text(), nullable=True))
'''
FAILING = NEXT + '    op.execute("UPDATE persons SET nickname = name")\n    op.execute("INSERT INTO nowhere VALUES (1)")\n'
ORPHANING = NEXT + '    op.execute("DELETE FROM persons")\n'


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A database of the present version with two persons, closed."""
    path = tmp_path / "people.db"
    repository = open_repository(path)
    for name in ("Ana", "Boris"):
        repository.enrol(name, consent(), [NewTemplate(at_angle(5), good_quality(), "x.jpg")])
    repository.close()
    return path


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = connect(tmp_path / "by-hand.db", busy_timeout_s=1.0, foreign_keys=False)
    yield made
    made.dispose()


def add_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Let the program believe that it is of a later version, with `script` as its newest migration."""
    location = tmp_path / "migrations"
    shutil.copytree(migrations.LOCATION, location, ignore=shutil.ignore_patterns("__pycache__"))
    (location / "versions" / "v0007_next.py").write_text(script, encoding="utf-8")
    monkeypatch.setattr(migrations, "LOCATION", location)
    monkeypatch.setattr(opening, "REVISIONS", (*migrations.REVISIONS, "0007"))


def content(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return list(connection.iterdump())


def test_revisions_when_compared_with_the_scripts_are_the_same(engine: Engine) -> None:
    with engine.begin() as connection:
        scripts = ScriptDirectory.from_config(migrations.config(connection))
    assert tuple(script.revision for script in scripts.walk_revisions())[::-1] == migrations.REVISIONS


@pytest.mark.parametrize("revision", migrations.REVISIONS)
def test_migrate_when_it_starts_from_any_version_ends_with_the_tables_of_the_schema(engine: Engine, revision: str) -> None:
    with writer(engine).begin() as connection:
        command.upgrade(migrations.config(connection), revision)
    with writer(engine).begin() as connection:
        migrations.migrate(connection)
        assert migrations.current_revision(connection) == migrations.REVISIONS[-1]
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        assert compare_metadata(context, metadata) == []


def test_migrate_when_the_file_is_empty_makes_what_the_schema_would_make(engine: Engine, tmp_path: Path) -> None:
    with writer(engine).begin() as connection:
        migrations.migrate(connection)
    direct = connect(tmp_path / "direct.db", busy_timeout_s=1.0)
    metadata.create_all(direct)
    direct.dispose()
    assert tables(tmp_path / "by-hand.db") == tables(tmp_path / "direct.db")


def test_open_when_vectors_are_still_in_the_templates_moves_each_to_its_encoder(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "by-hand.db"
    with writer(engine).begin() as connection:
        command.upgrade(migrations.config(connection), "0002")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("INSERT INTO persons VALUES (7, 'Ana', 'ana', '2026-01-02', NULL)")
        connection.execute("INSERT INTO consents VALUES (7, 'I agree.', '2026-01-02', 'tester', 1)")
        for template_id, angle, key in ((3, 10, KEY), (5, 20, OTHER_KEY)):
            vector = at_angle(angle).vector.tobytes()
            row = (template_id, 7, key.encoder_id, key.weights_hash, vector, 4, 60, 0.5, 120, 0.9, 0, 0, 0, "", "2026-01-02", "x.jpg")
            connection.execute(f"INSERT INTO templates VALUES ({', '.join('?' * len(row))})", row)
        connection.execute("INSERT INTO crops VALUES (5, ?)", (encode_png(np.zeros((8, 8, 3), np.uint8)),))
        connection.commit()
    repository = open_repository(path)
    assert [(made.template_id, made.keys, made.has_crop) for made in repository.templates(7)] == [
        (3, (KEY,), False),
        (5, (OTHER_KEY,), True),
    ]
    np.testing.assert_array_equal(repository.gallery(OTHER_KEY).matrix, [at_angle(20).vector])
    assert repository.coverage(KEY).to_encode == (5,)
    repository.remove(7)
    again = repository.enrol("Bea", consent(), [NewTemplate(at_angle(0), good_quality(), "x.jpg")])
    assert repository.templates(again.person_id)[0].template_id > 5, "an id is never given twice, also after a table was rebuilt"
    repository.close()


def known_of(repository: Repository, key: EncoderKey, person_id: int) -> tuple[object, ...]:
    """What a store knows by an encoder."""
    excluded = [made.embedding.key for made in repository.exclusions(person_id)]
    return repository.gallery(key).template_count, excluded, repository.encoder_changes()


@pytest.mark.models
@pytest.mark.parametrize(("encoder_id", "before", "now"), v0006_same_weights._AGAIN)
def test_open_when_an_encoders_file_was_written_again_loses_nobody_whom_it_knew(
    tmp_path: Path, encoder_id: str, before: str, now: str
) -> None:
    key, stranger = EncoderKey(encoder_id, now), EncoderKey("of-somebody-else", before)
    assert find_model(encoder_id, task="encode")[0].key == key
    path = tmp_path / "people.db"
    repository = open_repository(path)
    templates = [NewTemplate(Embedding(at_angle(5).vector, made), good_quality(), "x.jpg") for made in (key, stranger)]
    ana = repository.enrol("Ana", consent(), templates).person_id
    repository.exclude(ana, Embedding(at_angle(20).vector, key), "x.jpg")
    repository.switch_encoder(NewChange(ChangeKind.PROMOTE, stranger, key))
    expected = known_of(repository, key, ana)
    repository.close()
    with closing(sqlite3.connect(path)) as connection:
        for table, column in (("vectors", "weights_hash"), ("exclusions", "weights_hash"), ("encoder_changes", "new_weights_hash")):
            connection.execute(f"UPDATE {table} SET {column} = ? WHERE {column} = ?", (before, now))
        connection.execute("UPDATE alembic_version SET version_num = '0005'")
        connection.commit()
    repository = open_repository(path)
    assert known_of(repository, key, ana) == expected
    assert repository.gallery(stranger).template_count == 1, "another encoder of that hash is another"
    repository.close()


def tables(path: Path) -> dict[str, object]:
    """What SQLite itself knows of each table: columns, references, what an index covers, and whether ids are never given twice."""
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name <> 'alembic_version'").fetchall()
        pragmas = ("table_info", "foreign_key_list", "index_list")
        return {
            name: (
                "AUTOINCREMENT" in sql,
                [sorted(row[1:] for row in connection.execute(f"PRAGMA {pragma}({name})")) for pragma in pragmas],
            )
            for name, sql in found
            if not name.startswith("sqlite_")
        }


def test_open_when_the_schema_is_older_migrates_and_keeps_a_private_backup(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = content(database)
    add_version(tmp_path, monkeypatch, NEXT)
    repository = open_repository(database)
    assert [person.name for person in repository.people()] == ["Ana", "Boris"]
    assert repository.gallery(KEY).template_count == 2  # the rebuilt table took nothing with it
    repository.close()
    [backup] = list_backups(database)
    assert backup.name.startswith("people.db.backup-0006-")
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert content(backup) == before
    assert "nickname" in "".join(content(database))
    assert sorted(file.name for file in tmp_path.iterdir() if file.is_file()) == ["people.db", backup.name]


def test_open_when_a_migration_succeeds_keeps_only_its_own_backup(database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    older = database.with_name("people.db.backup-0000-20200101T000000.000000")
    older.write_bytes(b"older")
    add_version(tmp_path, monkeypatch, NEXT)
    open_repository(database).close()
    [backup] = list_backups(database)
    assert backup != older


@pytest.mark.parametrize(("script", "complaint"), [(FAILING, "nowhere"), (ORPHANING, "references")])
def test_open_when_a_migration_fails_leaves_the_old_database_and_says_so(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, complaint: str
) -> None:
    before = content(database)
    add_version(tmp_path, monkeypatch, script)
    with pytest.raises(StoreError, match=complaint) as failure:
        open_repository(database)
    assert "from version 0006 to 0007 was undone" in failure.value.message
    assert content(database) == before
    assert [content(backup) for backup in list_backups(database)] == [before]
    monkeypatch.undo()
    repository = open_repository(database)
    assert [person.name for person in repository.people()] == ["Ana", "Boris"]
    repository.close()
