"""The public keys of the issuer of tokens: fetched, weighed, renewed while the room works, forgotten in time."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from shared.errors import OperationalError
from shared.log import get_logger

log = get_logger()

ALGORITHMS = ("ES256", "PS256", "RS256")
_RSA_BITS_MIN = 2048
_REFRESH_SECONDS = 300.0
_KEPT_SECONDS = 3_600.0
_RETRY_SECONDS = 5.0
_FETCH_SECONDS = 5.0

JwksSource = Callable[[], Awaitable[Mapping[str, Any]]]


class IssuerKeys:
    """Keep the keys of one issuer.

    They are fetched again every five minutes, and sooner when a token names a key that is not known; never more than
    once in five seconds, however many tokens name keys that do not exist. While the issuer is away the keys stay for
    an hour, and then nobody gets in: a key that was withdrawn may not live on in our memory.
    """

    def __init__(self, source: JwksSource) -> None:
        self.generation = 0  # another number when the set of keys is another
        self._source = source
        self._keys: dict[str, jwt.PyJWK] = {}
        self._rows: dict[str, Mapping[str, Any]] = {}
        self._loaded_at = float("-inf")
        self._tried_at = float("-inf")
        self._attempts = 0
        self._lock = asyncio.Lock()

    async def refresh(self) -> None:
        """Fetch the keys again when it is time; raises ``OperationalError`` when there are none to go by.

        One request fetches, the others go on with what is known.
        """
        age = time.monotonic() - self._loaded_at
        if age < _REFRESH_SECONDS:
            return
        if self._may_try() and not (self._lock.locked() and age < _KEPT_SECONDS):
            await self._load()
        if time.monotonic() - self._loaded_at >= _KEPT_SECONDS:
            self._take({}, {})
            raise OperationalError("De uitgever van tokens is even niet bereikbaar.")

    async def find(self, kid: str) -> jwt.PyJWK:
        """Return the key of this name, which is only ever compared; raises ``KeyError`` when there is none."""
        if kid not in self._keys and self._may_try():
            await self._load()
        return self._keys[kid]

    def _may_try(self) -> bool:
        return time.monotonic() - self._tried_at >= _RETRY_SECONDS

    async def _load(self) -> None:
        seen = self._attempts
        async with self._lock:
            if self._attempts != seen:
                return  # another request fetched while this one waited
            try:
                async with asyncio.timeout(_FETCH_SECONDS):
                    keys, rows = _usable_keys(await self._source())
            except (httpx.HTTPError, TimeoutError, ValueError) as error:
                log.warning("keys_not_loaded", error_type=type(error).__name__)
            else:
                self._take(keys, rows)
                self._loaded_at = time.monotonic()
            self._tried_at = time.monotonic()
            self._attempts += 1

    def _take(self, keys: dict[str, jwt.PyJWK], rows: dict[str, Mapping[str, Any]]) -> None:
        if rows != self._rows:
            self._keys, self._rows = keys, rows
            self.generation += 1
            log.info("keys_changed", count=len(keys))


def _usable_keys(body: object) -> tuple[dict[str, jwt.PyJWK], dict[str, Mapping[str, Any]]]:
    """Return the keys that may sign a token, by name, and what was published of each of them."""
    rows = body.get("keys") if isinstance(body, Mapping) else None
    if not isinstance(rows, list):
        raise ValueError("no key set")  # noqa: TRY004, the content of an answer, not a mistake in a call
    found = {key.key_id: (key, row) for row in rows if (key := _usable(row)) and key.key_id}
    return {kid: key for kid, (key, _) in found.items()}, {kid: row for kid, (_, row) in found.items()}


def _usable(row: Any) -> jwt.PyJWK | None:  # one key as the issuer published it
    try:
        may_sign = row.get("use", "sig") == "sig" and "verify" in row.get("key_ops", ["verify"])
        if not may_sign or not isinstance(row["kid"], str) or row.get("alg", ALGORITHMS[0]) not in ALGORITHMS:
            return None
        key = jwt.PyJWK(row)
    except (jwt.PyJWTError, LookupError, TypeError, ValueError, AttributeError):
        return None
    return key if _is_strong(key) else None


def _is_strong(key: jwt.PyJWK) -> bool:
    """Say whether a key fits the one algorithm that it is bound to, and is long enough.

    A secret is no public key, and a private key that was published is no secret any more: neither is taken.
    """
    match key.key:
        case ec.EllipticCurvePublicKey():
            return key.algorithm_name == "ES256" and isinstance(key.key.curve, ec.SECP256R1)
        case rsa.RSAPublicKey():
            return key.algorithm_name in {"PS256", "RS256"} and key.key.key_size >= _RSA_BITS_MIN
        case _:
            return False


def jwks_over_http(url: str) -> JwksSource:
    """Return a source that fetches the keys of the issuer."""

    async def fetch() -> Mapping[str, Any]:
        async with httpx.AsyncClient(timeout=3.0) as client:
            answer = await client.get(url)
            answer.raise_for_status()
            keys: Mapping[str, Any] = answer.json()
            return keys

    return fetch
