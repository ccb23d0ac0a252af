"""What every door of the house does, whichever room stands behind it."""

import asyncio
import time
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import text

from shared.db import create_engine, in_transaction
from shared.settings import RoomSettings
from shared.web.edge import Edge
from shared.web.limits import Budget, Limiter, Rate, rates_of
from tests.integration.web.conftest import BODY_BYTES_MAX
from tests.support import TestIssuer

pytestmark = pytest.mark.anyio

NAME = "CANARY-NAAM-Van-der-Testen"


def resources_of(edge: Edge) -> Any:
    return edge.api.state.resources


async def count_proeven(edge: Edge) -> int:
    async with in_transaction(resources_of(edge).engine) as conn:
        return int((await conn.execute(text("SELECT count(*) FROM proef"))).scalar_one())


# --- identity ------------------------------------------------------------------------------------------------


def hostile_tokens(issuer: TestIssuer) -> dict[str, str]:
    """Return tokens that each lack one thing, by what they lack."""
    good = jwt.decode(issuer.mint("vt-medewerker", "vtrr"), options={"verify_signature": False})
    header = {"kid": issuer.key_id}
    stranger = ec.generate_private_key(ec.SECP256R1())
    public = issuer.key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    now = int(time.time())

    def signed(**changes: Any) -> str:
        claims = {key: value for key, value in {**good, **changes}.items() if value is not None}
        return jwt.encode(claims, issuer.key, algorithm="ES256", headers=header)

    return {
        "another audience": signed(aud="iemand-anders"),
        "another issuer": signed(iss="https://kwaad.test"),
        "expired": signed(exp=now - 60),
        "from the future": signed(iat=now + 3600, nbf=now + 3600),
        "no expiry": signed(exp=None),
        "no jti": signed(jti=None),
        "no role": signed(rol=None),
        "a role that does not exist": signed(rol="koning"),
        "municipalities that are no list": signed(gemeenteCodes="0599"),
        "no signature": jwt.encode(good, "", algorithm="none", headers=header),
        "a stranger's signature": jwt.encode(good, stranger, algorithm="ES256", headers=header),
        "an unknown key": jwt.encode(good, stranger, algorithm="ES256", headers={"kid": "../../etc/passwd"}),
        "the public key as a secret": _hs256(good, public, issuer.key_id),
        "not a token": "abc",
        "far too long": "a" * 20_000,
    }


def _hs256(claims: dict[str, Any], secret: bytes, kid: str) -> str:
    """Sign with the public key as an HMAC secret, which PyJWT itself refuses to do."""
    import base64  # noqa: PLC0415, only this attack needs them
    import hashlib  # noqa: PLC0415
    import hmac  # noqa: PLC0415
    import json  # noqa: PLC0415

    def part(value: dict[str, Any]) -> bytes:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=")

    body = part({"alg": "HS256", "typ": "JWT", "kid": kid}) + b"." + part(claims)
    return (body + b"." + base64.urlsafe_b64encode(hmac.digest(secret, body, hashlib.sha256)).rstrip(b"=")).decode()


async def test_no_hostile_token_opens_the_door(client: httpx.AsyncClient, issuer: TestIssuer) -> None:
    answers = {}
    for lack, token in hostile_tokens(issuer).items():
        answer = await client.get(f"/proeven/{uuid4()}", headers={"Authorization": f"Bearer {token}"})
        answers[lack] = answer.status_code

    assert answers == dict.fromkeys(answers, 401)


async def test_a_token_in_the_address_does_not_count(client: httpx.AsyncClient, issuer: TestIssuer) -> None:
    token = issuer.mint("vt-medewerker", "vtrr")

    answer = await client.get(f"/proeven/{uuid4()}?access_token={token}", headers={"Authorization": ""})

    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


async def test_a_role_that_is_not_let_in_is_told_so(client: httpx.AsyncClient, issuer: TestIssuer) -> None:
    answer = await client.get(f"/proeven/{uuid4()}", headers=issuer.headers("gemeente", "0599", gemeenten=("0599",)))

    assert (answer.status_code, answer.headers["Content-Type"]) == (403, "application/problem+json")


