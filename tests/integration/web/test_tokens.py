"""What the door does with a token that is not what it should be: one sentence a row, and one answer for all of them."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from shared.web.auth import Verifier
from shared.web.edge import Edge
from tests.certificates import certificate_der, escaped_pem, thumbprint
from tests.support import TestIssuer

pytestmark = pytest.mark.anyio

DOOR = "/toestand"
HEADER = "client-cert"
MINE = certificate_der("mijn-organisatie")
OTHERS = certificate_der("andere-organisatie")
STRANGER = ec.generate_private_key(ec.SECP256R1())
RSA_STRANGER = rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass(frozen=True, slots=True)
class Attempt:
    """A request with which somebody tries to come in."""

    token: str
    scheme: str | None = "Bearer"
    headers: Mapping[str, str] = field(default_factory=dict)
    params: Mapping[str, str] = field(default_factory=dict)

    async def at(self, client: httpx.AsyncClient) -> httpx.Response:
        headers = {name.encode(): value.encode("latin-1") for name, value in self.headers.items()}
        if self.scheme is not None:
            headers[b"Authorization"] = f"{self.scheme} {self.token}".encode("latin-1")
        return await client.get(DOOR, headers=headers, params=dict(self.params))


class Forger:
    """Make tokens that are right but for one thing."""

    def __init__(self, issuer: TestIssuer) -> None:
        self.issuer = issuer
        self.good = issuer.mint("vt-medewerker", "vtrr")
        self.claims: dict[str, Any] = jwt.decode(self.good, options={"verify_signature": False})
        self.header = {"typ": "at+jwt", "alg": "ES256", "kid": issuer.key_id}

    def signed(self, header: Mapping[str, Any] | None = None, **claims: Any) -> str:
        """Return a token with the issuer's own signature; None takes a claim or a header away."""
        changed = _without_none({**self.claims, **claims})
        return _token(_without_none({**self.header, **(header or {})}), changed, self._es256(self.issuer.key))

    def by_stranger(self, **header: Any) -> str:
        return _token({**self.header, **header}, self.claims, self._es256(STRANGER))

    def with_secret(self, secret: bytes) -> str:
        def sign(content: bytes) -> bytes:
            return hmac.digest(secret, content, hashlib.sha256)

        return _token({**self.header, "alg": "HS256"}, self.claims, sign)

    def by_rsa_stranger(self, algorithm: str) -> str:
        return jwt.encode(self.claims, RSA_STRANGER, algorithm, headers={"kid": self.issuer.key_id, "typ": "at+jwt"})

    def unsigned(self, alg: Any) -> str:
        return _token({**self.header, "alg": alg}, self.claims, lambda _: b"")

    def raw(self, header: bytes, claims: bytes) -> str:
        content = _b64(header) + b"." + _b64(claims)
        return (content + b"." + _b64(self._es256(self.issuer.key)(content))).decode()

    @property
    def pem(self) -> bytes:
        return self.issuer.key.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )

    @property
    def der(self) -> bytes:
        return self.issuer.key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )

    @property
    def stranger_jwk(self) -> dict[str, Any]:
        return TestIssuer(self.issuer.issuer, STRANGER).jwks()["keys"][0]

    @staticmethod
    def _es256(key: ec.EllipticCurvePrivateKey) -> Callable[[bytes], bytes]:
        algorithm = jwt.get_algorithm_by_name("ES256")
        return lambda content: algorithm.sign(content, key)


def _token(header: Mapping[str, Any], claims: Mapping[str, Any], sign: Callable[[bytes], bytes]) -> str:
    content = _b64(json.dumps(header).encode()) + b"." + _b64(json.dumps(claims).encode())
    return (content + b"." + _b64(sign(content))).decode()


def _b64(content: bytes) -> bytes:
    return base64.urlsafe_b64encode(content).rstrip(b"=")


