"""Opening a database: what is made, what is refused, and in which words."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import event

from facekit.errors import StoreBusyError, StoreDamagedError, StoreError
from facekit.store import open_repository
from facekit.store.base import NewTemplate, Repository
from facekit.store.opening import open_engine
from facekit.store.repository import SqlRepository
from tests.support.embeddings import KEY, at_angle, consent, good_quality

TEMPLATE = NewTemplate(at_angle(0), good_quality(), "ana.jpg")
posix_only = pytest.mark.skipif(os.name != "posix", reason="file modes and users are POSIX")


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A database with Ana and Boris in it, closed."""
    path = tmp_path / "people.db"
    repository = open_repository(path)
    for name in ("Ana", "Boris"):
        repository.enrol(name, consent(), [TEMPLATE] * 20)
    repository.close()
    return path


@contextmanager
def without_privileges() -> Iterator[None]:
    """As somebody whom file modes can stop: root is nobody for the while."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@posix_only
def test_open_when_the_file_is_new_makes_it_and_its_folder_for_the_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "made" / "people.db"
    repository: Repository = open_repository(path)
    repository.enrol("Ana", consent(), [TEMPLATE])
    assert mode(path.parent) == 0o700
    assert {file.name: mode(file) for file in path.parent.iterdir()} == dict.fromkeys(
        ("people.db", "people.db-wal", "people.db-shm"), 0o600
    )
    repository.close()
    assert [file.name for file in path.parent.iterdir()] == ["people.db"]


@posix_only
def test_open_when_others_may_read_the_file_takes_that_right_away(database: Path) -> None:
    database.chmod(0o664)
    open_repository(database).close()
    assert mode(database) == 0o600


@pytest.mark.parametrize("name", ["100% people?mode=ro#1.db", "Büro 人.db", "file:people.db"])
def test_open_when_the_path_has_unusual_characters_takes_them_literally(tmp_path: Path, name: str) -> None:
    open_repository(tmp_path / name).close()
    assert [file.name for file in tmp_path.iterdir()] == [name]


def test_open_when_the_path_is_relative_still_finds_it_after_a_change_of_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    repository = open_repository(Path("people.db"))
    monkeypatch.chdir("/")
    repository.enrol("Ana", consent(), [TEMPLATE])
    repository.close()
    assert len(open_and_list(tmp_path / "people.db")) == 1


def test_open_when_a_page_is_damaged_names_the_file_and_its_backups(database: Path) -> None:
    backup = database.with_name("people.db.backup-0000-20260101T000000.000000")
    backup.write_bytes(b"")
    with database.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (database.stat().st_size - 4096))
    with pytest.raises(StoreDamagedError, match=r"people\.db") as damage:
        open_repository(database)
    assert backup.name in damage.value.hint


@pytest.mark.parametrize("content", [b"\x89PNG\r\n" * 500, b"not a database", b"SQLite format 3\x00" + b"\xff" * 4080])
def test_open_when_the_file_is_no_database_says_so_and_leaves_it_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "photo.png"
    path.write_bytes(content)
    with pytest.raises(StoreDamagedError, match=r"photo\.png") as damage:
        open_repository(path)
    assert "move it away" in damage.value.hint
    assert path.read_bytes() == content


@pytest.mark.parametrize("keep", [0.5, 0.9])
def test_open_when_the_file_is_cut_short_says_that_it_is_damaged(database: Path, keep: float) -> None:
    os.truncate(database, int(database.stat().st_size * keep) // 4096 * 4096)
    with pytest.raises(StoreDamagedError):
        open_repository(database)


def test_open_when_the_file_is_empty_makes_a_database_of_it(tmp_path: Path) -> None:
    path = tmp_path / "people.db"
    path.touch()
    assert open_and_list(path) == ()


def test_open_when_another_program_owns_the_database_refuses_and_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "places.sqlite"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE places (id INTEGER)")
    before = path.read_bytes()
    with pytest.raises(StoreError, match="another program"):
        open_repository(path)
    assert path.read_bytes() == before


def test_open_when_a_newer_version_wrote_the_database_says_to_update(database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match=r"newer version.*9999") as newer:
        open_repository(database)
    assert "Update" in newer.value.hint


def test_open_when_the_path_is_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be opened"):
        open_repository(tmp_path)


@posix_only
@pytest.mark.parametrize(("file_mode", "folder_mode"), [(0o400, 0o500), (0o400, 0o700), (0o600, 0o500)])
def test_open_when_the_file_or_folder_is_read_only_says_what_to_do(database: Path, file_mode: int, folder_mode: int) -> None:
    # Not below tmp_path, which belongs to the caller alone: nobody has to reach it.
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name, "own")
        folder.mkdir()
        copy = folder / "people.db"
        copy.write_bytes(database.read_bytes())
        if os.geteuid() == 0:
            Path(name).chmod(0o755)
            for path in (copy, folder):
                os.chown(path, 65534, 65534)
        copy.chmod(file_mode)
        folder.chmod(folder_mode)
        try:
            with without_privileges(), pytest.raises(StoreError) as refused:
                open_repository(copy)
        finally:
            folder.chmod(0o700)
        assert not isinstance(refused.value, StoreBusyError | StoreDamagedError)
        assert "people.db" in refused.value.message
        assert "write" in refused.value.hint


def test_write_when_another_program_is_writing_waits_and_then_says_busy(database: Path) -> None:
    repository = open_repository(database, busy_timeout_s=0.05)
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusyError, match=r"people\.db") as busy:
            repository.enrol("Carla", consent(), [TEMPLATE])
        assert busy.value.hint
        assert len(repository.people()) == 2  # reading goes on
        other.execute("COMMIT")
    repository.enrol("Carla", consent(), [TEMPLATE])
    repository.close()


def test_open_when_another_program_holds_the_file_for_itself_says_busy(database: Path) -> None:
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreBusyError):
            open_repository(database, busy_timeout_s=0.05)
        other.execute("COMMIT")


def test_write_when_the_disk_is_full_stores_nothing_and_goes_on_afterwards(database: Path) -> None:
    engine = open_engine(database, busy_timeout_s=1.0)
    pages: list[int] = []

    def limit(connection: sqlite3.Connection, *_others: object) -> None:
        for page in pages:
            connection.execute(f"PRAGMA max_page_count = {page}")

    event.listen(engine, "checkout", limit)
    repository = SqlRepository(engine)
    pages[:] = [1]  # SQLite takes the present size as the least, and then answers as it does on a full disk
    with pytest.raises(StoreError, match="no room") as full:
        repository.enrol("Carla", consent(), [TEMPLATE] * 400)
    assert "Free some space" in full.value.hint
    pages[:] = [1 << 20]
    assert [person.name for person in repository.people()] == ["Ana", "Boris"]
    assert repository.enrol("Carla", consent(), [TEMPLATE] * 400).template_count == 400
    repository.close()


def test_two_repositories_when_on_one_file_see_each_others_changes(database: Path) -> None:
    one, two = open_repository(database), open_repository(database)
    before = two.gallery(KEY)
    carla = one.enrol("Carla", consent(), [TEMPLATE])
    after = two.gallery(KEY)
    assert after.revision > before.revision
    assert after.template_count == before.template_count + 1
    two.remove(carla.person_id)
    assert [person.name for person in one.people()] == ["Ana", "Boris"]
    one.close()
    two.close()


def test_several_programs_when_they_make_the_database_at_once_all_succeed(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from facekit.store import open_repository; "
        "from facekit.store.base import NewTemplate; from tests.support.embeddings import at_angle, consent, good_quality; "
        "import facekit.store.repository; sys.stdin.readline(); it = open_repository(Path(sys.argv[1])); "
        "it.enrol(sys.argv[2], consent(), [NewTemplate(at_angle(0), good_quality(), 'x')]); it.close()"
    )
    path = tmp_path / "people.db"
    starts = [[sys.executable, "-c", script, str(path), name] for name in ("Ana", "Boris", "Carla")]
    children = [subprocess.Popen(start, stdin=subprocess.PIPE, cwd=Path(__file__).parents[4]) for start in starts]
    for child in children:
        assert child.stdin is not None
        child.stdin.write(b"\n")
        child.stdin.flush()
    for child in children:
        child.communicate()
    assert [child.returncode for child in children] == [0, 0, 0]
    assert open_and_list(path) == ("Ana", "Boris", "Carla")


def test_contract_when_imported_loads_no_database_library() -> None:
    script = "import sys, facekit.store.base, facekit.store.fake; sys.exit('sqlalchemy' in sys.modules or 'alembic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], cwd=Path(__file__).parents[4], check=False).returncode == 0


def test_open_when_the_schema_is_current_loads_no_alembic(database: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from facekit.store import open_repository; open_repository(Path(sys.argv[1])).close(); "
        "sys.exit('alembic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script, str(database)], cwd=Path(__file__).parents[4], check=False).returncode == 0


def open_and_list(path: Path) -> tuple[str, ...]:
    repository = open_repository(path)
    try:
        return tuple(person.name for person in repository.people())
    finally:
        repository.close()
