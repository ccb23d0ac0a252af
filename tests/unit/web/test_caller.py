"""What the verifier reads from a good token, how long it believes it, and how it reads the header of a gateway."""

import time
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import NotAuthenticatedError
from shared.rules.codes import Rol
from shared.web.auth import Verifier
from shared.web.certificates import thumbprint_of
from tests.certificates import certificate_der, client_cert, escaped_pem, thumbprint
from tests.support import TestIssuer

pytestmark = pytest.mark.anyio


def verifier_of(trusted: TestIssuer, /, **changes: Any) -> Verifier:
    return Verifier(**{"issuer": trusted.issuer, "audience": trusted.audience, "jwks": trusted.fetch_jwks, **changes})


async def test_a_caller_is_what_the_token_says(issuer: TestIssuer) -> None:
    token = issuer.mint("lokaal-team", "lokaal-team-0599", gemeenten=("0599", "0606"), jti="nummer", scope="a b")

    caller = await issuer.verifier.verify(token)

    assert caller.subject == "lokaal-team@lokaal-team-0599"
    assert caller.client_id == "ketenradar-lokaal"
    assert caller.rol is Rol.LOKAAL_TEAM
    assert caller.organisatie_id == "lokaal-team-0599"
    assert caller.gemeente_codes == {"0599", "0606"}
    assert caller.scopes == {"a", "b"}
    assert caller.token_id == "nummer"


@pytest.mark.parametrize(
    ("scope", "scopes"),
    [(None, set()), ("", set()), ("ketenradar", {"ketenradar"}), ("a  b", {"a", "b"}), (["a", "b"], {"a", "b"})],
)
async def test_scopes_come_as_a_text_or_as_a_list(issuer: TestIssuer, scope: object, scopes: set[str]) -> None:
    caller = await issuer.verifier.verify(issuer.mint("vt-medewerker", "vtrr", scope=scope))

    assert caller.scopes == scopes


@pytest.mark.parametrize(
    ("rol", "hours", "good"),
    [("systeem", 6, True), ("systeem", 6.01, False), ("vt-medewerker", 12, True), ("vt-medewerker", 12.01, False)],
)
async def test_a_token_may_live_as_long_as_its_kind(issuer: TestIssuer, rol: str, hours: float, *, good: bool) -> None:
    token = issuer.mint(rol, "vtrr", lifetime=timedelta(hours=hours))

    try:
        found = bool(await issuer.verifier.verify(token))
    except NotAuthenticatedError:
        found = False

    assert found is good


async def test_the_lifetimes_are_settings(issuer: TestIssuer) -> None:
    narrow = verifier_of(issuer, person_seconds_max=900, room_seconds_max=300)

    for rol, seconds in (("vt-medewerker", 901), ("systeem", 301)):
        with pytest.raises(NotAuthenticatedError):
            await narrow.verify(issuer.mint(rol, "vtrr", lifetime=timedelta(seconds=seconds)))


@pytest.mark.parametrize("rol", list(Rol))
async def test_what_the_local_issuer_gives_out_unasked_is_accepted(issuer: TestIssuer, rol: Rol) -> None:
    caller = await issuer.verifier.verify(issuer.mint(rol, "vtrr"))

    assert caller.rol is rol
    assert caller.scopes == {"ketenradar"}


async def test_an_issuer_may_go_by_more_than_one_name(issuer: TestIssuer) -> None:
    verifier = verifier_of(issuer, issuer=f"https://nieuw.test {issuer.issuer}")

    good = await verifier.verify(issuer.mint("vt-medewerker", "vtrr"))
    moved = await verifier.verify(issuer.mint("vt-medewerker", "vtrr", iss="https://nieuw.test"))

    assert good.subject == moved.subject
    for name in ("https://ander.test", "https://nieuw.test https://uitgever.test", ""):
        with pytest.raises(NotAuthenticatedError):
            await verifier.verify(issuer.mint("vt-medewerker", "vtrr", iss=name))


async def test_a_token_is_remembered_for_a_minute_at_most(issuer: TestIssuer) -> None:
    verifier = issuer.verifier
    await verifier.verify(issuer.mint("vt-medewerker", "vtrr"))

    (known,) = verifier._cache.values()

    assert 0 < known.until - time.monotonic() <= 60


async def test_the_memory_for_tokens_has_a_bound(issuer: TestIssuer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.web.auth._CACHE_MAX", 3)
    verifier = issuer.verifier

    for _ in range(8):
        await verifier.verify(issuer.mint("vt-medewerker", "vtrr"))

    assert len(verifier._cache) <= 3


# --- headers ------------------------------------------------------------------------------------------------------


async def test_exactly_one_header_brings_the_token(issuer: TestIssuer) -> None:
    token = f"Bearer {issuer.mint('vt-medewerker', 'vtrr')}".encode()
    verifier = issuer.verifier

    assert await verifier.verify_request([(b"accept", b"*/*"), (b"Authorization", token)])
    for headers in ([], [(b"authorization", token)] * 2, [(b"authorization", token), (b"authorization", b"")]):
        with pytest.raises(NotAuthenticatedError):
            await verifier.verify_request(headers)


DER = certificate_der("organisatie")


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(escaped_pem(DER), id="nginx"),
        pytest.param(client_cert(DER), id="rfc9440"),
        pytest.param(client_cert(DER).strip(":"), id="plain-base64"),
    ],
)
async def test_a_bound_token_goes_with_its_certificate(issuer: TestIssuer, value: str) -> None:
    verifier = verifier_of(issuer, client_certificate_header="Client-Cert")
    bound = issuer.mint("ketenpartner", "politie", cnf={"x5t#S256": thumbprint(DER)})
    token = (b"authorization", f"Bearer {bound}".encode())
    shown = (b"client-cert", value.encode())

    caller = await verifier.verify_request([token, shown])

    assert caller.organisatie_id == "politie"
    for headers in ([token], [token, shown, shown], [token, (b"x-client-cert", value.encode())]):
        with pytest.raises(NotAuthenticatedError):
            await verifier.verify_request(headers)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "::",
        "%",
        "%zz",
        "-----BEGIN%20CERTIFICATE-----",
        "-----BEGIN%20CERTIFICATE-----%0A-----END%20CERTIFICATE-----",
        escaped_pem(DER) + escaped_pem(DER),
        "vooraf" + escaped_pem(DER),
        client_cert(DER)[:-1],
        client_cert(DER) + ";a=1",
        "A" * 20_000,
    ],
)
def test_what_is_no_single_certificate_has_no_thumbprint(value: str) -> None:
    assert thumbprint_of(value.encode()) is None


@given(st.binary(max_size=300))
def test_no_header_makes_the_reading_of_certificates_fall_over(value: bytes) -> None:
    found = thumbprint_of(value)

    assert found is None or len(found) == 43
