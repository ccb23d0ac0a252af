"""How a room that hears of meldingen keeps in which casus each of them is: two small tables, and who holds them.

The rules stand in ``shared.events.plaatsen``. Here the part of the registers is read that some facts touch, the
casussen in question are held until the end of the transaction, and what changed is written. ``casus_alias`` says at
once under which id a casus that went up in another lives now; it follows from the registers.
"""

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import BigInteger, Column, DateTime, Index, MetaData, Table, Uuid, text
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.events.plaatsen import (
    Plaatsen,
    Thuis,
    Verhuizing,
    Verwijzing,
    Wijziging,
    verhuizingen,
)
from shared.migrations import drop_wall, lay_wall

_ATTEMPTS = 100

Hold = Callable[[Collection[UUID]], Awaitable[None]]
"""Holds casussen until the end of the transaction, always in the same order."""


def plaats_tables(metadata: MetaData) -> tuple[Table, Table]:
    """Add the registers to the catalogue of a room and return them."""
    casus_plaats = Table(
        "casus_plaats",
        metadata,
        Column("casus_id", Uuid, primary_key=True),
        Column("in_casus_id", Uuid),
        Column("volgorde", BigInteger, nullable=False),
        Column("sinds", DateTime(timezone=True), nullable=False),
        comment="In which casus a casus went up, or that it stands again; the highest number counts.",
    )
    Index("ix_casus_plaats_in_casus_id", casus_plaats.c.in_casus_id)
    onderwerp_plaats = Table(
        "onderwerp_plaats",
        metadata,
        Column("onderwerp_id", Uuid, primary_key=True),
        Column("casus_id", Uuid, nullable=False),
        Column("volgorde", BigInteger, nullable=False),
        comment="In which casus a melding or request is at home; below zero: not heard from whoever received it.",
    )
    Index("ix_onderwerp_plaats_casus_id", onderwerp_plaats.c.casus_id)
    return casus_plaats, onderwerp_plaats


