"""How faces, decisions and rates are told: the JSON of the terminal and the same in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from facekit.cards import ModelCard
from facekit.types import Decision, Face, Outcome


def box_of(face: Face) -> list[float]:
    """x, y, w, h in pixels, one decimal."""
    return [round(value, 1) for value in (face.box.x0, face.box.y0, face.box.width, face.box.height)]


def face_json(face: Face) -> dict[str, Any]:
    """Box, five points and score."""
    points = [[round(float(x), 1), round(float(y), 1)] for x, y in face.landmarks]
    return {"box": box_of(face), "points": points, "score": round(face.detection_score, 4)}


def limit_json(threshold: float, card: ModelCard) -> dict[str, Any]:
    """τ, and the false match rate measured at it where it is one of the card's points."""
    point = next((point for point in card.operating_points if point.threshold == threshold), None)
    return {"threshold": threshold, "fmr": point.fmr if point else None, "encoder": card.model_id}


def decision_json(decision: Decision, names: Mapping[int, str]) -> dict[str, Any]:
    """The decision with persons by name."""
    return {
        "outcome": decision.outcome.value,
        "name": names.get(decision.person_id) if decision.person_id is not None else None,
        "distance": None if decision.distance is None else round(decision.distance, 4),
        "threshold": decision.threshold,
        "encoder": decision.encoder_id or None,
        "said_not": names.get(decision.said_not) if decision.said_not is not None else None,
        "candidates": [
            {"name": names.get(c.person_id, "?"), "distance": round(c.distance, 4), "encoder": c.encoder_id} for c in decision.candidates
        ],
    }


def decision_words(decision: Decision, names: Mapping[int, str], *, active: str = "") -> str:
    """The decision in a few words, as the window says it too; with the limit where another encoder than the active one decided."""
    at = "" if decision.distance is None else f" · {decision.distance:.2f}"
    if active and decision.encoder_id not in ("", active):
        at += f" (by {decision.encoder_id}, limit {decision.threshold:.2f})"
    match decision.outcome:
        case Outcome.MATCH if decision.person_id is not None:
            return f"{names.get(decision.person_id, '?')}{at}"
        case Outcome.UNCERTAIN:
            return " or ".join(names.get(c.person_id, "?") for c in decision.candidates[:2]) + f"?{at}"
        case Outcome.POOR_SAMPLE:
            return f"not recognized (the picture is too poor to be sure){at}"
        case _ if decision.said_not is not None:
            return f"not recognized (said not to be {names.get(decision.said_not, '?')}){at}"
        case _ if decision.loses_name:
            return f"not recognized ({names.get(decision.candidates[0].person_id, '?')} is nearer in another face of the picture){at}"
        case _:
            return f"not recognized{at}"
