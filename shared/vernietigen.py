"""How a file is destroyed in the database of one room, and how it is proven that nothing of it is left.

A room removes its rows through a ``Shredder``, which remembers by what each could be known again: its id, its blind
indexes, the key under which its texts were sealed. Then every column of every table in the catalogue of the room is
searched for all of these, in the same transaction. A table that is made later is searched by itself, and one that
keeps something makes the whole destruction fail.

What stays, and is named in the record (``gebleven``): the facts that the room told, which hold ids, codes and times;
where it is in the streams of others; and the audit rows, which may never be changed and hold ids as well.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Boolean,
    Column,
    ColumnElement,
    Date,
    DateTime,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    and_,
    any_,
    case,
    cast,
    func,
    or_,
    select,
    text,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.keyring import destroy_keys
from shared.migrations import lay_wall, protect_rows
from shared.rules.codes import VernietigingReden

# Append-only, sealed and chained: they hold ids, codes and times, and are what shows afterwards who had the file.
AUDIT = frozenset({"audit", "audit_oud", "audit_wachtrij", "audit_keten", "audit_anker"})
# Where ids stay that this room told to others, or heard from them: without those a lost stream cannot be filled again.
TOLD = frozenset(
    {
        "outbox", "volgnummer", "inbox_stand", "inbox_wachtend", "casus_alias", "casus_plaats", "onderwerp_plaats",
        "vernietiging",
    }
)  # fmt: skip

_NO_TEXT = (Integer, Numeric, Boolean, Date, DateTime)
_MARK = 0  # the first byte of a value that was sealed under a key of its own; its id follows (shared.keyring)
_KEY_ID_BYTES = 16
_END_BYTES = 16
_INDEX_BYTES_MAX = 32  # a blind index or keyed hash is shorter than anything sealed
_SEALED_BYTES_MIN = 45
_WITH_EVERY_CASUS = frozenset({"werker", "systeem", "vt-medewerker", "vt-teamleider"})


class NotDestroyedError(RuntimeError):
    """Something of the file is still there; the text names tables and columns, never what stands in them."""


def vernietiging_table(metadata: MetaData) -> Table:
    """Add the table of destructions to the catalogue of a room and return it."""
    return Table(
        "vernietiging",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("casus_id", Uuid, nullable=False, unique=True),
        Column("verdwenen_ids", ARRAY(Uuid), nullable=False, comment="casussen that had gone up in it"),
        Column("reden", Text, nullable=False),
        Column("vernietigd_op", DateTime(timezone=True), nullable=False),
        Column("gezochte_tabellen", Integer, nullable=False),
        Column("gezochte_kolommen", Integer, nullable=False),
        Column("verwijderde_regels", Integer, nullable=False),
        Column("verwijderde_sleutels", Integer, nullable=False),
        Column("gebleven", ARRAY(Text), nullable=False, comment="tables in which ids of the casus stay"),
        comment="What was destroyed here, without what it was; facts that come later find it and stop.",
    )


def lay_vernietiging(op: Any) -> None:  # Alembic's module-like operations
    """Make the table of destructions in a migration, append-only and behind its wall."""
    op.create_table(
        "vernietiging",
        Column("id", Uuid(), nullable=False),
        Column("casus_id", Uuid(), nullable=False),
        Column("verdwenen_ids", ARRAY(Uuid()), nullable=False, comment="casussen that had gone up in it"),
        Column("reden", Text(), nullable=False),
        Column("vernietigd_op", DateTime(timezone=True), nullable=False),
        Column("gezochte_tabellen", Integer(), nullable=False),
        Column("gezochte_kolommen", Integer(), nullable=False),
        Column("verwijderde_regels", Integer(), nullable=False),
        Column("verwijderde_sleutels", Integer(), nullable=False),
        Column("gebleven", ARRAY(Text()), nullable=False, comment="tables in which ids of the casus stay"),
        PrimaryKeyConstraint("id", name="pk_vernietiging"),
        UniqueConstraint("casus_id", name="uq_vernietiging_casus_id"),
        comment="What was destroyed here, without what it was; facts that come later find it and stop.",
    )
    protect_rows(op, "vernietiging")
    lay_wall(op, "vernietiging")


class Event(Protocol):
    """What a destruction is called by; the payload of ``casus-vernietigd`` is one."""

    @property
    def vernietiging_id(self) -> UUID:
        """The destruction."""

    @property
    def reden(self) -> VernietigingReden:
        """Why."""

    @property
    def vernietigd_op(self) -> datetime:
        """When intake destroyed it."""


@dataclass(frozen=True, slots=True)
class Hit:
    """Where something was found, and in how many rows."""

    tabel: str
    kolom: str
    regels: int


@dataclass(frozen=True, slots=True)
class Search:
    """What was searched, and what was found."""

    tabellen: int
    kolommen: int
    hits: tuple[Hit, ...]


Needle = UUID | str | bytes


class Shredder:
    """Remove the rows of one casus, and prove afterwards that nothing of it can be found in this room."""

    def __init__(self, conn: AsyncConnection, metadata: MetaData) -> None:
        self._conn = conn
        self._metadata = metadata
        self._nowhere: set[Needle] = set()
        self._told: set[Needle] = set()
        # Somebody else's file can hold the same person: an index may then still stand where it stood, and nowhere else.
        self._indexes: set[Needle] = set()
        self._homes: set[tuple[str, str]] = set()
        self._rows = 0
        self._keys = 0

    def told(self, *ids: UUID) -> None:
        """Note ids that stand in facts, and may stay there but nowhere else."""
        self._told.update(ids)

    async def delete(
        self, table: Table, where: ColumnElement[bool], *, told: bool = False, words: Sequence[str] = ()
    ) -> list[dict[str, Any]]:
        """Delete rows and remember by what they could be known again; return what they held.

        ``told`` says that their ids stand in facts. ``words`` are text columns that name the row to a person.
        """
        removed = await self._conn.execute(table.delete().where(where).returning(*table.c))
        rows: list[dict[str, Any]] = [dict(row) for row in removed.mappings()]
        self._rows += len(rows)
        for row in rows:
            own = self._told if told else self._nowhere
            own.update(row[column.name] for column in table.primary_key if isinstance(row[column.name], UUID))
            self._nowhere.update(row[word] for word in words if row[word])
            self._remember(table, row)
        return rows

    async def empty(self, table: Table, where: ColumnElement[bool], values: Mapping[str, Any]) -> int:
        """Take columns out of rows that stay, and remember by what their content could be known again."""
        columns = [table.c[name] for name in values]
        filled = or_(*(column.is_not(None) for column in columns))
        found = (await self._conn.execute(select(*columns).where(where, filled).with_for_update())).mappings().all()
        for row in found:
            self._remember(table, dict(row))
        await self._conn.execute(table.update().where(where, filled).values(**values))
        self._rows += len(found)
        return len(found)

    async def destroy_keys(self, *eigenaren: UUID) -> int:
        """Destroy the keys of owners and return how many are gone.

        A backup that holds them opens until its master key is thrown away (docs/adr/0012).
        """
        for eigenaar_id in eigenaren:
            ids = await self._conn.execute(_KEYS, {"id": eigenaar_id})
            self._nowhere.update(ids.scalars().all())
            self._keys += await destroy_keys(self._conn, eigenaar_id)
        return self._keys

    async def forget_messages(self, casus_ids: Collection[UUID]) -> None:
        """Remove what was set aside of these casussen, and let nothing wait for it any longer."""
        values = {"casussen": list(casus_ids), "woorden": [str(casus_id).encode() for casus_id in casus_ids]}
        await self._conn.execute(_PASS_OVER, values)
        await self._conn.execute(_NO_LONGER_WAITING, values)
        self._rows += (await self._conn.execute(_SET_ASIDE, values)).rowcount

    def names(self) -> set[str]:
        """Return the ids and words by which an answer to somebody could name what was removed."""
        return {str(needle) for needle in self._nowhere | self._told if not isinstance(needle, bytes)}

    def count(self, rows: int) -> None:
        """Add rows that were removed in another way."""
        self._rows += rows

    async def record(
        self, event: Event, casus_id: UUID, *, vanished: Collection[UUID] = (), staying: Collection[str] = ()
    ) -> None:
        """Prove that nothing is left, and write down that this casus was destroyed.

        ``vanished`` are the casussen that had gone up in it; ``staying`` the tables of this room that keep ids of the
        casus, beside those of the facts. Raises ``NotDestroyedError`` when something is left anywhere else; the
        transaction must then be given up.
        """
        self._told.update((casus_id, *vanished))
        spared = TOLD | frozenset(staying)
        proof = await search_everywhere(self._conn, self._metadata, self._nowhere, passing_over=AUDIT)
        indexes = await search_everywhere(self._conn, self._metadata, self._indexes, passing_over=AUDIT)
        told = await search_everywhere(self._conn, self._metadata, self._told, passing_over=AUDIT)
        left = [
            *proof.hits,
            *(hit for hit in indexes.hits if (hit.tabel, hit.kolom) not in self._homes),
            *(hit for hit in told.hits if hit.tabel not in spared),
        ]
        if left:
            raise NotDestroyedError(", ".join(sorted({f"{hit.tabel}.{hit.kolom}" for hit in left})))
        await self._conn.execute(
            _RECORD,
            {
                "id": event.vernietiging_id,
                "casus_id": casus_id,
                "verdwenen_ids": sorted(vanished),
                "reden": event.reden.value,
                "vernietigd_op": event.vernietigd_op,
                "gezochte_tabellen": proof.tabellen,
                "gezochte_kolommen": proof.kolommen,
                "verwijderde_regels": self._rows,
                "verwijderde_sleutels": self._keys,
                "gebleven": sorted({hit.tabel for hit in told.hits} | {"audit"}),
            },
        )

    def _remember(self, table: Table, row: Mapping[str, Any]) -> None:
        for name, value in row.items():
            if isinstance(value, bytes) and len(value) <= _INDEX_BYTES_MAX:
                self._indexes.add(value)
                self._homes.add((table.name, name))
            elif isinstance(value, bytes):
                self._nowhere.add(value[-_END_BYTES:])  # no two sealed values end alike


_KEYS = text("SELECT id FROM sleutel WHERE eigenaar_id = :id")
# What is set aside was never handled, and what came after it waits. Nothing of a destroyed casus is handled any more.
_PASS_OVER = text("""
UPDATE inbox_stand s SET laatste = greatest(s.laatste, q.hoogste, coalesce((
    SELECT max(w.volgnummer) FROM inbox_wachtend w WHERE w.bron = s.bron AND w.casus_id = s.casus_id), 0))
