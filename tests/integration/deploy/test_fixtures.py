"""The ground under the other tests: databases that are apart, rights as in production, a Redis that is empty."""

import psycopg
import pytest
import redis
from sqlalchemy import text

from deploy.local import databases, places
from deploy.local.databases import RoomDatabase
from shared.db import create_engine, in_transaction
from tests import pool
from tests.support import LONGEST_FIRST, RoomDatabaseFactory, Servers

pytestmark = pytest.mark.anyio


def test_every_file_that_is_begun_with_is_there() -> None:
    assert [name for name in LONGEST_FIRST if not (places.PROJECT / name).is_file()] == []


def test_two_databases_of_one_room_do_not_see_each_other(room_database: RoomDatabaseFactory) -> None:
    first, second = room_database("scratch"), room_database("scratch")

    with psycopg.connect(first.owner_url) as connection:
        connection.execute("CREATE TABLE teken (id int)")

    with psycopg.connect(second.owner_url) as connection:
        found = connection.execute("SELECT to_regclass('teken')").fetchone()
    assert found == (None,)


def test_the_working_role_may_use_rows_but_make_no_table(room_database: RoomDatabaseFactory) -> None:
    made = room_database("scratch")
    with psycopg.connect(made.owner_url) as connection:
        connection.execute("CREATE TABLE teken (id bigserial PRIMARY KEY, waarde text)")

    with psycopg.connect(made.app_url, autocommit=True) as connection:
        connection.execute("INSERT INTO teken (waarde) VALUES ('a')")
        connection.execute("UPDATE teken SET waarde = 'b'")
        connection.execute("DELETE FROM teken")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("CREATE TABLE ander (id int)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("TRUNCATE teken")


def test_the_working_role_is_no_superuser_and_has_no_way_into_another_database(
    room_database: RoomDatabaseFactory, servers: Servers
) -> None:
    made = room_database("scratch")

    with psycopg.connect(made.app_url) as connection:
        rights = connection.execute(
            "SELECT rolsuper, rolcreatedb, rolcreaterole, rolbypassrls FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
    assert rights == (False, False, False, False)

    other = room_database("scratch")
    with psycopg.connect(servers.admin_url, autocommit=True) as connection:
        connection.execute(f'REVOKE CONNECT ON DATABASE "{other.name}" FROM ketenradar_scratch_app'.encode())
    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        psycopg.connect(other.app_url)


async def test_the_async_driver_works_on_it(room_database: RoomDatabaseFactory) -> None:
    made: RoomDatabase = room_database("scratch")

    engine = create_engine(made.app_url, name="test")
    try:
        async with in_transaction(engine) as connection:
            assert await connection.scalar(text("SHOW timezone")) == "UTC"
            assert await connection.scalar(text("SELECT 'a' < 'B'")) is False
    finally:
        await engine.dispose()


@pytest.mark.parametrize("_round", [1, 2])
def test_each_test_begins_with_an_empty_redis(redis_url: str, _round: int) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert client.dbsize() == 0
        client.xadd("keten:test", {"a": "b"})


def test_a_database_that_was_used_is_empty_for_the_next_test(
    room_database: RoomDatabaseFactory, servers: Servers
) -> None:
    made = room_database("triage")
    admin = databases.with_database(servers.admin_url, made.name)
    with psycopg.connect(made.owner_url) as connection:
        connection.execute("INSERT INTO volgnummer (casus_id, laatste) VALUES (gen_random_uuid(), 3)")

    assert pool.is_emptied(admin, "triage")

    with psycopg.connect(made.owner_url) as connection:
        assert connection.execute("SELECT count(*) FROM volgnummer").fetchone() == (0,)


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE volgnummer ADD COLUMN extra int",
        "DROP TRIGGER audit_is_append_only ON audit",
        "ALTER TABLE dossier DISABLE ROW LEVEL SECURITY",
        "CREATE TABLE erbij (id int)",
        "REVOKE SELECT ON dossier FROM ketenradar_triage_app",
    ],
)
def test_a_database_that_a_test_has_changed_is_not_used_again(
    room_database: RoomDatabaseFactory, servers: Servers, change: str
) -> None:
    made = room_database("triage")
    with psycopg.connect(made.owner_url) as connection:
        connection.execute(change.encode())

    assert not pool.is_emptied(databases.with_database(servers.admin_url, made.name), "triage")
