"""What the sweep does about time: take each step that is due, warn, alarm, escalate.

It may run twice, late, or beside itself: each alert is a row with a unique key, in one transaction with its fact and
its notices.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.monitoring.domain import alerts as domain
from services.monitoring.domain.alerts import AlarmSoort, DueTermijn
from services.monitoring.domain.ontvangers import Kring, doelen_of
from services.monitoring.handlers.alarms import raise_alarm
from services.monitoring.handlers.facts import tell
from services.monitoring.store import alerts as store
from services.monitoring.store import berichten, ontvangers
from services.monitoring.store.berichten import NewBericht
from shared.db import in_transaction, is_passing, retry_conflicts
from shared.ids import derived_id
from shared.log import get_logger, where
from shared.messaging.outbox import NewFact
from shared.rules.settings import RuleSettings
from shared.rules.stappen import STAPPEN, Stap

log = get_logger()

BATCH_MAX = 500
_BATCHES_MAX = 2_000  # a million steps in one sweep; the next minute goes on


@dataclass(slots=True)
class SweepReport:
    """How many steps a sweep took, by kind, and how many terms it could not handle."""

    stappen: Counter[str] = field(default_factory=Counter)
    mislukt: int = 0


@dataclass(frozen=True, slots=True)
class SweepPlan:
    """What a sweep goes by, beside the rulebook."""

    mail_to: str = ""  # the functional mailbox of the team lead; empty: only who is kept as a receiver is mailed
    batch_max: int = BATCH_MAX


async def sweep(
    engine: AsyncEngine, *, now: datetime, rules: RuleSettings, plan: SweepPlan | None = None
) -> SweepReport:
    """Take every step that is due: warn, alarm, escalate, each once; also for a casus that nobody handles.

    ``now`` is the time of the chain.
    """
    plan = plan or SweepPlan()
    report = SweepReport()
    for _ in range(_BATCHES_MAX):
        if not await _take_batch(engine, report, now=now, rules=rules, plan=plan):
            break
    for _ in range(_BATCHES_MAX):
        if not await _escalate_batch(engine, report, now=now, rules=rules, plan=plan):
            break
    return report


async def _take_batch(
    engine: AsyncEngine, report: SweepReport, *, now: datetime, rules: RuleSettings, plan: SweepPlan
) -> bool:
    """Take a batch of due steps in one transaction; return whether there may be more."""

    async def work() -> Counter[str]:
        async with in_transaction(engine) as conn:
            due = await store.claim_due_steps(conn, now=now, limiet=plan.batch_max)
            return await _alarm(conn, due, now=now, rules=rules, plan=plan)

    try:
        taken = await retry_conflicts(work)
    except Exception as error:
        if is_passing(error):
            raise
        log.warning("sweep_batch_failed", error_type=type(error).__name__, error_place=where(error))
        return await _take_one_by_one(engine, report, now=now, rules=rules, plan=plan)
    report.stappen += taken
    return bool(taken)  # a batch that brings nothing new is left for the next minute: no row can keep a sweep busy


async def _take_one_by_one(
    engine: AsyncEngine, report: SweepReport, *, now: datetime, rules: RuleSettings, plan: SweepPlan
) -> bool:
    """Take a batch with a savepoint a term: one that cannot be handled is alarmed and holds up no other."""
    failed: list[DueTermijn] = []
    taken: Counter[str] = Counter()
    async with in_transaction(engine) as conn:
        due = await store.claim_due_steps(conn, now=now, limiet=plan.batch_max)
        for termijn in due:
            try:
                async with conn.begin_nested():
                    taken += await _alarm(conn, [termijn], now=now, rules=rules, plan=plan)
            except Exception as error:
                if is_passing(error):
                    raise
                failed.append(termijn)
                log.error(
                    "sweep_failed",
                    termijn_id=str(termijn.id),
                    error_type=type(error).__name__,
                    error_place=where(error),
                )
        for termijn in failed:
            await raise_alarm(
                conn, AlarmSoort.SWEEP, onderwerp=str(termijn.id), stap="mislukt", mail_to=plan.mail_to, now=now
            )
    report.stappen += taken
    report.mislukt = len(failed)
    return bool(taken)


async def _escalate_batch(
    engine: AsyncEngine, report: SweepReport, *, now: datetime, rules: RuleSettings, plan: SweepPlan
) -> bool:
    async with in_transaction(engine) as conn:
        looked_at, due = await store.claim_escalations(conn, now=now, limiet=plan.batch_max)
        report.stappen += await _alarm(conn, due, now=now, rules=rules, plan=plan)
    return looked_at > 0


async def _alarm(
    conn: AsyncConnection, due: Sequence[DueTermijn], *, now: datetime, rules: RuleSettings, plan: SweepPlan
) -> Counter[str]:
    """Keep the alerts of these steps, tell their facts and queue their mails; count what was new.

    The fact is told again when the alert is there already: it is the fact that moves the term to its next step.
    """
    planned = []
    for termijn in due:
        following = domain.next_step(termijn, rules)
        escalates = following is not None and following.stap is Stap.GEESCALEERD
        planned.append((domain.alert_id(termijn), termijn, following.op if following and escalates else None))
    new = await store.insert_alerts(conn, planned, now=now)
    kring = Kring(plan.mail_to, await ontvangers.load_all(conn)) if new else Kring("")
    await berichten.queue(
        conn,
        [
            _mail(termijn, doel)
            for alert_id, termijn, _ in planned
            if alert_id in new and domain.is_worth_a_mail(termijn, now=now)
            for doel in doelen_of(STAPPEN[termijn.soort].gehoor_of(termijn.stap), termijn.eigenaar_nr, kring)
        ],
        now=now,
    )
    facts = [fact for termijn in due if (fact := _fact(termijn))]
    if facts:
        await tell(conn, facts, rules=rules, now=now)
    return Counter(termijn.stap.value for alert_id, termijn, _ in planned if alert_id in new)


def _fact(termijn: DueTermijn) -> NewFact | None:
    payload = domain.fact_of(termijn)
    if payload is None:
        return None
    event_id = derived_id("termijn", termijn.stap.value, termijn.id, termijn.uiterlijk.isoformat())
    return NewFact(event_id, termijn.casus_id, payload)


def _mail(termijn: DueTermijn, doel: str) -> NewBericht:
    waarschuwing_id = domain.alert_id(termijn)
    return NewBericht(
        id=derived_id("bericht", berichten.E_MAIL, waarschuwing_id, doel),
        kanaal=berichten.E_MAIL,
        doel=doel,
        acuut=STAPPEN[termijn.soort].acuut,
        waarschuwing_id=waarschuwing_id,
        casus_id=termijn.casus_id,
        inhoud={
            "soort": termijn.soort.value,
            "stap": termijn.stap.value,
            "casusId": str(termijn.casus_id),
            "gemeenteCode": termijn.gemeente_code,
            "uiterlijk": termijn.uiterlijk.isoformat(),
        },
    )
