"""What may be stored: names, consents, templates. Plain checks that the SQL store and the fake share; no database here."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import fields
from math import isfinite

import numpy as np

from facekit.errors import ConsentMissingError, InvalidNameError, PersonExistsError, PersonNotFoundError, StoreError
from facekit.store.base import NewChange, NewTemplate
from facekit.types import Consent, Embedding, EncoderKey, Quality

NAME_LIMIT = 200
_UNIT_TOLERANCE = 1e-3
# Control characters, lone surrogates (no UTF-8), line and paragraph separators.
_FORBIDDEN_CATEGORIES = {"Cc", "Cs", "Zl", "Zp"}
# They reorder the text around them, so that one name can be shown as another. Joiners and marks stay allowed: emoji and Persian need them.
_REORDERING = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def clean_name(name: str) -> str:
    """The name as it is stored: NFC, without the space around it.

    Raises:
        InvalidNameError: Nothing visible in it, longer than NAME_LIMIT, or with characters that cannot be shown.
    """
    cleaned = unicodedata.normalize("NFC", name.strip())
    if any(unicodedata.category(char) in _FORBIDDEN_CATEGORIES or char in _REORDERING for char in cleaned):
        raise InvalidNameError(f"The name {cleaned!a} has characters that cannot be shown.", hint="Write it in one line of ordinary text.")
    if not any(unicodedata.category(char)[0] in "LNPS" for char in cleaned):
        raise InvalidNameError("The name is empty.", hint="Give the person a name.")
    if len(cleaned) > NAME_LIMIT:
        raise InvalidNameError(f"The name {cleaned[:20]!r}… is {len(cleaned)} characters long.", hint=f"Keep it within {NAME_LIMIT}.")
    return cleaned


def name_key(name: str) -> str:
    """The name without regard to case, surrounding space and how its accents are written: two persons may not share it."""
    folded = unicodedata.normalize("NFC", name.strip()).casefold()
    return unicodedata.normalize("NFC", folded)


def hidden_key(person_id: int) -> str:
    """The name key of a person who is set aside; the line break keeps it apart from every name, so that theirs is free."""
    return f"\n{person_id}"


def check_consent(consent: Consent) -> None:
    """Do nothing when a person may be enrolled on this consent.

    Raises:
        ConsentMissingError: It has no text.
        ValueError: `given_at` has no time zone.
    """
    if not consent.text.strip():
        raise ConsentMissingError(
            "No consent is recorded, so nothing was stored.", hint="Record what the person agreed to, then enrol them."
        )
    if consent.given_at.tzinfo is None:
        raise ValueError(f"the consent's given_at {consent.given_at} has no time zone")


def check_templates(new: Sequence[NewTemplate]) -> dict[EncoderKey, int]:
    """How many numbers the vectors of each encoder have.

    Raises:
        ValueError: No template; a vector that is not (D,) and of unit length; two sizes of one encoder; a quality that is no number.
    """
    if not new:
        raise ValueError("a person needs at least one template")
    sizes: dict[EncoderKey, int] = {}
    for template in new:
        vector, key = template.embedding.vector, template.embedding.key
        check_embedding(template.embedding)
        _check_quality(template.quality)
        check_size(key, sizes.setdefault(key, len(vector)), len(vector))
    return sizes


def check_two(person_id: int, other_id: int) -> None:
    """Do nothing for two persons. Raises ValueError for one and the same."""
    if person_id == other_id:
        raise ValueError(f"the person {person_id} cannot be merged with themself")


def check_embedding(embedding: Embedding) -> None:
    """Do nothing when it may be stored. Raises ValueError for a vector that is not (D,) and of unit length."""
    vector = embedding.vector
    if vector.ndim != 1 or not abs(float(np.linalg.norm(vector)) - 1.0) < _UNIT_TOLERANCE:
        raise ValueError(f"an embedding of {embedding.key} is not one vector of unit length, but of shape {vector.shape}")


def check_size(key: EncoderKey, expected: int, size: int) -> None:
    """Do nothing when a vector of `size` numbers may stand in a gallery of `expected`. Raises ValueError otherwise."""
    if size != expected:
        raise ValueError(f"an embedding of {key} has {size} numbers, the others of it have {expected}")


def _check_quality(quality: Quality) -> None:
    bad = [field.name for field in fields(quality) if field.name != "issues" and not isfinite(getattr(quality, field.name))]
    if bad:
        raise ValueError(f"the quality has no number for {', '.join(bad)}")


def no_person(person_id: int) -> PersonNotFoundError:
    """The error for an id that nobody has."""
    return PersonNotFoundError(
        f"No person with the id {person_id} is enrolled.", hint="They may have been removed meanwhile: reload the list."
    )


def no_person_named(name: str, known: Iterable[str]) -> PersonNotFoundError:
    """The error for a name that nobody has, with the nearest of the `known` names in the hint."""
    by_key = {name_key(other): other for other in known}
    near = [by_key[key] for key in difflib.get_close_matches(name_key(name), by_key, n=3, cutoff=0.5)]
    return PersonNotFoundError(f"Nobody of the name {name!r} is enrolled.", hint=f"Nearest: {', '.join(near)}." if near else "")


def name_taken(name: str) -> PersonExistsError:
    """The error for a name that somebody has."""
    return PersonExistsError(
        f"A person of the name {name!r} is enrolled already.", hint="Add the pictures to them, or choose another name."
    )


def no_template(template_id: int) -> StoreError:
    """The error for the id of no template."""
    return StoreError(f"There is no template with the id {template_id}.", hint="It may have been removed meanwhile: reload the list.")


def no_exclusion(exclusion_id: int) -> StoreError:
    """The error for the id of no exclusion."""
    return StoreError(
        f"No face with the id {exclusion_id} is remembered as not being somebody.",
        hint="It may have been taken back meanwhile: reload the list.",
    )


def last_template(template_id: int) -> StoreError:
    """The error for the removal of all that is known of somebody."""
    return StoreError(f"The template {template_id} is the person's last.", hint="Add another one first, or remove the person.")


def plain_text(text: str) -> str:
    """The text with "?" for what UTF-8 cannot hold: a file's name may carry bytes that are no characters."""
    return text.encode("utf-8", "replace").decode("utf-8")


def check_switch(change: NewChange, active: EncoderKey | None) -> None:
    """Do nothing when the change begins where the store stands. Raises StoreError otherwise."""
    if active is not None and active != change.old:
        raise StoreError(
            f"The active encoder is {active}, not {change.old}: another program has changed it meanwhile.",
            hint="Look at the encoders again, then decide.",
        )


def check_release(key: EncoderKey, active: EncoderKey, lost: Sequence[str]) -> None:
    """Do nothing when an encoder may be let go. Raises StoreError where it is the active one or somebody (`lost`) would be forgotten."""
    if key == active:
        raise StoreError(f"{key.encoder_id} is the active encoder and cannot be let go.", hint="Promote another one first.")
    if lost:
        names = ", ".join(lost[:5]) + (f" and {len(lost) - 5} more" if len(lost) > 5 else "")
        raise StoreError(
            f"Only {key.encoder_id} knows {names}: without it they would not be recognised any more.",
            hint="Enrol a new picture of each, then let the old encoder go: facekit enrol NAME IMAGE...",
        )
