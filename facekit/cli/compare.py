"""facekit compare: do two pictures show the same person? No database is opened."""

from __future__ import annotations

import argparse

from facekit.cli.answers import limit_json, verdict_words
from facekit.cli.context import one_sample, open_pipeline, rule_of
from facekit.cli.output import answer
from facekit.matching.decide import distance


def run(args: argparse.Namespace) -> int:
    """0 the same person, 1 different."""
    pipeline = open_pipeline(args)
    rule = rule_of(args, pipeline)
    first, second = (one_sample(pipeline, path) for path in (args.first, args.second))
    found = distance(first.embedding, second.embedding)
    same = found <= rule.threshold
    answer(
        args,
        {"same": same, "distance": round(found, 4), **limit_json(rule.threshold, pipeline.card)},
        [verdict_words(same, found, rule.threshold, pipeline.card)],
    )
    return 0 if same else 1
