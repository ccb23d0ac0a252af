"""What every test may lean on: real servers, a database of its own, a clock that it sets, keys, signed tokens.

One PostgreSQL and one Redis serve the whole session, whichever number of processes the tests run in. A database
of a room is copied from a template that was migrated once.
"""

import gc
import os
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import redis
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import settings

from deploy.local import identity
from deploy.local.databases import RoomDatabase
from deploy.local.servers import Server, prepare_postgres, prepare_redis
from tests import pool
from tests.support import (
    LONGEST_FIRST,
    RoomDatabaseFactory,
    Servers,
    SettableClock,
    TestIssuer,
    folder_for_servers,
    start_on_free_port,
)

# A test says what is true, and not how long it takes on a machine that has other work.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

REDIS_DATABASES = 64
SLOW_MARKERS = {
    "browser": "needs a browser",
    "fuzz": "asks everything of every door, which takes some minutes of two processors (make fuzz)",
    "load": "measures under load, and wants the machine for itself",
    "oidc": "needs Node.js and a real identity provider",
}
# Tests need no disk that survives a power cut, and make many connections.
_POSTGRES_FOR_TESTS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "scram_iterations": "16",
    "autovacuum": "off",
}
_REDIS_FOR_TESTS = {"appendfsync": "no", "databases": str(REDIS_DATABASES)}


# --- which tests run -------------------------------------------------------------------------------------------


def pytest_configure(config: pytest.Config) -> None:
    """Register the markers of tests that ask for more than Python."""
    # Also when pytest is started by hand: what the tests start is compiled once, and not by each of them.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    if hasattr(config.option, "loadscopereorder"):
        # pytest-xdist would begin with the files of most tests, and end with those that start a house.
        config.option.loadscopereorder = False
    for name, meaning in SLOW_MARKERS.items():
        config.addinivalue_line("markers", f"{name}: {meaning}")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with what takes longest, and leave out what asks for more than Python unless it is asked for by name."""
    order = {name: place for place, name in enumerate(LONGEST_FIRST)}
    items.sort(key=lambda item: order.get(item.nodeid.partition("::")[0], len(order)))
    if config.option.markexpr or any("::" in argument for argument in config.args):
        return
    left_out = [item for item in items if any(item.get_closest_marker(name) for name in SLOW_MARKERS)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


def pytest_collection_finish() -> None:
    """Take what was collected out of the rounds of the garbage collector: it stays until the end."""
    gc.collect()
    gc.freeze()


# --- servers ---------------------------------------------------------------------------------------------------


class ServerPair:
    """Start PostgreSQL and Redis in a folder of their own, and remove all of it at the end."""

    def __init__(self) -> None:
        self._stack = ExitStack()

    def start(self) -> Servers:
        """Start both on free ports."""
        folder = self._stack.enter_context(folder_for_servers())

        def postgres(port: int) -> Server:
            return prepare_postgres(folder, port=port, password=pool.PASSWORD, settings=_POSTGRES_FOR_TESTS)

        def store(port: int) -> Server:
            return prepare_redis(folder, port=port, password=pool.PASSWORD, settings=_REDIS_FOR_TESTS)

        started = [start_on_free_port(prepare, folder, self._stack) for prepare in (postgres, store)]
        return Servers(started[0][0].url, started[1][0].url.rsplit("/", 1)[0])

    def stop(self) -> None:
        """Stop both, the last first."""
        self._stack.close()


_pair_of_all_processes: list[ServerPair] = []


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Hand the servers to a process of pytest-xdist; the first one makes the main process start them."""
    config = node.config
    if not hasattr(config, "_ketenradar_servers"):
        pair = ServerPair()
        _pair_of_all_processes.append(pair)
        config._ketenradar_servers = pair.start()
    servers: Servers = config._ketenradar_servers
    node.workerinput["ketenradar_servers"] = [servers.admin_url, servers.redis_url]


def pytest_unconfigure() -> None:
    """Stop the servers that the main process started for the others."""
    while _pair_of_all_processes:
        _pair_of_all_processes.pop().stop()


@pytest.fixture(scope="session")
def servers(request: pytest.FixtureRequest) -> Iterator[Servers]:
    """A real PostgreSQL and a real Redis, started once."""
    given = getattr(request.config, "workerinput", {}).get("ketenradar_servers")
    if given:
        yield Servers(*given)
        return
    pair = ServerPair()
    try:
        yield pair.start()
    finally:
        pair.stop()


# --- databases -------------------------------------------------------------------------------------------------


@pytest.fixture
def room_database(servers: Servers) -> Iterator[RoomDatabaseFactory]:
    """A function that gives an empty, migrated database of a room; ``"scratch"`` gives one without tables."""
    with ExitStack() as stack:

        def make(room: str) -> RoomDatabase:
            made = pool.take(servers.admin_url, room)
            stack.callback(pool.give_back, servers.admin_url, room, made)
            return made

        yield make


# --- redis -----------------------------------------------------------------------------------------------------


@pytest.fixture
def redis_url(servers: Servers) -> str:
    """The address of an empty Redis database that no other running test uses."""
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % REDIS_DATABASES
    url = f"{servers.redis_url}/{number}"
    with redis.Redis.from_url(url) as client:
        client.flushdb()
    return url


# --- time, keys, tokens ----------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """The rooms run on asyncio, and so do their tests."""
    return "asyncio"


@pytest.fixture
def klok() -> SettableClock:
    """A clock at an ordinary Monday morning: 2 March 2026, ten o'clock in Rotterdam."""
    return SettableClock(datetime(2026, 3, 2, 9, 0, tzinfo=UTC))


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file with the keys under which a room seals personal data (``Vault.from_file(keys)``)."""
    file = tmp_path_factory.mktemp("keys") / "room.sleutels.json"
    file.write_text(identity.new_room_keys())
    return file


@pytest.fixture(scope="session")
def issuer() -> TestIssuer:
    """An issuer with a fresh key; ``issuer.verifier`` is what an application under test checks its tokens with."""
    return TestIssuer("https://uitgever.test", ec.generate_private_key(ec.SECP256R1()))
