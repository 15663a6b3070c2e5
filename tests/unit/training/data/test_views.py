"""Batches of views: the same whoever reads them."""

from __future__ import annotations

from pathlib import Path

import torch

from tests.support.training_data import write_faces
from training.data.augment import AugmentOptions
from training.data.faces import FaceSet, open_faces
from training.data.views import Views, load_views

_BATCHES = [[3, 1], [0, 2]]


def _views(faces: FaceSet, *, epoch: int = 0, workers: int = 0) -> list[Views]:
    return list(load_views(faces, AugmentOptions(), _BATCHES, seed=1, epoch=epoch, workers=workers))


def test_load_views_is_the_same_with_workers_and_other_in_the_next_epoch(tmp_path: Path) -> None:
    faces = open_faces([str(write_faces(tmp_path))])
    alone, helped, later = _views(faces), _views(faces, workers=1), _views(faces, epoch=1)
    assert [views.indices.tolist() for views in helped] == _BATCHES
    assert alone[0].pixels.shape == (2, 112, 112, 3)
    for first, second in zip(alone, helped, strict=True):
        assert torch.equal(first.pixels, second.pixels)
        assert torch.equal(first.is_mirrored, second.is_mirrored)
    assert not torch.equal(alone[0].pixels, later[0].pixels)


def test_load_views_draws_nothing_from_the_run_s_generator(tmp_path: Path) -> None:
    faces = open_faces([str(write_faces(tmp_path))])
    before = torch.get_rng_state()
    _views(faces)
    assert torch.equal(torch.get_rng_state(), before)


def test_load_views_shows_a_face_that_comes_twice_in_a_unit_in_two_views(tmp_path: Path) -> None:
    faces = open_faces([str(write_faces(tmp_path))])
    (views,) = load_views(faces, AugmentOptions(), [[3, 1, 3, 3, 1, 0]], seed=1, epoch=0, workers=0, unit=3)
    first, _, twice, again, _, _ = views.pixels
    assert not torch.equal(first, twice)
    assert torch.equal(first, again)  # another unit
