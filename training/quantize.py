"""A model's ONNX graph in 8-bit integers beside the one in floats: made, measured, and entered in the card where it is as good.

Weights take seven of the eight bits unless asked otherwise: with eight, processors without VNNI instructions overflow and answer wrongly.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import onnx
from onnxruntime.quantization import CalibrationDataReader, CalibrationMethod, QuantFormat, QuantType, quantize_static

from facekit.cards import ModelCard, load_card, save_card, weight_file
from facekit.encoders.onnx import Int8OnnxEncoder, OnnxEncoder
from facekit.encoders.prepare import batch_of
from facekit.evaluation.intervals import RESAMPLES
from facekit.evaluation.pairs import PairsReport
from facekit.types import AlignedFace, FloatArray
from training.data.faces import FaceSet
from training.data.pairs import AlignedPairs
from training.errors import TrainingError

LARGEST_LOSS = 0.001
"""Of accuracy on the pairs, at or above which nothing is entered in the card."""
LEAST_COSINE = 0.99
"""Of a face's two vectors, on average: both share the card's thresholds."""
_KEPT_PERCENT = 99.999
"""Of each layer's values."""
_BATCH = 32
_TIMED = 200
"""Faces, one at a time."""


@dataclass(frozen=True, slots=True, eq=False)
class QuantizeOptions:
    """How it is made and measured.

    Args:
        faces: To find the range of every layer's values on, `count` of them drawn by the seed.
        count: The values of all their layers are held in memory at once: some megabytes a face.
        pairs: To measure on; none of its faces may be among the others.
        eight_bits: Of weights, for processors with VNNI alone.
    """

    faces: FaceSet
    pairs: AlignedPairs
    count: int = 512
    eight_bits: bool = False
    resamples: int = RESAMPLES
    seed: int = 0


@dataclass(frozen=True, slots=True)
class QuantizeReport:
    """Both graphs side by side.

    Args:
        floats, integers: On the pairs, templates and probes by the same graph.
        mixed: Templates by floats and probes by integers, which share the card's key.
        cosine: Mean of a face's two vectors.
        ms: Processor milliseconds a face, one face at a time on one thread: floats, integers.
        is_registered: Both limits were kept.
    """

    floats: PairsReport
    integers: PairsReport
    mixed: PairsReport
    cosine: float
    ms: tuple[float, float]
    is_registered: bool

    @property
    def loss(self) -> float:
        """Of accuracy, the larger of the two ways."""
        return self.floats.accuracy.value - min(self.integers.accuracy.value, self.mixed.accuracy.value)

    def as_json(self) -> dict[str, object]:
        """Plain values."""
        reports = {"floats": self.floats, "integers": self.integers, "mixed": self.mixed}
        figures = {name: _short(report.as_json()) for name, report in reports.items()}
        speed = {"ms_floats": self.ms[0], "ms_integers": self.ms[1], "times_faster": self.ms[0] / self.ms[1]}
        return {**figures, "loss": self.loss, "cosine": self.cosine, **speed, "is_registered": self.is_registered}


def quantize(folder: Path, options: QuantizeOptions) -> QuantizeReport:
    """Write `<name>-int8.onnx` into the model's folder and enter it in the card; where it loses too much, the folder stays as it was.

    Raises:
        TrainingError: There are no faces to calibrate on.
        ModelError: The folder holds no model with an ONNX file.
    """
    card = load_card(folder)
    floats = OnnxEncoder(card, folder, threads=1)
    made = folder / f"{card.model_id}-int8.part"
    try:
        quantize_onnx(folder / card.files[OnnxEncoder.runtime].name, made, _calibration(card, options), eight_bits=options.eight_bits)
        report = _measured(floats, Int8OnnxEncoder(_with_integers(card, made), folder, threads=1), options)
        if report.is_registered:
            save_card(_with_integers(card, made.replace(made.with_suffix(".onnx"))), folder)
    finally:
        made.unlink(missing_ok=True)
    return report


