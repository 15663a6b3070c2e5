"""facekit weights: models on this machine, and how to get those of others."""

from __future__ import annotations

import argparse
from typing import Any

from facekit.cards import ModelCard, verified_file
from facekit.cli.output import answer, counter
from facekit.errors import ModelError
from facekit.weights import installed
from facekit.weights.catalogue import CATALOGUE
from facekit.weights.install import fetch, import_file, published


def run_list(args: argparse.Namespace) -> int:
    """0; each model with its hash checked, then those that can be fetched."""
    rows: list[dict[str, Any]] = []
    for card, folder in installed():
        for runtime in card.files:
            try:
                verified_file(card, folder, runtime)
                state = "verified"
            except ModelError as error:
                state = error.message
            rows.append({**_card_json(card), "runtime": runtime, "file": str(folder / card.files[runtime].name), "state": state})
    here = {card.model_id for card, _ in installed()}
    absent = [
        {"model": model.name, "task": model.task, "state": "not here", "licence": model.licence}
        for model in CATALOGUE.values()
        if model.name not in here
    ]
    lines = [f"{row['model']}  {row['task']}  {row['runtime']}  {row['sha256'][:12]}…  {row['state']}" for row in rows]
    lines += [f"{row['model']}  {row['task']}  not here: facekit weights fetch {row['model']}" for row in absent]
    answer(args, rows + absent, lines)
    return 0


def run_fetch(args: argparse.Namespace) -> int:
    """0 fetched, checked and installed."""
    with counter(args.name, is_download=True) as bar:
        card = fetch(published(args.name), url=args.url, progress=bar)
    return _installed(args, card)


def run_import(args: argparse.Namespace) -> int:
    """0 checked and installed."""
    return _installed(args, import_file(args.file, args.name))


def _installed(args: argparse.Namespace, card: ModelCard) -> int:
    answer(args, _card_json(card), [f"{card.model_id} is installed. Licence: {card.licence}."])
    return 0


def _card_json(card: ModelCard) -> dict[str, Any]:
    return {"model": card.model_id, "task": card.task, "sha256": card.weights_hash, "licence": card.licence, "origin": card.origin}
