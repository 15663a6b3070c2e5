"""How good a sample is, in reasons that a person can act on. Measured on the picture alone: no model, no torch."""

from __future__ import annotations

from facekit.quality.assessment import assess
from facekit.quality.limits import FaceLimits, advice

__all__ = ["FaceLimits", "advice", "assess"]
