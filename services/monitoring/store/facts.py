"""How facts are kept under the casus to which they belong now, and how that casus is locked and found."""

from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncResult

from services.monitoring.tables import metadata
from shared import plaatsen
from shared.canonical import plain
from shared.crypto import Vault
from shared.events.catalogue import Room
from shared.events.envelope import Event
from shared.events.plaatsen import Verhuizing, Wijziging, onderwerp_of
from shared.keyring import move_keys
from shared.messaging.codec import dump_payload, load_payload, type_of
from shared.plaatsen import Settled
from shared.verhuizen import move_rows

_ROOMS = {room.value: room for room in Room}
# Rows that are taken at once: asking for each costs more than reading it, and others have a turn between two lots.
_LOT = 250


@dataclass(frozen=True, slots=True)
class CasusRow:
    """How a casus stands, as one row."""

    casus_id: UUID
    gemeente_code: str | None
    open: bool
    afgesloten_op: datetime | None
    afgesloten_reden: str | None


# Taken in the order of the ids, before anything else of a casus: two rooms that tell of one casus are handled in turn.
_LOCK = text("""
INSERT INTO casus AS c (casus_id)
SELECT k.casus_id FROM unnest(CAST(:casussen AS uuid[])) WITH ORDINALITY AS k(casus_id, nr) ORDER BY k.nr
ON CONFLICT (casus_id) DO UPDATE SET casus_id = c.casus_id
""")
_ALIASES = text("SELECT verdwenen_id, casus_id FROM casus_alias WHERE verdwenen_id = ANY(CAST(:casussen AS uuid[]))")
_LOAD = text("""
SELECT event_id, bron, casus_id, volgnummer, soort, tijdstip, data FROM feit
WHERE casus_id = ANY(CAST(:casussen AS uuid[]))
""")
_KEEP = text("""
INSERT INTO feit (event_id, bron, casus_id, volgnummer, soort, tijdstip, data, genoemde_casus_id, onderwerp_id)
SELECT f.event_id, f.bron, f.casus_id, f.volgnummer, f.soort, f.tijdstip, f.data, f.genoemde_casus_id, f.onderwerp_id
FROM jsonb_to_recordset(CAST(:feiten AS jsonb)) AS f(nr int, event_id uuid, bron text, casus_id uuid, volgnummer bigint,
                                                     soort text, tijdstip timestamptz, data jsonb,
                                                     genoemde_casus_id uuid, onderwerp_id uuid)
ORDER BY f.nr
ON CONFLICT (event_id) DO NOTHING RETURNING event_id
""")
_OWN = text("""
SELECT event_id, casus_id, volgnummer, soort, tijdstip, data FROM outbox
WHERE event_id = ANY(CAST(:events AS uuid[])) ORDER BY id
""")
_SAVE = text("""
INSERT INTO casus AS c (casus_id, gemeente_code, open, afgesloten_op, afgesloten_reden)
SELECT k.casus_id, k.gemeente_code, k.open, k.afgesloten_op, k.afgesloten_reden
FROM jsonb_to_recordset(CAST(:rijen AS jsonb)) AS k(casus_id uuid, gemeente_code text, open boolean,
                                                    afgesloten_op timestamptz, afgesloten_reden text)
ORDER BY k.casus_id
ON CONFLICT (casus_id) DO UPDATE SET gemeente_code = excluded.gemeente_code, open = excluded.open,
    afgesloten_op = excluded.afgesloten_op, afgesloten_reden = excluded.afgesloten_reden
WHERE (c.gemeente_code, c.open, c.afgesloten_op, c.afgesloten_reden)
    IS DISTINCT FROM (excluded.gemeente_code, excluded.open, excluded.afgesloten_op, excluded.afgesloten_reden)
""")
_MOVE_ALL = (
    text("UPDATE feit SET casus_id = :naar WHERE casus_id = :van"),
    text("UPDATE waarschuwing SET casus_id = :naar WHERE casus_id = :van"),
    text("UPDATE bericht SET casus_id = :naar WHERE casus_id = :van"),
    text("UPDATE casus SET open = false WHERE casus_id = :van"),
)
_MOVE_SOME = (
    text("""UPDATE feit SET casus_id = :naar WHERE casus_id = :van AND CASE WHEN onderwerp_id IS NULL
            THEN genoemde_casus_id = ANY(CAST(:casussen AS uuid[]))
            ELSE onderwerp_id = ANY(CAST(:onderwerpen AS uuid[])) END"""),
    text("""UPDATE waarschuwing SET casus_id = :naar
            WHERE casus_id = :van AND (termijn_id = ANY(CAST(:onderwerpen AS uuid[]))
                                       OR melding_id = ANY(CAST(:onderwerpen AS uuid[])))"""),
    # A notice goes where its fact or its alert went, and keeps its place among what is sent of the casus.
    text("""UPDATE bericht b SET casus_id = :naar WHERE b.casus_id = :van
            AND (EXISTS (SELECT FROM feit f WHERE f.event_id = b.event_id AND f.casus_id = :naar)
                 OR EXISTS (SELECT FROM waarschuwing w WHERE w.id = b.waarschuwing_id AND w.casus_id = :naar))"""),
)


