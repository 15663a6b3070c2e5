"""The encoders' files were written again without their exporter's notes: the same weights under another hash. Nobody is lost by it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_AGAIN = (
    (
        "encoder-v0",
        "9269c5a98cf0c2a75ed84cfbe2cfbe35010568831576c0996eac2cfbb47de72e",
        "0bd4646f7dd5f72d2020e80a1059a1cf1210063ef3b9fa94d3de59ef909f1612",
    ),
    (
        "encoder-v1",
        "a3a097cd52911ed9b705c916a36cc87ac3284b2ff52d2f3619b5f89f7b8caecb",
        "1d681ffa05e123d40cf29eef85f08b40c8d5195338304344325d4eb9471810c5",
    ),
    (
        "encoder-v2",
        "326ea35bd54dab642b1e32d507158c002d6c186f5b1d7ff26b0aec80a858b3aa",
        "f0311cddfb29db840779bfe33d2b2b5d99c9f52dea8e616428cb6dcb6734b9d6",
    ),
)
"""Encoder, hash before, hash now."""

_KEYS = (("vectors", ""), ("exclusions", ""), ("encoder_changes", "old_"), ("encoder_changes", "new_"))
"""Tables and how the columns of the key begin there."""


def upgrade() -> None:
    """Give what these encoders made their new hash."""
    for name, start in _KEYS:
        encoder, weights = (sa.column(f"{start}{column}", sa.Text()) for column in ("encoder_id", "weights_hash"))
        rows = sa.table(name, encoder, weights)
        for encoder_id, before, now in _AGAIN:
            op.execute(sa.update(rows).where(encoder == encoder_id, weights == before).values({weights: now}))