async def test_a_token_that_runs_out_while_it_is_remembered_is_refused(
    client: httpx.AsyncClient, issuer: TestIssuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    headers = issuer.headers("vt-medewerker", "vtrr", lifetime=timedelta(seconds=1))
    assert (await client.post("/proeven", headers=headers, json={"naam": "x"})).status_code == 201

    real = time.monotonic
    monkeypatch.setattr(time, "monotonic", lambda: real() + 2)
    monkeypatch.setattr("shared.web.auth._LEEWAY_SECONDS", -2)
    later = await client.post("/proeven", headers=headers, json={"naam": "x"})

    assert later.status_code == 401


# --- input ----------------------------------------------------------------------------------------------------

BAD_BODIES = {
    "no json": b"{",
    "nan": b'{"naam": NaN}',
    "infinity": b'{"naam": 1e400, "x": Infinity}',
    "nul": b'{"naam": "a\\u0000b"}',
    "lone surrogate": b'{"naam": "\\ud800"}',
    "key twice": b'{"naam": "a", "naam": "b"}',
    "utf-16": '{"naam": "a"}'.encode("utf-16"),
    "latin-1": '{"naam": "Jos\xe9"}'.encode("latin-1"),
    "deep": b'{"naam": ' + b"[" * 900 + b"]" * 900 + b"}",
    "very deep": b"[" * 4_000,
    "list": b"[]",
    "text": b'"naam"',
    "empty name": b'{"naam": "  "}',
    "number for text": b'{"naam": 7}',
    "number for date": b'{"naam": "a", "geboortedatum": 0}',
    "instant for date": b'{"naam": "a", "geboortedatum": "2020-01-01T00:00:00Z"}',
    "no such date": b'{"naam": "a", "geboortedatum": "2026-02-30"}',
    "naive time": b'{"naam": "a", "gezienOp": "2026-01-01T00:00:00"}',
    "small z": b'{"naam": "a", "gezienOp": "2026-01-01T00:00:00z"}',
    "minus zero": b'{"naam": "a", "gezienOp": "2026-01-01T00:00:00-00:00"}',
    "year 9999": b'{"naam": "a", "gezienOp": "9999-12-31T23:59:59-14:00"}',
    "unknown field": b'{"naam": "a", "CANARY-BSN-999999990": 1}',
}


@pytest.mark.parametrize("kind", BAD_BODIES)
async def test_bad_input_is_a_clear_problem_and_stores_nothing(
    client: httpx.AsyncClient, edge: Edge, kind: str
) -> None:
    answer = await client.post("/proeven", content=BAD_BODIES[kind], headers={"Content-Type": "application/json"})

    assert answer.status_code == 400, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["status"] == 400
    assert "CANARY" not in answer.text
    assert await count_proeven(edge) == 0


async def test_all_faults_come_at_once_and_none_repeats_what_was_sent(client: httpx.AsyncClient) -> None:
    body = {"naam": "", "geboortedatum": "CANARY-DATUM", "CANARY-VELD": NAME}

    answer = await client.post("/proeven", json=body)

    assert {fault["pointer"] for fault in answer.json()["errors"]} == {"/naam", "/geboortedatum", "/"}
    assert "CANARY" not in answer.text


async def test_a_body_that_is_too_large_is_refused_before_it_is_read(client: httpx.AsyncClient, edge: Edge) -> None:
    answer = await client.post("/proeven", json={"naam": "a" * BODY_BYTES_MAX})

    assert answer.status_code == 413
    assert await count_proeven(edge) == 0


async def test_a_large_body_without_a_length_is_cut_off(client: httpx.AsyncClient) -> None:
    async def endless() -> Any:
        for _ in range(10_000):
            yield b"a" * 1_000

    answer = await client.post("/proeven", content=endless(), headers={"Content-Type": "application/json"})

    assert answer.status_code == 413


@pytest.mark.parametrize("media_type", ["text/plain", "application/xml", "application/jsonp", ""])
async def test_another_media_type_is_refused(client: httpx.AsyncClient, media_type: str) -> None:
    answer = await client.post("/proeven", content=b'{"naam": "a"}', headers={"Content-Type": media_type})

    assert answer.status_code == 415


async def test_an_answer_in_another_form_is_refused(client: httpx.AsyncClient) -> None:
    answer = await client.get(f"/proeven/{uuid4()}", headers={"Accept": "text/csv"})

    assert answer.status_code == 406


async def test_a_crash_answers_without_a_trace_and_with_every_header(client: httpx.AsyncClient) -> None:
    answer = await client.get("/ontploffingen")

    assert answer.status_code == 500
    assert answer.json()["detail"] == "Er ging bij ons iets mis."
    assert answer.headers["API-Version"] == "1.0.0"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "CANARY" not in answer.text


async def test_a_crash_is_logged_without_what_was_sent(
    client: httpx.AsyncClient, capsys: pytest.CaptureFixture[str]
) -> None:
    await client.get("/ontploffingen", headers={"X-Canary": NAME})

    logged = capsys.readouterr()
    assert "ZeroDivisionError" in logged.out
    assert "CANARY" not in logged.out + logged.err


async def test_a_wrong_method_names_those_that_exist(client: httpx.AsyncClient) -> None:
    answer = await client.delete(f"/proeven/{uuid4()}")

    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, PUT")


async def test_a_trailing_slash_is_not_found(client: httpx.AsyncClient) -> None:
    assert (await client.post("/proeven/", json={"naam": "a"})).status_code == 404


async def test_the_description_of_the_api_is_made_before_anybody_asks(edge: Edge, client: httpx.AsyncClient) -> None:
    made = edge.api.openapi_schema

    assert made is not None
    assert (await client.get("/openapi.json")).json() == made


async def test_the_description_of_the_api_is_open_to_all(client: httpx.AsyncClient) -> None:
    answer = await client.get("/openapi.json", headers={"Authorization": ""})

    assert answer.status_code == 200
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "422" not in answer.text


# --- too often ------------------------------------------------------------------------------------------------


def limits(edge: Edge, **rates: Rate) -> None:
    """Give the door small budgets; what is not named is wide."""
    edge.limiter = Limiter({budget: rates.get(budget, Rate(1_000, 10_000)) for budget in Budget}, room="proef")


async def test_a_client_that_asks_too_much_is_told_when_to_come_back(client: httpx.AsyncClient, edge: Edge) -> None:
    limits(edge, schrijven=Rate(0.1, 3))

    answers = [await client.post("/proeven", json={"naam": "a"}) for _ in range(5)]

    assert [answer.status_code for answer in answers] == [201, 201, 201, 429, 429]
    assert answers[-1].headers["Content-Type"] == "application/problem+json"
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 10
    assert answers[-1].headers["RateLimit-Policy"] == '"schrijven";q=3;w=30'
    assert answers[-1].headers["RateLimit"].startswith('"schrijven";r=0;t=')
    assert answers[-1].headers["X-Content-Type-Options"] == "nosniff"
    assert await count_proeven(edge) == 3


async def test_the_limit_of_one_is_not_that_of_another(
    client: httpx.AsyncClient, edge: Edge, issuer: TestIssuer
) -> None:
    limits(edge, lezen=Rate(0.1, 2))
    path = "/toestand"
    first, second = (issuer.headers("beheerder", organisatie) for organisatie in ("vtrr", "vt-elders"))

    mine = [(await client.get(path, headers=first)).status_code for _ in range(4)]
    other = [(await client.get(path, headers=second)).status_code for _ in range(2)]

    assert 429 in mine
    assert 429 not in other


async def test_ten_thousand_guesses_of_an_id_find_nothing_and_come_to_an_end(
    client: httpx.AsyncClient, edge: Edge
) -> None:
    limits(edge, missers=Rate(1, 60))
    known = (await client.post("/proeven", json={"naam": "a"})).json()["id"]

    guesses = [(await client.delete(f"/niets-{number}")).status_code for number in range(10_000)]
    hit = await client.get(f"/proeven/{known}")
    acute = await client.post("/proeven", json={"naam": "a"})

    assert guesses.count(404) < 60 + 60
    assert guesses.count(429) > 9_000
    assert hit.status_code == 429, "who guesses is not told what there is either"
    assert acute.status_code == 201, "what is new has no id, and always comes in"


async def test_tokens_that_are_guessed_come_to_an_end_and_a_good_one_still_comes_in(
    client: httpx.AsyncClient, edge: Edge
) -> None:
    limits(edge, weigeringen=Rate(0.1, 5))

    guesses = [
        (await client.post("/proeven", json={}, headers={"Authorization": f"Bearer {number}"})).status_code
        for number in range(8)
    ]
    good = await client.post("/proeven", json={"naam": "a"})

    assert guesses == [401] * 5 + [429] * 3
    assert good.status_code == 201


async def test_a_local_run_has_wider_limits_unless_it_is_told_otherwise() -> None:
    told = dict.fromkeys(("database_url", "redis_url", "issuer", "jwks_url", "token_url", "client_id"), "x")
    told |= {"client_key_file": "x", "key_file": "x"}

    production = rates_of(RoomSettings.model_validate(told))
    local = rates_of(RoomSettings.model_validate(told | {"omgeving": "lokaal", "limit_reads_burst": 7}))

    assert production[Budget.SCHRIJVEN] == Rate(50, 100)
    assert local[Budget.SCHRIJVEN].per_second > 10_000
    assert local[Budget.LEZEN].burst == 7


# --- the same thing twice -----------------------------------------------------------------------------------------


async def test_the_same_request_a_hundred_times_at_once_is_done_once(client: httpx.AsyncClient, edge: Edge) -> None:
    headers = {"Idempotency-Key": "een-sleutel"}

    answers = await asyncio.gather(*(client.post("/proeven", json={"naam": NAME}, headers=headers) for _ in range(100)))

    assert {answer.status_code for answer in answers} <= {201, 503}
    assert len({answer.json()["id"] for answer in answers if answer.status_code == 201}) == 1
    assert await count_proeven(edge) == 1


async def test_a_key_that_was_used_for_something_else_is_a_conflict(client: httpx.AsyncClient, edge: Edge) -> None:
    headers = {"Idempotency-Key": "een-sleutel"}
    await client.post("/proeven", json={"naam": "a"}, headers=headers)

    answer = await client.post("/proeven", json={"naam": "b"}, headers=headers)

    assert answer.status_code == 409
    assert await count_proeven(edge) == 1


async def test_the_key_of_another_organisation_is_another_key(
    client: httpx.AsyncClient, edge: Edge, issuer: TestIssuer
) -> None:
    key = {"Idempotency-Key": "een-sleutel"}
    await client.post("/proeven", json={"naam": "a"}, headers=key)

    await client.post("/proeven", json={"naam": "a"}, headers={**key, **issuer.headers("vt-medewerker", "vt-elders")})

    assert await count_proeven(edge) == 2


async def test_fields_in_another_order_are_the_same_request(client: httpx.AsyncClient, edge: Edge) -> None:
    headers = {"Idempotency-Key": "k", "Content-Type": "application/json"}
    one = b'{"naam": "a", "geboortedatum": "2020-01-01"}'
    two = b'{ "geboortedatum": "2020-01-01", "naam": "a" }'

    answers = [await client.post("/proeven", content=body, headers=headers) for body in (one, two)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert await count_proeven(edge) == 1


# --- two people, one record --------------------------------------------------------------------------------------


async def test_a_change_without_if_match_is_asked_for_it(client: httpx.AsyncClient) -> None:
    answer = await client.put(f"/proeven/{uuid4()}", json={"naam": "b"})

    assert answer.status_code == 428


async def test_the_second_of_two_changes_on_one_version_loses(client: httpx.AsyncClient) -> None:
    proef_id = (await client.post("/proeven", json={"naam": "a"})).json()["id"]
    etag = (await client.get(f"/proeven/{proef_id}")).headers["ETag"]

    answers = await asyncio.gather(
        *(client.put(f"/proeven/{proef_id}", json={"naam": n}, headers={"If-Match": etag}) for n in ("b", "c"))
    )

    assert sorted(answer.status_code for answer in answers) == [200, 412]


# --- audit, state, outage -----------------------------------------------------------------------------------------


async def test_a_database_that_is_away_answers_503_and_when_to_try_again(edge: Edge, client: httpx.AsyncClient) -> None:
    made = resources_of(edge)
    away = create_engine("postgresql://nobody@127.0.0.1:1/nergens", name="test")
    object.__setattr__(made, "engine", away)

    answer = await client.post("/proeven", json={"naam": "a"})

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
    await away.dispose()


async def test_the_state_of_a_room_is_numbers_only(client: httpx.AsyncClient, issuer: TestIssuer) -> None:
    answer = await client.get("/toestand", headers=issuer.headers("beheerder", "vtrr"))

    assert answer.json() == {
        "teVerzenden": 0,
        "oudsteSeconden": 0.0,
        "wachtendOpVoorganger": 0,
        "inQuarantaine": 0,
        "auditTeKetenen": 0,
        "auditKeten": None,
        "takenOpgegeven": 0,
        "taken": {},
    }
