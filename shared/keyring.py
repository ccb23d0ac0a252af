"""A key for every casus: what is written about one opens with its own key, and never again once that is destroyed.

A key belongs to an owner (``eigenaar_id``): a casus, an advies, or the room itself for what belongs to nobody. It
stands in the table ``sleutel``, sealed under a master key, and its id stands in front of every value that it sealed.
When two casussen become one, the keys of the vanished one change owner and no value is touched; when a master key is
replaced, only the keys are sealed again (NIST SP 800-57 part 1, 5.3.4 and 8.3.4; docs/adr/0012).
"""

import asyncio
import contextlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID
from weakref import WeakKeyDictionary

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Column, LargeBinary, MetaData, Table, Text, Uuid, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.crypto import KEY_BYTES, NONCE_BYTES, Vault
from shared.db import in_transaction
from shared.errors import OperationalError
from shared.ids import new_id
from shared.log import get_logger

log = get_logger()

ROOM_OWNER = UUID(int=0)
# The first byte of a value under a key of its own. One of the first form begins with the length of a name.
_MARK = b"\x00"
_ID_BYTES = 16


def sleutel_table(metadata: MetaData) -> Table:
    """Add the table of keys to the catalogue of a room and return it."""
    return Table(
        "sleutel",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("eigenaar_id", Uuid, nullable=False, index=True),
        Column("hoofdsleutel", Text, nullable=False, index=True),
        Column("gewikkeld", LargeBinary, nullable=False),
        comment="The keys of casussen, each sealed under a master key. Without its row nothing of a casus opens.",
    )


