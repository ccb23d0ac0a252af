"""The secrets of one local run: made at its first start, kept beside its data, readable by their owner only."""

import base64
import json
import os
from collections.abc import Mapping
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from deploy.local.databases import ROOMS, role_names
from deploy.local.servers import new_password, write_private
from shared.rules.scopes import SCOPES_OF_ROOM


def client_id(room: str) -> str:
    """Return the name under which a room asks for tokens."""
    return f"ketenradar-{room}"


# What the token of each room is good for: no more than what it asks the other rooms.
CLIENT_SCOPES: Mapping[str, frozenset[str]] = {client_id(room): scopes for room, scopes in SCOPES_OF_ROOM.items()}


def client_key_file(folder: Path, room: str) -> Path:
    """Return where the private key stands with which a room proves who it is."""
    return folder / f"{client_id(room)}.pem"


def key_file(folder: Path, room: str) -> Path:
    """Return where the keys stand with which a room seals personal data."""
    return folder / f"{room}.sleutels.json"


def ensure_secrets(folder: Path) -> dict[str, str]:
    """Make what is missing for every room, and return the passwords by name.

    Data that was sealed with a key is lost without it: these files live and go together with the data.
    """
    for room in ROOMS:
        if not key_file(folder, room).exists():
            write_private(key_file(folder, room), new_room_keys())
        if not client_key_file(folder, room).exists():
            write_private(client_key_file(folder, room), new_private_key())
    file = folder / "wachtwoorden.json"
    names = ["postgres", "redis", *(role for room in ROOMS for role in role_names(room))]
    known: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
    passwords = {name: known.get(name) or new_password() for name in names}
    if passwords != known:
        write_private(file, json.dumps(passwords))
    return passwords


def new_room_keys() -> str:
    """Return a key file for ``shared.crypto.Vault`` with fresh keys."""
    key, blind = (base64.b64encode(os.urandom(32)).decode() for _ in range(2))
    return json.dumps({"actief": "k1", "sleutels": {"k1": key}, "blind": blind})


def new_private_key() -> str:
    """Return a fresh P-256 key as PEM."""
    return pem_of(ec.generate_private_key(ec.SECP256R1()))


def pem_of(key: ec.EllipticCurvePrivateKey) -> str:
    """Return a private key as unencrypted PEM: the rights of its file are its lock."""
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def read_key(file: Path) -> ec.EllipticCurvePrivateKey:
    """Read a private key on P-256."""
    key = serialization.load_pem_private_key(file.read_bytes(), password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError(f"{file} does not hold a key on an elliptic curve")
    return key
