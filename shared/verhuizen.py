"""How the rows of some meldingen are moved to another casus in one room, and sealed under its keys.

What belongs to a melding is found in the catalogue of the room: tables with a column ``melding_id``, and whatever
refers to those by a foreign key. A table that is made later is moved by itself; a test names what it cannot find.
"""

from collections.abc import Collection, Iterator, Mapping
from types import MappingProxyType
from uuid import UUID

from sqlalchemy import ColumnElement, MetaData, Table, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.crypto import Vault
from shared.keyring import Key, Place, add_key, reseal

# The registers of where meldingen are, which are kept by themselves.
REGISTERS = frozenset({"onderwerp_plaats", "casus_plaats"})


def rows_of_meldingen(
    metadata: MetaData, melding_ids: Collection[UUID], *, passing_over: Collection[str] = ()
) -> Iterator[tuple[Table, ColumnElement[bool]]]:
    """Give each table that holds something of meldingen with the condition on its rows; parents first."""
    found: dict[str, ColumnElement[bool]] = {}
    for table in metadata.sorted_tables:
        if table.name in REGISTERS or table.name in passing_over:
            continue
        conditions = list(_conditions(table, found, melding_ids))
        if conditions:
            found[table.name] = or_(*conditions)
            yield table, found[table.name]


def _conditions(
    table: Table, found: dict[str, ColumnElement[bool]], melding_ids: Collection[UUID]
) -> Iterator[ColumnElement[bool]]:
    ids = list(melding_ids)
    if table.name == "melding":
        yield table.c.id.in_(ids)
    elif "melding_id" in table.c:
        yield table.c.melding_id.in_(ids)
    for column in table.c:
        for reference in column.foreign_keys:
            parent = reference.column.table
            if parent.name in found and parent is not table and parent.name != "melding":
                yield column.in_(select(reference.column).where(found[parent.name]))


async def move_rows(  # noqa: PLR0913, from where to where, keyword only
    conn: AsyncConnection,
    vault: Vault,
    metadata: MetaData,
    melding_ids: Collection[UUID],
    *,
    van: UUID,
    naar: UUID,
    passing_over: Collection[str] = (),
    places: Mapping[str, Place] = MappingProxyType({}),
) -> Key:
    """Move everything of some meldingen to another casus, sealed under a fresh key of it; return that key.

    Both casussen must be held: whoever writes in one of these rows has committed by then, or finds them moved.
    ``places`` are those of tables whose values are bound to another place than ``table:column:primary key``.
    """
    key = await add_key(conn, vault, naar)
    for table, where in rows_of_meldingen(metadata, melding_ids, passing_over=passing_over):
        await conn.execute(select(1).select_from(table).where(where).with_for_update())
        await reseal(conn, vault, table, where, van=van, key=key, place=places.get(table.name))
        if "casus_id" in table.c:
            await conn.execute(update(table).where(where).values(casus_id=naar))
    return key


def tables_of_meldingen(metadata: MetaData, *, passing_over: Collection[str] = ()) -> frozenset[str]:
    """Return the names of the tables that hold something of a melding."""
    return frozenset(table.name for table, _ in rows_of_meldingen(metadata, (), passing_over=passing_over))
