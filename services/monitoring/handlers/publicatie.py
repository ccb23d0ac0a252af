"""How the figures of a period are worked out as they may be published.

What was worked out of a table is kept as long as there is room, and is found again by its counts: a fact that comes
late makes one table another, and that one alone is worked out anew.
"""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from services.monitoring.domain.kpis import KpiRapport, month_of
from services.monitoring.domain.openbaar import tabellen_of
from services.monitoring.domain.perioden import Periode, period_of, publish_period
from services.monitoring.domain.tegenbeelden import Months, Stand
from services.monitoring.handlers.kpis import KpiVraag, read_region
from shared.errors import InvalidInputError, OperationalError
from shared.web.app import Resources

_KEPT_MAX = 400  # tables, of which a period has some thirty
_kept: OrderedDict[str, Stand] = OrderedDict()
_turn = asyncio.Lock()
# Longer than nearly everything takes, and shorter than whoever stands between this door and its reader waits.
_PATIENCE_SECONDS = 20.0
_under_way: set[asyncio.Task[Periode]] = set()


@dataclass(frozen=True, slots=True)
class Publicatie:
    """What may be read of a period, and of which municipalities."""

    months: Months
    gemeente_codes: tuple[str, ...]
    periode: Periode


async def publish_kpis(made: Resources, van: date, tot: date, *, now: datetime) -> Publicatie:
    """Return what may be published of a period that is over.

    Raises ``InvalidInputError`` for months that are no month, quarter, half-year or year, or that still run, and
    ``OperationalError`` for what takes longer than anybody waits: it is worked out meanwhile.
    """
    months = period_of(van, tot)
    if months is None:
        raise InvalidInputError(
            "Gepubliceerd worden maanden, kwartalen, halfjaren en jaren: van andere zouden de verschillen vertellen "
            "wat is afgeschermd."
        )
    if months[-1] >= month_of(now):
        raise InvalidInputError("Deze maanden zijn nog niet voorbij; een stand onderweg wordt niet gepubliceerd.")
    rapport = await read_region(made, KpiVraag(months[0], months[-1]), now=now)
    # Whoever gives up waiting does not break it off: it is there when he asks again.
    work = asyncio.create_task(_work_out(months, rapport))
    _under_way.add(work)
    work.add_done_callback(_under_way.discard)
    try:
        periode = await asyncio.wait_for(asyncio.shield(work), _PATIENCE_SECONDS)
    except TimeoutError:
        raise OperationalError("Deze periode wordt nu uitgerekend; vraag haar over een halve minuut weer.") from None
    codes = tuple(area.gemeente_code for area in rapport.gemeenten if area.gemeente_code is not None)
    return Publicatie(months, codes, periode)


async def _work_out(months: Months, rapport: KpiRapport) -> Periode:
    """Return what may be read; a year takes many seconds of computing, in which the door goes on answering."""
    async with _turn:
        periode = await asyncio.to_thread(publish_period, months, partial(tabellen_of, rapport), _kept)
        while len(_kept) > _KEPT_MAX:
            _kept.popitem(last=False)
    return periode