def _without_none(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def _changed(token: str, part: int) -> str:
    """Return a token of which one sign in the middle of a part is another one."""
    parts = token.split(".")
    text = parts[part]
    middle = len(text) // 2
    parts[part] = text[:middle] + ("A" if text[middle] != "A" else "B") + text[middle + 1 :]
    return ".".join(parts)


def _other_claims(token: str, **claims: Any) -> str:
    head, body, signature = token.split(".")
    known = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return ".".join([head, _b64(json.dumps({**known, **claims}).encode()).decode(), signature])


def hostile(issuer: TestIssuer) -> dict[str, Attempt]:
    """Return every attempt by the sentence that says what is wrong with it."""
    make = Forger(issuer)
    now = int(time.time())
    tokens: dict[str, str] = {
        # --- whose it is
        "meant for another audience": make.signed(aud="iemand-anders"),
        "meant for a list of others": make.signed(aud=["iemand-anders", "nog-iemand"]),
        "meant for something that only begins like us": make.signed(aud="ketenradar-proef"),
        "issued by another": make.signed(iss="https://kwaad.test"),
        "issued by a name that only begins like the issuer": make.signed(iss=f"{issuer.issuer}.kwaad.test"),
        "issued by a list that holds the issuer": make.signed(iss=[issuer.issuer]),
        # --- how it was signed
        "not signed": make.unsigned("none"),
        "not signed, in capitals": make.unsigned("NONE"),
        "not signed, in mixed letters": make.unsigned("nOnE"),
        "not signed, without an algorithm": make.unsigned(""),
        "not signed, and the algorithm is a list": make.unsigned(["none"]),
        "said to be signed, with an empty signature": make.unsigned("ES256"),
        "signed with the public key as a secret, as PEM": make.with_secret(make.pem),
        "signed with the public key as a secret, as PEM without the last line end": make.with_secret(make.pem.strip()),
        "signed with the public key as a secret, as DER": make.with_secret(make.der),
        "signed with the public key as a secret, as JWK": make.with_secret(
            json.dumps(issuer.jwks()["keys"][0]).encode()
        ),
        "signed with an empty secret": make.with_secret(b""),
        "signed by a stranger under our kid": make.by_stranger(),
        "signed by a stranger with RS256 under our kid": make.by_rsa_stranger("RS256"),
        "signed by a stranger with PS256 under our kid": make.by_rsa_stranger("PS256"),
        "signed well, and said to be signed otherwise": make.signed({"alg": "ES384"}),
        # --- by which key
        "signed well, under a name that nobody knows": make.signed({"kid": "onbekend"}),
        "signed by a key that nobody knows": make.by_stranger(kid="onbekend"),
        "signed by a key that the header brings along": make.by_stranger(jwk=make.stranger_jwk),
        "signed by a key that stands at an address in the header": make.by_stranger(jku="https://kwaad.test/jwks"),
        "signed by a certificate that stands at an address in the header": make.by_stranger(x5u="https://kwaad.test/c"),
        "signed well, with a key in the header besides": make.signed({"jwk": make.stranger_jwk}),
        "signed well, with an address of keys in the header besides": make.signed({"jku": "https://kwaad.test/jwks"}),
        "with a kid that is a path": make.by_stranger(kid="../../../../dev/null"),
        "with a kid that is a question to a database": make.by_stranger(kid="x' UNION SELECT 'geheim"),
        "with a kid that is an object": make.signed({"kid": {"$ne": ""}}),
        "without a kid": make.signed({"kid": None}),
        "with a critical header that nobody understands": make.signed({"crit": ["vreemd"], "vreemd": 1}),
        # --- when
        "expired": make.signed(iat=now - 3_600, nbf=now - 3_600, exp=now - 60),
        "over before it began": make.signed(iat=now, exp=now - 1),
        "not valid yet": make.signed(nbf=now + 3_600),
        "issued in the future": make.signed(iat=now + 3_600, nbf=None, exp=now + 7_200),
        "valid for longer than a day's work": make.signed(exp=now + 50_000),
        "valid for ever": make.signed(exp=1e300),
        "valid until infinity": make.raw(json.dumps(make.header).encode(), _infinite(make.claims)),
        "with a beginning that is text": make.signed(nbf=str(now - 60)),
        "with an end that is text": make.signed(exp=str(now + 600)),
        "of a room and valid for seven hours": make.signed(rol="systeem", exp=now + 25_200),
        # --- what it lacks
        **{
            f"without {name}": make.signed(**{name: None})
            for name in ("iss", "aud", "exp", "iat", "jti", "sub", "rol", "organisatieId")
        },
        "without a client": make.signed(azp=None),
        "with two clients that disagree": make.signed(azp="ketenradar-intake", client_id="ketenradar-triage"),
        "with an empty subject": make.signed(sub=""),
        "with a subject that holds a NUL": make.signed(sub="a\x00b"),
        "with a number that is a list": make.signed(jti=["a"]),
        # --- what it says
        "with a role that does not exist": make.signed(rol="koning"),
        "with a list of roles": make.signed(rol=["vt-medewerker"]),
        "with a role in capitals": make.signed(rol="VT-MEDEWERKER"),
        "with municipalities that are no list": make.signed(gemeenteCodes="0599"),
        "with municipalities that are numbers": make.signed(gemeenteCodes=[599]),
        "with two municipalities in one text": make.signed(gemeenteCodes=["0599,0606"]),
        "with scopes that are an object": make.signed(scope={"ketenradar": True}),
        # --- what it is
        "an ID token, by its nonce": make.signed({"typ": "JWT"}, nonce="abc"),
        "an ID token, by its hash of a token": make.signed({"typ": "JWT"}, at_hash="abc"),
        "an ID token, by its own word": make.signed({"typ": "JWT"}, typ="ID"),
        "a logout token": make.signed({"typ": "logout+jwt"}),
        "a logout token, by its events": make.signed(events={"http://schemas.openid.net/event/backchannel-logout": {}}),
        "a proof of possession": make.signed({"typ": "dpop+jwt"}),
        "bound to a proof that is not asked here": make.signed(
            cnf={"jkt": "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"}
        ),
        # --- which form it has
        "cut off in its signature": make.good[:-10],
        "without its signature": make.good.rsplit(".", 1)[0],
        "with a fourth part": f"{make.good}.e30",
        "with a sign changed in its header": _changed(make.good, 0),
        "with a sign changed in its claims": _changed(make.good, 1),
        "with a sign changed in its signature": _changed(make.good, 2),
        "with another role under the old signature": _other_claims(make.good, rol="beheerder"),
        "far too long": make.signed(vulling="a" * 20_000),
        "only long": "a" * 7_000,
        "with a header that is a thousand lists deep": f"{_b64(b'[' * 4_000).decode()}.e30.AAAA",
        "with claims that are a thousand lists deep": make.raw(json.dumps(make.header).encode(), b"[" * 4_000),
        "with claims that are a list": make.raw(json.dumps(make.header).encode(), b"[]"),
        "with a header that is no JSON": f"{_b64(b'niets').decode()}.e30.AAAA",
        "no token": "abc",
        "nothing but points": "..",
        "with signs outside of base64": make.good.replace(".", ".é", 1),
        # --- with which certificate
        "bound to a certificate, and none is shown": make.signed(cnf={"x5t#S256": thumbprint(MINE)}),
        "bound to nothing that could be shown": make.signed(cnf={"x5t#S256": ""}),
        "bound by something that is no object": make.signed(cnf=thumbprint(MINE)),
    }
    bound = make.signed(cnf={"x5t#S256": thumbprint(MINE)})
    return {
        **{sentence: Attempt(token) for sentence, token in tokens.items()},
        "bound to a certificate, and another is shown": Attempt(bound, headers={HEADER: escaped_pem(OTHERS)}),
        "bound to a certificate, and its thumbprint is shown": Attempt(bound, headers={HEADER: thumbprint(MINE)}),
        "bound in two ways, and one is shown": Attempt(
            make.signed(cnf={"x5t#S256": thumbprint(MINE), "jkt": "x"}), headers={HEADER: escaped_pem(MINE)}
        ),
        "bound to a certificate, and two are shown in one": Attempt(
            bound, headers={HEADER: escaped_pem(MINE) + escaped_pem(OTHERS)}
        ),
        "bound to a certificate, and it stands in a header of the caller's own": Attempt(
            bound, headers={"X-Client-Cert": escaped_pem(MINE)}
        ),
        # --- where it stands
        "good, in the address": Attempt(make.good, scheme=None, params={"access_token": make.good}),
        "good, in the address under another name": Attempt(make.good, scheme=None, params={"token": make.good}),
        "good, in a cookie": Attempt(make.good, scheme=None, headers={"Cookie": f"access_token={make.good}"}),
        "good, in a header of its own": Attempt(make.good, scheme=None, headers={"X-Access-Token": make.good}),
        "good, with another scheme": Attempt(make.good, scheme="DPoP"),
        "good, with the scheme of a password": Attempt(make.good, scheme="Basic"),
        "good, without a scheme": Attempt("", scheme=make.good),
        "good, twice in one header": Attempt(f"{make.good}, Bearer {make.good}"),
        "good, after a word": Attempt(f"token {make.good}"),
        "not there": Attempt("", scheme=None),
        "empty": Attempt(""),
    }


def _infinite(claims: Mapping[str, Any]) -> bytes:
    return json.dumps({**claims, "exp": float("inf")}).encode()


@pytest.fixture
def door(edge: Edge, issuer: TestIssuer) -> Edge:
    """The room, behind a gateway that tells of certificates."""
    edge.verifier = Verifier(
        issuer=issuer.issuer, audience=issuer.audience, jwks=issuer.fetch_jwks, client_certificate_header=HEADER
    )
    return edge


@pytest.fixture
def visitor(door: Edge) -> httpx.AsyncClient:
    """Somebody who brings nothing along of his own."""
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=door, raise_app_exceptions=False), base_url="http://proef/v1"
    )


