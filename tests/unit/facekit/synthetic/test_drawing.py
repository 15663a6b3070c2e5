"""The drawing of surfaces: coverage, depth, light."""

from __future__ import annotations

import numpy as np

from facekit.synthetic.drawing import Light, Pose, bounds, draw
from facekit.synthetic.parts import Part, normals
from facekit.types import FloatArray

_POSE = Pose(0.0, 0.0, 0.0, 4.0, (32.0, 32.0))
_LIGHT = Light.at(0.0, 0.0, 0.8, 0.4)


def _square(half: float, z: float, colour: tuple[float, float, float], *, count: int = 9) -> Part:
    place = np.linspace(-half, half, count, dtype=np.float32)
    x, y = np.meshgrid(place, place)
    points = np.stack([x, y, np.full_like(x, z)], axis=-1)
    paint = np.zeros((count, count, 4), np.float32)
    paint[..., :3] = colour
    relief = np.ones((count, count, 4), np.float32)
    relief[..., :3] = normals(points)
    return Part(points, paint, relief, 1, 1.0)


def _flipped(part: Part) -> Part:
    return Part(part.points[:, ::-1].copy(), part.paint, part.relief, part.stride, part.rides)


def test_draw_covers_exactly_the_pixels_whose_middle_lies_in_the_square() -> None:
    cover = draw((_square(5.0, 0.0, (0.5, 0.5, 0.5)),), _POSE, _LIGHT, width=64, height=64)[..., 3]
    wanted = np.zeros((64, 64), np.float32)
    wanted[12:52, 12:52] = 1.0  # ±5 cm × 4 px round 32
    assert np.array_equal(cover, wanted)


def test_draw_when_one_square_is_nearer_shows_it_whatever_the_order() -> None:
    near, far = _square(2.0, 5.0, (0.9, 0.1, 0.1)), _square(5.0, 0.0, (0.1, 0.9, 0.1))
    for order in ((near, far), (far, near)):
        picture = draw(order, _POSE, _LIGHT, width=64, height=64)
        assert picture[32, 32, 0] > picture[32, 32, 1]
        assert picture[15, 15, 1] > picture[15, 15, 0]


def test_draw_of_a_surface_that_faces_away_is_empty() -> None:
    assert draw((_flipped(_square(5.0, 0.0, (0.5, 0.5, 0.5))),), _POSE, _LIGHT, width=64, height=64).max() == 0


def test_draw_when_light_is_stronger_is_brighter() -> None:
    part = _square(5.0, 0.0, (0.4, 0.4, 0.4))
    dim, bright = (draw((part,), _POSE, Light.at(0, 0, strength, 0.2), width=64, height=64)[32, 32, 0] for strength in (0.2, 0.9))
    assert bright > dim


def test_draw_when_the_surface_leaves_the_picture_is_cut_off() -> None:
    moved = Pose(0.0, 0.0, 0.0, 4.0, (0.0, 0.0))
    cover = draw((_square(5.0, 0.0, (0.5, 0.5, 0.5)),), moved, _LIGHT, width=64, height=64)[..., 3]
    assert cover[:20, :20].min() == 1.0
    assert cover[20:, 20:].max() == 0.0


def test_project_of_a_nearer_point_is_farther_from_the_middle() -> None:
    points: FloatArray = np.array([[3.0, 0.0, 0.0], [3.0, 0.0, 9.0]], np.float32)
    far, near = _POSE.project(points)
    assert near[0] > far[0] == 44.0


def test_bounds_hold_what_is_drawn() -> None:
    assert bounds((_square(5.0, 0.0, (0.5, 0.5, 0.5)),), _POSE).tolist() == [12.0, 12.0, 52.0, 52.0]
