"""How the goals are read with the present figure of each of their indicators, for the area that a caller may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from services.monitoring.domain.doelen import DoelTak, find_tak, grow, last_months, stand_of
from services.monitoring.domain.doelenbomen import DOELEN, INDICATOREN
from services.monitoring.domain.gebieden import areas_of, cells_of
from services.monitoring.domain.kpis import months_between, report_area
from services.monitoring.handlers.access import own_gemeenten
from services.monitoring.store import kpis
from shared.db import in_transaction
from shared.errors import InvalidInputError, NotFoundError
from shared.rules.calendar import amsterdam_day
from shared.rules.gemeenten import with_predecessors
from shared.web.app import Resources
from shared.web.auth import Caller

_FASEN = tuple(dict.fromkeys(one.fase for one in INDICATOREN.values() if one.fase is not None))
_MONTHS_MAX = 120


@dataclass(frozen=True, slots=True)
class DoelenView:
    """The trees over some months (first days, both inclusive); without a municipality they are of the region."""

    van: date
    tot: date
    gemeente_code: str | None
    takken: tuple[DoelTak, ...]


async def read_doelen(
    made: Resources, caller: Caller, gemeente_code: str | None, maanden: tuple[date, date] | None, *, now: datetime
) -> DoelenView:
    """Return the trees; raises ``NotFoundError`` for a municipality that the caller may not see."""
    today = amsterdam_day(now)
    van, tot = maanden or last_months(today)
    months = months_between(van, tot)
    if not 0 < len(months) <= _MONTHS_MAX:
        raise InvalidInputError(f"`tot` ligt in of na de maand van `van`, en ten hoogste {_MONTHS_MAX} maanden verder.")
    code = _area_of(caller, gemeente_code, months)
    async with in_transaction(made.engine) as conn:
        codes = None if code is None else with_predecessors({code})
        cells = await kpis.read_cells(conn, van=months[0], tot=months[-1], gemeente_codes=codes)
    rapport = report_area(
        cells if code is None else cells_of(code, cells, today),
        gemeente_code=code,
        months=months,
        fasen=_FASEN,
        settings=made.rules,
        today=today,
    )
    standen = {one.code: stand_of(one, rapport, made.rules) for one in INDICATOREN.values()}
    return DoelenView(van, tot, code, grow(DOELEN, standen))


async def read_doel(  # noqa: PLR0913, PLR0917, of one request
    made: Resources,
    caller: Caller,
    doel_code: str,
    gemeente_code: str | None,
    maanden: tuple[date, date] | None,
    now: datetime,
) -> DoelenView:
    """Return one goal with what contributes to it; raises ``NotFoundError`` when there is none with this code."""
    view = await read_doelen(made, caller, gemeente_code, maanden, now=now)
    tak = find_tak(view.takken, doel_code)
    if tak is None:
        raise NotFoundError("Dit doel is er niet.")
    return DoelenView(view.van, view.tot, view.gemeente_code, (tak,))


def _area_of(caller: Caller, asked: str | None, months: Sequence[date]) -> str | None:
    own = own_gemeenten(caller)
    if asked is not None:
        if own is not None and asked not in own:
            raise NotFoundError("Over deze gemeente zijn er geen cijfers.")
        return asked
    if own is None:
        return None
    standing = areas_of(own, months[-1])
    if len(standing) != 1:
        raise InvalidInputError("Noem met `gemeenteCode` de gemeente waarvan u de doelen wilt zien.")
    return standing[0]