async def test_every_hostile_token_gets_the_same_answer(
    visitor: httpx.AsyncClient, issuer: TestIssuer, capfd: pytest.CaptureFixture[str]
) -> None:
    attempts = hostile(issuer)

    answers = {sentence: await attempt.at(visitor) for sentence, attempt in attempts.items()}

    assert {sentence: answer.status_code for sentence, answer in answers.items()} == dict.fromkeys(attempts, 401)
    assert len({answer.content for answer in answers.values()}) == 1
    assert {answer.headers["WWW-Authenticate"] for answer in answers.values()} == {'Bearer realm="ketenradar"'}
    said = capfd.readouterr()
    told = said.out + said.err
    assert "token_refused" in told
    for sentence, attempt in attempts.items():
        kept = [part for part in attempt.token.split(".") if len(part) > 20]
        heads = "".join(f"{name}: {value}\n" for name, value in answers[sentence].headers.items())
        assert not [part for part in kept if part in answers[sentence].text + heads + told], sentence
    assert not [word for word in ("iemand-anders", "kwaad.test", "koning", "dev/null", "UNION") if word in told]
    assert len(attempts) >= 100


async def test_a_good_token_beside_them_opens_the_door(visitor: httpx.AsyncClient, issuer: TestIssuer) -> None:
    make = Forger(issuer)
    now = int(time.time())
    good = {
        "as it is issued": Attempt(make.good),
        "with the scheme in small letters": Attempt(make.good, scheme="bearer"),
        "with client_id in place of azp": Attempt(make.signed(azp=None, client_id="ketenradar-lokaal")),
        "with both, and they agree": Attempt(make.signed(client_id=make.claims["azp"])),
        "of the type JWT": Attempt(make.signed({"typ": "JWT"})),
        "of the long type": Attempt(make.signed({"typ": "application/at+jwt"})),
        "without a type": Attempt(make.signed({"typ": None})),
        "without a beginning": Attempt(make.signed(nbf=None)),
        "meant for us among others": Attempt(make.signed(aud=["account", issuer.audience])),
        "with its scopes in a list": Attempt(make.signed(scope=["ketenradar"])),
        "of a person and valid for twelve hours": Attempt(make.signed(iat=now, exp=now + 43_200)),
        "with its certificate": Attempt(
            make.signed(cnf={"x5t#S256": thumbprint(MINE)}), headers={HEADER: escaped_pem(MINE)}
        ),
        "not bound, with a certificate besides": Attempt(make.good, headers={HEADER: escaped_pem(OTHERS)}),
    }

    answers = {sentence: (await attempt.at(visitor)).status_code for sentence, attempt in good.items()}

    assert answers == dict.fromkeys(good, 200)


