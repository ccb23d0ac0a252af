"""How a room asks another room: over HTTP, as itself (private_key_jwt), with a purpose, and with bounded waits."""

import time
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import jwt

from shared.errors import NotFoundError, OperationalError
from shared.telemetry import current_traceparent

_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_RENEW_BEFORE_SECONDS = 30.0
PURPOSE_HEADER = "X-Doelbinding"


class RoomClient:
    """Call the other rooms; the token is fetched with an assertion signed by this room's key, and renewed in time."""

    def __init__(self, *, token_url: str, client_id: str, key_file: Path, http: httpx.AsyncClient) -> None:
        self._token_url = token_url
        self._client_id = client_id
        self._key_file = key_file
        self._http = http
        self._token = ""
        self._valid_until = 0.0

    async def get(self, url: str, *, purpose: str, params: dict[str, str] | None = None) -> Any:  # JSON
        """Return what a room answers.

        Raises ``NotFoundError`` when it is not there and ``OperationalError`` when the room does not answer well.
        """
        try:
            headers = {"Authorization": f"Bearer {await self._bearer()}", PURPOSE_HEADER: purpose}
            trace = current_traceparent()
            if trace:
                headers["traceparent"] = trace
            answer = await self._http.get(url, params=params, headers=headers)
        except httpx.HTTPError as error:
            raise OperationalError("Een ander deel van de keten antwoordt even niet.") from error
        if answer.status_code == httpx.codes.NOT_FOUND:
            raise NotFoundError("Dit is er niet.")
        if answer.status_code != httpx.codes.OK:
            raise OperationalError("Een ander deel van de keten antwoordt even niet.")
        return answer.json()

    async def _bearer(self) -> str:
        if time.monotonic() > self._valid_until:
            answer = await self._http.post(
                self._token_url,
                data={
                    "grant_type": "client_credentials",
                    "client_assertion_type": _ASSERTION,
                    "client_assertion": self._assertion(),
                },
            )
            answer.raise_for_status()
            body = answer.json()
            self._token = body["access_token"]
            self._valid_until = time.monotonic() + float(body["expires_in"]) - _RENEW_BEFORE_SECONDS
        return self._token

    def _assertion(self) -> str:
        now = int(time.time())
        claims = {
            "iss": self._client_id,
            "sub": self._client_id,
            "aud": self._token_url,
            "iat": now,
            "exp": now + 60,
            "jti": str(uuid4()),
        }
        return jwt.encode(claims, self._key_file.read_text(), algorithm="ES256")


def http_client() -> httpx.AsyncClient:
    """Return a client whose every wait has an end."""
    return httpx.AsyncClient(
        timeout=httpx.Timeout(5.0, connect=2.0),
        limits=httpx.Limits(max_connections=50),
        follow_redirects=False,
    )
