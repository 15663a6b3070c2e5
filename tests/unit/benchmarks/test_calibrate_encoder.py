"""Calibrating an encoder on a zip of drawn pictures: what goes into the card, and that it comes out of it again."""

from __future__ import annotations

import dataclasses
import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.calibrate_encoder import calibrated, encode_zip, measured_figures, measured_points, stem
from facekit.cards import Figure, ModelCard, WeightFile, load_card, save_card
from facekit.evaluation.pairs import Pair, evaluate_pairs
from facekit.types import AlignedFace, Embedding

CARD = ModelCard(
    "drawn", "encode", "none", {"onnx": WeightFile("drawn.onnx", "0" * 64, 1)}, 8, 0.0, 1.0, 3, "none", "none", "none", "2026-11-22"
)


class MeanColour:
    """An encoder whose embedding is the direction of the mean colour."""

    card = CARD
    device = "cpu"

    def encode(self, faces: Sequence[AlignedFace]) -> tuple[Embedding, ...]:
        means = [face.pixels.reshape(-1, 3).mean(axis=0) for face in faces]
        return tuple(Embedding((mean / np.linalg.norm(mean)).astype(np.float32), CARD.key) for mean in means)


def coloured_zip(path: Path, persons: int = 40) -> Path:
    """Two pictures a person, each person of a colour of their own."""
    random = np.random.default_rng(5)
    with zipfile.ZipFile(path, "w") as archive:
        for person in range(persons):
            colour = random.integers(40, 215, 3)
            for number in range(2):
                data = io.BytesIO()
                pixels = np.clip(colour + random.integers(-12, 13, 3), 0, 255).astype(np.uint8) * np.ones((8, 8, 1), np.uint8)
                Image.fromarray(pixels).save(data, "webp", lossless=True)
                archive.writestr(f"p{person}/p{person}_{number}.webp", data.getvalue())
    return path


def test_card_when_calibrated_holds_points_and_figures_and_keeps_its_others(tmp_path: Path) -> None:
    faces = encode_zip(coloured_zip(tmp_path / "faces.zip"), MeanColour())
    assert len(faces) == 80
    points = measured_points(faces, "drawn colours")
    assert [point.target_fmr for point in points] == [0.01, 0.001]
    assert points[0].fmr <= 0.01
    pairs = [Pair(f"p{n}/p{n}_0.jpg", f"p{(n + gap) % 40}/p{(n + gap) % 40}_1.jpg", gap == 0, n % 4) for n in range(40) for gap in (0, 1)]
    report = evaluate_pairs(pairs, lambda name: faces.get(stem(name)), resamples=20)
    assert report.undetected_names == ()
    before = dataclasses.replace(CARD, figures=(Figure("eer", 0.5, None, "long ago"), Figure("encode_ms", 4.0, None, "long ago")))
    save_card(calibrated(before, points, measured_figures(report, "drawn pairs")), tmp_path)
    after = load_card(tmp_path)
    assert after.operating_points == points
    assert [figure.name for figure in after.figures] == ["accuracy", "eer", "tar_at_far_0.01", "tar_at_far_0.001", "encode_ms"]
    assert (after.figures[1].value, after.figures[1].interval) == (report.eer.value, report.eer.interval)
    assert after.operating_point(0.01) == points[0]
