"""The one error of training that a person can act on."""

from __future__ import annotations

from facekit.errors import FacekitError


class TrainingError(FacekitError):
    """A recipe, a data set or a run cannot be used as asked."""
