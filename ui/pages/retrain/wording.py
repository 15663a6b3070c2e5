"""What is known of a retraining, in words. Free of Qt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from facekit.retraining.recipes import RECIPES
from facekit.retraining.request import Plan
from facekit.store.base import Repository
from ui.curves import duration_words
from ui.language import count_words, decimal, whole
from ui.pages.retrain.state import Choice
from ui.run_pane import RunPane, run_pane, status_words
from ui.trainings import Run, RunPhase

_TITLES: Final = {
    "finetune-head": "The last layer",
    "finetune-all": "The whole network",
    "finetune-triplet": "Triplet loss",
    "finetune-deviance": "Binomial deviance",
    "finetune-chi-square": "Weighted χ²",
    "from-scratch": "From scratch",
}
DEVICES: Final = (
    Choice("auto", "The fastest there is"),
    Choice("cpu", "Processor"),
    Choice("cuda", "NVIDIA graphics card"),
    Choice("mps", "Apple graphics processor"),
)
_STAGES: Final = {
    "encoding": "the encoder in use looks at each picture",
    "exporting": "the new encoder is written",
    "comparing": "old and new are compared on the people held out",
}


@dataclass(frozen=True, slots=True)
class Agreed:
    """Of those who are enrolled.

    Args:
        pictures: Kept ones of those who agreed to their being trained on.
    """

    people: int
    agreed: int
    pictures: int


def agreed_in(repository: Repository) -> Agreed:
    """Who agreed to being trained on, at this moment."""
    people = repository.people()
    agreed = [person for person in people if person.consent.covers_training]
    pictures = sum(template.has_crop for person in agreed for template in repository.templates(person.person_id))
    return Agreed(len(people), len(agreed), pictures)


def agreed_words(found: Agreed | None) -> str:
    """How many agreed and how many did not."""
    if found is None:
        return "The people are being counted."
    if not found.people:
        return "Nobody is enrolled."
    not_agreed = found.people - found.agreed
    if not found.agreed:
        return (
            f"None of the {whole(found.people)} enrolled has agreed to it. It is asked when enrolling, and on each person’s card in People."
        )
    others = "" if not not_agreed else f" {whole(not_agreed)} did not, and {'is' if not_agreed == 1 else 'are'} left out."
    return f"{whole(found.agreed)} of {whole(found.people)} agreed to it, with {count_words(found.pictures, 'kept picture')}.{others}"


def row_status(run: Run) -> str:
    """Where it stands, in a few words."""
    judged = run.history.judged
    if run.phase is not RunPhase.DONE or judged is None:
        return status_words(run)
    return "no worse than the old one" if judged.may_be_promoted else "not shown to be as good"


def recipe_choices() -> tuple[Choice, ...]:
    """The ways of retraining, each with its sentence."""
    return tuple(Choice(name, _TITLES.get(name, name), f"{about[0].upper()}{about[1:]}.") for name, about in RECIPES.items())


def pane_of(run: Run, *, figure: str, asks: bool, can_resume: bool, left_out: Mapping[str, int]) -> RunPane:
    """The retraining as it is shown.

    Args:
        left_out: Pictures by the reason why they were; empty where that is not known any more.
    """
    history = run.history
    pane = run_pane(run, (), figure=figure, question=_question(run) if asks else "", can_resume=can_resume)
    stage = history.stage.stage if history.stage else ""
    counted = f", {whole(history.stage.done)} of {whole(history.stage.total)}" if history.stage and history.stage.total else ""
    says_stage = run.is_live and stage in _STAGES and run.phase is not RunPhase.STARTING
    progress = f"{_STAGES[stage]}{counted}" if says_stage else "" if run.phase in (RunPhase.PLANNED, RunPhase.UNPREPARED) else pane.progress
    return replace(
        pane,
        status=row_status(run),
        progress=progress,
        summary=plan_words(history.plan, left_out) if history.plan and run.phase is RunPhase.PLANNED else "",
        verdict=_verdict(run),
        verdict_is_good=bool(history.judged and history.judged.may_be_promoted),
        resume="Train now" if run.phase is RunPhase.PLANNED else "Go on",
        trouble=run.trouble or _unprepared(run),
    )


def plan_words(plan: Plan, left_out: Mapping[str, int]) -> str:
    """What it takes here, in lines."""
    device = "the processor" if plan.device == "cpu" else plan.device
    step = duration_words(plan.step_s) if plan.step_s >= 1 else f"{decimal(plan.step_s)} s"
    memory = "" if plan.memory_mb is None else f", {whole(plan.memory_mb)} MB of memory"
    lines = [
        f"Trained on: {count_words(plan.pictures, 'picture')} of {whole(plan.persons)} people.",
        f"Never trained on: {count_words(plan.held_out_pictures, 'picture')} of {whole(plan.held_out_persons)} others, "
        "on whom old and new are compared.",
        f"On {device}: {whole(plan.steps)} steps of {step}, about {duration_words(60 * plan.minutes)} in all{memory}.",
    ]
    if plan.left_out:
        teach = "teaches nothing and is" if plan.left_out == 1 else "teach nothing and are"
        lines.append(f"{count_words(plan.left_out, 'picture')} of people with no other one {teach} left out.")
    if left_out:
        lines.append(f"Not usable: {', '.join(f'{whole(count)} × {reason}' for reason, count in left_out.items())}.")
    if plan.shortage:
        lines.append(f"Whatever comes of it cannot be shown to be as good: {plan.shortage}")
    return "\n\n".join(lines)


def _verdict(run: Run) -> str:
    judged = run.history.judged
    if judged is None:
        return ""
    return f"{judged.reason} {'It may take the place of the encoder in use.' if judged.may_be_promoted else 'It is not let in.'}"


def _unprepared(run: Run) -> str:
    if run.phase is not RunPhase.UNPREPARED:
        return ""
    return "It was begun, but not prepared to its end. Remove it with the pictures that were gathered for it, and begin again."


def _question(run: Run) -> str:
    ends = "It is ended at once, and its" if run.is_live else "Its"
    return f"Delete {run.name}? {ends} curves, its encoder, and the pictures that were gathered for it are deleted for good."
