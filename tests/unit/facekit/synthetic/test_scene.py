"""Stills: what is drawn, and whether the truth told about it is true."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from facekit.synthetic import Scene, View, identity, random_view, render, scene, still, still_scene

_SMALL = {"width": 200, "height": 200}
_FRONTAL = View(size=110)


def _one(view: View, person: int = 1, background: int = 0) -> Scene:
    return scene([(identity(person), view)], width=200, height=200, background_seed=background)


def test_still_when_drawn_twice_is_equal_bit_for_bit() -> None:
    assert np.array_equal(still(5, 9, **_SMALL), still(5, 9, **_SMALL))


def test_still_is_an_rgb_picture_of_the_size_asked_for() -> None:
    pixels = still(0, 0, width=160, height=120)
    assert pixels.shape == (120, 160, 3)
    assert pixels.dtype == np.uint8
    assert pixels.flags["C_CONTIGUOUS"]


def test_still_when_only_the_person_changes_keeps_room_and_view() -> None:
    first, second = still_scene(1, 4), still_scene(2, 4)
    assert np.array_equal(first.pixels[:40, :40], second.pixels[:40, :40])
    assert not np.array_equal(first.pixels, second.pixels)
    centres = [face.box.x0 + face.box.x1 for face in (*first.faces, *second.faces)]
    assert centres[0] == pytest.approx(centres[1], abs=6.0)


def test_render_without_people_is_the_room_alone() -> None:
    empty = render((), width=64, height=48, background_seed=3)
    assert empty.shape == (48, 64, 3)
    assert not np.array_equal(empty, render((), width=64, height=48, background_seed=4))


def test_scene_when_the_person_is_outside_the_picture_is_the_room_alone() -> None:
    away = _one(replace(_FRONTAL, centre=(-900.0, 90.0)))
    assert np.array_equal(away.pixels, render((), width=200, height=200, background_seed=0))
    assert away.faces[0].box.x1 < 0


def test_landmarks_of_a_frontal_face_lie_in_the_box_left_eye_first_and_mirror_each_other() -> None:
    face = _one(_FRONTAL).faces[0]
    eye_left, eye_right, nose, mouth_left, mouth_right = face.landmarks
    assert face.box.x0 < eye_left[0] < nose[0] < eye_right[0] < face.box.x1
    assert face.box.y0 < eye_left[1] < nose[1] < mouth_left[1] < face.box.y1
    assert eye_left[0] + eye_right[0] == pytest.approx(2 * nose[0], abs=1.0)
    assert mouth_left[1] == pytest.approx(mouth_right[1], abs=1.0)
    assert face.landmarks.shape == (5, 2)
    assert face.landmarks.dtype == np.float32


def test_eyes_are_drawn_where_the_landmarks_say() -> None:
    # person 1's pupils are far darker than the skin: the darkest place near each point must be at it
    made = _one(replace(_FRONTAL, yaw=12.0, roll=8.0))
    grey = made.pixels.astype(int).sum(axis=2)
    for x, y in made.faces[0].landmarks[:2]:
        left, top = round(float(x)) - 6, round(float(y)) - 5
        window = grey[top : top + 11, left : left + 13]
        row, column = np.unravel_index(int(np.argmin(window)), window.shape)
        assert abs(left + column - x) < 4
        assert abs(top + row - y) < 4


@pytest.mark.parametrize("degrees", [10.0, 25.0])
def test_nose_when_yaw_is_positive_points_to_the_right_of_the_picture(degrees: float) -> None:
    eye_left, eye_right, nose, *_ = _one(replace(_FRONTAL, yaw=degrees)).faces[0].landmarks
    assert nose[0] - (eye_left[0] + eye_right[0]) / 2 > 2.0


def test_nose_when_pitch_is_positive_comes_nearer_to_the_mouth() -> None:
    def share(pitch: float) -> float:
        points = _one(replace(_FRONTAL, pitch=pitch)).faces[0].landmarks
        eyes, mouth = points[:2, 1].mean(), points[3:, 1].mean()
        return float((points[2, 1] - eyes) / (mouth - eyes))

    assert share(-12) < share(0) < share(12)


def test_line_of_the_eyes_when_roll_is_positive_turns_clockwise_by_that_angle() -> None:
    eye_left, eye_right, *_ = _one(replace(_FRONTAL, roll=10.0)).faces[0].landmarks
    dx, dy = eye_right - eye_left
    assert np.degrees(np.arctan2(dy, dx)) == pytest.approx(10.0, abs=0.6)


def test_size_and_centre_of_the_view_are_those_of_the_face() -> None:
    small, large = _one(replace(_FRONTAL, size=60, centre=(90.0, 80.0))), _one(replace(_FRONTAL, size=120, centre=(90.0, 80.0)))
    assert large.faces[0].box.height == pytest.approx(2 * small.faces[0].box.height, rel=0.02)
    assert small.faces[0].box.height == pytest.approx(60, rel=0.2)
    for made in (small, large):
        assert (made.faces[0].box.x0 + made.faces[0].box.x1) / 2 == pytest.approx(90, abs=2)


def test_light_from_the_left_brightens_the_left_half_of_the_face() -> None:
    made = _one(replace(_FRONTAL, light=(-70.0, 20.0, 0.9), ambient=0.3))
    box = made.faces[0].box
    middle = round((box.x0 + box.x1) / 2)
    rows = slice(round(box.y0 + 0.4 * box.height), round(box.y0 + 0.7 * box.height))
    reach = round(0.4 * box.width)
    assert made.pixels[rows, middle - reach : middle].mean() > 1.15 * made.pixels[rows, middle : middle + reach].mean()


@pytest.mark.parametrize("moved_view", [replace(_FRONTAL, blink=1.0), replace(_FRONTAL, expression=1.0), replace(_FRONTAL, mouth_open=1.0)])
def test_mimic_changes_the_face_and_only_the_face(moved_view: View) -> None:
    still_face, moved = _one(_FRONTAL), _one(moved_view)
    changed = np.abs(still_face.pixels.astype(int) - moved.pixels.astype(int)).max(axis=2) > 8
    rows, columns = np.nonzero(changed)
    box = still_face.faces[0].box
    assert len(rows) > 20
    assert columns.min() >= box.x0 - 4
    assert columns.max() <= box.x1 + 4


def test_blink_when_shut_hides_the_iris() -> None:
    def darkest(blink: float) -> int:
        made = _one(replace(_FRONTAL, blink=blink))
        x, y = np.rint(made.faces[0].landmarks[0]).astype(int)
        return int(made.pixels[y - 1 : y + 1, x - 1 : x + 2].mean())

    assert darkest(1.0) > darkest(0.0) + 20


def test_people_in_one_scene_are_drawn_in_order_and_told_in_order() -> None:
    views = [replace(_FRONTAL, size=60.0, centre=(x, 80.0)) for x in (50.0, 150.0)]
    both = scene([(identity(seed), view) for seed, view in zip((1, 2), views, strict=True)], **_SMALL)
    assert len(both.faces) == 2
    assert both.faces[0].box.x1 < both.faces[1].box.x0


def test_random_view_follows_from_the_generator_alone_and_stays_moderate() -> None:
    views = [random_view(np.random.default_rng(seed)) for seed in range(200)]
    assert views == [random_view(np.random.default_rng(seed)) for seed in range(200)]
    assert max(abs(view.yaw) for view in views) <= 28
    assert len({view.size for view in views}) == 200
