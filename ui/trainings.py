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
from training.runs import FoundRun, History, found_runs
from ui.ports import Tasks, TrainingProcess, TrainingRunner


class RunPhase(StrEnum):
    """Where a run stands."""

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
        trouble: What ended it, in words; empty where nothing went wrong.
        command: That began it; empty for one that was found on disk.
    """

    name: str
    folder: Path
    recipe: str
    task: str
    phase: RunPhase
    history: History = field(default_factory=History)
    trouble: str = ""
    command: tuple[str, ...] = ()

    @property
    def is_live(self) -> bool:
        """Whether a process of ours is at it."""
        return self.phase in (RunPhase.STARTING, RunPhase.RUNNING, RunPhase.PAUSING)


class Trainings:
    """Starts one training at a time, and keeps what all of them have told.

    Args:
        home: Where runs lie, a folder each.
    """

    def __init__(self, *, runner: TrainingRunner, tasks: Tasks, home: Path) -> None:
        self._runner = runner
        self._tasks = tasks
        self._home = home
        self._process: TrainingProcess | None = None
        self._observers: list[Callable[[], None]] = []
        self._end_observers: list[Callable[[Run], None]] = []
        self.runs: tuple[Run, ...] = ()
        """The newest first."""
        self.is_loaded = False
        self.trouble = ""
        """Why the runs on disk cannot be read or removed."""

    def observe(self, changed: Callable[[], None], *, ended: Callable[[Run], None] | None = None) -> None:
        """Have `changed` called after each change from now on, and `ended` when a training came to its end, whichever."""
        self._observers.append(changed)
        if ended:
            self._end_observers.append(ended)

    @property
    def live(self) -> Run | None:
        """The training that goes on now."""
        return next((run for run in self.runs if run.is_live), None)

    def run(self, name: str) -> Run | None:
        """The run of that name."""
        return next((run for run in self.runs if run.name == name), None)

    def refresh(self) -> None:
        """Look on disk again; another program may train as well."""
        self._tasks.run(partial(found_runs, self._home), self._take_in, self._fail)

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
        run = Run(folder.name, folder, name, task, RunPhase.STARTING, command=command)
        self.runs = (run, *self.runs)
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
        if self.live or run.phase is RunPhase.DONE:
            return
        run.phase, run.trouble = RunPhase.STARTING, ""
        self._launch(run, (*(run.command or ("training", "run", str(run.folder), "--background")), "--resume"))

    def remove(self, run: Run) -> None:
        """End the run if it goes on, and delete its folder once nothing writes there any more."""
        self.runs = tuple(other for other in self.runs if other is not run)
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
        if run not in self.runs:
            self._delete(run)
            return
        self._process = None
        run.phase, run.trouble = _end_phase(run.history, trouble), trouble
        self._changed()
        for ended in self._end_observers:
            ended(run)

    def _delete(self, run: Run) -> None:
        self._tasks.run(partial(_delete, run.folder), lambda _: None, self._fail)

    def _take_in(self, found: tuple[FoundRun, ...]) -> None:
        """What is ours goes before what lies on disk, where it may be half written."""
        own = {run.name: run for run in self.runs}
        on_disk = [own.get(each.folder.name) or _run_of(each) for each in found]
        unwritten = [run for run in self.runs if run not in on_disk and (run.is_live or run.phase is RunPhase.FAILED)]
        self.runs = (*unwritten, *on_disk)
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


def _end_phase(history: History, trouble: str) -> RunPhase:
    if trouble:
        return RunPhase.FAILED
    return {"done": RunPhase.DONE, "stopped": RunPhase.PAUSED}.get(history.reason, RunPhase.INTERRUPTED)


def _run_of(found: FoundRun) -> Run:
    return Run(found.folder.name, found.folder, found.recipe, found.task, _end_phase(found.history, ""), found.history)


def _delete(folder: Path) -> None:
    try:
        shutil.rmtree(folder)
    except FileNotFoundError:
        return
    except OSError as error:
        raise FacekitError(f"The run {folder} cannot be deleted: {error.strerror}.", hint="Delete the folder by hand.") from error
