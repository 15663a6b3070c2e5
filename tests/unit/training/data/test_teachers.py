"""Teachers' targets: made, continued, kept off, read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.support.training_data import patches, write_faces, write_teacher, write_zip
from training.data.faces import FaceSet, open_faces
from training.data.teachers import TeachOptions, gather, load_targets, load_teacher, teach
from training.errors import TrainingError


@pytest.fixture
def teacher(tmp_path: Path) -> Path:
    return write_teacher(tmp_path / "patches")


@pytest.fixture
def faces(tmp_path: Path) -> FaceSet:
    return open_faces([str(write_faces(tmp_path))])


def _teach(teacher: Path, faces: FaceSet, out: Path, options: TeachOptions = TeachOptions()) -> list[tuple[int, int]]:  # noqa: B008  # frozen
    return list(teach(teacher, faces, out, options))


def test_teach_keeps_the_vectors_of_the_face_and_of_its_mirror_image(teacher: Path, faces: FaceSet, tmp_path: Path) -> None:
    assert _teach(teacher, faces, tmp_path / "t.npz")[-1] == (24, 24)
    made, encode = load_targets(tmp_path / "t.npz"), load_teacher(teacher)
    assert (made.teacher, made.keys, made.vectors.shape) == ("patches", faces.keys, (24, 2, 12))
    face = faces.records[5].read()
    expected = encode(np.stack([face, face[:, ::-1]]))
    np.testing.assert_allclose(made.vectors[5], expected, atol=1e-3)


def test_teach_on_a_file_with_targets_adds_only_what_is_missing(teacher: Path, faces: FaceSet, tmp_path: Path) -> None:
    out = tmp_path / "t.npz"
    _teach(teacher, faces.take(range(10)), out)
    assert _teach(teacher, faces, out)[-1] == (14, 14)
    whole = tmp_path / "whole.npz"
    _teach(teacher, faces, whole)
    assert load_targets(out).keys == load_targets(whole).keys
    assert np.array_equal(load_targets(out).vectors, load_targets(whole).vectors)
    assert _teach(teacher, faces, out) == []


def test_teach_drops_what_is_too_near_to_a_face_to_keep_off(teacher: Path, faces: FaceSet, tmp_path: Path) -> None:
    secret = write_zip(tmp_path / "secret.zip", {"x.webp": patches(203), "y.webp": np.ascontiguousarray(patches(301)[:, ::-1])})
    out = tmp_path / "t.npz"
    options = TeachOptions(keep_off=(str(secret),), nearest_allowed=0.999)
    _teach(teacher, faces, out, options)
    made = load_targets(out)
    assert made.dropped == ("faces/p2/3", "faces/p3/1")
    assert set(made.keys) == set(faces.keys) - set(made.dropped)
    assert _teach(teacher, faces, out, options) == []  # what was dropped is not asked for again


def test_gather_gives_a_face_without_mirror_image_its_vector_for_both(teacher: Path, faces: FaceSet, tmp_path: Path) -> None:
    _teach(teacher, faces.take(range(4)), tmp_path / "a.npz", TeachOptions(mirrored=False))
    _teach(teacher, faces.take(range(4, 8)), tmp_path / "b.npz")
    found = gather([tmp_path / "a.npz", tmp_path / "b.npz"])["patches"]
    assert found.keys == faces.keys[:8]
    assert np.array_equal(found.vectors[:4, 0], found.vectors[:4, 1])
    assert not np.array_equal(found.vectors[4:, 0], found.vectors[4:, 1])


def test_teach_with_another_teacher_into_the_same_file_is_refused(teacher: Path, faces: FaceSet, tmp_path: Path) -> None:
    _teach(teacher, faces.take([0]), tmp_path / "t.npz")
    with pytest.raises(TrainingError, match="holds the targets of patches"):
        _teach(write_teacher(tmp_path / "other"), faces, tmp_path / "t.npz")


def test_load_teacher_without_load_py_or_its_package_says_so(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"has no load\.py"):
        load_teacher(tmp_path)
    (tmp_path / "load.py").write_text("import nowhere_to_be_found\n", encoding="utf-8")
    with pytest.raises(TrainingError, match="needs nowhere_to_be_found"):
        load_teacher(tmp_path)


def test_load_targets_of_something_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "t.npz").write_bytes(b"no targets")
    with pytest.raises(TrainingError, match="cannot be read"):
        load_targets(tmp_path / "t.npz")
    with pytest.raises(TrainingError, match="no teacher's targets"):
        gather([])
