"""How the figures of a period are published: once, when they are made definite, and read as they were ever after."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, MutableMapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

from services.monitoring.domain.kpis import KpiRapport, months_between
from services.monitoring.domain.openbaar import tabellen_of
from services.monitoring.domain.perioden import Publicatie, Publicaties, period_of, publish_period
from services.monitoring.domain.rapportsoorten import definite_from
from services.monitoring.domain.tegenbeelden import Months, Stand
from services.monitoring.store import publicaties as store
from services.monitoring.store.kpis import stand_still
from services.monitoring.store.publicaties import Bekendgemaakt, Verzoek
from services.monitoring.store.rapporten import first_month
from shared.audit import Act, record
from shared.db import in_transaction
from shared.errors import ConflictError, InvalidInputError, NotFoundError
from shared.ids import new_id
from shared.rules.deadlines import format_moment
from shared.web.app import Resources
from shared.web.auth import Caller
from shared.work import WORKER_WALL, Wall, Work, working

# Tables that were worked out, so that a chore that is broken off goes on where it was, and a concept is read twice.
_WORKED_MAX = 200
ACHTERAF_MAX = 120
_worked: OrderedDict[str, Stand] = OrderedDict()

Found = TypeVar("Found")


async def work_out(conn: AsyncConnection, make: Callable[[MutableMapping[str, Stand]], Found]) -> Found:
    """Return what takes seconds of computing, in which a door goes on answering and the transaction stands still."""
    await stand_still(conn)
    found = await asyncio.to_thread(make, _worked)
    while len(_worked) > _WORKED_MAX:
        _worked.popitem(last=False)
    return found


async def read_publication(made: Resources, van: date, tot: date, *, now: datetime) -> Publicatie:
    """Return what was published of a period, given by the first days of its months.

    Raises ``InvalidInputError`` for months that are no month, quarter, half-year or year, and ``NotFoundError`` before
    they are published, or when they never were.
    """
    months = period_of(van, tot)
    if months is None:
        raise InvalidInputError(
            "Gepubliceerd worden maanden, kwartalen, halfjaren en jaren: van andere zouden de verschillen vertellen "
            "wat is afgeschermd."
        )
    # The same for everybody, and kept with what may not be read: no wall but that of the room itself shows it.
    with working(Work(Wall(WORKER_WALL), made.vault)):
        async with in_transaction(made.engine) as conn:
            found = await store.find(conn, months)
    if found is None:
        moment = definite_from(tot, made.rules)
        raise NotFoundError(
            f"Deze cijfers worden {format_moment(moment)} vastgesteld en gepubliceerd."
            if moment > now
            else "Van deze periode zijn geen cijfers gepubliceerd, of nog niet: dat gebeurt kort na haar laatste dag."
        )
    return found


@dataclass(frozen=True, slots=True)
class Overzicht:
    """What was published, and what was asked afterwards and is still to be made."""

    gemaakt: Sequence[Bekendgemaakt]
    te_maken: Sequence[Months]


async def ask_afterwards(  # noqa: PLR0913, what is asked
    made: Resources, caller: Caller, van: date, tot: date, *, reden: str, now: datetime
) -> Overzicht:
    """Ask that a time that is over is published as far as it was not: history that was brought in, mostly.

    The worker makes it, of what is known then. Asked again it is asked once. Months before anything was counted are
    left out for good: else the first fact of an import would have them published. Raises ``InvalidInputError`` for
    months that are not over, or that are no months, and ``ConflictError`` when nothing is known of any of them.
    """
    if tot < van:
        raise InvalidInputError("De laatste maand ligt voor de eerste.")
    if len(months_between(van, tot)) > ACHTERAF_MAX:
        raise InvalidInputError(f"Vraag ten hoogste {ACHTERAF_MAX} maanden tegelijk.")
    moment = definite_from(tot, made.rules)
    if moment > now:
        raise InvalidInputError(f"Deze cijfers worden {format_moment(moment)} vastgesteld en gepubliceerd.")
    async with in_transaction(made.engine) as conn:
        first = await first_month(conn)
        if first is None or first.replace(day=1) > tot:
            raise ConflictError("Van deze maanden is hier niets bekend; lees eerst de historie in.")
        wanted = Verzoek(new_id(), van, tot, first.replace(day=1), reden, caller.subject, now)
        if await store.ask(conn, wanted):
            await record(conn, caller, Act("publicatie-gevraagd", "publicatie-verzoek", wanted.id), now=now)
    return await overview(made)


async def overview(made: Resources) -> Overzicht:
    """Return which periods were published, and which still will be because it was asked."""
    with working(Work(Wall(WORKER_WALL), made.vault)):
        async with in_transaction(made.engine) as conn:
            found = await store.all_made(conn)
            asked = await store.asked(conn)
    done = {months_between(one.van, one.tot) for one in found}
    wanted = {one.months for verzoek in asked for one in verzoek.perioden}
    return Overzicht(found, sorted(wanted - done, key=lambda months: (months[-1], len(months))))


async def publish(  # noqa: PLR0913, what a publication is, keyword only
    conn: AsyncConnection,
    months: Months,
    rapport: KpiRapport,
    *,
    gepubliceerd: Publicaties,
    peildatum: date,
    now: datetime,
) -> Publicatie:
    """Publish a period, beside what was published of its parts."""
    tabellen = await work_out(
        conn, lambda kept: publish_period(months, partial(tabellen_of, rapport), kept, gepubliceerd)
    )
    codes = tuple(area.gemeente_code for area in rapport.gemeenten if area.gemeente_code is not None)
    found = Publicatie(months, codes, tabellen)
    await store.add(conn, found, peildatum=peildatum, now=now)
    return found
