"""The local issuer: it knows the rooms by their keys, takes a proof once, and signs what the rooms accept."""

import json
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from uuid import uuid4

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from deploy.local import identity
from deploy.local.issuer import ASSERTION_TYPE, Clients, TokenIssuer, create_app, ensure_signing_key
from shared.rules.codes import Rol
from shared.web.auth import Verifier
from shared.web.client import RoomClient
from tests.support import TestIssuer

pytestmark = pytest.mark.anyio

URL = "http://127.0.0.1:8010"
ROOM_KEY = ec.generate_private_key(ec.SECP256R1())
OTHER_KEY = ec.generate_private_key(ec.SECP256R1())


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    issuer = TokenIssuer(URL, ec.generate_private_key(ec.SECP256R1()))
    known = {"ketenradar-intake": ROOM_KEY.public_key(), "ketenradar-triage": OTHER_KEY.public_key()}
    app = create_app(issuer, Clients(known, [URL, f"{URL}/token"]))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=URL) as made:
        yield made


def form(**changes: object) -> dict[str, str]:
    now = int(time.time())
    claims: dict[str, object] = {
        "iss": "ketenradar-intake",
        "sub": "ketenradar-intake",
        "aud": f"{URL}/token",
        "iat": now,
        "exp": now + 60,
        "jti": str(uuid4()),
    }
    key = changes.pop("key", ROOM_KEY)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    claims = {name: value for name, value in {**claims, **changes}.items() if value is not None}
    return {
        "grant_type": "client_credentials",
        "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": jwt.encode(claims, key, "ES256"),
    }


async def test_a_room_gets_a_token_that_the_rooms_accept(client: httpx.AsyncClient) -> None:
    answer = await client.post("/token", data=form())

    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"

    async def jwks() -> Mapping[str, object]:
        return dict((await client.get("/jwks")).json())

    caller = await Verifier(issuer=URL, audience="ketenradar", jwks=jwks).verify(answer.json()["access_token"])
    assert (caller.rol, caller.organisatie_id, caller.client_id) == (
        Rol.SYSTEEM,
        "ketenradar-intake",
        "ketenradar-intake",
    )


async def test_the_client_of_the_rooms_speaks_to_it(client: httpx.AsyncClient, tmp_path: Path) -> None:
    file = tmp_path / "room.pem"
    file.write_text(identity.pem_of(ROOM_KEY))
    room = RoomClient(token_url=f"{URL}/token", client_id="ketenradar-intake", key_file=file, http=client)

    assert await room.get(f"{URL}/health", purpose="test") == {"status": "ok"}


async def test_discovery_leads_to_the_keys_and_the_token_endpoint(client: httpx.AsyncClient) -> None:
    found = (await client.get("/.well-known/openid-configuration")).json()

    assert found["issuer"] == URL
    assert (await client.get(found["jwks_uri"])).json()["keys"][0]["alg"] == "ES256"
    assert "d" not in (await client.get(found["jwks_uri"])).json()["keys"][0]
    assert (await client.post(found["token_endpoint"], data=form())).status_code == 200


async def test_a_proof_is_taken_once(client: httpx.AsyncClient) -> None:
    proof = form()

    answers = [(await client.post("/token", data=proof)).status_code for _ in range(2)]

    assert answers == [200, 401]


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"key": OTHER_KEY}, id="signed-by-another-room"),
        pytest.param({"iss": "ketenradar-triage"}, id="issued-by-another-room"),
        pytest.param({"sub": "onbekend", "iss": "onbekend"}, id="unknown-client"),
        pytest.param({"aud": "https://elders.test/token"}, id="meant-for-another-endpoint"),
        pytest.param({"exp": int(time.time()) - 60}, id="expired"),
        pytest.param({"exp": int(time.time()) + 3600}, id="valid-too-long"),
        pytest.param({"jti": None}, id="without-number"),
        pytest.param({"iat": None}, id="without-time"),
        pytest.param({"exp": None}, id="without-end"),
    ],
)
async def test_a_proof_that_is_not_right_gives_no_token(client: httpx.AsyncClient, changes: dict[str, object]) -> None:
    answer = await client.post("/token", data=form(**changes))

    assert (answer.status_code, answer.json()) == (401, {"error": "invalid_client"})


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", "unsupported_grant_type"),
        (b"\xff\xfe", "invalid_request"),
        (b"a=1&a=2", "invalid_request"),
        (b"grant_type=password", "unsupported_grant_type"),
        (b"grant_type=client_credentials", "invalid_client"),
        (b"a=" + b"x" * 70_000, "invalid_request"),
    ],
)
async def test_a_body_that_is_not_right_gives_no_token(client: httpx.AsyncClient, content: bytes, error: str) -> None:
    answer = await client.post("/token", content=content)

    assert answer.status_code in (400, 401)
    assert answer.json() == {"error": error}


async def test_a_token_carries_what_the_contract_says(issuer: TestIssuer) -> None:
    token = issuer.mint("lokaal-team", "lokaal-team-0599", gemeenten=("0599",))

    caller = await issuer.verifier.verify(token)

    assert caller.rol is Rol.LOKAAL_TEAM
    assert caller.organisatie_id == "lokaal-team-0599"
    assert caller.gemeente_codes == {"0599"}


def test_the_signing_key_is_made_once_and_is_private(tmp_path: Path) -> None:
    first = ensure_signing_key(tmp_path).read_text()

    assert ensure_signing_key(tmp_path).read_text() == first
    assert ensure_signing_key(tmp_path).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("omgeving", [None, "productie"])
def test_it_refuses_to_start_outside_a_local_run(omgeving: str | None) -> None:
    env = {name: value for name, value in os.environ.items() if name != "KETENRADAR_OMGEVING"}
    if omgeving:
        env["KETENRADAR_OMGEVING"] = omgeving

    done = subprocess.run(
        [sys.executable, "-m", "deploy.local.issuer"],
        env=env,
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 1
    assert done.stderr.strip() == "De lokale tokenuitgever start alleen met KETENRADAR_OMGEVING=lokaal."


def test_the_secrets_of_a_run_are_made_once_and_are_private(tmp_path: Path) -> None:
    folder = tmp_path / "geheim"
    first = identity.ensure_secrets(folder)
    before = {file.name: file.read_text() for file in folder.iterdir()}

    second = identity.ensure_secrets(folder)

    assert second == first
    assert {file.name: file.read_text() for file in folder.iterdir()} == before
    assert all(file.stat().st_mode & 0o077 == 0 for file in folder.iterdir())
    assert len(set(first.values())) == len(first)
    keys = [json.loads(identity.key_file(folder, room).read_text())["blind"] for room in ("intake", "triage")]
    assert keys[0] != keys[1]
