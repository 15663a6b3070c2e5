"""A network that is being trained, as the detector that it will be, on pictures held out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn

from facekit.detectors.convolutional import FindOptions, Network, find_faces
from facekit.evaluation.detection import Annotated, Found, match, rates_of
from facekit.imaging import read_image
from facekit.types import FloatArray
from training.detection.pictures import Labelled

_LOW = FindOptions(min_score=0.05)
_OVERLAP = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Heldout:
    """Pictures to measure on."""

    pictures: Sequence[Labelled]

    def __len__(self) -> int:
        return len(self.pictures)


def network_of(net: nn.Module, device: str) -> Network:
    """The network as facekit.detectors.convolutional calls it."""

    def run(picture: FloatArray) -> FloatArray:
        with torch.inference_mode():
            answers = net(torch.from_numpy(picture).to(device).contiguous(memory_format=torch.channels_last))
        return np.asarray(answers[0].float().cpu().numpy(), np.float32)

    return run


def heldout_figures(net: nn.Module, heldout: Heldout, device: str) -> Mapping[str, float]:
    """Average precision at an overlap of 0.5, recall of what scores 0.5, and the points' mean error in eye distances."""
    network, found, errors = network_of(net, device), [], []
    for picture in heldout.pictures:
        faces = find_faces(network, read_image(picture.image), _LOW)
        found.append(Found.of(Annotated(str(picture.image), picture.boxes, picture.ignore), faces, 0.0))
        points = np.array([face.landmarks for face in faces]).reshape(-1, 5, 2)
        errors += [point_error(points[row], picture.points[face]) for row, face in enumerate(_faces_of(found[-1])) if face >= 0]
    rates = rates_of(found, _OVERLAP)
    known = [error for error in errors if np.isfinite(error)]
    sure = rates.curve[rates.curve[:, 2] >= 0.5]
    return {
        "ap": rates.ap or 0.0,
        "recall": float(sure[-1, 0]) if len(sure) else 0.0,
        "precision": float(sure[-1, 1]) if len(sure) else 0.0,
        **({"point_error": float(np.mean(known))} if known else {}),
    }


def point_error(found: FloatArray, truth: FloatArray) -> float:
    """The mean distance of five points (5, 2) from the true ones, in distances of the true eyes; NaN where these are not known."""
    return float(np.linalg.norm(found - truth, axis=1).mean() / np.linalg.norm(truth[0] - truth[1]))


def _faces_of(found: Found) -> list[int]:
    return [int(row) for row in match(found.boxes, found.scores, found.truth.boxes, _OVERLAP)]
