"""Faces in zips and folders."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.support.training_data import patches, picture, write_faces, write_zip
from training.data.faces import FaceSet, Groups, open_faces
from training.errors import TrainingError

_SHARED = Path(__file__).parents[5] / "shared" / "data" / "faces112"


def test_open_faces_of_a_zip_with_folders_takes_them_for_persons(tmp_path: Path) -> None:
    faces = open_faces([str(write_faces(tmp_path, persons=2, pictures=3))])
    assert faces.keys == ("faces/p0/0", "faces/p0/1", "faces/p0/2", "faces/p1/0", "faces/p1/1", "faces/p1/2")
    assert faces.persons == ("faces/p0", "faces/p1")
    assert faces.labels().tolist() == [0, 0, 0, 1, 1, 1]
    assert np.array_equal(faces.records[4].read(), patches(101))


def test_open_faces_of_a_flat_zip_has_no_persons_and_the_groups_of_its_csv(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "part.zip", {"1.webp": patches(1), "2.webp": patches(2)})
    (tmp_path / "part.csv").write_text("image,age,gender,race\n1.webp,03-Sep,Male,Black\n", encoding="utf-8")
    faces = open_faces([str(path)])
    assert faces.labels().tolist() == [-1, -1]
    assert [record.groups for record in faces.records] == [Groups(age="3-9", gender="Male", race="Black"), Groups()]


def test_open_faces_of_families_knows_who_is_related(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "fiw.zip", {"F0002_MID1/1.webp": patches(1), "F0002_MID2/2.webp": patches(2)})
    faces = open_faces([str(path)])
    assert len(faces.persons) == 2
    assert {record.groups.family for record in faces.records} == {"F0002"}


@pytest.mark.parametrize(("layout", "persons"), [("", 0), ("unlabelled:", 0), ("identities:", 2)])
def test_open_faces_of_a_folder_follows_the_layout(tmp_path: Path, layout: str, persons: int) -> None:
    for name in ("lfw/Ann/Ann_1.jpg", "lfw/Bob/Bob_1.jpg", "lfw/Bob/notes.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(picture(patches(1), ".jpg"))
    faces = open_faces([f"{layout}{tmp_path / 'lfw'}"])
    assert faces.keys == ("lfw/Ann/Ann_1", "lfw/Bob/Bob_1")
    assert len(faces.persons) == persons


def test_open_faces_of_celeba_takes_persons_from_its_list(tmp_path: Path) -> None:
    (tmp_path / "img").mkdir()
    for name in ("1.jpg", "2.jpg", "3.jpg"):
        (tmp_path / "img" / name).write_bytes(picture(patches(1), ".jpg"))
    (tmp_path / "identity_CelebA.txt").write_text("1.jpg 20\n2.jpg 7\n", encoding="utf-8")
    faces = open_faces([f"celeba:{tmp_path / 'img'}"])
    assert [record.person for record in faces.records] == ["img/20", "img/7"]


def test_open_faces_of_a_glob_takes_every_zip_and_counts_by_source(tmp_path: Path) -> None:
    for name in ("b", "a"):
        write_zip(tmp_path / f"{name}.zip", {"1.webp": patches(1)})
    faces = open_faces([str(tmp_path / "*.zip")])
    assert list(faces.count_by_source().items()) == [("a", 1), ("b", 1)]
    assert faces.take([1]).keys == ("b/1",)


@pytest.mark.parametrize(
    ("source", "told"), [("nothing/*.zip", "matches"), ("other:faces.zip", "unknown layout"), ("celeba:.", "no identity_CelebA.txt")]
)
def test_open_faces_that_cannot_be_says_why(source: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(TrainingError, match=told):
        open_faces([source])


def test_open_faces_of_two_sources_with_one_name_is_refused(tmp_path: Path) -> None:
    path = str(write_faces(tmp_path))
    with pytest.raises(TrainingError, match="called 'faces'"):
        open_faces([path, path])


@pytest.mark.parametrize(("content", "told"), [(b"no picture", "no picture"), (picture(patches(1, 64), ".jpg"), "64×64")])
def test_read_of_what_is_no_aligned_face_says_so(tmp_path: Path, content: bytes, told: str) -> None:
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "a.jpg").write_bytes(content)
    faces: FaceSet = open_faces([str(tmp_path / "set")])
    with pytest.raises(TrainingError, match=told):
        faces.records[0].read()


@pytest.mark.skipif(not _SHARED.is_dir(), reason="../shared/data/faces112 is not here")
def test_open_faces_of_the_shared_zips_counts_as_their_description_says() -> None:
    faces = open_faces([str(_SHARED / "*.zip")])
    assert faces.count_by_source() == {"celeba": 6188, "fairface_part": 8000, "fiw": 9875, "pins": 14910}
    assert len({record.groups.family for record in faces.records if record.source == "fiw"}) == 410
    assert faces.records[0].read().shape == (112, 112, 3)


def test_face_whose_file_is_gone_says_that_its_person_may_have_been_removed(tmp_path: Path) -> None:
    file = tmp_path / "faces" / "Ann" / "1.png"
    file.parent.mkdir(parents=True)
    file.write_bytes(picture(patches(1), ".png"))
    faces = open_faces([f"identities:{tmp_path / 'faces'}"])
    file.unlink()
    with pytest.raises(TrainingError, match="may have been removed"):
        faces.records[0].read()
