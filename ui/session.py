"""What all pages share: the engine's state, the enrolled people, the gallery and the rule in force. Free of Qt; used in one thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from facekit.cards import ModelCard
from facekit.engine.port import EnginePhase, EnginePort, EngineState
from facekit.errors import EngineError, FacekitError, ModelError, StoreError
from facekit.matching.decide import DecisionRule
from facekit.matching.gallery import Gallery
from facekit.pipeline_config import PipelineConfig
from facekit.settings import Settings
from facekit.store.base import Repository
from facekit.types import EncoderKey, Person
from ui.ports import Lane, Notice, NoticeKind, Tasks

T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """The store as it was at one moment.

    Args:
        gallery: Of the encoder in use; None while it is not known.
    """

    people: tuple[Person, ...]
    gallery: Gallery | None


class Session:
    """Holds what is in force and keeps the engine's gallery in step with the store.

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
        self.engine_state = EngineState(EnginePhase.STOPPED)
        self.card: ModelCard | None = None
        self.rule: DecisionRule | None = None
        self.people: tuple[Person, ...] = ()
        self.gallery: Gallery | None = None
        self.is_open = False

    def observe(self, changed: Callable[[], None], *, notice: Callable[[Notice], None] | None = None) -> None:
        """Have `changed` called after each change from now on, and `notice` with each notice."""
        self._observers.append(changed)
        if notice:
            self._notice_observers.append(notice)

    def start(self) -> None:
        """Open the store and start the engine; both go on by themselves."""
        self._tasks.run(self._opened, self._take_in, self.fail, lane=Lane.DATABASE)
        self._engine.start()

    def name(self, person_id: int | None) -> str:
        """The person's name; "someone" for one who was removed since."""
        return next((person.name for person in self.people if person.person_id == person_id), "someone")

    @property
    def gallery_revision(self) -> int:
        """Of the gallery in force; −1 while there is none."""
        return self.gallery.revision if self.gallery else -1

    def engine_changed(self, state: EngineState) -> None:
        """Take in what the engine says of itself."""
        self.engine_state = state
        if state.phase is EnginePhase.READY and state.card and (self.card is None or state.card.key != self.card.key):
            self.card, self.gallery = state.card, None
            self._decide_rule()
            self.refresh()
        if state.detail and state.phase in (EnginePhase.FAILED, EnginePhase.READY):
            self.fail(EngineError(state.detail, hint=state.hint))
        self._changed()

    def refresh(self) -> None:
        """Read the people and the gallery again: another program may have changed them."""
        if self.is_open:
            self.change(lambda _: None, lambda _: None, self.fail)

    def change(self, work: Callable[[Repository], T], done: Callable[[T], None], failed: Callable[[FacekitError], None]) -> None:
        """Do `work` with the store on the database lane; `done` is called after people and gallery have followed."""
        key = self._key()

        def job() -> tuple[T, Snapshot]:
            repository = self._require()
            value = work(repository)
            return value, _snapshot(repository, key)

        def finished(result: tuple[T, Snapshot]) -> None:
            self._take_in(result[1])
            done(result[0])

        self._tasks.run(job, finished, failed, lane=Lane.DATABASE)

    def read(self, work: Callable[[Repository], T], done: Callable[[T], None], failed: Callable[[FacekitError], None]) -> None:
        """Ask the store something on the database lane; nothing of it is changed."""
        self._tasks.run(lambda: work(self._require()), done, failed, lane=Lane.DATABASE)

    def keep(self, settings: Settings) -> None:
        """Use the settings from now on, and write them down."""
        self.settings = settings
        self._tasks.run(lambda: self._keep_settings(settings), lambda _: None, self.fail)
        self._changed()

    def restart_engine(self) -> None:
        """Start the engine's process again with the models that the settings name."""
        self._engine.restart(PipelineConfig.of(self.settings))

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
        return _snapshot(self._repository, None)

    def _require(self) -> Repository:
        if self._repository is None:
            raise StoreError("The database is not open.", hint="Mend what the status line said of it and start the program again.")
        return self._repository

    def _take_in(self, snapshot: Snapshot) -> None:
        was_open, self.is_open = self.is_open, True
        self.people = snapshot.people
        if snapshot.gallery is not None and self._key() == snapshot.gallery.key:
            self.gallery = snapshot.gallery
            self._tell_engine()
        elif not was_open and self._key() is not None:
            self.refresh()
        self._changed()

    def _key(self) -> EncoderKey | None:
        return self.card.key if self.card else None

    def _decide_rule(self) -> None:
        assert self.card is not None
        try:
            self.rule = DecisionRule.of(self.settings, self.card)
        except ModelError as error:
            self.rule = None
            self.fail(error)

    def _tell_engine(self) -> None:
        if self.rule is not None:
            self._engine.set_gallery(self.gallery, self.rule)

    def _changed(self) -> None:
        for changed in self._observers:
            changed()

    def _notify(self, notice: Notice) -> None:
        for told in self._notice_observers:
            told(notice)


def _snapshot(repository: Repository, key: EncoderKey | None) -> Snapshot:
    return Snapshot(repository.people(), repository.gallery(key) if key else None)
