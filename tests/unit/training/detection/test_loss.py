"""The detection loss: nothing to say against of the truth itself, and its parts by hand."""

from __future__ import annotations

import pytest
import torch

from training.detection.loss import DetectionLoss, DetectionLossOptions, distance_iou, iou
from training.detection.places import AssignOptions, Places, assign

SIDE = 64
BOXES = torch.tensor([[[8.0, 8.0, 36.0, 40.0], [torch.nan] * 4]])
POINTS = torch.full((1, 2, 5, 2), torch.nan)
POINTS[0, 0] = torch.tensor([[14.0, 18.0], [28.0, 18.0], [21.0, 24.0], [16.0, 32.0], [27.0, 32.0]])
IGNORE = torch.full((1, 1, 4), torch.nan)


def true_answers() -> torch.Tensor:
    """What a network without error says."""
    places = Places.of(SIDE, SIDE)
    answers = torch.full((1, len(places.strides), 15), 0.0)
    answers[..., 0] = -20
    own = assign(BOXES, IGNORE, places, AssignOptions()).faces[0] == 0
    box, strides, centres = BOXES[0, 0], places.strides[own, None], places.centres[own]
    answers[0, own, 0] = 20
    answers[0, own, 1:3] = ((box[:2] + box[2:]) / 2 - centres) / strides
    answers[0, own, 3:5] = ((box[2:] - box[:2]) / strides).log()
    answers[0, own, 5:] = ((POINTS[0, 0] - centres[:, None]) / strides[..., None]).flatten(1)
    return answers


def test_loss_of_the_truth_is_nothing() -> None:
    output = DetectionLoss(DetectionLossOptions(), side=SIDE)(true_answers(), BOXES, POINTS, IGNORE)
    assert float(output.value) == pytest.approx(0, abs=1e-4)
    assert output.stats["overlap"] == pytest.approx(1, abs=1e-5)
    assert output.stats["point_error"] == pytest.approx(0, abs=1e-5)


@pytest.mark.parametrize("column", [0, 1, 3, 5])
def test_loss_rises_when_a_number_of_the_answer_is_wrong(column: int) -> None:
    answers = true_answers()
    answers[..., column] += 1 if column else -30
    assert float(DetectionLoss(DetectionLossOptions(), side=SIDE)(answers, BOXES, POINTS, IGNORE).value) > 0.05


def test_loss_of_unknown_points_leaves_the_points_out() -> None:
    answers = true_answers()
    answers[..., 5:] += 3
    output = DetectionLoss(DetectionLossOptions(), side=SIDE)(answers, BOXES, torch.full_like(POINTS, torch.nan), IGNORE)
    assert float(output.value) == pytest.approx(0, abs=1e-4)


def test_loss_of_a_false_face_on_an_ignored_box_is_nothing() -> None:
    answers = torch.full((1, 84, 15), 0.0)
    everywhere = torch.tensor([[[0.0, 0.0, SIDE, SIDE]]])
    nothing = torch.full_like(BOXES, torch.nan)
    loss = DetectionLoss(DetectionLossOptions(), side=SIDE)
    assert float(loss(answers, nothing, POINTS, everywhere).value) == 0
    assert float(loss(answers, nothing, POINTS, IGNORE).value) > 0


def test_loss_has_a_gradient_where_there_is_no_face_at_all() -> None:
    answers = torch.zeros(1, 84, 15, requires_grad=True)
    DetectionLoss(DetectionLossOptions(), side=SIDE)(answers, torch.full_like(BOXES, torch.nan), POINTS, IGNORE).value.backward()
    assert answers.grad is not None
    assert torch.isfinite(answers.grad).all()
    assert (answers.grad[..., 0] > 0).all()


def test_overlaps_of_two_boxes_are_worked_by_hand() -> None:
    first, second = torch.tensor([[0.0, 0.0, 20.0, 20.0]]), torch.tensor([[10.0, 0.0, 30.0, 20.0]])
    assert float(iou(first, second)) == pytest.approx(200 / 600)
    assert float(distance_iou(first, second)) == pytest.approx(200 / 600 - 100 / (30**2 + 20**2))
