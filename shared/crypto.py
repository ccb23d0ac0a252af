"""How personal data is kept from whoever reads the disk: keys under a master key, sealed values, blind indexes.

Every casus has keys of its own (``shared.keyring``); what stands here is what those hang on. A ``Vault`` holds the
master keys of one room, which only ever seal keys; the key of the blind indexes, by which equal values are found and
nothing is read back; and the key of the seals on audit rows. A value is sealed with AES-256-GCM and bound to the
place where it stands, so that one that was moved to another row or column does not open (docs/adr/0006, 0012).
"""

import base64
import hashlib
import hmac
import json
import os
import time
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12
KEY_BYTES = 32
_BLIND_BYTES = 16
_LOOK_AGAIN_SECONDS = 1.0


class MasterKeys(Protocol):
    """What seals the keys of casussen: a file, the environment, or a service that keeps the key to itself."""

    @property
    def active(self) -> str:
        """The name of the master key under which new keys are sealed."""

    async def wrap(self, key: bytes, *, place: str) -> tuple[str, bytes]:
        """Return the name of the active master key, and a key sealed under it and bound to its place."""

    async def unwrap(self, wrapped: bytes, *, name: str, place: str) -> bytes:
        """Return the key that was sealed at this place under the master key of this name."""


@dataclass(frozen=True, slots=True)
class _Content:
    active: str
    keys: Mapping[str, bytes]
    blind: bytes

    @classmethod
    def read(cls, text: str) -> "_Content":
        content = json.loads(text)
        keys = {name: base64.b64decode(key) for name, key in content["sleutels"].items()}
        return cls(content["actief"], keys, base64.b64decode(content["blind"]))


class LocalKeys:
    """Master keys that this process holds itself; from a file they are read again when the file was replaced.

    A master key can then be added, and made the active one, while the room works.
    """

    def __init__(self, content: _Content, file: Path | None = None) -> None:
        self._file = file
        self._stamp = _stamp(file)
        self._looked_at = time.monotonic()
        self._take(content)

    def _take(self, content: _Content) -> None:
        self._active = content.active
        self._ciphers = {name: AESGCM(key) for name, key in content.keys.items()}

    @property
    def active(self) -> str:
        """The name of the master key under which new keys are sealed."""
        self._look()
        return self._active

    async def wrap(self, key: bytes, *, place: str) -> tuple[str, bytes]:
        """Return the name of the active master key, and a key sealed under it."""
        name, nonce = self.active, os.urandom(NONCE_BYTES)
        return name, nonce + self._ciphers[name].encrypt(nonce, key, _bound(place, name))

    async def unwrap(self, wrapped: bytes, *, name: str, place: str) -> bytes:
        """Return the key that was sealed at this place."""
        return self.open(wrapped, name=name, place=place)

    def open(self, sealed: bytes, *, name: str, place: str) -> bytes:
        """Return what was sealed under one of these keys; raises ``InvalidTag`` when it was not."""
        if name not in self._ciphers:
            self._look(at_once=True)
        return self._ciphers[name].decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], _bound(place, name))

    def _look(self, *, at_once: bool = False) -> None:
        now = time.monotonic()
        if self._file is None or (not at_once and now - self._looked_at < _LOOK_AGAIN_SECONDS):
            return
        self._looked_at = now
        stamp = _stamp(self._file)
        if stamp != self._stamp:
            self._take(_Content.read(self._file.read_text()))
            self._stamp = stamp


class Vault:
    """The keys of one room: master keys, the key of blind indexes, and the key of audit seals."""

    def __init__(self, masters: MasterKeys, blind_key: bytes) -> None:
        self.masters = masters
        self._blind_key = blind_key
        # A key of its own, that cannot be computed back: who finds blind indexes cannot write audit rows.
        self._audit_key = hmac.digest(blind_key, b"ketenradar:audit", hashlib.sha256)

    @classmethod
    def from_file(cls, path: Path) -> "Vault":
        """Read the keys of a room: ``{"actief": name, "sleutels": {name: base64}, "blind": base64}``."""
        content = _Content.read(path.read_text())
        return cls(LocalKeys(content, path), content.blind)

    @classmethod
    def from_text(cls, text: str) -> "Vault":
        """Read the keys of a room from the environment, in the form of the file."""
        content = _Content.read(text)
        return cls(LocalKeys(content), content.blind)

    def under(self, masters: MasterKeys) -> "Vault":
        """Return the same vault under other master keys."""
        return Vault(masters, self._blind_key)

    def open_first_form(self, sealed: bytes, *, place: str) -> bytes:
        """Return what was sealed right under a master key, as was done before each casus had keys of its own."""
        size = sealed[0]
        name = sealed[1 : 1 + size].decode()
        if not isinstance(self.masters, LocalKeys):
            raise TypeError("a value of the first form needs the master key in this process")
        return self.masters.open(sealed[1 + size :], name=name, place=place)

    def blind(self, kind: str, *values: str) -> bytes:
        """Return the blind index of some values under a kind (``bsn``, ``naam-geboortedatum`` …)."""
        text = "\x1f".join([kind, *values])
        return hmac.digest(self._blind_key, text.encode(), hashlib.sha256)[:_BLIND_BYTES]

    def audit_mac(self, content: bytes) -> bytes:
        """Return the seal of an audit row: without the keys of the room nobody can write a row that passes."""
        return hmac.digest(self._audit_key, content, hashlib.sha256)


def _stamp(file: Path | None) -> tuple[int, int, int] | None:
    if file is None:
        return None
    found = file.stat()
    return found.st_mtime_ns, found.st_ino, found.st_size


def _bound(place: str, key_name: str) -> bytes:
    return f"{place}:{key_name}".encode()


def normalised(text: str) -> str:
    """Return a name as it is compared: no accents, case, spaces or punctuation."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in decomposed if sign.isalnum()).casefold()
