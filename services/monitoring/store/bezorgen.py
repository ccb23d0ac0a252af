"""How webhooks wait and are taken: receiver by receiver, in order within a casus, so many at once and no more.

Who takes holds the receiver for that moment, so that the places of one receiver are counted by one deliverer at a
time; another passes it by and takes of the next. What is taken has a lease: who dies with it lets go of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.monitoring.domain.abonnementen import AbonnementStatus
from services.monitoring.domain.bezorgen import Gezondheid
from shared.canonical import plain

WEBHOOK = "webhook"
PROEF = "webhook-proef"


@dataclass(frozen=True, slots=True)
class NewLevering:
    """A notice for one subscriber; its content holds ids, codes and times only."""

    id: UUID
    abonnement_id: UUID
    event_id: UUID
    casus_id: UUID
    inhoud: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ontvanger:
    """A receiver whose notices are being taken."""

    id: UUID
    callback_url: str
    status: AbonnementStatus
    gezondheid: Gezondheid
    proef_wacht: bool


@dataclass(frozen=True, slots=True)
class Levering:
    """A notice in the hands of one deliverer, until its lease ends; ``tot`` tells whose lease it is."""

    id: UUID
    kanaal: str
    event_id: UUID
    volgnummer: int | None
    inhoud: dict[str, Any]
    pogingen: int
    mislukt_sinds: datetime | None
    tot: datetime


# The casus of a fact is held by who tells of it, so that the numbers of two transactions cannot cross.
_QUEUE = text("""
INSERT INTO bericht (id, kanaal, doel, abonnement_id, eigenaar_rol, eigenaar_id, event_id, casus_id, volgnummer, inhoud,
                     status, aangemaakt_op)
SELECT b.id, 'webhook', CAST(a.id AS text), a.id, a.rol, a.organisatie_id, b.event_id, b.casus_id,
       coalesce((SELECT max(v.volgnummer) FROM bericht v
                 WHERE v.abonnement_id = b.abonnement_id AND v.casus_id = b.casus_id), 0)
       + row_number() OVER (PARTITION BY b.abonnement_id, b.casus_id ORDER BY b.nr),
       b.inhoud, 'wachtend', :now
FROM jsonb_to_recordset(CAST(:rijen AS jsonb)) AS b(id uuid, abonnement_id uuid, event_id uuid, casus_id uuid,
                                                    inhoud jsonb, nr int)
JOIN abonnement a ON a.id = b.abonnement_id
ORDER BY b.nr
ON CONFLICT DO NOTHING
""")


async def queue(conn: AsyncConnection, leveringen: Sequence[NewLevering], *, now: datetime) -> None:
    """Put notices in the queue, in this order; one that is there already is left as it is."""
    if not leveringen:
        return
    rows = [
        {"nr": number, **{name: getattr(one, name) for name in NewLevering.__slots__}}
        for number, one in enumerate(leveringen)
    ]
    await conn.execute(_QUEUE, {"rijen": orjson.dumps(rows, default=plain).decode(), "now": now})


# Asked one row at a time: joined or hashed, all that waits would be read to send a few.
_RECEIVERS = text("""
SELECT a.id FROM abonnement a WHERE a.beeindigd_op IS NULL
  AND ((a.status = 'lopend' AND coalesce(a.rust_tot, '-infinity') <= :now AND (
          SELECT b.nr FROM bericht b WHERE b.abonnement_id = a.id AND b.status = 'wachtend' AND b.kanaal = 'webhook'
          AND coalesce(b.volgende_poging_op, '-infinity') <= :now AND coalesce(b.geclaimd_tot, '-infinity') <= :now
          LIMIT 1) IS NOT NULL)
       OR (SELECT b.nr FROM bericht b WHERE b.abonnement_id = a.id AND b.status = 'wachtend'
           AND b.kanaal = 'webhook-proef' AND coalesce(b.geclaimd_tot, '-infinity') <= :now LIMIT 1) IS NOT NULL)
