"""How alerts are kept: each once, with the conditions of rooms and the heartbeats of the chores."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from services.monitoring.domain.alerts import AlarmSoort, DueTermijn, KetenEinde, Storing, Voorwaarde
from services.monitoring.store.termijnen import claim_due
from services.monitoring.tables.alerts import waarschuwing
from shared.canonical import plain
from shared.events.catalogue import BY_PAYLOAD
from shared.events.levering import LeveringVoorgelegd
from shared.ids import derived_id
from shared.rules.codes import TermijnSoort
from shared.rules.stappen import Stap


@dataclass(frozen=True, slots=True)
class WaarschuwingRow:
    """One alert as it is stored."""

    id: UUID
    soort: str
    stap: str
    termijn_id: UUID | None
    casus_id: UUID | None
    melding_id: UUID | None
    gemeente_code: str | None
    uiterlijk: datetime | None
    onderwerp: str | None
    gemaakt_op: datetime
    opgelost_op: datetime | None


_STILL_DUE = text("""
SELECT id, soort, casus_id, melding_id, gemeente_code, uiterlijk, volgende_stap, eigenaar_nr FROM termijn
WHERE id = ANY(:ids) AND volgende_op <= :now ORDER BY volgende_op, id
""")


async def claim_due_steps(conn: AsyncConnection, *, now: datetime, limiet: int) -> list[DueTermijn]:
    """Return terms whose step is to be taken, with their casussen locked.

    They are read again under the lock of their casus: between the look and the lock a term may have been stopped.
    """
    claimed = await claim_due(conn, now=now, limiet=limiet)
    rows = (await conn.execute(_STILL_DUE, {"ids": [row.id for row in claimed], "now": now})).all()
    return [
        DueTermijn(
            id=row.id,
            soort=TermijnSoort(row.soort),
            casus_id=row.casus_id,
            melding_id=row.melding_id,
            gemeente_code=row.gemeente_code,
            uiterlijk=row.uiterlijk,
            stap=Stap(row.volgende_stap),
            eigenaar_nr=row.eigenaar_nr,
        )
        for row in rows
    ]


_INSERT = text("""
INSERT INTO waarschuwing (id, soort, stap, termijn_id, casus_id, melding_id, gemeente_code, uiterlijk, gemaakt_op,
                          escaleren_op)
SELECT w.id, w.soort, w.stap, w.termijn_id, w.casus_id, w.melding_id, w.gemeente_code, w.uiterlijk, :now, w.escaleren_op
FROM jsonb_to_recordset(CAST(:rijen AS jsonb)) AS w(id uuid, soort text, stap text, termijn_id uuid, casus_id uuid,
    melding_id uuid, gemeente_code text, uiterlijk timestamptz, escaleren_op timestamptz)
ON CONFLICT DO NOTHING
RETURNING id
""")


async def insert_alerts(
    conn: AsyncConnection, alerts: Sequence[tuple[UUID, DueTermijn, datetime | None]], *, now: datetime
) -> set[UUID]:
    """Keep alerts of terms, each with when to escalate it; return the ids of those that were not there yet."""
    rows = [
        {
            "id": alert_id,
            "soort": termijn.soort,
            "stap": termijn.stap,
            "termijn_id": termijn.id,
            "casus_id": termijn.casus_id,
            "melding_id": termijn.melding_id,
            "gemeente_code": termijn.gemeente_code,
            "uiterlijk": termijn.uiterlijk,
            "escaleren_op": escaleren_op,
        }
        for alert_id, termijn, escaleren_op in alerts
    ]
    if not rows:
        return set()
    found = await conn.execute(_INSERT, {"rijen": orjson.dumps(rows, default=plain).decode(), "now": now})
    return set(found.scalars())


_CLAIM_ESCALATIONS = text("""
SELECT w.id, w.soort, w.termijn_id, w.casus_id, w.melding_id, w.gemeente_code, w.uiterlijk,
       t.id IS NOT NULL AS open, t.eigenaar_nr
