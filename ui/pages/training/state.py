"""What the Training page shows, as frozen values. Made by its presenter, drawn by its view."""

from __future__ import annotations

from dataclasses import dataclass

from ui.run_pane import RunPane


@dataclass(frozen=True, slots=True)
class RecipeRow:
    """A line of the list of recipes; `key` chooses it, `group` is the heading that it stands under."""

    key: str
    title: str
    group: str


@dataclass(frozen=True, slots=True)
class NeedRow:
    """Data that a recipe reads.

    Args:
        key: Of the recipe's option.
        words: Where it is looked for.
        is_there: None while it is being looked for.
    """

    key: str
    words: str
    is_there: bool | None


@dataclass(frozen=True, slots=True)
class RecipePane:
    """The chosen recipe.

    Args:
        forms: Recipes and words: the short form and the long one, where there are both.
        takes: How long it is, and how long it took before.
        why_not: What must be done before it can start; empty where it can.
    """

    title: str
    about: str
    forms: tuple[tuple[str, str], ...]
    form: str
    needs: tuple[NeedRow, ...]
    takes: str
    why_not: str


@dataclass(frozen=True, slots=True)
class RunRow:
    """A line of the list of runs; a ticked one is drawn beside the chosen one."""

    name: str
    status: str
    is_ticked: bool


@dataclass(frozen=True, slots=True)
class TrainingState:
    """The Training page.

    Args:
        missing: What must be installed before anything can be trained; empty where nothing must.
        recipe: The pane of the chosen recipe, where one is chosen; `run` likewise, and at most one of the two.
    """

    missing: str = ""
    recipes: tuple[RecipeRow, ...] = ()
    chosen_recipe: str = ""
    recipe: RecipePane | None = None
    runs: tuple[RunRow, ...] = ()
    chosen_run: str = ""
    run: RunPane | None = None
