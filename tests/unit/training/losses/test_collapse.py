"""The alarm for collapse: when it sounds, how often, and on real losses."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F

from tests.support.unit_vectors import descend, person_labels, some_unit_vectors
from training.losses.base import LossOutput
from training.losses.collapse import CollapseAlarm, CollapseSign, CollapseWatch
from training.losses.triplet import TripletLoss


def outputs(values: list[float], *, spread: float = 0.9) -> list[LossOutput]:
    return [LossOutput(torch.tensor(value), {"spread": spread}) for value in values]


def alarms(watch: CollapseWatch, seen: list[LossOutput]) -> list[CollapseAlarm | None]:
    return [watch.observe(output) for output in seen]


def test_loss_stuck_at_the_margin_raises_the_alarm_once_after_patience() -> None:
    found = alarms(CollapseWatch(0.2, patience=3), outputs([0.2, 0.201, 0.199, 0.2, 0.2, 0.2]))
    assert [alarm is not None for alarm in found] == [False, False, True, False, False, False]
    assert found[2] is not None
    assert found[2].sign is CollapseSign.LOSS_STUCK
    assert "stayed at 0.1990" in found[2].message


def test_alarm_sounds_again_after_the_loss_had_left_the_margin() -> None:
    found = alarms(CollapseWatch(0.2, patience=2), outputs([0.2, 0.2, 0.1, 0.2, 0.2]))
    assert [alarm is not None for alarm in found] == [False, True, False, False, True]


@pytest.mark.parametrize("values", [[0.3] * 9, [0.15] * 9, [0.2, 0.2, 0.19] * 3])
def test_loss_that_moves_or_stays_elsewhere_raises_none(values: list[float]) -> None:
    assert alarms(CollapseWatch(0.2, patience=3), outputs(values)) == [None] * 9


def test_embeddings_on_one_vector_raise_the_alarm_whatever_the_loss() -> None:
    found = alarms(CollapseWatch(None, patience=2), outputs([5.0, 4.0, 3.0], spread=0.001))
    assert found[1] == CollapseAlarm(CollapseSign.EMBEDDINGS_COINCIDE, 2, 4.0, 0.001)
    assert found[2] is None


def test_training_pulled_onto_one_vector_is_noticed() -> None:
    labels, loss = person_labels(4, 3), TripletLoss(margin=0.2, miner="batch-hard")
    points = some_unit_vectors(12, 8)
    watch = CollapseWatch(loss.collapsed_value, patience=5)
    found = []
    for step in range(40):
        embeddings = F.normalize(points + step * points[0])
        found.append(watch.observe(loss(embeddings, labels)))
    assert {alarm.sign for alarm in found if alarm is not None} == set(CollapseSign)


def test_healthy_training_raises_none() -> None:
    torch.manual_seed(0)
    labels, loss = person_labels(4, 3), TripletLoss(margin=0.2, miner="semi-hard")
    points = torch.nn.Parameter(torch.randn(12, 8))
    watch = CollapseWatch(loss.collapsed_value, patience=10)
    for _ in range(60):
        output = loss(F.normalize(points), labels)
        descend(output.value, [points], rate=1.0)
        assert watch.observe(output) is None
    assert output.value.item() < 0.02
