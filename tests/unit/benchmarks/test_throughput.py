"""Speed: the counting against a hand-worked network, and our own encoder and a training step through the real worker."""

from __future__ import annotations

import sys
import time
from typing import cast

import pytest
import torch
from torch import nn

from benchmarks.throughput import _cells, device_rows, flops_per_face, matrix_product_flops, shipped
from benchmarks.throughput_worker import measure, training


def test_flops_per_face_when_counted_by_hand_are_two_for_each_product() -> None:
    net = nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), nn.ReLU(), nn.Flatten(), nn.Linear(4 * 8 * 8, 5))
    products = 3 * 4 * 9 * 8 * 8 + 4 * 8 * 8 * 5
    assert flops_per_face(net, torch.zeros(1, 3, 8, 8)) == 2 * products


def test_device_rows_name_precision_batch_and_a_share_of_the_matrix_product() -> None:
    assert matrix_product_flops("cpu", torch.float32) > 1e8
    rows = device_rows(nn.Sequential(nn.Conv2d(3, 8, 3), nn.Flatten()), "cpu", size=16, batches=(1, 4))
    assert [(row["precision"], row["batch"]) for row in rows] == [("float32", 1), ("float32", 4), ("bfloat16", 1), ("bfloat16", 4)]
    assert all(row["per_s"] > 0 and row["share_of_peak"] > 0 for row in rows)


def test_measure_of_a_step_that_sleeps_sees_its_time_and_no_work() -> None:
    found = measure(lambda: time.sleep(0.02), batch=4, seconds=0.1)
    assert 50 < found["pictures_per_s"] <= 200
    assert found["processor_ms"] < 4


@pytest.mark.models
def test_worker_measures_on_one_and_two_threads() -> None:
    cells = _cells("facekit:onnx/encoder-v0", sys.executable, (2,), 0.01)
    assert [cell["threads"] for cell in cells] == [1, 2]
    assert all(cell["pictures_per_s"] > 0 and cell["processor_ms"] > 0 for cell in cells)


@pytest.mark.models
def test_training_step_in_the_worker_moves_the_weights() -> None:
    step = training("fp32/encoder-v0", 4)
    losses = [float(cast(torch.Tensor, step()).detach()) for _ in range(6)]
    assert losses[-1] < losses[0]


def test_worker_that_fails_leaves_its_last_word_in_the_cell() -> None:
    cells = _cells("facekit:onnx/encoder-v999", sys.executable, (1,), 0.01)
    assert "encoder-v999" in cells[0]["failed"]


def test_shipped_encoders_are_those_in_the_program() -> None:
    assert "encoder-v0" in shipped()