""")


async def due_receivers(conn: AsyncConnection, *, now: datetime) -> list[UUID]:
    """Return the abonnementen for which something may be taken; ``now`` is real time."""
    return list((await conn.execute(_RECEIVERS, {"now": now})).scalars())


_HOLD = """
SELECT a.id, a.callback_url, a.status, a.mislukt_sinds, a.mislukkingen, a.rusten, a.rust_vanaf, a.rust_tot,
       (SELECT b.nr FROM bericht b WHERE b.abonnement_id = a.id AND b.kanaal = 'webhook-proef'
        AND b.status = 'wachtend' LIMIT 1) IS NOT NULL AS proef_wacht
FROM abonnement a WHERE a.id = :id AND a.beeindigd_op IS NULL FOR NO KEY UPDATE OF a
"""
_HOLD_AT_ONCE = text(_HOLD + " SKIP LOCKED")
_HOLD_AFTER_OTHERS = text(_HOLD)
_TAKE = text("""
WITH kop AS (
    SELECT b.id FROM bericht b WHERE b.abonnement_id = :id AND b.status = 'wachtend' AND b.kanaal = :kanaal
      AND coalesce(b.volgende_poging_op, '-infinity') <= :now AND coalesce(b.geclaimd_tot, '-infinity') <= :now
      AND (SELECT e.nr FROM bericht e WHERE e.abonnement_id = b.abonnement_id AND e.casus_id = b.casus_id
           AND e.status IN ('wachtend', 'mislukt') AND e.nr < b.nr LIMIT 1) IS NULL
    ORDER BY b.nr
    LIMIT greatest(0, :plaatsen - (SELECT count(*) FROM bericht o
                                   WHERE o.abonnement_id = :id AND o.status = 'wachtend' AND o.geclaimd_tot > :now))
    FOR UPDATE OF b SKIP LOCKED
)
UPDATE bericht b SET geclaimd_tot = :tot FROM kop WHERE b.id = kop.id
RETURNING b.id, b.kanaal, b.event_id, b.volgnummer, b.inhoud, b.pogingen, b.mislukt_sinds
""")


async def hold_receiver(conn: AsyncConnection, abonnement_id: UUID, *, wait: bool) -> Ontvanger | None:
    """Hold a receiver until the end of the transaction; None when it has ended.

    While another deliverer holds it this waits, or with ``wait`` False returns None.
    """
    row = (await conn.execute(_HOLD_AFTER_OTHERS if wait else _HOLD_AT_ONCE, {"id": abonnement_id})).one_or_none()
    if row is None:
        return None
    return Ontvanger(row.id, row.callback_url, AbonnementStatus(row.status), _health_of(row), row.proef_wacht)


async def take(  # noqa: PLR0913, what bounds it, keyword only
    conn: AsyncConnection, abonnement_id: UUID, *, kanaal: str, plaatsen: int, now: datetime, until: datetime
) -> list[Levering]:
    """Take of a held receiver what may be sent now: of each casus only the first that waits, the oldest before others.

    ``plaatsen`` are those of the receiver, of which others may have some; ``now`` is real time.
    """
    values = {"id": abonnement_id, "kanaal": kanaal, "plaatsen": plaatsen, "now": now, "tot": until}
    return [Levering(**row, tot=until) for row in (await conn.execute(_TAKE, values)).mappings()]


def _health_of(row: Any) -> Gezondheid:  # a row with these columns
    return Gezondheid(**{name: getattr(row, name) for name in Gezondheid.__slots__})


_SAVE_HEALTH = text("""
UPDATE abonnement SET mislukt_sinds = :mislukt_sinds, mislukkingen = :mislukkingen, rusten = :rusten,
    rust_vanaf = :rust_vanaf, rust_tot = :rust_tot
