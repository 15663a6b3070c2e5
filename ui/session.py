"""What all pages share: the engine's state, the enrolled people, the galleries and the rules in force. Free of Qt; used in one thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from facekit.cards import ModelCard
from facekit.engine.port import EnginePhase, EnginePort, EngineState
from facekit.errors import EngineError, FacekitError, ModelError, StoreError
from facekit.matching.decide import DecisionRule, Search, rules_of
from facekit.matching.gallery import Gallery
from facekit.models.in_force import in_force
from facekit.pipeline_config import DEFAULT_ENCODER, PipelineConfig
from facekit.settings import Settings
from facekit.store.base import Repository
from facekit.types import EncoderKey, Person
from ui.ports import Lane, Notice, NoticeKind, Tasks

T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """The store as it was at one moment.

    Args:
        keys: The encoders in memory, the active one first; empty while they are not known.
        galleries: Theirs, in that order; nobody is in two.
        lost: Those whom none of these encoders knows.
        needing: Those whom the active one does not know and of whom no picture is kept that it could be shown.
        encoders: The names of those that should be in memory.
        absent: The encoder that should be the active one but is not on this machine; else None.
    """

    people: tuple[Person, ...]
    keys: tuple[EncoderKey, ...]
    galleries: tuple[Gallery, ...]
    lost: tuple[Person, ...]
    needing: tuple[Person, ...]
    encoders: tuple[str, ...]
    absent: EncoderKey | None


class Session:
    """Holds what is in force and keeps the engine's models and galleries in step with the store.

    People whom the active encoder does not know yet are searched for by the one that does, loaded beside it.

    Args:
        open_repository: Called once, on the database lane.
        keep_settings: Writes the settings; called on the general lane.
    """

    def __init__(
        self,
        *,
        tasks: Tasks,
        engine: EnginePort,
        open_repository: Callable[[], Repository],
        settings: Settings,
        keep_settings: Callable[[Settings], None],
    ) -> None:
        self._tasks = tasks
        self._engine = engine
        self._open_repository = open_repository
        self._keep_settings = keep_settings
        self._repository: Repository | None = None
        self._observers: list[Callable[[], None]] = []
        self._notice_observers: list[Callable[[Notice], None]] = []
        self.settings = settings
        self.running = PipelineConfig.of(settings)
        self.engine_state = EngineState(EnginePhase.STOPPED)
        self.cards: tuple[ModelCard, ...] = ()
        self.rules: tuple[DecisionRule, ...] = ()
        self.people: tuple[Person, ...] = ()
        self.galleries: tuple[Gallery, ...] = ()
        self.lost: tuple[Person, ...] = ()
        self.needing: tuple[Person, ...] = ()
        """Whoever needs a new picture before the active encoder knows them; one beside it may know them until then."""
        self._encoders: tuple[str, ...] = (DEFAULT_ENCODER,)
        self._absent: EncoderKey | None = None
        self.is_open = False
        self.store_trouble = ""
        """Why the store could not be opened."""
        self.looks_itself = False
        """Whether the page in front has the frames looked at by itself; they are recognised too only where sightings are recorded."""
        self.name_to_enrol = ""
        """Whom the Enrol page begins with when it is next shown."""
        self.encoder_to_promote = ""
        """Which encoder the Models page asks about when it is next shown."""

    def observe(self, changed: Callable[[], None], *, notice: Callable[[Notice], None] | None = None) -> None:
        """Have `changed` called after each change from now on, and `notice` with each notice."""
        self._observers.append(changed)
        if notice:
            self._notice_observers.append(notice)

    def start(self) -> None:
        """Open the store, and start the engine with the models that it needs; both go on by themselves."""
        self._tasks.run(self._opened, self._begin, self._begin_without_store, lane=Lane.DATABASE)

    def name(self, person_id: int | None) -> str:
        """The person's name; "someone" for one who was removed since."""
        return next((person.name for person in self.people if person.person_id == person_id), "someone")

    @property
    def card(self) -> ModelCard | None:
        """Of the active encoder in memory."""
        return self.cards[0] if self.cards else None

    @property
    def rule(self) -> DecisionRule | None:
        """What decides in the active encoder's gallery; None while that is not known, or it was never calibrated."""
        return self.rules[0] if self.rules else None

    @property
    def gallery(self) -> Gallery | None:
        """Of the active encoder; None while it is not known."""
        return self.galleries[0] if self.galleries else None

    @property
    def searches(self) -> tuple[Search, ...]:
        """The galleries with their rules, the active encoder's first; empty while either is not known."""
        return tuple(map(Search, self.galleries, self.rules))

    @property
    def needs_restart(self) -> bool:
        """Whether the settings name other models than those that the engine was last started with."""
        return self.running != PipelineConfig.of(self.settings)

    @property
    def gallery_revision(self) -> int:
        """Of the galleries in force; −1 while there is none."""
        return self.gallery.revision if self.gallery else -1

    def engine_changed(self, state: EngineState) -> None:
        """Take in what the engine says of itself."""
        self.engine_state = state
        if state.phase is EnginePhase.READY and state.card and (cards := (state.card, *state.beside)) != self.cards:
            self.cards, self.galleries = cards, ()
            self._decide_rules()
            self.refresh()
        if state.detail and state.phase in (EnginePhase.FAILED, EnginePhase.READY):
            self.fail(EngineError(state.detail, hint=state.hint))
        self._changed()

    def refresh(self) -> None:
        """Read the people and the galleries again: another program may have changed them."""
        if self.is_open:
            self.change(lambda _: None, lambda _: None, self.fail)

    def change(self, work: Callable[[Repository], T], done: Callable[[T], None], failed: Callable[[FacekitError], None]) -> None:
        """Do `work` with the store on the database lane; `done` is called after people and galleries have followed."""
        keys = self._keys()

        def job() -> tuple[T, Snapshot]:
            repository = self._require()
            value = work(repository)
            return value, _snapshot(repository, keys)

        def finished(result: tuple[T, Snapshot]) -> None:
            self._take_in(result[1])
            done(result[0])

        self._tasks.run(job, finished, failed, lane=Lane.DATABASE)

    def read(self, work: Callable[[Repository], T], done: Callable[[T], None], failed: Callable[[FacekitError], None]) -> None:
        """Do `work` with the store on the database lane; nobody enrolled is changed by it."""
        self._tasks.run(lambda: work(self._require()), done, failed, lane=Lane.DATABASE)

    def keep(self, settings: Settings) -> None:
        """Use the settings from now on, and write them down."""
        self.settings = settings
        self._tasks.run(lambda: self._keep_settings(settings), lambda _: None, self.fail)
        before = self.rules
        if self.cards:
            self._decide_rules()
        if self.rules != before:
            self._tell_engine()
        self._changed()

    def restart_engine(self) -> None:
        """Start the engine's process again with the models that the settings name and the encoders that the store needs."""
        self.running = PipelineConfig.of(self.settings)
        self._engine.restart(PipelineConfig.of(self.settings, self._encoders))
        self._changed()

    def say(self, text: str) -> None:
        """Show one sentence in the status line."""
        self._notify(Notice(NoticeKind.INFO, text))

    def fail(self, error: FacekitError) -> None:
        """Show what went wrong in the status line."""
        self._notify(Notice(NoticeKind.ERROR, str(error)))

    def close(self) -> None:
        """Stop the engine and let go of the store."""
        self._engine.stop()
        if self._repository:
            self._tasks.run(self._repository.close, lambda _: None, lambda _: None, lane=Lane.DATABASE)

    def _opened(self) -> Snapshot:
        self._repository = self._open_repository()
        return _snapshot(self._repository, ())

    def _begin(self, snapshot: Snapshot) -> None:
        self._encoders = snapshot.encoders
        self.restart_engine()
        self._engine.start()
        self._take_in(snapshot)

    def _begin_without_store(self, error: FacekitError) -> None:
        self.store_trouble = str(error)
        self.fail(error)
        self._engine.start()

    def _require(self) -> Repository:
        if self._repository is None:
            raise StoreError("The database is not open.", hint="Mend what the status line said of it and start the program again.")
        return self._repository

    def _take_in(self, snapshot: Snapshot) -> None:
        was_open, self.is_open = self.is_open, True
        self.people = snapshot.people
        if snapshot.keys and self._keys() == snapshot.keys:
            self.galleries, self.needing = snapshot.galleries, snapshot.needing
            self._tell_engine()
            self._tell_lost(snapshot.lost)
        elif not was_open and self.cards:
            self.refresh()
        if snapshot.encoders[0] != self._encoders[0] or set(snapshot.encoders) - set(self._encoders):
            self._encoders = snapshot.encoders
            self.restart_engine()
        self._tell_absent(snapshot.absent)
        self._changed()

    def _keys(self) -> tuple[EncoderKey, ...]:
        return tuple(card.key for card in self.cards)

    def _decide_rules(self) -> None:
        try:
            self.rules = rules_of(self.settings, self.cards)
        except ModelError as error:
            self.rules = ()
            self.fail(error)

    def _tell_engine(self) -> None:
        if self.searches:
            self._engine.set_searches(self.searches)

    def _tell_lost(self, lost: tuple[Person, ...]) -> None:
        """Say who cannot be recognised, once."""
        if lost and lost != self.lost:
            names = ", ".join(person.name for person in lost)
            self.fail(ModelError(f"Not recognised by any encoder here: {names}.", hint="Enrol a new picture of each."))
        self.lost = lost

    def _tell_absent(self, key: EncoderKey | None) -> None:
        """Say that the store's encoder is missing, once."""
        if key and key != self._absent:
            self.fail(
                ModelError(
                    f"The encoder {key} of this database is not on this machine: {self._encoders[0]} stands in for it.",
                    hint=f"Import it again: facekit models import FOLDER, or go back: facekit models promote {self._encoders[0]}.",
                )
            )
        self._absent = key

    def _changed(self) -> None:
        for changed in self._observers:
            changed()

    def _notify(self, notice: Notice) -> None:
        for told in self._notice_observers:
            told(notice)


def _snapshot(repository: Repository, keys: tuple[EncoderKey, ...]) -> Snapshot:
    """The store now, for the encoders in memory, and which it needs there."""
    galleries = repository.galleries(keys) if keys else ()
    lost = repository.people_without(keys) if keys else ()
    needing = repository.coverage(keys[0]).needing if keys and repository.people_without(keys[:1]) else ()
    try:
        wanted = in_force(repository)
    except ModelError:
        return Snapshot(repository.people(), keys, galleries, lost, needing, (DEFAULT_ENCODER,), None)  # the engine will say so
    return Snapshot(repository.people(), keys, galleries, lost, needing, wanted.names, wanted.absent)
