"""Angles from five points, against points of a solid face that was really turned."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from facekit.imaging import TEMPLATES
from facekit.quality.pose import pose_of
from facekit.synthetic import View, identity, scene
from facekit.types import AnyArray, FloatArray

_MILLIMETRES = np.array([(-31.5, 0, 0), (31.5, 0, 0), (0, 36.5, -29.5), (-27, 67.5, 6), (27, 67.5, 6)])
"""Eyes, nose tip and mouth corners of an average adult: right, down, away from the viewer."""


def turned(yaw: float, pitch: float, roll: float) -> AnyArray:
    """3×3: nod, then turn, then tilt; signs as on Quality."""
    y, p, r = np.deg2rad((yaw, pitch, roll))
    nod = np.array([(1, 0, 0), (0, np.cos(p), -np.sin(p)), (0, np.sin(p), np.cos(p))])
    turn = np.array([(np.cos(y), 0, -np.sin(y)), (0, 1, 0), (np.sin(y), 0, np.cos(y))])
    tilt = np.array([(np.cos(r), -np.sin(r), 0), (np.sin(r), np.cos(r), 0), (0, 0, 1)])
    matrix: AnyArray = tilt @ turn @ nod
    return matrix


def seen(yaw: float, pitch: float, roll: float, *, distance: float = 600.0) -> FloatArray:
    """5×2 float32 px: the face before a camera `distance` millimetres away, in true perspective."""
    solid = _MILLIMETRES @ turned(yaw, pitch, roll).T + (0, 0, distance)
    points: FloatArray = (320 + 700 * solid[:, :2] / solid[:, 2:]).astype(np.float32)
    return points


def test_turned_when_angles_are_positive_points_the_nose_right_and_down() -> None:
    nose = np.array((0, 0, -1.0))
    assert (turned(20, 0, 0) @ nose)[0] > 0
    assert (turned(0, 20, 0) @ nose)[1] > 0
    assert (turned(0, 0, 20) @ (1.0, 0, 0))[1] > 0


@pytest.mark.parametrize(("yaw", "pitch", "roll"), [*itertools.product((-45, -20, 0, 20, 45), (-15, 0, 15), (-25, 0, 25))])
def test_pose_of_when_face_was_turned_says_how(yaw: float, pitch: float, roll: float) -> None:
    pose = pose_of(seen(yaw, pitch, roll))
    assert pose.yaw == pytest.approx(yaw, abs=8)
    assert pose.pitch == pytest.approx(pitch, abs=10)
    # The line of the eyes also tips when a nodding head turns: that is the definition's, not the estimate's, share.
    assert pose.roll == pytest.approx(roll, abs=2 + abs(np.sin(np.deg2rad(yaw)) * pitch))


def test_pose_of_when_face_is_the_template_is_frontal() -> None:
    pose = pose_of(TEMPLATES[112])
    assert abs(pose.yaw) < 3
    assert abs(pose.pitch) < 8
    assert abs(pose.roll) < 1


def test_pose_of_when_face_turns_further_grows() -> None:
    yaws = [pose_of(seen(yaw, 0, 0)).yaw for yaw in range(-60, 61, 10)]
    pitches = [pose_of(seen(0, pitch, 0)).pitch for pitch in range(-30, 31, 5)]
    assert yaws == sorted(yaws)
    assert pitches == sorted(pitches)


def test_pose_of_when_points_are_noisy_stays_near() -> None:
    rng = np.random.default_rng(2)
    for yaw in (-30, 0, 30):
        points = seen(yaw, 0, 0)
        eye_distance = float(np.linalg.norm(points[1] - points[0]))
        found = [pose_of((points + rng.normal(0, 0.02 * eye_distance, (5, 2))).astype(np.float32)).yaw for _ in range(100)]
        assert np.median(found) == pytest.approx(yaw, abs=5)
        assert np.std(found) < 5


def test_pose_of_when_points_lie_on_a_line_stays_finite() -> None:
    line = np.repeat(np.arange(5, dtype=np.float32)[:, None], 2, axis=1)
    assert np.isfinite([pose_of(line).yaw, pose_of(line).pitch, pose_of(line).roll]).all()


def rendered(yaw: float, pitch: float) -> AnyArray:
    """(3,): yaw, pitch and roll found, means over twelve rendered people who tilt their heads by 10 degrees."""
    people = [scene([(identity(seed), View(yaw=yaw, pitch=pitch, roll=10))], width=320, height=240) for seed in range(12)]
    poses = [pose_of(person.faces[0].landmarks) for person in people]
    means: AnyArray = np.mean([(pose.yaw, pose.pitch, pose.roll) for pose in poses], axis=0)
    return means


def test_pose_of_when_people_were_rendered_says_how_they_turned() -> None:
    straight = rendered(0, 0)
    assert straight[0] == pytest.approx(0, abs=4)
    assert straight[1] == pytest.approx(0, abs=15)  # what counts as level differs with the shape of a face
    assert straight[2] == pytest.approx(10, abs=3)
    for yaw, pitch in ((-35, 0), (20, 0), (0, -15), (0, 15)):
        found = rendered(yaw, pitch)
        assert found[0] - straight[0] == pytest.approx(yaw, abs=6)
        assert found[1] - straight[1] == pytest.approx(pitch, abs=6)
