"""The rooms and an identity provider of others: its tokens are accepted, our proofs are, and abuse of them is not.

The provider is ``oidc-provider`` for Node.js, installed by the test itself in a folder that is thrown away. It shares
no code with us, so that a mistake that our issuer and our verifier make together would show here.
"""

import json
import secrets
import shutil
import subprocess
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm
from starlette.types import Receive, Scope, Send

from deploy.local import programs
from shared.errors import NotAuthenticatedError, OperationalError
from shared.rules.codes import Rol
from shared.web.auth import Caller, Verifier
from shared.web.client import RoomClient, key_id
from shared.web.jwks import jwks_over_http
from tests.support import PORTS

pytestmark = [pytest.mark.anyio, pytest.mark.oidc]

HERE = Path(__file__).parent
CLIENT = "ketenradar-handover"
SCOPE = "intake:lezen triage:lezen"
ROOM = "https://kamer.test"
ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@dataclass(frozen=True, slots=True)
class Provider:
    """The provider as it runs, and the key of its client."""

    issuer: str
    token_url: str
    jwks_url: str
    key: rsa.RSAPrivateKey

    def assertion(self, **changes: Any) -> str:
        """Return a proof as our client makes it, with changes."""
        now = int(time.time())
        claims = {"iss": CLIENT, "sub": CLIENT, "aud": self.issuer, "iat": now, "exp": now + 60, **changes}
        claims.setdefault("jti", secrets.token_urlsafe(16))
        return jwt.encode(claims, self.key, "PS256", {"kid": key_id(self.key.public_key())})

    async def ask(self, assertion: str) -> httpx.Response:
        """Ask for a token with a proof."""
        form = {
            "grant_type": "client_credentials",
            "scope": SCOPE,
            "client_id": CLIENT,
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": assertion,
        }
        async with httpx.AsyncClient(timeout=10) as http:
            return await http.post(self.token_url, data=form)


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        pytest.skip("Node.js or npm is not on this machine")
    folder = tmp_path_factory.mktemp("oidc")
    for name in ("package.json", "provider.mjs"):
        shutil.copy(HERE / name, folder)
    done = subprocess.run(  # noqa: S603, npm as it was found on this machine
        [npm, "install", "--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    if done.returncode:
        pytest.skip("the provider could not be installed")
    yield from _running(node, folder)


def _running(node: str, folder: Path) -> Iterator[Provider]:
    ours, theirs = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))
    port = programs.free_port(*PORTS)
    issuer = f"http://127.0.0.1:{port}"
    told = {
        "issuer": issuer,
        "port": port,
        "client": CLIENT,
        "scope": SCOPE,
        "audience": "ketenradar",
        "claims": {"rol": "systeem", "organisatieId": CLIENT, "gemeenteCodes": ["0599"]},
        "clientKey": _jwk(ours.public_key(), ours),
        "signingKey": _jwk(theirs, theirs),
    }
    with subprocess.Popen(  # noqa: S603, node as it was found on this machine
        [node, "provider.mjs"],
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            assert process.stdin
            assert process.stdout
            process.stdin.write(json.dumps(told))
            process.stdin.close()
            assert any(line.strip() == "READY" for line in process.stdout), "the provider did not start"
            found = httpx.get(f"{issuer}/.well-known/openid-configuration", timeout=10).json()
            yield Provider(issuer, found["token_endpoint"], found["jwks_uri"], ours)
        finally:
            process.kill()


def _jwk(key: rsa.RSAPublicKey | rsa.RSAPrivateKey, named_by: rsa.RSAPrivateKey) -> dict[str, Any]:
    jwk = RSAAlgorithm.to_jwk(key, as_dict=True)
    jwk.pop("key_ops", None)
    return {**jwk, "use": "sig", "alg": "PS256", "kid": key_id(named_by.public_key())}


@pytest.fixture
def verifier(provider: Provider) -> Verifier:
    return Verifier(issuer=provider.issuer, audience="ketenradar", jwks=jwks_over_http(provider.jwks_url))


class Door:
    """A room that lets in whom the verifier knows, and keeps who came."""

    def __init__(self, verifier: Verifier) -> None:
        self._verifier = verifier
        self.callers: list[Caller] = []

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        self.callers.append(await self._verifier.verify_request(scope["headers"]))
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"{}"})


