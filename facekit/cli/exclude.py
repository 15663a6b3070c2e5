"""facekit not: a face that is not who it was taken for. Remembered by its template alone, listed, taken back."""

from __future__ import annotations

import argparse
from typing import Any

from facekit.cli.context import one_sample, open_pipeline, open_store, searches_in
from facekit.cli.output import answer
from facekit.errors import ModelMismatchError, StoreError
from facekit.matching.decide import probe_for
from facekit.store.base import Repository
from facekit.types import Exclusion, Person


def run(args: argparse.Namespace) -> int:
    """0 remembered, taken back, or listed where neither is asked."""
    with open_store(args) as store:
        person = store.find(args.name)
        if args.take_back is not None:
            _take_back(store, person, args.take_back)
            done = f"It is taken back that the face {args.take_back} is not {person.name}."
        elif args.image:
            made = _remember(args, store, person)
            done = f"It is remembered that the face in {args.image} is not {person.name}: only its template is kept ({made.exclusion_id})."
        else:
            done = ""
        left = store.exclusions(person.person_id)
    listed = [f"  {each.exclusion_id}  {each.created_at:%Y-%m-%d}  {each.source}  {each.embedding.key}" for each in left]
    words = f"{len(left)} face{'' if len(left) == 1 else 's'} said not to be {person.name}."
    answer(args, {"name": person.name, "not": [_json(each) for each in left]}, [*([done] if done else []), words, *listed])
    return 0


def _remember(args: argparse.Namespace, store: Repository, person: Person) -> Exclusion:
    pipeline = open_pipeline(args, store)
    searches = searches_in(args, store, pipeline)
    search = next((search for search in searches if person.person_id in search.gallery.person_ids), None)
    if search is None:
        raise ModelMismatchError(
            f"{person.name} is not known to any encoder here.", hint=f"Enrol a new picture: facekit enrol {person.name!r} IMAGE..."
        )
    sample = one_sample(pipeline, args.image)
    return store.exclude(person.person_id, probe_for(search, sample.embeddings), args.image.name)


def _take_back(store: Repository, person: Person, exclusion_id: int) -> None:
    if exclusion_id not in [each.exclusion_id for each in store.exclusions(person.person_id)]:
        raise StoreError(f"No face {exclusion_id} was said not to be {person.name}.", hint=f"List them: facekit not {person.name!r}.")
    store.remove_exclusion(exclusion_id)


def _json(exclusion: Exclusion) -> dict[str, Any]:
    key = exclusion.embedding.key
    return {
        "exclusion_id": exclusion.exclusion_id,
        "created_at": exclusion.created_at.isoformat(),
        "source": exclusion.source,
        "encoder": key.encoder_id,
        "weights_hash": key.weights_hash,
    }
