"""The identity provider as the page speaks to it: where people are sent, and what their code is worth."""

import asyncio
import hmac
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import httpx
import jwt

from services.monitoring.domain.aanmelden import AanmeldError, Poging, Reden
from shared.errors import OperationalError
from shared.web.client import http_client
from shared.web.jwks import IssuerKeys, JwksSource

_LEEWAY_SECONDS = 5
_SERVER_ERROR = 500
_TOO_MANY = 429
# Whoever keeps sending codes makes us ask the provider: no more than this at once.
_AT_ONCE = 8


class Aanmelddienst:
    """Send people to the provider and take what they come back with.

    ``issuer`` may be more than one name, with spaces between. The client keeps no secret: what is exchanged is bound
    to the attempt by PKCE.
    """

    def __init__(  # noqa: PLR0913, what this installation says of its provider, keyword only
        self,
        *,
        issuer: str,
        authorize_url: str,
        token_url: str,
        client_id: str,
        home: str,
        jwks: JwksSource,
        end_url: str = "",
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self.issuers = tuple(issuer.split())
        self._authorize_url = authorize_url
        self._token_url = token_url
        self._client_id = client_id
        self._home = home.rstrip("/")
        self._end_url = end_url
        self._keys = IssuerKeys(jwks)
        self._transport = transport
        self._turn = asyncio.Semaphore(_AT_ONCE)

    @property
    def redirect_uri(self) -> str:
        """Where the provider sends people back to."""
        return f"{self._home}/aanmelden/terug"

    def address_for(self, poging: Poging) -> str:
        """Return where somebody proves who he is."""
        asked = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": self.redirect_uri,
            "scope": "openid",
            "state": poging.state,
            "nonce": poging.nonce,
            "code_challenge": poging.challenge,
            "code_challenge_method": "S256",
        }
        return f"{self._authorize_url}?{urlencode(asked)}"

    def end_address(self) -> str | None:
        """Return where somebody logs out of the provider itself, None when it has no such place."""
        if not self._end_url:
            return None
        asked = {"client_id": self._client_id, "post_logout_redirect_uri": f"{self._home}/afgemeld"}
        return f"{self._end_url}?{urlencode(asked)}"

    async def exchange(self, code: str, poging: Poging) -> str:
        """Return the access token that a code is worth.

        Raises ``AanmeldError`` when the provider gives none, or one for another attempt, and ``OperationalError`` when
        it cannot be reached.
        """
        told = await self._ask(code, poging)
        token, identity = told.get("access_token"), told.get("id_token")
        if not isinstance(token, str) or not isinstance(identity, str):
            raise AanmeldError(Reden.ONGELDIG)
        await self._check_identity(identity, poging)
        return token

    async def _ask(self, code: str, poging: Poging) -> Mapping[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "client_id": self._client_id,
            "code_verifier": poging.verifier,
        }
        async with self._turn, self._http() as http:
            try:
                answer = await http.post(self._token_url, data=form)
            except httpx.HTTPError:
                raise OperationalError("De aanmelddienst is even niet bereikbaar.") from None
        if answer.status_code >= _SERVER_ERROR or answer.status_code == _TOO_MANY:
            raise OperationalError("De aanmelddienst is even niet bereikbaar.")
        try:
            told = answer.json()
        except ValueError:
            raise AanmeldError(Reden.ONGELDIG) from None
        if not answer.is_success or not isinstance(told, dict):
            raise AanmeldError(Reden.GEWEIGERD)
        return told

    def _http(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=self._transport, timeout=5.0) if self._transport else http_client()

    async def _check_identity(self, identity: str, poging: Poging) -> None:
        """Check that the answer is of our provider, for our client and for this attempt (OpenID Connect, 3.1.3.7)."""
        await self._keys.refresh()
        try:
            key = await self._keys.find(jwt.get_unverified_header(identity)["kid"])
            claims = jwt.decode(
                identity,
                key,
                algorithms=[key.algorithm_name],
                issuer=self.issuers,
                audience=self._client_id,
                leeway=_LEEWAY_SECONDS,
                options={"require": ["iss", "sub", "aud", "exp", "iat", "nonce"]},
            )
            fits = hmac.compare_digest(str(claims["nonce"]).encode(), poging.nonce.encode())
        except (jwt.PyJWTError, LookupError, ValueError, TypeError):
            fits = False
        if not fits or claims.get("azp", self._client_id) != self._client_id:
            raise AanmeldError(Reden.ONGELDIG)
