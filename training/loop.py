"""The one training loop: a generator of events, each of them progress, cancel point and test hook at once. Knows no kind of task."""

from __future__ import annotations

import logging
import math
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast

import torch
from lightning_fabric import Fabric
from torch import Tensor, nn

from training.checkpoint import RunState, Trained, checkpoint_path, load_checkpoint, save_checkpoint
from training.errors import TrainingError
from training.events import Checkpointed, Evaluated, Event, Finished, Progress, Started, Warned
from training.freezing import frozen_modules
from training.losses.base import Loss, LossOutput
from training.losses.collapse import CollapseWatch
from training.optim import OPTIMIZERS, Optimizer
from training.recipe import OptimRecipe, Recipe, ScheduleRecipe
from training.tasks import TASKS
from training.tasks.base import Batch, Shard, Task, Tensors

ShouldStop = Callable[[], bool]
LAST, BEST = "last", "best"


def train(recipe: Recipe, folder: Path, *, resume: bool = False, should_stop: ShouldStop = lambda: False) -> Iterator[Event]:
    """Run the recipe in `folder`, yielding what happens. It ends after Finished; a stop is checkpointed first.

    Args:
        resume: Go on from the folder's last checkpoint, if there is one.
        should_stop: Asked before each step.

    Raises:
        TrainingError: The recipe, its data or the checkpoint cannot be used.
    """
    fabric = _fabric(recipe)
    torch.manual_seed(recipe.seed)
    run = _Run(recipe, folder, fabric, TASKS.create(recipe.task, recipe), should_stop)
    events = run.events(resume=resume)
    if fabric.global_rank:
        deque(events, maxlen=0)  # the first process tells for all
    else:
        yield from events


def leave_processes() -> None:
    """Wait for the other processes of a run and part from them; called once by each, last of all. Alone there is nothing to do.

    A process that ends while another still talks to it may abort in the library's own threads.
    """
    if torch.distributed.is_available() and torch.distributed.is_initialized():
        torch.distributed.barrier()
        torch.distributed.destroy_process_group()


def progress_fraction(schedule: ScheduleRecipe, step: int, seconds: float) -> float:
    """How much of the run is done, 0 … 1, by steps or time, whichever is further."""
    by_step = step / schedule.steps if schedule.steps else 0.0
    by_time = seconds / (60 * schedule.minutes) if schedule.minutes else 0.0
    return min(1.0, max(by_step, by_time))


def rate_factor(schedule: ScheduleRecipe, step: int, fraction: float) -> float:
    """The share of the highest rate: a linear warm-up times a cosine from 1 to `floor`."""
    warm = min(1.0, (step + 1) / schedule.warmup_steps) if schedule.warmup_steps else 1.0
    return warm * (schedule.floor + (1 - schedule.floor) * (1 + math.cos(math.pi * fraction)) / 2)


def make_optimizer(modules: nn.Module, recipe: OptimRecipe) -> Optimizer:
    """The recipe's; matrices and filters decay, biases, norms and other vectors do not."""
    parameters = [parameter for parameter in modules.parameters() if parameter.requires_grad]
    groups = [
        {"params": [parameter for parameter in parameters if parameter.ndim > 1], "weight_decay": recipe.weight_decay},
        {"params": [parameter for parameter in parameters if parameter.ndim <= 1], "weight_decay": 0.0},
    ]
    return OPTIMIZERS.create(recipe.name, [group for group in groups if group["params"]], lr=recipe.lr, betas=recipe.betas)


def _fabric(recipe: Recipe) -> Fabric:
    logging.getLogger("lightning.fabric").setLevel(logging.WARNING)
    run = recipe.run
    if run.threads:
        torch.set_num_threads(run.threads)
    precision = fast_precision(run.accelerator) if run.precision == "auto" else run.precision
    fabric = Fabric(accelerator=run.accelerator, devices=run.devices, precision=precision)  # type: ignore[arg-type]  # checked there
    fabric.launch()
    return fabric


def fast_precision(accelerator: str) -> str:
    """ "bf16-mixed" where the hardware computes in it, else "32-true": emulated on a processor it is ten times slower."""
    if accelerator in ("auto", "cuda", "gpu") and torch.cuda.is_available():
        is_fast = torch.cuda.is_bf16_supported(including_emulation=False)
    else:
        is_fast = accelerator in ("auto", "cpu") and torch.cpu._is_avx512_bf16_supported()  # torch has no public word for it before 2.10
    return "bf16-mixed" if is_fast else "32-true"


