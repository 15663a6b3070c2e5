"""A template's vectors in a table of their own, one an encoder, and the record of changes of encoder."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_RECORDED = ("old_encoder_id", "old_weights_hash", "new_encoder_id", "new_weights_hash", "evidence", "reason")
_MOVED = ("encoder_id", "weights_hash", "vector", "vector_size")


def upgrade() -> None:
    """Move the vectors, then drop the columns that they were in."""
    op.create_table(
        "vectors",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("template_id", sa.Integer(), nullable=False),
        sa.Column("encoder_id", sa.Text(), nullable=False),
        sa.Column("weights_hash", sa.Text(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.Column("vector_size", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_vectors"),
        sa.ForeignKeyConstraint(["template_id"], ["templates.id"], name="fk_vectors_template_id", ondelete="CASCADE"),
        sa.UniqueConstraint("template_id", "encoder_id", "weights_hash", name="uq_vectors_template_id_encoder_id_weights_hash"),
    )
    op.create_index("ix_vectors_encoder_id_weights_hash", "vectors", ["encoder_id", "weights_hash"])
    columns = ", ".join(_MOVED)
    op.execute(f"INSERT INTO vectors (template_id, {columns}) SELECT id, {columns} FROM templates ORDER BY id")
    op.drop_index("ix_templates_encoder_id_weights_hash", table_name="templates")
    with op.batch_alter_table("templates", table_kwargs={"sqlite_autoincrement": True}) as templates:
        for name in _MOVED:
            templates.drop_column(name)
    op.create_table(
        "encoder_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in _RECORDED),
        sa.PrimaryKeyConstraint("id", name="pk_encoder_changes"),
        sqlite_autoincrement=True,
    )
