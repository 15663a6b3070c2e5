"""The training task "distil": an encoder learns to place faces as its teachers do. Needs no identities."""

from __future__ import annotations

import glob
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from training.data.augment import AugmentOptions
from training.data.faces import FaceSet, open_faces
from training.data.samplers import ShuffledBatches
from training.data.teachers import Targets, gather
from training.data.views import load_views
from training.errors import TrainingError
from training.losses.base import LossOutput
from training.losses.distillation import DistillationLoss
from training.losses.projection import fit_projection, join_teachers, turn_projection
from training.recipe import Recipe
from training.tasks.base import Batch, Shard, Tensors
from training.tasks.encoder import PairsYardstick, build_encoder, encode_faces, prepared

_TURNED_ON = 1000
"""Faces on which a trained student and the teacher are brought together before the first step."""


@dataclass(frozen=True, slots=True)
class DistilData:
    """What is read.

    Args:
        sources: Of faces, as training.data.faces.open_faces has them.
        targets: Files of `python -m training teach`, globs.
        teachers: Names; empty for all that the files hold.
        holdout: Faces kept out, for the figure "teacher_cosine".
        pairs: A folder with aligned112.zip and pairs.csv; empty for none.
    """

    sources: tuple[str, ...]
    targets: tuple[str, ...]
    teachers: tuple[str, ...] = ()
    batch: int = 128
    workers: int = 2
    holdout: int = 512
    pairs: str = ""


@dataclass(frozen=True, slots=True)
class DistilOptions:
    """The recipe's options; the weights are those of training.losses.distillation."""

    data: DistilData
    augment: AugmentOptions = field(default_factory=AugmentOptions)
    cosine_weight: float = 2.0
    similarity_weight: float = 10.0
    learn_projection: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class TaughtFaces:
    """Faces with what the teachers say of them.

    Args:
        targets: (N, 2, T) float16, of the face and of its mirror image.
    """

    faces: FaceSet
    targets: Tensor

    def __len__(self) -> int:
        return len(self.faces)

    def take(self, indices: Sequence[int]) -> TaughtFaces:
        """The faces at these places."""
        return TaughtFaces(self.faces.take(indices), self.targets[torch.as_tensor(indices, dtype=torch.long)])


