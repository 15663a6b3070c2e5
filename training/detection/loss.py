"""The loss of a face detector: how good the box is as the score (Li et al. 2020), overlap of boxes, and distance of points."""

from __future__ import annotations

from dataclasses import dataclass, field

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from training.detection.places import AssignOptions, Places, assign, decoded_boxes, decoded_points
from training.losses.base import LossOutput


@dataclass(frozen=True, slots=True)
class DetectionLossOptions:
    """The parts' weights.

    Args:
        focus: Exponent: how much less the places count that are right already.
        smooth: Error of a point, as a share of the face's size, up to which it is squared.
    """

    box: float = 2.0
    points: float = 15.0
    focus: float = 2.0
    smooth: float = 0.04
    assign: AssignOptions = field(default_factory=AssignOptions)


class DetectionLoss(nn.Module):
    """Of answers (N, P, 15) against boxes (N, K, 4), points (N, K, 5, 2) and ignored boxes (N, M, 4); NaN fills up what is not there."""

    def __init__(self, options: DetectionLossOptions, *, side: int) -> None:
        super().__init__()
        self._options, self._side = options, side

    def forward(self, answers: Tensor, boxes: Tensor, points: Tensor, ignore: Tensor) -> LossOutput:
        """The mean over the places that have a face; computed in 32 bits."""
        answers = answers.float()
        places = Places.of(self._side, self._side, answers.device)
        assigned = assign(boxes, ignore, places, self._options.assign)
        rows, cells = torch.nonzero(assigned.faces >= 0, as_tuple=True)
        faces = assigned.faces[rows, cells]
        own = Places(places.centres[cells], places.strides[cells])
        truth, said = boxes[rows, faces], answers[rows, cells]
        found = decoded_boxes(said, own)
        count = max(1, len(rows))
        overlaps = iou(found, truth)
        wanted = torch.zeros_like(answers[..., 0])
        wanted[rows, cells] = overlaps.detach().clamp(min=0.0)
        score = self._score(answers[..., 0], wanted, assigned.is_open) / count
        box = (1 - distance_iou(found, truth)).sum() / count
        point, error = self._points(decoded_points(said, own), points[rows, faces], truth)
        value = score + self._options.box * box + self._options.points * point
        stats = {"score": score, "box": box, "points": point, "overlap": overlaps.mean() if len(rows) else value * 0, "point_error": error}
        return LossOutput(value, {name: float(part.detach()) for name, part in stats.items()})

    def _score(self, logits: Tensor, wanted: Tensor, is_open: Tensor) -> Tensor:
        """Quality focal loss."""
        distance = (wanted - logits.sigmoid()).abs() ** self._options.focus
        each = F.binary_cross_entropy_with_logits(logits, wanted, reduction="none") * distance
        return each.masked_fill(is_open, 0.0).sum()

    def _points(self, found: Tensor, truth: Tensor, boxes: Tensor) -> tuple[Tensor, Tensor]:
        """The loss of the known points, and their mean error as a share of the face's size."""
        is_known = torch.isfinite(truth).all(-1).all(-1)
        if not is_known.any():
            return found.sum() * 0, found.sum() * 0
        sizes = (boxes[is_known, 2:] - boxes[is_known, :2]).prod(-1).sqrt()[:, None, None]
        offsets = (found[is_known] - truth[is_known]) / sizes
        return F.smooth_l1_loss(offsets, torch.zeros_like(offsets), beta=self._options.smooth), offsets.norm(dim=-1).mean()


def iou(first: Tensor, second: Tensor) -> Tensor:
    """(N,) intersection over union, row by row, of boxes (N, 4)."""
    low, high = torch.maximum(first[:, :2], second[:, :2]), torch.minimum(first[:, 2:], second[:, 2:])
    common = (high - low).clamp(min=0).prod(-1)
    areas = [(boxes[:, 2:] - boxes[:, :2]).clamp(min=0).prod(-1) for boxes in (first, second)]
    return common / (areas[0] + areas[1] - common).clamp(min=1e-6)


def distance_iou(first: Tensor, second: Tensor) -> Tensor:
    """(N,) IoU less the squared distance of the middles over that of the common frame's corners (Zheng et al. 2020)."""
    middles = (first[:, :2] + first[:, 2:] - second[:, :2] - second[:, 2:]) / 2
    frame = torch.maximum(first[:, 2:], second[:, 2:]) - torch.minimum(first[:, :2], second[:, :2])
    return iou(first, second) - middles.pow(2).sum(-1) / frame.pow(2).sum(-1).clamp(min=1e-6)
