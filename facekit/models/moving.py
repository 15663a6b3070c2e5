"""A gallery's move from one encoder to another: re-encoding beside what is there, the switch, the way back, and the end of it.

Every step is one transaction of the store, and between any two of them everyone is recognised: whom the active encoder does not know yet
is searched for by the one that does (see facekit.models.in_force).
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from facekit.cards import ModelCard
from facekit.encoders.base import Encoder
from facekit.encoders.mirrored import Mirrored
from facekit.errors import ImageError, ModelError, PromotionRefusedError
from facekit.evaluation.promotion import Verdict
from facekit.imaging import realigned
from facekit.models.in_force import in_force, usable_card
from facekit.store.base import ChangeKind, EncoderChange, NewChange, Repository
from facekit.types import AlignedFace, EncoderKey

logger = logging.getLogger(__name__)

_BATCH = 16


@dataclass(frozen=True, slots=True)
class Reencoded:
    """How far a re-encoding is.

    Args:
        done: Templates looked at.
        unreadable: The ids of those whose crop cannot be read: they stay with the encoder that they have.
    """

    done: int
    total: int
    unreadable: tuple[int, ...] = ()


def reencode(repository: Repository, encoder: Encoder) -> Iterator[Reencoded]:
    """Make from the kept crops what `encoder` makes of them, beside what is stored; told before the first batch and after each.

    What is stored is not made again, so an interrupted run goes on where it stopped.
    """
    waiting = iter(ids := repository.coverage(encoder.card.key).to_encode)
    state = Reencoded(0, len(ids))
    yield state
    while batch := tuple(islice(waiting, _BATCH)):
        crops = [(template_id, _crop(repository, template_id, encoder.card)) for template_id in batch]
        readable = [(template_id, crop) for template_id, crop in crops if isinstance(crop, AlignedFace)]
        made = Mirrored(encoder).encode([crop for _, crop in readable])
        repository.add_embeddings([(template_id, embedding) for (template_id, _), embedding in zip(readable, made, strict=True)])
        broken = tuple(template_id for template_id, crop in crops if isinstance(crop, ImageError))
        state = Reencoded(state.done + len(batch), state.total, state.unreadable + broken)
        yield state


def promotion(repository: Repository, card: ModelCard, verdict: Verdict | None = None, *, reason: str = "") -> NewChange:
    """The change that would make an encoder the active one, where it may be made.

    Args:
        verdict: Of the comparison with the present one; another's counts as none.
        reason: Why it is forced, typed by a person; empty where it is not.

    Raises:
        PromotionRefusedError: It is not shown to be no worse, and nothing forces it.
        ModelError: It is the active one already, or was never calibrated.
    """
    active = active_key(repository)
    if card.key == active:
        raise ModelError(
            f"{card.model_id} is the active encoder already.", hint=f"Bring kept pictures across: facekit models reencode {card.model_id}."
        )
    card.operating_point(0.0)  # raises for one that was never calibrated: nothing could be decided with it
    fitting = verdict if verdict and (verdict.old, verdict.new) == (active, card.key) else None
    evidence = json.dumps(fitting.as_json(), ensure_ascii=False) if fitting else ""
    if fitting and fitting.may_be_promoted:
        return NewChange(ChangeKind.PROMOTE, active, card.key, evidence)
    if not reason.strip():
        why = fitting.reason if fitting else f"{card.model_id} was not compared with {active.encoder_id}, the active encoder."
        raise PromotionRefusedError(f"{card.model_id} is not promoted. {why}", hint=_WAY_OUT.format(name=card.model_id))
    return NewChange(ChangeKind.PROMOTE, active, card.key, evidence, reason.strip())


def promote(repository: Repository, card: ModelCard, verdict: Verdict | None = None, *, reason: str = "") -> EncoderChange:
    """Make an encoder the active one, in one transaction; templates of the old one stay until it is released. Raises as `promotion` does.

    Raises:
        StoreError: Another program has changed the encoder meanwhile.
    """
    change = promotion(repository, card, verdict, reason=reason)
    entry = repository.switch_encoder(change)
    if change.reason:
        logger.warning("%s was made the active encoder by force: %s", change.new, change.reason)
    return entry


_WAY_OUT = "Measure it: facekit models promote {name} --on FOLDER, or force it and say why: --force --reason TEXT."


def roll_back(repository: Repository) -> EncoderChange:
    """Make the encoder before the last promotion the active one again, in one transaction.

    Raises:
        ModelError: There is none to go back to: nothing was promoted, it was let go, or it is not on this machine any more.
        StoreError: Another program has changed the encoder meanwhile.
    """
    active = active_key(repository)
    target = way_back(repository.encoder_changes(), active)
    if target is None:
        raise ModelError(
            f"There is no encoder to go back to from {active.encoder_id}: none was promoted, or the former was let go.",
            hint="See facekit models list; any encoder of it can be promoted.",
        )
    if usable_card(target) is None:
        raise ModelError(
            f"{target} is not on this machine any more, so the gallery cannot go back to it.",
            hint="Import it first: facekit models import FOLDER.",
        )
    return repository.switch_encoder(NewChange(ChangeKind.ROLL_BACK, active, target))


def way_back(changes: Sequence[EncoderChange], active: EncoderKey) -> EncoderKey | None:
    """The encoder that a roll-back leads to; None where there is none.

    Args:
        changes: The newest first.
    """
    before: list[EncoderKey] = []
    for change in (entry.change for entry in reversed(changes)):
        if change.kind is ChangeKind.PROMOTE:
            before.append(change.old)
        elif change.kind is ChangeKind.ROLL_BACK:
            before.pop()
        else:
            before = [key for key in before if key != change.old]
    return next((key for key in reversed(before) if key != active), None)


def release(repository: Repository, name: str) -> int:
    """Let an old encoder go: delete all that it made, so that nothing leads back to it; how many embeddings.

    Raises:
        ModelError: Nothing was made by an encoder of that name.
        StoreError: It is the active one, or the only one that knows somebody: nobody may be lost.
    """
    active = active_key(repository)
    keys = [key for key in repository.encoder_counts() if key.encoder_id == name and (key != active)] or [
        key for key in (active,) if key.encoder_id == name
    ]
    if not keys:
        raise ModelError(f"No template was made by an encoder {name!r}.", hint="See facekit models list.")
    return sum(repository.release_encoder(key, active) for key in keys)


def active_key(repository: Repository) -> EncoderKey:
    """The encoder that the store is on: recorded in it, else the program's default. Raises ModelError where that is not here."""
    return repository.active_encoder() or in_force(repository).active.key


def _crop(repository: Repository, template_id: int, card: ModelCard) -> AlignedFace | ImageError | None:
    """The kept picture as the encoder takes it; None where the template was removed meanwhile."""
    try:
        crop = repository.crop(template_id)
        return realigned(crop, size=card.input_size) if crop else None
    except ImageError as error:
        return error
