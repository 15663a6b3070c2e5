"""68 points: reading them, the smaller sets, the mirror."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from facekit.imaging import save_image
from tests.support.pointed_faces import drawn, face_of_68, write_points
from training.data.points import MIRRORED, POINT_SETS, eye_distance, open_points, points_of
from training.errors import TrainingError

SHARED = Path(__file__).parents[5] / "shared" / "data" / "landmarks68"


def test_mirrored_order_turns_a_symmetric_face_into_itself() -> None:
    face = face_of_68()
    np.testing.assert_allclose((face * (-1, 1) + (1, 0))[list(MIRRORED)], face, atol=1e-6)


def test_mirrored_order_applied_twice_changes_nothing() -> None:
    assert [MIRRORED[MIRRORED[place]] for place in range(68)] == list(range(68))


@pytest.mark.parametrize("count", POINT_SETS)
def test_each_set_has_as_many_different_points_as_its_name_says(count: int) -> None:
    points = points_of(face_of_68(), count)
    assert points.shape == (count, 2)
    assert len({tuple(point) for point in points.round(4).tolist()}) == count


def test_four_points_are_the_corners_of_the_eyes_from_left_to_right() -> None:
    points = points_of(face_of_68(), 4)
    np.testing.assert_allclose(points, [(0.29, 0.34), (0.41, 0.34), (0.59, 0.34), (0.71, 0.34)], atol=1e-6)


def test_five_points_are_those_of_alignment() -> None:
    points = points_of(face_of_68(), 5)
    np.testing.assert_allclose(points[0], (0.35, (2 * 0.31 + 2 * 0.34 + 2 * 0.36) / 6), atol=1e-6)
    np.testing.assert_allclose(points[1] + points[0], (1, 2 * points[0, 1]), atol=1e-6)
    np.testing.assert_allclose(points[2:], [(0.5, 0.5), (0.38, 0.64), (0.62, 0.64)], atol=1e-6)


@pytest.mark.parametrize("count", [4, 5, 22])
def test_smaller_sets_of_a_mirrored_face_are_mirrored(count: int) -> None:
    _, points = drawn(3)
    mirrored = (points * (-1, 1))[list(MIRRORED)]
    gaps = np.linalg.norm(points_of(mirrored, count)[:, None] - points_of(points, count)[None] * (-1, 1), axis=2)
    assert gaps.min(axis=0).max() < 1e-4
    assert len(set(gaps.argmin(axis=0).tolist())) == count


def test_eye_distance_is_between_the_middles() -> None:
    assert eye_distance(face_of_68() * 100) == pytest.approx(30, abs=1e-3)


def test_open_points_gives_group_and_person(tmp_path: Path) -> None:
    faces = open_points(write_points(tmp_path, helen=1, tested=0, persons=1))
    assert [(face.group, face.person) for face in faces] == [("300w_helen_train", ""), ("ytf", "PersonA"), ("ytf", "PersonA")]
    np.testing.assert_allclose(faces[0].points, drawn(0)[1])


def test_open_points_reads_pts_files_which_count_from_1(tmp_path: Path) -> None:
    pixels, points = drawn(1)
    (tmp_path / "afw").mkdir()
    save_image(tmp_path / "afw" / "face.png", pixels)
    lines = "\n".join(f"{x} {y}" for x, y in (points + 1).tolist())
    (tmp_path / "afw" / "face.pts").write_text(f"version: 1\nn_points: 68\n{{\n{lines}\n}}\n", encoding="utf-8")
    (face,) = open_points(tmp_path)
    assert (face.image.name, face.group) == ("face.png", "afw")
    np.testing.assert_allclose(face.points, points, atol=1e-4)


@pytest.mark.parametrize("points", ["[[1, 2]]", "[[NaN, 1]]", '"none"'])
def test_open_points_of_a_line_without_68_points_names_it(tmp_path: Path, points: str) -> None:
    (tmp_path / "annotations.jsonl").write_text(f'{{"image": "a/b.png", "points": {points}}}\n', encoding="utf-8")
    with pytest.raises(TrainingError, match="Line 1 of"):
        open_points(tmp_path)


def test_open_points_of_an_empty_folder_says_what_is_needed(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"pictures with \.pts files"):
        open_points(tmp_path)


@pytest.mark.skipif(not SHARED.is_dir(), reason="../shared/data/landmarks68 is not here")
def test_mirrored_order_on_real_faces_keeps_left_parts_left() -> None:
    faces = open_points(SHARED)
    mean = np.mean([face.points / 160 for face in faces if face.group == "300w_helen_train"], axis=0)
    np.testing.assert_allclose((mean * (-1, 1) + (1, 0))[list(MIRRORED)], mean, atol=0.02)
