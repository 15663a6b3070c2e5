"""What the store and the disk say of the encoders, at one moment. Read on the database lane."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from facekit.models.inventory import KnownEncoder, Use, known_encoders
from facekit.models.moving import active_key, way_back
from facekit.store.base import ChangeKind, Coverage, EncoderChange, Repository
from facekit.types import EncoderKey


@dataclass(frozen=True, slots=True)
class Overview:
    """The encoders on this machine.

    Args:
        encoders: Those in use first.
        changes: The record, the newest first.
        way_back: What a roll-back leads to; None where there is nothing.
    """

    encoders: tuple[KnownEncoder, ...]
    coverage: Mapping[EncoderKey, Coverage]
    changes: tuple[EncoderChange, ...]
    way_back: EncoderKey | None

    def named(self, name: str) -> KnownEncoder | None:
        """The encoder of that name."""
        return next((encoder for encoder in self.encoders if encoder.card.model_id == name), None)

    @property
    def active(self) -> KnownEncoder | None:
        """The one in use."""
        return next((encoder for encoder in self.encoders if encoder.use is Use.ACTIVE), None)

    def active_since(self, encoder: KnownEncoder) -> EncoderChange | None:
        """The change that made it the active one; None where it has been from the beginning, or is not."""
        switches = (entry for entry in self.changes if entry.change.kind is not ChangeKind.RELEASE)
        newest = next(switches, None)
        return newest if newest and newest.change.new == encoder.card.key else None


def overview(repository: Repository) -> Overview:
    """The encoders now."""
    encoders = sorted(known_encoders(repository), key=lambda encoder: list(Use).index(encoder.use))
    changes = repository.encoder_changes()
    return Overview(
        encoders=tuple(encoders),
        coverage={encoder.card.key: repository.coverage(encoder.card.key) for encoder in encoders},
        changes=changes,
        way_back=way_back(changes, active_key(repository)),
    )
