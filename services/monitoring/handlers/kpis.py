"""How the figures are read from their cells, and how the cells are proven against the facts."""

from collections import Counter
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TypedDict
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.monitoring.domain.bekend import balance_day, from_now
from services.monitoring.domain.fold import CasusState, fold
from services.monitoring.domain.gebieden import areas_of, by_area, remarks_on
from services.monitoring.domain.kpis import (
    Cell,
    GebiedRapport,
    KpiKey,
    KpiRapport,
    contributions,
    difference,
    months_between,
    report_area,
)
from services.monitoring.handlers.access import own_gemeenten
from services.monitoring.handlers.facts import casus_row
from services.monitoring.store import facts, kpimutaties, kpis, monitormomenten, termijnen
from services.monitoring.store.monitormomenten import MonitormomentRow
from services.monitoring.store.termijnen import TermijnRow
from shared.db import in_transaction
from shared.errors import InvalidInputError, NotFoundError
from shared.rules.calendar import amsterdam_day
from shared.rules.codes import TermijnSoort
from shared.rules.gemeenten import with_predecessors
from shared.rules.settings import RuleSettings
from shared.web.app import Resources
from shared.web.auth import Caller
from shared.work import WORKER_WALL, Wall, Work, working

MONTHS_MAX = 120
_CHUNK = 200


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
    async with in_transaction(made.engine) as conn:
        return await kpimutaties.version(conn)


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
    months = months_between(vraag.van, vraag.tot)
    if not 0 < len(months) <= MONTHS_MAX:
        raise InvalidInputError(f"`tot` ligt in of na de maand van `van`, en ten hoogste {MONTHS_MAX} maanden verder.")
    today = amsterdam_day(now)
    fasen = tuple(TermijnSoort) if vraag.fase is None else (vraag.fase,)
    if vraag.bekend_op is None:
        cells = await kpis.read_cells(conn, van=months[0], tot=months[-1], **_of_whom(vraag))
    else:
        await _refuse_unknown_day(conn, vraag.bekend_op, today)
        terug, vooruit = from_now(months, vraag.bekend_op)
        cells = await kpimutaties.read_known(
            conn, bekend_op=vraag.bekend_op, terug=terug, vooruit=vooruit, **_of_whom(vraag)
        )
    return _report(cells, vraag, months, fasen, rules, vraag.bekend_op or today)


class _Filters(TypedDict):
    gemeente_codes: frozenset[str] | None
    fasen: list[str] | None
    uitsplitsing: bool


def _of_whom(vraag: KpiVraag) -> _Filters:
    return {
        "gemeente_codes": None if vraag.gemeente_codes is None else with_predecessors(vraag.gemeente_codes),
        "fasen": None if vraag.fase is None else [vraag.fase.value],
        "uitsplitsing": vraag.uitsplitsing,
    }


async def _refuse_unknown_day(conn: AsyncConnection, bekend_op: date, today: date) -> None:
    if bekend_op > today:
        raise InvalidInputError(f"`bekendOp` ligt na vandaag ({today:%Y-%m-%d}): wat dan bekend is, weet nog niemand.")
    since = await kpimutaties.kept_since(conn)
    if since is not None and bekend_op < since:
        raise InvalidInputError(
            f"Wat op welke dag bekend was, is bijgehouden vanaf {since:%Y-%m-%d}; vraag een dag erna."
        )


def _report(  # noqa: PLR0913, PLR0917, what one answer is made of
    cells: Sequence[Cell],
    vraag: KpiVraag,
    months: Sequence[date],
    fasen: Sequence[TermijnSoort],
    rules: RuleSettings,
    today: date,
) -> KpiRapport:
    codes = areas_of(vraag.gemeente_codes, months[-1])
    areas: list[str | None] = [None, *codes] if vraag.gemeente_codes is None else [*codes]
    grouped = by_area(cells, codes, today)
    reports = {
        code: _area(cells if code is None else grouped[code], code, months, fasen, rules, today) for code in areas
    }
    return KpiRapport(
        van=months[0],
        tot=months[-1],
        norm_veiligheidsbeoordeling=rules.kpi_norm_veiligheidsbeoordeling_procent,
        norm_tien_weken=rules.kpi_norm_tien_weken_procent,
        regio=reports.get(None),
        gemeenten=tuple(reports[code] for code in codes),
        bekend_op=vraag.bekend_op,
    )


def _area(  # noqa: PLR0913, PLR0917, what one area is made of
    cells: Sequence[Cell],
    code: str | None,
    months: Sequence[date],
    fasen: Sequence[TermijnSoort],
    rules: RuleSettings,
    today: date,
) -> GebiedRapport:
    report = report_area(
        cells,
        gemeente_code=code,
        months=months,
        fasen=fasen,
        settings=rules,
        today=today,
    )
    return report if code is None else replace(report, opmerkingen=remarks_on(code, months[0], months[-1]))


