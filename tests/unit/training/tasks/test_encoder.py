"""What trainings of encoders share: first weights, input sizes, persons held out, figures on them."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from torch import Tensor, nn

from facekit.evaluation.rates import eer, tar_at_far
from facekit.imaging import align
from facekit.imaging.alignment import TEMPLATES
from tests.support.metric_data import write_people
from tests.support.training_data import TINY_NET
from training.checkpoint import RunState, Trained, save_checkpoint
from training.data.faces import open_faces
from training.errors import TrainingError
from training.recipe import NetRecipe
from training.tasks import encoder
from training.tasks.encoder import HeldOut, PersonsYardstick, build_encoder, embedding_size, input_size, prepared

_TINY = NetRecipe(**TINY_NET)  # type: ignore[arg-type]  # plain values of a recipe


class _Means(nn.Module):
    """The 4×4 mean colours of a face, as a unit vector."""

    def forward(self, x: Tensor) -> Tensor:
        return nn.functional.normalize(nn.functional.adaptive_avg_pool2d(x, 4).flatten(1))


def test_prepared_is_the_pixels_about_nought() -> None:
    pixels = torch.tensor([0, 127, 255], dtype=torch.uint8).expand(1, 112, 112, 3)
    found = prepared(pixels)
    assert found.shape == (1, 3, 112, 112)
    torch.testing.assert_close(found[0, :, 5, 7], torch.tensor([-127.5, -0.5, 127.5]) / 128)


def test_prepared_at_160_puts_the_face_where_the_product_aligns_it() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (30, 30, 3)).astype(np.uint8)
    picture = np.asarray(cv2.resize(noise, (400, 400), interpolation=cv2.INTER_CUBIC), np.uint8)
    points = TEMPLATES[112] * np.float32(1.6) + np.float32(90)
    expected = align(picture, points, size=160).pixels.astype(np.float32)
    found = prepared(torch.from_numpy(align(picture, points, size=112).pixels)[None], 160)[0].permute(1, 2, 0).numpy() * 128 + 127.5
    assert found.shape == (160, 160, 3)
    assert np.abs(found - expected).mean() < 2.0  # resampled twice
    shifted = np.abs(found[:, 2:] - expected[:, :-2]).mean()
    assert shifted > 6.0


def test_prepared_at_a_size_without_a_template_is_refused() -> None:
    with pytest.raises(TrainingError, match="cannot be brought to 128"):
        prepared(torch.zeros(1, 112, 112, 3, dtype=torch.uint8), 128)


def test_inception_takes_160_pixels_and_gives_512_numbers() -> None:
    pytest.importorskip("facenet_pytorch")
    net = build_encoder(NetRecipe("inception-resnet-v1", trainable=("last_linear", "last_bn")))
    assert (input_size(net), embedding_size(net)) == (160, 512)
    assert {name.split(".")[0] for name, each in net.named_parameters() if each.requires_grad} == {"last_linear", "last_bn"}


def test_build_encoder_starts_from_a_checkpoint_of_a_run(tmp_path: Path) -> None:
    first = build_encoder(_TINY)
    trained = Trained(first, nn.Linear(1, 1), torch.optim.AdamW(first.parameters()))
    save_checkpoint(tmp_path / "last.safetensors", trained, RunState(step=3))
    second = build_encoder(NetRecipe(_TINY.name, _TINY.arguments, str(tmp_path / "last.safetensors")))
    assert all(torch.equal(tensor, second.state_dict()[name]) for name, tensor in first.state_dict().items())


def test_build_encoder_from_a_file_that_is_not_there_names_it(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"none\.safetensors cannot be read"):
        build_encoder(NetRecipe(_TINY.name, _TINY.arguments, str(tmp_path / "none.safetensors")))


def test_held_out_persons_have_so_many_pictures_at_most_and_do_not_follow_the_run(tmp_path: Path) -> None:
    faces = open_faces([str(write_people(tmp_path))])
    split = HeldOut(persons=0.3, pictures=2).split(faces)
    assert len(split.measuring.persons) == 3
    assert np.bincount(split.measuring.labels()).max() == 2
    assert not set(split.measuring.persons) & set(split.training.persons)
    assert HeldOut(persons=0.0).split(faces).training == faces


def test_figures_on_persons_are_those_of_a_plain_loop_over_all_pairs(tmp_path: Path) -> None:
    faces = open_faces([str(write_people(tmp_path, persons=4, pictures=3, single=0))])
    yardstick = PersonsYardstick(faces)
    vectors = encoder.encode_faces(_Means(), faces, "cpu")
    trials = yardstick.trials(_Means(), "cpu")
    rows = range(len(faces))
    expected = sorted(float(((vectors[a] - vectors[b]) ** 2).sum()) for a in rows for b in rows if a < b)
    np.testing.assert_allclose(trials.distances, expected, atol=1e-5)
    assert trials.mated_count == 4 * 3
    found = yardstick.figures(_Means(), "cpu")
    assert found["heldout_eer"] == float(eer(trials))
    assert found["heldout_tar_at_far_0.01"] == float(tar_at_far(trials, target=0.01))


def test_pairs_beyond_the_limit_are_drawn_by_chance_and_mated_ones_are_all_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    faces = open_faces([str(write_people(tmp_path, persons=6, pictures=3, single=0))])
    monkeypatch.setattr(encoder, "_NON_MATED", 40)
    trials = [PersonsYardstick(faces, seed=seed).trials(_Means(), "cpu") for seed in (0, 0, 1)]
    assert {(each.mated_count, each.non_mated_count) for each in trials} == {(6 * 3, 40)}
    assert np.array_equal(trials[0].distances, trials[1].distances)
    assert not np.array_equal(trials[0].distances, trials[2].distances)


def test_persons_without_a_mated_pair_are_refused(tmp_path: Path) -> None:
    faces = open_faces([str(write_people(tmp_path, persons=3, pictures=1, single=0))])
    with pytest.raises(TrainingError, match="no mated or no non-mated pair"):
        PersonsYardstick(faces)
