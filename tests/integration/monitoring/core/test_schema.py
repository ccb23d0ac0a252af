"""The migrations of monitoring make exactly the tables that the room works with, and can be undone."""

import os
import re
from uuid import uuid4

import psycopg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect

from deploy.migrate import URL_VARIABLE, config_of
from services.monitoring.store.termijnen import _STATUS
from services.monitoring.tables import metadata
from shared.rules.codes import TermijnStatus
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


def test_secrets_and_what_waits_for_a_subscriber_outlive_the_change_to_delivery_per_casus(
    room_database: RoomDatabaseFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = room_database("monitoring")
    monkeypatch.setenv(URL_VARIABLE, made.owner_url)
    command.downgrade(config_of("monitoring"), "0006")
    runs, ended, casus_id = (str(uuid4()) for _ in range(3))
    subscribed = """INSERT INTO abonnement (id, callback_url, soorten, gemeente_codes, geheim, rol, organisatie_id,
        aangemaakt_op, beeindigd_op) VALUES (%s, 'https://o.example/x', '{a}', '{}', 'dicht', 'ketenpartner', 'p',
        now(), %s)"""
    waiting = """INSERT INTO bericht (id, kanaal, doel, abonnement_id, event_id, casus_id, inhoud, status,
        aangemaakt_op) VALUES (gen_random_uuid(), 'webhook', %s, %s, gen_random_uuid(), %s, %s, 'wachtend', now())"""
    told = '{"soort": "nl.ketenradar.termijn-dreigend.v1", "volgnummer": 7, "oorzaakId": null, "data": {"soort": "x"}}'
    with psycopg.connect(made.owner_url, autocommit=True) as connection:
        connection.execute(subscribed, (runs, None))
        connection.execute(subscribed, (ended, "2026-03-02T09:00:00Z"))
        for abonnement_id in (runs, ended):
            connection.execute(waiting, (abonnement_id, abonnement_id, casus_id, told))

    command.upgrade(config_of("monitoring"), "head")

    with psycopg.connect(made.owner_url) as connection:
        secrets = connection.execute("SELECT id::text, geheim FROM abonnement_geheim WHERE tot IS NULL").fetchall()
        notices = connection.execute(
            "SELECT abonnement_id::text, status, volgnummer, inhoud, eigenaar_rol, eigenaar_id FROM bericht"
        ).fetchall()
    assert sorted(secrets) == sorted([(runs, b"dicht"), (ended, b"dicht")])
    found = {row[0]: row[1:] for row in notices}
    whole = {
        "soort": "nl.ketenradar.termijn-dreigend.v1",
        "data": {"soort": "x"},
        "bron": "monitoring",
        "casusId": casus_id,
    }
    assert found[runs] == ("wachtend", 7, whole, "ketenpartner", "p")
    assert found[ended][0] == "vervallen"


def test_open_and_late_clocks_are_read_along_an_index_that_holds_no_others(room_database: RoomDatabaseFactory) -> None:
    asked = {"": "ix_termijn_open ", "gemeente_code IN ('0599') AND": "ix_termijn_open_gemeente "}
    plans = {}

    with psycopg.connect(room_database("monitoring").owner_url) as connection:
        connection.execute("SET enable_seqscan = off")
        connection.execute("SET enable_sort = off")
        for other in ("ix_termijn_uiterlijk", "ix_termijn_gemeente"):
            connection.execute(
                f"DROP INDEX {other}"
            )  # of an empty table any index may be taken, so only these are left
        for status in (TermijnStatus.VERSTREKEN, TermijnStatus.OPEN, TermijnStatus.DREIGEND):
            condition = str(_STATUS[status]).replace(":now", "CAST('2026-03-10' AS timestamptz)")
            for where in asked:
                query = f"EXPLAIN SELECT * FROM termijn WHERE {where} {condition} ORDER BY uiterlijk, id LIMIT 50"  # noqa: S608
                plans[status, where] = " ".join(row[0] for row in connection.execute(query))
        connection.rollback()

    assert [key for key, plan in plans.items() if f"Index Scan using {asked[key[1]]}" not in plan] == []
    ranges = [re.search(r"Index Cond: .*?uiterlijk [<>]=? '", plan) for plan in plans.values()]
    assert None not in ranges  # and of that index only what is asked for, in the order of the list
