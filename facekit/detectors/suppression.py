"""Of many boxes on one face, one: non-maximum suppression, and the mean of those that agree."""

from __future__ import annotations

import numpy as np

from facekit.types import AnyArray, FloatArray


def suppress(boxes: AnyArray, scores: AnyArray, *, max_iou: float) -> tuple[AnyArray, ...]:
    """The rows that stay, the highest score first; each with those that it suppressed, itself in front: (G,) int each.

    Args:
        boxes: (N, 4) x0, y0, x1, y1.
        scores: (N,).
        max_iou: Above this overlap, two boxes are of one face.
    """
    left = np.argsort(-np.asarray(scores), kind="stable")
    groups: list[AnyArray] = []
    while len(left):
        overlaps = ious(boxes[left[0]], boxes[left])
        overlaps[0] = 1.0  # an empty box overlaps nothing, itself included
        groups.append(left[overlaps > max_iou])
        left = left[overlaps <= max_iou]
    return tuple(groups)


def ious(box: AnyArray, boxes: AnyArray) -> FloatArray:
    """(N,) intersection over union of one box with (N, 4)."""
    low, high = np.maximum(box[:2], boxes[:, :2]), np.minimum(box[2:], boxes[:, 2:])
    common = np.clip(high - low, 0, None).prod(axis=1)
    union = np.clip(box[2:] - box[:2], 0, None).prod() + np.clip(boxes[:, 2:] - boxes[:, :2], 0, None).prod(axis=1) - common
    shares: FloatArray = np.divide(common, union, out=np.zeros(len(boxes)), where=union > 0).astype(np.float32)
    return shares