FROM (SELECT bron, casus_id, max(volgnummer) AS hoogste FROM quarantaine
      WHERE casus_id = ANY(CAST(:casussen AS uuid[])) AND afgehandeld_op IS NULL GROUP BY bron, casus_id) q
WHERE s.bron = q.bron AND s.casus_id = q.casus_id
""")
_NO_LONGER_WAITING = text("""
DELETE FROM inbox_wachtend w USING inbox_stand s
WHERE w.casus_id = ANY(CAST(:casussen AS uuid[])) AND s.bron = w.bron AND s.casus_id = w.casus_id
  AND w.volgnummer <= s.laatste
""")
# One that could not be read has no casus in its own column.
_SET_ASIDE = text("""
DELETE FROM quarantaine q
WHERE q.casus_id = ANY(CAST(:casussen AS uuid[]))
   OR EXISTS (SELECT 1 FROM unnest(CAST(:woorden AS bytea[])) AS w(woord) WHERE position(w.woord IN q.bericht) > 0)
""")
_RECORD = text("""
INSERT INTO vernietiging (id, casus_id, verdwenen_ids, reden, vernietigd_op, gezochte_tabellen, gezochte_kolommen,
                          verwijderde_regels, verwijderde_sleutels, gebleven)
VALUES (:id, :casus_id, CAST(:verdwenen_ids AS uuid[]), :reden, :vernietigd_op, :gezochte_tabellen, :gezochte_kolommen,
        :verwijderde_regels, :verwijderde_sleutels, CAST(:gebleven AS text[]))
