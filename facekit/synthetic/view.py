"""How a person is seen in one picture: pose, expression, light, place. Nothing of who they are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

VIEW_STREAM = 102


@dataclass(frozen=True, slots=True)
class View:
    """One view of a person.

    Args:
        yaw: Degrees, positive when the nose points to the picture's right.
        pitch: Degrees, positive when the nose points down.
        roll: Degrees, positive clockwise.
        expression: 0 neutral … 1 smile.
        mouth_open: 0 … 1.
        blink: 0 open … 1 shut.
        light: Azimuth (degrees, positive from the picture's right), elevation (degrees, positive from above), strength 0 … 1.5.
        ambient: Light from everywhere, 0 … 1.
        size: Chin to hairline, pixels.
        centre: Of the face, pixels; None is the middle of the picture, a little above.
        blur: Sigma of the picture's blur, pixels.
        noise: Standard deviation of the camera's noise, grey levels.
    """

    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    expression: float = 0.0
    mouth_open: float = 0.0
    blink: float = 0.0
    light: tuple[float, float, float] = (-30.0, 35.0, 0.75)
    ambient: float = 0.5
    size: float = 190.0
    centre: tuple[float, float] | None = None
    blur: float = 0.0
    noise: float = 0.0


def random_view(rng: np.random.Generator) -> View:
    """A view as a webcam in a room might have it: mostly frontal, light from somewhere above."""
    return View(
        yaw=float(np.clip(11.0 * rng.normal(), -28, 28)),
        pitch=float(np.clip(2.0 + 5.0 * rng.normal(), -12, 14)),
        roll=float(np.clip(4.0 * rng.normal(), -12, 12)),
        expression=float(rng.uniform(0.0, 1.0)) if rng.random() < 0.6 else 0.0,
        mouth_open=float(rng.uniform(0.1, 0.45)) if rng.random() < 0.2 else 0.0,
        blink=float(rng.uniform(0.0, 0.18)),
        light=(float(rng.uniform(-55, 55)), float(rng.uniform(15, 55)), float(rng.uniform(0.55, 0.9))),
        ambient=float(rng.uniform(0.38, 0.6)),
        size=float(rng.uniform(150, 230)),
        blur=float(rng.uniform(0.0, 0.6)),
        noise=float(rng.uniform(0.5, 3.0)),
    )
