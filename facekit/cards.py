"""The card that travels with every weight file: what it is, what it was measured at, and the hash it must have.

A card is `card.json` in the folder of its files. Reading and checking only; finding models is facekit.weights' work.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from facekit.errors import ModelChecksumError, ModelError, ModelFileMissingError
from facekit.types import EncoderKey, Interval, OperatingPoint

CARD_NAME = "card.json"
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class WeightFile:
    """One file of a model.

    Args:
        name: Beside the card, no folder in it.
        sha256: 64 hexadecimal digits.
        size: Bytes.
    """

    name: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured number of a card.

    Args:
        name: "accuracy", "eer", "tar_at_far_0.001" …
        value: A fraction, or milliseconds where the name ends in _ms.
        interval: 95 %, None where it was not measured.
        measured_on: The pictures, the day, the machine.
    """

    name: str
    value: float
    interval: Interval | None
    measured_on: str


@dataclass(frozen=True, slots=True)
class ModelCard:
    """Everything that must be known of a model to use it rightly.

    Args:
        model_id: Also the name of its folder.
        task: "encode", "detect" or "landmark".
        net: The name of its network in facekit.nets.
        net_arguments: What the network is built with.
        files: By runtime, "onnx", "torch" and perhaps "onnx-int8"; the first one's hash stands for the model.
        input_size: Side of the aligned face, or of the square that a landmarker sees, pixels.
        mean: Subtracted from 0 … 255 RGB.
        std: Divided by, after the mean.
        embedding_size: Numbers per face; 0 for a detector or landmarker.
        operating_points: Thresholds with measured errors; empty until calibrated.
    """

    model_id: str
    task: str
    net: str
    files: Mapping[str, WeightFile]
    input_size: int
    mean: float
    std: float
    embedding_size: int
    licence: str
    data: str
    origin: str
    date: str
    recipe_hash: str = ""
    net_arguments: Mapping[str, Any] = field(default_factory=dict)
    operating_points: tuple[OperatingPoint, ...] = ()
    figures: tuple[Figure, ...] = ()

    @property
    def weights_hash(self) -> str:
        """The SHA-256 that stands for the weights, whichever runtime reads them."""
        return next(iter(self.files.values())).sha256

    @property
    def key(self) -> EncoderKey:
        """What every embedding made with these weights is bound to."""
        return EncoderKey(self.model_id, self.weights_hash)

    def operating_point(self, target_fmr: float) -> OperatingPoint:
        """The measured point nearest below or at the wanted false match rate; the strictest one when all lie above.

        Raises:
            ModelError: The card has no measured point.
        """
        if not self.operating_points:
            raise ModelError(
                f"The encoder {self.model_id} has no measured threshold.",
                hint="Calibrate it, or set the threshold by hand in the settings.",
            )
        strictest_first = sorted(self.operating_points, key=lambda point: point.target_fmr)
        fitting = [point for point in strictest_first if point.target_fmr <= target_fmr * 1.0001]
        return fitting[-1] if fitting else strictest_first[0]


def load_card(folder: Path) -> ModelCard:
    """The card in a model's folder.

    Raises:
        ModelFileMissingError: No card there.
        ModelError: The card cannot be understood.
    """
    path = folder / CARD_NAME
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ModelFileMissingError(f"There is no model in {folder}: {CARD_NAME} is missing.") from None
    except (OSError, ValueError) as error:
        raise ModelError(f"The card {path} cannot be read: {error}.") from error
    try:
        return _from_json(raw)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ModelError(f"The card {path} is not a model card: {error!r}.") from error


def save_card(card: ModelCard, folder: Path) -> Path:
    """Write the card into the folder, whole or not at all."""
    path = folder / CARD_NAME
    scratch = path.with_suffix(".part")
    scratch.write_text(json.dumps(asdict(card), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    scratch.replace(path)
    return path


def verified_file(card: ModelCard, folder: Path, runtime: str) -> Path:
    """The path of the card's file for a runtime, after its hash was compared.

    Raises:
        ModelFileMissingError: The card names no such file, or it is not in the folder.
        ModelChecksumError: Its content is not what the card describes.
    """
    wanted = card.files.get(runtime)
    if wanted is None:
        raise ModelFileMissingError(f"The model {card.model_id} has no weights for {runtime}.", hint=f"It has: {', '.join(card.files)}.")
    path = folder / wanted.name
    if path.parent != folder or not path.is_file():
        raise ModelFileMissingError(
            f"The weights {path} of {card.model_id} are not there.", hint="Fetch or import them: facekit weights --help."
        )
    found = sha256_of(path)
    if found != wanted.sha256:
        raise ModelChecksumError(
            f"The weights {path} are not those that the card of {card.model_id} describes (SHA-256 {found[:12]}…).",
            hint="Fetch or import them again; until then this model is not used.",
        )
    return path


def sha256_of(path: Path) -> str:
    """The file's SHA-256 as 64 hexadecimal digits, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_CHUNK):
            digest.update(piece)
    return digest.hexdigest()


def weight_file(path: Path) -> WeightFile:
    """The description of a file for a card."""
    return WeightFile(path.name, sha256_of(path), path.stat().st_size)


def _interval(raw: Mapping[str, float] | None) -> Interval | None:
    return None if raw is None else Interval(float(raw["low"]), float(raw["high"]))


def _operating_point(raw: Mapping[str, Any]) -> OperatingPoint:
    return OperatingPoint(**{**raw, "fmr_interval": Interval(**raw["fmr_interval"]), "fnmr_interval": Interval(**raw["fnmr_interval"])})


def _from_json(raw: Mapping[str, Any]) -> ModelCard:
    files = {runtime: WeightFile(**file) for runtime, file in raw["files"].items()}
    if not files:
        raise ValueError("it names no file")
    if raw["std"] == 0:
        raise ValueError("std is 0")
    points = tuple(_operating_point(point) for point in raw.get("operating_points", ()))
    figures = tuple(Figure(**{**figure, "interval": _interval(figure["interval"])}) for figure in raw.get("figures", ()))
    return ModelCard(**{**raw, "files": files, "operating_points": points, "figures": figures})
