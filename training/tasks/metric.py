"""The training task "metric": an encoder learns from identities, by any loss of training.losses, beside a teacher if wanted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from facekit.evaluation.trials import IntArray
from facekit.types import FloatArray
from training.data.augment import AugmentOptions
from training.data.faces import FaceSet, open_faces
from training.data.samplers import BatchSampler, JoinedBatches, PersonBatches, ShuffledBatches, TripletBatches
from training.data.splits import Split, near_pairs
from training.data.teachers import Targets, gather
from training.data.views import load_views
from training.errors import TrainingError
from training.losses import create_loss
from training.losses.base import LossOutput
from training.losses.combined import CombinedLoss
from training.recipe import Recipe
from training.tasks.base import Batch, Shard, Tensors
from training.tasks.encoder import HeldOut, Yardsticks, build_encoder, embedding_size, encode_faces, input_size, prepared
from training.tasks.teaching import DistillationWeights, distillation_loss, is_taught, target_files, taught_faces, teacher_targets
from training.tasks.triplets import EpochTriplets, TripletOptions

_FEW_PICTURES = 2
"""A person with fewer has no mated pair to learn from."""
_CHEAP_FACES = 5_000
"""So many faces the starting encoder compares across the split; of more only a teacher's targets are looked at."""
_TOLD = 3


@dataclass(frozen=True, slots=True)
class MetricData:
    """What is read.

    Args:
        sources: Of faces, as training.data.faces.open_faces has them.
        pairs: A folder with aligned112.zip and pairs.csv; empty for none.
        persons: P persons in a batch, `pictures` of each; but see training.tasks.triplets.
    """

    sources: tuple[str, ...]
    pairs: str = ""
    persons: int = 24
    pictures: int = 4
    workers: int = 2


@dataclass(frozen=True, slots=True)
class LossChoice:
    """A row of training.losses.LOSSES and what it is built with."""

    name: str = "triplet"
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class TeachingOptions(DistillationWeights):
    """A distillation beside the label loss.

    Args:
        targets: Files of `python -m training teach`, globs; empty for none.
        teachers: Names; empty for all that the files hold.
        weight: Of the whole term.
        unlabelled: Faces of unknown persons added to each batch, which only the teacher judges.
    """

    targets: tuple[str, ...] = ()
    teachers: tuple[str, ...] = ()
    weight: float = 1.0
    unlabelled: int = 0


@dataclass(frozen=True, slots=True)
class MetricOptions:
    """The recipe's options."""

    data: MetricData
    heldout: HeldOut = field(default_factory=HeldOut)
    loss: LossChoice = field(default_factory=LossChoice)
    triplets: TripletOptions = field(default_factory=TripletOptions)
    teaching: TeachingOptions = field(default_factory=TeachingOptions)
    augment: AugmentOptions = field(default_factory=AugmentOptions)


