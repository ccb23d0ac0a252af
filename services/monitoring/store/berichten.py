"""How notices wait and are claimed: with a lease, in order within a casus per receiver, no receiver before another."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.monitoring.domain.zicht import VERBORGEN
from shared.canonical import plain

E_MAIL = "e-mail"
WEBHOOK = "webhook"
PER_RECEIVER_MAX = 50
# How far back facts are looked at again: an id can become visible after a higher one, but not this long after.
_LOOK_BACK_IDS = 1_000


@dataclass(frozen=True, slots=True)
class NewBericht:
    """A notice to deliver; its content holds ids, codes and times only."""

    id: UUID
    kanaal: str
    doel: str
    inhoud: dict[str, Any]
    waarschuwing_id: UUID | None = None
    casus_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ClaimedBericht:
    """A notice in the hands of one deliverer, until its lease ends."""

    id: UUID
    kanaal: str
    doel: str
    inhoud: dict[str, Any]
    pogingen: int
    casus_id: UUID | None
    event_id: UUID | None
    abonnement_id: UUID | None
    callback_url: str | None
    geheim: bytes | None
    beeindigd: bool


_QUEUE = text("""
INSERT INTO bericht (id, kanaal, doel, waarschuwing_id, casus_id, inhoud, status, aangemaakt_op)
SELECT b.id, b.kanaal, b.doel, b.waarschuwing_id, b.casus_id, b.inhoud, 'wachtend', :now
FROM jsonb_to_recordset(CAST(:rijen AS jsonb)) AS b(id uuid, kanaal text, doel text,
    waarschuwing_id uuid, casus_id uuid, inhoud jsonb, nr int)
ORDER BY b.nr
ON CONFLICT (id) DO NOTHING
""")


async def queue(conn: AsyncConnection, berichten: Sequence[NewBericht], *, now: datetime) -> None:
    """Put notices in the queue, in this order; one that is there already is left as it is."""
    if not berichten:
        return
    rows = [
        {
            "nr": number,
            "id": bericht.id,
            "kanaal": bericht.kanaal,
            "doel": bericht.doel,
            "waarschuwing_id": bericht.waarschuwing_id,
            "casus_id": bericht.casus_id,
            "inhoud": bericht.inhoud,
        }
        for number, bericht in enumerate(berichten)
    ]
    await conn.execute(_QUEUE, {"rijen": orjson.dumps(rows, default=plain).decode(), "now": now})


_CLAIM = text("""
WITH kandidaat AS (
    SELECT b.id, row_number() OVER (PARTITION BY b.doel ORDER BY b.nr) AS rang FROM bericht b
    WHERE b.status = 'wachtend'
      AND coalesce(b.volgende_poging_op, '-infinity') <= :now AND coalesce(b.geclaimd_tot, '-infinity') <= :now
      AND NOT EXISTS (
          SELECT 1 FROM bericht e WHERE e.status = 'wachtend' AND e.doel = b.doel AND e.casus_id = b.casus_id
          AND e.nr < b.nr AND (e.volgende_poging_op > :now OR e.geclaimd_tot > :now))
), genomen AS (
    SELECT b.id FROM bericht b JOIN kandidaat k ON k.id = b.id WHERE k.rang <= :per_doel
    FOR UPDATE OF b SKIP LOCKED
), geclaimd AS (
    UPDATE bericht b SET geclaimd_tot = :tot FROM genomen g WHERE b.id = g.id
    RETURNING b.id, b.nr, b.kanaal, b.doel, b.inhoud, b.pogingen, b.casus_id, b.event_id, b.abonnement_id
)
SELECT g.*, a.callback_url, a.geheim, a.beeindigd_op IS NOT NULL AS beeindigd
FROM geclaimd g LEFT JOIN abonnement a ON a.id = g.abonnement_id ORDER BY g.nr
""")


async def claim(conn: AsyncConnection, *, now: datetime, until: datetime) -> list[ClaimedBericht]:
    """Take what is to be delivered now, in order, at most fifty a receiver; others leave it alone ``until`` then.

    ``now`` is real time. Claims are made one after the other, or a later notice of a casus could overtake.
    """
    await conn.execute(text("SELECT pg_advisory_xact_lock(4711015)"))
    rows = (await conn.execute(_CLAIM, {"now": now, "tot": until, "per_doel": PER_RECEIVER_MAX})).all()
    return [
        ClaimedBericht(
            id=row.id,
            kanaal=row.kanaal,
            doel=row.doel,
            inhoud=row.inhoud,
            pogingen=row.pogingen,
            casus_id=row.casus_id,
            event_id=row.event_id,
            abonnement_id=row.abonnement_id,
            callback_url=row.callback_url,
            geheim=bytes(row.geheim) if row.geheim else None,
            beeindigd=bool(row.beeindigd),
        )
        for row in rows
    ]


_ATTEMPT = text("""
INSERT INTO bericht_poging (bericht_id, nummer, tijdstip, uitslag, reden)
SELECT :id, coalesce(max(nummer), 0) + 1, :tijdstip, :uitslag, :reden FROM bericht_poging WHERE bericht_id = :id
""")
_AFTER = text("""
UPDATE bericht SET status = :status, pogingen = pogingen + 1, volgende_poging_op = :volgende, geclaimd_tot = NULL
WHERE id = :id AND status = 'wachtend'
""")


async def record_attempt(  # noqa: PLR0913, one row of the table, keyword only
    conn: AsyncConnection,
    bericht_id: UUID,
    *,
    tijdstip: datetime,
    uitslag: str,
    reden: str | None,
    status: str,
    volgende_poging_op: datetime | None,
) -> None:
    """Note an attempt, and what becomes of the notice."""
    changed = await conn.execute(_AFTER, {"id": bericht_id, "status": status, "volgende": volgende_poging_op})
    if changed.rowcount:
        values = {"id": bericht_id, "tijdstip": tijdstip, "uitslag": uitslag, "reden": reden}
        await conn.execute(_ATTEMPT, values)


async def give_back(conn: AsyncConnection, ids: Sequence[UUID]) -> None:
    """Let go of claimed notices that were not tried."""
    await conn.execute(
        text("UPDATE bericht SET geclaimd_tot = NULL WHERE id = ANY(:ids) AND status = 'wachtend'"),
        {"ids": list(ids)},
    )


_POSITION = text("""
INSERT INTO uitgezet AS u (id, outbox_id) VALUES (1, 0) ON CONFLICT (id) DO UPDATE SET outbox_id = u.outbox_id
RETURNING outbox_id, (SELECT coalesce(max(id), 0) FROM outbox) AS laatste
""")
_FAN_OUT = text("""
INSERT INTO bericht (id, kanaal, doel, abonnement_id, event_id, casus_id, inhoud, status, aangemaakt_op)
SELECT gen_random_uuid(), 'webhook', CAST(a.id AS text), a.id, o.event_id, o.casus_id,
       jsonb_build_object('soort', o.soort, 'volgnummer', o.volgnummer, 'tijdstip', o.tijdstip, 'data', o.data,
                          'oorzaakId', o.oorzaak_id),
       'wachtend', :now
