"""A key for every casus: what is written about one opens with its own key, and never again once that is destroyed.

A key belongs to an owner (``eigenaar_id``): a casus, an advies, or the room itself for what belongs to nobody. It
stands in the table ``sleutel``, sealed under a master key, and its id stands in front of every value that it sealed.
When two casussen become one, the keys of the vanished one change owner and no value is touched; when one is split,
what goes to the other casus is sealed anew under its keys (docs/adr/0016). When a master key is replaced, only the keys
are sealed again (NIST SP 800-57 part 1, 5.3.4 and 8.3.4; docs/adr/0012).
"""

import asyncio
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import (
    Column,
    ColumnElement,
    LargeBinary,
    MetaData,
    Row,
    Table,
    Text,
    Uuid,
    and_,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.crypto import KEY_BYTES, NONCE_BYTES, Vault
from shared.db import in_transaction
from shared.errors import OperationalError
from shared.ids import new_id
from shared.log import get_logger
from shared.parts import pause

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


# Longer than any keyed hash or blind index: mark, id of the key, nonce and the tag of AES-GCM.
_SEALED_BYTES_MIN = 1 + _ID_BYTES + NONCE_BYTES + 16
_RESEAL_ROWS = 50
_IDS_OF = text("SELECT id FROM sleutel WHERE eigenaar_id = :id")


async def add_key(conn: AsyncConnection, vault: Vault, eigenaar_id: UUID) -> Key:
    """Make a new key for an owner, also when he has others."""
    made = await make_key(vault, eigenaar_id)
    await conn.execute(_ADD, made.row)
    return made.key


async def reseal(  # noqa: PLR0913, which rows under which key, keyword only
    conn: AsyncConnection,
    vault: Vault,
    table: Table,
    where: ColumnElement[bool],
    *,
    van: UUID,
    key: Key,
    columns: Sequence[str] = (),
    place: "Place | None" = None,
) -> int:
    """Open what rows hold under the keys of one owner and seal it under another key; return how many values.

    Each value stays at its place: ``table:column:primary key``, unless ``place`` says otherwise. ``columns`` are by
    default all that can hold something sealed; what is sealed under a key of anybody else (the room, an advies) is left
    as it is.
    """
    names = columns or _can_be_sealed(table)
    owned = set((await conn.execute(_IDS_OF, {"id": van})).scalars()) if names else set()
    primary = list(table.primary_key.columns)
    cells = [table.c[name] for name in names]
    count = 0
    last: Row[Any] | None = None
    while owned:
        query = select(*primary, *cells).where(where).order_by(*primary).limit(_RESEAL_ROWS).with_for_update()
        if last is not None:
            query = query.where(tuple_(*primary) > tuple_(*last[: len(primary)]))
        rows = (await conn.execute(query)).all()
        for row in rows:
            count += await _reseal_row(conn, vault, table, row, names, owned=owned, key=key, place=place or place_in)
        if len(rows) < _RESEAL_ROWS:
            break
        last = rows[-1]
    return count


async def _reseal_row(  # noqa: PLR0913, one row of ``reseal``, keyword only
    conn: AsyncConnection,
    vault: Vault,
    table: Table,
    row: Row[Any],
    names: Sequence[str],
    *,
    owned: set[UUID],
    key: Key,
    place: "Place",
) -> int:
    primary = [column.name for column in table.primary_key.columns]
    sealed = {name: bytes(value) for name in names if (value := row._mapping[name]) is not None}  # noqa: SLF001
    mine = {name: value for name, value in sealed.items() if is_sealed(value) and _key_id(value) in owned - {key.id}}
    if not mine:
        return 0
    keys = await keyring_for(conn, vault, mine.values())
    fresh = {}
    for name, value in mine.items():
        here = place(table, name, row)
        fresh[name] = key.seal(keys.open(value, place=here), place=here)
    itself = and_(*(table.c[name] == row._mapping[name] for name in primary))  # noqa: SLF001
    await conn.execute(update(table).where(itself).values(**fresh))
    return len(fresh)


Place = Callable[[Table, str, Row[Any]], str]


def place_in(table: Table, column: str, row: Row[Any]) -> str:
    """Return the place to which a value is bound: its table, its column and the primary key of its row."""
    primary = [str(row._mapping[part.name]) for part in table.primary_key.columns]  # noqa: SLF001, the documented way in
    return ":".join((table.name, column, *primary))


def _can_be_sealed(table: Table) -> tuple[str, ...]:
    return tuple(c.name for c in table.c if isinstance(c.type, LargeBinary) and not c.primary_key)


def is_sealed(value: bytes) -> bool:
    """Say whether a value was sealed under a key of its own: no keyed hash or blind index is that long."""
    return len(value) >= _SEALED_BYTES_MIN and value[:1] == _MARK


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
        await pause(stop, every_seconds)


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
