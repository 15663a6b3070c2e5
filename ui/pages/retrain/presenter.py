"""Choosing whose faces are trained on and how, learning what it takes, and watching it. No Qt here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from facekit.errors import FacekitError
from facekit.retraining.child import discard
from facekit.retraining.request import REQUEST_NAME
from facekit.types import Person
from ui.job import Job, Told
from ui.pages.retrain.state import Form, RetrainRow, RetrainState
from ui.pages.retrain.wording import DEVICES, Agreed, agreed_in, agreed_words, pane_of, recipe_choices, row_status
from ui.ports import Clock, CommandRunner, Lane, Tasks
from ui.run_pane import RunPane
from ui.session import Session
from ui.trainings import Run, RunPhase, Trainings


class RetrainPresenter:
    """Turns a form, and the retrainings there are, into one RetrainState after another.

    Args:
        home: Where retrainings lie.
        database: The file of the store: pictures are gathered in a process of its own.
        missing: Why nothing can be trained here; empty where it can.
        decide: Has the Models page ask about an encoder.
        show: Is given every new state.
    """

    def __init__(
        self,
        *,
        trainings: Trainings,
        session: Session,
        tasks: Tasks,
        clock: Clock,
        commands: CommandRunner,
        home: Path,
        database: Path,
        missing: str,
        decide: Callable[[str], None],
        show: Callable[[RetrainState], None],
    ) -> None:
        self._trainings = trainings
        self._session = session
        self._tasks = tasks
        self._clock = clock
        self._home = home
        self._database = database
        self._missing = missing
        self._decide = decide
        self._show_state = show
        self._job = Job(commands, clock, self._job_changed)
        self._form = Form(recipes=recipe_choices(), recipe=recipe_choices()[0].key, devices=DEVICES, device=DEVICES[0].key)
        self._agreed: Agreed | None = None
        self._people: tuple[Person, ...] | None = None
        self._preparing = ""
        self._is_cancelled = False
        self._left_out: dict[str, Mapping[str, int]] = {}
        self._chosen = ""
        self._known_live = ""
        self._figure = ""
        self._asks = False
        self._has_offered = False
        self.state = RetrainState()
        trainings.observe(self._trainings_changed, ended=self._ended)
        session.observe(self._session_changed)

    def start(self) -> None:
        """Show the form, until it is known what was not finished."""
        self._new_name()
        self._session_changed()
        self._show()

    def refresh(self) -> None:
        """Look at the disk again; another program may retrain as well."""
        self._trainings.refresh()

    def use_gallery(self, uses_gallery: bool) -> None:
        """Whether enrolled people who agreed are trained on."""
        self._change(uses_gallery=uses_gallery)

    def add_folder(self, folder: Path) -> None:
        """Train on the people in this folder too."""
        if str(folder) not in self._form.folders:
            self._change(folders=(*self._form.folders, str(folder)))

    def drop_folder(self, folder: str) -> None:
        """Do not train on the people in this folder."""
        self._change(folders=tuple(other for other in self._form.folders if other != folder))

    def choose_recipe(self, recipe: str) -> None:
        """The way of training."""
        self._change(recipe=recipe)

    def choose_device(self, device: str) -> None:
        """What it is trained on."""
        self._change(device=device)

    def set_minutes(self, minutes: float) -> None:
        """How long the steps may take."""
        self._change(minutes=minutes)

    def set_name(self, name: str) -> None:
        """The new encoder's name."""
        self._change(name=name)

    def prepare(self) -> None:
        """Gather the pictures and measure what the training takes; nothing is trained yet."""
        form = self._shown_form()
        if form.why_not or self._job.work:
            return
        self._preparing, self._is_cancelled = form.name.strip(), False
        self._change(trouble="")
        gallery = ("--gallery",) if form.uses_gallery else ()
        how = ("--recipe", form.recipe, "--device", form.device, "--minutes", f"{form.minutes:g}")
        where = ("--name", self._preparing, "--out", str(self._home / self._preparing), "--db", str(self._database))
        words = ["retrain", *form.folders, *gallery, *how, *where, "--plan"]
        self._job.run(words, "Gathering pictures, then measuring a few steps", done=self._prepared, failed=self._not_prepared)

    def cancel(self) -> None:
        """End the preparing; what was gathered is deleted."""
        self._is_cancelled = True
        self._job.cancel()

    def close(self) -> None:
        """The window closes: what is being prepared is given up, its pictures with it; what trains can be gone on with."""
        if self._job.work:
            self._job.cancel()
            folder = self._home / self._preparing
            self._tasks.run(partial(_discard, folder), lambda _: None, lambda _: None, lane=Lane.DATABASE)  # the lane that is waited for

    def choose(self, name: str) -> None:
        """Show a retraining; an empty name: the form."""
        self._chosen, self._asks = name, False
        self._show()

    def choose_figure(self, name: str) -> None:
        """Draw another held-out figure."""
        self._figure = name
        self._show()

    def pause(self) -> None:
        """Have it write a checkpoint and end."""
        self._trainings.pause()

    def resume(self) -> None:
        """Start the chosen one, or go on with it."""
        if run := self._trainings.retraining(self._chosen):
            self._trainings.resume(run)

    def ask_to_remove(self) -> None:
        """Ask whether the chosen one is to be ended and deleted."""
        self._asks = True
        self._show()

    def keep(self) -> None:
        """Do not remove it."""
        self._asks = False
        self._show()

    def remove(self) -> None:
        """End the chosen one and delete all that it holds, pictures first."""
        if run := self._trainings.retraining(self._chosen):
            self._chosen, self._asks = "", False
            self._trainings.remove(run)

    def decide(self) -> None:
        """Have it asked whether the new encoder is put in use."""
        run = self._trainings.retraining(self._chosen)
        if run and run.history.judged:
            self._decide(Path(run.history.judged.folder).name)

    def _prepared(self, answer: Told) -> None:
        name, self._preparing = self._preparing, ""
        self._left_out[name] = dict(answer["refused"])
        self._chosen = name
        self._new_name()
        self._trainings.refresh()

    def _not_prepared(self, error: FacekitError) -> None:
        self._preparing = ""
        self._change(trouble=str(error))
        self._session.fail(error)
        self._trainings.refresh()

    def _job_changed(self) -> None:
        if self._job.work is None and self._is_cancelled:
            name, self._preparing, self._is_cancelled = self._preparing, "", False
            self._tasks.run(partial(_discard, self._home / name), lambda _: self._trainings.refresh(), self._session.fail)
        self._show()

    def _offer(self) -> None:
        """What was not finished before stands in front, once."""
        if self._trainings.is_loaded and not self._has_offered:
            self._has_offered = True
            unfinished = (run.name for run in self._trainings.retrainings if run.phase is not RunPhase.DONE)
            self._chosen = self._chosen or next(unfinished, "")

    def _trainings_changed(self) -> None:
        self._offer()
        live = next((run.name for run in self._trainings.retrainings if run.is_live), "")
        if live and live != self._known_live:
            self._chosen, self._asks = live, False
        self._known_live = live
        self._show()

    def _session_changed(self) -> None:
        """Count again where people or what they agreed to are others than before."""
        if self._session.is_open and self._session.people != self._people:
            self._people = self._session.people
            self._session.read(agreed_in, self._counted, self._session.fail)

    def _counted(self, agreed: Agreed) -> None:
        self._agreed = agreed
        self._show()

    def _ended(self, run: Run) -> None:
        if run not in self._trainings.retrainings:
            return
        if run.phase is RunPhase.DONE and run.history.judged:
            self._session.say(f"{run.name} is trained. {run.history.judged.reason}")
        elif run.phase is RunPhase.FAILED:
            self._session.fail(FacekitError(f"{run.name}: {run.trouble}"))
        elif run.phase is RunPhase.PAUSED:
            self._session.say(f"{run.name} is paused: nothing is lost.")

    def _new_name(self) -> None:
        self._form = replace(self._form, name=f"encoder-own-{self._clock.now():%Y%m%d-%H%M}")

    def _change(self, **changes: Any) -> None:
        self._form = replace(self._form, **changes)
        self._show()

    def _shown_form(self) -> Form:
        can = bool(self._agreed and self._agreed.agreed)
        form = replace(
            self._form,
            gallery=agreed_words(self._agreed),
            can_use_gallery=can,
            uses_gallery=self._form.uses_gallery and can,
        )
        return replace(form, why_not=self._why_not(form))

    def _why_not(self, form: Form) -> str:
        if self._missing:
            return self._missing
        if live := self._trainings.live:
            return f"{live.name} is being trained. One training at a time: pause it, or wait for its end."
        if not form.uses_gallery and not form.folders:
            return "Choose whose faces are trained on: enrolled people, a folder, or both."
        if not form.name.strip():
            return "Give the new encoder a name."
        if self._trainings.retraining(form.name.strip()):
            return f"There is a retraining called {form.name.strip()} already: give this one another name."
        return ""

    def _show(self) -> None:
        runs = tuple(run for run in self._trainings.retrainings if run.name != self._preparing)
        run = next((run for run in runs if run.name == self._chosen), None)
        self.state = RetrainState(
            form=self._shown_form(),
            rows=tuple(RetrainRow(each.name, row_status(each)) for each in runs),
            chosen=run.name if run else "",
            run=self._pane(run) if run else None,
            work=self._job.work,
            can_decide=bool(run and run.history.judged),
        )
        self._show_state(self.state)

    def _pane(self, run: Run) -> RunPane:
        can_resume = run.can_go_on and not self._trainings.live and not self._job.work
        return pane_of(run, figure=self._figure, asks=self._asks, can_resume=can_resume, left_out=self._left_out.get(run.name, {}))


def _discard(folder: Path) -> None:
    """Nothing where it was cancelled before there was anything."""
    if (folder / REQUEST_NAME).is_file():
        discard(folder)
