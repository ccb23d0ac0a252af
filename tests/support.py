"""What the fixtures of ``conftest.py`` are made of: their types, to annotate tests with, and how servers start."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from cryptography.hazmat.primitives.asymmetric import ec

from deploy.local import places, programs
from deploy.local.databases import RoomDatabase
from deploy.local.issuer import AUDIENCE, TokenIssuer
from deploy.local.servers import Server, wait_until_ready
from shared.web.auth import Verifier
from shared.web.edge import Edge

if TYPE_CHECKING:
    from fastapi import FastAPI

PORTS = (20_000, 31_999)
PORT_ATTEMPTS = 3
# The files that take more than half a minute: whoever began with one of these last would be waited for.
LONGEST_FIRST = (
    "tests/faults/test_faults.py",
    "tests/canary/test_canary.py",
    "tests/flow/test_schemathesis.py",
    "tests/house/test_deployment.py",
    "tests/flow/test_chain.py",
    "tests/canary/test_matrix.py",
    "tests/flow/test_region.py",
    "tests/integration/web/test_bad_input.py",
)

RoomDatabaseFactory = Callable[[str], RoomDatabase]


@dataclass(frozen=True, slots=True)
class Servers:
    """The servers of this session; ``redis_url`` is without a database number."""

    admin_url: str
    redis_url: str


Started = tuple[Server, "subprocess.Popen[bytes]"]


@contextmanager
def folder_for_servers() -> Iterator[Path]:
    """Make a folder that the user of PostgreSQL can enter, also as root, and remove it afterwards."""
    place = places.SHARED_TEMPORARY if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="ketenradar-test-", dir=place))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def start_on_free_port(prepare: Callable[[int], Server], folder: Path, stack: ExitStack) -> Started:
    """Start a server until ``stack`` closes; a port that somebody else takes in the same moment is tried elsewhere."""
    for attempt in range(PORT_ATTEMPTS):
        first = PORTS[0] + int.from_bytes(os.urandom(2)) % (PORTS[1] - PORTS[0] - 100)
        server = prepare(programs.free_port(first, PORTS[1]))
        log = folder / f"{server.program.name}.log"
        process = programs.start(server.program, log)
        stack.callback(programs.stop, process, server.program.stop_signal)
        try:
            wait_until_ready(process, server.program, log)
        except RuntimeError:
            if attempt == PORT_ATTEMPTS - 1:
                raise
        else:
            return server, process
    raise AssertionError("the loop returns or raises")


class SettableClock:
    """A clock that stands still until the test moves it."""

    def __init__(self, now: datetime) -> None:
        self.set(now)

    def __call__(self) -> datetime:
        return self.now

    def set(self, now: datetime) -> None:
        """Make it ``now``, which must be aware."""
        assert now.tzinfo is not None
        self.now = now

    def advance(self, step: timedelta) -> datetime:
        """Let ``step`` pass, and return what time it is then."""
        self.now += step
        return self.now


@dataclass(frozen=True, slots=True)
class TestIssuer(TokenIssuer):
    """An identity provider inside the test: ``mint`` signs, ``fetch_jwks`` is the source for a verifier."""

    __test__ = False

    @property
    def audience(self) -> str:
        """The audience of every token of this house."""
        return AUDIENCE

    @property
    def verifier(self) -> Verifier:
        """A verifier that trusts this issuer, and knows no token yet."""
        return Verifier(issuer=self.issuer, audience=self.audience, jwks=self.fetch_jwks)

    def rotated(self) -> "TestIssuer":
        """Return the same issuer with another key."""
        return TestIssuer(self.issuer, ec.generate_private_key(ec.SECP256R1()))

    async def fetch_jwks(self) -> dict[str, Any]:
        """Return the public keys as the JWKS address of a provider would."""
        return dict(self.jwks())

    def headers(self, rol: str, organisatie: str, *, gemeenten: tuple[str, ...] = (), **changes: Any) -> dict[str, str]:
        """Return the header with which somebody of this role and organisation calls."""
        return {"Authorization": f"Bearer {self.mint(rol, organisatie, gemeenten=gemeenten, **changes)}"}


_put_together: dict[str, Edge] = {}


def with_kept_routes(made: Edge, room: str) -> Edge:
    """Return the application of a room with the state of one that was just made, and the routes of the first one.

    FastAPI works each route out at its first question, which for a room of a hundred is a fifth of all that a test
    does; what one test can change for the next is in the state alone.
    """
    kept = _put_together.setdefault(room, made)
    root, new_root = cast("FastAPI", kept._app), cast("FastAPI", made._app)
    kept.api.state, root.state = made.api.state, new_root.state
    kept.verifier, kept.limiter = made.verifier, made.limiter
    return kept
