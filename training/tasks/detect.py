"""The training task "detect": a fully convolutional face detector learns score, box and five points from scenes put together by chance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from facekit.types import FloatArray, Pixels
from training.data.augment import view_rng
from training.data.views import start_worker
from training.detection.loss import DetectionLoss, DetectionLossOptions
from training.detection.pictures import Labelled
from training.detection.scenes import Pools, SceneOptions, make_scene
from training.detection.scoring import Heldout, heldout_figures
from training.detection.sources import backgrounds, held_back, some, without
from training.errors import TrainingError
from training.losses.base import LossOutput
from training.recipe import Recipe
from training.tasks.base import Batch, Shard, Tensors
from training.tasks.encoder import build_encoder, prepared

_FACES, _IGNORED = 32, 16
"""Rows of a scene's labels at most; what is beyond is left out."""


@dataclass(frozen=True, slots=True)
class DetectData:
    """What is read: files of labels, as `python -m training label` writes them, by globs.

    Args:
        scenes: Pictures as they were taken, every face labelled.
        faces: Pictures with one face and little around it.
        backgrounds: Pictures without faces: files of pictures, not of labels.
        heldout: Labels by hand. The test half of their pictures (training.detection.pictures.is_test) is never trained on, whichever
            list they are in.
        heldout_pictures: Of these at most are measured on while the training goes on.
    """

    scenes: tuple[str, ...]
    faces: tuple[str, ...]
    backgrounds: tuple[str, ...]
    heldout: tuple[str, ...] = ()
    heldout_pictures: int = 100
    batch: int = 32
    scenes_per_epoch: int = 16384
    workers: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectOptions:
    """The recipe's options."""

    data: DetectData
    scenes: SceneOptions = field(default_factory=SceneOptions)
    loss: DetectionLossOptions = field(default_factory=DetectionLossOptions)


class DetectTask:
    """See training.tasks.base.Task.

    Raises:
        TrainingError: Labels or pictures cannot be read, or there are none.
    """

    Options = DetectOptions

    def __init__(self, recipe: Recipe) -> None:
        options: DetectOptions = recipe.options
        self._options, self._seed = options, recipe.seed
        data = options.data
        tested = held_back(data.heldout)
        self._pools = Pools(without(data.scenes, tested), without(data.faces, tested), backgrounds(data.backgrounds))
        if not self._pools.faces or not self._pools.backgrounds:
            raise TrainingError("There are no faces or no backgrounds to make scenes of.", hint="Make labels: python -m training label.")
        self.net = build_encoder(recipe.net)
        self.criterion: nn.Module = DetectionLoss(options.loss, side=options.scenes.side)
        self._heldout = Heldout(some(tested, data.heldout_pictures))

    @property
    def sizes(self) -> Mapping[str, int]:
        """Pictures by use."""
        pools = self._pools
        return {
            "scenes": len(pools.scenes),
            "faces": len(pools.faces),
            "backgrounds": len(pools.backgrounds),
            "heldout": len(self._heldout),
        }

    @property
    def batches_per_epoch(self) -> int:
        """Scenes have no end; an epoch is only a measure."""
        return self._options.data.scenes_per_epoch // self._options.data.batch

    def batches(self, epoch: int, start: int, shard: Shard) -> Iterable[Batch]:
        """Scenes and what is in them."""
        data = self._options.data
        share = data.batch // shard.count
        firsts = [batch * data.batch + shard.rank * share for batch in range(start, self.batches_per_epoch)]
        loader = DataLoader(
            _SceneSet(self._pools, self._options.scenes, self._seed, epoch),
            batch_sampler=[list(range(first, first + share)) for first in firsts],
            num_workers=data.workers,
            collate_fn=_collated,
            worker_init_fn=start_worker,
            generator=torch.Generator().manual_seed(0),  # as in training.data.views
        )
        yield from loader

    def prepare(self, inputs: Tensor) -> Tensor:
        """N×3×S×S float32."""
        return prepared(inputs)

    def loss(self, outputs: Tensors, targets: tuple[Tensor, ...]) -> LossOutput:
        """Of score, boxes and points."""
        output: LossOutput = self.criterion(outputs, *targets)
        return output

    def evaluate(self, device: str) -> Mapping[str, float]:
        """Average precision and the points' error on the held-out pictures."""
        return heldout_figures(self.net, self._heldout, device) if len(self._heldout) else {}

    def warnings(self) -> tuple[str, ...]:
        """Whether every picture is a composition."""
        return () if self._pools.scenes else ("There are no pictures as they were taken: all scenes are put together.",)


class _SceneSet(Dataset[tuple[Pixels, Labelled]]):
    """The scenes of an epoch."""

    def __init__(self, pools: Pools, options: SceneOptions, seed: int, epoch: int) -> None:
        self._pools, self._options, self._seed, self._epoch = pools, options, seed, epoch

    def __getitem__(self, index: int) -> tuple[Pixels, Labelled]:
        scene = make_scene(self._pools, self._options, view_rng(self._seed, self._epoch, index))
        return scene.pixels, scene.labels


def _collated(samples: list[tuple[Pixels, Labelled]]) -> Batch:
    pixels, labels = zip(*samples, strict=True)
    boxes = _filled([label.boxes for label in labels], (_FACES, 4))
    points = _filled([label.points for label in labels], (_FACES, 5, 2))
    ignore = _filled([label.ignore for label in labels], (_IGNORED, 4))
    return Batch(torch.from_numpy(np.stack(pixels)), (boxes, points, ignore))


def _filled(rows: Sequence[FloatArray], shape: tuple[int, ...]) -> Tensor:
    """(N, *shape) with NaN where there is nothing."""
    whole = np.full((len(rows), *shape), np.nan, np.float32)
    for place, row in zip(whole, rows, strict=True):
        place[: len(row)] = row[: shape[0]]
    return torch.from_numpy(whole)
