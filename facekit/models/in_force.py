"""Which encoders a store needs in memory so that everyone in it is recognised. The store itself says which one is active."""

from __future__ import annotations

from dataclasses import dataclass

from facekit.cards import ModelCard
from facekit.errors import ModelError
from facekit.pipeline_config import DEFAULT_ENCODER
from facekit.store.base import Repository
from facekit.types import EncoderKey
from facekit.weights import find_model


@dataclass(frozen=True, slots=True)
class InForce:
    """The encoders to load.

    Args:
        active: Makes every new template and is asked first.
        beside: Each knows somebody whom none before it does; the one with most templates first.
        absent: The store's active one, where this machine does not have it with those weights and the default stands in; else None.
    """

    active: ModelCard
    beside: tuple[ModelCard, ...]
    absent: EncoderKey | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Of all, the active one's first."""
        return (self.active.model_id, *(card.model_id for card in self.beside))


def in_force(repository: Repository, *, wanted: str = "") -> InForce:
    """The encoders to load for a store.

    An encoder that is not on this machine with the weights that made the templates, or that was never calibrated, is not asked beside
    another: what it alone knows cannot be found (see Repository.people_without).

    Args:
        wanted: The name of another active one, for this time.

    Raises:
        ModelError: The one that is wanted, or the default, is not on this machine.
    """
    recorded = None if wanted else repository.active_encoder()
    active = usable_card(recorded, calibrated=False) if recorded else None
    absent = recorded if recorded and active is None else None
    if active is None:
        active, _ = find_model(wanted or DEFAULT_ENCODER, task="encode")
    return InForce(active, _beside(repository, active.key), absent)


def usable_card(key: EncoderKey, *, calibrated: bool = True) -> ModelCard | None:
    """The card of the encoder with these very weights, where it is on this machine and, if asked, has a measured threshold; else None."""
    try:
        card, _ = find_model(key.encoder_id, task="encode")
    except ModelError:
        return None
    return card if card.key == key and (card.operating_points or not calibrated) else None


def _beside(repository: Repository, active: EncoderKey) -> tuple[ModelCard, ...]:
    cards: list[ModelCard] = []
    keys = [active]
    lost = len(repository.people_without(keys))
    counts = repository.encoder_counts()
    for key in sorted(counts, key=lambda key: -counts[key]):
        card = usable_card(key) if lost and key not in keys else None
        if card and (left := len(repository.people_without([*keys, key]))) < lost:
            cards.append(card)
            keys.append(key)
            lost = left
    return tuple(cards)
