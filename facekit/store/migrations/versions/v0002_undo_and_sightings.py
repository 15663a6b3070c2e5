"""A removal that can be undone, and sightings that last."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Columns that were not there; nothing is rebuilt."""
    op.add_column("persons", sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("events", sa.Column("seen_until", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_events_seen_at", "events", ["seen_at"])
