"""What Alembic runs for every command: the connection comes from facekit.store.migrations.config, its transaction stays the caller's."""

from __future__ import annotations

from alembic import context

from facekit.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite changes a table by rebuilding it
    transactional_ddl=True,  # and does so inside a transaction, as we begin it ourselves
)
with context.begin_transaction():
    context.run_migrations()
