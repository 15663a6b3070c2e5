"""What the About page shows. Plain values, no Qt."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Package:
    """Somebody else's work that the program stands on."""

    name: str
    version: str
    licence: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of facekit doctor.

    Args:
        state: "ok", "note" (works without it) or "bad" (the main job cannot run).
    """

    subject: str
    state: str
    text: str


@dataclass(frozen=True, slots=True)
class ModelText:
    """A model in memory, from its card."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class AboutState:
    """The About page.

    Args:
        places: Where things are, as (what, path).
        is_examining: Whether the doctor is at work.
        verdict: What came of it, in a sentence; empty before.
    """

    version: str = ""
    places: tuple[tuple[str, str], ...] = ()
    models: tuple[ModelText, ...] = ()
    packages: tuple[Package, ...] = ()
    is_examining: bool = False
    verdict: str = ""
    findings: tuple[Finding, ...] = ()
