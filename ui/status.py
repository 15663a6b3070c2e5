"""What the status line says: engine, device, speed, people, limit, and the last notice. No Qt here."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from facekit.engine.port import EnginePhase
from facekit.types import FrameResult
from ui.language import count_words, decimal, one_in, percent, significant, whole
from ui.ports import Clock, Notice
from ui.session import Session

_WINDOW_S = 3.0
_LEAST_S = 0.5
"""The first two results after a pause come within no time: they tell no speed."""


class Health(StrEnum):
    """How the engine fares, by shape as well as colour."""

    GOOD = "good"
    WAITING = "waiting"
    BAD = "bad"


_ENGINE = {
    EnginePhase.STOPPED: ("engine stopped", Health.WAITING),
    EnginePhase.STARTING: ("engine starting", Health.WAITING),
    EnginePhase.READY: ("engine ready", Health.GOOD),
    EnginePhase.RESTARTING: ("engine restarting", Health.WAITING),
    EnginePhase.FAILED: ("engine failed", Health.BAD),
}


@dataclass(frozen=True, slots=True)
class StatusState:
    """The status line; an empty text is left out.

    Args:
        engine_help, limit_help: More of it, in whole sentences.
        can_restart: Whether to offer to start the engine again.
    """

    engine: str = "engine stopped"
    engine_help: str = ""
    health: Health = Health.WAITING
    device: str = ""
    speed: str = ""
    people: str = ""
    limit: str = ""
    limit_help: str = ""
    can_restart: bool = False
    notice: Notice | None = None


class StatusPresenter:
    """Turns the session and the engine's results into one StatusState after another."""

    def __init__(self, *, session: Session, clock: Clock, show: Callable[[StatusState], None]) -> None:
        self._session = session
        self._clock = clock
        self._show_state = show
        self._results: deque[float] = deque()
        self._counted_at = 0.0
        self.state = StatusState()
        session.observe(self._changed, notice=self._noticed)

    def result_arrived(self, _: FrameResult) -> None:
        """Count one frame that was looked at."""
        now = self._clock.monotonic()
        self._results.append(now)
        while now - self._results[0] > _WINDOW_S:
            self._results.popleft()
        seconds = now - self._results[0]
        if now - self._counted_at >= 1.0 and seconds >= _LEAST_S:
            self._counted_at = now
            per_second = (len(self._results) - 1) / seconds
            self._show(speed=f"{whole(per_second)} frames/s" if per_second >= 1.5 else f"{decimal(per_second, 1)} frames/s")

    def dismiss(self) -> None:
        """Take the notice away."""
        self._show(notice=None)

    def _noticed(self, notice: Notice) -> None:
        self._show(notice=notice)

    def _changed(self) -> None:
        state = self._session.engine_state
        word, health = _ENGINE[state.phase]
        is_ready = state.phase is EnginePhase.READY
        if not is_ready:
            self._results.clear()
        limit, limit_help = self._limit()
        self._show(
            engine=word,
            engine_help=f"{state.detail} {state.hint}".strip(),
            health=health,
            device=_device(state.detector_device, state.encoder_device) if is_ready else "",
            speed=self.state.speed if is_ready else "",
            people=_people(len(self._session.people)) if self._session.is_open else "",
            limit=limit,
            limit_help=limit_help,
            can_restart=state.phase is EnginePhase.FAILED,
        )

    def _limit(self) -> tuple[str, str]:
        rule, card, settings = self._session.rule, self._session.card, self._session.settings
        if rule is None or card is None:
            return "", ""
        if settings.threshold_for(card.key) > 0 and settings.threshold_from:
            own = f"The largest distance at which two faces count as one person, from your own people: {settings.threshold_from}."
            return f"τ {decimal(rule.threshold)} (own people)", own
        if settings.threshold_for(card.key) > 0:
            return f"τ {decimal(rule.threshold)} (by hand)", "The largest distance at which two faces count as one person, set by hand."
        point = card.operating_point(settings.target_fmr)
        passing, compared, missed = one_in(point.target_fmr), whole(point.non_mated_count), percent(point.fnmr, 1)
        measured = f"Measured: {significant(point.fmr, 2)} of {compared} comparisons; {missed} of one person’s pictures are missed."
        return (
            f"τ {decimal(rule.threshold)} (FMR {passing})",
            f"The largest distance at which two faces count as one person. Of different people {passing} would pass. {measured}",
        )

    def _show(self, **changes: object) -> None:
        self.state = replace(self.state, **changes)  # type: ignore[arg-type]  # the names are those of StatusState
        self._show_state(self.state)


def _device(detector: str, encoder: str) -> str:
    return _plain(detector) if detector == encoder else f"finds on {_plain(detector)}, compares on {_plain(encoder)}"


def _plain(device: str) -> str:
    return "CPU" if device == "cpu" else device


def _people(count: int) -> str:
    return count_words(count, "person", "people") if count else "nobody enrolled"
