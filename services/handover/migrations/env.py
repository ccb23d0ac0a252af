"""The Alembic environment of handover."""

from alembic import context

from services.handover.tables import metadata
from shared.migrations import run_migrations

run_migrations(context, metadata)
