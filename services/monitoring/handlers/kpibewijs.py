"""How the cells of the figures are proven against the facts, and put right."""

from collections import Counter
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.monitoring.domain.fold import CasusState, fold
from services.monitoring.domain.kpis import KpiKey, contributions, difference
from services.monitoring.handlers.facts import casus_row
from services.monitoring.store import facts, kpimutaties, kpis, monitormomenten, termijnen
from services.monitoring.store.monitormomenten import MonitormomentRow
from services.monitoring.store.termijnen import TermijnRow
from shared.db import in_transaction
from shared.rules.calendar import amsterdam_day
from shared.rules.settings import RuleSettings

_CHUNK = 200


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
