"""Where the master keys of a room come from: a file, the environment, or a service that never gives them out.

The service is spoken to in the words of the secrets engine "transit", which OpenBao and HashiCorp Vault share:
``POST /v1/transit/encrypt|decrypt/<key>``. It is asked once for each new casus and once for each casus that is
opened; opened keys are remembered for a minute, so that a list does not ask a hundred times.
"""

import base64
import time
from collections import OrderedDict
from pathlib import Path

import httpx
import orjson

from shared.crypto import Vault
from shared.errors import OperationalError
from shared.settings import RoomSettings

_SECONDS = 60.0
_KEPT_MAX = 10_000
_AWAY = "De sleuteldienst is even niet bereikbaar; probeer het zo weer."


class TransitKeys:
    """Master keys in a service of the kind "transit"; ``name`` is the key there, which rotates there."""

    def __init__(self, http: httpx.AsyncClient, *, url: str, name: str, token_file: Path) -> None:
        self._http = http
        self._url = url.rstrip("/")
        self._name = name
        self._token_file = token_file
        self._opened: OrderedDict[tuple[str, bytes], tuple[float, bytes]] = OrderedDict()

    @property
    def active(self) -> str:
        """The name of the key in the service."""
        return self._name

    async def wrap(self, key: bytes, *, place: str) -> tuple[str, bytes]:
        """Return a key as the service sealed it; raises ``OperationalError`` when it does not answer."""
        found = await self._ask("encrypt", self._name, plaintext=_b64(key), associated_data=_b64(place.encode()))
        return self._name, found["ciphertext"].encode()

    async def unwrap(self, wrapped: bytes, *, name: str, place: str) -> bytes:
        """Return the key that the service sealed at this place; raises ``OperationalError`` when it does not."""
        known = self._opened.get((place, wrapped))
        if known and known[0] > time.monotonic():
            return known[1]
        found = await self._ask(
            "decrypt", name, ciphertext=wrapped.decode("ascii"), associated_data=_b64(place.encode())
        )
        key = base64.b64decode(found["plaintext"])
        self._opened[place, wrapped] = (time.monotonic() + _SECONDS, key)
        if len(self._opened) > _KEPT_MAX:
            self._opened.popitem(last=False)
        return key

    async def _ask(self, deed: str, name: str, **body: str) -> dict[str, str]:
        try:
            answer = await self._http.post(
                f"{self._url}/v1/transit/{deed}/{name}",
                content=orjson.dumps(body),
                headers={"X-Vault-Token": self._token_file.read_text().strip(), "Content-Type": "application/json"},
            )
            answer.raise_for_status()
            data: dict[str, str] = answer.json()["data"]
        except (httpx.HTTPError, OSError, ValueError, KeyError) as error:
            raise OperationalError(_AWAY) from error
        return data


def _b64(value: bytes) -> str:
    return base64.b64encode(value).decode()


def vault_from(settings: RoomSettings, http: httpx.AsyncClient | None = None) -> Vault:
    """Return the vault of a room as its settings say; raises ``ValueError`` when they name no keys.

    With a key service the file or the environment still holds the key of the blind indexes, which is needed for
    every search and never leaves the room.
    """
    if settings.key_file is not None:
        vault = Vault.from_file(settings.key_file)
    elif settings.keys is not None:
        vault = Vault.from_text(settings.keys.get_secret_value())
    else:
        raise ValueError("KETENRADAR_KEY_FILE of KETENRADAR_KEYS ontbreekt")
    if settings.kms_url:
        if http is None or settings.kms_token_file is None or not settings.kms_key:
            raise ValueError("KETENRADAR_KMS_URL vraagt ook KETENRADAR_KMS_KEY en KETENRADAR_KMS_TOKEN_FILE")
        vault = vault.under(
            TransitKeys(http, url=settings.kms_url, name=settings.kms_key, token_file=settings.kms_token_file)
        )
    return vault
