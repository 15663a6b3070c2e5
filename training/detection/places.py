"""Which place of a detector's network answers for which face, and what its numbers mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from facekit.nets.detector import STRIDES


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """The P places of a picture.

    Args:
        centres: (P, 2) float32, x and y of each one's middle, pixels.
        strides: (P,) float32.
    """

    centres: Tensor
    strides: Tensor

    @staticmethod
    def of(height: int, width: int, device: torch.device | str = "cpu") -> Places:
        """In the order of facekit.nets.detector: stride by stride, row by row."""
        centres, strides = [], []
        for stride in STRIDES:
            rows, columns = (torch.arange(length // stride, device=device) * stride + stride / 2 for length in (height, width))
            y, x = torch.meshgrid(rows, columns, indexing="ij")
            centres.append(torch.stack([x, y], dim=2).reshape(-1, 2))
            strides.append(torch.full((len(centres[-1]),), float(stride), device=device))
        return Places(torch.cat(centres), torch.cat(strides))


@dataclass(frozen=True, slots=True)
class AssignOptions:
    """Which places a face trains.

    Args:
        limits: Sizes (square root of the area, pixels) at which faces go from stride 8 to 16, and from 16 to 32.
        slack: Places of the neighbouring stride are left open for sizes within this factor of a limit.
        radius: Share of the face's size around its middle, at least half a stride and at most one and a half.
    """

    limits: tuple[float, float] = (32.0, 88.0)
    slack: float = 1.3
    radius: float = 0.3


@dataclass(frozen=True, slots=True, eq=False)
class Assigned:
    """What each place is to say.

    Args:
        faces: (N, P) long, the row of its face; −1 for none.
        is_open: (N, P) bool: whatever it says counts for nothing.
    """

    faces: Tensor
    is_open: Tensor


def assign(boxes: Tensor, ignore: Tensor, places: Places, options: AssignOptions) -> Assigned:
    """The places in the middle of each face, at the stride of its size; the smaller of two faces at a place has it.

    Args:
        boxes: (N, K, 4) float32, x0, y0, x1, y1; rows of NaN fill up.
        ignore: (N, M, 4) likewise.
    """
    middles, sizes = (boxes[..., :2] + boxes[..., 2:]) / 2, (boxes[..., 2:] - boxes[..., :2]).prod(-1).sqrt()
    reach = torch.minimum(torch.maximum(options.radius * sizes[..., None], places.strides / 2), 1.5 * places.strides)  # (N, K, P)
    is_near = ((places.centres - middles[:, :, None]).abs() <= reach[..., None]).all(-1)
    low, high = _range(places.strides, options.limits)
    own, slack = sizes[..., None], options.slack
    is_own = is_near & (own > low) & (own <= high)
    is_open = (is_near & (own > low / slack) & (own <= high * slack)).any(1) | _inside(ignore, places)
    costs = torch.where(is_own, own, torch.inf)
    least, faces = costs.min(dim=1)
    faces = torch.where(torch.isfinite(least), faces, -1)
    return Assigned(faces, is_open & (faces < 0))


def decoded_boxes(answers: Tensor, places: Places) -> Tensor:
    """(…, P, 4) x0, y0, x1, y1 in pixels of answers (…, P, 15)."""
    strides = places.strides[:, None]
    centres = places.centres + answers[..., 1:3] * strides
    halves = answers[..., 3:5].clamp(max=6).exp() * strides / 2
    return torch.cat([centres - halves, centres + halves], dim=-1)


def decoded_points(answers: Tensor, places: Places) -> Tensor:
    """(…, P, 5, 2) in pixels of answers (…, P, 15)."""
    offsets = answers[..., 5:].reshape(*answers.shape[:-1], 5, 2)
    return places.centres[:, None] + offsets * places.strides[:, None, None]


def _range(strides: Tensor, limits: Sequence[float]) -> tuple[Tensor, Tensor]:
    """(P,) least and largest size of face for each place."""
    edges = torch.tensor([0.0, *limits, torch.inf], device=strides.device)
    level = torch.bucketize(strides, torch.tensor(STRIDES, dtype=strides.dtype, device=strides.device))
    return edges[level], edges[level + 1]


def _inside(boxes: Tensor, places: Places) -> Tensor:
    """(N, P) whether a place lies in any of the boxes (N, M, 4)."""
    offsets = places.centres[None, None]
    return ((offsets >= boxes[:, :, None, :2]) & (offsets <= boxes[:, :, None, 2:])).all(-1).any(1)
