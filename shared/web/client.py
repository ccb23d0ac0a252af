"""How a room asks another room: over HTTP, as itself (private_key_jwt), with a purpose, and with bounded waits."""

import asyncio
import hashlib
import json
import os
import secrets
import ssl
import time
from collections.abc import Collection
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from shared.errors import NotFoundError, OperationalError
from shared.log import get_logger
from shared.rules.scopes import SCOPES_OF_ROOM
from shared.settings import RoomSettings
from shared.telemetry import current_traceparent

log = get_logger()

_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_ASSERTION_SECONDS = 60
_JTI_BYTES = 16
_TOKEN_SECONDS = 60.0  # when the issuer does not say how long a token lives
_RENEW_BEFORE_SECONDS = 30.0
PURPOSE_HEADER = "X-Doelbinding"

ClientKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


class RoomClient:
    """Call the other rooms; the token is fetched with an assertion signed by this room's key, and renewed in time.

    The key is read again for each assertion, so that a new key in the file is used from then on. With no ``scopes``
    the issuer decides what the token is good for; without an ``assertion_audience`` it is told to the token address.
    """

    def __init__(  # noqa: PLR0913, as whom and where a token is asked, keyword only
        self,
        *,
        token_url: str,
        client_id: str,
        key_file: Path,
        http: httpx.AsyncClient,
        assertion_audience: str = "",
        scopes: Collection[str] = (),
    ) -> None:
        self._token_url = token_url
        self._client_id = client_id
        self._key_file = key_file
        self._http = http
        self._audience = assertion_audience or token_url
        self._scope = " ".join(sorted(scopes))
        self._token = ""
        self._valid_until = 0.0
        self._lock = asyncio.Lock()

    async def get(self, url: str, *, purpose: str, params: dict[str, str] | None = None) -> Any:  # JSON
        """Return what a room answers.

        Raises ``NotFoundError`` when it is not there and ``OperationalError`` when the room does not answer well.
        """
        try:
            token = await self._bearer()
            answer = await self._ask(url, token, purpose=purpose, params=params)
            if answer.status_code == httpx.codes.UNAUTHORIZED:
                # The keys of the issuer may have changed under this token: once more, with a new one.
                self._drop(token)
                answer = await self._ask(url, await self._bearer(), purpose=purpose, params=params)
        except httpx.HTTPError as error:
            raise _no_good_answer() from error
        return _read(answer)

    async def post(self, url: str, body: object, *, purpose: str) -> Any:  # JSON
        """Return what a room answers to a question that stands in a body; it changes nothing there.

        Raises ``NotFoundError`` when it is not there and ``OperationalError`` when the room does not answer well.
        """
        try:
            token = await self._bearer()
            answer = await self._ask(url, token, purpose=purpose, params=None, body=body)
            if answer.status_code == httpx.codes.UNAUTHORIZED:
                self._drop(token)
                answer = await self._ask(url, await self._bearer(), purpose=purpose, params=None, body=body)
        except httpx.HTTPError as error:
            raise _no_good_answer() from error
        return _read(answer)

    async def _ask(
        self, url: str, token: str, *, purpose: str, params: dict[str, str] | None, body: object = None
    ) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}", PURPOSE_HEADER: purpose}
        trace = current_traceparent()
        if trace:
            headers["traceparent"] = trace
        if body is None:
            return await self._http.get(url, params=params, headers=headers)
        return await self._http.post(url, json=body, headers=headers)

    async def _bearer(self) -> str:
        async with self._lock:
            if time.monotonic() > self._valid_until:
                await self._fetch()
            return self._token

    def _drop(self, token: str) -> None:
        if token == self._token:
            self._valid_until = 0.0

    async def _fetch(self) -> None:
        form = {
            "grant_type": "client_credentials",
            "client_id": self._client_id,
            "client_assertion_type": _ASSERTION,
            "client_assertion": self._assertion(),
        }
        answer = await self._http.post(self._token_url, data={**form, "scope": self._scope} if self._scope else form)
        answer.raise_for_status()
        try:
            body = answer.json()
            self._token = str(body["access_token"])
            seconds = float(body.get("expires_in", _TOKEN_SECONDS))
        except (LookupError, TypeError, ValueError, AttributeError):
            raise _no_good_answer() from None
        self._valid_until = time.monotonic() + seconds - min(_RENEW_BEFORE_SECONDS, seconds / 2)

    def _assertion(self) -> str:
        """Return a proof of who this room is, good for one minute and for one time (RFC 7523 section 3)."""
        now = int(time.time())
        claims = {
            "iss": self._client_id,
            "sub": self._client_id,
            "aud": self._audience,
            "iat": now,
            "exp": now + _ASSERTION_SECONDS,
            "jti": secrets.token_urlsafe(_JTI_BYTES),
        }
        try:
            key = _read_key(self._key_file)
            algorithm = "ES256" if isinstance(key, ec.EllipticCurvePrivateKey) else "PS256"
            return jwt.encode(claims, key, algorithm=algorithm, headers={"kid": key_id(key.public_key())})
        except (OSError, ValueError, TypeError, UnsupportedAlgorithm, jwt.PyJWTError) as error:
            log.warning("client_key_not_read", error_type=type(error).__name__)
            raise OperationalError("Deze afdeling kan zich even niet bekendmaken.") from None


