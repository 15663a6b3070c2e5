"""Scenes: repeatable, their labels on the faces that were laid down, and doubtful faces left open."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from facekit.synthetic import still_scene
from tests.support.pictures import write_picture
from training.detection.pictures import Labelled
from training.detection.scenes import Pools, SceneOptions, make_scene

RED = (255, 0, 0)


@pytest.fixture
def pools(tmp_path: Path) -> Pools:
    """Faces that are plain red squares on black, on backgrounds without any red."""
    picture = np.zeros((90, 80, 3), np.uint8)
    picture[20:60, 10:50] = RED
    points = [[(20, 30), (40, 30), (30, 40), (22, 50), (38, 50)]]
    face = Labelled.of(write_picture(tmp_path / "face.png", picture), np.array([(10, 20, 50, 60)]), np.array(points))
    ground = Labelled.of(write_picture(tmp_path / "ground.png", np.full((120, 160, 3), (0, 90, 40), np.uint8)), np.zeros((0, 4)))
    return Pools([face], [face], [ground])


PLAIN = replace(
    SceneOptions(),
    side=128,
    blur_rate=0.0,
    light_rate=0.0,
    low_light_rate=0.0,
    grey_rate=0.0,
    jpeg_rate=0.0,
    cover_rate=0.0,
    rotation_deg=0.0,
)


def test_scene_of_the_same_generator_is_the_same(pools: Pools) -> None:
    first, second = (make_scene(pools, SceneOptions(), np.random.default_rng(5)) for _ in range(2))
    np.testing.assert_array_equal(first.pixels, second.pixels)
    np.testing.assert_array_equal(first.labels.boxes, second.labels.boxes)
    assert first.pixels.shape == (256, 256, 3)


def test_scene_has_red_where_a_box_is_and_hardly_any_elsewhere(pools: Pools) -> None:
    seen = 0
    for seed in range(30):
        scene = make_scene(pools, PLAIN, np.random.default_rng(seed))
        is_red = (scene.pixels[:, :, 0] > 150) & (scene.pixels[:, :, 1] < 60)
        covered = np.zeros_like(is_red)
        for x0, y0, x1, y1 in np.concatenate([scene.labels.boxes, scene.labels.ignore]):
            covered[max(0, int(y0) - 2) : int(y1) + 3, max(0, int(x0) - 2) : int(x1) + 3] = True
        assert is_red[~covered].sum() <= 0.02 * is_red.size
        for x0, y0, x1, y1 in np.clip(scene.labels.boxes, 0, 128).astype(int):
            seen += 1
            assert is_red[y0:y1, x0:x1].mean() > 0.5
    assert seen > 30


def test_scene_turns_points_with_their_boxes_and_keeps_their_names(pools: Pools) -> None:
    for seed in range(30):
        labels = make_scene(pools, replace(PLAIN, rotation_deg=10.0), np.random.default_rng(seed)).labels
        assert (labels.points[:, 0, 0] < labels.points[:, 1, 0]).all()
        assert (labels.points[:, 3, 0] < labels.points[:, 4, 0]).all()
        middles = (labels.boxes[:, :2] + labels.boxes[:, 2:]) / 2
        sizes = labels.boxes[:, 2] - labels.boxes[:, 0]
        assert (np.abs(labels.points[:, 2] - middles).max(axis=1) < 0.15 * sizes).all()


def test_scene_leaves_faces_below_the_smallest_size_open(pools: Pools) -> None:
    options = replace(PLAIN, sizes=(4.0, 7.0), smallest=8.0, empty_rate=0.0)
    labels = [make_scene(pools, options, np.random.default_rng(seed)).labels for seed in range(10)]
    assert sum(len(one.boxes) for one in labels) == 0
    assert sum(len(one.ignore) for one in labels) > 0


def test_scene_without_faces_has_no_box(pools: Pools) -> None:
    labels = make_scene(pools, replace(PLAIN, empty_rate=1.0), np.random.default_rng(1)).labels
    assert len(labels.boxes) == len(labels.ignore) == 0


def test_moved_labels_of_a_mirrored_picture_swap_left_and_right() -> None:
    truth = still_scene(0, 0).faces[0]
    width = 100.0
    one = Labelled.of(Path("x"), np.array([(truth.box.x0, truth.box.y0, truth.box.x1, truth.box.y1)]), truth.landmarks[None])
    moved = one.moved(np.array([(-1.0, 0, width), (0, 1, 0)]), swap=True)
    assert moved.boxes[0].tolist() == pytest.approx([width - truth.box.x1, truth.box.y0, width - truth.box.x0, truth.box.y1], abs=1e-3)
    np.testing.assert_allclose(moved.points[0, 0], [width - truth.landmarks[1, 0], truth.landmarks[1, 1]], atol=1e-3)
    np.testing.assert_allclose(moved.points[0, 3], [width - truth.landmarks[4, 0], truth.landmarks[4, 1]], atol=1e-3)
