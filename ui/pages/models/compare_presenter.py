"""Two encoders measured on the same labelled pictures, beside each other. No Qt here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from facekit.errors import FacekitError
from facekit.evaluation.promotion import Verdict, verdict_from
from facekit.models.comparing import TARGET_FMR
from facekit.types import Interval
from ui.job import Job, Told
from ui.language import whole
from ui.pages.models.state import Comparison, Tone
from ui.pages.models.wording import interval_words, rate_words, verdict_tone, verdict_words

_FNMR = f"fnmr_at_fmr_{TARGET_FMR:g}"
_ROWS = {"accuracy": "Accuracy", "eer": "Equal error rate", _FNMR: "FNMR at FMR "}


class ComparePresenter:
    """What is chosen for a comparison, and what it came to.

    Args:
        database: Of the store: where the first encoder stands in use is read from the settings, which encoders there are from here.
        changed: Called after each change.
        judged: Is given each verdict.
        failed: Is given what went wrong.
    """

    def __init__(
        self,
        *,
        job: Job,
        database: Path,
        changed: Callable[[], None],
        judged: Callable[[Verdict], None],
        failed: Callable[[FacekitError], None],
    ) -> None:
        self._job = job
        self._database = database
        self._changed = changed
        self._judged = judged
        self._failed = failed
        self._is_open = False
        self._first = self._second = ""
        self._folder: Path | None = None
        self._are_aligned = False
        self._answer: Told | None = None

    def open(self, first: str, second: str) -> None:
        """Offer to compare these two."""
        self._is_open, self._answer = True, None
        self._first, self._second = first, second
        self._changed()

    def close(self) -> None:
        """Offer it no longer."""
        self._is_open, self._answer = False, None
        self._changed()

    def choose(self, first: str, second: str) -> None:
        """Compare these two; what was measured of others goes."""
        if (first, second) != (self._first, self._second):
            self.open(first, second)

    def choose_folder(self, folder: Path) -> None:
        """Measure on the pictures there."""
        self._folder, self._answer = folder, None
        self._changed()

    def set_aligned(self, are_aligned: bool) -> None:
        """Say whether the pictures are aligned faces already."""
        self._are_aligned = are_aligned
        self._changed()

    def begin(self) -> None:
        """Measure."""
        if self._why_not() or self._folder is None:
            return
        self._answer = None
        words = ["models", "compare", self._first, self._second, "--on", str(self._folder), "--db", str(self._database)]
        words += ["--aligned"] if self._are_aligned else []
        self._job.run(words, f"Comparing {self._first} and {self._second}", done=self._compared, failed=self._failed)

    def state(self, names: tuple[str, ...]) -> Comparison | None:
        """What is to be shown, with the encoders that there are; None while it is not open."""
        if not self._is_open:
            return None
        folder = str(self._folder) if self._folder else ""
        blank = Comparison(names, self._first, self._second, folder, self._are_aligned, self._why_not())
        return _with_figures(blank, self._answer) if self._answer else blank

    def _why_not(self) -> str:
        if self._first == self._second:
            return "Choose two different encoders."
        if self._folder is None:
            return "Choose a folder with labelled pictures: a folder a person, or a pairs.csv."
        return "Something else is being done: wait for its end, or cancel it." if self._job.work else ""

    def _compared(self, answer: Told) -> None:
        if [side["encoder"] for side in answer["encoders"]] == [self._first, self._second]:
            self._answer = answer
        if answer["verdict"]:
            self._judged(verdict_from(answer["verdict"]))
        self._changed()


def _with_figures(blank: Comparison, answer: Told) -> Comparison:
    sides = answer["encoders"]
    verdict = verdict_from(answer["verdict"]) if answer["verdict"] else None
    return Comparison(
        **{name: getattr(blank, name) for name in ("names", "first", "second", "folder", "are_aligned", "why_not")},
        head=("", *(str(side["encoder"]) for side in sides)),
        rows=tuple(
            (f"{words}{rate_words(TARGET_FMR) if name == _FNMR else ''}", *(_rate(side, name) for side in sides))
            for name, words in _ROWS.items()
        ),
        notes=_notes(sides[0]),
        verdict=verdict_words(verdict) if verdict else "",
        verdict_tone=verdict_tone(verdict) if verdict else Tone.PLAIN,
    )


def _rate(side: Mapping[str, Any], name: str) -> str:
    return f"{rate_words(side[name])}  ({interval_words(Interval(*side[f'{name}_interval']))})"


def _notes(side: Mapping[str, Any]) -> tuple[str, ...]:
    pairs, lost = int(side["pairs"]), int(side["undetected"])
    notes = [f"{whole(pairs)} pairs; {whole(lost)} pictures without a face count as errors of both." if lost else f"{whole(pairs)} pairs."]
    if not side["fmr_is_supported"]:
        notes.append(
            f"Too few pairs of different people to show a false match rate of {rate_words(TARGET_FMR)}: that row is an estimate only."
        )
    return tuple(notes)