def room_client(room: str, settings: RoomSettings, http: httpx.AsyncClient) -> RoomClient:
    """Return the client of a room as its settings describe it, with the scopes of its own task."""
    return RoomClient(
        token_url=settings.token_url,
        client_id=settings.client_id,
        key_file=settings.client_key_file,
        http=http,
        assertion_audience=settings.assertion_audience or settings.issuer.split()[0],
        scopes=SCOPES_OF_ROOM[room],
    )


def key_id(key: ec.EllipticCurvePublicKey | rsa.RSAPublicKey) -> str:
    """Return the name of a key: its thumbprint (RFC 7638), so that who holds two of them can tell them apart."""
    if isinstance(key, ec.EllipticCurvePublicKey):
        jwk = ECAlgorithm.to_jwk(key, as_dict=True)
    else:
        jwk = RSAAlgorithm.to_jwk(key, as_dict=True)
    needed = {name: jwk[name] for name in ("crv", "e", "kty", "n", "x", "y") if name in jwk}
    text = json.dumps(needed, separators=(",", ":"), sort_keys=True)
    return jwt.utils.base64url_encode(hashlib.sha256(text.encode()).digest()).decode()


def http_client() -> httpx.AsyncClient:
    """Return a client whose every wait has an end."""
    return httpx.AsyncClient(
        timeout=httpx.Timeout(5.0, connect=2.0),
        limits=httpx.Limits(max_connections=50),
        follow_redirects=False,
        verify=trusted(),
    )


def trusted() -> ssl.SSLContext:
    """Return which authorities this process believes: those of ``SSL_CERT_FILE``, or the public ones."""
    return _trust(os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR"))


@cache
def _trust(*_told: str | None) -> ssl.SSLContext:
    """Return whom this process believes: reading every authority takes 44 ms, and a chore makes a client each time."""
    return httpx.create_ssl_context()


def _read_key(file: Path) -> ClientKey:
    key = serialization.load_pem_private_key(file.read_bytes(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise TypeError("no key that a room can sign with")
    return key


def _read(answer: httpx.Response) -> Any:  # JSON
    if answer.status_code == httpx.codes.NOT_FOUND:
        raise NotFoundError("Dit is er niet.")
    if answer.status_code != httpx.codes.OK:
        raise _no_good_answer()
    return answer.json()


def _no_good_answer() -> OperationalError:
    return OperationalError("Een ander deel van de keten antwoordt even niet.")
