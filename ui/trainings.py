"""Every training that the window knows of: the one that runs, and those on disk. Free of Qt; used in one thread."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import partial
from pathlib import Path

from facekit.errors import FacekitError
from training.events import Event
from training.runs import RETRAINING, FoundRun, History, found_retrainings, found_runs
from ui.ports import Tasks, TrainingProcess, TrainingRunner


class RunPhase(StrEnum):
    """Where a run stands."""

    UNPREPARED = "not prepared"
    PLANNED = "planned"
    STARTING = "starting"
    RUNNING = "running"
    PAUSING = "pausing"
    PAUSED = "paused"
    INTERRUPTED = "interrupted"
    FAILED = "failed"
    DONE = "done"


@dataclass(slots=True, eq=False)
class Run:
    """One training.

    Args:
        name: Of its folder, and for people.
        recipe: The name of its recipe.
        again: The command that goes on with it.
        trouble: What ended it, in words; empty where nothing went wrong.
    """

    name: str
    folder: Path
    recipe: str
    task: str
    phase: RunPhase
    again: tuple[str, ...]
    history: History = field(default_factory=History)
    trouble: str = ""

    @property
    def is_live(self) -> bool:
        """Whether a process of ours is at it."""
        return self.phase in (RunPhase.STARTING, RunPhase.RUNNING, RunPhase.PAUSING)

    @property
    def can_go_on(self) -> bool:
        """Whether it stands still and is not at its end."""
        return self.phase in (RunPhase.PLANNED, RunPhase.PAUSED, RunPhase.INTERRUPTED, RunPhase.FAILED)


class Trainings:
    """Starts one training at a time, by a recipe or on one's own people, and keeps what all of them have told.

    Args:
        home: Where runs lie, a folder each.
        retraining_home: Where retrainings do.
    """

    def __init__(self, *, runner: TrainingRunner, tasks: Tasks, home: Path, retraining_home: Path) -> None:
        self._runner = runner
        self._tasks = tasks
        self._home = home
        self._retraining_home = retraining_home
        self._process: TrainingProcess | None = None
        self._observers: list[Callable[[], None]] = []
        self._end_observers: list[Callable[[Run], None]] = []
        self._all: tuple[Run, ...] = ()
        self.is_loaded = False
        self.trouble = ""
        """Why the runs on disk cannot be read or removed."""

    def observe(self, changed: Callable[[], None], *, ended: Callable[[Run], None] | None = None) -> None:
        """Have `changed` called after each change from now on, and `ended` when a training came to its end, whichever."""
        self._observers.append(changed)
        if ended:
            self._end_observers.append(ended)

    @property
    def runs(self) -> tuple[Run, ...]:
        """By recipes, the newest first."""
        return tuple(run for run in self._all if run.task != RETRAINING)

    @property
    def retrainings(self) -> tuple[Run, ...]:
        """Of the encoder on one's own people, the newest first."""
        return tuple(run for run in self._all if run.task == RETRAINING)

    @property
    def live(self) -> Run | None:
        """The training that goes on now."""
        return next((run for run in self._all if run.is_live), None)

    def run(self, name: str) -> Run | None:
        """The run by a recipe that has this name."""
        return next((run for run in self.runs if run.name == name), None)

    def retraining(self, name: str) -> Run | None:
        """The retraining of that name."""
        return next((run for run in self.retrainings if run.name == name), None)

    def refresh(self) -> None:
        """Look on disk again; another program may train as well."""
        self._tasks.run(lambda: (*found_runs(self._home), *found_retrainings(self._retraining_home)), self._take_in, self._fail)

    def start(self, recipe: str, name: str, task: str, overrides: Sequence[str] = ()) -> Run | None:
        """Begin a training by a recipe; None while another goes on.

        Args:
            recipe: As `python -m training run` takes it.
            name: Of the recipe; a run of that name before it gets a number.
        """
        if self.live:
            return None
        folder = self._free_folder(name)
        sets = [word for override in overrides for word in ("--set", override)]
        command = ("training", "run", recipe, *sets, "--out", str(folder), "--background")
        run = Run(folder.name, folder, name, task, RunPhase.STARTING, (*command, "--resume"))
        self._all = (run, *self._all)
        self._launch(run, command)
        return run

    def pause(self) -> None:
        """Let the training that goes on write a checkpoint and end; it can be resumed."""
        if (run := self.live) and self._process:
            run.phase = RunPhase.PAUSING
            self._process.stop()
            self._changed()

    def resume(self, run: Run) -> None:
        """Go on from the last checkpoint, or from the start where there is none; nothing while another goes on."""
        if not self.live and run.can_go_on:
            run.phase, run.trouble = RunPhase.STARTING, ""
            self._launch(run, run.again)

    def remove(self, run: Run) -> None:
        """End the run if it goes on, and delete its folder once nothing writes there any more."""
        self._all = tuple(other for other in self._all if other is not run)
        if run.is_live and self._process:
            self._process.kill()
        else:
            self._delete(run)
        self._changed()

    def _launch(self, run: Run, command: Sequence[str]) -> None:
        self._process = self._runner.start(command, on_event=partial(self._told, run), on_end=partial(self._ended, run))
        self._changed()

    def _told(self, run: Run, event: Event) -> None:
        run.history.add(event)
        if run.phase is RunPhase.STARTING:
            run.phase = RunPhase.RUNNING
        self._changed()

    def _ended(self, run: Run, trouble: str) -> None:
        if run not in self._all:
            self._delete(run)
            return
        self._process = None
        run.phase, run.trouble = _end_phase(run.task, run.history, trouble), trouble
        self._changed()
        for ended in self._end_observers:
            ended(run)

    def _delete(self, run: Run) -> None:
        self._tasks.run(partial(_delete, run.folder), lambda _: None, self._fail)

    def _take_in(self, found: tuple[FoundRun, ...]) -> None:
        """What is ours goes before what lies on disk, where it may be half written."""
        own = {run.folder: run for run in self._all if run.is_live or run.phase is RunPhase.FAILED or run.history.losses}
        on_disk = [own.get(each.folder) or _run_of(each) for each in found]
        unwritten = [run for run in self._all if run not in on_disk and (run.is_live or run.phase is RunPhase.FAILED)]
        self._all = (*unwritten, *on_disk)
        self.is_loaded, self.trouble = True, ""
        self._changed()

    def _fail(self, error: FacekitError) -> None:
        self.trouble = str(error)
        self._changed()

    def _free_folder(self, name: str) -> Path:
        taken = {run.name for run in self.runs}
        names = (name if number == 1 else f"{name}-{number}" for number in range(1, 10_000))
        return self._home / next(each for each in names if each not in taken and not (self._home / each).exists())

    def _changed(self) -> None:
        for changed in self._observers:
            changed()


