"""The Alembic environment of monitoring."""

from alembic import context

from services.monitoring.tables import metadata
from shared.migrations import run_migrations

run_migrations(context, metadata)
