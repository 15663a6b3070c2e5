"""The training task "windows": is a square of 24 pixels a face? The lecture's classifier, with hard negatives mined before each epoch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from facekit.nets.windows import SIDE
from facekit.types import AnyArray, Pixels
from training.detection.pictures import Labelled
from training.detection.sources import backgrounds, held_back, some, without
from training.detection.windows import MARGIN, face_windows, hard_windows, other_windows
from training.errors import TrainingError
from training.losses.base import LossOutput
from training.recipe import Recipe
from training.tasks.base import Batch, Shard, Tensors
from training.tasks.encoder import build_encoder, prepared


@dataclass(frozen=True, slots=True)
class WindowData:
    """What is read: files of labels and of pictures, by globs.

    Args:
        faces: Labels of pictures with faces.
        backgrounds: Pictures without faces.
        heldout: Labels whose test half is kept off, as for the task "detect".
        pictures: Of each kind at most.
        mined_pictures: Looked through before an epoch for what is wrongly taken for a face.
    """

    faces: tuple[str, ...]
    backgrounds: tuple[str, ...]
    heldout: tuple[str, ...] = ()
    pictures: int = 4000
    mined_pictures: int = 150
    batch: int = 128
    batches_per_epoch: int = 250


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowOptions:
    """The recipe's options.

    Args:
        hard_share: Of a batch's squares without a face, how many are mined ones, as soon as there are some.
    """

    data: WindowData
    hard_share: float = 0.5


class WindowLoss(nn.Module):
    """Binary cross-entropy of logits (N, 1) against 1 for a face and 0 for none."""

    def forward(self, logits: Tensor, is_face: Tensor) -> LossOutput:
        """The mean, and the share of right answers."""
        logits = logits[:, 0].float()
        right = ((logits > 0) == (is_face > 0.5)).float().mean()
        return LossOutput(F.binary_cross_entropy_with_logits(logits, is_face), {"accuracy": float(right)})


class WindowsTask:
    """See training.tasks.base.Task. What is mined follows from the network too, so a resumed run may see other hard squares.

    Raises:
        TrainingError: Labels or pictures cannot be read, or there are none.
    """

    Options = WindowOptions

    def __init__(self, recipe: Recipe) -> None:
        options: WindowOptions = recipe.options
        self._options, self._seed, data = options, recipe.seed, options.data
        rng = np.random.default_rng(recipe.seed)
        held = held_back(data.heldout)
        faces, grounds = some(without(data.faces, held), data.pictures), some(backgrounds(data.backgrounds), data.pictures)
        if not faces or not grounds:
            raise TrainingError("There are no faces or no backgrounds to cut squares from.", hint="Make labels: python -m training label.")
        self._clear: list[Labelled] = [*grounds, *faces]
        self._faces, self._others = face_windows(faces), other_windows(self._clear, 8, rng)
        self._hard = self._others[:0]
        test = some(held, data.pictures // 10)
        self._test = (face_windows(test), other_windows(test, 4, rng)) if test else None
        self.net = build_encoder(recipe.net)
        self.criterion: nn.Module = WindowLoss()

    @property
    def sizes(self) -> Mapping[str, int]:
        """Squares."""
        return {"faces": len(self._faces), "others": len(self._others)}

    @property
    def batches_per_epoch(self) -> int:
        """As the recipe says: squares have no end, for each is shifted by chance."""
        return self._options.data.batches_per_epoch

    def batches(self, epoch: int, start: int, shard: Shard) -> Iterable[Batch]:
        """Half faces, half none."""
        if epoch:
            self._mine(epoch)
        share = self._options.data.batch // shard.count
        return (
            self._batch(np.random.default_rng((self._seed, epoch, place, shard.rank)), share)
            for place in range(start, self.batches_per_epoch)
        )

    def prepare(self, inputs: Tensor) -> Tensor:
        """N×3×24×24 float32."""
        return prepared(inputs)

    def loss(self, outputs: Tensors, targets: tuple[Tensor, ...]) -> LossOutput:
        """Of the answers."""
        output: LossOutput = self.criterion(outputs, targets[0])
        return output

    def evaluate(self, device: str) -> Mapping[str, float]:
        """Of squares from pictures held back: faces found, and others taken for faces."""
        if self._test is None:
            return {}
        found, wrong = (self._share(windows, device) for windows in self._test)
        return {"found": found, "wrong": wrong, "accuracy": (found + 1 - wrong) / 2}

    def warnings(self) -> tuple[str, ...]:
        """None."""
        return ()

    def _share(self, windows: Pixels, device: str) -> float:
        """Of the squares that are taken for faces."""
        middle = np.ascontiguousarray(windows[:, MARGIN : MARGIN + SIDE, MARGIN : MARGIN + SIDE])
        return float((self.net(prepared(torch.from_numpy(middle).to(device))) > 0).float().mean())

    def _mine(self, epoch: int) -> None:
        rng = np.random.default_rng((self._seed, epoch))
        chosen = rng.choice(len(self._clear), min(self._options.data.mined_pictures, len(self._clear)), replace=False)
        self._hard = np.concatenate([self._hard, hard_windows(self.net, [self._clear[row] for row in chosen], 8)])

    def _batch(self, rng: np.random.Generator, size: int) -> Batch:
        hard = round(self._options.hard_share * (size // 2)) if len(self._hard) else 0
        parts = ((self._faces, size - size // 2), (self._others, size // 2 - hard), (self._hard, hard))
        windows = np.stack([view for pool, count in parts for view in _views(pool, count, rng)])
        is_face = torch.zeros(size)
        is_face[: size - size // 2] = 1
        return Batch(torch.from_numpy(windows), (is_face,))


def _views(pool: Pixels, count: int, rng: np.random.Generator) -> Iterator[AnyArray]:
    """Squares of 24 pixels by chance, shifted, and every second one mirrored."""
    for row in rng.integers(0, max(1, len(pool)), count):
        x, y = rng.integers(0, 2 * MARGIN, 2, endpoint=True)
        view = pool[row, y : y + SIDE, x : x + SIDE]
        yield view[:, ::-1] if rng.random() < 0.5 else view