@dataclass(slots=True)
class _Meter:
    """Means since the last report."""

    losses: list[Tensor] = field(default_factory=list)
    stats: dict[str, list[float]] = field(default_factory=dict)
    pictures: int = 0
    started: float = field(default_factory=time.monotonic)

    def add(self, output: LossOutput, pictures: int) -> None:
        self.losses.append(output.value.detach())
        self.pictures += pictures
        for name, value in output.stats.items():
            self.stats.setdefault(name, []).append(float(value))

    def loss(self) -> float:
        return float(torch.stack(self.losses).mean())

    def means(self) -> dict[str, float]:
        return {name: sum(values) / len(values) for name, values in self.stats.items()}


class _Run:
    """One run on one process; only the first process (rank 0) writes files."""

    def __init__(self, recipe: Recipe, folder: Path, fabric: Fabric, task: Task, should_stop: ShouldStop) -> None:
        self._recipe, self._folder, self._fabric, self._task, self._should_stop = recipe, folder, fabric, task, should_stop
        self._watch = CollapseWatch(task.criterion.collapsed_value) if isinstance(task.criterion, Loss) else None
        self._state = RunState(recipe_hash=recipe.recipe_hash)
        self._shard = Shard(fabric.global_rank, fabric.world_size)
        self._setup()
        self._began = time.monotonic()

    def _setup(self) -> None:
        task, fabric = self._task, self._fabric
        if fabric.world_size > 1 and fabric.device.type == "cuda":
            task.net = nn.SyncBatchNorm.convert_sync_batchnorm(task.net)  # type: ignore[no-untyped-call]
        if self._recipe.run.channels_last:
            task.net.to(memory_format=torch.channels_last)
        if self._recipe.run.compiled:
            task.net.compile()  # in place: the names of the weights stay
        task.criterion = fabric.to_device(task.criterion)
        optimizer = make_optimizer(nn.ModuleList([task.net, task.criterion]), self._recipe.optim)
        self._net, self._optimizer = fabric.setup(task.net, optimizer)
        self._trained = Trained(task.net, task.criterion, optimizer)
        self._frozen = frozen_modules(task.net)

    def events(self, *, resume: bool) -> Iterator[Event]:
        last = checkpoint_path(self._folder, LAST)
        warnings = list(self._task.warnings())
        if resume and last.is_file():
            self._state = load_checkpoint(last, self._trained)
            if self._state.recipe_hash != self._recipe.recipe_hash:
                warnings.append(f"The recipe changed since the checkpoint: {self._state.recipe_hash} → {self._recipe.recipe_hash}.")
                self._state = replace(self._state, recipe_hash=self._recipe.recipe_hash)
        elif last.is_file():
            raise TrainingError(f"There is a run in {self._folder}.", hint="Go on with it by --resume, or give another --out.")
        if self._shard.rank == 0:
            self._recipe.save(self._folder)
        sizes = {"parameters": sum(parameter.numel() for parameter in self._task.net.parameters()), **self._task.sizes}
        yield Started(self._recipe.name, self._recipe.recipe_hash, str(self._fabric.device), self._state.step, sizes)
        for message in warnings:
            yield Warned(self._state.step, message)
        yield from self._steps()

    def _steps(self) -> Iterator[Event]:
        run, offset, meter = self._recipe.run, self._state.seconds, _Meter()
        for epoch, place, batch in self._batches():
            seconds = offset + time.monotonic() - self._began
            fraction, is_asked = self._agreed(progress_fraction(self._recipe.schedule, self._state.step, seconds))
            if is_asked or fraction >= 1:
                break
            rate = self._set_rate(fraction)
            output = self._step(batch)
            meter.add(output, len(batch.inputs) * self._shard.count)
            seconds = offset + time.monotonic() - self._began
            self._state = replace(self._state, step=self._state.step + 1, epoch=epoch, batch=place + 1, seconds=seconds)
            yield from self._alarms(output)
            if _is_due(self._state.step, run.log_every):
                yield self._progress(meter, rate)
                meter = _Meter()
            if _is_due(self._state.step, run.evaluate_every):
                yield from self._evaluated()
                meter.started = time.monotonic()
            if _is_due(self._state.step, run.checkpoint_every):
                yield self._checkpointed(LAST)
        reason = "stopped" if is_asked else "done"
        yield from self._end(reason)

    def _end(self, reason: str) -> Iterator[Event]:
        yield self._checkpointed(LAST)
        if reason == "done":
            yield from self._evaluated()
            yield self._checkpointed(LAST)  # again, with the figures
        yield Finished(self._state.step, reason, self._state.seconds, self._state.figures)

    def _batches(self) -> Iterator[tuple[int, int, Batch]]:
        """Epoch, place in it and batch, without end."""
        epoch, start = self._state.epoch, self._state.batch
        if start >= self._task.batches_per_epoch:
            epoch, start = epoch + 1, 0
        while True:
            for place, batch in enumerate(self._task.batches(epoch, start, self._shard), start):
                yield epoch, place, Batch(*self._fabric.to_device((batch.inputs, batch.targets)))
            epoch, start = epoch + 1, 0

    def _agreed(self, fraction: float) -> tuple[float, bool]:
        """The first process's clock and its wish to stop hold for all: each must do the same number of steps."""
        mine = (fraction, self._should_stop())
        return self._fabric.broadcast(mine) if self._shard.count > 1 else mine

    def _set_rate(self, fraction: float) -> float:
        rate = self._recipe.optim.lr * rate_factor(self._recipe.schedule, self._state.step, fraction)
        for group in self._trained.optimizer.param_groups:
            group["lr"] = rate
        return rate

    def _step(self, batch: Batch) -> LossOutput:
        self._net.train()
        for module in self._frozen:
            module.eval()
        self._task.criterion.train()
        inputs = self._task.prepare(batch.inputs)
        if self._recipe.run.channels_last and inputs.ndim == 4:
            inputs = inputs.contiguous(memory_format=torch.channels_last)
        output = self._task.loss(self._whole(self._net(inputs)), tuple(self._gathered(target) for target in batch.targets))
        if not torch.isfinite(output.value):
            raise TrainingError(f"The loss is {output.value.item()} at step {self._state.step}.", hint="Lower optim.lr and resume.")
        self._fabric.backward(output.value)
        if self._recipe.optim.clip_norm:
            nn.utils.clip_grad_norm_([*self._task.net.parameters(), *self._task.criterion.parameters()], self._recipe.optim.clip_norm)
        self._optimizer.step()
        self._optimizer.zero_grad()
        return output

    def _whole(self, outputs: Tensors) -> Tensors:
        if isinstance(outputs, Tensor):
            return self._gathered(outputs, gradients=True)
        return tuple(self._gathered(output, gradients=True) for output in outputs)

    def _gathered(self, part: Tensor, *, gradients: bool = False) -> Tensor:
        """The whole batch's rows, in the order that one process would have: a loss over pairs must see all of them."""
        if self._shard.count == 1:
            return part
        return cast(Tensor, self._fabric.all_gather(part, sync_grads=gradients)).flatten(0, 1)

    def _alarms(self, output: LossOutput) -> Iterator[Warned]:
        """A loss on embeddings is watched for collapse."""
        alarm = self._watch.observe(output) if self._watch is not None else None
        if alarm is not None:
            yield Warned(self._state.step, alarm.message, is_collapse=True)

    def _progress(self, meter: _Meter, rate: float) -> Progress:
        state = self._state
        fraction = progress_fraction(self._recipe.schedule, state.step, state.seconds)
        pace = meter.pictures / max(1e-9, time.monotonic() - meter.started)
        remaining = state.seconds * (1 - fraction) / max(fraction, 1e-9)
        return Progress(state.step, state.epoch, fraction, meter.loss(), rate, pace, remaining, meter.means())

    def _evaluated(self) -> Iterator[Event]:
        """Rank 0 evaluates; the others wait at the next step."""
        if self._shard.rank:
            return
        began = time.monotonic()
        self._task.net.eval()
        self._task.criterion.eval()
        with torch.inference_mode():
            figures = dict(self._task.evaluate(str(self._fabric.device)))
        if not figures:
            return
        self._state = replace(self._state, figures=figures)
        yield Evaluated(self._state.step, figures, time.monotonic() - began)
        score = _score(figures, self._recipe.run.best)
        if score is not None and (self._state.best is None or score > self._state.best):
            self._state = replace(self._state, best=score)
            yield self._checkpointed(BEST)

    def _checkpointed(self, name: str) -> Checkpointed:
        path = checkpoint_path(self._folder, name)
        if self._shard.rank == 0:
            save_checkpoint(path, self._trained, self._state)
        return Checkpointed(self._state.step, str(path), name == BEST)


def _is_due(step: int, every: int) -> bool:
    return every > 0 and step % every == 0


def _score(figures: Mapping[str, float], wanted: str) -> float | None:
    """The figure that chooses, larger is better; None where the recipe names none."""
    if not wanted:
        return None
    name = wanted.removeprefix("-")
    if name not in figures:
        raise TrainingError(f"run.best is {wanted!r}, which is not measured.", hint=f"Measured: {', '.join(figures)}.")
    return -figures[name] if wanted.startswith("-") else figures[name]
