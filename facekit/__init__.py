"""Facekit: who is in front of the camera, told on your own machine. The version lives here and nothing else."""

from __future__ import annotations

__version__ = "0.1.0"
