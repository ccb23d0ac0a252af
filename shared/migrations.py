"""How the database of a room is brought to its newest shape: what each room's Alembic environment calls."""

import os
from typing import Any

from sqlalchemy import MetaData, create_engine, pool, text

_LOCK = 4_711_003


def run_migrations(context: Any, metadata: MetaData) -> None:  # Alembic's module-like context
    """Run the migrations of one room as its owner role.

    A migration waits two seconds at most for a lock: it must never stand before the doors of a running room. Two
    that start at once run one after the other.
    """
    url = os.environ["KETENRADAR_MIGRATION_URL"].replace("postgresql://", "postgresql+psycopg://", 1)
    engine = create_engine(url, poolclass=pool.NullPool)
    with engine.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": _LOCK})
        connection.execute(text("SET lock_timeout = '2s'"))
        connection.commit()
        context.configure(connection=connection, target_metadata=metadata, transaction_per_migration=True)
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


def protect_audit(op: Any) -> None:  # Alembic's module-like operations
    """Make the audit table of a room append-only, for its owner too: a change must be visible as a break-in."""
    op.execute("""
        CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'audit is append-only'; END $$
    """)
    op.execute("""
        CREATE TRIGGER audit_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
        FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()
    """)
