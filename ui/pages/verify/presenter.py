"""Verifying 1:1: an enrolled person or a photo against the camera or a photo. No Qt here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from facekit.cards import ModelCard
from facekit.engine.port import EnginePhase, EnginePort
from facekit.enrolment import MOST_FACES, main_face
from facekit.errors import FacekitError, ImageError
from facekit.imaging import read_image
from facekit.matching.decide import Search
from facekit.matching.track import Tracker
from facekit.types import Decision, Frame, ObservedFace, Outcome, Pixels, Sample
from facekit.verification import compare_samples, verdict_words, verify_claim
from ui.enrolment import kept_face
from ui.exclusion import ExclusionQuestion
from ui.language import count_words, decimal
from ui.pages.verify.state import ClaimKind, PersonChoice, ProbeKind, Shown, Verdict, VerifyState
from ui.ports import SourcePhase, SourceState, Tasks
from ui.session import Session

_VERDICTS = {
    Outcome.MATCH: Verdict.SAME,
    Outcome.UNCERTAIN: Verdict.UNCERTAIN,
    Outcome.POOR_SAMPLE: Verdict.POOR,
}


@dataclass(frozen=True, slots=True, eq=False)
class _Photo:
    """A photo of one side, looked at or not.

    Args:
        trouble: Why it cannot be used; empty where it can.
        samples: All its faces, largest first.
        meant: The face that is meant; None while that is not settled.
    """

    name: str = ""
    picture: Pixels | None = None
    trouble: str = ""
    samples: tuple[Sample, ...] = ()
    meant: Sample | None = None

    def shown(self) -> Shown:
        """As the page shows it."""
        choices = () if self.meant else tuple(sample.aligned.pixels for sample in self.samples[:MOST_FACES])
        box = self.meant.face.box if self.meant else None
        words = self.trouble or (f"{self.name} shows {len(self.samples)} faces of like size. Which one is meant?" if choices else self.name)
        return Shown(self.picture, box, choices, words)


class VerifyPresenter:
    """Turns a claim and a probe into one verdict after another; the camera is looked at only while the page is in front.

    Args:
        show: Is given every new state.
    """

    def __init__(self, *, session: Session, engine: EnginePort, tasks: Tasks, show: Callable[[VerifyState], None]) -> None:
        self._session = session
        self._engine = engine
        self._tasks = tasks
        self._show_state = show
        self._is_shown = False
        self._is_looking = False
        self._turn = 0
        self._tracker = Tracker()
        self._photos = {"claim": _Photo(), "probe": _Photo()}
        self._seen: tuple[Sample, ...] | None = None
        self._steady: Decision | None = None
        self._picture: Pixels | None = None
        self._source = SourceState()
        self._searched: tuple[Search, ...] = ()
        self.exclusion = ExclusionQuestion(session=session, changed=self._show)
        self.state = VerifyState(people=self._found(""))
        session.observe(self._session_changed)

    def shown(self, is_shown: bool) -> None:
        """Whether the page is in front."""
        self._is_shown = is_shown
        self._forget_camera()
        self._show()

    def claim_by(self, kind: ClaimKind) -> None:
        """Claim an enrolled person, or the one on a photo."""
        self._forget_camera()
        self._show(claim_kind=kind)

    def probe_by(self, kind: ProbeKind) -> None:
        """Take the probe from the camera, or from a photo."""
        self._forget_camera()
        self._show(probe_kind=kind)

    def search(self, query: str) -> None:
        """List the people whose names have this in them."""
        self._show(query=query, people=self._found(query))

    def choose_person(self, person_id: int) -> None:
        """Claim this person."""
        if person_id == self.state.person_id:
            return
        self._forget_camera()
        self._show(person_id=person_id, kept_face=None)
        self._session.read(lambda repository: kept_face(repository, person_id), partial(self._face_read, person_id), lambda _: None)

    def choose_photo(self, side: str, path: Path) -> None:
        """Look at a photo for the "claim" or the "probe"."""
        kinds: dict[str, object] = {"claim_kind": ClaimKind.PHOTO} if side == "claim" else {"probe_kind": ProbeKind.PHOTO}
        photo = self._photos[side] = _Photo(path.name, trouble=f"Looking at {path.name}…")
        self._forget_camera()
        self._show(**kinds)
        self._tasks.run(partial(read_image, path), partial(self._photo_read, side, photo), partial(self._photo_failed, side, photo, path))

    def choose_face(self, side: str, index: int) -> None:
        """Which of several faces of a photo is meant."""
        photo = self._photos[side]
        self._photos[side] = replace(photo, meant=photo.samples[index])
        self._forget_camera()
        self._show()

    def exclude(self) -> None:
        """Ask whether the probe is to be remembered as not being the claimed person."""
        _, samples, _ = self._answer()
        if self.state.can_exclude and self.state.person_id is not None and samples:
            photo = self.state.probe_kind is ProbeKind.PHOTO
            self.exclusion.ask(self.state.person_id, samples[-1], self._photos["probe"].name if photo else f"camera {self._source.label}")

    def source_changed(self, source: SourceState) -> None:
        """Take in how the source fares."""
        self._source = source
        has_camera = source.phase not in (SourcePhase.NONE, SourcePhase.FAILED)
        if not has_camera or source.phase is SourcePhase.OPENING:
            self._picture = None
        self._forget_camera()
        self._show(has_camera=has_camera)

    def frame_arrived(self, frame: Frame) -> None:
        """Show the newest frame, and look at it when the last one is done."""
        if not self._looks_at_camera():
            return
        self._picture = frame.pixels
        self._show()
        if not self._is_looking and self._session.engine_state.phase is EnginePhase.READY:
            self._is_looking = True
            self._engine.take_samples(frame.pixels, partial(self._looked_at, self._turn, frame.captured_at))

    def _looked_at(self, turn: int, captured_at: float, answer: tuple[Sample, ...] | FacekitError) -> None:
        self._is_looking = False
        if turn != self._turn:
            return
        if not isinstance(answer, FacekitError):  # the engine's own state says what goes wrong with it
            self._seen, self._steady = answer, self._steadied(captured_at, answer)
        self._show()

    def _steadied(self, captured_at: float, seen: tuple[Sample, ...]) -> Decision | None:
        """The decision that most of the last looks gave, so that one poor frame does not shake the verdict."""
        meant = main_face(seen)
        try:
            decision = self._decide(meant) if meant else None
        except FacekitError:  # the encoder was changed since the frame was looked at: the next one will do
            return None
        if meant is None or decision is None:
            return None
        (steady,) = self._tracker.update(captured_at, [ObservedFace(-1, meant.face, meant.quality, decision)])
        return steady.decision

    def _photo_read(self, side: str, photo: _Photo, pixels: Pixels) -> None:
        self._engine.take_samples(pixels, partial(self._photo_looked_at, side, photo, pixels))

    def _photo_looked_at(self, side: str, photo: _Photo, pixels: Pixels, answer: tuple[Sample, ...] | FacekitError) -> None:
        if self._photos[side] is not photo:
            return
        if isinstance(answer, FacekitError):
            self._photos[side] = replace(photo, trouble=str(answer))
        elif not answer:
            self._photos[side] = replace(photo, picture=pixels, trouble=f"No face was found in {photo.name}.")
        else:
            self._photos[side] = replace(photo, picture=pixels, trouble="", samples=answer, meant=main_face(answer))
        self._show()

    def _photo_failed(self, side: str, photo: _Photo, path: Path, error: FacekitError) -> None:
        if self._photos[side] is photo:
            words = error.message.replace(str(path), path.name) if isinstance(error, ImageError) else str(error)
            self._photos[side] = replace(photo, trouble=words)
            self._show()

    def _face_read(self, person_id: int, face: Pixels | None) -> None:
        if person_id == self.state.person_id:
            self._show(kept_face=face)

    def _session_changed(self) -> None:
        if self.state.person_id not in [person.person_id for person in self._session.people]:
            self.state = replace(self.state, person_id=None, kept_face=None)
        self.state = replace(self.state, people=self._found(self.state.query))
        if (searches := self._session.searches) != self._searched:
            self._searched = searches
            self._forget_camera()
        self._show()

    def _forget_camera(self) -> None:
        """What was said of the face before the camera was said of another claim."""
        self._turn += 1
        self.exclusion.decline()
        self._tracker.reset()
        self._seen, self._steady = None, None

    def _looks_at_camera(self) -> bool:
        return self._is_shown and self.state.probe_kind is ProbeKind.CAMERA

    def _decide(self, sample: Sample) -> Decision | None:
        """The decision on a probe; None while there is no claim.

        Raises:
            FacekitError: The claim and the probe cannot be compared.
        """
        searches, state = self._session.searches, self.state
        if not searches:
            return None
        if state.claim_kind is ClaimKind.PHOTO:
            claim = self._photos["claim"].meant
            return compare_samples(claim, sample, searches[0].rule) if claim else None
        if state.person_id is None or not any(state.person_id in search.gallery.person_ids for search in searches):
            return None
        return verify_claim(sample, searches, state.person_id)

    def _show(self, **changes: object) -> None:
        state = self.state = replace(self.state, **changes)  # type: ignore[arg-type]  # the names are those of VerifyState
        self._session.looks_itself = self._looks_at_camera()
        decision, samples, words = self._answer()
        card = self._card(decision)
        if decision is not None and card is not None:
            issues = [issue for sample in samples for issue in sample.quality.issues]
            names = {person.person_id: person.name for person in self._session.people}
            words = verdict_words(decision, card, names=names, issues=issues, write=decimal)
        rule = self._session.rule
        self.state = replace(
            state,
            has_people=bool(self._session.people),
            person_words=self._person_words(),
            claim=self._photos["claim"].shown(),
            probe=self._photos["probe"].shown() if state.probe_kind is ProbeKind.PHOTO else self._camera_shown(),
            verdict=_VERDICTS.get(decision.outcome, Verdict.DIFFERENT) if decision else Verdict.NONE,
            words=words,
            distance=decision.distance if decision else None,
            threshold=decision.threshold if decision else rule.threshold if rule else 0.0,
            points=card.operating_points if card else (),
            can_exclude=decision is not None and decision.outcome is Outcome.MATCH and state.claim_kind is ClaimKind.PERSON,
            question=self.exclusion.words,
        )
        self._show_state(self.state)

    def _found(self, query: str) -> tuple[PersonChoice, ...]:
        wanted = query.strip().casefold()
        return tuple(PersonChoice(person.person_id, person.name) for person in self._session.people if wanted in person.name.casefold())

    def _answer(self) -> tuple[Decision | None, tuple[Sample, ...], str]:
        """The decision with the samples behind it, or what is awaited instead."""
        if waiting := self._missing_claim():
            return None, (), waiting
        claim = self._photos["claim"].meant if self.state.claim_kind is ClaimKind.PHOTO else None
        behind = (claim,) if claim else ()
        if self.state.probe_kind is ProbeKind.CAMERA:
            meant = main_face(self._seen or ())
            return self._steady, (*behind, meant) if meant else behind, self._missing_face()
        meant = self._photos["probe"].meant
        if meant is None:
            return None, (), _awaited(self._photos["probe"], "Choose the photo to verify.")
        try:
            return self._decide(meant), (*behind, meant), "One moment: the engine is loading."
        except FacekitError as error:  # the encoder was changed since the photo was looked at
            return None, (), f"{error.message} Choose the photos again."

    def _missing_claim(self) -> str:
        """What is awaited before anything can be decided; empty when nothing is."""
        if self.state.claim_kind is ClaimKind.PHOTO:
            return _awaited(self._photos["claim"], "Choose a photo of the claimed person.")
        if not self._session.people:
            return "Nobody is enrolled yet: enrol somebody, or verify by a photo."
        if self.state.person_id is None:
            return "Choose the claimed person."
        if self._session.searches and all(self.state.person_id not in s.gallery.person_ids for s in self._session.searches):
            return f"{self._session.name(self.state.person_id)} is not known to any encoder here: enrol a new picture of them."
        return ""

    def _missing_face(self) -> str:
        """Why the camera gives no probe."""
        if not self.state.has_camera:
            return "There is no camera picture: choose a source at the top right, or verify by a photo."
        if self._source.phase is SourcePhase.LOST:
            return f"{self._source.message} It is tried again and again."
        if self._source.phase is SourcePhase.ENDED:
            return "The video is at its end: F5 plays it again."
        if self._session.engine_state.phase is not EnginePhase.READY:
            return "One moment: the engine is loading."
        if self._seen is None:
            return "One moment: looking for a face."
        return f"{len(self._seen)} faces are in view: only one, please." if self._seen else "No face is in view: look into the camera."

    def _camera_shown(self) -> Shown:
        meant = main_face(self._seen or ())
        return Shown(self._picture, meant.face.box if meant else None)

    def _person_words(self) -> str:
        person = next((p for p in self._session.people if p.person_id == self.state.person_id), None)
        if person is None:
            return ""
        count = person.template_count
        return f"{person.name} · {count_words(count, 'template')}"

    def _card(self, decision: Decision | None) -> ModelCard | None:
        """Of the encoder that decided, else of the active one."""
        same = (card for card in self._session.cards if decision is not None and card.model_id == decision.encoder_id)
        return next(same, self._session.card)


def _awaited(photo: _Photo, first: str) -> str:
    """What a photo still needs; empty when nothing."""
    if photo.meant:
        return ""
    return "Choose the face that is meant." if photo.samples else photo.trouble or first
