"""The keys of the issuer: they rotate under a running room, live an hour without it, and each fits one algorithm."""

import asyncio
from collections.abc import Mapping
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from shared.errors import NotAuthenticatedError, OperationalError
from shared.web import jwks
from shared.web.auth import Verifier
from shared.web.jwks import IssuerKeys
from tests.support import TestIssuer

pytestmark = pytest.mark.anyio


class Publisher:
    """The address of the keys: what it publishes changes, it can be away, and it counts who asks."""

    def __init__(self, *issuers: TestIssuer) -> None:
        self.rows: list[Any] = [key for issuer in issuers for key in issuer.jwks()["keys"]]
        self.fault: Exception | None = None
        self.gate: asyncio.Event | None = None
        self.asked = 0

    def publish(self, *issuers: TestIssuer) -> None:
        self.rows = [key for issuer in issuers for key in issuer.jwks()["keys"]]

    async def __call__(self) -> Mapping[str, Any]:
        self.asked += 1
        if self.gate is not None:
            await self.gate.wait()
        if self.fault is not None:
            raise self.fault
        return {"keys": self.rows}


class Time:
    """The seconds of the machine, which pass when the test says so."""

    def __init__(self) -> None:
        self.passed = 1_000.0

    def monotonic(self) -> float:
        return self.passed

    def time(self) -> float:
        return 0.0


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> Time:
    passing = Time()
    monkeypatch.setattr(jwks, "time", passing)
    return passing


def verifier_on(publisher: Publisher, issuer: TestIssuer) -> Verifier:
    return Verifier(issuer=issuer.issuer, audience=issuer.audience, jwks=publisher)


async def is_good(verifier: Verifier, token: str) -> bool:
    try:
        await verifier.verify(token)
    except NotAuthenticatedError:
        return False
    return True


# --- rotation -----------------------------------------------------------------------------------------------------


async def test_a_new_key_is_found_by_its_first_token(issuer: TestIssuer, seconds: Time) -> None:
    publisher = Publisher(issuer)
    verifier = verifier_on(publisher, issuer)
    assert await is_good(verifier, issuer.mint("vt-medewerker", "vtrr"))

    new = issuer.rotated()
    publisher.publish(issuer, new)
    seconds.passed += 6
    both = [await is_good(verifier, one.mint("vt-medewerker", "vtrr")) for one in (issuer, new)]

    assert both == [True, True]
    assert publisher.asked == 2


async def test_a_withdrawn_key_stops_within_the_refresh_time_also_for_tokens_that_are_remembered(
    issuer: TestIssuer, seconds: Time
) -> None:
    publisher = Publisher(issuer)
    verifier = verifier_on(publisher, issuer)
    token = issuer.mint("vt-medewerker", "vtrr")
    assert await is_good(verifier, token)

    publisher.publish(issuer.rotated())
    seconds.passed += 299
    before = await is_good(verifier, token)
    seconds.passed += 1
    after = await is_good(verifier, token)

    assert (before, after) == (True, False)


async def test_the_first_token_of_a_new_key_makes_the_old_one_forgotten_at_once(
    issuer: TestIssuer, seconds: Time
) -> None:
    publisher = Publisher(issuer)
    verifier = verifier_on(publisher, issuer)
    old = issuer.mint("vt-medewerker", "vtrr")
    assert await is_good(verifier, old)

    new = issuer.rotated()
    publisher.publish(new)
    seconds.passed += 6
    good = [await is_good(verifier, token) for token in (new.mint("vt-medewerker", "vtrr"), old)]

    assert good == [True, False]


async def test_a_key_of_another_under_the_same_name_takes_its_place(issuer: TestIssuer, seconds: Time) -> None:
    publisher = Publisher(issuer)
    verifier = verifier_on(publisher, issuer)
    old = issuer.mint("vt-medewerker", "vtrr")
    assert await is_good(verifier, old)

    publisher.rows = [{**issuer.rotated().jwks()["keys"][0], "kid": issuer.key_id}]
    seconds.passed += 300

    assert not await is_good(verifier, old)


async def test_when_all_keys_are_withdrawn_nobody_comes_in(issuer: TestIssuer, seconds: Time) -> None:
    publisher = Publisher(issuer)
    verifier = verifier_on(publisher, issuer)
    token = issuer.mint("vt-medewerker", "vtrr")
    assert await is_good(verifier, token)

    publisher.publish()
    seconds.passed += 300

    assert not await is_good(verifier, token)