def lay_plaatsen(op: Any, *, also: Collection[str] = ()) -> None:  # Alembic's module-like operations
    """Make the registers in a migration, with their walls; ``also`` are other roles whose deeds must find a casus."""
    op.create_table(
        "casus_plaats",
        sa.Column("casus_id", sa.Uuid(), nullable=False),
        sa.Column("in_casus_id", sa.Uuid(), nullable=True),
        sa.Column("volgorde", sa.BigInteger(), nullable=False),
        sa.Column("sinds", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("casus_id", name="pk_casus_plaats"),
        comment="In which casus a casus went up, or that it stands again; the highest number counts.",
    )
    op.create_index("ix_casus_plaats_in_casus_id", "casus_plaats", ["in_casus_id"])
    op.create_table(
        "onderwerp_plaats",
        sa.Column("onderwerp_id", sa.Uuid(), nullable=False),
        sa.Column("casus_id", sa.Uuid(), nullable=False),
        sa.Column("volgorde", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("onderwerp_id", name="pk_onderwerp_plaats"),
        comment="In which casus a melding or request is at home; below zero: not heard from whoever received it.",
    )
    op.create_index("ix_onderwerp_plaats_casus_id", "onderwerp_plaats", ["casus_id"])
    for table in ("casus_plaats", "onderwerp_plaats"):
        lay_wall(op, table, also=dict.fromkeys(also, "true"))


def drop_plaatsen(op: Any) -> None:  # Alembic's module-like operations
    """Take the registers away."""
    for table in ("onderwerp_plaats", "casus_plaats"):
        drop_wall(op, table)
        op.drop_table(table)


@dataclass(frozen=True, slots=True)
class Settled:
    """Where everything is after some facts, of which the casussen are held."""

    before: Plaatsen
    plaatsen: Plaatsen
    verhuizingen: tuple[Verhuizing, ...]

    def place_of(self, onderwerp_id: UUID | None, casus_id: UUID) -> UUID:
        """Return the casus of a thing, or where a casus stands when it is about no thing."""
        found = self.plaatsen.place(onderwerp_id) if onderwerp_id else None
        return found or self.plaatsen.standing(casus_id)


async def settle(conn: AsyncConnection, change: Wijziging, *, hold: Hold, named: Iterable[UUID] = ()) -> Settled:
    """Take facts into the registers, and return where everything is now and what must be moved for it.

    Every casus in question is held: those that are ``named``, and those from which or to which something goes. Between
    looking and holding something may have moved; then it is looked at again.
    """
    casus_ids = {*named, *change.casussen, *(up.in_casus_id for up in change.casussen.values() if up.in_casus_id)}
    held: set[UUID] = set()
    locked: set[UUID] = set()
    for _ in range(_ATTEMPTS):
        before = await _read(conn, change, casus_ids)
        after = before.changed(change)
        changing = {key for key, home in after.onderwerpen.items() if before.onderwerpen.get(key) != home}
        wanted = _standing(before, change, casus_ids) | _standing(after, change, casus_ids)
        if wanted <= held and changing <= locked:
            await _save(conn, before, after)
            return Settled(before, after, verhuizingen(before, after))
        if changing - locked:
            await conn.execute(_LOCK_ONDERWERPEN, {"ids": sorted(str(key) for key in changing - locked)})
            locked |= changing
        if wanted - held:
            await hold(wanted - held)
            held |= wanted
    raise RuntimeError("casussen kept on moving while they were being held")


def _standing(plaatsen: Plaatsen, change: Wijziging, casus_ids: Collection[UUID]) -> set[UUID]:
    places = {place for onderwerp_id in change.onderwerpen if (place := plaatsen.place(onderwerp_id))}
    homes = {plaatsen.standing(home.casus_id) for home in change.onderwerpen.values()}
    return {plaatsen.standing(casus_id) for casus_id in casus_ids} | homes | places


_LOCK_ONDERWERPEN = text("""
SELECT count(pg_advisory_xact_lock(hashtextextended(k.id, 1)))
FROM (SELECT id FROM unnest(CAST(:ids AS text[])) AS u(id) ORDER BY id OFFSET 0) AS k
""")
# What a casus goes up in, and all that went up in one that changes.
_CASUSSEN = text("""
WITH RECURSIVE onder AS (
    SELECT k.casus_id FROM unnest(CAST(:gewijzigd AS uuid[])) AS k(casus_id)
    UNION SELECT p.casus_id FROM casus_plaats p JOIN onder o ON p.in_casus_id = o.casus_id
), boven AS (
    SELECT casus_id FROM onder UNION SELECT k.casus_id FROM unnest(CAST(:genoemd AS uuid[])) AS k(casus_id)
    UNION SELECT p.in_casus_id FROM casus_plaats p JOIN boven b ON p.casus_id = b.casus_id
    WHERE p.in_casus_id IS NOT NULL
)
SELECT p.casus_id, p.in_casus_id, p.volgorde, p.sinds FROM casus_plaats p JOIN boven b ON b.casus_id = p.casus_id
""")
_ONDERWERPEN = text("""
WITH RECURSIVE onder AS (
    SELECT k.casus_id FROM unnest(CAST(:gewijzigd AS uuid[])) AS k(casus_id)
    UNION SELECT p.casus_id FROM casus_plaats p JOIN onder o ON p.in_casus_id = o.casus_id
)
SELECT onderwerp_id, casus_id, volgorde FROM onderwerp_plaats WHERE onderwerp_id = ANY(CAST(:ids AS uuid[]))
UNION SELECT t.onderwerp_id, t.casus_id, t.volgorde FROM onderwerp_plaats t JOIN onder o ON o.casus_id = t.casus_id
""")
_SAVE_ONDERWERPEN = text("""
INSERT INTO onderwerp_plaats AS t (onderwerp_id, casus_id, volgorde)
SELECT k.* FROM unnest(CAST(:ids AS uuid[]), CAST(:casussen AS uuid[]), CAST(:volgordes AS bigint[])) AS k
ORDER BY 1
ON CONFLICT (onderwerp_id) DO UPDATE SET casus_id = excluded.casus_id, volgorde = excluded.volgorde
""")
_SAVE_CASUSSEN = text("""
INSERT INTO casus_plaats AS t (casus_id, in_casus_id, volgorde, sinds)
SELECT k.* FROM unnest(CAST(:ids AS uuid[]), CAST(:in_casussen AS uuid[]), CAST(:volgordes AS bigint[]),
                       CAST(:sinds AS timestamptz[])) AS k
ORDER BY 1
ON CONFLICT (casus_id) DO UPDATE SET in_casus_id = excluded.in_casus_id, volgorde = excluded.volgorde,
    sinds = excluded.sinds
""")
_STANDS = text("DELETE FROM casus_alias WHERE verdwenen_id = ANY(CAST(:ids AS uuid[]))")
_LIVES_IN = text("""
INSERT INTO casus_alias AS t (verdwenen_id, casus_id)
SELECT k.* FROM unnest(CAST(:ids AS uuid[]), CAST(:casussen AS uuid[])) AS k ORDER BY 1
ON CONFLICT (verdwenen_id) DO UPDATE SET casus_id = excluded.casus_id
""")


async def _read(conn: AsyncConnection, change: Wijziging, casus_ids: Collection[UUID]) -> Plaatsen:
    """Return the part of the registers that a change touches."""
    changing = list(change.casussen)
    values = {"gewijzigd": changing, "ids": list(change.onderwerpen)}
    homes = (
        {
            row.onderwerp_id: Thuis(row.casus_id, row.volgorde)
            for row in (await conn.execute(_ONDERWERPEN, values)).all()
        }
        if changing or change.onderwerpen
        else {}
    )
    named = {*casus_ids, *(home.casus_id for home in (*homes.values(), *change.onderwerpen.values()))}
    rows = (await conn.execute(_CASUSSEN, {"gewijzigd": changing, "genoemd": list(named)})).all()
    return Plaatsen({row.casus_id: Verwijzing(row.in_casus_id, row.volgorde, row.sinds) for row in rows}, homes)


async def _save(conn: AsyncConnection, before: Plaatsen, after: Plaatsen) -> None:
    homes = {key: home for key, home in after.onderwerpen.items() if before.onderwerpen.get(key) != home}
    if homes:
        values = {
            "ids": list(homes),
            "casussen": [home.casus_id for home in homes.values()],
            "volgordes": [home.volgorde for home in homes.values()],
        }
        await conn.execute(_SAVE_ONDERWERPEN, values)
    ups = {key: up for key, up in after.casussen.items() if before.casussen.get(key) != up}
    if not ups:
        return
    values = {
        "ids": list(ups),
        "in_casussen": [up.in_casus_id for up in ups.values()],
        "volgordes": [up.volgorde for up in ups.values()],
        "sinds": [up.sinds for up in ups.values()],
    }
    await conn.execute(_SAVE_CASUSSEN, values)
    standing = {key: after.standing(key) for key in after.casussen}
    await conn.execute(_STANDS, {"ids": [key for key, here in standing.items() if key == here]})
    elsewhere = {key: here for key, here in standing.items() if key != here}
    await conn.execute(_LIVES_IN, {"ids": list(elsewhere), "casussen": list(elsewhere.values())})


async def read_book(conn: AsyncConnection, casus_id: UUID) -> Mapping[UUID, Verwijzing]:
    """Return everything that went up in a casus that stands, also by way of others."""
    statement = text("""
        WITH RECURSIVE onder AS (
            SELECT p.* FROM casus_plaats p WHERE p.in_casus_id = :id
            UNION SELECT p.* FROM casus_plaats p JOIN onder o ON p.in_casus_id = o.casus_id
        ) SELECT casus_id, in_casus_id, volgorde, sinds FROM onder
    """)
    rows = (await conn.execute(statement, {"id": casus_id})).all()
    return {row.casus_id: Verwijzing(row.in_casus_id, row.volgorde, row.sinds) for row in rows}


async def homes_of(conn: AsyncConnection, onderwerp_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Return the casus in which each of these is at home."""
    statement = text(
        "SELECT onderwerp_id, casus_id FROM onderwerp_plaats WHERE onderwerp_id = ANY(CAST(:ids AS uuid[]))"
    )
    rows = (await conn.execute(statement, {"ids": list(onderwerp_ids)})).all()
    return {row.onderwerp_id: row.casus_id for row in rows}


async def forget_new(conn: AsyncConnection, settled: Settled) -> None:
    """Take out of the registers what was not in them before: a fact of a file that was destroyed leaves no trace."""
    new = settled.plaatsen.onderwerpen.keys() - settled.before.onderwerpen.keys()
    if new:
        statement = text("DELETE FROM onderwerp_plaats WHERE onderwerp_id = ANY(CAST(:ids AS uuid[]))")
        await conn.execute(statement, {"ids": list(new)})