""")
_DESTROYED = text("""
SELECT c.id FROM unnest(CAST(:casussen AS uuid[])) AS c(id)
WHERE EXISTS (SELECT 1 FROM vernietiging v WHERE v.casus_id = c.id OR c.id = ANY(v.verdwenen_ids))
""")


async def destroyed_among(conn: AsyncConnection, casus_ids: Iterable[UUID]) -> set[UUID]:
    """Return which of these casussen were destroyed in this room, by themselves or within another."""
    rows = await conn.execute(_DESTROYED, {"casussen": list(casus_ids)})
    return set(rows.scalars().all())


async def is_destroyed(conn: AsyncConnection, casus_id: UUID) -> bool:
    """Say whether a casus was destroyed in this room."""
    return bool(await destroyed_among(conn, [casus_id]))


async def search_everywhere(
    conn: AsyncConnection, metadata: MetaData, needles: Collection[Needle], *, passing_over: Collection[str] = ()
) -> Search:
    """Search every column of every table in a catalogue for every needle.

    Raises ``NotDestroyedError`` when the wall of the database hides rows from whoever searches: finding nothing
    would then prove nothing. What is sealed cannot be searched; it is found by the id of its key.
    """
    rol = (await conn.execute(_ROL)).scalar_one()
    if rol not in _WITH_EVERY_CASUS:
        raise NotDestroyedError("de muur van de gegevensopslag verbergt rijen voor wie zoekt")
    await conn.execute(_NO_HURRY)
    hits: list[Hit] = []
    tabellen = kolommen = 0
    for table in metadata.sorted_tables:
        columns = [] if table.name in passing_over else [c for c in table.c if not isinstance(c.type, _NO_TEXT)]
        tabellen, kolommen = tabellen + 1, kolommen + len(columns)
        if columns and needles:
            hits += await _search_table(conn, table, columns, needles)
    return Search(tabellen, kolommen, tuple(hits))


_ROL = text("SELECT current_setting('keten.rol', true)")
_NO_HURRY = text("SET LOCAL statement_timeout = '10min'")


async def _search_table(
    conn: AsyncConnection, table: Table, columns: Sequence[Column[Any]], needles: Collection[Needle]
) -> Iterator[Hit]:
    counts = [func.count().filter(_holds(column, needles)).label(column.name) for column in columns]
    row = (await conn.execute(select(*counts).select_from(table))).one()
    return (Hit(table.name, column.name, n) for column, n in zip(columns, row, strict=True) if n)


def _holds(column: Column[Any], needles: Collection[Needle]) -> ColumnElement[bool]:
    """Return the condition that a cell is, or holds, one of the needles; as quick as the kind of column allows."""
    if isinstance(column.type, Uuid):
        ids = [needle for needle in needles if isinstance(needle, UUID)]
        return column == any_(cast(ids, ARRAY(Uuid)))
    if isinstance(column.type, LargeBinary):
        raw = [_raw(needle) for needle in needles]
        patterns = sorted({f"%{form.hex()}%" for needle in needles for form in _forms(needle)})
        return case(
            (func.octet_length(column) == _KEY_ID_BYTES, column == any_(cast(raw, ARRAY(LargeBinary)))),
            (
                and_(func.octet_length(column) >= _SEALED_BYTES_MIN, func.get_byte(column, 0) == _MARK),
                or_(
                    func.substring(column, 2, _KEY_ID_BYTES) == any_(cast(raw, ARRAY(LargeBinary))),
                    func.substring(column, func.octet_length(column) - _END_BYTES + 1)
                    == any_(cast(raw, ARRAY(LargeBinary))),
                ),
            ),
            else_=func.encode(column, "hex").like(any_(cast(patterns, ARRAY(Text)))),
        )
    words = sorted({word for needle in needles for word in _words(needle)})
    value = func.lower(cast(column, Text))
    patterns = [_escaped(word) for word in words]
    return and_(func.length(value) >= min(map(len, words)), value.like(any_(cast(patterns, ARRAY(Text)))))


def _raw(needle: Needle) -> bytes:
    match needle:
        case UUID():
            return needle.bytes
        case str():
            return needle.encode()
        case bytes():
            return needle


def _forms(needle: Needle) -> Iterator[bytes]:
    """Give a needle as it can stand among bytes: as it is, and written out."""
    yield _raw(needle)
    for word in _words(needle):
        yield word.encode()
        yield word.upper().encode()


def _words(needle: Needle) -> Iterator[str]:
    """Give a needle as it can stand in text, in lower case."""
    match needle:
        case UUID():
            yield str(needle)
            yield needle.hex
        case str():
            yield needle.lower()
        case bytes():
            yield needle.hex()


def _escaped(word: str) -> str:
    escaped = word.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    return f"%{escaped}%"
