"""How mails wait and are claimed: with a lease, in order within a casus per mailbox, no mailbox before another."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.canonical import plain

E_MAIL = "e-mail"
PER_RECEIVER_MAX = 50


@dataclass(frozen=True, slots=True)
class NewBericht:
    """A notice to deliver; its content holds ids, codes and times only."""

    id: UUID
    kanaal: str
    doel: str
    inhoud: dict[str, Any]
    acuut: bool  # quiet hours do not hold it
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


_QUEUE = text("""
INSERT INTO bericht (id, kanaal, doel, waarschuwing_id, casus_id, inhoud, acuut, status, aangemaakt_op)
SELECT b.id, b.kanaal, b.doel, b.waarschuwing_id, b.casus_id, b.inhoud, b.acuut, 'wachtend', :now
FROM jsonb_to_recordset(CAST(:rijen AS jsonb)) AS b(id uuid, kanaal text, doel text,
    waarschuwing_id uuid, casus_id uuid, inhoud jsonb, acuut boolean, nr int)
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
            "acuut": bericht.acuut,
        }
        for number, bericht in enumerate(berichten)
    ]
    await conn.execute(_QUEUE, {"rijen": orjson.dumps(rows, default=plain).decode(), "now": now})


_CLAIM = text("""
WITH kandidaat AS (
    SELECT b.id, row_number() OVER (PARTITION BY b.doel ORDER BY b.acuut DESC, b.nr) AS rang FROM bericht b
    WHERE b.status = 'wachtend' AND b.kanaal = 'e-mail'
      AND (b.acuut OR NOT (CASE WHEN b.doel LIKE 'ontvanger:%' THEN b.doel = ANY(CAST(:in_rust AS text[]))
                           ELSE CAST(:huis_in_rust AS boolean) END))
      AND coalesce(b.volgende_poging_op, '-infinity') <= :now AND coalesce(b.geclaimd_tot, '-infinity') <= :now
      AND NOT EXISTS (
          SELECT 1 FROM bericht e WHERE e.status = 'wachtend' AND e.doel = b.doel AND e.casus_id = b.casus_id
          AND e.nr < b.nr AND (e.acuut OR NOT b.acuut) AND (e.volgende_poging_op > :now OR e.geclaimd_tot > :now))
), genomen AS (
    SELECT b.id FROM bericht b JOIN kandidaat k ON k.id = b.id WHERE k.rang <= :per_doel
    FOR UPDATE OF b SKIP LOCKED
), geclaimd AS (
    UPDATE bericht b SET geclaimd_tot = :tot FROM genomen g WHERE b.id = g.id
    RETURNING b.id, b.nr, b.kanaal, b.doel, b.inhoud, b.pogingen, b.acuut
)
SELECT id, kanaal, doel, inhoud, pogingen FROM geclaimd ORDER BY acuut DESC, nr
""")


@dataclass(frozen=True, slots=True)
class Rustig:
    """Whose mail waits now unless it is acute: that of these receivers, and that of the mailbox of the house."""

    doelen: Sequence[str] = ()
    huis: bool = False


NIEMAND = Rustig()


async def claim(
    conn: AsyncConnection, *, now: datetime, until: datetime, rustig: Rustig = NIEMAND
) -> list[ClaimedBericht]:
    """Take what is to be delivered now, in order, at most fifty a mailbox; others leave it alone ``until`` then.

    ``now`` is real time. Claims are made one after the other, or a later notice of a casus could overtake; what is
    acute comes first and waits for no other.
    """
    await conn.execute(text("SELECT pg_advisory_xact_lock(4711015)"))
    held = {"in_rust": list(rustig.doelen), "huis_in_rust": rustig.huis}
    rows = await conn.execute(_CLAIM, {"now": now, "tot": until, "per_doel": PER_RECEIVER_MAX, **held})
    return [ClaimedBericht(**row) for row in rows.mappings()]


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


_STAND_IN = text("""
UPDATE bericht SET doel = CASE WHEN :huis = '' OR inhoud->>'soort' = 'dagbericht' THEN doel ELSE :huis END,
    status = CASE WHEN :huis = '' OR inhoud->>'soort' = 'dagbericht' THEN 'vervallen' ELSE status END
WHERE status = 'wachtend' AND kanaal = 'e-mail' AND doel LIKE 'ontvanger:%'
  AND NOT (doel = ANY(CAST(:bekend AS text[]))) AND coalesce(geclaimd_tot, '-infinity') <= :now
""")


async def stand_in(conn: AsyncConnection, bekend: Sequence[str], *, huis: str, now: datetime) -> None:
    """Let the mailbox of the house have what waits for a receiver who is gone, except the mail of his day."""
    await conn.execute(_STAND_IN, {"bekend": list(bekend), "huis": huis, "now": now})


async def give_back(conn: AsyncConnection, ids: Sequence[UUID]) -> None:
    """Let go of claimed notices that were not tried."""
    await conn.execute(
        text("UPDATE bericht SET geclaimd_tot = NULL WHERE id = ANY(:ids) AND status = 'wachtend'"),
        {"ids": list(ids)},
    )
