"""How it is told that the term of a file has come."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncEngine

from services.monitoring.handlers.facts import tell
from services.monitoring.store import bewaartermijnen as store
from services.monitoring.store.bewaartermijnen import BewaartermijnRow
from shared.db import in_transaction, retry_conflicts
from shared.events.payloads import BewaartermijnVerstreken
from shared.ids import new_id
from shared.messaging.outbox import NewFact
from shared.rules.calendar import amsterdam_day
from shared.rules.settings import RuleSettings

BATCH_MAX = 200
_BATCHES_MAX = 1_000


async def propose_vernietiging(engine: AsyncEngine, *, rules: RuleSettings, now: datetime) -> int:
    """Tell of every file whose term has come, each once a date; return how many.

    It proposes: in intake two people still have to agree before anything is destroyed.
    """

    async def batch() -> int:
        async with in_transaction(engine) as conn:
            due = await store.claim_due(conn, vandaag=amsterdam_day(now), limiet=BATCH_MAX)
            await tell(conn, [_fact(row) for row in due], rules=rules, now=now)
            return len(due)

    count = 0
    for _ in range(_BATCHES_MAX):
        told = await retry_conflicts(batch)
        count += told
        if told < BATCH_MAX:
            break
    return count


def _fact(row: BewaartermijnRow) -> NewFact:
    # Once a date by the row, which this fact takes off the list. The same date can be set, told, and set again.
    return NewFact(new_id(), row.casus_id, BewaartermijnVerstreken(bewaren_tot=row.bewaren_tot))
