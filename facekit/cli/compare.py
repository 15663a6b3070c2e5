"""facekit compare: do two pictures show the same person? No database is opened."""

from __future__ import annotations

import argparse

from facekit.cli.answers import limit_json
from facekit.cli.context import one_sample, open_pipeline, rule_of
from facekit.cli.output import answer
from facekit.types import Outcome
from facekit.verification import compare_samples, verdict_words


def run(args: argparse.Namespace) -> int:
    """0 the same person, 1 different or not to be told."""
    pipeline = open_pipeline(args)
    rule = rule_of(args, pipeline)
    first, second = (one_sample(pipeline, path) for path in (args.first, args.second))
    decision = compare_samples(first, second, rule)
    same = decision.outcome is Outcome.MATCH
    answer(
        args,
        {
            "same": same,
            "outcome": decision.outcome.value,
            "distance": round(decision.distance or 0.0, 4),
            **limit_json(rule.threshold, pipeline.card),
        },
        [verdict_words(decision, pipeline.card, issues=(*first.quality.issues, *second.quality.issues))],
    )
    return 0 if same else 1