FROM waarschuwing w LEFT JOIN termijn t ON t.id = w.termijn_id AND t.uiterlijk = w.uiterlijk
    AND t.gestopt_op IS NULL AND NOT t.vervallen
WHERE w.escaleren_op <= :now
ORDER BY w.escaleren_op LIMIT :limiet FOR UPDATE OF w SKIP LOCKED
""")
_ESCALATED = text("UPDATE waarschuwing SET escaleren_op = NULL WHERE id = ANY(:ids)")


async def claim_escalations(conn: AsyncConnection, *, now: datetime, limiet: int) -> tuple[int, list[DueTermijn]]:
    """Return how many alerts were looked at, and the terms among them that still stand open past their date."""
    rows = (await conn.execute(_CLAIM_ESCALATIONS, {"now": now, "limiet": limiet})).all()
    await conn.execute(_ESCALATED, {"ids": [row.id for row in rows]})
    return len(rows), [
        DueTermijn(
            id=row.termijn_id,
            soort=TermijnSoort(row.soort),
            casus_id=row.casus_id,
            melding_id=row.melding_id,
            gemeente_code=row.gemeente_code,
            uiterlijk=row.uiterlijk,
            stap=Stap.GEESCALEERD,
            eigenaar_nr=row.eigenaar_nr,
        )
        for row in rows
        if row.open
    ]


_RAISE = text("""
INSERT INTO waarschuwing (id, soort, stap, onderwerp, uiterlijk, gemaakt_op)
VALUES (:id, :soort, :stap, :onderwerp, :uiterlijk, :now)
ON CONFLICT (soort, onderwerp) WHERE onderwerp IS NOT NULL AND opgelost_op IS NULL DO NOTHING
RETURNING id
""")
_RESOLVE = text("""
UPDATE waarschuwing SET opgelost_op = :now WHERE soort = :soort AND onderwerp = :onderwerp AND opgelost_op IS NULL
""")


async def raise_condition(  # noqa: PLR0913, one row, keyword only
    conn: AsyncConnection,
    *,
    alert_id: UUID,
    soort: str,
    stap: str,
    onderwerp: str,
    now: datetime,
    uiterlijk: datetime | None = None,
) -> bool:
    """Keep an alert for as long as a condition lasts; return whether it is new."""
    values = {"id": alert_id, "soort": soort, "stap": stap, "onderwerp": onderwerp, "uiterlijk": uiterlijk, "now": now}
    return (await conn.execute(_RAISE, values)).scalar_one_or_none() is not None


async def resolve_condition(conn: AsyncConnection, *, soort: str, onderwerp: str, now: datetime) -> None:
    """Note that a condition is over; when it comes back it is a new alert."""
    await conn.execute(_RESOLVE, {"soort": soort, "onderwerp": onderwerp, "now": now})


_RESOLVE_MANY = text("""
UPDATE waarschuwing SET opgelost_op = :now
WHERE soort = :soort AND onderwerp = ANY(CAST(:onderwerpen AS text[])) AND opgelost_op IS NULL
""")


async def resolve_conditions(conn: AsyncConnection, *, soort: str, onderwerpen: Sequence[str], now: datetime) -> None:
    """Note that conditions of one kind are over."""
    if onderwerpen:
        await conn.execute(_RESOLVE_MANY, {"soort": soort, "onderwerpen": list(onderwerpen), "now": now})


_RESOLVE_LEVERINGEN = text("""
UPDATE waarschuwing SET opgelost_op = :now WHERE soort = 'levering' AND opgelost_op IS NULL AND onderwerp IN (
    SELECT f.data->>'leveringId' FROM feit f
    LEFT JOIN casus_alias a ON a.verdwenen_id = :casus_id
    WHERE f.casus_id = coalesce(a.casus_id, :casus_id) AND f.soort = :voorgelegd
)
""")


async def resolve_leveringen(conn: AsyncConnection, casus_id: UUID, *, now: datetime) -> None:
    """End the alarms on deliveries of a casus whose file was destroyed: there is nothing to deliver any more."""
    voorgelegd = BY_PAYLOAD[LeveringVoorgelegd].name
    await conn.execute(_RESOLVE_LEVERINGEN, {"casus_id": casus_id, "voorgelegd": voorgelegd, "now": now})


async def list_alerts(  # noqa: PLR0913, the filters of the list, keyword only
    conn: AsyncConnection,
    *,
    filters: Mapping[str, Any],
    gemeente_codes: Sequence[str] | None,
    without: Sequence[str],
    before: tuple[datetime, UUID] | None,
    limiet: int,
) -> Sequence[WaarschuwingRow]:
    """Return alerts, newest first; ``gemeente_codes`` limits them to some municipalities, None is all.

    ``without`` are kinds of which the caller may not know.
    """
    query = select(*(waarschuwing.c[name] for name in WaarschuwingRow.__slots__))
    for name, value in filters.items():
        query = query.where(waarschuwing.c[name] == value)
    if without:
        query = query.where(waarschuwing.c.soort.not_in(without))
    if gemeente_codes is not None:
        query = query.where(waarschuwing.c.gemeente_code.in_(gemeente_codes))
    if before is not None:
        query = query.where(tuple_(waarschuwing.c.gemaakt_op, waarschuwing.c.id) < before)
    newest_first = query.order_by(waarschuwing.c.gemaakt_op.desc(), waarschuwing.c.id.desc()).limit(limiet)
    return [WaarschuwingRow(**row) for row in (await conn.execute(newest_first)).mappings()]


@dataclass(frozen=True, slots=True)
class Herhaling:
    """A melding, or a signal of another organisation, about a family that is being monitored, and where it is."""

    soort: AlarmSoort
    ref_id: UUID  # the melding or the match
    casus_id: UUID
    melding_id: UUID
    gemeente_code: str | None  # None: what only Veilig Thuis may know of

    @property
    def id(self) -> UUID:
        """The id of its alert."""
        return derived_id("waarschuwing", self.soort.value, self.ref_id)


_RAISE_HERHALINGEN = text("""
INSERT INTO waarschuwing AS w (id, soort, stap, casus_id, melding_id, gemeente_code, gemaakt_op)
SELECT k.id, k.soort, 'ontvangen', k.casus_id, k.melding_id, k.gemeente_code, :now
FROM jsonb_to_recordset(CAST(:rijen AS jsonb)) AS k(id uuid, soort text, casus_id uuid, melding_id uuid,
    gemeente_code text)
