"""facekit encode: the unit vectors themselves, as JSON or as an array file."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np

from facekit.cli.context import NoOneFaceError, encoder_of, one_sample, open_pipeline, pictures, read_aligned, settings_of
from facekit.cli.output import answer, progress, say
from facekit.encoders import open_encoder
from facekit.encoders.mirrored import Mirrored
from facekit.errors import ImageError
from facekit.types import Embedding


def run(args: argparse.Namespace) -> int:
    """0 when every picture gave a vector, else 2; the others' vectors are answered all the same."""
    paths = pictures(args.images)
    card, found = _aligned(args, paths) if args.aligned else _detected(args, paths)
    if args.output:
        _write(args.output, found, card["embedding_size"])
        answer(args, {**card, "output": str(args.output), "rows": len(found)}, [f"{len(found)} vectors written to {args.output}"])
    else:
        rows = [
            {"image": str(path), "vector": None if e is None else [float(v) for v in e.vector]}
            for path, e in zip(paths, found, strict=True)
        ]
        answer(args, {**card, "embeddings": rows}, (json.dumps(row) for row in rows))
    return 2 if any(embedding is None for embedding in found) else 0


def _aligned(args: argparse.Namespace, paths: list[Path]) -> tuple[dict[str, Any], list[Embedding | None]]:
    settings = settings_of(args)
    encoder = Mirrored(open_encoder(encoder_of(args), settings.runtime))
    found: list[Embedding | None] = []
    for path in progress(paths, total=len(paths), label="Encoding"):
        try:
            found += encoder.encode([read_aligned(path, size=encoder.card.input_size)])
        except ImageError as error:
            say(str(error))
            found.append(None)
    return _card_json(encoder.card.model_id, encoder.card.weights_hash, encoder.card.embedding_size, encoder.device), found


def _detected(args: argparse.Namespace, paths: list[Path]) -> tuple[dict[str, Any], list[Embedding | None]]:
    pipeline = open_pipeline(args)
    found: list[Embedding | None] = []
    for path in progress(paths, total=len(paths), label="Encoding"):
        try:
            found.append(one_sample(pipeline, path).embedding)
        except (ImageError, NoOneFaceError) as error:
            say(str(error))
            found.append(None)
    return _card_json(pipeline.card.model_id, pipeline.card.weights_hash, pipeline.card.embedding_size, pipeline.encoder.device), found


def _card_json(model_id: str, weights_hash: str, size: int, device: str) -> dict[str, Any]:
    return {"encoder": model_id, "weights_hash": weights_hash, "embedding_size": size, "device": device}


def _write(path: Path, found: list[Embedding | None], size: int) -> None:
    rows = [np.full(size, np.nan, np.float32) if embedding is None else embedding.vector for embedding in found]
    scratch = path.with_name(path.name + ".part")
    try:
        with scratch.open("wb") as file:
            np.save(file, np.stack(rows), allow_pickle=False)
        scratch.replace(path)
    except OSError as error:
        raise ImageError(f"The vectors could not be written to {path}: {error}.") from error
