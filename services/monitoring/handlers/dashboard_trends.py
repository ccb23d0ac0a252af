"""How the page of a municipality is made: thirteen months of published figures, each worked out once.

A month is read as it was published. Of one that never was, from before there were publications, what may be read
follows from the figures of the whole region, costs a tenth of a second to find, and is kept while they are the same.
"""

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncEngine

from services.monitoring.domain.gebieden import areas_of
from services.monitoring.domain.kpis import KpiRapport, months_between
from services.monitoring.domain.openbaar import Openbaar
from services.monitoring.domain.tegenbeelden import Months
from services.monitoring.domain.trends import (
    Trends,
    full_months,
    name_of,
    next_month,
    of_month,
    shown_months,
    write_trends,
)
from services.monitoring.handlers.kpis import KpiVraag, report_kpis
from services.monitoring.handlers.risico import read_scores
from services.monitoring.store import publicaties
from shared.db import in_transaction
from shared.errors import NotAllowedError, NotFoundError
from shared.rules.calendar import amsterdam_day
from shared.rules.codes import Rol
from shared.web.app import Resources
from shared.web.auth import Caller
from shared.work import Wall, Work, working

# As whom the figures are counted, whoever looks at them: what is kept back for one follows from the figures of all.
_COUNTING = Wall("dashboard")
_KEPT_MAX = 40

_kept: OrderedDict[bytes, Openbaar] = OrderedDict()
_turn = asyncio.Lock()


def areas_for(caller: Caller | None, *, now: datetime) -> Sequence[tuple[str | None, str]]:
    """Return of which areas somebody may see the page, by code and name; None is the region."""
    last = full_months(amsterdam_day(now))[-1]
    if caller is not None and caller.rol is Rol.GEMEENTE:
        return [(code, name_of(code)) for code in areas_of(caller.gemeente_codes, last)]
    every = sorted(((code, name_of(code)) for code in areas_of(None, last)), key=lambda row: row[1])
    return [(None, name_of(None)), *every]


async def read_trends(made: Resources, caller: Caller | None, gemeente_code: str | None, *, now: datetime) -> Trends:
    """Return the page of an area, by default the first that the caller may see.

    Raises ``NotAllowedError`` when he may see none, and ``NotFoundError`` for one that is not among them.
    """
    areas = areas_for(caller, now=now)
    if not areas:
        raise NotAllowedError("Bij deze aanmelding hoort geen gemeente van de regio.")
    code = areas[0][0] if gemeente_code is None else gemeente_code
    if code not in {area for area, _ in areas}:
        raise NotFoundError("Over deze gemeente zijn er geen cijfers.")
    months = shown_months(now, made.rules)
    with working(Work(_COUNTING, made.vault)):
        async with in_transaction(made.engine) as conn:
            rapport = await report_kpis(conn, KpiVraag(months[0], months[-1]), rules=made.rules, now=now)
            published = await publicaties.made(conn, months[0])
        openbaar = await _published(made.engine, rapport, published)
        scores = (await read_scores(made, None, None, now=now)).scores
    found = write_trends(rapport, openbaar, scores, code=code)
    if found is None:
        raise NotFoundError("Over deze gemeente zijn er geen cijfers.")
    return replace(found, volgende=next_month(months, made.rules))


async def _published(
    engine: AsyncEngine, rapport: KpiRapport, published: Collection[Months]
) -> Mapping[date, Openbaar]:
    """Return what was published of each month of which anything was; who comes meanwhile waits for that."""
    found = {}
    async with _turn:
        for month in (one for one in months_between(rapport.van, rapport.tot) if (one,) in published):
            one = of_month(rapport, month)
            mark = hashlib.sha256(repr(one).encode()).digest()
            if mark not in _kept:
                async with in_transaction(engine) as conn:
                    was = await publicaties.find(conn, (month,))
                if was is None:
                    continue  # never without: what was published stays
                _kept[mark] = await asyncio.to_thread(Openbaar, one, was.tabellen)
            _kept.move_to_end(mark)
            found[month] = _kept[mark]
        while len(_kept) > _KEPT_MAX:
            _kept.popitem(last=False)
    return found
