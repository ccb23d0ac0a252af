"""How Alembic finds the tables of triage."""

from alembic import context

from services.triage.tables.core import metadata
from shared.migrations import run_migrations

run_migrations(context, metadata)
