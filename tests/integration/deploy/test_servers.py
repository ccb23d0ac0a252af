"""PostgreSQL and Redis as the run starts them: what they acknowledge is still there after kill -9."""

import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest
import redis

from deploy.local import programs
from deploy.local.databases import ensure_database, ensure_roles, role_names, with_database
from deploy.local.servers import Server, prepare_postgres, prepare_redis
from tests.support import Started, folder_for_servers, start_on_free_port

PASSWORD = "geheim"
Start = Callable[[Callable[[int], Server]], Started]


@pytest.fixture
def folder() -> Iterator[Path]:
    with folder_for_servers() as made:
        yield made


@pytest.fixture
def start(folder: Path) -> Iterator[Start]:
    with ExitStack() as stack:
        yield lambda prepare: start_on_free_port(prepare, folder, stack)


def test_postgres_keeps_what_it_committed_when_it_is_killed(folder: Path, start: Start) -> None:
    def prepare(port: int) -> Server:
        return prepare_postgres(folder, port=port, password=PASSWORD)

    server, process = start(prepare)
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute("CREATE TABLE teken AS SELECT 7 AS waarde")
    process.send_signal(signal.SIGKILL)
    process.wait()

    server, _ = start(prepare)

    with psycopg.connect(server.url) as connection:
        assert connection.execute("SELECT waarde FROM teken").fetchone() == (7,)


def test_a_cluster_that_was_half_made_is_made_anew(folder: Path, start: Start) -> None:
    half = folder / "pgdata-18.nieuw"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")

    server, _ = start(lambda port: prepare_postgres(folder, port=port, password=PASSWORD))

    with psycopg.connect(server.url) as connection:
        assert connection.execute("SHOW fsync").fetchone() == ("on",)


def test_the_lock_of_a_server_that_is_gone_does_not_block_the_next(folder: Path, start: Start) -> None:
    def prepare(port: int) -> Server:
        return prepare_postgres(folder, port=port, password=PASSWORD)

    server, process = start(prepare)
    programs.stop(process, signal.SIGINT)
    (next(folder.glob("pgdata-*")) / "postmaster.pid").write_text("1\n/elders\n")

    server, _ = start(prepare)

    with psycopg.connect(server.url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_room_cannot_enter_the_database_of_another_room(folder: Path, start: Start) -> None:
    server, _ = start(lambda port: prepare_postgres(folder, port=port, password=PASSWORD))
    made = {}
    for room in ("intake", "triage"):
        passwords = {role: f"van-{role}" for role in role_names(room)}
        ensure_roles(server.url, room, passwords)
        made[room] = ensure_database(server.url, room, passwords)

    own = made["intake"].app_url
    other = with_database(own, made["triage"].name)

    with psycopg.connect(own):
        pass
    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        psycopg.connect(other)
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(own.replace("van-", "fout-"))


def test_roles_and_databases_are_made_once_and_passwords_follow(folder: Path, start: Start) -> None:
    server, _ = start(lambda port: prepare_postgres(folder, port=port, password=PASSWORD))

    for round_ in ("een", "twee"):
        passwords = {role: f"{round_}-{role}" for role in role_names("intake")}
        ensure_roles(server.url, "intake", passwords)
        made = ensure_database(server.url, "intake", passwords)
        with psycopg.connect(made.app_url):
            pass


def test_redis_keeps_what_it_acknowledged_when_it_is_killed(folder: Path, start: Start) -> None:
    def prepare(port: int) -> Server:
        return prepare_redis(folder, port=port, password=PASSWORD)

    server, process = start(prepare)
    with redis.Redis.from_url(server.url) as client:
        client.xadd("keten:intake", {"a": "b"})
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
        assert client.config_get("appendfsync") == {"appendfsync": "always"}
    process.send_signal(signal.SIGKILL)
    process.wait()

    server, _ = start(prepare)

    with redis.Redis.from_url(server.url) as client:
        assert client.xlen("keten:intake") == 1


def test_redis_asks_for_its_password(folder: Path, start: Start) -> None:
    server, _ = start(lambda port: prepare_redis(folder, port=port, password=PASSWORD))

    with (
        redis.Redis.from_url(server.url.replace(f":{PASSWORD}@", "")) as client,
        pytest.raises(redis.AuthenticationError),
    ):
        client.ping()
    assert (folder / "redis.conf").stat().st_mode & 0o077 == 0
