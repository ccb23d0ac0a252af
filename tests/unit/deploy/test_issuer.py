"""The local issuer: it knows the rooms by their keys, takes a proof once, and signs what the rooms accept."""

import hashlib
import hmac
import json
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.utils import base64url_encode

from deploy.local import identity
from deploy.local.inloggen import BadRequestError, Grant, Logins
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
    key, header = changes.pop("key", ROOM_KEY), changes.pop("header", {})
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    claims = {name: value for name, value in {**claims, **changes}.items() if value is not None}
    return {
        "grant_type": "client_credentials",
        "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": _signed(header, claims, key),
    }


def _signed(header: object, claims: dict[str, object], key: ec.EllipticCurvePrivateKey) -> str:
    """Sign whatever it is, also what PyJWT would not."""
    assert isinstance(header, dict)
    whole = {"alg": "ES256", "typ": "JWT", **header}
    content = b".".join(base64url_encode(json.dumps(part).encode()) for part in (whole, claims))
    signature = jwt.get_algorithm_by_name("ES256").sign(content, key)
    return (content + b"." + base64url_encode(signature)).decode()


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


NOW = int(time.time())
DAY = 86_400
PEM = ROOM_KEY.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
HOSTILE: dict[str, dict[str, object]] = {
    "signed by another room": {"key": OTHER_KEY},
    "issued by another room": {"iss": "ketenradar-triage"},
    "of a client that nobody knows": {"sub": "onbekend", "iss": "onbekend"},
    "of a client whose name is a list": {"sub": ["ketenradar-intake"], "iss": ["ketenradar-intake"]},
    "sent by another client than it names": {"form": {"client_id": "ketenradar-triage"}},
    "meant for another address": {"aud": "https://elders.test/token"},
    "meant for a room": {"aud": "ketenradar"},
    "meant for us and for another": {"aud": [URL, "https://elders.test"]},
    "expired": {"exp": NOW - 60},
    "valid too long": {"exp": NOW + 3600},
    "valid for ever": {"exp": 1e300},
    "valid until a text": {"exp": str(NOW + 60)},
    "over before it began": {"iat": NOW, "exp": NOW - 1},
    # NOW is when the tests were gathered, and they may take a while.
    "from the future": {"iat": NOW + DAY, "exp": NOW + DAY + 60},
    "not valid yet": {"nbf": NOW + DAY},
    "without a number": {"jti": None},
    "with a number that can be guessed": {"jti": "1"},
    "with a number that is a list": {"jti": ["a"] * 30},
    "without a time": {"iat": None},
    "without an end": {"exp": None},
    "without an issuer": {"iss": None},
    "without a subject": {"sub": None},
    "without an audience": {"aud": None},
    "not signed": {"alg": "none"},
    "not signed, in capitals": {"alg": "NONE"},
    "signed with the public key as a secret": {"alg": "HS256"},
    "with a key of its own in the header": {"header": {"jwk": {"kty": "EC"}}},
    "with an address of keys in the header": {"header": {"jku": "https://kwaad.test/jwks"}},
    "with a critical header": {"header": {"crit": ["vreemd"], "vreemd": 1}},
    "of another kind": {"form": {"client_assertion_type": "urn:ietf:params:oauth:grant-type:jwt-bearer"}},
    "cut off": {"form": {"client_assertion": "e30.e30"}},
    "a thousand lists deep": {"form": {"client_assertion": f"{'W' * 4_000}.e30.AAAA"}},
    "not there": {"form": {"client_assertion": ""}},
}


def hostile_form(changes: dict[str, object]) -> dict[str, str]:
    """Return a request for a token with a proof that is right but for one thing."""
    one = dict(changes)
    alg, header, more = one.pop("alg", None), one.pop("header", {}), one.pop("form", {})
    assert isinstance(header, dict)
    assert isinstance(more, dict)
    made = form(header=header, **one)
    if alg is not None:
        claims = made["client_assertion"].split(".")[1]
        content = f"{base64url_encode(json.dumps({'alg': alg, 'typ': 'JWT'}).encode()).decode()}.{claims}"
        sealed = b"" if alg != "HS256" else hmac.digest(PEM, content.encode(), "sha256")
        made["client_assertion"] = f"{content}.{base64url_encode(sealed).decode()}"
    return {**made, **more}


async def test_every_hostile_proof_gets_the_same_refusal(
    client: httpx.AsyncClient, capfd: pytest.CaptureFixture[str]
) -> None:
    forms = {sentence: hostile_form(changes) for sentence, changes in HOSTILE.items()}

    answers = {sentence: await client.post("/token", data=sent) for sentence, sent in forms.items()}

    told = {sentence: (answer.status_code, answer.json()) for sentence, answer in answers.items()}
    assert told == dict.fromkeys(HOSTILE, (401, {"error": "invalid_client"}))
    assert capfd.readouterr() == ("", "")
    assert (await client.post("/token", data=hostile_form({}))).status_code == 200


async def test_a_proof_for_the_name_of_the_issuer_is_as_good_as_one_for_its_address(client: httpx.AsyncClient) -> None:
    answers = [(await client.post("/token", data=form(aud=aud))).status_code for aud in (URL, f"{URL}/token")]

    assert answers == [200, 200]


