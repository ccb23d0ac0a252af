"""How personal data is kept from whoever reads the disk: sealed values and blind indexes.

Values are sealed with AES-256-GCM, bound to the place where they stand, so that a value moved to another row
or column does not open. A blind index is a keyed hash with a key of its own: equal values can be found,
nothing can be read back (docs/adr/0006).
"""

import base64
import hashlib
import hmac
import json
import os
import unicodedata
from collections.abc import Mapping
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES = 12
_BLIND_BYTES = 16


class Vault:
    """Seal, open and index values with the keys of one room."""

    def __init__(self, *, active: str, keys: Mapping[str, bytes], blind_key: bytes) -> None:
        self._active = active
        self._ciphers = {name: AESGCM(key) for name, key in keys.items()}
        self._blind_key = blind_key

    @classmethod
    def from_file(cls, path: Path) -> "Vault":
        """Read the keys of a room: ``{"actief": name, "sleutels": {name: base64}, "blind": base64}``."""
        content = json.loads(path.read_text())
        return cls(
            active=content["actief"],
            keys={name: base64.b64decode(key) for name, key in content["sleutels"].items()},
            blind_key=base64.b64decode(content["blind"]),
        )

    def seal(self, plain: bytes, *, place: str) -> bytes:
        """Return ``plain`` encrypted; ``place`` is ``table:column:row id`` and is needed to open it."""
        nonce = os.urandom(_NONCE_BYTES)
        name = self._active.encode()
        sealed = self._ciphers[self._active].encrypt(nonce, plain, _bound(place, self._active))
        return bytes([len(name)]) + name + nonce + sealed

    def open(self, sealed: bytes, *, place: str) -> bytes:
        """Return what was sealed at ``place``; raises ``InvalidTag`` when it was sealed elsewhere or changed."""
        size = sealed[0]
        name = sealed[1 : 1 + size].decode()
        nonce = sealed[1 + size : 1 + size + _NONCE_BYTES]
        body = sealed[1 + size + _NONCE_BYTES :]
        return self._ciphers[name].decrypt(nonce, body, _bound(place, name))

    def blind(self, kind: str, *values: str) -> bytes:
        """Return the blind index of some values under a kind (``bsn``, ``naam-geboortedatum`` …)."""
        text = "\x1f".join([kind, *values])
        return hmac.digest(self._blind_key, text.encode(), hashlib.sha256)[:_BLIND_BYTES]


def _bound(place: str, key_name: str) -> bytes:
    return f"{place}:{key_name}".encode()


def normalised(text: str) -> str:
    """Return a name as it is compared: no accents, case, spaces or punctuation."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in decomposed if sign.isalnum()).casefold()