FROM outbox o
JOIN abonnement a ON a.beeindigd_op IS NULL AND o.soort = ANY(a.soorten) AND a.aangemaakt_op <= o.tijdstip
LEFT JOIN casus_alias al ON al.verdwenen_id = o.casus_id
LEFT JOIN casus c ON c.casus_id = coalesce(al.casus_id, o.casus_id)
LEFT JOIN termijn t ON t.id = CAST(o.data->>'termijnId' AS uuid)
WHERE o.id > :vanaf AND o.id <= :tot AND o.soort = ANY(:soorten)
  AND (cardinality(a.gemeente_codes) = 0
       OR (coalesce(o.data->>'gemeenteCode', c.gemeente_code) = ANY(a.gemeente_codes)
           AND NOT coalesce(o.data->>'soort', '') = ANY(CAST(:verborgen AS text[]))))
  -- A ketenpartner hears of what was offered to it, and of the end of what it accepted.
  AND (a.rol <> 'ketenpartner' OR EXISTS (
      SELECT 1 FROM feit f WHERE f.casus_id = c.casus_id AND f.data->>'organisatieId' = a.organisatie_id
      AND CASE WHEN t.id IS NULL THEN f.soort = :geaccepteerd
               ELSE f.soort = :aangeboden AND f.data->>'overdrachtId' = CAST(t.ref_id AS text) END))
  AND NOT EXISTS (SELECT 1 FROM bericht b WHERE b.doel = CAST(a.id AS text) AND b.event_id = o.event_id)
ORDER BY o.id, a.id
ON CONFLICT DO NOTHING
""")
_MOVE = text("UPDATE uitgezet SET outbox_id = :tot WHERE id = 1")


async def fan_out(
    conn: AsyncConnection, *, soorten: Sequence[str], aangeboden: str, geaccepteerd: str, now: datetime
) -> int:
    """Make a notice of every new fact of these kinds for every abonnement that asks for it; return how many.

    Facts are read from the outbox, so the notices of a casus stand in the order of its facts. It looks some way
    back, because an outbox id can become visible after a higher one (of another casus).
    """
    row = (await conn.execute(_POSITION)).one()
    values = {"vanaf": max(row.outbox_id - _LOOK_BACK_IDS, 0), "tot": row.laatste, "now": now}
    kinds = {
        "soorten": list(soorten),
        "aangeboden": aangeboden,
        "geaccepteerd": geaccepteerd,
        "verborgen": sorted(VERBORGEN),
    }
    made = await conn.execute(_FAN_OUT, values | kinds)
    await conn.execute(_MOVE, {"tot": row.laatste})
    return made.rowcount
