"""facekit verify: is this really the claimed person?"""

from __future__ import annotations

import argparse

from facekit.cli.answers import decision_json, limit_json
from facekit.cli.context import one_sample, open_pipeline, open_store, searches_in
from facekit.cli.output import answer
from facekit.errors import ModelMismatchError
from facekit.types import Outcome
from facekit.verification import verdict_words, verify_claim


def run(args: argparse.Namespace) -> int:
    """0 the same person, 1 different or not to be told."""
    with open_store(args) as store:
        person = store.find(args.name)
        pipeline = open_pipeline(args, store)
        searches = searches_in(args, store, pipeline)
        names = {known.person_id: known.name for known in store.people()}
    if all(person.person_id not in search.gallery.person_ids for search in searches):
        raise ModelMismatchError(
            f"{person.name} was enrolled with an encoder that is not on this machine, or has no measured threshold.",
            hint=f"Enrol a new picture: facekit enrol {person.name!r} IMAGE...",
        )
    sample = one_sample(pipeline, args.image)
    decision = verify_claim(sample, searches, person.person_id)
    card = next(card for card in pipeline.cards if card.model_id == decision.encoder_id)
    same = decision.outcome is Outcome.MATCH
    data = {
        "claimed": person.name,
        "same": same,
        **decision_json(decision, names),
        **limit_json(decision.threshold, card),
    }
    answer(args, data, [verdict_words(decision, card, names=names, issues=sample.quality.issues)])
    return 0 if same else 1