async def test_a_room_with_a_new_key_uses_it_at_once_and_the_old_one_is_worth_nothing() -> None:
    known = {"ketenradar-intake": ROOM_KEY.public_key()}
    app = create_app(TokenIssuer(URL, ec.generate_private_key(ec.SECP256R1())), Clients(known, [URL]))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=URL) as http:
        before = (await http.post("/token", data=form(aud=URL))).status_code
        known["ketenradar-intake"] = OTHER_KEY.public_key()
        after = [(await http.post("/token", data=form(aud=URL, key=key))).status_code for key in (ROOM_KEY, OTHER_KEY)]

    assert (before, after) == (200, [401, 200])


# --- scopes -------------------------------------------------------------------------------------------------------


def scopes_in(answer: httpx.Response) -> set[str]:
    claims = jwt.decode(answer.json()["access_token"], options={"verify_signature": False})
    assert claims.get("scope", "") == answer.json()["scope"]
    return set(claims.get("scope", "").split())


async def test_a_room_gets_the_scopes_of_its_task_and_may_ask_for_fewer_but_never_for_more() -> None:
    clients = Clients({"ketenradar-handover": ROOM_KEY.public_key()}, [URL])
    app = create_app(TokenIssuer(URL, ec.generate_private_key(ec.SECP256R1())), clients)
    handover = {"iss": "ketenradar-handover", "sub": "ketenradar-handover", "aud": URL}

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=URL) as http:

        async def ask(scope: str) -> httpx.Response:
            return await http.post("/token", data={**form(**handover), "scope": scope})

        every, fewer = await ask(""), await ask("triage:lezen")
        refused = [await ask(scope) for scope in ("ketenradar", "toestand:lezen", "triage:lezen triage:schrijven")]

    assert scopes_in(every) == {"intake:lezen", "triage:lezen"}
    assert scopes_in(fewer) == {"triage:lezen"}
    assert [(answer.status_code, answer.json()) for answer in refused] == [(400, {"error": "invalid_scope"})] * 3


async def test_a_room_without_a_task_elsewhere_gets_a_token_that_is_good_for_nothing() -> None:
    clients = Clients({"ketenradar-triage": ROOM_KEY.public_key()}, [URL], scopes={})
    app = create_app(TokenIssuer(URL, ec.generate_private_key(ec.SECP256R1())), clients)

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=URL) as http:
        answer = await http.post("/token", data=form(iss="ketenradar-triage", sub="ketenradar-triage", aud=URL))

    assert scopes_in(answer) == set()


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


# --- people

HOME = "http://127.0.0.1:8004/aanmelden/terug"
SECRET = "een-geheim-van-deze-poging-dat-lang-genoeg-is"
MOMENT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def asked(**changes: str) -> dict[str, str]:
    challenge = base64url_encode(hashlib.sha256(SECRET.encode()).digest()).decode()
    return {
        "response_type": "code", "client_id": "ketenradar-dashboard", "redirect_uri": HOME, "state": "s", "nonce": "n",
        "code_challenge": challenge, "code_challenge_method": "S256", "rol": "gemeente", "gemeente": "0613", **changes,
    }  # fmt: skip


def redeemed(**changes: str) -> Grant | None:
    logins = Logins(frozenset({HOME}))
    code = parse_qs(urlsplit(logins.send_back(asked(), now=MOMENT)).query)["code"][0]
    form = {"code": code, "client_id": "ketenradar-dashboard", "redirect_uri": HOME, "code_verifier": SECRET}
    first = logins.redeem({**form, **changes}, now=MOMENT)
    assert logins.redeem(form, now=MOMENT) is None  # whatever came of it, a code is good once
    return first


@pytest.mark.parametrize(
    "changes",
    [{"code_verifier": "x"}, {"redirect_uri": "http://elders.test"}, {"client_id": "ander"}],
    ids=["another-secret", "another-place", "another-client"],
)
def test_a_code_is_worth_nothing_without_the_secret_the_place_and_the_client_of_its_attempt(
    changes: dict[str, str],
) -> None:
    good = redeemed()

    assert good is not None
    assert (good.rol, good.gemeente, good.nonce) == ("gemeente", "0613", "n")
    assert redeemed(**changes) is None


def test_a_code_is_good_for_a_minute() -> None:
    logins = Logins(frozenset({HOME}))
    code = parse_qs(urlsplit(logins.send_back(asked(), now=MOMENT)).query)["code"][0]
    form = {"code": code, "client_id": "ketenradar-dashboard", "redirect_uri": HOME, "code_verifier": SECRET}

    assert logins.redeem(form, now=MOMENT + timedelta(minutes=1)) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uri": "https://elders.test/"}, {"client_id": "ander"}, {"code_challenge_method": "plain"},
        {"response_type": "token"}, {"nonce": ""}, {"rol": "systeem"}, {"gemeente": "9999"},
    ],
)  # fmt: skip
def test_nobody_is_sent_anywhere_with_a_request_that_is_not_one_of_the_page(changes: dict[str, str]) -> None:
    with pytest.raises(BadRequestError):
        Logins(frozenset({HOME})).send_back(asked(**changes), now=MOMENT)
