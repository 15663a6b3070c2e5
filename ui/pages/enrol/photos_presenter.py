"""Enrolling one person from picture files: each is read and looked at in turn, and taken or refused with the reason. No Qt here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from facekit import quality
from facekit.engine.port import EnginePort
from facekit.enrolment import MOST_FACES, main_face
from facekit.errors import FacekitError, ImageError
from facekit.imaging import image_files, read_image
from facekit.types import Person, Pixels, Sample
from ui.enrolment import EnrolmentForm
from ui.pages.enrol.state import PhotoCell, PhotosState, PhotoStatus
from ui.ports import Clock, Tasks
from ui.session import Session

_MOST = 40


@dataclass(frozen=True, slots=True, eq=False)
class _Photo:
    """A picture file.

    Args:
        samples: All its faces, largest first; empty until it was looked at.
        chosen: The face that is meant; None while that is not settled.
    """

    number: int
    path: Path
    is_done: bool = False
    refusal: str = ""
    samples: tuple[Sample, ...] = ()
    chosen: Sample | None = None


class PhotosPresenter:
    """One person at a time, from as many pictures as are given.

    Args:
        account: Who records the consent.
        show: Is given every new state.
    """

    def __init__(
        self, *, session: Session, engine: EnginePort, tasks: Tasks, clock: Clock, account: str, show: Callable[[PhotosState], None]
    ) -> None:
        self._engine = engine
        self._tasks = tasks
        self._show_state = show
        self._photos: dict[int, _Photo] = {}
        self._next = 1
        self._is_reading = False
        self.state = PhotosState()
        self.form = EnrolmentForm(session=session, clock=clock, account=account, changed=self._show, stored=self._stored)

    def add(self, paths: Iterable[Path]) -> None:
        """Look at these pictures too; a folder stands for the pictures in it."""
        self._tasks.run(lambda: _files(paths), self._found, lambda error: self._show(trouble=str(error)))

    def choose(self, number: int, face: int) -> None:
        """Which of several faces is meant."""
        photo = self._photos[number]
        self._photos[number] = replace(photo, chosen=photo.samples[face])
        self._changed()

    def remove(self, number: int) -> None:
        """Leave a picture out."""
        self._photos.pop(number, None)
        self._changed()

    def clear(self) -> None:
        """Begin anew; nothing is kept."""
        self._photos.clear()
        self.state = PhotosState()
        self.form.clear()

    def _found(self, paths: tuple[Path, ...]) -> None:
        room = _MOST - len(self._photos)
        for path in paths[:room]:
            self._photos[self._next] = _Photo(self._next, path)
            self._next += 1
        too_many = f"{_MOST} pictures are plenty for one person: the others were left out." if len(paths) > room else ""
        self._show(trouble=too_many, done="")
        self._read_next()

    def _read_next(self) -> None:
        photo = next((photo for photo in self._photos.values() if not photo.is_done), None)
        if photo is None or self._is_reading:
            return
        self._is_reading = True
        number = photo.number
        self._tasks.run(partial(read_image, photo.path), partial(self._read, number), partial(self._looked_at, number))

    def _read(self, number: int, pixels: Pixels) -> None:
        self._engine.take_samples(pixels, partial(self._looked_at, number))

    def _looked_at(self, number: int, answer: tuple[Sample, ...] | FacekitError) -> None:
        self._is_reading = False
        if photo := self._photos.get(number):
            self._photos[number] = _judged(photo, answer)
        self._changed()
        self._read_next()

    def _changed(self) -> None:
        self.form.put([(photo.chosen, photo.path.name) for photo in self._photos.values() if photo.chosen is not None])

    def _stored(self, person: Person) -> None:
        self._photos.clear()
        self._show(done=f"{person.name} is enrolled.")

    def _show(self, **changes: object) -> None:
        state = replace(self.state, **changes)  # type: ignore[arg-type]  # the names are those of PhotosState
        cells = tuple(_cell(photo) for photo in self._photos.values())
        is_busy = any(not photo.is_done for photo in self._photos.values())
        self.state = replace(state, cells=cells, is_busy=is_busy, form=self.form.state)
        self._show_state(self.state)


def _files(paths: Iterable[Path]) -> tuple[Path, ...]:
    return tuple(file for path in paths for file in (image_files(path) if path.is_dir() else (path,)))


def _judged(photo: _Photo, answer: tuple[Sample, ...] | FacekitError) -> _Photo:
    if isinstance(answer, ImageError):
        return replace(photo, is_done=True, refusal=answer.message.replace(str(photo.path), photo.path.name))
    if isinstance(answer, FacekitError):
        return replace(photo, is_done=True, refusal=str(answer))
    if not answer:
        return replace(photo, is_done=True, refusal="No face was found.")
    return replace(photo, is_done=True, samples=answer, chosen=main_face(answer))


def _cell(photo: _Photo) -> PhotoCell:
    if not photo.is_done:
        return PhotoCell(photo.number, photo.path.name, PhotoStatus.WAITING, "Waiting…")
    if photo.refusal:
        return PhotoCell(photo.number, photo.path.name, PhotoStatus.REFUSED, photo.refusal)
    if photo.chosen is None:
        faces = tuple(sample.aligned.pixels for sample in photo.samples[:MOST_FACES])
        return PhotoCell(photo.number, photo.path.name, PhotoStatus.CHOOSE, "Which face is it?", faces)
    advice = ", ".join(quality.advice(issue) for issue in photo.chosen.quality.issues)
    words = f"Taken; better: {advice}" if advice else "Taken"
    return PhotoCell(photo.number, photo.path.name, PhotoStatus.TAKEN, words, (photo.chosen.aligned.pixels,))