# --- who asks too much --------------------------------------------------------------------------------------------


async def test_a_flood_of_unknown_keys_asks_the_issuer_once_in_five_seconds(issuer: TestIssuer, seconds: Time) -> None:
    publisher = Publisher(issuer)
    verifier = verifier_on(publisher, issuer)
    strangers = [issuer.rotated().mint("vt-medewerker", "vtrr") for _ in range(20)]

    for _ in range(3):
        good = await asyncio.gather(*(is_good(verifier, token) for token in strangers))
        assert not any(good)
        seconds.passed += 5

    assert publisher.asked == 3


async def test_many_first_requests_ask_the_issuer_once(issuer: TestIssuer) -> None:
    publisher = Publisher(issuer)
    publisher.gate = asyncio.Event()
    verifier = verifier_on(publisher, issuer)
    token = issuer.mint("vt-medewerker", "vtrr")

    waiting = [asyncio.create_task(is_good(verifier, token)) for _ in range(50)]
    await asyncio.sleep(0)
    publisher.gate.set()

    assert all(await asyncio.gather(*waiting))
    assert publisher.asked == 1


# --- an issuer that is away ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(httpx.ConnectError("weg"), id="away"),
        pytest.param(httpx.HTTPStatusError("500", request=None, response=None), id="broken"),  # type: ignore[arg-type]
        pytest.param(TimeoutError(), id="slow"),
        pytest.param(ValueError("geen JSON"), id="no-json"),
    ],
)
async def test_without_the_issuer_known_keys_work_for_an_hour_and_then_nobody_comes_in(
    issuer: TestIssuer, seconds: Time, fault: Exception
) -> None:
    publisher = Publisher(issuer)
    verifier = verifier_on(publisher, issuer)
    token = issuer.mint("vt-medewerker", "vtrr")
    assert await is_good(verifier, token)

    publisher.fault = fault
    seconds.passed += 3_599
    assert await is_good(verifier, token)
    seconds.passed += 6
    with pytest.raises(OperationalError):
        await verifier.verify(token)

    publisher.fault = None
    seconds.passed += 5
    assert await is_good(verifier, token)


async def test_an_issuer_that_was_never_there_is_told_apart_from_a_bad_token(issuer: TestIssuer, seconds: Time) -> None:
    publisher = Publisher(issuer)
    publisher.fault = httpx.ConnectError("weg")
    verifier = verifier_on(publisher, issuer)

    for _ in range(3):
        with pytest.raises(OperationalError):
            await verifier.verify(issuer.mint("vt-medewerker", "vtrr"))

    assert publisher.asked == 1


@pytest.mark.parametrize("body", [[], {}, {"keys": None}, {"keys": {}}, "geheim"])
async def test_an_answer_without_a_list_of_keys_changes_nothing(
    issuer: TestIssuer, seconds: Time, monkeypatch: pytest.MonkeyPatch, body: Any
) -> None:
    publisher = Publisher(issuer)
    verifier = verifier_on(publisher, issuer)
    token = issuer.mint("vt-medewerker", "vtrr")
    assert await is_good(verifier, token)

    async def other(_: Publisher) -> Any:
        return body

    monkeypatch.setattr(Publisher, "__call__", other)
    seconds.passed += 300

    assert await is_good(verifier, token)


async def test_while_one_request_waits_for_a_slow_issuer_the_others_go_on(issuer: TestIssuer, seconds: Time) -> None:
    publisher = Publisher(issuer)
    verifier = verifier_on(publisher, issuer)
    token = issuer.mint("vt-medewerker", "vtrr")
    assert await is_good(verifier, token)

    publisher.gate = asyncio.Event()
    seconds.passed += 300
    waiting = asyncio.create_task(is_good(verifier, token))
    await asyncio.sleep(0)
    others = [await is_good(verifier, token) for _ in range(3)]
    assert not waiting.done()
    publisher.gate.set()

    assert [*others, await waiting] == [True, True, True, True]
    assert publisher.asked == 2


async def test_an_issuer_that_drips_is_given_up(
    issuer: TestIssuer, seconds: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jwks, "_FETCH_SECONDS", 0.01)
    publisher = Publisher(issuer)
    publisher.gate = asyncio.Event()

    with pytest.raises(OperationalError):
        await verifier_on(publisher, issuer).verify(issuer.mint("vt-medewerker", "vtrr"))


