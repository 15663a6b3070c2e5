"""The lecture's systems on the picture: those whose weights come with the program at once, the others once they are trained. No Qt here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from facekit.errors import FacekitError
from facekit.types import Box, Pixels
from training.catalogue import recipe_card
from ui.language import decimal
from ui.pages.lab.picture_presenter import PicturePresenter
from ui.pages.lab.sliding import Step, compare, slide
from ui.pages.lab.state import Finding, SystemsState
from ui.ports import Prediction, Tasks
from ui.trainings import Run, RunPhase, Trainings

Predict = Callable[[Path, Pixels, Callable[[], bool]], Prediction]
_SURE = 0.5
_GOES_ON = "On a live picture it goes on until it is cancelled."


@dataclass(frozen=True, slots=True)
class System:
    """A row of the list.

    Args:
        recipe: Trains it in its short form; empty where its weights come with the program.
        task: Of the runs that it can be run with.
        words: What the recipe's name must have in it.
    """

    key: str
    title: str
    about: str
    recipe: str = ""
    task: str = ""
    words: str = ""

    def fits(self, run: Run) -> bool:
        """Whether that run has such a network, trained to its end."""
        return bool(self.recipe) and run.phase is RunPhase.DONE and run.task == self.task and self.words in run.recipe


SYSTEMS: tuple[System, ...] = (
    System(
        "classify", "Classification", "Which of the classes does the picture show? Its middle square is brought to the size that the "
        "network was trained on: a digit, white on black, or a small colour picture.", "lecture-lenet5-short", "classify",
    ),
    System(
        "localize", "Localization", "Is there a face, and where is its box? One network answers both with "
        "(p, x, y, height, width) and who drew such boxes.", "lecture-localize-short", "localize",
    ),
    *(
        System(
            f"landmarks-{count}", f"{count} landmarks", f"Is there a face, and where are {count} points of it? Show it one face that "
            "fills the picture.", f"lecture-landmarks-{count}-short", "landmarks", f"landmarks-{count}",
        )
        for count in (4, 5, 22, 68)
    ),
    System(
        "windows", "Sliding windows, one by one",
        "Every window of every size is cut out and asked: is this a face? Slow, as the lecture says.",
    ),
    System(
        "convolutional", "Sliding windows, convolutional",
        "The same network with its dense layers as convolutions sees all windows of a size in one pass. "
        "The warmer the picture, the surer it is of a face there. " + _GOES_ON,
    ),
    System("speed", "Both, and their speed", "The same picture both ways, one after the other, with the two times."),
)  # fmt: skip
_BY_KEY = {system.key: system for system in SYSTEMS}


class SystemsPresenter:
    """Turns systems, runs and a picture into one SystemsState after another.

    Args:
        predict: Called on a task's thread.
        missing: Packages that training needs and that are not installed.
        go_to_training: Brings the page to the front on which runs are watched.
        show: Is given every new state.
    """

    def __init__(
        self,
        *,
        picture: PicturePresenter,
        trainings: Trainings,
        tasks: Tasks,
        predict: Predict,
        missing: tuple[str, ...],
        go_to_training: Callable[[], None],
        show: Callable[[SystemsState], None],
    ) -> None:
        self._picture = picture
        self._trainings = trainings
        self._tasks = tasks
        self._predict = predict
        self._missing = missing
        self._go_to_training = go_to_training
        self._show_state = show
        self._turn = 0
        self.state = SystemsState(systems=tuple((system.key, system.title) for system in SYSTEMS), chosen=SYSTEMS[0].key)
        trainings.observe(self._show)
        picture.observe(self._picture_changed)

    def choose(self, key: str) -> None:
        """Look at another system; what runs is cancelled."""
        self.cancel()
        self._show(chosen=key, run="", finding=Finding(), trouble="")

    def choose_run(self, name: str) -> None:
        """Use another trained network."""
        self._show(run=name, finding=Finding(), trouble="")

    def train(self) -> None:
        """Train what the chosen system needs, in its short form, and go where that can be watched."""
        try:
            card = recipe_card(_BY_KEY[self.state.chosen].recipe)
        except FacekitError as error:
            self._show(trouble=str(error))
            return
        self._trainings.start(card.recipe, card.name, card.task)
        self._go_to_training()

    def run(self) -> None:
        """Run the chosen system on the picture."""
        pixels, system = self._picture.pixels, _BY_KEY[self.state.chosen]
        if pixels is None or not self.state.can_run:
            return
        self._turn += 1
        self._show(progress=0.0, trouble="", finding=Finding(pixels))
        if not system.recipe:
            self._step(self._turn, compare(pixels) if system.key == "speed" else slide(pixels, one_pass=system.key == "convolutional"))
        else:
            self._ask(self._turn, pixels)

    def rest(self) -> None:
        """End what follows the live picture: nobody looks."""
        if self._goes_on:
            self.cancel()

    def cancel(self) -> None:
        """End what runs; what was found so far stays."""
        self._turn += 1
        self._show(progress=None)

    def _ask(self, turn: int, pixels: Pixels) -> None:
        if run := self._trainings.run(self.state.run):
            work = partial(self._predict, run.folder, pixels, lambda: turn != self._turn)
            self._tasks.run(work, partial(self._predicted, turn, pixels), partial(self._failed, turn))

    def _step(self, turn: int, steps: Iterator[Step]) -> None:
        self._tasks.run(lambda: next(steps, None), partial(self._stepped, turn, steps), partial(self._failed, turn))

    def _stepped(self, turn: int, steps: Iterator[Step], step: Step | None) -> None:
        if turn != self._turn:
            return
        if step is None and self._goes_on and self._picture.pixels is not None:
            self._step(turn, slide(self._picture.pixels, one_pass=True))
        elif step is None:
            self._show(progress=None)
        else:
            is_half = self._goes_on and not step.is_last  # half a heat map would flicker
            self._show(progress=step.fraction, finding=self.state.finding if is_half else step.finding)
            self._step(turn, steps)

    @property
    def _goes_on(self) -> bool:
        """Whether the system is fast enough to follow the live picture, until it is cancelled."""
        is_fast = self.state.chosen == "convolutional" or bool(_BY_KEY[self.state.chosen].recipe)
        return is_fast and self._picture.state.is_live

    def _predicted(self, turn: int, pixels: Pixels, said: Prediction) -> None:
        if turn != self._turn:
            return
        finding, run = _finding(pixels, said), self._trainings.run(self.state.run)
        if run and run.recipe.endswith("-short"):
            finding = replace(finding, words=f"{finding.words} It was trained in its short form; the long one answers better.")
        if self._goes_on and self._picture.pixels is not None:
            self._show(finding=finding)
            self._ask(turn, self._picture.pixels)
        else:
            self._show(progress=None, finding=finding)

    def _failed(self, turn: int, error: FacekitError) -> None:
        if turn == self._turn:
            self._show(progress=None, trouble=str(error))

    def _picture_changed(self) -> None:
        """What was found in another picture says nothing of this one; of a live one it stays until the next."""
        if self.state.progress is None:
            self._show(finding=self.state.finding if self._picture.state.is_live else Finding())

    def _show(self, **changes: object) -> None:
        self.state = replace(self.state, **changes)  # type: ignore[arg-type]  # the names are those of SystemsState
        self.state = self._derived(self.state)
        self._show_state(self.state)

    def _derived(self, state: SystemsState) -> SystemsState:
        """With all that follows from the runs there are."""
        system = _BY_KEY[state.chosen]
        runs = tuple(run.name for run in self._trainings.runs if system.fits(run))
        needs = _needs(system, self._trainings, self._missing) if system.recipe and not runs else ""
        return replace(
            state,
            about=f"{system.about} {_GOES_ON}" if system.recipe else system.about,
            runs=runs,
            run=state.run if state.run in runs else next(iter(runs), ""),
            needs=needs,
            can_train=bool(needs) and not self._missing and self._trainings.live is None,
            can_run=not needs and state.progress is None and self._picture.pixels is not None,
        )


def _needs(system: System, trainings: Trainings, missing: tuple[str, ...]) -> str:
    if missing:
        return (
            f'It must be trained first, which needs {" and ".join(missing)}. Type pip install "facekit-app[train]" and open Facekit again.'
        )
    if trainings.live:
        return f"It must be trained first. {trainings.live.name} is being trained now."
    return f"It must be trained first: {system.recipe} is its short form."


def _finding(pixels: Pixels, said: Prediction) -> Finding:
    if said.task == "classify":
        name, share = said.classes[0]
        return Finding(pixels, shares=said.classes, words=f"{name}, with {decimal(share)} of the whole.")
    is_face = said.is_face or 0.0
    whether = f"The network's answer to whether there is a face: {decimal(is_face)}, with 0 for none and 1 for one."
    if is_face < _SURE:
        return Finding(pixels, words=f"No face. {whether}")
    boxes = (Box(*said.box),) if said.box else ()
    return Finding(pixels, boxes=boxes, points=said.points, words=f"{'Its box' if boxes else f'{len(said.points)} points'}. {whether}")
