"""Who is calling: a signed bearer token, read once at the door, and what its role may do.

A token is accepted with the right issuer, audience, signature (allow-list of algorithms), lifetime and claims.
The time of a token is always real time, also when the rooms live in simulated time.
"""

import asyncio
import hashlib
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import jwt
from starlette.requests import Request

from shared.errors import NotAllowedError, NotAuthenticatedError, OperationalError
from shared.log import get_logger
from shared.rules.codes import Rol

log = get_logger()

ALGORITHMS = ("ES256", "PS256", "RS256")
_LEEWAY_SECONDS = 5
_CACHE_SECONDS = 60.0
_CACHE_MAX = 10_000
_KEYS_SECONDS = 300.0
_KEYS_RETRY_SECONDS = 5.0
_TOKEN_MAX = 8_192

JwksSource = Callable[[], Awaitable[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is at the door."""

    subject: str
    client_id: str
    rol: Rol
    organisatie_id: str
    gemeente_codes: frozenset[str]

    def may_see_gemeente(self, gemeente_code: str) -> bool:
        """Say whether the caller may see what belongs to a municipality: some roles see only their own."""
        return self.rol not in OWN_GEMEENTE_ONLY or gemeente_code in self.gemeente_codes


OWN_GEMEENTE_ONLY = frozenset({Rol.LOKAAL_TEAM, Rol.GEMEENTE})


class Verifier:
    """Turn a token into a caller, with keys that may rotate without a restart."""

    def __init__(self, *, issuer: str, audience: str, jwks: JwksSource) -> None:
        self._issuer = issuer
        self._audience = audience
        self._jwks = jwks
        self._keys: dict[str, jwt.PyJWK] = {}
        self._keys_at = float("-inf")
        self._lock = asyncio.Lock()
        self._cache: dict[bytes, tuple[float, Caller]] = {}

    async def verify(self, token: str) -> Caller:
        """Return the caller; raises ``NotAuthenticatedError`` without a hint of what is wrong."""
        if len(token) > _TOKEN_MAX:
            raise NotAuthenticatedError("Het token is niet geldig.")
        digest = hashlib.sha256(token.encode()).digest()
        known = self._cache.get(digest)
        if known and known[0] > time.monotonic():
            return known[1]
        caller, seconds_left = await self._check(token)
        if len(self._cache) >= _CACHE_MAX:
            self._cache.clear()
        self._cache[digest] = (time.monotonic() + min(_CACHE_SECONDS, seconds_left), caller)
        return caller

    async def _check(self, token: str) -> tuple[Caller, float]:
        try:
            header = jwt.get_unverified_header(token)
            key = await self._key(str(header.get("kid", "")))
            claims = jwt.decode(
                token,
                key,
                algorithms=[key.algorithm_name] if key.algorithm_name in ALGORITHMS else [],
                issuer=self._issuer,
                audience=self._audience,
                leeway=_LEEWAY_SECONDS,
                options={"require": ["exp", "iat", "iss", "aud", "sub", "jti"]},
            )
            return _caller(claims), claims["exp"] - time.time()
        except (jwt.InvalidTokenError, KeyError, ValueError, TypeError) as error:
            log.info("token_refused", error_type=type(error).__name__)
            raise NotAuthenticatedError("Het token is niet geldig.") from None

    async def _key(self, kid: str) -> jwt.PyJWK:
        fresh = time.monotonic() - self._keys_at
        if fresh > _KEYS_SECONDS or (kid not in self._keys and fresh > _KEYS_RETRY_SECONDS):
            async with self._lock:
                await self._load_keys()
        return self._keys[kid]

    async def _load_keys(self) -> None:
        try:
            keys = jwt.PyJWKSet.from_dict(dict(await self._jwks())).keys
        except (httpx.HTTPError, jwt.PyJWTError, ValueError) as error:
            log.warning("keys_not_loaded", error_type=type(error).__name__)
            if not self._keys:
                raise OperationalError("De uitgever van tokens is even niet bereikbaar.") from error
        else:
            self._keys = {str(key.key_id): key for key in keys}
        self._keys_at = time.monotonic()


def _caller(claims: Mapping[str, Any]) -> Caller:
    codes = claims.get("gemeenteCodes", [])
    if not isinstance(codes, list) or not all(isinstance(code, str) for code in codes):
        raise ValueError("gemeenteCodes")
    return Caller(
        subject=str(claims["sub"]),
        client_id=str(claims.get("azp") or claims.get("client_id") or claims["sub"]),
        rol=Rol(claims["rol"]),
        organisatie_id=str(claims["organisatieId"]),
        gemeente_codes=frozenset(codes),
    )


def jwks_over_http(url: str) -> JwksSource:
    """Return a source that fetches the keys of the issuer."""

    async def fetch() -> Mapping[str, Any]:
        async with httpx.AsyncClient(timeout=3.0) as client:
            answer = await client.get(url)
            answer.raise_for_status()
            keys: Mapping[str, Any] = answer.json()
            return keys

    return fetch


class Allow:
    """Let in some roles; as a dependency it returns the caller. Each route of ``/v1`` must have one."""

    def __init__(self, *roles: Rol) -> None:
        self.roles = frozenset(roles)

    def __call__(self, request: Request) -> Caller:
        """Return the caller; raises ``NotAllowedError`` when its role is not let in."""
        caller: Caller | None = getattr(request.state, "caller", None)
        if caller is None:
            raise NotAuthenticatedError("Er is een token nodig.")
        if caller.rol not in self.roles:
            raise NotAllowedError("Deze rol mag dit niet.")
        return caller


VT = (Rol.VT_MEDEWERKER, Rol.VT_TEAMLEIDER)
