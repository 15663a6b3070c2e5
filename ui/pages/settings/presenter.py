"""The table of settings as rows that can be changed; each change takes effect at once or says what it waits for. No Qt here."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, get_type_hints

from facekit.cards import ModelCard
from facekit.errors import SettingsError
from facekit.settings import About, Settings, about
from facekit.types import OperatingPoint
from ui.language import decimal, one_in, parsed, parsed_whole, percent, significant, whole
from ui.pages.settings.state import Editor, Option, SettingRow, SettingsState
from ui.ports import SourcePort, Tasks
from ui.session import Session

_KINDS = get_type_hints(Settings)
_NAMES = tuple(field.name for field in dataclasses.fields(Settings) if about(field.name).is_shown)
_DEFAULTS = Settings()


class SettingsPresenter:
    """Turns the session's settings into one SettingsState after another.

    Args:
        find_choices: What there is on this machine, by the name of the setting; called on a task's thread.
    """

    def __init__(
        self,
        *,
        session: Session,
        source: SourcePort,
        tasks: Tasks,
        find_choices: Callable[[], Mapping[str, tuple[Option, ...]]],
        show: Callable[[SettingsState], None],
    ) -> None:
        self._session = session
        self._source = source
        self._tasks = tasks
        self._find_choices = find_choices
        self._show_state = show
        self._choices: Mapping[str, tuple[Option, ...]] = MappingProxyType({})
        self._refused: dict[str, tuple[str, str]] = {}
        self.state = SettingsState()
        session.observe(self._show)
        self._show()

    def look_around(self) -> None:
        """Find anew what there is to choose from."""
        self._tasks.run(self._find_choices, self._found, self._session.fail)

    def search(self, query: str) -> None:
        """Show only the settings in whose words every word of the query occurs."""
        self.state = replace(self.state, query=query)
        self._show()

    def change(self, name: str, value: Any) -> None:
        """Use another value; words that were typed are read as a number where the setting is one."""
        self._refused.pop(name, None)
        try:
            settings = self._session.settings.replace(**{name: _read(name, value)})
        except SettingsError as error:
            self._refused[name] = (str(value), str(error).replace(f"The setting {name}", about(name).label))
            self._show()
            return
        if settings == self._session.settings:
            self._show()
            return
        self._session.keep(settings)
        if name == "source" and settings.source:
            self._source.open(settings.source)

    def reset(self, name: str) -> None:
        """Use the value that the program comes with."""
        self.change(name, getattr(_DEFAULTS, name))

    def restart(self) -> None:
        """Start the engine with the models that the settings name."""
        self._session.restart_engine()

    def _found(self, choices: Mapping[str, tuple[Option, ...]]) -> None:
        self._choices = choices
        self._show()

    def _show(self) -> None:
        words = self.state.query.casefold().split()
        rows = tuple(row for row in self._rows() if all(word in f"{row.group} {row.label} {row.help}".casefold() for word in words))
        waits = self._session.needs_restart
        restart = "The engine still runs with the models as they were. Start it again to use the new ones." if waits else ""
        self.state = replace(self.state, rows=rows, restart=restart)
        self._show_state(self.state)

    def _rows(self) -> Iterator[SettingRow]:
        """The whole table, and after the detector the encoder, which the gallery decides and not a setting."""
        for name in _NAMES:
            yield self._row(name)
            if name == "detector":
                yield self._encoder()

    def _encoder(self) -> SettingRow:
        card = self._session.card
        return SettingRow(
            name="encoder",
            group=about("detector").group,
            label="Encoder",
            help="Tells faces apart. Another one is compared first, and nobody enrolled is lost by the change.",
            editor=Editor.PAGE,
            value=card.model_id if card else "",
            text=card.model_id if card else "",
            note=f"In use: {card.model_id}." if card else "",
            way="Compare and change…",
        )

    def _row(self, name: str) -> SettingRow:
        row, value = about(name), getattr(self._session.settings, name)
        text, trouble = self._refused.get(name, (_words(value), ""))
        options = self._options(name, row, value)
        return SettingRow(
            name=name,
            group=row.group,
            label=row.label,
            help=row.help,
            editor=Editor.SWITCH if _KINDS[name] is bool else Editor.CHOICE if options else Editor.TEXT,
            value=value,
            text=text,
            options=options,
            note=self._note(name, value) or next((option.about for option in options if option.value == value), ""),
            trouble=trouble,
            is_default=value == getattr(_DEFAULTS, name) and not trouble,
            way="Measure it on your own people…" if name == "threshold" else "",
        )

    def _options(self, name: str, row: About, value: Any) -> tuple[Option, ...]:
        """The values to choose from, the present one always among them; empty where anything can be typed."""
        options = self._choices.get(name, ()) or tuple(Option(choice, choice) for choice in row.choices)
        if name == "target_fmr" and self._session.card:
            options = tuple(
                Option(point.target_fmr, f"{one_in(point.target_fmr)} – τ {decimal(point.threshold)}")
                for point in _points(self._session.card)
            )
        if options and all(option.value != value for option in options):
            return (*options, Option(value, one_in(value) if name == "target_fmr" else str(value)))
        return options

    def _note(self, name: str, value: Any) -> str:
        running = self._session.running
        if hasattr(running, name) and getattr(running, name) != value:
            return f"Waits for the engine to start again; it runs with “{_words(getattr(running, name))}”."
        settings, card = self._session.settings, self._session.card
        if card is None or not card.operating_points:
            return ""
        own, measured_on = settings.threshold_for(card.key), settings.threshold_from
        if name == "target_fmr":
            unused = f"Not used: the threshold is {'from your own people' if measured_on else 'set by hand'}."
            return unused if own > 0 else _meaning(card.operating_point(value))
        if name == "threshold" and own > 0:
            return f"{f'From your own people: {measured_on}. ' if measured_on else ''}{_place(own, _points(card))}"
        if name == "threshold" and value > 0:
            return f"Not used: it was measured with {settings.threshold_encoder}. The card of {card.model_id} decides."
        if name == "uncertain_margin" and value < 0:
            return f"From the card: {decimal(card.operating_point(settings.target_fmr).uncertain_margin)}."
        return ""


def _read(name: str, value: Any) -> Any:
    """What was typed, as the kind of value that the setting takes.

    Raises:
        SettingsError: It is no number where one is wanted.
    """
    kind = _KINDS[name]
    if not isinstance(value, str) or kind is str:
        return value
    try:
        return parsed_whole(value) if kind is int else parsed(value)
    except ValueError:
        row = about(name)
        number = "a whole number" if kind is int else "a number"
        raise SettingsError(f"“{value}” is not {number}.", hint=f"It lies between {_words(row.low)} and {_words(row.high)}.") from None


def _words(value: Any) -> str:
    return significant(value, 6) if isinstance(value, float) else str(value)


def _points(card: ModelCard) -> list[OperatingPoint]:
    return sorted(card.operating_points, key=lambda point: -point.target_fmr)


def _meaning(point: OperatingPoint) -> str:
    """The operating point in words, with what was measured."""
    count = point.target_fmr * 10_000
    passed = (
        f"of {whole(10_000)} pictures of different people about {significant(count)} pass as one"
        if count >= 1
        else f"{one_in(point.target_fmr)} passes"
    )
    return (
        f"Limit τ {decimal(point.threshold)}: {passed}, and {percent(point.fnmr, 1)} of one person’s own pictures are missed "
        f"(95%: {percent(point.fnmr_interval.low, 1)} to {percent(point.fnmr_interval.high, 1)}). Measured on {point.measured_on}."
    )


def _place(threshold: float, points: list[OperatingPoint]) -> str:
    """Between which measured points a limit set by hand lies; `points` from the loosest to the strictest."""
    looser = [point for point in points if point.threshold >= threshold]
    stricter = [point for point in points if point.threshold < threshold]
    if not looser:
        return f"Looser than every measured limit: more than {one_in(points[0].target_fmr)} different people pass as one."
    if not stricter:
        return f"Stricter than every measured limit: at most {one_in(points[-1].target_fmr)} different people pass as one."
    low, high = one_in(stricter[0].target_fmr), one_in(looser[-1].target_fmr)
    return f"Between the limits for {low} (τ {decimal(stricter[0].threshold)}) and {high} (τ {decimal(looser[-1].threshold)})."