WHERE id = :id
""")
_SWITCH_OFF = text("""
UPDATE abonnement SET status = 'uitgeschakeld', uitgeschakeld_op = :now, uitgeschakeld_reden = :reden
WHERE id = :id AND status = 'lopend'
""")


async def save_health(conn: AsyncConnection, abonnement_id: UUID, gezondheid: Gezondheid) -> None:
    """Write how a receiver does."""
    values = {name: getattr(gezondheid, name) for name in Gezondheid.__slots__}
    await conn.execute(_SAVE_HEALTH, {"id": abonnement_id, **values})


async def switch_off(conn: AsyncConnection, abonnement_id: UUID, *, reden: str, now: datetime) -> bool:
    """Switch an abonnement off; return whether it ran until now."""
    done = await conn.execute(_SWITCH_OFF, {"id": abonnement_id, "reden": reden, "now": now})
    return done.rowcount > 0


@dataclass(frozen=True, slots=True)
class Afloop:
    """One attempt as it is noted: when it began, how long it took, and what came of it."""

    begonnen_op: datetime
    duur_ms: int
    uitslag: str
    reden: str | None


# Who has lost his lease says nothing about the notice any more, unless it arrived.
_SENT = text("""
UPDATE bericht SET status = 'verzonden', pogingen = pogingen + 1, volgende_poging_op = NULL, geclaimd_tot = NULL,
    mislukt_sinds = NULL
WHERE id = ANY(CAST(:ids AS uuid[])) AND status = 'wachtend' RETURNING id
""")
_NOT_SENT = text("""
UPDATE bericht SET status = :status, pogingen = pogingen + 1, volgende_poging_op = :volgende, geclaimd_tot = NULL,
    mislukt_sinds = coalesce(mislukt_sinds, :now)
WHERE id = :id AND status = 'wachtend' AND geclaimd_tot = :tot
""")
_ATTEMPTS = text("""
INSERT INTO bericht_poging (bericht_id, nummer, tijdstip, uitslag, reden, duur_ms)
SELECT p.bericht_id,
       coalesce((SELECT max(q.nummer) FROM bericht_poging q WHERE q.bericht_id = p.bericht_id), 0) + 1,
       p.begonnen_op, p.uitslag, p.reden, p.duur_ms
FROM jsonb_to_recordset(CAST(:rijen AS jsonb)) AS p(bericht_id uuid, begonnen_op timestamptz, uitslag text, reden text,
                                                    duur_ms int)
""")


async def note_sent(conn: AsyncConnection, sent: Sequence[tuple[UUID, Afloop]]) -> None:
    """Note that notices arrived; of one that is known to have arrived nothing is noted again."""
    if not sent:
        return
    done = await conn.execute(_SENT, {"ids": [levering_id for levering_id, _ in sent]})
    new = {UUID(str(found)) for found in done.scalars()}
    await _note(conn, [one for one in sent if UUID(str(one[0])) in new])


async def note_not_sent(  # noqa: PLR0913, what becomes of it, keyword only
    conn: AsyncConnection, levering: Levering, afloop: Afloop, *, status: str, volgende: datetime | None, now: datetime
) -> bool:
    """Note that a notice was not taken, and when it is tried again; return False when it is in other hands by now."""
    values = {"id": levering.id, "tot": levering.tot, "status": status, "volgende": volgende, "now": now}
    if not (await conn.execute(_NOT_SENT, values)).rowcount:
        return False
    await _note(conn, [(levering.id, afloop)])
    return True


async def _note(conn: AsyncConnection, attempts: Sequence[tuple[UUID, Afloop]]) -> None:
    rows = [
        {"bericht_id": levering_id, **{name: getattr(afloop, name) for name in Afloop.__slots__}}
        for levering_id, afloop in attempts
    ]
    if rows:
        await conn.execute(_ATTEMPTS, {"rijen": orjson.dumps(rows, default=plain).decode()})


_GIVE_BACK = text(
    "UPDATE bericht SET geclaimd_tot = NULL WHERE id = :id AND status = 'wachtend' AND geclaimd_tot = :tot"
)


async def give_back(conn: AsyncConnection, levering: Levering) -> None:
    """Let go of a notice that was taken and not tried to the end."""
    await conn.execute(_GIVE_BACK, {"id": levering.id, "tot": levering.tot})
