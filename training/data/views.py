"""Augmented views of faces in batches, read by worker processes. Which face and which view follow from seed, epoch and place alone."""

from __future__ import annotations

import signal
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from facekit.types import Pixels
from training.data.augment import AugmentOptions, augmented, view_rng
from training.data.faces import FaceSet


@dataclass(frozen=True, slots=True, eq=False)
class Views:
    """A batch of views.

    Args:
        pixels: (N, 112, 112, 3) uint8 RGB.
        indices: (N,) long, which faces of the set.
        is_mirrored: (N,) bool.
    """

    pixels: Tensor
    indices: Tensor
    is_mirrored: Tensor


class _ViewSet(Dataset[tuple[Pixels, int, bool]]):
    """The epoch's views of each face: the first, the second and so on where a face stands in a batch more than once."""

    def __init__(self, faces: FaceSet, options: AugmentOptions, seed: int, epoch: int) -> None:
        self._faces, self._options, self._seed, self._epoch = faces, options, seed, epoch

    def __getitem__(self, place: tuple[int, int]) -> tuple[Pixels, int, bool]:
        index, repeat = place
        view = augmented(self._faces.records[index].read(), self._options, view_rng(self._seed, self._epoch, index, repeat))
        return view.pixels, index, view.is_mirrored


def load_views(
    faces: FaceSet, options: AugmentOptions, batches: Sequence[Sequence[int]], *, seed: int, epoch: int, workers: int, unit: int = 1
) -> Iterator[Views]:
    """The views of each batch of face indices, in order; with 0 workers read by this process.

    Args:
        unit: Rows that belong together, K of a person: a face that comes twice among them is seen in two views.
    """
    loader = DataLoader(
        _ViewSet(faces, options, seed, epoch),
        batch_sampler=[_places(batch, unit) for batch in batches],
        num_workers=workers,
        collate_fn=_collated,
        worker_init_fn=start_worker,
        # The loader draws a number for its workers. From the global generator, a resumed run would not draw as a straight one does.
        generator=torch.Generator().manual_seed(0),
    )
    yield from loader


def _places(batch: Sequence[int], unit: int) -> list[tuple[int, int]]:
    """Each index with how often it stood before in its unit."""
    return [(index, list(batch[row - row % unit : row]).count(index)) for row, index in enumerate(batch)]


def _collated(samples: list[tuple[Pixels, int, bool]]) -> Views:
    pixels, indices, is_mirrored = zip(*samples, strict=True)
    return Views(torch.from_numpy(np.stack(pixels)), torch.tensor(indices), torch.tensor(is_mirrored))


def start_worker(_: int) -> None:
    """A worker uses one core, and dies of the signals that its parent catches to stop in order."""
    cv2.setNumThreads(0)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
