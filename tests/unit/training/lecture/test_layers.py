"""Sizes and parameters against the lecture's examples and against counting."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.errors import TrainingError
from training.lecture.layers import (
    Convolution,
    Dense,
    Flattening,
    GridPooling,
    Normalisation,
    Pooling,
    dense_like,
    output_size,
    same_padding,
)


def places(n: int, f: int, padding: int, stride: int) -> int:
    """Counted: the places at which the filter lies wholly on the padded side."""
    return sum(start + f <= n + 2 * padding for start in range(0, n + 2 * padding, stride))


@given(n=st.integers(1, 40), f=st.integers(1, 9), padding=st.integers(0, 4), stride=st.integers(1, 5))
def test_output_size_is_the_number_of_places_where_the_filter_fits(n: int, f: int, padding: int, stride: int) -> None:
    if n + 2 * padding < f:
        with pytest.raises(TrainingError, match="does not fit"):
            output_size(n, f, padding=padding, stride=stride)
    else:
        assert output_size(n, f, padding=padding, stride=stride) == places(n, f, padding, stride)


def test_output_size_of_the_lectures_examples() -> None:
    assert (output_size(6, 3), output_size(7, 3, stride=2), output_size(32, 5), output_size(28, 2, stride=2)) == (4, 3, 28, 14)
    assert output_size(8, 3, stride=2) == 3  # rounded down: the slide with ⌈⌉ would have 4, the last of them over the edge


@pytest.mark.parametrize("f", [1, 3, 5, 11])
def test_same_padding_keeps_the_size_and_valid_loses_f_minus_1(f: int) -> None:
    assert output_size(40, f, padding=same_padding(f)) == 40
    assert output_size(40, f) == 40 - f + 1


def test_same_padding_of_an_even_filter_is_refused() -> None:
    with pytest.raises(TrainingError, match="no padding 'same' for a filter of 2"):
        same_padding(2)


def test_six_3x3_filters_on_rgb_learn_168_numbers() -> None:
    layer = Convolution(6, (3, 3))
    assert layer.parameters((3, 6, 6)) == (3 * 3 * 3 + 1) * 6 == 168
    assert layer.output((3, 6, 6)) == (6, 4, 4)
    assert layer.multiply_adds((3, 6, 6)) == sum(27 for _filter in range(6) for _place in range(16))


def test_parameters_of_a_convolution_do_not_depend_on_the_picture() -> None:
    layer = Convolution(10, (5, 5))
    assert layer.parameters((3, 14, 14)) == layer.parameters((3, 1000, 1000)) == 760


def test_volume_is_halved_by_stride_two_and_same_padding() -> None:
    assert Convolution(20, (5, 5), stride=(2, 2), padding=(2, 2)).output((10, 37, 20)) == (20, 19, 10)


def test_groups_share_the_channels_out() -> None:
    assert Convolution(8, (3, 3), groups=4, has_bias=False).parameters((8, 5, 5)) == 8 * 2 * 9


def test_fully_connected_network_of_the_lecture_has_235146_parameters() -> None:
    sizes = (784, 256, 128, 10)
    counts = [Dense(units).parameters((inputs,)) for inputs, units in pairwise(sizes)]
    assert counts == [785 * 256, 257 * 128, 129 * 10]
    assert sum(counts) == 235_146


def test_pooling_changes_the_sides_and_learns_nothing() -> None:
    layer = Pooling((2, 2), (2, 2))
    assert (layer.output((16, 28, 29)), layer.parameters((16, 28, 28)), layer.multiply_adds((16, 28, 28))) == ((16, 14, 14), 0, 0)
    assert (GridPooling((1, 1)).output((512, 7, 9)), Flattening().output((16, 5, 5))) == ((512, 1, 1), (400,))


def test_normalisation_learns_a_scale_and_a_shift_for_each_channel() -> None:
    assert (Normalisation().parameters((64, 8, 8)), Normalisation(is_learnt=False).parameters((64, 8, 8))) == (128, 0)


def test_dense_layer_in_place_of_a_convolution_takes_half_a_million_times_the_parameters() -> None:
    picture = (3, 64, 64)
    assert math.prod(picture) == 12_288
    layer = Convolution(6, (5, 5))
    dense = dense_like(layer, picture)
    assert dense.units == 6 * 60 * 60
    assert (dense.parameters(picture), layer.parameters(picture)) == (12_289 * 21_600, 456)
    assert dense.parameters(picture) / layer.parameters(picture) > 500_000
