"""How a room records facts together with the state that they tell of: in the same transaction, numbered per casus."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.canonical import plain
from shared.events.payloads import Fact
from shared.messaging.codec import dump_payload, type_of
from shared.telemetry import current_traceparent


@dataclass(frozen=True, slots=True)
class NewFact:
    """A fact that a room is about to tell.

    ``event_id`` is derived from what it tells of (``shared.ids.derived_id``), so that deciding the same thing
    twice cannot tell it twice.
    """

    event_id: UUID
    casus_id: UUID
    payload: Fact
    causation_id: UUID | None = None


# One statement: the counter row is locked until the commit, so within a casus the order of sequence numbers is
# the order of commits, and the identity column follows it (measured trap: ids alone commit out of order).
_APPEND = text("""
WITH feit AS (
    SELECT * FROM jsonb_to_recordset(CAST(:feiten AS jsonb))
        AS f(nr int, event_id uuid, soort text, casus_id uuid, data jsonb, oorzaak_id uuid)
), nieuw AS (
    SELECT feit.* FROM feit WHERE NOT EXISTS (SELECT 1 FROM outbox o WHERE o.event_id = feit.event_id)
), teller AS (
    INSERT INTO volgnummer AS v (casus_id, laatste)
    SELECT casus_id, count(*) FROM nieuw GROUP BY casus_id ORDER BY casus_id
    ON CONFLICT (casus_id) DO UPDATE SET laatste = v.laatste + excluded.laatste
    RETURNING casus_id, laatste
)
INSERT INTO outbox (event_id, soort, casus_id, volgnummer, tijdstip, data, oorzaak_id, traceparent)
SELECT n.event_id, n.soort, n.casus_id,
       t.laatste - count(*) OVER (PARTITION BY n.casus_id) + row_number() OVER (PARTITION BY n.casus_id ORDER BY n.nr),
       :tijdstip, n.data, n.oorzaak_id, :traceparent
FROM nieuw n JOIN teller t USING (casus_id)
ORDER BY n.nr
""")


async def append(conn: AsyncConnection, facts: Sequence[NewFact], *, now: datetime) -> None:
    """Record facts in the outbox, in this order within each casus.

    A fact whose id is there already is left out. Raises ``RuntimeError`` outside a transaction: a fact without
    its state, or a state without its fact, may not exist.
    """
    if not conn.in_transaction():
        raise RuntimeError("facts are recorded in the transaction of the state that they tell of")
    if not facts:
        return
    await conn.execute(
        _APPEND,
        {"feiten": facts_json(facts), "tijdstip": now, "traceparent": current_traceparent()},
    )


def facts_json(facts: Sequence[NewFact]) -> str:
    """Return facts as the JSON rows that the append statement reads."""
    rows = [
        {
            "nr": number,
            "event_id": fact.event_id,
            "soort": type_of(fact.payload),
            "casus_id": fact.casus_id,
            "data": dump_payload(fact.payload),
            "oorzaak_id": fact.causation_id,
        }
        for number, fact in enumerate(facts)
    ]
    return orjson.dumps(rows, default=plain).decode()
