"""How the figures are read from their cells, and written of what changed."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.monitoring.domain.bekend import balance_day, from_now
from services.monitoring.domain.gebieden import areas_of, remarks_on
from services.monitoring.domain.kpis import GebiedRapport, KpiRapport, Som, months_between, report_sommen
from services.monitoring.domain.kpisommen import VOORRAAD, Plek, by_day, by_place, places_of
from services.monitoring.handlers.access import own_gemeenten
from services.monitoring.handlers.bewaard import Sommen, sommen_of
from services.monitoring.store import kpimaanden, kpimutaties
from services.monitoring.store.kpimaanden import Maandcellen
from shared.db import in_transaction
from shared.errors import InvalidInputError, NotFoundError
from shared.ids import new_id
from shared.rules.calendar import amsterdam_day
from shared.rules.codes import TermijnSoort
from shared.rules.gemeenten import with_predecessors
from shared.rules.settings import RuleSettings
from shared.web.app import Resources
from shared.web.auth import Caller
from shared.work import WORKER_WALL, Wall, Work, working

MONTHS_MAX = 120


@dataclass(frozen=True, slots=True)
class KpiVraag:
    """Which figures are asked for; months are given by their first day, both inclusive."""

    van: date
    tot: date
    gemeente_codes: frozenset[str] | None = None  # None: the region, and each municipality
    fase: TermijnSoort | None = None
    uitsplitsing: bool = False  # by melder and kind of violence too
    bekend_op: date | None = None  # the figures as they were known at the end of this day; None: as they are now


def scope_of(caller: Caller, gemeente_code: str | None) -> frozenset[str] | None:
    """Return of which municipalities a caller gets the figures; None is the whole region.

    Raises ``NotFoundError`` for a municipality that the caller may not see.
    """
    own = own_gemeenten(caller)
    if gemeente_code is None:
        return own
    if own is not None and gemeente_code not in own:
        raise NotFoundError("Over deze gemeente zijn er geen cijfers.")
    return frozenset({gemeente_code})


async def read_kpis(made: Resources, vraag: KpiVraag, *, now: datetime) -> KpiRapport:
    """Return the figures; what it costs does not depend on how many casussen there are."""
    async with in_transaction(made.engine) as conn:
        return await report_kpis(conn, vraag, rules=made.rules, now=now)


async def read_version(made: Resources) -> int:
    """Return a number that is another after each change of the figures."""
    return await kpimutaties.version(made.engine)


async def read_region(made: Resources, vraag: KpiVraag, *, now: datetime) -> KpiRapport:
    """Return the figures of the whole region, whoever asks: only for what is worked out to be published.

    What is kept back of one municipality follows from all others, and the wall shows a municipality its own alone.
    """
    with working(Work(Wall(WORKER_WALL), made.vault)):
        return await read_kpis(made, vraag, now=now)


async def report_kpis(conn: AsyncConnection, vraag: KpiVraag, *, rules: RuleSettings, now: datetime) -> KpiRapport:
    """Return the figures in a running transaction.

    Raises ``InvalidInputError`` for months the wrong way round, and for a day of which nothing can be known.
    """
    gelezen = await _read(conn, vraag, now)
    reports = {code: _area(gelezen, code, rules) for code in gelezen.areas}
    return replace(
        _head(gelezen, rules),
        regio=reports.get(None),
        gemeenten=tuple(reports[code] for code in gelezen.codes),
    )


@dataclass(frozen=True, slots=True)
class Vorm:
    """How an area is written; two of one name write the same."""

    naam: Hashable
    write: Callable[[GebiedRapport], bytes]


@dataclass(frozen=True, slots=True)
class GeschrevenKpis:
    """Figures of which each area is written already; ``hoofd`` says the rest, and has no areas."""

    hoofd: KpiRapport
    regio: bytes | None
    gemeenten: tuple[bytes, ...]


async def write_kpis(made: Resources, vraag: KpiVraag, vorm: Vorm, *, now: datetime) -> GeschrevenKpis:
    """Return the figures as they are written: an area of which no cell changed is not written again."""
    async with in_transaction(made.engine) as conn:
        gelezen = await _read(conn, vraag, now)
    written = {code: _written(gelezen, code, vorm, made.rules) for code in gelezen.areas}
    return GeschrevenKpis(_head(gelezen, made.rules), written.get(None), tuple(written[code] for code in gelezen.codes))


@dataclass(frozen=True, slots=True)
class _Gelezen:
    """The cells of one question at one moment, with what is kept of them."""

    vraag: KpiVraag
    months: tuple[date, ...]
    today: date
    codes: list[str]
    cellen: Mapping[Plek, Maandcellen]
    plekken: Mapping[str, list[Plek]]  # of each area
    kept: Sommen

    @property
    def areas(self) -> list[str | None]:
        """Of what is reported: the region, or None, when it is asked for, and municipalities."""
        return [None, *self.codes] if self.vraag.gemeente_codes is None else [*self.codes]


async def _read(conn: AsyncConnection, vraag: KpiVraag, now: datetime) -> _Gelezen:
    months = months_between(vraag.van, vraag.tot)
    if not 0 < len(months) <= MONTHS_MAX:
        raise InvalidInputError(f"`tot` ligt in of na de maand van `van`, en ten hoogste {MONTHS_MAX} maanden verder.")
    today = amsterdam_day(now)
    if vraag.bekend_op is None:
        kept = sommen_of(conn.engine)
        cellen = await _read_now(conn, kept, vraag, months)
    else:
        kept = Sommen()  # of then: nothing of it is kept
        cellen = await _read_known(conn, vraag.bekend_op, vraag, months, today)
    codes = areas_of(vraag.gemeente_codes, months[-1])
    day = vraag.bekend_op or today
    return _Gelezen(vraag, months, day, codes, cellen, places_of(cellen, codes, day), kept)


async def _read_now(
    conn: AsyncConnection, kept: Sommen, vraag: KpiVraag, months: Sequence[date]
) -> dict[Plek, Maandcellen]:
    found = await kpimaanden.read_maanden(
        conn,
        kept.known((VOORRAAD, *months), vraag.uitsplitsing),
        van=months[0],
        tot=months[-1],
        gemeente_codes=_codes_of(vraag),
        uitsplitsing=vraag.uitsplitsing,
    )
    kept.keep(found, vraag.uitsplitsing)
    return found


async def _read_known(
    conn: AsyncConnection, bekend_op: date, vraag: KpiVraag, months: Sequence[date], today: date
) -> dict[Plek, Maandcellen]:
    await _refuse_unknown_day(conn, bekend_op, today)
    terug, vooruit = from_now(months, bekend_op)
    cells = await kpimutaties.read_known(
        conn,
        bekend_op=bekend_op,
        terug=terug,
        vooruit=vooruit,
        gemeente_codes=_codes_of(vraag),
        fasen=None if vraag.fase is None else [vraag.fase.value],
        uitsplitsing=vraag.uitsplitsing,
    )
    return {place: Maandcellen(new_id(), som) for place, som in by_place(cells).items()}


def _codes_of(vraag: KpiVraag) -> frozenset[str] | None:
    return None if vraag.gemeente_codes is None else with_predecessors(vraag.gemeente_codes)


async def _refuse_unknown_day(conn: AsyncConnection, bekend_op: date, today: date) -> None:
    if bekend_op > today:
        raise InvalidInputError(f"`bekendOp` ligt na vandaag ({today:%Y-%m-%d}): wat dan bekend is, weet nog niemand.")
    since = await kpimutaties.kept_since(conn)
    if since is not None and bekend_op < since:
        raise InvalidInputError(
            f"Wat op welke dag bekend was, is bijgehouden vanaf {since:%Y-%m-%d}; vraag een dag erna."
        )


def _head(gelezen: _Gelezen, rules: RuleSettings) -> KpiRapport:
    return KpiRapport(
        van=gelezen.months[0],
        tot=gelezen.months[-1],
        norm_veiligheidsbeoordeling=rules.kpi_norm_veiligheidsbeoordeling_procent,
        norm_tien_weken=rules.kpi_norm_tien_weken_procent,
        regio=None,
        bekend_op=gelezen.vraag.bekend_op,
    )


def _written(gelezen: _Gelezen, code: str | None, vorm: Vorm, rules: RuleSettings) -> bytes:
    vraag = gelezen.vraag
    key = (vorm.naam, code, vraag.van, vraag.tot, vraag.fase, vraag.uitsplitsing, gelezen.today)
    marks = tuple(gelezen.cellen[place].merk for place in _plekken_of(gelezen, code))
    return gelezen.kept.area(key, marks, lambda: vorm.write(_area(gelezen, code, rules)))


def _plekken_of(gelezen: _Gelezen, code: str | None) -> Sequence[Plek]:
    return sorted(gelezen.cellen) if code is None else gelezen.plekken[code]


def _area(gelezen: _Gelezen, code: str | None, rules: RuleSettings) -> GebiedRapport:
    months, vraag = gelezen.months, gelezen.vraag
    sommen = _sommen_of_region(gelezen) if code is None else by_day(gelezen.plekken[code], gelezen.cellen)
    report = report_sommen(
        sommen,
        sommen.get(VOORRAAD, {}),
        gemeente_code=code,
        months=months,
        fasen=tuple(TermijnSoort) if vraag.fase is None else (vraag.fase,),
        settings=rules,
        today=gelezen.today,
    )
    return report if code is None else replace(report, opmerkingen=remarks_on(code, months[0], months[-1]))


def _sommen_of_region(gelezen: _Gelezen) -> dict[date, Som]:
    shown: defaultdict[date, dict[str, Maandcellen]] = defaultdict(dict)
    for (day, code), cellen in gelezen.cellen.items():
        shown[day][code] = cellen
    return {day: gelezen.kept.of_region(day, parts, gelezen.vraag.uitsplitsing) for day, parts in shown.items()}


async def balance_stock(engine: AsyncEngine, *, now: datetime) -> bool:
    """Keep the stock as it was known when this week began, if it is not kept yet; False when there is nothing to do.

    When somebody is booking it is left to the next time.
    """
    async with in_transaction(engine) as conn:
        return await kpimutaties.close_until(conn, balance_day(amsterdam_day(now)))
