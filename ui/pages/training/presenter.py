"""Choosing a recipe, starting it, and watching runs. No Qt here."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from facekit.errors import FacekitError
from training.catalogue import Group, Need, RecipeCard, our_recipes, recipe_card
from training.runs import RETRAINING
from ui.curves import duration_words
from ui.language import whole
from ui.pages.training.state import NeedRow, RecipePane, RecipeRow, RunRow, TrainingState
from ui.ports import Tasks
from ui.run_pane import RunPane, last_figures, removal_question, run_pane, status_words
from ui.session import Session
from ui.trainings import Run, RunPhase, Trainings

_GROUPS = {
    Group.LECTURE: "The lecture's systems",
    Group.ENCODER: "Face encoder",
    Group.DETECTOR: "Face detector and landmarks",
    Group.COMPARISON: "Comparisons of losses and networks",
    Group.OWN: "Your own recipes",
}
_WORDS = {
    "lenet5": "LeNet-5 on digits",
    "mlp": "fully connected on digits",
    "alexnet": "AlexNet",
    "vgg16": "VGG-16",
    "resnet18": "ResNet-18",
    "resnet34": "ResNet-34",
    "plain18": "plain 18 layers",
    "plain34": "plain 34 layers",
    "cifar": "on CIFAR-10",
    "augment": "augmentation",
    "localize": "localization",
    "transfer": "transfer to",
    "scratch": "from scratch",
    "distil": "distillation",
}
_FIRST = "lecture-lenet5"


class TrainingPresenter:
    """Turns recipes and runs into one TrainingState after another.

    Args:
        missing: Packages that training needs and that are not installed.
        show: Is given every new state.
    """

    def __init__(
        self,
        *,
        trainings: Trainings,
        session: Session,
        tasks: Tasks,
        missing: tuple[str, ...],
        show: Callable[[TrainingState], None],
    ) -> None:
        self._trainings = trainings
        self._session = session
        self._tasks = tasks
        self._missing = missing
        self._show_state = show
        self._cards: dict[str, RecipeCard] = {}
        self._recipe = ""
        self._form = ""
        self._places: dict[str, dict[str, Path]] = {}
        self._found: dict[tuple[str, str], bool] = {}
        self._run = ""
        self._known_live = ""
        self._ticked: set[str] = set()
        self._figure = ""
        self._asks = False
        self.state = TrainingState()
        trainings.observe(self._trainings_changed, ended=self._ended)

    def start(self) -> None:
        """Read the recipes, and the runs on disk."""
        self._tasks.run(our_recipes, self._recipes_read, self._session.fail)
        self._trainings.refresh()

    def refresh(self) -> None:
        """Look for runs on disk again."""
        self._trainings.refresh()

    def choose_recipe(self, key: str) -> None:
        """Show a recipe, in its short form where it has one."""
        self._recipe, self._run, self._asks = key, "", False
        self._form = next((card.recipe for card in self._forms(key)), "")
        self._look_for_data()
        self._show()

    def choose_form(self, recipe: str) -> None:
        """The short form or the long one of the chosen recipe."""
        self._form = recipe
        self._look_for_data()
        self._show()

    def use_data(self, key: str, path: Path) -> None:
        """Have the chosen recipe read its data there."""
        self._places.setdefault(self._recipe, {})[key] = path
        self._look_for_data()
        self._show()

    def open_recipe(self, path: Path) -> None:
        """Show the recipe of a TOML file."""
        self._tasks.run(partial(recipe_card, str(path)), self._recipe_opened, self._session.fail)

    def begin(self) -> None:
        """Train by the chosen recipe."""
        card = self._cards.get(self._form)
        if card is None or self._why_not(card):
            return
        chosen = self._places.get(self._recipe, {})
        overrides = [need.override(chosen[need.key]) for need in card.needs if need.key in chosen]
        self._trainings.start(card.recipe, card.name, card.task, overrides)

    def choose_run(self, name: str) -> None:
        """Show a run."""
        self._run, self._recipe, self._asks = name, "", False
        self._show()

    def tick(self, name: str, is_ticked: bool) -> None:
        """Draw a run beside the chosen one, or no longer."""
        self._ticked = self._ticked | {name} if is_ticked else self._ticked - {name}
        self._show()

    def choose_figure(self, name: str) -> None:
        """Draw another held-out figure."""
        self._figure = name
        self._show()

    def pause(self) -> None:
        """Have the run that goes on write a checkpoint and end."""
        self._trainings.pause()

    def resume(self) -> None:
        """Go on with the chosen run."""
        if run := self._trainings.run(self._run):
            self._trainings.resume(run)

    def ask_to_remove(self) -> None:
        """Ask whether the chosen run is to be ended and deleted."""
        self._asks = True
        self._show()

    def keep(self) -> None:
        """Do not remove it."""
        self._asks = False
        self._show()

    def remove(self) -> None:
        """End the run and delete what it wrote."""
        if run := self._trainings.run(self._run):
            self._asks, self._run = False, ""
            self._trainings.remove(run)
            card = self._cards.get(run.recipe)
            self.choose_recipe((card.long or card.recipe) if card else _FIRST)

    def _recipes_read(self, cards: tuple[RecipeCard, ...]) -> None:
        self._cards = {card.recipe: card for card in cards} | {name: card for name, card in self._cards.items() if card.group is Group.OWN}
        if not self._recipe and not self._run:
            self.choose_recipe(_FIRST)
        self._show()

    def _recipe_opened(self, card: RecipeCard) -> None:
        self._cards[card.recipe] = card
        self.choose_recipe(card.recipe)

    def _forms(self, key: str) -> tuple[RecipeCard, ...]:
        """The short form before the long one."""
        short = [card for card in self._cards.values() if card.long == key]
        return (*short, *(card for card in self._cards.values() if card.recipe == key))

    def _look_for_data(self) -> None:
        """Disks may be slow: each place is looked for off the window's thread, and once."""
        if card := self._cards.get(self._form):
            self._tasks.run(partial(_found, card.needs), partial(self._data_found, card.recipe), self._session.fail)

    def _data_found(self, recipe: str, found: dict[str, bool]) -> None:
        self._found |= {(recipe, key): is_there for key, is_there in found.items()}
        self._show()

    def _trainings_changed(self) -> None:
        live = next((run for run in self._trainings.runs if run.is_live), None)
        name = live.name if live else ""
        if name and name != self._known_live:
            self._run, self._recipe, self._asks = name, "", False
        self._known_live = name
        self._show()

    def _ended(self, run: Run) -> None:
        if run.task == RETRAINING:
            return
        if run.phase is RunPhase.DONE:
            self._session.say(f"{run.name} is trained: {last_figures(run.history) or 'done'}.")
        elif run.phase is RunPhase.FAILED:
            self._session.fail(FacekitError(f"{run.name}: {run.trouble}"))
        elif run.phase is RunPhase.PAUSED:
            self._session.say(f"{run.name} is paused at step {whole(run.history.step)}.")

    def _show(self) -> None:
        card, run = self._cards.get(self._form) if self._recipe else None, self._trainings.run(self._run)
        self.state = TrainingState(
            missing=_missing_words(self._missing),
            recipes=self._recipe_rows(),
            chosen_recipe=self._recipe,
            recipe=self._recipe_pane(card) if card else None,
            runs=tuple(RunRow(each.name, status_words(each), each.name in self._ticked) for each in self._trainings.runs),
            chosen_run=self._run if run else "",
            run=self._run_pane(run) if run else None,
        )
        self._show_state(self.state)

    def _recipe_rows(self) -> tuple[RecipeRow, ...]:
        return tuple(
            RecipeRow(card.recipe, _title(card), words)
            for group, words in _GROUPS.items()
            for card in sorted(self._cards.values(), key=_order)
            if card.group is group and not card.long
        )

    def _recipe_pane(self, card: RecipeCard) -> RecipePane:
        forms = self._forms(self._recipe)
        whole = self._cards[self._recipe]
        chosen = self._places.get(self._recipe, {})
        needs = tuple(
            NeedRow(need.key, str(chosen.get(need.key, ", ".join(need.patterns))), self._is_there(card, need)) for need in card.needs
        )
        words = tuple((form.recipe, f"{'Short form' if form.long else 'Long form'}: {_length(form)}") for form in forms)
        return RecipePane(
            title=_title(whole),
            about=whole.about or "Its file says nothing of it.",
            forms=words if len(words) > 1 else (),
            form=card.recipe,
            needs=needs,
            takes=self._takes(card),
            why_not=self._why_not(card),
        )

    def _is_there(self, card: RecipeCard, need: Need) -> bool | None:
        return True if need.key in self._places.get(self._recipe, {}) else self._found.get((card.recipe, need.key))

    def _takes(self, card: RecipeCard) -> str:
        before = next((r for r in self._trainings.runs if r.recipe == card.name and r.phase is RunPhase.DONE and r.history.seconds), None)
        took = f" It took {duration_words(before.history.seconds)} here before." if before else ""
        return f"{_length(card)[0].upper()}{_length(card)[1:]}.{took}"

    def _why_not(self, card: RecipeCard) -> str:
        if self._missing:
            return _missing_words(self._missing)
        if live := self._trainings.live:
            return f"{live.name} is being trained. One training at a time: pause it, or wait for its end."
        missing = [need.key for need in card.needs if self._is_there(card, need) is False]
        return "Some of its data is not on this machine. Choose where it lies." if missing else ""

    def _run_pane(self, run: Run) -> RunPane:
        beside = [each for each in self._trainings.runs if each.name in self._ticked and each is not run]
        question = removal_question(run) if self._asks else ""
        return run_pane(run, beside, figure=self._figure, question=question, can_resume=run.can_go_on and not self._trainings.live)


