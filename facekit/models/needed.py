"""Which encoders a store needs in memory so that everyone in it is recognised."""

from __future__ import annotations

from facekit.cards import ModelCard
from facekit.errors import ModelError
from facekit.store.base import Repository
from facekit.types import EncoderKey
from facekit.weights import find_model


def encoders_beside(repository: Repository, active: EncoderKey) -> tuple[ModelCard, ...]:
    """The cards of the encoders to be asked beside the active one: each knows somebody whom none before it does, the largest first.

    An encoder that is not on this machine with the weights that made the templates, or that was never calibrated, is left out: what it
    alone knows cannot be asked (see Repository.people_without).
    """
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


def usable_card(key: EncoderKey) -> ModelCard | None:
    """The card of the encoder with these very weights, where it is on this machine and has a measured threshold; else None."""
    try:
        card, _ = find_model(key.encoder_id, task="encode")
    except ModelError:
        return None
    return card if card.key == key and card.operating_points else None
