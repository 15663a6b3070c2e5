"""The threshold measured on enrolled people and folders, in a process of its own, and put in use. No Qt here."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from facekit.errors import FacekitError, ImageError, StoreError
from facekit.evaluation.rates import is_supported, needed_for
from facekit.imaging import read_image
from facekit.store.base import Repository
from facekit.types import Pixels
from ui.curves import Distributions
from ui.job import Job, Told
from ui.language import count_words, decimal, one_in, percent, whole
from ui.pages.threshold.state import Pair, Rate, Result, Side, ThresholdState
from ui.ports import Clock, CommandRunner, Tasks
from ui.session import Session

_RATES = (0.01, 0.001, 0.0001)
_WORST = 6
"""Pairs of each kind."""
_AROUND = 0.2
"""Of a face's box, so much is shown around it."""


class ThresholdPresenter:
    """Turns what is chosen and what was measured into one ThresholdState after another.

    Args:
        database: The file of the store: the process that measures opens it.
    """

    def __init__(
        self,
        *,
        session: Session,
        tasks: Tasks,
        clock: Clock,
        commands: CommandRunner,
        database: Path,
        show: Callable[[ThresholdState], None],
    ) -> None:
        self._session = session
        self._tasks = tasks
        self._database = database
        self._show_state = show
        self._job = Job(commands, clock, self._show)
        self._answer: Told | None = None
        self._pixels: dict[str, Pixels | None] = {}
        self.state = ThresholdState(rate=session.settings.target_fmr)
        session.observe(self._show)
        self._show()

    def take_enrolled(self, is_taken: bool) -> None:
        """Measure on who is enrolled, or not."""
        self._choose(takes_enrolled=is_taken)

    def add_folder(self, folder: Path) -> None:
        """Measure on the people of this folder too: a folder a person."""
        if str(folder) not in self.state.folders:
            self._choose(folders=(*self.state.folders, str(folder)))

    def clear_folders(self) -> None:
        """Measure on no folder."""
        self._choose(folders=(), are_aligned=False)

    def set_aligned(self, are_aligned: bool) -> None:
        """Say whether the folders' pictures are aligned faces already."""
        self._choose(are_aligned=are_aligned)

    def want_rate(self, rate: float) -> None:
        """Measure for this false match rate."""
        self._choose(rate=rate)

    def measure(self) -> None:
        """Begin; nothing while something stands in the way."""
        if self.state.why_not or self._job.work:
            return
        state = self.state
        words = ["calibrate", *state.folders, "--fmr", f"{state.rate:g}", "--worst", str(_WORST), "--db", str(self._database)]
        words += ["--gallery"] if state.takes_enrolled and state.folders else []
        words += ["--aligned"] if state.are_aligned and state.folders else []
        self._answer, self._pixels = None, {}
        self.state = replace(state, refusal="")
        self._job.run(words, "Comparing all pictures with all", done=self._measured, failed=self._refused)

    def cancel(self) -> None:
        """End the measurement."""
        self._job.cancel()

    def use(self) -> None:
        """Decide by what was measured from now on."""
        if self._answer:
            point = self._answer["operating_point"]
            self._session.keep(
                self._session.settings.replace(
                    threshold=float(point["threshold"]),
                    threshold_encoder=str(self._answer["encoder"]),
                    threshold_from=str(point["measured_on"]),
                )
            )
            self._session.say(f"The limit is now {decimal(point['threshold'])}, from your own people.")

    def use_card(self) -> None:
        """Decide by the encoder's card again."""
        self._session.keep(self._session.settings.replace(threshold=0.0))
        self._session.say("The limit is read from the encoder’s card again.")

    def _choose(self, **changes: Any) -> None:
        self.state = replace(self.state, refusal="", **changes)
        self._show()

    def _measured(self, answer: Told) -> None:
        self._answer = answer
        self._show()
        templates = {row: int(shown["template"]) for row, shown in answer["shown"].items() if shown["template"]}
        files = {row: shown for row, shown in answer["shown"].items() if shown["file"]}
        self._session.read(partial(_crops, templates=templates), partial(self._pictures_came, answer), self._session.fail)
        self._tasks.run(partial(_faces, files), partial(self._pictures_came, answer), self._session.fail)

    def _pictures_came(self, answer: Told, pixels: Mapping[str, Pixels | None]) -> None:
        if answer is self._answer:
            self._pixels.update(pixels)
            self._show()

    def _refused(self, error: FacekitError) -> None:
        self.state = replace(self.state, refusal=str(error))
        self._show()

    def _show(self) -> None:
        session = self._session
        pictures = _counts(session)
        state = replace(
            self.state,
            in_use=_in_use(session),
            is_own=bool(session.settings.threshold_from) and session.settings.threshold > 0,
            enrolled=f"Enrolled people: {_pictures_words(pictures)}",
            enough=_enough(pictures, self.state.rate) if self.state.takes_enrolled and not self.state.folders else "",
            rates=_rates(self.state.rate),
            work=self._job.work,
            result=self._result(),
        )
        self.state = replace(state, why_not=_why_not(state, pictures))
        self._show_state(self.state)

    def _result(self) -> Result | None:
        answer = self._answer
        if answer is None:
            return None
        point, (low, high) = answer["operating_point"], answer["threshold_interval"]
        threshold = float(point["threshold"])
        settings = self._session.settings
        return Result(
            headline=f"τ {decimal(threshold)} for {one_in(point['target_fmr'])}",
            told=_told(answer),
            curves=Distributions(tuple(answer["mated"]), tuple(answer["non_mated"]), answer["bin"], threshold, low, high),
            is_used=settings.threshold == threshold and settings.threshold_from == point["measured_on"],
            alike=tuple(self._pair(raw, is_wrong=raw["distance"] <= threshold) for raw in answer["nearest_non_mated"]),
            unlike=tuple(self._pair(raw, is_wrong=raw["distance"] > threshold) for raw in answer["farthest_mated"]),
        )

    def _pair(self, raw: Mapping[str, Any], *, is_wrong: bool) -> Pair:
        left, right = (self._side(str(row)) for row in raw["rows"])
        return Pair(left, right, float(raw["distance"]), is_wrong)

    def _side(self, row: str) -> Side:
        assert self._answer is not None  # it is asked while a result is made of it
        shown = self._answer["shown"][row]
        return Side(shown["person"], shown["name"], self._pixels.get(row))


