"""The migrations of monitoring make exactly the tables that the room works with, and can be undone."""

import os

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect

from deploy.migrate import URL_VARIABLE, config_of
from services.monitoring.tables import metadata
from tests.support import RoomDatabaseFactory


def test_the_migrated_schema_is_the_one_in_tables(room_database: RoomDatabaseFactory) -> None:
    engine = create_engine(room_database("monitoring").owner_url.replace("postgresql://", "postgresql+psycopg://", 1))

    with engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection), metadata)

    engine.dispose()
    assert found == []


def test_the_migrations_can_be_undone_and_done_again(
    room_database: RoomDatabaseFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = room_database("monitoring")
    monkeypatch.setenv(URL_VARIABLE, made.owner_url)
    engine = create_engine(os.environ[URL_VARIABLE].replace("postgresql://", "postgresql+psycopg://", 1))

    command.downgrade(config_of("monitoring"), "base")
    with engine.connect() as connection:
        left = inspect(connection).get_table_names()
    command.upgrade(config_of("monitoring"), "head")

    engine.dispose()
    assert left == ["alembic_version"]