async def test_a_bound_token_is_asked_for_its_certificate_each_time(
    visitor: httpx.AsyncClient, issuer: TestIssuer
) -> None:
    bound = Forger(issuer).signed(cnf={"x5t#S256": thumbprint(MINE)})
    shown = [escaped_pem(MINE), "", escaped_pem(OTHERS), escaped_pem(MINE)]

    answers = [(await Attempt(bound, headers={HEADER: value}).at(visitor)).status_code for value in shown]

    assert answers == [200, 401, 401, 200]


async def test_a_bound_token_is_refused_where_no_gateway_tells_of_certificates(
    edge: Edge, visitor: httpx.AsyncClient, issuer: TestIssuer
) -> None:
    edge.verifier = issuer.verifier
    bound = Forger(issuer).signed(cnf={"x5t#S256": thumbprint(MINE)})

    answer = await Attempt(bound, headers={HEADER: escaped_pem(MINE)}).at(visitor)

    assert answer.status_code == 401


async def test_a_token_in_the_body_of_a_form_is_not_read(visitor: httpx.AsyncClient, issuer: TestIssuer) -> None:
    token = issuer.mint("vt-medewerker", "vtrr")

    answers = [
        await visitor.post("/proeven", data={"access_token": token}),
        await visitor.post("/proeven", json={"naam": "x", "access_token": token}),
    ]

    assert [answer.status_code for answer in answers] == [401, 401]


