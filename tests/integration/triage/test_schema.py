"""The migrations of triage make exactly the tables that the room works with, and can be undone."""

import os

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect, text

from deploy.migrate import URL_VARIABLE, config_of
from services.triage.tables import metadata
from shared.ids import new_id
from tests.support import RoomDatabaseFactory


def test_the_migrated_schema_is_the_one_in_tables(room_database: RoomDatabaseFactory) -> None:
    engine = create_engine(room_database("triage").owner_url.replace("postgresql://", "postgresql+psycopg://", 1))

    with engine.connect() as connection:
        found = compare_metadata(MigrationContext.configure(connection), metadata)

    engine.dispose()
    assert found == []


def test_the_migrations_can_be_undone_and_done_again(
    room_database: RoomDatabaseFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = room_database("triage")
    monkeypatch.setenv(URL_VARIABLE, made.owner_url)
    engine = create_engine(os.environ[URL_VARIABLE].replace("postgresql://", "postgresql+psycopg://", 1))

    command.downgrade(config_of("triage"), "base")
    with engine.connect() as connection:
        left = inspect(connection).get_table_names()
    command.upgrade(config_of("triage"), "head")

    engine.dispose()
    assert left == ["alembic_version"]


def test_a_voorwaarde_of_before_they_were_followed_is_open_since_it_was_set(
    room_database: RoomDatabaseFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = room_database("triage")
    monkeypatch.setenv(URL_VARIABLE, made.owner_url)
    engine = create_engine(os.environ[URL_VARIABLE].replace("postgresql://", "postgresql+psycopg://", 1))
    command.downgrade(config_of("triage"), "0008")
    with engine.begin() as connection:
        connection.execute(
            text("""
            INSERT INTO dossier (id, melding_id, nummer, casus_id, gemeente_code, ontvangen_op, geopend_op, hermelding,
                                 status, versie)
            VALUES (gen_random_uuid(), gen_random_uuid(), 1, gen_random_uuid(), '0599', now(), now(), false, 'x', 1)
        """)
        )
        connection.execute(
            text("""
            INSERT INTO dienst (id, dossier_id, melding_id, casus_id, gemeente_code, soort, status, gestart_op,
                                uiterlijk, versie)
            SELECT gen_random_uuid(), id, melding_id, casus_id, '0599', 'onderzoek', 'open', now(), now(), 1
            FROM dossier
        """)
        )
        connection.execute(
            text("""
                INSERT INTO veiligheidsvoorwaarde (id, dienst_id, controle_op, tekst)
                SELECT :id, id, '2026-04-01', '' FROM dienst
            """),
            {"id": (new := new_id())},
        )

    command.upgrade(config_of("triage"), "head")

    with engine.connect() as connection:
        row = connection.execute(text("SELECT status, versie, gesteld_op FROM veiligheidsvoorwaarde")).one()
    engine.dispose()
    assert (row.status, row.versie) == ("open", 1)
    assert int(row.gesteld_op.timestamp() * 1000) == new.int >> 80
