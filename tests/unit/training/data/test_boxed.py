"""Pictures with exactly one face."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from facekit.imaging import read_image, save_image
from tests.support.pointed_faces import write_boxes
from training.data.boxed import backgrounds, box_of, box_overlap, single_faces
from training.data.placed import Placed
from training.detection.pictures import Labelled, read_labelled


def wide(folder: Path, *boxes: tuple[float, float, float, float]) -> Labelled:
    """A picture of 600×300 in which every box is filled with a colour of its own."""
    pixels = np.zeros((300, 600, 3), np.uint8)
    for number, (x0, y0, x1, y1) in enumerate(boxes, 1):
        pixels[int(y0) : int(y1), int(x0) : int(x1)] = 60 * number
    save_image(folder / "wide.png", pixels)
    return Labelled.of(folder / "wide.png", np.array(boxes))


def test_picture_with_one_face_is_taken_whole(tmp_path: Path) -> None:
    (single,) = single_faces([wide(tmp_path, (150, 60, 300, 240))])
    np.testing.assert_allclose(box_of(single.places), [0.25, 0.2, 0.5, 0.8], atol=1e-6)
    assert single.group == tmp_path.name


def test_cuts_of_a_picture_with_several_show_one_whole_face_and_nothing_of_the_others(tmp_path: Path) -> None:
    cuts = single_faces([wide(tmp_path, (40, 100, 100, 180), (250, 90, 310, 170), (480, 120, 540, 200))])
    assert len(cuts) == 3
    for one in cuts:
        assert (one.places > 0).all()
        assert (one.places < 1).all()
        box = box_of(one.places) * one.pixels.shape[1]
        (x0, y0), (x1, y1) = np.floor(box[:2]).astype(int), np.ceil(box[2:]).astype(int)
        assert len(np.unique(one.pixels[y0 + 2 : y1 - 2, x0 + 2 : x1 - 2])) == 1
        around = one.pixels.copy()
        around[max(0, y0 - 2) : y1 + 2, max(0, x0 - 2) : x1 + 2] = 0
        assert not around.any()


def test_cuts_are_the_same_each_time_and_not_all_about_the_middle(tmp_path: Path) -> None:
    labelled = wide(tmp_path, (40, 100, 100, 180), (250, 90, 310, 170), (480, 120, 540, 200))
    first, second = single_faces([labelled]), single_faces([labelled])
    assert all(np.array_equal(one.places, other.places) for one, other in zip(first, second, strict=True))
    middles = np.array([one.places.mean(axis=0) for one in first])
    assert (np.abs(middles - 0.5) > 0.05).any()


@pytest.mark.parametrize("boxes", [[(40, 100, 60, 125), (250, 90, 260, 170)], [(100, 100, 160, 180), (162, 100, 222, 180)]])
def test_small_faces_and_those_too_near_to_another_are_left_out(tmp_path: Path, boxes: list[tuple[float, float, float, float]]) -> None:
    assert single_faces([wide(tmp_path, *boxes)]) == []


def test_box_of_places_beyond_the_edge_ends_there() -> None:
    places = np.array([(-0.2, 0.1), (0.5, 0.1), (0.5, 1.3), (-0.2, 1.3)], np.float32)
    np.testing.assert_allclose(box_of(places), [0, 0.1, 0.5, 1])


def test_box_overlap_by_hand() -> None:
    # Two squares of side 2 that share a 1×2 half: 2 of 6.
    assert box_overlap(np.array([0.0, 0, 2, 2]), np.array([1.0, 0, 3, 2])) == pytest.approx(1 / 3)


def test_backgrounds_are_the_pictures_under_a_folder(tmp_path: Path) -> None:
    write_boxes(tmp_path, each=1)
    names = [path.relative_to(tmp_path).as_posix() for path in backgrounds(tmp_path)]
    assert names == ["masks/0000.png", "masks/trio.png", "news/0000.png"]
    assert len(read_labelled(tmp_path / "annotations.jsonl")) == 3
    assert isinstance(single_faces(read_labelled(tmp_path / "annotations.jsonl"))[0], Placed)
    assert read_image(backgrounds(tmp_path)[0]).shape == (96, 96, 3)