async def test_two_tokens_are_no_token(door: Edge, visitor: httpx.AsyncClient, issuer: TestIssuer) -> None:
    one, two = (f"Bearer {issuer.mint('vt-teamleider', 'vtrr')}" for _ in range(2))

    answer = await visitor.get(DOOR, headers=[("Authorization", one), ("Authorization", two)])

    assert answer.status_code in (400, 401)


async def test_a_role_that_was_withdrawn_goes_out_with_the_key(
    door: Edge, visitor: httpx.AsyncClient, issuer: TestIssuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    published = {"now": issuer}

    async def fetch() -> dict[str, Any]:
        return await published["now"].fetch_jwks()

    monkeypatch.setattr("shared.web.jwks._REFRESH_SECONDS", 0.0)
    monkeypatch.setattr("shared.web.jwks._RETRY_SECONDS", 0.0)
    door.verifier = Verifier(issuer=issuer.issuer, audience=issuer.audience, jwks=fetch)
    old = Attempt(issuer.mint("vt-medewerker", "vtrr", lifetime=timedelta(hours=8)))
    before = [(await old.at(visitor)).status_code for _ in range(2)]

    published["now"] = issuer.rotated()
    after = (await old.at(visitor)).status_code
    new = (await Attempt(published["now"].mint("vt-medewerker", "vtrr")).at(visitor)).status_code

    assert (before, after, new) == ([200, 200], 401, 200)