class DestroyedError(KeyError):
    """Say that the key of a value is there no more: what it sealed was destroyed."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key, open, with its name."""

    id: UUID
    cipher: AESGCM

    def seal(self, plain: bytes, *, place: str) -> bytes:
        """Return ``plain`` encrypted; ``place`` is ``table:column:row id`` and is needed to open it."""
        nonce = os.urandom(NONCE_BYTES)
        return _MARK + self.id.bytes + nonce + self.cipher.encrypt(nonce, plain, _bound(place, self.id))


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key that was just made, with the values of its row: it must be written in the same transaction."""

    key: Key
    row: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Keyring:
    """The keys that some values need."""

    vault: Vault
    keys: Mapping[UUID, Key]

    def open(self, sealed: bytes, *, place: str) -> bytes:
        """Return what was sealed at ``place``.

        Raises ``InvalidTag`` when it was sealed elsewhere or changed, ``DestroyedError`` when its key is no more.
        """
        sealed = bytes(sealed)
        if sealed[:1] != _MARK:
            return self.vault.open_first_form(sealed, place=place)
        key = self.keys.get(_key_id(sealed))
        if key is None:
            raise DestroyedError
        body = sealed[1 + _ID_BYTES :]
        return key.cipher.decrypt(body[:NONCE_BYTES], body[NONCE_BYTES:], _bound(place, key.id))


async def make_key(vault: Vault, eigenaar_id: UUID) -> NewKey:
    """Make a key for an owner, for a statement that writes it beside what it seals."""
    key_id, plain = new_id(), AESGCM.generate_key(KEY_BYTES * 8)
    name, wrapped = await vault.masters.wrap(plain, place=_place(key_id))
    row = {
        "id": key_id,
        "eigenaar_id": eigenaar_id,
        "hoofdsleutel": name,
        "gewikkeld": wrapped,
    }
    return NewKey(Key(key_id, AESGCM(plain)), row)


_NEWEST = text("SELECT id, hoofdsleutel, gewikkeld FROM sleutel WHERE eigenaar_id = :id ORDER BY id DESC LIMIT 1")
_ADD = text("""
INSERT INTO sleutel (id, eigenaar_id, hoofdsleutel, gewikkeld)
VALUES (:id, :eigenaar_id, :hoofdsleutel, :gewikkeld)
""")


async def key_of(conn: AsyncConnection, vault: Vault, eigenaar_id: UUID) -> Key:
    """Return the newest key of an owner; the first that asks makes one. Two at once make two, and both stay."""
    row = (await conn.execute(_NEWEST, {"id": eigenaar_id})).one_or_none()
    if row is not None:
        plain = await vault.masters.unwrap(bytes(row.gewikkeld), name=row.hoofdsleutel, place=_place(row.id))
        return Key(row.id, AESGCM(plain))
    made = await make_key(vault, eigenaar_id)
    await conn.execute(_ADD, made.row)
    return made.key


async def room_key(conn: AsyncConnection, vault: Vault) -> Key:
    """Return the key of the room itself, for what belongs to no casus; it is never destroyed, only sealed again.

    It is remembered once it is surely committed: a key that was made in a transaction that is broken off must not
    be used again.
    """
    known = _room_keys.get(vault)
    if known is None:
        known = await key_of(conn, vault, ROOM_OWNER)
        if new_id().int >> _UUID7_TIME > (known.id.int >> _UUID7_TIME) + _SURELY_COMMITTED_MS:
            _room_keys[vault] = known
    return known


# The first 48 bits of an id are the millisecond in which it was made (RFC 9562); no transaction lasts that long.
_UUID7_TIME = 80
_SURELY_COMMITTED_MS = 60_000
_room_keys: "WeakKeyDictionary[Vault, Key]" = WeakKeyDictionary()

_BY_ID = text("SELECT id, hoofdsleutel, gewikkeld FROM sleutel WHERE id = ANY(CAST(:ids AS uuid[]))")


async def keyring_for(conn: AsyncConnection, vault: Vault, sealed: Iterable[bytes | None]) -> Keyring:
    """Return the keys with which these values open, in one round trip; what is destroyed is not among them."""
    ids = {_key_id(value) for value in sealed if value is not None and bytes(value[:1]) == _MARK}
    if not ids:
        return Keyring(vault, {})
    keys = {}
    for row in (await conn.execute(_BY_ID, {"ids": list(ids)})).all():
        plain = await vault.masters.unwrap(bytes(row.gewikkeld), name=row.hoofdsleutel, place=_place(row.id))
        keys[row.id] = Key(row.id, AESGCM(plain))
    return Keyring(vault, keys)


async def move_keys(conn: AsyncConnection, *, source: UUID, target: UUID) -> None:
    """Give the keys of one owner to another: a casus that went up in another takes its keys along."""
    await conn.execute(
        text("UPDATE sleutel SET eigenaar_id = :target WHERE eigenaar_id = :source"),
        {"source": source, "target": target},
    )


async def destroy_keys(conn: AsyncConnection, eigenaar_id: UUID) -> int:
    """Destroy the keys of an owner and return how many there were; what they sealed can no longer be read."""
    return (await conn.execute(text("DELETE FROM sleutel WHERE eigenaar_id = :id"), {"id": eigenaar_id})).rowcount


_OLD = text("""
SELECT id, hoofdsleutel, gewikkeld FROM sleutel WHERE hoofdsleutel <> :active
ORDER BY id LIMIT :limiet FOR UPDATE SKIP LOCKED
""")


async def rewrap_keys(conn: AsyncConnection, vault: Vault, *, limiet: int = 500) -> int:
    """Seal some keys again that hang on another master key than the active one; return how many.

    Values are not touched, and doors go on reading and writing meanwhile.
    """
    rows = (await conn.execute(_OLD, {"active": vault.masters.active, "limiet": limiet})).all()
    if not rows:
        return 0
    fresh = []
    for row in rows:
        plain = await vault.masters.unwrap(bytes(row.gewikkeld), name=row.hoofdsleutel, place=_place(row.id))
        name, wrapped = await vault.masters.wrap(plain, place=_place(row.id))
        fresh.append({"id": row.id, "name": name, "wrapped": wrapped})
    await conn.execute(text("UPDATE sleutel SET hoofdsleutel = :name, gewikkeld = :wrapped WHERE id = :id"), fresh)
    return len(rows)


async def run_rewrap(engine: AsyncEngine, vault: Vault, stop: asyncio.Event, *, every_seconds: float = 30.0) -> None:
    """Keep every key under the active master key until told to stop; what cannot be done now is tried again."""
    while not stop.is_set():
        count = 0
        try:
            async with in_transaction(engine) as conn:
                count = await rewrap_keys(conn, vault)
        except (OperationalError, DBAPIError, InvalidTag, KeyError) as error:
            log.warning("keys_not_rewrapped", error_type=type(error).__name__)
        if count:
            log.info("keys_rewrapped", count=count)
            continue
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), every_seconds)


async def count_keys(conn: AsyncConnection) -> dict[str, int]:
    """Return how many keys hang on each master key: one that nothing hangs on can be thrown away."""
    rows = await conn.execute(text("SELECT hoofdsleutel, count(*) AS aantal FROM sleutel GROUP BY 1 ORDER BY 1"))
    return {row.hoofdsleutel: row.aantal for row in rows.all()}


def _key_id(sealed: bytes) -> UUID:
    return UUID(bytes=bytes(sealed[1 : 1 + _ID_BYTES]))


def _place(key_id: UUID) -> str:
    return f"sleutel:gewikkeld:{key_id}"


def _bound(place: str, key_id: UUID) -> bytes:
    return place.encode() + key_id.bytes