ORDER BY k.id
ON CONFLICT (id) DO UPDATE SET opgelost_op = NULL, casus_id = excluded.casus_id
RETURNING id, (xmax = 0) AS nieuw
""")
_END_HERHALINGEN = text("""
UPDATE waarschuwing SET opgelost_op = :now WHERE id = ANY(CAST(:ids AS uuid[])) AND opgelost_op IS NULL
""")


async def raise_herhalingen(
    conn: AsyncConnection, herhalingen: Sequence[Herhaling], *, now: datetime
) -> list[Herhaling]:
    """Keep one alert for each; return those that were not there yet."""
    if not herhalingen:
        return []
    rows = [
        {
            "id": one.id,
            "soort": one.soort.value,
            "casus_id": one.casus_id,
            "melding_id": one.melding_id,
            "gemeente_code": one.gemeente_code,
        }
        for one in herhalingen
    ]
    found = (
        await conn.execute(_RAISE_HERHALINGEN, {"rijen": orjson.dumps(rows, default=plain).decode(), "now": now})
    ).all()
    new = {row.id for row in found if row.nieuw}
    return [one for one in herhalingen if one.id in new]


async def end_herhalingen(conn: AsyncConnection, ids: Collection[UUID], *, now: datetime) -> None:
    """Note of alerts, by their ids, that they are not about a family that is being monitored."""
    if ids:
        await conn.execute(_END_HERHALINGEN, {"ids": list(ids), "now": now})


_BEAT = text("""
INSERT INTO hartslag (naam, tijdstip, tijdstip_keten) VALUES (:naam, :echt, :keten)
ON CONFLICT (naam) DO UPDATE SET tijdstip = greatest(hartslag.tijdstip, excluded.tijdstip),
    tijdstip_keten = excluded.tijdstip_keten
