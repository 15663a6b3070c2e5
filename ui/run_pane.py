"""One run as it is shown, as plain values and in words. Free of Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from training.runs import History
from ui.curves import Chart, Curve, duration_words
from ui.language import percent, significant, whole
from ui.trainings import Run, RunPhase

_STATUS = {
    RunPhase.UNPREPARED: "not prepared to its end",
    RunPhase.PLANNED: "ready to start",
    RunPhase.STARTING: "starting",
    RunPhase.RUNNING: "running",
    RunPhase.PAUSING: "pausing",
    RunPhase.PAUSED: "paused",
    RunPhase.INTERRUPTED: "interrupted",
    RunPhase.FAILED: "failed",
    RunPhase.DONE: "done",
}
_SHOWN_WARNINGS = 50
_SHORT = ("eer", "tar", "far")


class RunActions(Protocol):
    """What can be done with the run that is shown; the presenter of a page with such a pane has them."""

    def choose_figure(self, name: str) -> None:
        """Draw another held-out figure."""

    def pause(self) -> None:
        """Have it write a checkpoint and end."""

    def resume(self) -> None:
        """Go on with it."""

    def ask_to_remove(self) -> None:
        """Ask whether it is to be ended and deleted."""

    def keep(self) -> None:
        """Do not remove it."""

    def remove(self) -> None:
        """End it and delete what it wrote."""


@dataclass(frozen=True, slots=True)
class RunPane:
    """The chosen run.

    Args:
        facts: Network, data and device in words.
        fraction: Done, 0 … 1.
        progress: Step, pace and time left in words.
        figures: Held-out figures that it has, and `figure` the one that is drawn.
        warnings: What it warned of, the newest last.
        trouble: What ended it.
        summary: What it takes, where that was measured before.
        verdict: What came of it, and whether that is good; empty where nothing was judged.
        resume: The words on the button that goes on with it.
        question: Asked before it is removed; empty where it is not to be.
    """

    name: str
    status: str
    facts: str
    fraction: float
    progress: str
    loss: Chart
    held_out: Chart
    figures: tuple[str, ...]
    figure: str
    warnings: tuple[str, ...]
    trouble: str
    can_pause: bool
    can_resume: bool
    question: str
    summary: str = ""
    verdict: str = ""
    verdict_is_good: bool = False
    resume: str = "Go on"


def run_pane(run: Run, beside: Sequence[Run], *, figure: str, question: str, can_resume: bool) -> RunPane:
    """The run as it is shown.

    Args:
        beside: Runs whose curves are drawn with it.
        figure: The held-out figure that is wanted; another one where none of them has it.
    """
    history, drawn = run.history, [run, *beside]
    names = tuple(dict.fromkeys(name for each in drawn for name in each.history.figures))
    shown = figure if figure in names else next(iter(names), "")
    return RunPane(
        name=run.name,
        status=status_words(run),
        facts=_facts(run),
        fraction=history.fraction,
        progress=_progress(run),
        loss=Chart("Training loss", "step", "loss", tuple(Curve(each.name, tuple(each.history.losses)) for each in drawn)),
        held_out=Chart(
            "On pictures that it is not trained on",
            "step",
            figure_words(shown) or "figure",
            tuple(Curve(each.name, tuple(each.history.figures.get(shown, ()))) for each in drawn),
        ),
        figures=names,
        figure=shown,
        warnings=tuple(history.warnings[-_SHOWN_WARNINGS:]),
        trouble=run.trouble,
        can_pause=run.phase in (RunPhase.STARTING, RunPhase.RUNNING),
        can_resume=can_resume,
        question=question,
    )


def figure_words(name: str) -> str:
    """A figure's name for people: "training_accuracy" → "training accuracy"."""
    words = name.replace("heldout", "held-out").split("_")
    return " ".join(word.upper() if word in _SHORT else word for word in words)


def status_words(run: Run) -> str:
    """Where it stands, in a few words."""
    if run.phase is RunPhase.RUNNING:
        return f"{_STATUS[run.phase]}, {percent(run.history.fraction)}"
    if run.phase is RunPhase.DONE and (figures := last_figures(run.history, count=1)):
        return f"done, {figures}"
    return _STATUS[run.phase]


def _facts(run: Run) -> str:
    sizes = ", ".join(f"{whole(count)} {figure_words(name)}" for name, count in run.history.sizes.items())
    return " · ".join(part for part in (sizes, run.history.device) if part)


def _progress(run: Run) -> str:
    history = run.history
    if run.phase is RunPhase.STARTING:
        return "The pictures and the network are being loaded."
    parts = [f"step {whole(history.step)}"]
    if run.is_live:
        parts += [f"{whole(history.pictures_per_s)} pictures a second"] if history.pictures_per_s else []
        parts += [f"about {duration_words(history.remaining_s)} left"] if history.remaining_s is not None else []
    if run.phase is RunPhase.PAUSING:
        parts.append("it writes a checkpoint and ends")
    if run.phase is RunPhase.DONE:
        parts += [f"in {duration_words(history.seconds)}", last_figures(history)]
    if run.phase in (RunPhase.PAUSED, RunPhase.INTERRUPTED, RunPhase.FAILED):
        parts.append(f"it can go on from step {whole(history.checkpoint)}" if history.checkpoint else "it can begin again")
    return " · ".join(part for part in parts if part)


def last_figures(history: History, count: int = 3) -> str:
    """The held-out figures that it came to."""
    last = [f"{figure_words(name)} {significant(points[-1][1])}" for name, points in history.figures.items() if points]
    return ", ".join(last[:count])


def removal_question(run: Run) -> str:
    """What is asked before it is deleted."""
    ends = "It is ended at once, and its" if run.is_live else "Its"
    return f"Delete {run.name}? {ends} curves and weights are deleted for good."
