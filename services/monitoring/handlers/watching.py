"""What the chores watch beside the clocks: each other, the rooms and their audit chains, and the calendar."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.monitoring.domain import alerts as domain
from services.monitoring.domain.alerts import AlarmSoort, KetenEinde, KetenOordeel, Toestand
from services.monitoring.handlers.alarms import raise_alarm
from services.monitoring.store import alerts as store
from shared.db import in_transaction
from shared.rules.calendar import amsterdam_day, decreed_days_run_out, midnight_before
from shared.rules.schoolvakanties import school_holidays_run_out
from shared.rules.settings import DEFAULT_SETTINGS, RuleSettings


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