class DistilTask:
    """See training.tasks.base.Task.

    Raises:
        TrainingError: The faces or targets cannot be read, or too few faces have targets.
    """

    Options = DistilOptions

    def __init__(self, recipe: Recipe) -> None:
        options: DistilOptions = recipe.options
        self._options, self._seed = options, recipe.seed
        everything = open_faces(options.data.sources)
        taught = taught_faces(everything, gather(_files(options.data.targets)), options.data.teachers)
        self._untaught = len(everything) - len(taught)
        self._heldout, self._training = _held_out(taught, options.data.holdout, recipe.seed)
        self._sampler(Shard())  # too few faces are told before the network is built
        self.net = build_encoder(recipe.net)
        self.criterion: nn.Module = self._make_criterion(is_trained=bool(recipe.net.weights))
        self._yardstick = PairsYardstick(Path(options.data.pairs)) if options.data.pairs else None

    @property
    def sizes(self) -> Mapping[str, int]:
        """Faces by source."""
        return {"faces": len(self._training), **self._training.faces.count_by_source()}

    @property
    def batches_per_epoch(self) -> int:
        """As the sampler counts."""
        return self._sampler(Shard()).batches_per_epoch

    def batches(self, epoch: int, start: int, shard: Shard) -> Iterable[Batch]:
        """Views and their targets."""
        return self._loaded(self._sampler(shard).batches(epoch, start), epoch)

    def prepare(self, inputs: Tensor) -> Tensor:
        """N×3×112×112 float32."""
        return prepared(inputs)

    def loss(self, outputs: Tensors, targets: tuple[Tensor, ...]) -> LossOutput:
        """The distillation loss of the batch."""
        output: LossOutput = self.criterion(outputs, targets[0])
        return output

    def evaluate(self, device: str) -> Mapping[str, float]:
        """The mean cosine to the teachers on faces held out, and the figures on the pairs."""
        figures: dict[str, float] = {}
        if len(self._heldout):
            embeddings = torch.from_numpy(encode_faces(self.net, self._heldout.faces, device))
            stats = self.criterion(embeddings.to(device), self._heldout.targets[:, 0].float().to(device)).stats
            figures = {"teacher_cosine": stats["cosine"], "teacher_similarity_error": stats["similarity_error"]}
        if self._yardstick is not None:
            figures |= self._yardstick.figures(self.net, device)
        return figures

    def warnings(self) -> tuple[str, ...]:
        """How many faces no teacher has seen."""
        return (f"{self._untaught} faces have no target and are left out.",) if self._untaught else ()

    def _sampler(self, shard: Shard) -> ShuffledBatches:
        return ShuffledBatches(len(self._training), self._options.data.batch, seed=self._seed, rank=shard.rank, world=shard.count)

    def _loaded(self, batches: Sequence[Sequence[int]], epoch: int) -> Iterator[Batch]:
        options, taught = self._options, self._training
        for views in load_views(taught.faces, options.augment, batches, seed=self._seed, epoch=epoch, workers=options.data.workers):
            yield Batch(views.pixels, (taught.targets[views.indices, views.is_mirrored.long()],))

    def _make_criterion(self, *, is_trained: bool) -> DistillationLoss:
        options, targets = self._options, self._training.targets[:, 0].float()
        size = encode_faces(self.net.eval(), self._training.faces.take(range(2)), "cpu").shape[1]
        projection = fit_projection(targets, size)
        if is_trained:
            sample = self._training.take(range(0, len(self._training), max(1, len(self._training) // _TURNED_ON)))
            embeddings = torch.from_numpy(encode_faces(self.net, sample.faces, "cpu"))
            projection = turn_projection(projection, sample.targets[:, 0].float(), embeddings)
        return DistillationLoss(
            projection,
            cosine_weight=options.cosine_weight,
            similarity_weight=options.similarity_weight,
            learn_projection=options.learn_projection,
        )


def taught_faces(faces: FaceSet, found: Mapping[str, Targets], teachers: Sequence[str]) -> TaughtFaces:
    """Those of the faces that every teacher has seen, their teachers' vectors joined.

    Args:
        teachers: Names; empty for all found.

    Raises:
        TrainingError: There are no targets of a teacher.
    """
    names = list(teachers) or sorted(found)
    missing = [name for name in names if name not in found]
    if missing:
        raise TrainingError(f"There are no targets of the teacher {missing[0]!r}.", hint=f"There are: {', '.join(found)}.")
    rows = [{key: row for row, key in enumerate(found[name].keys)} for name in names]
    taught = [(index, key) for index, key in enumerate(faces.keys) if all(key in each for each in rows)]
    kept, keys = [index for index, _ in taught], [key for _, key in taught]
    views = []
    for view in (0, 1):
        vectors = [torch.from_numpy(found[name].vectors[[each[key] for key in keys], view]) for name, each in zip(names, rows, strict=True)]
        views.append(join_teachers(vectors).half())
    return TaughtFaces(faces.take(kept), torch.stack(views, dim=1))


def _held_out(taught: TaughtFaces, count: int, seed: int) -> tuple[TaughtFaces, TaughtFaces]:
    """`count` faces, at most a tenth, and the rest in their order."""
    count = min(count, len(taught) // 10)
    order = np.random.default_rng(seed).permutation(len(taught))
    return taught.take(sorted(order[:count].tolist())), taught.take(sorted(order[count:].tolist()))


def _files(patterns: Sequence[str]) -> list[Path]:
    return [Path(path) for pattern in patterns for path in sorted(glob.glob(pattern))]  # noqa: PTH207  # a pattern may be absolute