""")


async def beat(conn: AsyncConnection, naam: str, *, real: datetime, now: datetime) -> None:
    """Note that a chore ran: in real time and in the time of the chain."""
    await conn.execute(_BEAT, {"naam": naam, "echt": real, "keten": now})


async def heartbeats(conn: AsyncConnection) -> Mapping[str, tuple[datetime, datetime]]:
    """Return when each chore last ran: real time, and time of the chain."""
    rows = (await conn.execute(text("SELECT naam, tijdstip, tijdstip_keten FROM hartslag"))).all()
    return {row.naam: (row.tijdstip, row.tijdstip_keten) for row in rows}


async def lock_storingen(conn: AsyncConnection) -> list[Storing]:
    """Return what is known to be wrong with rooms; one watcher looks at a time, until the end of its transaction."""
    await conn.execute(text("SELECT pg_advisory_xact_lock(4711014)"))
    rows = (await conn.execute(text("SELECT afdeling, voorwaarde, sinds, waarschuwing_id FROM storing"))).all()
    return [
        Storing(row.afdeling, Voorwaarde(row.voorwaarde), row.sinds, row.waarschuwing_id is not None) for row in rows
    ]


async def begin_storing(conn: AsyncConnection, afdeling: str, voorwaarde: str, *, sinds: datetime) -> None:
    """Note that something began to be wrong with a room."""
    await conn.execute(
        text("INSERT INTO storing (afdeling, voorwaarde, sinds) VALUES (:a, :v, :s) ON CONFLICT DO NOTHING"),
        {"a": afdeling, "v": voorwaarde, "s": sinds},
    )


_LAST_ANCHORS = text("SELECT DISTINCT ON (kamer) kamer, nr, hash FROM audit_anker ORDER BY kamer, nr DESC")
_ANCHOR = text("""
INSERT INTO audit_anker (kamer, nr, hash, tijdstip) VALUES (:kamer, :nr, :hash, :real) ON CONFLICT DO NOTHING
""")


async def last_anchors(conn: AsyncConnection) -> dict[str, KetenEinde]:
    """Return the furthest end that was seen of the audit chain of each room."""
    rows = (await conn.execute(_LAST_ANCHORS)).all()
    return {row.kamer: KetenEinde(row.nr, bytes(row.hash)) for row in rows}


async def keep_anchor(conn: AsyncConnection, kamer: str, einde: KetenEinde, *, real: datetime) -> None:
    """Keep an end that was seen of the audit chain of a room; it is never changed afterwards."""
    await conn.execute(_ANCHOR, {"kamer": kamer, "nr": einde.nr, "hash": einde.hash, "real": real})


_REPORT_STORING = text("""
UPDATE storing SET waarschuwing_id = w.id FROM waarschuwing w
WHERE storing.afdeling = :a AND storing.voorwaarde = :v AND w.onderwerp = :onderwerp AND w.opgelost_op IS NULL
""")


async def report_storing(conn: AsyncConnection, afdeling: str, voorwaarde: str, *, onderwerp: str) -> None:
    """Note which running alert was made of what is wrong."""
    await conn.execute(_REPORT_STORING, {"a": afdeling, "v": voorwaarde, "onderwerp": onderwerp})


async def end_storing(conn: AsyncConnection, afdeling: str, voorwaarde: str) -> None:
    """Note that it is over."""
    await conn.execute(
        text("DELETE FROM storing WHERE afdeling = :a AND voorwaarde = :v"), {"a": afdeling, "v": voorwaarde}
    )
