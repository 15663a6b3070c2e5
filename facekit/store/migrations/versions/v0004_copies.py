"""Where crops were copied to, for a training."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """A table of folders."""
    op.create_table("copies", sa.Column("folder", sa.Text(), nullable=False), sa.PrimaryKeyConstraint("folder", name="pk_copies"))
