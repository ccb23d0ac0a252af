"""How everybody gets the mail of a working day: once, when his working day begins, whoever rings the bell."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.monitoring.domain import dagbericht as domain
from services.monitoring.domain.dagbericht import DagStand
from services.monitoring.domain.ontvangers import Kring, Ontvanger, OntvangerSoort
from services.monitoring.store import berichten
from services.monitoring.store import ontvangers as store
from services.monitoring.store.berichten import NewBericht
from shared.db import in_transaction
from shared.ids import derived_id
from shared.rules.calendar import amsterdam_day
from shared.rules.rust import Rust, is_quiet
from shared.rules.settings import RuleSettings
from shared.rules.stappen import werkdagen_after


@dataclass(frozen=True, slots=True)
class _Lezer:
    """Who reads a mail of a day, and of whose work: everybody's when ``nr`` is None."""

    doel: str
    soort: OntvangerSoort
    nr: UUID | None
    rust: Rust


async def send_dagberichten(
    engine: AsyncEngine, *, mail_to: str, rust: Rust, now: datetime, rules: RuleSettings
) -> int:
    """Queue the mail of today for whoever is at work and did not have it; return how many were queued.

    ``now`` is the time of the chain. Who had nothing to hear this morning is not written to later in the day: what
    comes up then has mails of its own.
    """
    dag = amsterdam_day(now)
    async with in_transaction(engine) as conn:
        had = await store.had_day(conn, dag)
        known = Kring(mail_to, await store.load_all(conn))
    sent = 0
    for lezer in _lezers(known, rust):
        if lezer.doel not in had and not is_quiet(lezer.rust, now, rules):
            async with in_transaction(engine) as conn:
                sent += await _send(conn, lezer, dag, now=now, rules=rules)
    return sent


def _lezers(kring: Kring, rust: Rust) -> list[_Lezer]:
    leads = set(kring.teamleiders)
    house = [_Lezer(kring.huis, OntvangerSoort.TEAMLEIDER, None, rust)] if kring.huis else []
    return [
        *house,
        *(
            _Lezer(one.doel, one.soort, _nr_of(one), one.rust or rust)
            for one in kring.ontvangers
            if one.dagbericht and (one.soort is OntvangerSoort.MEDEWERKER or one.doel in leads)
        ),
    ]


def _nr_of(one: Ontvanger) -> UUID | None:
    return one.id if one.soort is OntvangerSoort.MEDEWERKER else None


async def _send(conn: AsyncConnection, lezer: _Lezer, dag: date, *, now: datetime, rules: RuleSettings) -> bool:
    """Compose and queue one mail, in one transaction with the row that says that it was done."""
    inhoud = domain.inhoud_of(await _stand(conn, lezer, dag, now=now, rules=rules))
    bericht_id = derived_id("dagbericht", lezer.doel, dag.isoformat()) if inhoud else None
    if not await store.claim_day(conn, lezer.doel, dag, bericht_id=bericht_id, now=now):
        return False
    if inhoud is None or bericht_id is None:
        return False
    mail = NewBericht(id=bericht_id, kanaal=berichten.E_MAIL, doel=lezer.doel, inhoud=inhoud, acuut=False)
    await berichten.queue(conn, [mail], now=now)
    return True


async def _stand(conn: AsyncConnection, lezer: _Lezer, dag: date, *, now: datetime, rules: RuleSettings) -> DagStand:
    tot = werkdagen_after(now, rules.dagbericht_vooruit_werkdagen, rules)
    vervalt, totaal = await store.due(conn, lezer.nr, van=now, tot=tot, limiet=domain.REGELS_MAX)
    return DagStand(
        dag=dag,
        voor=lezer.soort.value,
        tellingen=tuple(await store.count_open(conn, lezer.nr, now=now)),
        te_laat=tuple(await store.late(conn, lezer.nr, now=now, limiet=domain.REGELS_MAX)),
        vervalt=tuple(vervalt),
        vervalt_totaal=totaal,
    )