def _found(needs: tuple[Need, ...]) -> dict[str, bool]:
    return {need.key: need.is_there() for need in needs}


def _missing_words(missing: tuple[str, ...]) -> str:
    if not missing:
        return ""
    names = " and ".join(missing)
    are = "are" if len(missing) > 1 else "is"
    return f'Training needs {names}, which {are} not installed here. Type pip install "facekit-app[train]" and open Facekit again.'


def _title(card: RecipeCard) -> str:
    """The name in words, without its group, which stands above it."""
    if card.group is Group.OWN:
        return card.name
    if (count := card.name.removeprefix("lecture-landmarks-")).isdecimal():
        return f"{count} landmarks"
    words = [_WORDS.get(word, word) for word in card.name.removeprefix("lecture-").removeprefix("compare-").split("-")]
    return " ".join([words[0][0].upper() + words[0][1:], *words[1:]])


def _order(card: RecipeCard) -> tuple[int, str]:
    """By name, and 4 before 22."""
    count = card.name.rpartition("-")[2]
    return (int(count), "") if count.isdecimal() and card.group is Group.LECTURE else (0, _title(card).lower())


def _length(card: RecipeCard) -> str:
    parts = [f"{whole(card.steps)} steps"] if card.steps else []
    parts += [duration_words(60 * card.minutes)] if card.minutes else []
    return " or ".join(parts)