class MetricTask:
    """See training.tasks.base.Task.

    Raises:
        TrainingError: The faces or targets cannot be read, or there are too few persons for a batch.
    """

    Options = MetricOptions

    def __init__(self, recipe: Recipe) -> None:
        options: MetricOptions = recipe.options
        self._options, self._seed = options, recipe.seed
        if options.data.pictures < _FEW_PICTURES:
            raise TrainingError(
                "A batch with one picture of each person has no mated pair.", hint="Set options.data.pictures to 2 or more."
            )
        self._split = options.heldout.split(open_faces(options.data.sources))
        self._labels = _labels(self._split.training)
        teaching, is_trained = options.teaching, bool(recipe.net.weights)
        found = gather(target_files(teaching.targets)) if teaching.targets else {}
        self._targets = teacher_targets(self._split.training, found, teaching.teachers) if found else None
        is_offline = options.loss.options.get("miner") == "given"
        self._triplets = EpochTriplets(self._labels, options.triplets, recipe.seed) if is_offline else None
        self._sampler(Shard())  # too few persons are told before the network is built
        self.net = build_encoder(recipe.net)
        self.criterion: nn.Module = self._make_criterion(found, is_trained=is_trained)
        self._yardsticks = Yardsticks(self._split.measuring, options.data.pairs)
        self._warnings = (*self._left_out(), *self._near(found, is_trained=is_trained))

    @property
    def sizes(self) -> Mapping[str, int]:
        """Faces that are trained on, persons, persons held out, faces by source."""
        counts = {"faces": self._used, "persons": self._persons, "heldout_persons": len(self._split.measuring.persons)}
        return {**counts, **self._split.training.count_by_source()}

    @property
    def batches_per_epoch(self) -> int:
        """As the sampler counts."""
        return self._sampler(Shard()).batches_per_epoch

    def batches(self, epoch: int, start: int, shard: Shard) -> Iterable[Batch]:
        """Views, their persons, and with a teacher their targets."""
        if self._triplets is not None:
            self._triplets.of(epoch, shard, self._encode)
        return self._loaded(self._sampler(shard).batches(epoch, start), epoch)

    def prepare(self, inputs: Tensor) -> Tensor:
        """N×3×S×S float32."""
        return prepared(inputs, input_size(self.net))

    def loss(self, outputs: Tensors, targets: tuple[Tensor, ...]) -> LossOutput:
        """Of the persons, and of the teacher's targets."""
        output: LossOutput = self.criterion(outputs, *targets)
        return output

    def evaluate(self, device: str) -> Mapping[str, float]:
        """The figures on the persons held out and on the pairs."""
        return self._yardsticks.figures(self.net, device)

    def warnings(self) -> tuple[str, ...]:
        """Faces left out, and persons who may be on both sides of the split."""
        return self._warnings

    @property
    def _persons(self) -> int:
        return int(self._labels.max(initial=-1)) + 1

    @property
    def _untold(self) -> IntArray:
        """Places of the faces without a person that a teacher has seen."""
        if self._targets is None:
            return np.zeros(0, np.int64)
        return np.flatnonzero((self._labels < 0) & is_taught(self._targets).numpy())

    @property
    def _used(self) -> int:
        return int((self._labels >= 0).sum()) + (len(self._untold) if self._options.teaching.unlabelled else 0)

    def _sampler(self, shard: Shard) -> BatchSampler | JoinedBatches:
        options, at = self._options, {"seed": self._seed, "rank": shard.rank, "world": shard.count}
        first: BatchSampler
        if self._triplets is None:
            first = PersonBatches(self._labels, options.data.persons, options.data.pictures, min_pictures=_FEW_PICTURES, **at)
        else:
            first = TripletBatches(self._triplets.rows.cpu(), options.triplets.batch, **at)
        if not options.teaching.unlabelled:
            return first
        return JoinedBatches(first, ShuffledBatches(len(self._untold), options.teaching.unlabelled, **at), self._untold)

    def _loaded(self, batches: Sequence[Sequence[int]], epoch: int) -> Iterator[Batch]:
        options, labels = self._options, torch.from_numpy(self._labels)
        unit = options.data.pictures if self._triplets is None else 3
        faces, workers = self._split.training, options.data.workers
        for views in load_views(faces, options.augment, batches, seed=self._seed, epoch=epoch, workers=workers, unit=unit):
            persons = labels[views.indices]
            if self._targets is None:
                yield Batch(views.pixels, (persons,))
            else:
                yield Batch(views.pixels, (persons, self._targets[views.indices, views.is_mirrored.long()]))

    def _encode(self, places: IntArray) -> FloatArray:
        device = next(self.net.parameters()).device
        return encode_faces(self.net.eval(), self._split.training.take(places), str(device))

    def _make_criterion(self, found: Mapping[str, Targets], *, is_trained: bool) -> CombinedLoss:
        choice, teaching = self._options.loss, self._options.teaching
        size = embedding_size(self.net)
        label = create_loss(choice.name, embedding_size=size, n_classes=self._persons, options=choice.options)
        teacher = None
        if found:
            taught = taught_faces(self._split.training, found, teaching.teachers)
            teacher = distillation_loss(self.net, taught, teaching, is_trained=is_trained)
        made = CombinedLoss(label, teacher, weight=teaching.weight)
        made.add_module("triplets", self._triplets)  # where every checkpoint keeps them
        return made

    def _left_out(self) -> Iterator[str]:
        count = len(self._labels) - self._used
        if count:
            yield f"{count} faces are left out: their person is unknown, or has no other picture."
        if self._targets is not None:
            count = int(((self._labels >= 0) & ~is_taught(self._targets).numpy()).sum())
            if count:
                yield f"{count} faces have no target: there only the person counts."

    def _near(self, found: Mapping[str, Targets], *, is_trained: bool) -> Iterator[str]:
        """A word on faces that may have got onto both sides of the split."""
        split = self._split
        if not len(split.measuring):
            return
        if found:
            sides = [taught_faces(side, found, self._options.teaching.teachers) for side in (split.training, split.measuring)]
            split = Split(sides[0].faces, sides[1].faces)
            vectors = [side.targets[:, 0].float().numpy() for side in sides]
        elif is_trained and len(split.training) + len(split.measuring) <= _CHEAP_FACES:
            vectors = [encode_faces(self.net.eval(), side, "cpu") for side in (split.training, split.measuring)]
        else:
            return
        if pairs := near_pairs(split, *vectors):
            some = ", ".join(f"{pair.left} to {pair.right} ({pair.cosine:.2f})" for pair in pairs[:_TOLD])
            yield f"{len(pairs)} held-out faces come near one that is trained on, perhaps a person with two names: {some}."


def _labels(faces: FaceSet) -> IntArray:
    """(N,) int64: persons numbered from 0, −1 where unknown or with one picture."""
    codes = faces.labels()
    is_known = np.bincount(codes[codes >= 0], minlength=1) >= _FEW_PICTURES
    numbers = np.where(is_known, np.cumsum(is_known) - 1, -1)
    return np.where(codes >= 0, numbers[codes], -1).astype(np.int64)
