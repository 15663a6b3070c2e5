"""The lecture's pictures and filters, number by number; the rest against slow loops."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from facekit.synthetic import still
from training.errors import TrainingError
from training.lecture.filters import FILTERS, Numbers, convolve, convolve_volume, grey, learn_filter, parse_filter, pool, shown
from training.lecture.worked import CHECKERBOARD, HALF_BRIGHT, POOLED, SEVEN, SEVEN_FILTER


def slow(picture: Numbers, weights: Numbers, padding: int, stride: int) -> Numbers:
    """Every product by itself."""
    padded = np.pad(picture, padding)
    down, across = ((side - f) // stride + 1 for side, f in zip(padded.shape, weights.shape, strict=True))
    sums = np.zeros((down, across))
    for i, j, u, v in itertools.product(range(down), range(across), range(weights.shape[0]), range(weights.shape[1])):
        sums[i, j] += padded[i * stride + u, j * stride + v] * weights[u, v]
    return sums


def test_convolve_of_letters_begins_with_a_alpha_b_beta_d_gamma_e_delta() -> None:
    letters = np.array([[2.0, 3, 5], [7, 11, 13], [17, 19, 23], [29, 31, 37]])
    (a, b, _c), (d, e, _f), (_g, h, i), (_j, k, m) = letters
    weights = np.array([[41.0, 43], [47, 53]])
    (alpha, beta), (gamma, delta) = weights
    found = convolve(letters, weights)
    assert found.shape == (3, 2)
    assert found[0, 0] == a * alpha + b * beta + d * gamma + e * delta
    assert found[2, 1] == h * alpha + i * beta + k * gamma + m * delta


def test_convolve_of_the_half_bright_picture_finds_its_vertical_edge() -> None:
    assert convolve(HALF_BRIGHT, FILTERS["vertical"]).tolist() == [[0, 30, 30, 0]] * 4


def test_convolve_of_the_mirrored_picture_turns_the_sign() -> None:
    assert convolve(HALF_BRIGHT[:, ::-1], FILTERS["vertical"]).tolist() == [[0, -30, -30, 0]] * 4


def test_convolve_of_the_checkerboard_finds_its_horizontal_edges() -> None:
    rows = [[0, 0, 0, 0], [30, 10, -10, -30], [30, 10, -10, -30], [0, 0, 0, 0]]
    assert convolve(CHECKERBOARD, FILTERS["horizontal"]).tolist() == rows


@pytest.mark.parametrize("name", FILTERS)
def test_edge_filter_on_a_constant_picture_gives_0(name: str) -> None:
    assert not convolve(np.full((6, 6), 10.0), FILTERS[name]).any()


def test_convolve_with_stride_two_gives_the_lectures_3x3() -> None:
    assert convolve(SEVEN, SEVEN_FILTER, stride=2).tolist() == [[91, 100, 88], [69, 91, 117], [44, 72, 74]]


@given(
    sides=st.tuples(st.integers(3, 9), st.integers(3, 9)),
    f=st.integers(1, 3),
    padding=st.integers(0, 2),
    stride=st.integers(1, 3),
    seed=st.integers(0, 99),
)
def test_convolve_is_the_slow_loop(sides: tuple[int, int], f: int, padding: int, stride: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    picture, weights = rng.normal(size=sides), rng.normal(size=(f, f))
    np.testing.assert_allclose(
        convolve(picture, weights, padding=padding, stride=stride), slow(picture, weights, padding, stride), atol=1e-12
    )


def test_convolve_volume_is_torchs_convolution_with_bias() -> None:
    rng = np.random.default_rng(3)
    volume, filters, biases = rng.normal(size=(9, 8, 3)), rng.normal(size=(6, 3, 3, 3)), rng.normal(size=6)
    expected = torch.nn.functional.conv2d(
        torch.from_numpy(volume).permute(2, 0, 1)[None], torch.from_numpy(filters).permute(0, 3, 1, 2), torch.from_numpy(biases), 2, 1
    )
    found = convolve_volume(volume, filters, biases, padding=1, stride=2)
    np.testing.assert_allclose(found, expected[0].permute(1, 2, 0).numpy(), atol=1e-12)


def test_convolve_volume_with_other_channels_is_refused() -> None:
    with pytest.raises(TrainingError, match="3 channels cannot go over a picture of 1"):
        convolve_volume(np.zeros((5, 5, 1)), np.zeros((2, 3, 3, 3)))


def test_pool_of_the_lectures_example() -> None:
    assert pool(POOLED).tolist() == [[3, 5], [2, 4]]
    assert pool(POOLED, kind="average").tolist() == [[1.5, 2.75], [1.25, 2.25]]
    assert pool(np.arange(25).reshape(5, 5), size=3, stride=1).tolist() == [[12, 13, 14], [17, 18, 19], [22, 23, 24]]


@pytest.mark.parametrize("place", [(2, 2), (2, 3), (3, 2), (3, 3)])
def test_max_pool_does_not_see_where_in_its_block_a_large_value_lies(place: tuple[int, int]) -> None:
    picture = np.zeros((6, 6))
    picture[place] = 9
    assert pool(picture).tolist() == [[0, 0, 0], [0, 9, 0], [0, 0, 0]]


def test_pool_larger_than_the_picture_is_refused() -> None:
    with pytest.raises(TrainingError, match="does not fit"):
        pool(np.zeros((2, 2)), size=3)


@pytest.mark.parametrize("wanted", [*FILTERS.values(), np.array([[0.0, 1, 2], [-1, 0, 1], [-2, -1, 0]])])
def test_learn_filter_from_noise_converges_to_the_filter_that_made_the_maps(wanted: Numbers) -> None:
    pictures = [np.random.default_rng(seed).normal(size=(24, 24)) for seed in range(4)]
    learnt = learn_filter(pictures, [slow(picture, wanted, 0, 1) for picture in pictures], steps=200)
    np.testing.assert_allclose(learnt.weights, wanted, atol=1e-6)
    assert learnt.losses[-1] < 1e-9 * learnt.losses[0]


def test_learn_filter_from_pictures_converges_to_the_vertical_edge_filter() -> None:
    pictures = [grey(still(person, 0)) / 255 - 0.5 for person in range(3)]
    learnt = learn_filter(pictures, [convolve(picture, FILTERS["vertical"]) for picture in pictures], steps=20_000)
    np.testing.assert_allclose(learnt.weights, FILTERS["vertical"], atol=0.05)
    assert all(later <= earlier + 1e-9 for earlier, later in itertools.pairwise(learnt.losses))


def test_learn_filter_with_maps_of_another_size_is_refused() -> None:
    with pytest.raises(TrainingError, match="36 numbers cannot come of 16 windows"):
        learn_filter([np.zeros((6, 6))], [np.zeros((6, 6))])


def test_parse_filter_reads_names_and_rows() -> None:
    assert parse_filter("vertical").tolist() == parse_filter("1 0 -1; 1,0,-1; 1 0 -1;").tolist()
    assert parse_filter("0.5").tolist() == [[0.5]]


@pytest.mark.parametrize("text", ["", "1 2; 3", "a b", "1 nan", ";", " ".join("1" * 40)])
def test_parse_filter_of_anything_else_is_refused(text: str) -> None:
    with pytest.raises(TrainingError, match="is no filter"):
        parse_filter(text)


def test_shown_puts_0_in_the_middle_and_the_farthest_number_at_an_end() -> None:
    assert shown(np.array([[-2.0, 0, 1]]))[0, :, 0].tolist() == [0, 128, 191]
    assert shown(np.zeros((2, 2))).tolist() == np.full((2, 2, 3), 128).tolist()


def test_grey_weighs_the_colours() -> None:
    assert grey(np.array([[[255, 255, 255], [0, 255, 0]]], np.uint8))[0].tolist() == pytest.approx([255, 149.685])
