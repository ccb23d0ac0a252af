"""How a room proves itself and asks another: a fresh proof each time, its own scopes, and once more after a 401."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from deploy.local.identity import CLIENT_SCOPES, client_id, new_private_key, pem_of
from shared.errors import NotFoundError, OperationalError
from shared.events.catalogue import Room
from shared.rules.scopes import ALLES, SCOPES, SCOPES_OF_ROOM
from shared.settings import RoomSettings
from shared.web.client import RoomClient, key_id, room_client

pytestmark = pytest.mark.anyio

ISSUER = "https://uitgever.test"
TOKEN_URL = f"{ISSUER}/token"
ROOM_URL = "https://kamer.test/v1/iets"
KEY = ec.generate_private_key(ec.SECP256R1())


class Outside:
    """The issuer and the other room, which keep what they were sent."""

    def __init__(self) -> None:
        self.forms: list[dict[str, str]] = []
        self.tokens: list[str] = []
        self.token_answer: Callable[[int], httpx.Response] = lambda number: httpx.Response(
            200, json={"access_token": f"token-{number}", "expires_in": 300}
        )
        self.room_answer: Callable[[str], httpx.Response] = lambda _: httpx.Response(200, json={"goed": True})

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if str(request.url) == TOKEN_URL:
            self.forms.append({name: values[0] for name, values in parse_qs(request.content.decode()).items()})
            return self.token_answer(len(self.forms))
        self.tokens.append(request.headers["Authorization"].removeprefix("Bearer "))
        return self.room_answer(self.tokens[-1])

    @property
    def assertions(self) -> list[str]:
        return [form["client_assertion"] for form in self.forms]


@pytest.fixture
def outside() -> Outside:
    return Outside()


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    file = tmp_path / "client.pem"
    put(file, pem_of(KEY).encode())
    return file


def put(file: Path, key: bytes) -> None:
    file.write_bytes(key)


def client_to(outside: Outside, key_file: Path, **changes: Any) -> RoomClient:
    http = httpx.AsyncClient(transport=httpx.MockTransport(outside))
    told = {"token_url": TOKEN_URL, "client_id": "ketenradar-handover", "key_file": key_file, "http": http}
    return RoomClient(**{**told, **changes})


async def ask(client: RoomClient) -> Any:
    return await client.get(ROOM_URL, purpose="toets")


# --- the proof ----------------------------------------------------------------------------------------------------


async def test_a_proof_says_who_for_whom_and_for_one_minute(outside: Outside, key_file: Path) -> None:
    client = client_to(outside, key_file, assertion_audience=ISSUER)

    await ask(client)

    (assertion,) = outside.assertions
    claims = jwt.decode(assertion, KEY.public_key(), algorithms=["ES256"], audience=ISSUER)
    assert claims["iss"] == claims["sub"] == outside.forms[0]["client_id"] == "ketenradar-handover"
    assert claims["exp"] - claims["iat"] == 60
    assert abs(claims["iat"] - time.time()) < 5
    assert jwt.get_unverified_header(assertion) == {"alg": "ES256", "typ": "JWT", "kid": key_id(KEY.public_key())}


async def test_each_proof_has_a_number_of_its_own_of_128_bits(outside: Outside, key_file: Path) -> None:
    outside.token_answer = lambda _: httpx.Response(200, json={"access_token": "x", "expires_in": 0})
    client = client_to(outside, key_file)

    for _ in range(50):
        await ask(client)

    numbers = {jwt.decode(one, options={"verify_signature": False})["jti"] for one in outside.assertions}
    assert len(numbers) == 50
    assert all(len(jwt.utils.base64url_decode(number)) >= 16 for number in numbers)


async def test_without_another_audience_the_proof_is_for_the_token_address(outside: Outside, key_file: Path) -> None:
    await ask(client_to(outside, key_file))

    assert jwt.decode(outside.assertions[0], options={"verify_signature": False})["aud"] == TOKEN_URL


async def test_a_new_key_in_the_file_signs_the_next_proof(outside: Outside, key_file: Path) -> None:
    outside.token_answer = lambda _: httpx.Response(200, json={"access_token": "x", "expires_in": 0})
    client = client_to(outside, key_file)
    await ask(client)

    put(key_file, new_private_key().encode())
    await ask(client)

    names = [jwt.get_unverified_header(assertion)["kid"] for assertion in outside.assertions]
    assert names[0] == key_id(KEY.public_key())
    assert names[1] != names[0]


async def test_an_rsa_key_signs_with_ps256(outside: Outside, key_file: Path) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    put(key_file, _pem(key))

    await ask(client_to(outside, key_file))

    assert jwt.decode(outside.assertions[0], key.public_key(), algorithms=["PS256"], audience=TOKEN_URL)


def _pem(key: Any) -> bytes:
    pem: bytes = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return pem


@pytest.mark.parametrize("content", [b"", b"half a key", _pem(ed25519.Ed25519PrivateKey.generate())])
async def test_a_key_that_cannot_be_read_is_a_fault_that_passes(
    outside: Outside, key_file: Path, content: bytes
) -> None:
    put(key_file, content)
    client = client_to(outside, key_file)

    with pytest.raises(OperationalError):
        await ask(client)

    put(key_file, pem_of(KEY).encode())
    assert await ask(client) == {"goed": True}


# --- the token ----------------------------------------------------------------------------------------------------


async def test_a_token_is_asked_once_for_many_questions_at_the_same_time(outside: Outside, key_file: Path) -> None:
    async def slowly(request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(0.01)
        return outside(request)

    client = client_to(outside, key_file, http=httpx.AsyncClient(transport=httpx.MockTransport(slowly)))

    await asyncio.gather(*(ask(client) for _ in range(10)))

    assert (len(outside.forms), outside.tokens) == (1, ["token-1"] * 10)


async def test_a_token_that_is_refused_is_fetched_anew_once(outside: Outside, key_file: Path) -> None:
    client = client_to(outside, key_file)
    await ask(client)

    outside.room_answer = lambda token: httpx.Response(401 if token == "token-1" else 200, json={})
    await ask(client)

    assert outside.tokens == ["token-1", "token-1", "token-2"]


async def test_a_room_that_goes_on_refusing_is_not_asked_for_ever(outside: Outside, key_file: Path) -> None:
    outside.room_answer = lambda _: httpx.Response(401, json={})

    with pytest.raises(OperationalError):
        await ask(client_to(outside, key_file))

    assert outside.tokens == ["token-1", "token-2"]


@pytest.mark.parametrize("status", [403, 429, 500, 503])
async def test_another_refusal_is_not_tried_again(outside: Outside, key_file: Path, status: int) -> None:
    outside.room_answer = lambda _: httpx.Response(status, json={})

    with pytest.raises(OperationalError):
        await ask(client_to(outside, key_file))

    assert outside.tokens == ["token-1"]


async def test_what_is_not_there_is_told_as_such(outside: Outside, key_file: Path) -> None:
    outside.room_answer = lambda _: httpx.Response(404, json={})

    with pytest.raises(NotFoundError):
        await ask(client_to(outside, key_file))


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(401, json={"error": "invalid_client"}),
        httpx.Response(500),
        httpx.Response(200, content=b"geen JSON"),
        httpx.Response(200, json=[]),
        httpx.Response(200, json={"token_type": "Bearer"}),
        httpx.Response(200, json={"access_token": "x", "expires_in": "straks"}),
    ],
)
async def test_an_issuer_that_gives_no_token_is_a_fault_that_passes(
    outside: Outside, key_file: Path, answer: httpx.Response
) -> None:
    outside.token_answer = lambda _: answer

    with pytest.raises(OperationalError):
        await ask(client_to(outside, key_file))

    assert outside.tokens == []


# --- scopes -------------------------------------------------------------------------------------------------------


async def test_the_scopes_of_the_task_are_asked_for(outside: Outside, key_file: Path) -> None:
    await ask(client_to(outside, key_file, scopes={"triage:lezen", "intake:lezen"}))
    await ask(client_to(outside, key_file))

    assert [form.get("scope") for form in outside.forms] == ["intake:lezen triage:lezen", None]


@pytest.mark.parametrize("room", list(Room))
async def test_a_room_asks_as_its_settings_say_and_no_more_than_its_task(
    outside: Outside, key_file: Path, room: Room
) -> None:
    settings = RoomSettings.model_construct(
        issuer=f"{ISSUER} https://oud.test", token_url=TOKEN_URL, client_id=client_id(room), client_key_file=key_file
    )
    http = httpx.AsyncClient(transport=httpx.MockTransport(outside))

    await ask(room_client(room, settings, http))
    await ask(room_client(room, settings.model_copy(update={"assertion_audience": "https://ander.test"}), http))

    audiences = [jwt.decode(one, options={"verify_signature": False})["aud"] for one in outside.assertions]
    assert audiences == [ISSUER, "https://ander.test"]
    assert set(outside.forms[0].get("scope", "").split()) == SCOPES_OF_ROOM[room]


def test_every_room_has_its_scopes_and_none_of_them_is_everything() -> None:
    assert set(SCOPES_OF_ROOM) == set(Room)
    assert {client_id(room): SCOPES_OF_ROOM[room] for room in Room} == CLIENT_SCOPES
    assert all(scopes <= SCOPES.keys() - {ALLES} for scopes in SCOPES_OF_ROOM.values())
    assert {
        "intake": {"dossier:lezen"},
        "triage": {"intake:lezen"},
        "handover": {"intake:lezen", "triage:lezen"},
        "monitoring": {"toestand:lezen"},
    } == SCOPES_OF_ROOM