def _end_phase(task: str, history: History, trouble: str) -> RunPhase:
    if trouble:
        return RunPhase.FAILED
    if task == RETRAINING:
        return _retraining_phase(history)
    return {"done": RunPhase.DONE, "stopped": RunPhase.PAUSED}.get(history.reason, RunPhase.INTERRUPTED)


def _retraining_phase(history: History) -> RunPhase:
    """It is at its end when it was judged: after the last step come export and comparison."""
    if history.judged:
        return RunPhase.DONE
    if history.reason == "stopped":
        return RunPhase.PAUSED
    if history.plan is None:
        return RunPhase.UNPREPARED
    return RunPhase.INTERRUPTED if history.run else RunPhase.PLANNED


def _run_of(found: FoundRun) -> Run:
    folder, words = found.folder, ("retrain",) if found.task == RETRAINING else ("run",)
    resume = () if found.task == RETRAINING else ("--resume",)
    again = ("training", *words, str(folder), "--background", *resume)
    return Run(folder.name, folder, found.recipe, found.task, _end_phase(found.task, found.history, ""), again, found.history)


def _delete(folder: Path) -> None:
    try:
        shutil.rmtree(folder)
    except FileNotFoundError:
        return
    except OSError as error:
        raise FacekitError(f"The run {folder} cannot be deleted: {error.strerror}.", hint="Delete the folder by hand.") from error
