"""A repository in memory, for tests and demonstrations. It passes the contract suite of the real one and keeps nothing."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from facekit.errors import StoreError
from facekit.matching.gallery import Gallery, disjoint
from facekit.store.base import ChangeKind, Coverage, EncoderChange, Event, NewChange, NewTemplate
from facekit.store.checks import (
    check_consent,
    check_embedding,
    check_release,
    check_size,
    check_switch,
    check_templates,
    check_two,
    clean_name,
    last_template,
    name_key,
    name_taken,
    no_exclusion,
    no_person,
    no_person_named,
    no_template,
    plain_text,
)
from facekit.store.copies import delete_copies
from facekit.types import AlignedFace, Consent, Embedding, EncoderKey, Exclusion, Outcome, Person, Template


@dataclass(frozen=True, slots=True, eq=False)
class _Kept:
    template: Template
    crop: AlignedFace | None


class MemoryRepository:
    """Enrolled persons in memory; see facekit.store.base.Repository. Safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._people: dict[int, Person] = {}
        self._aside: dict[int, Person] = {}
        self._kept: dict[int, _Kept] = {}
        self._events: list[Event] = []
        self._excluded: dict[int, Exclusion] = {}
        self._changes: list[EncoderChange] = []
        self._copies: list[Path] = []
        self._revision = 0
        self._last_id = 0
        self._is_closed = False

    def enrol(self, name: str, consent: Consent, templates: Sequence[NewTemplate]) -> Person:
        """A new person with their first templates; see Repository.enrol."""
        name = clean_name(name)
        check_consent(consent)
        sizes = check_templates(templates)
        with self._open():
            self._require_free(name)
            self._check_sizes(sizes)
            person = Person(self._next_id(), name, datetime.now(UTC), _as_stored(consent), 0)
            self._people[person.person_id] = person
            return self._add(person, templates)

    def add_templates(self, person_id: int, templates: Sequence[NewTemplate]) -> Person:
        """More templates for an enrolled person; see Repository.add_templates."""
        sizes = check_templates(templates)
        with self._open():
            person = self._person(person_id)
            self._check_sizes(sizes)
            return self._add(person, templates)

    def people(self) -> tuple[Person, ...]:
        """Everyone, by name without regard to case."""
        with self._open():
            return tuple(sorted(self._people.values(), key=lambda person: name_key(person.name)))

    def person(self, person_id: int) -> Person:
        """One person; see Repository.person."""
        with self._open():
            return self._person(person_id)

    def find(self, name: str) -> Person:
        """The person of that name; see Repository.find."""
        with self._open():
            for person in self._people.values():
                if name_key(person.name) == name_key(name):
                    return person
            raise no_person_named(name, (person.name for person in self._people.values()))

    def change_consent(self, person_id: int, consent: Consent) -> Person:
        """The person with this consent in place of the former; see Repository.change_consent."""
        check_consent(consent)
        with self._open():
            person = replace(self._person(person_id), consent=_as_stored(consent))
            for key, kept in self._kept.items():
                if kept.template.person_id == person_id:
                    self._kept[key] = _given_to(person, kept)
            self._people[person_id] = person
            self._forget_copies()
            return self._put(person)

    def rename(self, person_id: int, name: str) -> Person:
        """The person under another name; see Repository.rename."""
        name = clean_name(name)
        with self._open():
            person = self._person(person_id)
            self._require_free(name, except_for=person_id)
            return self._put(replace(person, name=name))

    def remove(self, person_id: int) -> None:
        """Delete the person and all that is theirs; see Repository.remove."""
        with self._open():
            if self._people.pop(person_id, None) is None and self._aside.pop(person_id, None) is None:
                raise no_person(person_id)
            self._kept = {key: kept for key, kept in self._kept.items() if kept.template.person_id != person_id}
            self._forget_exclusions(person_id)
            self._events = [replace(event, person_id=None) if event.person_id == person_id else event for event in self._events]
            self._forget_copies()
            self._revision += 1

    def set_aside(self, person_id: int) -> None:
        """Hide the person until put_back or remove; see Repository.set_aside."""
        with self._open():
            self._aside[person_id] = self._person(person_id)
            del self._people[person_id]
            self._revision += 1

    def put_back(self, person_id: int) -> Person:
        """A person who was set aside, as before; see Repository.put_back."""
        with self._open():
            if person_id not in self._aside:
                raise no_person(person_id)
            self._require_free(self._aside[person_id].name)
            return self._put(self._aside.pop(person_id))

    def merge(self, person_id: int, other_id: int) -> Person:
        """The first person with all of the second; see Repository.merge."""
        check_two(person_id, other_id)
        with self._open():
            person, other = self._person(person_id), self._person(other_id)
            for key, kept in self._kept.items():
                if kept.template.person_id == other_id:
                    self._kept[key] = _given_to(person, kept)
            self._events = [replace(event, person_id=person_id) if event.person_id == other_id else event for event in self._events]
            self._forget_exclusions(person_id, other_id)
            del self._people[other_id]
            self._forget_copies()
            return self._put(replace(person, template_count=person.template_count + other.template_count))

    def templates(self, person_id: int) -> tuple[Template, ...]:
        """A person's templates of every encoder, oldest first; PersonNotFoundError for an unknown person."""
        with self._open():
            self._person(person_id)
            return tuple(kept.template for kept in self._kept.values() if kept.template.person_id == person_id)

    def remove_template(self, template_id: int) -> None:
        """Delete one template and its crop; see Repository.remove_template."""
        with self._open():
            if template_id not in self._kept or self._kept[template_id].template.person_id in self._aside:
                raise no_template(template_id)
            person = self._person(self._kept[template_id].template.person_id)
            if person.template_count == 1:
                raise last_template(template_id)
            del self._kept[template_id]
            self._forget_copies()
            self._put(replace(person, template_count=person.template_count - 1))

    def crop(self, template_id: int) -> AlignedFace | None:
        """The kept aligned picture, or None."""
        with self._open():
            kept = self._kept.get(template_id)
            return kept.crop if kept and kept.template.person_id in self._people else None

    def note_copies(self, folder: Path) -> None:
        """Remember that crops are copied to this folder; see Repository.note_copies."""
        with self._open():
            self._copies.append(folder)

    def exclude(self, person_id: int, embedding: Embedding, source: str) -> Exclusion:
        """Remember that a face is not this person; see Repository.exclude."""
        with self._open():
            self._person(person_id)
            check_embedding(embedding)
            self._check_sizes({embedding.key: len(embedding.vector)})
            kept = Embedding(embedding.vector.astype(np.float32), embedding.key)
            made = Exclusion(self._next_id(), person_id, kept, datetime.now(UTC), plain_text(source))
            self._excluded[made.exclusion_id] = made
            self._revision += 1
            return made

    def exclusions(self, person_id: int) -> tuple[Exclusion, ...]:
        """The faces that were said not to be a person, oldest first."""
        with self._open():
            self._person(person_id)
            return tuple(each for each in self._excluded.values() if each.person_id == person_id)

    def remove_exclusion(self, exclusion_id: int) -> None:
        """Take back that a face is not somebody; see Repository.remove_exclusion."""
        with self._open():
            if exclusion_id not in self._excluded or self._excluded[exclusion_id].person_id in self._aside:
                raise no_exclusion(exclusion_id)
            del self._excluded[exclusion_id]
            self._revision += 1

    def gallery(self, key: EncoderKey) -> Gallery:
        """All templates of one encoder with one weight hash; see Repository.gallery."""
        with self._open():
            made = [(template, embedding) for template in self._enrolled() for embedding in template.embeddings if embedding.key == key]
            rows = ((template.template_id, template.person_id, embedding) for template, embedding in made)
            found = Gallery.of(key, rows, revision=self._revision)
            out = [each for each in self._excluded.values() if each.embedding.key == key and each.person_id in self._people]
            vectors = [each.embedding.vector for each in out]
            ids = np.array([each.person_id for each in out], np.int64)
            return replace(found, exclusions=np.stack(vectors), excluded_ids=ids) if out else found

    def galleries(self, keys: Sequence[EncoderKey]) -> tuple[Gallery, ...]:
        """A gallery an encoder, nobody in two; see Repository.galleries."""
        with self._open():
            return disjoint(self.gallery(key) for key in keys)

    def people_without(self, keys: Sequence[EncoderKey]) -> tuple[Person, ...]:
        """Those who have no template of any of these encoders, by name."""
        with self._open():
            known = {template.person_id for template in self._enrolled() if not set(template.keys).isdisjoint(keys)}
            return tuple(person for person in self.people() if person.person_id not in known)

    def coverage(self, key: EncoderKey) -> Coverage:
        """How far what is enrolled has moved to this encoder."""
        with self._open():
            without = self.people_without([key])
            waiting = [template.template_id for template in self._enrolled() if template.has_crop and key not in template.keys]
            pictured = {template.person_id for template in self._enrolled() if template.has_crop}
            needing = tuple(person for person in without if person.person_id not in pictured)
            return Coverage(len(self._people), len(self._people) - len(without), tuple(waiting), needing)

    def add_embeddings(self, made: Sequence[tuple[int, Embedding]]) -> int:
        """Store what another encoder made of stored templates; see Repository.add_embeddings."""
        with self._open():
            for _, embedding in made:
                check_embedding(embedding)
                self._check_sizes({embedding.key: len(embedding.vector)})
            added = 0
            for template_id, embedding in made:
                kept = self._kept.get(template_id)
                if kept and embedding.key not in kept.template.keys:
                    embeddings = (*kept.template.embeddings, embedding)
                    self._kept[template_id] = replace(kept, template=replace(kept.template, embeddings=embeddings))
                    added += 1
            self._revision += 1
            return added

    def active_encoder(self) -> EncoderKey | None:
        """The one that the newest change made active; None while nothing was ever changed."""
        with self._open():
            return self._changes[-1].change.new if self._changes else None

    def encoder_changes(self) -> tuple[EncoderChange, ...]:
        """The record of changes, the newest first."""
        with self._open():
            return tuple(reversed(self._changes))

    def switch_encoder(self, change: NewChange) -> EncoderChange:
        """Make another encoder the active one and record why; see Repository.switch_encoder."""
        with self._open():
            check_switch(change, self.active_encoder())
            return self._record(change)

    def release_encoder(self, key: EncoderKey, active: EncoderKey) -> int:
        """Delete what an encoder made, and record it; see Repository.release_encoder."""
        with self._open():
            everyone = {**self._people, **self._aside}
            left = {kept.template.person_id for kept in self._kept.values() if set(kept.template.keys) - {key}}
            check_release(key, active, [person.name for person_id, person in everyone.items() if person_id not in left])
            count = sum(key in kept.template.keys for kept in self._kept.values())
            self._excluded = {number: each for number, each in self._excluded.items() if each.embedding.key != key}
            self._kept = {template_id: made for template_id, kept in self._kept.items() if (made := _without(key, kept))}
            self._recount()
            self._record(NewChange(ChangeKind.RELEASE, key, active))
            return count

    def encoder_counts(self) -> dict[EncoderKey, int]:
        """How many templates each encoder has."""
        with self._open():
            return dict(Counter(key for template in self._enrolled() for key in template.keys))

    def add_event(
        self,
        outcome: Outcome,
        source: str,
        *,
        person_id: int | None = None,
        distance: float | None = None,
        seen: tuple[datetime, datetime] | None = None,
    ) -> int:
        """Record a sighting; see Repository.add_event."""
        now = datetime.now(UTC)
        seen_at, seen_until = (moment.astimezone(UTC) for moment in seen or (now, now))
        with self._open():
            if person_id is not None:
                self._person(person_id)
            event_id = self._next_id()
            self._events.append(Event(event_id, seen_at, seen_until, outcome, person_id, distance, plain_text(source)))
            return event_id

    def change_event(
        self, event_id: int, outcome: Outcome, *, person_id: int | None, distance: float | None, seen: tuple[datetime, datetime]
    ) -> bool:
        """Say of a sighting what is known now; see Repository.change_event."""
        seen_at, seen_until = (moment.astimezone(UTC) for moment in seen)
        with self._open():
            if person_id is not None:
                self._person(person_id)
            for row, event in enumerate(self._events):
                if event.event_id == event_id:
                    self._events[row] = Event(event_id, seen_at, seen_until, outcome, person_id, distance, event.source)
                    return True
            return False

    def remove_event(self, event_id: int) -> None:
        """Delete one sighting; see Repository.remove_event."""
        with self._open():
            self._events = [event for event in self._events if event.event_id != event_id]

    def events(self, *, limit: int = 1000, person_id: int | None = None, outcome: Outcome | None = None) -> tuple[Event, ...]:
        """The newest sightings first; see Repository.events."""
        with self._open():
            chosen = [e for e in self._events if person_id in (None, e.person_id) and outcome in (None, e.outcome)]
            return tuple(sorted(chosen, key=lambda event: (event.seen_at, event.event_id), reverse=True))[:limit]

    def remove_events(self, *, before: datetime | None = None) -> int:
        """Delete every sighting, or the older ones; see Repository.remove_events."""
        with self._open():
            left = [event for event in self._events if before is not None and event.seen_at >= before]
            count = len(self._events) - len(left)
            self._events = left
            return count

    def close(self) -> None:
        """Let go of it. Further calls raise StoreError."""
        self._is_closed = True

    @contextmanager
    def _open(self) -> Iterator[None]:
        """One caller at a time, while it is not closed."""
        with self._lock:
            if self._is_closed:
                raise StoreError("The repository in memory is closed.", hint="Make another one.")
            yield

    def _forget_exclusions(self, *person_ids: int) -> None:
        self._excluded = {number: each for number, each in self._excluded.items() if each.person_id not in person_ids}

    def _forget_copies(self) -> None:
        everyone = {**self._people, **self._aside}
        agreed = [kept.template for kept in self._kept.values() if kept.crop and everyone[kept.template.person_id].consent.covers_training]
        delete_copies(self._copies, {template.template_id for template in agreed})

    def _enrolled(self) -> Iterator[Template]:
        """Every template of those who are not set aside."""
        return (kept.template for kept in self._kept.values() if kept.template.person_id in self._people)

    def _person(self, person_id: int) -> Person:
        if person_id not in self._people:
            raise no_person(person_id)
        return self._people[person_id]

    def _put(self, person: Person) -> Person:
        self._people[person.person_id] = person
        self._revision += 1
        return person

    def _add(self, person: Person, new: Sequence[NewTemplate]) -> Person:
        for each in new:
            crop = AlignedFace(each.crop.pixels.copy()) if each.crop is not None and person.consent.keep_crops else None
            embedding = Embedding(each.embedding.vector.astype(np.float32), each.embedding.key)
            template = Template(
                self._next_id(), person.person_id, (embedding,), each.quality, datetime.now(UTC), plain_text(each.source), crop is not None
            )
            self._kept[template.template_id] = _Kept(template, crop)
        return self._put(replace(person, template_count=person.template_count + len(new)))

    def _record(self, change: NewChange) -> EncoderChange:
        self._changes.append(EncoderChange(datetime.now(UTC), change))
        self._revision += 1
        return self._changes[-1]

    def _recount(self) -> None:
        counts = Counter(kept.template.person_id for kept in self._kept.values())
        for group in (self._people, self._aside):
            group.update({person_id: replace(person, template_count=counts[person_id]) for person_id, person in group.items()})

    def _check_sizes(self, sizes: dict[EncoderKey, int]) -> None:
        for kept in self._kept.values():
            for embedding in kept.template.embeddings:
                if embedding.key in sizes:
                    check_size(embedding.key, len(embedding.vector), sizes[embedding.key])

    def _require_free(self, name: str, *, except_for: int | None = None) -> None:
        for person in self._people.values():
            if person.person_id != except_for and name_key(person.name) == name_key(name):
                raise name_taken(name)

    def _next_id(self) -> int:
        self._last_id += 1
        return self._last_id


def _as_stored(consent: Consent) -> Consent:
    return replace(consent, given_at=consent.given_at.astimezone(UTC), text=plain_text(consent.text))


def _given_to(person: Person, kept: _Kept) -> _Kept:
    """The same template as one of another person, its crop only where their consent allows it."""
    crop = kept.crop if person.consent.keep_crops else None
    return _Kept(replace(kept.template, person_id=person.person_id, has_crop=crop is not None), crop)


def _without(key: EncoderKey, kept: _Kept) -> _Kept | None:
    """The template without what an encoder made of it; None where nothing is left."""
    left = tuple(embedding for embedding in kept.template.embeddings if embedding.key != key)
    return _Kept(replace(kept.template, embeddings=left), kept.crop) if left else None
