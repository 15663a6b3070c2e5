"""The encoders, and the gallery's move from one to another. No Qt here."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from facekit.errors import FacekitError, ModelError, PromotionRefusedError
from facekit.evaluation.promotion import Verdict
from facekit.models.exchange import delete_encoder, export_encoder
from facekit.models.inventory import KnownEncoder, Origin, find_encoder
from facekit.models.moving import promote, promotion, release, roll_back
from facekit.store.base import EncoderChange, NewChange, Repository
from facekit.types import EncoderKey
from ui.job import Job, Told
from ui.language import count_words, decimal
from ui.pages.models.compare_presenter import ComparePresenter
from ui.pages.models.overview import Overview, overview
from ui.pages.models.state import ModelsState, Question
from ui.pages.models.wording import encoder_card, needing_words
from ui.ports import Clock, CommandRunner, Tasks
from ui.session import Session


class ModelsPresenter:
    """Turns what the store and the disk say of the encoders into one ModelsState after another.

    Args:
        database: The file of the store: re-encoding opens it in a process of its own.
        show: Is given every new state.
    """

    def __init__(
        self,
        *,
        session: Session,
        tasks: Tasks,
        clock: Clock,
        commands: CommandRunner,
        database: Path,
        show: Callable[[ModelsState], None],
    ) -> None:
        self._session = session
        self._tasks = tasks
        self._database = database
        self._show_state = show
        self._known: Overview | None = None
        self._seen: object = None
        self._verdicts: dict[tuple[EncoderKey, EncoderKey], Verdict] = {}
        self._question: Question | None = None
        self._confirmed: Callable[[str], None] = lambda _: None
        self._job = Job(commands, clock, self._job_changed)
        self.comparison = ComparePresenter(job=self._job, database=database, changed=self._show, judged=self._judged, failed=session.fail)
        self.state = ModelsState()
        session.observe(self._session_changed)

    def refresh(self, *, then_ask: str = "") -> None:
        """Look at the store and the disk again; another program may have changed them.

        Args:
            then_ask: The encoder of which it is then asked whether it is to be the active one.
        """
        if self._session.is_open:
            self._session.read(overview, partial(self._take_in, then_ask=then_ask), self._session.fail)

    def ask_to_promote(self, name: str) -> None:
        """Ask whether an encoder is to be made the active one, or why it should be in spite of what is known of it."""
        if encoder := self._free(name):
            ask = partial(promotion, card=encoder.card, verdict=self._verdict(encoder))
            self._session.read(ask, partial(self._may_promote, encoder), partial(self._refused, encoder))

    def ask_to_roll_back(self) -> None:
        """Ask whether the encoder before the last change is to be the active one again."""
        if self._is_busy():
            return
        if not self.state.way_back:
            self._session.fail(ModelError("There is no encoder to go back to: none was made active, or the former was let go."))
            return
        words = f"Make {self.state.way_back} the active encoder again? Whom it does not know stays with the encoder that does."
        self._ask(Question(words, "Roll back"), lambda _: self._roll_back())

    def ask_to_release(self, name: str) -> None:
        """Ask whether all that an encoder made is to be deleted."""
        if encoder := self._free(name):
            made = count_words(encoder.template_count, "template")
            words = f"Let {name} go? The {made} that it made are deleted for good, and nothing leads back to it then."
            self._ask(Question(words, "Let it go", is_final=True), lambda _: self._release(name))

    def ask_to_delete(self, name: str) -> None:
        """Ask whether an encoder's files are to be deleted; one that is in use is refused with the reason."""
        encoder = self._free(name)
        if encoder is None:
            return
        if encoder.template_count:
            made = count_words(encoder.template_count, "template")
            self._session.fail(
                ModelError(
                    f"{name} cannot be deleted: {made} that it made {'is' if encoder.template_count == 1 else 'are'} kept.",
                    hint="Let it go first.",
                )
            )
            return
        words = (
            f"Delete {name} from this machine? {decimal(encoder.size / 1e6, 1)} MB are deleted for good; export it first to keep a copy."
        )
        self._ask(Question(words, "Delete for good", is_final=True), lambda _: self._delete(name))

    def decline(self) -> None:
        """Do nothing of what was asked."""
        self._question = None
        self._show()

    def confirm(self, reason: str) -> None:
        """Do what was asked, for that reason where one was wanted."""
        question, self._question = self._question, None
        self._show()
        if question and (reason.strip() or not question.wants_reason):
            self._confirmed(reason.strip() if question.wants_reason else "")

    def reencode(self, name: str = "") -> None:
        """Make from the kept pictures what an encoder, else the active one, makes of them, beside what is there."""
        encoder = self._free(name or self._active_name())
        if encoder is None or self._known is None:
            return
        coverage = self._known.coverage[encoder.card.key]
        if coverage.to_encode:
            self._bring_across(encoder.card.model_id, self._reencoded)
        else:
            words = f"{encoder.card.model_id} has seen every kept picture already."
            self._session.say(f"{words} {needing_words(coverage, encoder.card.model_id)}".strip())

    def bring_in(self, source: Path) -> None:
        """Install an encoder from a folder or a zip."""
        if not self._is_busy():
            self._install(source, f"Installing the encoder in {source.name}", self._installed)

    def export(self, name: str, target: Path) -> None:
        """Write an encoder with its card to a zip or a new folder."""
        if self._known and (encoder := self._known.named(name)):
            self._tasks.run(
                partial(export_encoder, encoder, target),
                lambda path: self._session.say(f"{name} was written to {path}."),
                self._session.fail,
            )

    def open_comparison(self, name: str = "") -> None:
        """Offer to compare the active encoder with another one: the one of that name, or the next there is."""
        others = [card.name for card in self.state.cards if card.name != self._active_name()]
        if not others:
            self._session.say("There is one encoder on this machine: import or train another one to compare it with.")
        else:
            self.comparison.open(self._active_name(), name if name in others else others[0])

    def cancel(self) -> None:
        """End what goes on; what was re-encoded so far stays, and the rest can follow later."""
        self._job.cancel()

    def _active_name(self) -> str:
        active = self._known.active if self._known else None
        return active.card.model_id if active else ""

    def _is_busy(self) -> bool:
        if work := self._job.work:
            self._session.fail(FacekitError(f"{work.words} is going on.", hint="Wait for its end, or cancel it."))
        return work is not None

    def _free(self, name: str) -> KnownEncoder | None:
        """The encoder of that name; None where there is none, or something else is being done."""
        return None if self._is_busy() or self._known is None else self._known.named(name)

    def _verdict(self, encoder: KnownEncoder) -> Verdict | None:
        """Of its comparison with the active one, measured here, else the one that came with it."""
        active = self._known.active if self._known else None
        measured = self._verdicts.get((active.card.key, encoder.card.key)) if active else None
        return measured or encoder.verdict

    def _judged(self, verdict: Verdict) -> None:
        self._verdicts[verdict.old, verdict.new] = verdict
        self._show()

    def _ask(self, question: Question, confirmed: Callable[[str], None]) -> None:
        self._question, self._confirmed = question, confirmed
        self._show()

    def _may_promote(self, encoder: KnownEncoder, _change: NewChange) -> None:
        name, verdict = encoder.card.model_id, self._verdict(encoder)
        words = (f"Make {name} the active encoder?", verdict.reason if verdict else "", self._consequence(name))
        self._ask(Question(" ".join(filter(None, words)), "Make it active"), partial(self._promote, encoder))

    def _refused(self, encoder: KnownEncoder, error: FacekitError) -> None:
        if not isinstance(error, PromotionRefusedError):
            self._session.fail(error)
            return
        verdict, name = self._verdict(encoder), encoder.card.model_id
        known = verdict.reason if verdict else f"{name} was not compared with {self._active_name()}, the active encoder."
        words = (
            f"{known} Compare the two on a folder first, or say why {name} should be the active one all the same: the reason is recorded."
        )
        self._ask(Question(words, "Force it", wants_reason=True), partial(self._promote, encoder))

    def _consequence(self, name: str) -> str:
        encoder = self._known.named(name) if self._known else None
        coverage = self._known.coverage[encoder.card.key] if self._known and encoder else None
        if coverage is None or not coverage.people:
            return ""
        kept, left = len(coverage.to_encode), len(coverage.needing)
        parts = [f"{count_words(kept, 'kept picture')} {'is' if kept == 1 else 'are'} re-encoded first."] if kept else []
        stays = "stays" if left == 1 else "stay"
        parts += (
            [f"{count_words(left, 'person', 'people')} of whom none was kept {stays} with the encoder that knows them."] if left else []
        )
        return " ".join(parts)

    def _promote(self, encoder: KnownEncoder, reason: str) -> None:
        """Install it where it is a candidate, re-encode what is kept, then switch."""
        name, verdict = encoder.card.model_id, self._verdict(encoder)

        def switch(_: Told | None) -> None:
            work = partial(promote, card=encoder.card, verdict=verdict, reason=reason)
            self._session.change(work, self._switched, self._session.fail)

        def across(_: Told | None) -> None:
            if self._known and self._known.coverage[encoder.card.key].to_encode:
                self._bring_across(name, switch)
            else:
                switch(None)

        if encoder.origin is Origin.CANDIDATE:
            self._install(encoder.folder, f"Installing {name}", across)
        else:
            across(None)

    def _install(self, source: Path, title: str, done: Callable[[Told], None]) -> None:
        self._job.run(["models", "import", str(source), "--db", str(self._database)], title, done=done, failed=self._session.fail)

    def _bring_across(self, name: str, done: Callable[[Told], None]) -> None:
        words = ["models", "reencode", name, "--db", str(self._database)]
        self._job.run(words, f"Re-encoding kept pictures for {name}", done=done, failed=self._session.fail)

    def _installed(self, answer: Told) -> None:
        self._session.say(f"{answer['name']} is installed.")

    def _reencoded(self, answer: Told) -> None:
        unreadable, needing = len(answer["unreadable"]), answer["needing"]
        parts = [f"{count_words(answer['done'] - unreadable, 'picture')} re-encoded for {answer['encoder']}."]
        parts += [f"{count_words(unreadable, 'picture')} cannot be read."] if unreadable else []
        parts += [f"A new picture is needed of {', '.join(needing)}."] if needing else []
        self._session.say(" ".join(parts))

    def _roll_back(self) -> None:
        self._session.change(roll_back, self._switched, self._session.fail)

    def _switched(self, entry: EncoderChange) -> None:
        self._session.say(f"{entry.change.new.encoder_id} is the active encoder now.")
        self.refresh()

    def _release(self, name: str) -> None:
        def released(count: int) -> None:
            self._session.say(f"{name} was let go: {count_words(count, 'template')} deleted.")
            self.refresh()

        def refused(error: FacekitError) -> None:
            self._session.fail(type(error)(error.message, hint="Enrol a new picture of each first."))

        self._session.change(partial(release, name=name), released, refused)

    def _delete(self, name: str) -> None:
        def work(repository: Repository) -> None:
            delete_encoder(find_encoder(repository, name))

        def deleted(_: None) -> None:
            self._session.say(f"{name} was deleted.")
            self.refresh()

        self._session.read(work, deleted, self._session.fail)

    def _job_changed(self) -> None:
        """Whatever a command came to, it may have changed the store or the disk."""
        self._show()
        if self._job.work is None:
            self._session.refresh()
            self.refresh()

    def _session_changed(self) -> None:
        """Read again where people, templates or encoders are others than before."""
        now = (self._session.gallery_revision, tuple(card.key for card in self._session.cards), self._session.is_open)
        if now != self._seen:
            self._seen = now
            self.refresh()

    def _take_in(self, known: Overview, *, then_ask: str = "") -> None:
        self._known = known
        self._show()
        if then_ask:
            self.ask_to_promote(then_ask)

    def _show(self) -> None:
        known = self._known
        cards = tuple(encoder_card(known, encoder, self._verdict(encoder)) for encoder in known.encoders) if known else ()
        self.state = ModelsState(
            is_loaded=known is not None,
            cards=cards,
            way_back=known.way_back.encoder_id if known and known.way_back else "",
            question=self._question,
            work=self._job.work,
            comparison=self.comparison.state(tuple(card.name for card in cards)),
        )
        self._show_state(self.state)
