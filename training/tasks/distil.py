"""The training task "distil": an encoder learns to place faces as its teachers do. Needs no identities."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor, nn

from training.data.augment import AugmentOptions
from training.data.faces import open_faces
from training.data.samplers import ShuffledBatches
from training.data.teachers import gather
from training.data.views import load_views
from training.losses.base import LossOutput
from training.recipe import Recipe
from training.tasks.base import Batch, Shard, Tensors
from training.tasks.encoder import HeldOut, Yardsticks, build_encoder, encode_faces, input_size, prepared
from training.tasks.teaching import DistillationWeights, TaughtFaces, distillation_loss, target_files, taught_faces


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


@dataclass(frozen=True, slots=True, kw_only=True)
class DistilOptions(DistillationWeights):
    """The recipe's options.

    Args:
        heldout: Whole persons kept out, for figures on their pairs; nobody unless a share is given.
    """

    data: DistilData
    augment: AugmentOptions = field(default_factory=AugmentOptions)
    heldout: HeldOut = field(default_factory=lambda: HeldOut(persons=0.0))


class DistilTask:
    """See training.tasks.base.Task.

    Raises:
        TrainingError: The faces or targets cannot be read, or too few faces have targets.
    """

    Options = DistilOptions

    def __init__(self, recipe: Recipe) -> None:
        options: DistilOptions = recipe.options
        self._options, self._seed = options, recipe.seed
        split = options.heldout.split(open_faces(options.data.sources))
        taught = taught_faces(split.training, gather(target_files(options.data.targets)), options.data.teachers)
        self._untaught = len(split.training) - len(taught)
        self._heldout, self._training = _held_out(taught, options.data.holdout, recipe.seed)
        self._sampler(Shard())  # too few faces are told before the network is built
        self.net = build_encoder(recipe.net)
        self.criterion: nn.Module = distillation_loss(self.net, self._training, options, is_trained=bool(recipe.net.weights))
        self._yardsticks = Yardsticks(split.measuring, options.data.pairs)

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
        """N×3×S×S float32."""
        return prepared(inputs, input_size(self.net))

    def loss(self, outputs: Tensors, targets: tuple[Tensor, ...]) -> LossOutput:
        """The distillation loss of the batch."""
        output: LossOutput = self.criterion(outputs, targets[0])
        return output

    def evaluate(self, device: str) -> Mapping[str, float]:
        """The mean cosine to the teachers on faces held out, and the figures on pairs."""
        figures: dict[str, float] = {}
        if len(self._heldout):
            embeddings = torch.from_numpy(encode_faces(self.net, self._heldout.faces, device))
            stats = self.criterion(embeddings.to(device), self._heldout.targets[:, 0].float().to(device)).stats
            figures = {"teacher_cosine": stats["cosine"], "teacher_similarity_error": stats["similarity_error"]}
        return {**figures, **self._yardsticks.figures(self.net, device)}

    def warnings(self) -> tuple[str, ...]:
        """How many faces no teacher has seen."""
        return (f"{self._untaught} faces have no target and are left out.",) if self._untaught else ()

    def _sampler(self, shard: Shard) -> ShuffledBatches:
        return ShuffledBatches(len(self._training), self._options.data.batch, seed=self._seed, rank=shard.rank, world=shard.count)

    def _loaded(self, batches: Sequence[Sequence[int]], epoch: int) -> Iterator[Batch]:
        options, taught = self._options, self._training
        for views in load_views(taught.faces, options.augment, batches, seed=self._seed, epoch=epoch, workers=options.data.workers):
            yield Batch(views.pixels, (taught.targets[views.indices, views.is_mirrored.long()],))


def _held_out(taught: TaughtFaces, count: int, seed: int) -> tuple[TaughtFaces, TaughtFaces]:
    """`count` faces, at most a tenth, and the rest in their order."""
    count = min(count, len(taught) // 10)
    order = np.random.default_rng(seed).permutation(len(taught))
    return taught.take(sorted(order[:count].tolist())), taught.take(sorted(order[count:].tolist()))
