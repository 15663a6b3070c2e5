"""The models in a process of their own: EngineClient for the real one, EnginePort for what a caller may count on. Imports no models."""

from __future__ import annotations

from facekit.engine.client import EngineClient
from facekit.engine.port import EnginePhase, EnginePort, EngineState, EngineStats

__all__ = ["EngineClient", "EnginePhase", "EnginePort", "EngineState", "EngineStats"]