# --- which keys may sign ------------------------------------------------------------------------------------------

EC_KEY = ec.generate_private_key(ec.SECP256R1())
RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
WEAK_KEY = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505, weak on purpose
P384_KEY = ec.generate_private_key(ec.SECP384R1())
EC_JWK = ECAlgorithm.to_jwk(EC_KEY.public_key(), as_dict=True)
RSA_JWK = RSAAlgorithm.to_jwk(RSA_KEY.public_key(), as_dict=True)


async def algorithm_of(row: Any) -> str | None:
    async def source() -> Mapping[str, Any]:
        return {"keys": [row]}

    keys = IssuerKeys(source)
    await keys.refresh()
    try:
        return str((await keys.find("k")).algorithm_name)
    except KeyError:
        return None


@pytest.mark.parametrize(
    ("row", "algorithm"),
    [
        ({**EC_JWK, "kid": "k"}, "ES256"),
        ({**EC_JWK, "kid": "k", "alg": "ES256", "use": "sig", "key_ops": ["verify"]}, "ES256"),
        ({**RSA_JWK, "kid": "k"}, "RS256"),
        ({**RSA_JWK, "kid": "k", "alg": "PS256"}, "PS256"),
        ({**RSA_JWK, "kid": "k", "alg": "RS512"}, None),
        ({**RSA_JWK, "kid": "k", "alg": "HS256"}, None),
        ({**RSA_JWK, "kid": "k", "alg": "none"}, None),
        ({**RSA_JWK, "kid": "k", "alg": "ES256"}, None),
        ({**EC_JWK, "kid": "k", "alg": "RS256"}, None),
        ({**EC_JWK, "kid": "k", "use": "enc"}, None),
        ({**EC_JWK, "kid": "k", "key_ops": ["encrypt"]}, None),
        ({**EC_JWK, "kid": "k", "key_ops": 1}, None),
        ({**EC_JWK}, None),
        ({**EC_JWK, "kid": ""}, None),
        ({**EC_JWK, "kid": 1}, None),
        ({**EC_JWK, "kid": "k", "x": "AAAA"}, None),
        ({**ECAlgorithm.to_jwk(EC_KEY, as_dict=True), "kid": "k"}, None),
        ({**ECAlgorithm.to_jwk(P384_KEY.public_key(), as_dict=True), "kid": "k"}, None),
        ({**ECAlgorithm.to_jwk(P384_KEY.public_key(), as_dict=True), "kid": "k", "alg": "ES256"}, None),
        ({**RSAAlgorithm.to_jwk(WEAK_KEY.public_key(), as_dict=True), "kid": "k"}, None),
        ({"kty": "oct", "k": "c2VjcmV0", "kid": "k", "alg": "HS256"}, None),
        ({"kty": "oct", "k": "c2VjcmV0", "kid": "k", "alg": "RS256"}, None),
        ({"kty": ["RSA"], "kid": "k"}, None),
        ("geen sleutel", None),
        (None, None),
    ],
)
async def test_a_key_is_good_for_one_algorithm_or_for_none(row: Any, algorithm: str | None) -> None:
    assert await algorithm_of(row) == algorithm


async def test_an_rsa_key_is_not_used_for_another_algorithm_than_its_own(issuer: TestIssuer) -> None:
    publisher = Publisher()
    publisher.rows = [{**RSA_JWK, "kid": "k", "alg": "PS256"}]
    verifier = verifier_on(publisher, issuer)
    claims = jwt.decode(issuer.mint("vt-medewerker", "vtrr"), options={"verify_signature": False})

    good = {
        name: await is_good(verifier, jwt.encode(claims, RSA_KEY, name, {"kid": "k"})) for name in ("PS256", "RS256")
    }

    assert good == {"PS256": True, "RS256": False}


async def test_one_bad_key_among_the_published_does_not_take_the_others_away(issuer: TestIssuer) -> None:
    publisher = Publisher(issuer)
    publisher.rows = [None, {"kty": "oct", "k": "AAAA", "kid": "geheim"}, *publisher.rows]

    assert await is_good(verifier_on(publisher, issuer), issuer.mint("vt-medewerker", "vtrr"))
