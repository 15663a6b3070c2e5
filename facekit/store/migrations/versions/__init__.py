"""One file a version of the schema; Alembic finds them by their names."""