async def lock_casussen(conn: AsyncConnection, casus_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Hold casussen until the end of the transaction; return under which id each of them stands now."""
    named = sorted(set(casus_ids))
    await conn.execute(_LOCK, {"casussen": named})
    standing = await find_standing(conn, named)
    others = sorted(set(standing.values()) - set(named))
    if others:
        await conn.execute(_LOCK, {"casussen": others})
        standing = await find_standing(conn, named)
    return standing


async def find_standing(conn: AsyncConnection, casus_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """Return under which id each casus stands now: its own, or that of the casus in which it went up."""
    rows = (await conn.execute(_ALIASES, {"casussen": list(casus_ids)})).all()
    aliases = {row.verdwenen_id: row.casus_id for row in rows}
    return {casus_id: aliases.get(casus_id, casus_id) for casus_id in casus_ids}


async def load_facts(conn: AsyncConnection, casus_ids: Collection[UUID]) -> dict[UUID, list[Event]]:
    """Return all facts of some casussen, in one query."""
    found: dict[UUID, list[Event]] = {casus_id: [] for casus_id in casus_ids}
    for row in (await conn.execute(_LOAD, {"casussen": list(casus_ids)})).all():
        found[row.casus_id].append(event_of(row, _ROOMS[row.bron]))
    return found


async def by_casus(rows: AsyncResult[Any]) -> AsyncIterator[tuple[UUID, list[Event]]]:
    """Give every casus of rows that are in the order of their casus, without holding more than one and a lot."""
    current: UUID | None = None
    facts: list[Event] = []
    async for lot in rows.partitions(_LOT):
        for row in lot:
            if row.casus_id != current and current is not None:
                yield current, facts
                facts = []
            current = row.casus_id
            facts.append(event_of(row, _ROOMS[row.bron]))
    if current is not None:
        yield current, facts


def event_of(row: Row[Any], room: Room) -> Event:
    """Return the fact in a row of ``feit`` or of the outbox."""
    return Event(
        id=row.event_id,
        room=room,
        casus_id=row.casus_id,
        sequence=row.volgnummer,
        time=row.tijdstip,
        payload=load_payload(row.soort, row.data),
    )


async def keep_facts(conn: AsyncConnection, events: Sequence[Event], places: Mapping[UUID, UUID]) -> set[UUID]:
    """Keep facts, each under the casus of its place; return the ids of those that were not there yet."""
    rows = [
        {
            "nr": number,
            "event_id": event.id,
            "bron": event.room.value,
            "casus_id": places[event.id],
            "volgnummer": event.sequence,
            "soort": type_of(event.payload),
            "tijdstip": event.time,
            "data": dump_payload(event.payload),
            "genoemde_casus_id": event.casus_id,
            "onderwerp_id": onderwerp_of(event.payload),
        }
        for number, event in enumerate(events)
    ]
    kept = await conn.execute(_KEEP, {"feiten": orjson.dumps(rows, default=plain).decode()})
    return set(kept.scalars().all())


async def own_facts(conn: AsyncConnection, event_ids: Sequence[UUID]) -> list[Event]:
    """Return facts that this room told, with the sequence that the outbox gave them."""
    rows = (await conn.execute(_OWN, {"events": list(event_ids)})).all()
    return [event_of(row, Room.MONITORING) for row in rows]


async def settle(conn: AsyncConnection, change: Wijziging, *, named: Iterable[UUID]) -> Settled:
    """Take facts into the registers of where meldingen are; every casus in question is held afterwards."""

    async def hold(casus_ids: Collection[UUID]) -> None:
        await conn.execute(_LOCK, {"casussen": sorted(casus_ids)})

    return await plaatsen.settle(conn, change, hold=hold, named=named)


async def move(conn: AsyncConnection, step: Verhuizing) -> None:
    """Move facts, alerts and notices to the casus in which they are now.

    Of a casus that went up in another everything goes along, with its keys; of what is split off, what people wrote
    must then be sealed anew (``seal_anew``).
    """
    values = {
        "van": step.van,
        "naar": step.naar,
        "casussen": list(step.casus_ids),
        "onderwerpen": list(step.onderwerp_ids),
    }
    if step.alles:
        await move_keys(conn, source=step.van, target=step.naar)
        for statement in _MOVE_ALL:
            await conn.execute(statement, values)
        return
    for statement in _MOVE_SOME:
        await conn.execute(statement, values)


async def seal_anew(conn: AsyncConnection, vault: Vault, step: Verhuizing) -> None:
    """Seal what people wrote about meldingen that were split off under a key of the casus in which they are now."""
    if step.onderwerp_ids and not step.alles:
        await move_rows(conn, vault, metadata, step.onderwerp_ids, van=step.van, naar=step.naar)


async def save_casussen(conn: AsyncConnection, rows: Sequence[CasusRow]) -> None:
    """Write how casussen stand."""
    if rows:
        await conn.execute(_SAVE, {"rijen": orjson.dumps(rows, default=plain).decode()})
