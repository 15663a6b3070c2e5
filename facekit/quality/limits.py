"""What a good sample is, in numbers, and what to do about a poor one, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from facekit.types import QualityIssue


@dataclass(frozen=True, slots=True)
class FaceLimits:
    """The limits of a good sample.

    They were set so that few faces of LFW View 1 and of ordinary photos are flagged; benchmarks/quality_limits.py counts how many are,
    how many of spoilt ones, and how far spoiling moves the embedding.

    Args:
        eye_distance: Pixels, at least. The aligned face has 35; below the limit the embedding begins to move for want of detail.
        sharpness: At least. Between a blur that the encoder does not mind (sigma of 3 % of the eye distance) and one that it does (6 %).
        darkest: Mean luma, at least. Low on purpose: dark skin in fair light must pass.
        brightest: Mean luma, at most: beyond, skin is washed out.
        light_balance: At least. The one half has less than two fifths of the other's light below it: a window at one's side.
        yaw: Degrees to either side, at most. Beyond, one eye's corner is hidden.
        pitch: Degrees up or down from how people of LFW View 1 mostly hold their heads, at most.
        roll: Degrees, at most. Alignment turns a face upright; detectors lose those that tilt further.
        redness: Logarithm of red over green on mouth and chin, at least. About 1 of 100 faces of LFW View 1 lies below, most masks do.
        visible: Share of the face's box inside the picture, at least.
    """

    eye_distance: float = 16.0
    sharpness: float = 0.36
    darkest: float = 40.0
    brightest: float = 205.0
    light_balance: float = 0.4
    yaw: float = 35.0
    pitch: float = 25.0
    roll: float = 30.0
    redness: float = 0.12
    visible: float = 0.9


_ADVICE: Final = {
    QualityIssue.TOO_SMALL: "come closer",
    QualityIssue.BLURRED: "hold still",
    QualityIssue.TOO_DARK: "put more light on the face",
    QualityIssue.TOO_BRIGHT: "take less light on the face",
    QualityIssue.UNEVEN_LIGHT: "face the light",
    QualityIssue.TURNED_AWAY: "turn to the camera",
    QualityIssue.TILTED: "hold your head upright",
    QualityIssue.COVERED: "uncover mouth and chin",
    QualityIssue.CUT_OFF: "move into the picture",
}


def advice(issue: QualityIssue) -> str:
    """What the person can do about it: a few words in lower case, without a full stop."""
    return _ADVICE[issue]