def _counts(session: Session) -> list[int]:
    """How many pictures each enrolled person has that the active encoder knows."""
    if session.gallery is None or not session.gallery.template_count:
        return []
    counts: list[int] = np.unique(session.gallery.person_ids, return_counts=True)[1].tolist()
    return counts


def _pictures_words(counts: Sequence[int]) -> str:
    pictures, people = sum(counts), len(counts)
    if not people:
        return "nobody yet"
    return f"{count_words(pictures, 'picture')} of {count_words(people, 'person', 'people')}"


def _comparisons(counts: Sequence[int]) -> int:
    """Of different people."""
    return (sum(counts) ** 2 - sum(count * count for count in counts)) // 2


def _enough(counts: Sequence[int], rate: float) -> str:
    """What the enrolled people can show."""
    found = _comparisons(counts)
    if not found:
        return ""
    words = f"{count_words(found, 'comparison')} of different people"
    if is_supported(rate, found):
        return f"{words}: enough for {one_in(rate)}."
    return (
        f"{words}: {one_in(rate)} takes {whole(needed_for(rate))}, so {whole(needed_for(rate) - found)} are missing. "
        f"No error in n comparisons only shows that the rate is below 3 in n."
    )


def _why_not(state: ThresholdState, counts: Sequence[int]) -> str:
    if state.work:
        return ""
    if not state.takes_enrolled and not state.folders:
        return "Choose whom to measure on."
    if state.folders:
        return ""
    if len(counts) < 2 or max(counts) < 2:
        return "It takes at least two people, one of them with two pictures. Enrol more, or choose a folder with a folder a person."
    return "" if is_supported(state.rate, _comparisons(counts)) else "Choose a higher rate, enrol more people, or add a folder."


def _in_use(session: Session) -> str:
    rule, card, settings = session.rule, session.card, session.settings
    if rule is None or card is None:
        return "The limit in use is shown when the engine is ready."
    words = f"In use: τ {decimal(rule.threshold)}, "
    if settings.threshold_for(card.key) > 0:
        return f"{words}from your own people: {settings.threshold_from}." if settings.threshold_from else f"{words}set by hand."
    point = card.operating_point(settings.target_fmr)
    stale = f" What was measured with {settings.threshold_encoder} is not used with it." if settings.threshold > 0 else ""
    return f"{words}from the card of {card.model_id}, for {one_in(point.target_fmr)}.{stale}"


def _rates(wanted: float) -> tuple[Rate, ...]:
    return tuple(Rate(rate, one_in(rate)) for rate in sorted({*_RATES, wanted}, reverse=True))


def _told(answer: Told) -> tuple[str, ...]:
    point, (low, high) = answer["operating_point"], answer["threshold_interval"]
    fmr, fnmr = point["fmr_interval"], point["fnmr_interval"]
    excluded = f"{whole(answer['excluded'])} of these are with faces that you said are not somebody: the rate reads rather too high."
    return (
        f"With other people of this kind it would lie between {decimal(low)} and {decimal(min(high, 4.0))} (95%).",
        f"Of {whole(point['non_mated_count'])} comparisons of different people {percent(point['fmr'], 2)} pass at it "
        f"(95%: {percent(fmr['low'], 2)} to {percent(fmr['high'], 2)}).",
        *([excluded] if answer["excluded"] else []),
        f"Of {whole(point['mated_count'])} comparisons of a person with themselves {percent(point['fnmr'], 1)} are missed "
        f"(95%: {percent(fnmr['low'], 1)} to {percent(fnmr['high'], 1)}).",
        f"Measured with {answer['encoder'].partition('@')[0]} on {point['measured_on']}.",
    )


def _crops(repository: Repository, *, templates: Mapping[str, int]) -> dict[str, Pixels | None]:
    """The kept picture of each template; None where none is kept."""
    found: dict[str, Pixels | None] = {}
    for row, template_id in templates.items():
        try:
            crop = repository.crop(template_id)
        except StoreError:
            continue  # removed meanwhile
        found[row] = crop.pixels if crop else None
    return found


def _faces(files: Mapping[str, Mapping[str, Any]]) -> dict[str, Pixels | None]:
    """The face of each picture file; None where it cannot be read any more."""
    found: dict[str, Pixels | None] = {}
    for row, shown in files.items():
        try:
            found[row] = _cut(read_image(Path(shown["file"])), shown["box"])
        except ImageError:
            found[row] = None
    return found


def _cut(pixels: Pixels, box: Mapping[str, float] | None) -> Pixels:
    if box is None:
        return pixels
    height, width = pixels.shape[:2]
    side = (1 + 2 * _AROUND) * max(box["x1"] - box["x0"], box["y1"] - box["y0"])
    left, top = (box["x0"] + box["x1"] - side) / 2, (box["y0"] + box["y1"] - side) / 2
    x0, y0 = max(0, round(left)), max(0, round(top))
    return pixels[y0 : min(height, round(top + side)), x0 : min(width, round(left + side))].copy()