async def balance_stock(engine: AsyncEngine, *, now: datetime) -> bool:
    """Keep the stock as it was known when this week began, if it is not kept yet; False when there is nothing to do.

    When somebody is booking it is left to the next time.
    """
    async with in_transaction(engine) as conn:
        return await kpimutaties.close_until(conn, balance_day(amsterdam_day(now)))


# --- proof ---


@dataclass(frozen=True, slots=True)
class RecomputeReport:
    """What a recount compared and found; everything that differed was put right."""

    feiten: int
    casussen: int
    compared: int  # cells of the KPIs
    different: int
    examples: tuple[KpiKey, ...]
    casussen_different: int  # casussen of which a clock or a moment was not what the facts say
    booked_different: int  # cells of which what was booked did not add up to what the facts say
    balances_different: int  # days of which the stock was not what was booked before

    @property
    def is_equal(self) -> bool:
        """Say whether nothing had to be put right."""
        found = self.different + self.casussen_different + self.booked_different + self.balances_different
        return not found


async def recompute_kpis(engine: AsyncEngine, rules: RuleSettings, *, now: datetime) -> RecomputeReport:
    """Count everything again from the facts, compare with what is stored, and put right what differs.

    Nobody waits for it: the comparison sees one moment, and a cell is put right by adding what it lacked at that
    moment, which holds whatever was added meanwhile. What was not booked is booked today: on the days before, the
    figures were answered as they were.
    """
    async with kpis.alone(engine):
        async with kpis.snapshot(engine) as conn:
            recount = await _recount(conn, rules)
            stored = await kpis.all_cells(conn)
            unbooked = difference(await kpimutaties.booked(conn), recount.cells)
            balances = [day for day in await kpimutaties.balance_days(conn) if await kpimutaties.is_wrong(conn, day)]
        wrong = difference(stored, recount.cells)
        async with in_transaction(engine) as conn:
            await kpimutaties.hold(conn)
            await kpis.put_right(conn, wrong)
            await kpimutaties.book(conn, unbooked, bekend_op=amsterdam_day(now))
            for day in balances:
                await kpimutaties.make_anew(conn, day)
        for casus_id in sorted(recount.wrong):
            await _refresh(engine, casus_id, rules)
    return RecomputeReport(
        feiten=recount.facts,
        casussen=recount.casussen,
        compared=len(stored.keys() | recount.cells.keys()),
        different=len(wrong),
        examples=tuple(wrong)[:10],
        casussen_different=len(recount.wrong),
        booked_different=len(unbooked),
        balances_different=len(balances),
    )


@dataclass(slots=True)
class _Recount:
    cells: Counter[KpiKey]
    wrong: set[UUID]
    facts: int = 0
    casussen: int = 0


async def _recount(conn: AsyncConnection, rules: RuleSettings) -> _Recount:
    recount = _Recount(Counter(), set())
    async for chunk in _chunks(conn, recount, rules):
        clocks, momenten = _rows(chunk)
        ids = [casus_id for casus_id, _ in chunk]
        recount.wrong |= await termijnen.find_different(conn, ids, clocks)
        recount.wrong |= await monitormomenten.find_different(conn, ids, momenten)
    return recount


async def _chunks(
    conn: AsyncConnection, recount: _Recount, rules: RuleSettings
) -> AsyncIterator[list[tuple[UUID, CasusState]]]:
    chunk: list[tuple[UUID, CasusState]] = []
    async for casus_id, known in kpis.stream_casussen(conn):
        state = fold(known, rules)
        recount.cells.update(contributions(state))
        recount.facts += len(known)
        recount.casussen += 1
        chunk.append((casus_id, state))
        if len(chunk) == _CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _rows(states: Iterable[tuple[UUID, CasusState]]) -> tuple[list[TermijnRow], list[MonitormomentRow]]:
    pairs = list(states)
    return (
        [TermijnRow(casus_id, clock) for casus_id, state in pairs for clock in state.termijnen],
        [MonitormomentRow(casus_id, moment) for casus_id, state in pairs for moment in state.momenten],
    )


async def _refresh(engine: AsyncEngine, casus_id: UUID, rules: RuleSettings) -> None:
    """Write the clocks and moments of one casus as the facts say, under its lock."""
    async with in_transaction(engine) as conn:
        standing = (await facts.lock_casussen(conn, [casus_id]))[casus_id]
        state = fold((await facts.load_facts(conn, [standing]))[standing], rules)
        clocks, momenten = _rows([(standing, state)])
        extra = await termijnen.stored_ids(conn, standing) - {row.termijn.id for row in clocks}
        await termijnen.remove_termijnen(conn, extra)
        await termijnen.save_termijnen(conn, clocks)
        gone = await monitormomenten.stored_ids(conn, standing) - {row.moment.id for row in momenten}
        await monitormomenten.remove_momenten(conn, gone)
        if await monitormomenten.find_different(conn, [standing], momenten):
            await monitormomenten.save_momenten(conn, momenten)
        await facts.save_casussen(conn, [casus_row(standing, state)])
