"""Whoever is set aside can be put back while the program lives that did it, whatever others do with the database."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from facekit.errors import PersonNotFoundError
from facekit.store import open_repository
from facekit.store.base import NewTemplate
from tests.support.embeddings import at_angle, consent, good_quality

TEMPLATE = NewTemplate(at_angle(0), good_quality(), "a test")
SET_ASIDE_AND_WAIT = """
import sys
from pathlib import Path
from facekit.store import open_repository
repository = open_repository(Path(sys.argv[1]))
repository.set_aside(repository.find("Ana").person_id)
print("set aside", flush=True)
sys.stdin.read()
"""


def test_person_set_aside_can_be_put_back_though_other_programs_open_the_database(tmp_path: Path) -> None:
    window = open_repository(tmp_path / "people.db")
    ana = window.enrol("Ana", consent(), [TEMPLATE])
    window.set_aside(ana.person_id)
    subprocess.run(
        [sys.executable, "-m", "facekit.cli", "people", "list", "--db", str(tmp_path / "people.db")], check=True, capture_output=True
    )
    other = open_repository(tmp_path / "people.db")
    assert other.people() == ()
    other.close()
    assert window.put_back(ana.person_id).name == "Ana"
    window.close()


def test_person_set_aside_is_gone_once_the_database_was_closed(tmp_path: Path) -> None:
    window = open_repository(tmp_path / "people.db")
    ana = window.enrol("Ana", consent(), [TEMPLATE])
    window.set_aside(ana.person_id)
    window.close()
    again = open_repository(tmp_path / "people.db")
    with pytest.raises(PersonNotFoundError):
        again.put_back(ana.person_id)
    again.close()


def test_person_set_aside_by_a_program_that_was_killed_is_gone(tmp_path: Path) -> None:
    repository = open_repository(tmp_path / "people.db")
    ana = repository.enrol("Ana", consent(), [TEMPLATE])
    repository.close()
    command = [sys.executable, "-c", SET_ASIDE_AND_WAIT, str(tmp_path / "people.db")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "set aside\n"
        watching = open_repository(tmp_path / "people.db")
        assert watching.put_back(ana.person_id).name == "Ana"
        watching.set_aside(ana.person_id)
        watching.close()
        program.kill()
    after = open_repository(tmp_path / "people.db")
    with pytest.raises(PersonNotFoundError):
        after.put_back(ana.person_id)
    after.close()