def quantize_onnx(source: Path, target: Path, batches: Sequence[FloatArray], *, eight_bits: bool = False) -> Path:
    """`target`, written with the graph's convolutions and sums in integers; the first and what follows the last stay in floats.

    The first convolution costs next to nothing. Of each layer's values the few largest are cut off: the more faces are looked at, the
    farther they lie from the rest.

    Args:
        batches: Inputs of the network, N×3×S×S each.
    """
    with redirect_stdout(sys.stderr):  # it tells there what it does
        quantize_static(
            str(source),
            str(target),
            _Batches(_input_name(source), batches),
            quant_format=QuantFormat.QDQ,
            per_channel=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            reduce_range=not eight_bits,
            nodes_to_exclude=_kept_in_floats(source),
            calibrate_method=CalibrationMethod.Percentile,
            extra_options={"CalibPercentile": _KEPT_PERCENT},
        )
    return target


def _with_integers(card: ModelCard, path: Path) -> ModelCard:
    return replace(card, files={**card.files, Int8OnnxEncoder.runtime: weight_file(path)})


class _Batches(CalibrationDataReader):  # type: ignore[misc]  # onnxruntime has no types
    """What the quantizer asks for its calibration inputs."""

    def __init__(self, name: str, batches: Sequence[FloatArray]) -> None:
        self._rest = iter([{name: batch} for batch in batches])

    def get_next(self) -> Mapping[str, FloatArray] | None:
        return next(self._rest, None)


def _calibration(card: ModelCard, options: QuantizeOptions) -> list[FloatArray]:
    if not len(options.faces):
        raise TrainingError("There are no faces to calibrate on.", hint="Give --faces SOURCE.")
    rows = np.random.default_rng(options.seed).permutation(len(options.faces))[: options.count]
    faces = [AlignedFace(options.faces.records[row].read()) for row in rows]
    return [batch_of(faces[start : start + _BATCH], card) for start in range(0, len(faces), _BATCH)]


def _measured(floats: OnnxEncoder, integers: OnnxEncoder, options: QuantizeOptions) -> QuantizeReport:
    faces = [AlignedFace(record.read()) for record in options.pairs.faces.records]
    first, second = (np.stack([made.vector for made in encoder.encode(faces)]) for encoder in (floats, integers))
    report = QuantizeReport(
        floats=options.pairs.report(first, resamples=options.resamples),
        integers=options.pairs.report(second, resamples=options.resamples),
        mixed=options.pairs.report(first, second, resamples=options.resamples),
        cosine=float((first * second).sum(axis=1).mean()),
        ms=_speeds(floats, integers, faces[:_TIMED]),
        is_registered=False,
    )
    return replace(report, is_registered=report.loss < LARGEST_LOSS - 1e-9 and report.cosine >= LEAST_COSINE)


def _speeds(first: OnnxEncoder, second: OnnxEncoder, faces: Sequence[AlignedFace]) -> tuple[float, float]:
    """Median processor milliseconds a face of both, in turns."""
    spent: tuple[list[float], list[float]] = ([], [])
    for face in faces:
        for encoder, times in zip((first, second), spent, strict=True):
            started = time.process_time()
            encoder.encode([face])
            times.append(1000 * (time.process_time() - started))
    return float(np.median(spent[0])), float(np.median(spent[1]))


def _input_name(path: Path) -> str:
    return str(onnx.load(path, load_external_data=False).graph.input[0].name)


def _kept_in_floats(path: Path) -> list[str]:
    """Names of the first convolution and of the nodes behind the last one, where the embedding itself is made."""
    nodes = list(onnx.load(path, load_external_data=False).graph.node)
    convolutions = [row for row, node in enumerate(nodes) if node.op_type == "Conv"]
    kept = [*convolutions[:1], *range(convolutions[-1] + 1 if convolutions else 0, len(nodes))]
    return [nodes[row].name for row in kept]


def _short(report: Mapping[str, object]) -> dict[str, object]:
    return {name: report[name] for name in ("accuracy", "accuracy_interval", "eer", "eer_interval", "tar_at_far", "tar_at_far_interval")}
