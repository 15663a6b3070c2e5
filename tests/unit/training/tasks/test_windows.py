"""The window task: squares are cut where they should be, hard ones are mined, and the classifier learns."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from facekit.nets.windows import SIDE, WindowNet
from tests.support.detection_data import windows_recipe
from tests.support.pictures import write_picture
from training.detection.pictures import Labelled
from training.detection.windows import MARGIN, face_windows, hard_windows, other_windows
from training.events import Evaluated
from training.loop import train
from training.tasks.base import Shard
from training.tasks.windows import WindowsTask


@pytest.fixture
def red_face(tmp_path: Path) -> Labelled:
    picture = np.zeros((120, 160, 3), np.uint8)
    picture[30:90, 50:110] = (255, 0, 0)
    return Labelled.of(write_picture(tmp_path / "face.png", picture), np.array([(50, 30, 110, 90)]))


def test_face_windows_hold_the_whole_face_with_a_margin(red_face: Labelled) -> None:
    (window,) = face_windows([red_face])
    assert window.shape == (SIDE + 2 * MARGIN, SIDE + 2 * MARGIN, 3)
    red = (window[:, :, 0] > 128).sum(axis=0).max()
    assert red == pytest.approx(SIDE / 1.1, abs=1.5)
    assert window[0].max() == window[:, 0].max() == 0


def test_other_windows_never_show_a_whole_face(red_face: Labelled) -> None:
    windows = other_windows([red_face], 200, np.random.default_rng(1))
    assert len(windows) > 20
    is_red = windows[..., 0] > 128
    edges = np.concatenate([is_red[:, MARGIN], is_red[:, -MARGIN - 1], is_red[:, :, MARGIN], is_red[:, :, -MARGIN - 1]], axis=1)
    assert not (~edges.any(axis=1) & (is_red.mean(axis=(1, 2)) > 0.25)).any()


def test_hard_windows_are_what_the_classifier_gets_wrong(red_face: Labelled) -> None:
    net = WindowNet()
    with torch.no_grad():
        for parameter in net.parameters():
            parameter.zero_()
        net.out.bias.fill_(1.0)  # everything is a face to it
    wrong = hard_windows(net, [red_face], 5)
    assert len(wrong) == 5
    net.out.bias.data.fill_(-1.0)
    assert len(hard_windows(net, [red_face], 5)) == 0


def test_batches_are_half_faces_and_mine_after_the_first_epoch(tmp_path: Path) -> None:
    task = WindowsTask(windows_recipe(tmp_path))
    batch = next(iter(task.batches(0, 0, Shard())))
    assert batch.inputs.shape == (32, SIDE, SIDE, 3)
    assert batch.targets[0].tolist() == [1.0] * 16 + [0.0] * 16
    assert len(task._hard) == 0
    with torch.no_grad():
        task.net.get_parameter("out.bias").fill_(5.0)
    next(iter(task.batches(1, 0, Shard())))
    assert len(task._hard) > 0


def test_run_learns_to_tell_faces_from_walls(tmp_path: Path) -> None:
    recipe = windows_recipe(tmp_path, steps=200)
    (evaluated,) = (event for event in train(recipe, tmp_path) if isinstance(event, Evaluated))
    assert evaluated.figures["accuracy"] > 0.85