@pytest.fixture
async def door(verifier: Verifier) -> Door:
    return Door(verifier)


@pytest.fixture
async def client(provider: Provider, door: Door, tmp_path: Path) -> AsyncIterator[RoomClient]:
    file = tmp_path / "client.pem"
    _write_key(file, provider.key)
    async with httpx.AsyncClient(mounts={ROOM: httpx.ASGITransport(app=door)}, timeout=10) as http:
        yield RoomClient(
            token_url=provider.token_url,
            client_id=CLIENT,
            key_file=file,
            http=http,
            assertion_audience=provider.issuer,
            scopes=SCOPE.split(),
        )


def _write_key(file: Path, key: rsa.RSAPrivateKey) -> None:
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


async def test_a_room_comes_in_at_another_room_with_a_token_of_an_outside_provider(
    client: RoomClient, door: Door
) -> None:
    assert await client.get(f"{ROOM}/v1/iets", purpose="toets") == {}

    (caller,) = door.callers
    assert caller.rol is Rol.SYSTEEM
    assert caller.client_id == caller.organisatie_id == CLIENT
    assert caller.gemeente_codes == {"0599"}
    assert caller.scopes == {"intake:lezen", "triage:lezen"}
    assert caller.token_id


async def test_its_token_is_one_of_rfc_9068_without_azp(provider: Provider) -> None:
    token = (await provider.ask(provider.assertion())).json()["access_token"]

    header, claims = jwt.get_unverified_header(token), jwt.decode(token, options={"verify_signature": False})
    assert (header["typ"], header["alg"]) == ("at+jwt", "PS256")
    assert claims["client_id"] == CLIENT
    assert "azp" not in claims


async def test_its_token_with_one_sign_changed_is_refused(provider: Provider, verifier: Verifier) -> None:
    token = (await provider.ask(provider.assertion())).json()["access_token"]
    head, claims, signature = token.split(".")
    other = "A" if claims[40] != "A" else "B"

    assert await verifier.verify(token)
    with pytest.raises(NotAuthenticatedError):
        await verifier.verify(".".join([head, claims[:40] + other + claims[41:], signature]))


async def test_its_token_for_another_audience_is_refused(provider: Provider) -> None:
    token = (await provider.ask(provider.assertion())).json()["access_token"]
    elsewhere = Verifier(issuer=provider.issuer, audience="iets-anders", jwks=jwks_over_http(provider.jwks_url))

    with pytest.raises(NotAuthenticatedError):
        await elsewhere.verify(token)


async def test_a_proof_that_was_used_before_is_refused(provider: Provider) -> None:
    proof = provider.assertion()

    answers = [(await provider.ask(proof)).status_code for _ in range(2)]

    assert answers == [200, 401]


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"aud": "https://elders.test"}, id="for-another"),
        pytest.param({"exp": 1}, id="expired"),
        pytest.param({"iss": "ketenradar-triage"}, id="issued-by-another"),
    ],
)
async def test_a_proof_that_is_not_right_gives_no_token(provider: Provider, changes: Mapping[str, Any]) -> None:
    answer = await provider.ask(provider.assertion(**changes))

    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


async def test_a_room_whose_key_the_provider_does_not_know_gets_nothing(
    client: RoomClient, door: Door, tmp_path: Path
) -> None:
    _write_key(tmp_path / "client.pem", rsa.generate_private_key(public_exponent=65537, key_size=2048))

    with pytest.raises(OperationalError):
        await client.get(f"{ROOM}/v1/iets", purpose="toets")

    assert door.callers == []
