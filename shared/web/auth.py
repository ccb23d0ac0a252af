"""Who is calling: a signed bearer token, read once at the door, and what its role may do.

A token is an access token of NL GOV OAuth 1.1 (RFC 9068): it comes in the header ``Authorization`` and nowhere else,
and is accepted with the right issuer, audience, signature, lifetime and claims; when it is bound to a certificate
(RFC 8705), only together with that certificate. Whoever is refused is not told why; the log names the rule.
The time of a token is always real time, also when the rooms live in simulated time.
"""

import hashlib
import hmac
import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import jwt

from shared.errors import NotAuthenticatedError
from shared.log import get_logger
from shared.rules.access import Toegang
from shared.rules.codes import Rol
from shared.rules.gemeenten import with_predecessors
from shared.web.certificates import thumbprint_of
from shared.web.jwks import IssuerKeys, JwksSource

log = get_logger()

_LEEWAY_SECONDS = 5
_CACHE_SECONDS = 60.0
_CACHE_MAX = 10_000
_TOKEN_MAX = 8_192
_TEXT_MAX = 255
PERSON_SECONDS_MAX = 43_200
ROOM_SECONDS_MAX = 21_600

# Access tokens only: an ID token or a logout token has the right signature and is meant for somebody else.
_TYPES = frozenset({"at+jwt", "application/at+jwt", "jwt"})
_FOREIGN_CLAIMS = frozenset({"nonce", "at_hash", "c_hash", "s_hash", "events"})
# A header that brings or names a key of its own choice, or asks for something that is not understood here.
_FOREIGN_HEADERS = frozenset({"jku", "jwk", "x5u", "crit"})
_REQUIRED = ["iss", "sub", "aud", "exp", "iat", "jti"]
_GEMEENTE_CODE = re.compile("[0-9]{4}")
_THUMBPRINT = re.compile("[A-Za-z0-9_-]{43}")
_REFUSED = "Er is een geldig token nodig."


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is at the door."""

    subject: str
    client_id: str
    rol: Rol
    organisatie_id: str
    gemeente_codes: frozenset[str]
    toegang: Toegang | None = None  # what the policy let this caller in for; put there at the door of the route
    scopes: frozenset[str] = frozenset()
    token_id: str = ""

    @property
    def source(self) -> str:
        """Whose budget it is: a system, or one person in the application that many persons share."""
        return f"{self.client_id}\x1f{self.subject}"


class Verifier:
    """Turn a token into a caller, with keys that may rotate without a restart.

    ``issuer`` is the name of the issuer, or an allow-list of its names with spaces between: all of one key set.
    ``client_certificate_header`` is the header in which the gateway tells with which certificate somebody came in;
    without one a token that is bound to a certificate is refused.
    """

    def __init__(  # noqa: PLR0913, what this installation says of its tokens, keyword only
        self,
        *,
        issuer: str,
        audience: str,
        jwks: JwksSource,
        client_certificate_header: str = "",
        person_seconds_max: int = PERSON_SECONDS_MAX,
        room_seconds_max: int = ROOM_SECONDS_MAX,
    ) -> None:
        self._issuers = tuple(issuer.split())
        self._audience = audience
        self._keys = IssuerKeys(jwks)
        self._certificate_header = client_certificate_header.lower().encode()
        self._seconds_max = {rol: room_seconds_max if rol is Rol.SYSTEEM else person_seconds_max for rol in Rol}
        self._generation = 0
        self._cache: dict[bytes, _Known] = {}

    async def verify_request(self, headers: Iterable[tuple[bytes, bytes]]) -> Caller:
        """Return the caller of a request from its headers as ASGI gives them, doubles included.

        Raises ``NotAuthenticatedError`` when there is not exactly one bearer token.
        """
        tokens: list[bytes] = []
        certificates: list[bytes] = []
        for name, value in headers:
            if name.lower() == b"authorization":
                tokens.append(value)
            elif self._certificate_header and name.lower() == self._certificate_header:
                certificates.append(value)
        scheme, _, token = (tokens[0] if len(tokens) == 1 else b"").decode("latin-1").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise NotAuthenticatedError(_REFUSED)
        # Two certificates: one of them was not put there by the gateway.
        return await self.verify(token.strip(), certificates[0] if len(certificates) == 1 else None)

    async def verify(self, token: str, certificate: bytes | None = None) -> Caller:
        """Return the caller; raises ``NotAuthenticatedError`` without a hint of what is wrong.

        ``certificate`` is the header of the gateway, see ``thumbprint_of``.
        """
        if len(token) > _TOKEN_MAX:
            raise NotAuthenticatedError(_REFUSED)
        await self._keys.refresh()
        self._forget_when_keys_changed()
        digest = hashlib.sha256(token.encode()).digest()
        known = self._cache.get(digest)
        if known is None or known.until <= time.monotonic():
            known = await self._check(token)
            self._forget_when_keys_changed()
            if len(self._cache) >= _CACHE_MAX:
                self._cache.clear()
            self._cache[digest] = known
        if known.bound_to is not None and not _is_shown(known.bound_to, certificate):
            log.info("token_refused", reason="certificate")
            raise NotAuthenticatedError(_REFUSED)
        return known.caller

    def _forget_when_keys_changed(self) -> None:
        if self._generation != self._keys.generation:
            self._generation = self._keys.generation
            self._cache.clear()

    async def _check(self, token: str) -> "_Known":
        try:
            header = jwt.get_unverified_header(token)
            _check_header(header)
            key = await self._keys.find(header["kid"])
            claims = jwt.decode(
                token,
                key,
                algorithms=[key.algorithm_name],
                issuer=self._issuers,
                audience=self._audience,
                leeway=_LEEWAY_SECONDS,
                options={"require": _REQUIRED},
            )
            caller = _caller(claims)
            self._check_life(claims, caller.rol)
            until = time.monotonic() + min(_CACHE_SECONDS, claims["exp"] - time.time())
            return _Known(until, caller, _bound_to(claims))
        except (jwt.PyJWTError, LookupError, ValueError, TypeError) as error:
            reason = error.rule if isinstance(error, _UnfitError) else None
            log.info("token_refused", error_type=type(error).__name__, reason=reason)
            raise NotAuthenticatedError(_REFUSED) from None

    def _check_life(self, claims: Mapping[str, Any], rol: Rol) -> None:
        times = [claims[name] for name in ("iat", "exp", "nbf") if name in claims]
        if not all(isinstance(moment, int | float) and not isinstance(moment, bool) for moment in times):
            raise _UnfitError("times")
        if not 0 < claims["exp"] - claims["iat"] <= self._seconds_max[rol]:
            raise _UnfitError("lifetime")


@dataclass(frozen=True, slots=True)
class _Known:
    """A token that was found good, for as long as that may be believed."""

    until: float
    caller: Caller
    bound_to: str | None


class _UnfitError(ValueError):
    """A token breaks one of our own rules; its name may be logged, for it says nothing of the token."""

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


def _is_shown(thumbprint: str, certificate: bytes | None) -> bool:
    shown = thumbprint_of(certificate) if certificate else None
    return shown is not None and hmac.compare_digest(shown.encode(), thumbprint.encode())


def _check_header(header: Mapping[str, Any]) -> None:
    if _FOREIGN_HEADERS & header.keys():
        raise _UnfitError("header")
    if str(header.get("typ", "jwt")).lower() not in _TYPES:
        raise _UnfitError("typ")


def _caller(claims: Mapping[str, Any]) -> Caller:
    if _FOREIGN_CLAIMS & claims.keys() or claims.get("typ", "Bearer") != "Bearer":
        raise _UnfitError("kind")
    clients = {_text(claims, name) for name in ("azp", "client_id") if name in claims}
    if len(clients) != 1:
        raise _UnfitError("client")
    return Caller(
        subject=_text(claims, "sub"),
        client_id=clients.pop(),
        rol=Rol(_text(claims, "rol")),
        organisatie_id=_text(claims, "organisatieId"),
        gemeente_codes=_gemeente_codes(claims),
        scopes=_scopes(claims.get("scope", "")),
        token_id=_text(claims, "jti"),
    )


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims[name]
    if not isinstance(value, str) or not 0 < len(value) <= _TEXT_MAX or not value.isprintable():
        raise _UnfitError(name)
    return value


def _texts(value: Any) -> list[str]:  # a claim of a token
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise _UnfitError("list")
    return value


def _gemeente_codes(claims: Mapping[str, Any]) -> frozenset[str]:
    codes = _texts(claims.get("gemeenteCodes", []))
    # Strict, for the codes go on together in one text to the second wall, in the database.
    if not all(_GEMEENTE_CODE.fullmatch(code) for code in codes):
        raise _UnfitError("gemeenteCodes")
    # Who works for a municipality works with what was recorded under those that went up in it.
    return with_predecessors(codes)


def _scopes(value: Any) -> frozenset[str]:  # a claim of a token
    return frozenset(value.split() if isinstance(value, str) else _texts(value))


def _bound_to(claims: Mapping[str, Any]) -> str | None:
    """Return the thumbprint of the certificate that must come along; a binding of another kind cannot be checked."""
    if "cnf" not in claims:
        return None
    match claims["cnf"]:
        case {"x5t#S256": str(thumbprint)} if len(claims["cnf"]) == 1 and _THUMBPRINT.fullmatch(thumbprint):
            return thumbprint
        case _:
            raise _UnfitError("cnf")
