"""facekit verify: is this really the claimed person?"""

from __future__ import annotations

import argparse

from facekit.cli.answers import decision_json, rule_json, verdict_words
from facekit.cli.context import one_sample, open_pipeline, open_store, rule_of
from facekit.cli.output import answer
from facekit.errors import ModelMismatchError
from facekit.matching.decide import verify
from facekit.types import Outcome


def run(args: argparse.Namespace) -> int:
    """0 the same person, 1 different."""
    with open_store(args) as store:
        person = store.find(args.name)
        pipeline = open_pipeline(args)
        rule = rule_of(args, pipeline)
        gallery = store.gallery(pipeline.card.key).of_person(person.person_id)
    if gallery.template_count == 0:
        raise ModelMismatchError(
            f"{person.name} was enrolled with another encoder than {pipeline.card.model_id}.",
            hint="Choose that encoder with --encoder, or enrol a new picture.",
        )
    sample = one_sample(pipeline, args.image)
    decision = verify(sample.embedding, gallery, person.person_id, rule)
    same = decision.outcome is Outcome.MATCH
    data = {
        "claimed": person.name,
        "same": same,
        **decision_json(decision, {person.person_id: person.name}),
        **rule_json(rule, pipeline.card),
    }
    answer(args, data, [verdict_words(same, decision.distance, rule, pipeline.card)])
    return 0 if same else 1
