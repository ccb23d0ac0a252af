"""What the chores do about time: take due steps, escalate, watch the rooms, the calendar and each other.

Everything here may run twice, late, or beside itself: each alert is a row with a unique key, in one transaction
with its fact and its notices.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.monitoring.domain import alerts as domain
from services.monitoring.domain.alerts import (
    AlarmSoort,
    DueTermijn,
    KetenEinde,
    KetenOordeel,
    Toestand,
)
from services.monitoring.domain.ontvangers import Kring, doelen_of
from services.monitoring.handlers.facts import tell
from services.monitoring.store import alerts as store
from services.monitoring.store import berichten, ontvangers
from services.monitoring.store.berichten import NewBericht
from shared.db import in_transaction, is_passing, retry_conflicts
from shared.events.behandeling import VoorwaardeNagegaan
from shared.events.envelope import Event
from shared.events.levering import LeveringAfgerond, LeveringHervat, LeveringVoorgelegd
from shared.events.opvang import OpvangGeweigerd
from shared.events.payloads import (
    CasusVernietigd,
    NoodtoegangVerleend,
)
from shared.events.volgen import VoorwaardeGevolgd
from shared.ids import derived_id, new_id
from shared.log import get_logger, where
from shared.messaging.outbox import NewFact
from shared.rules.behandelcodes import VoorwaardeStatus
from shared.rules.calendar import amsterdam_day, decreed_days_run_out, midnight_before
from shared.rules.leveringcodes import ALARMEERT
from shared.rules.schoolvakanties import school_holidays_run_out
from shared.rules.settings import DEFAULT_SETTINGS, RuleSettings
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


async def raise_alarm(  # noqa: PLR0913, one alert, keyword only
    conn: AsyncConnection,
    soort: AlarmSoort,
    *,
    onderwerp: str,
    stap: str,
    mail_to: str,
    now: datetime,
    uiterlijk: datetime | None = None,
) -> None:
    """Alarm somebody of a condition, once for as long as it lasts."""
    alert_id = new_id()
    is_new = await store.raise_condition(
        conn, alert_id=alert_id, soort=soort, stap=stap, onderwerp=onderwerp, uiterlijk=uiterlijk, now=now
    )
    if not is_new:
        return
    log.error("alarm_raised", soort=soort.value, stap=stap, name=onderwerp)
    if mail_to:
        content = {"soort": soort.value, "stap": stap, "onderwerp": onderwerp}
        if uiterlijk:
            content["uiterlijk"] = uiterlijk.isoformat()
        await berichten.queue(
            conn,
            [
                NewBericht(
                    id=derived_id("bericht", berichten.E_MAIL, alert_id),
                    kanaal=berichten.E_MAIL,
                    doel=mail_to,
                    acuut=domain.ACUUT[soort],
                    waarschuwing_id=alert_id,
                    inhoud=content,
                )
            ],
            now=now,
        )


async def alarm_noodtoegang(conn: AsyncConnection, events: Sequence[Event], *, mail_to: str, now: datetime) -> None:
    """Tell the owner of a file at once that somebody broke its glass; the same fact twice is one alarm."""
    for event in events:
        if isinstance(event.payload, NoodtoegangVerleend):
            onderwerp = str(event.payload.noodtoegang_id)
            await raise_alarm(
                conn, AlarmSoort.NOODTOEGANG, onderwerp=onderwerp, stap="verleend", mail_to=mail_to, now=now
            )


async def alarm_voorwaarden(conn: AsyncConnection, events: Sequence[Event], *, mail_to: str, now: datetime) -> None:
    """Tell Veilig Thuis that a receiver found a veiligheidsvoorwaarde not kept, until it is found otherwise.

    Also what Veilig Thuis itself finds ends it, or that the voorwaarde was given up.
    """
    for event in events:
        told = event.payload
        if not isinstance(told, VoorwaardeGevolgd | VoorwaardeNagegaan):
            continue
        onderwerp = str(told.voorwaarde_id)
        if told.status is not VoorwaardeStatus.NIET_NAGEKOMEN:
            await store.resolve_condition(conn, soort=AlarmSoort.VOORWAARDE, onderwerp=onderwerp, now=now)
        elif isinstance(told, VoorwaardeGevolgd):
            await raise_alarm(
                conn, AlarmSoort.VOORWAARDE, onderwerp=onderwerp, stap="gevonden", mail_to=mail_to, now=now
            )


async def alarm_opvang(conn: AsyncConnection, events: Sequence[Event], *, mail_to: str, now: datetime) -> None:
    """Tell Veilig Thuis at once that somebody whose residence status is uncertain was refused by a shelter.

    The same fact twice is one alarm. Whether it was for that, which it may not be, is for a person to find out.
    """
    for event in events:
        if isinstance(event.payload, OpvangGeweigerd) and event.payload.onzekere_verblijfsstatus:
            await raise_alarm(
                conn,
                AlarmSoort.OPVANG_GEWEIGERD,
                onderwerp=str(event.payload.client_id),
                stap="onzekere-verblijfsstatus",
                mail_to=mail_to,
                now=now,
            )


async def alarm_leveringen(conn: AsyncConnection, events: Sequence[Event], *, mail_to: str, now: datetime) -> None:
    """Tell the team lead at once of a receiver who could not be told; it ends when somebody took it up.

    What only a person can do is no alarm by itself: it stands in the list, and its term runs.
    """
    for event in events:
        match event.payload:
            case LeveringVoorgelegd(levering_id=levering_id, reden=reden) if reden in ALARMEERT:
                await raise_alarm(
                    conn,
                    AlarmSoort.LEVERING,
                    onderwerp=str(levering_id),
                    stap=reden.value,
                    mail_to=mail_to,
                    now=now,
                )
            case LeveringHervat(levering_id=levering_id) | LeveringAfgerond(levering_id=levering_id):
                await store.resolve_condition(conn, soort=AlarmSoort.LEVERING, onderwerp=str(levering_id), now=now)
            case CasusVernietigd():
                await store.resolve_leveringen(conn, event.casus_id, now=now)
            case _:
                pass


async def note_heartbeat(engine: AsyncEngine, naam: str, *, real: datetime, now: datetime) -> None:
    """Note that a chore ran, and end the alarm of its silence."""
    async with in_transaction(engine) as conn:
        await store.beat(conn, naam, real=real, now=now)
        await store.resolve_condition(conn, soort=AlarmSoort.HARTSLAG, onderwerp=naam, now=now)


async def watch_heartbeats(
    engine: AsyncEngine, *, real: datetime, now: datetime, mail_to: str, began: datetime | None = None
) -> list[str]:
    """Alarm of each chore that is silent; return their names.

    A chore that never ran is left alone, for at the first start of a house none has; unless whoever watches says since
    when he does (``began``), and that is too long ago.
    """
    async with in_transaction(engine) as conn:
        last = await store.heartbeats(conn)
        seen = {naam: tijdstip for naam, (tijdstip, _) in last.items()}
        if began is not None:
            seen = dict.fromkeys(domain.STILTE_MAX, began) | seen
        silent = [naam for naam, tijdstip in seen.items() if domain.is_silent(naam, tijdstip, now=real)]
        for naam in silent:
            await raise_alarm(conn, AlarmSoort.HARTSLAG, onderwerp=naam, stap="stil", mail_to=mail_to, now=now)
    return silent


async def judge_rooms(  # noqa: PLR0913, both times and what was seen, keyword only
    engine: AsyncEngine,
    seen: Mapping[str, Toestand | None],
    *,
    real: datetime,
    now: datetime,
    simulated: bool,
    mail_to: str,
    ankers: Mapping[str, KetenEinde] | None = None,
) -> domain.Judgement:
    """Alarm of what is wrong with the rooms, once an episode; ``seen`` holds None for a room without an answer.

    ``ankers`` are the ends of the audit chains that were known before the rooms were asked.
    """
    found = {
        afdeling: domain.conditions_of(toestand, simulated=simulated, anker=(ankers or {}).get(afdeling))
        for afdeling, toestand in seen.items()
    }
    async with in_transaction(engine) as conn:
        judgement = domain.judge_rooms(found, await store.lock_storingen(conn), now=real)
        for afdeling, voorwaarde in judgement.begonnen:
            await store.begin_storing(conn, afdeling, voorwaarde, sinds=real)
        for afdeling, voorwaarde in judgement.te_melden:
            await _report_room(conn, afdeling, voorwaarde, mail_to=mail_to, now=now)
        for afdeling, voorwaarde in judgement.voorbij:
            await store.end_storing(conn, afdeling, voorwaarde)
            await store.resolve_condition(
                conn, soort=AlarmSoort.AFDELING, onderwerp=f"{afdeling}:{voorwaarde}", now=now
            )
    return judgement


async def read_anchors(engine: AsyncEngine) -> dict[str, KetenEinde]:
    """Return how far the audit chain of each room was seen to reach; to be asked before the rooms are."""
    async with in_transaction(engine) as conn:
        return await store.last_anchors(conn)


async def watch_chains(  # noqa: PLR0913, both times and what was seen, keyword only
    engine: AsyncEngine,
    seen: Mapping[str, Toestand | None],
    ankers: Mapping[str, KetenEinde],
    *,
    real: datetime,
    now: datetime,
    mail_to: str,
) -> None:
    """Keep the new end of each audit chain as an anchor, and alarm once of one that was cut off or changed.

    That alarm does not end by itself: what was broken does not become whole.
    """
    async with in_transaction(engine) as conn:
        for kamer, toestand in seen.items():
            if toestand is None:
                continue
            anker = ankers.get(kamer)
            oordeel = domain.judge_chain(toestand.keten, anker)
            if toestand.keten and oordeel is KetenOordeel.GEGROEID:
                await store.keep_anchor(conn, kamer, toestand.keten, real=real)
            elif anker and oordeel is not KetenOordeel.GELIJK:
                onderwerp = f"{kamer}:{anker.nr}"
                await raise_alarm(
                    conn, AlarmSoort.AUDIT, onderwerp=onderwerp, stap=oordeel.value, mail_to=mail_to, now=now
                )


async def _report_room(conn: AsyncConnection, afdeling: str, voorwaarde: str, *, mail_to: str, now: datetime) -> None:
    onderwerp = f"{afdeling}:{voorwaarde}"
    await raise_alarm(conn, AlarmSoort.AFDELING, onderwerp=onderwerp, stap=voorwaarde, mail_to=mail_to, now=now)
    await store.report_storing(conn, afdeling, voorwaarde, onderwerp=onderwerp)


async def watch_calendar(
    engine: AsyncEngine, *, now: datetime, mail_to: str, rules: RuleSettings = DEFAULT_SETTINGS
) -> bool:
    """Alarm when the calendar runs out of decreed days or of school holidays, each once; return whether one does."""
    today = amsterdam_day(now)
    ends = {
        "gelijkgestelde-dagen": decreed_days_run_out(today),
        "schoolvakanties": school_holidays_run_out(today, rules),
    }
    found = {stap: first_unknown for stap, first_unknown in ends.items() if first_unknown is not None}
    if not found:
        return False
    async with in_transaction(engine) as conn:
        for stap, first_unknown in found.items():
            # Two tables can end on one day; what is alarmed once is told apart by its subject.
            prefix = "" if stap == "gelijkgestelde-dagen" else f"{stap}:"
            await raise_alarm(
                conn,
                AlarmSoort.KALENDER,
                onderwerp=f"{prefix}{first_unknown.isoformat()}",
                stap=stap,
                uiterlijk=midnight_before(first_unknown),
                mail_to=mail_to,
                now=now,
            )
    return True
