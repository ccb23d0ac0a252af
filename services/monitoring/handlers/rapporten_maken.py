"""How reports are made: composed from the figures, made definite on their first working day, corrected by a person.

A report is made of the whole region at once, the region and each municipality together: what is kept back for one
follows from all, and so does what a correction may show.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from services.monitoring.domain.kpis import KpiRapport, months_between
from services.monitoring.domain.monitorbrief import Cijfer, Gebiedscijfers, find_area, write_brief
from services.monitoring.domain.perioden import Publicatie, Publicaties
from services.monitoring.domain.publicatie import Plaats
from services.monitoring.domain.rapport import (
    Omgeving,
    Rapport,
    content_of,
    fingerprint,
    report_of,
    trend_months,
    write_report,
)
from services.monitoring.domain.rapportdoelen import DoelCijfer, corrected_goals, counts_in, goal_figures
from services.monitoring.domain.rapportsoorten import (
    REGIO,
    SOORTEN,
    Deel,
    DuePeriod,
    Periode,
    RapportSoort,
    definite_from,
    due,
)
from services.monitoring.domain.rapportteksten import Plek
from services.monitoring.domain.rapportversies import (
    Correctie,
    Later,
    Patroon,
    later_version,
    public_of,
    subjects_of,
    withheld,
)
from services.monitoring.domain.stoplichten import OPGAVEN, Kleur, Oordeel
from services.monitoring.handlers.kpis import KpiVraag, report_kpis
from services.monitoring.handlers.publicatie import publish, work_out
from services.monitoring.store import kpimutaties, publicaties
from services.monitoring.store import rapporten as store
from services.monitoring.store.rapporten import TekstRow, UitgaveRow
from shared.audit import Act, record
from shared.db import in_transaction
from shared.errors import ConflictError
from shared.ids import new_id
from shared.rules.calendar import amsterdam_day
from shared.rules.settings import RuleSettings
from shared.web.app import Resources
from shared.web.auth import Caller

_PER_RUN = 3  # so that a chore that finds a year of them ends in time; the next tick goes on


@dataclass(frozen=True, slots=True)
class Gemaakt:
    """The reports of some areas over one period, and what is kept back in them."""

    rapporten: Mapping[str, Rapport]
    patroon: Patroon


@dataclass(frozen=True, slots=True)
class Eerder:
    """What a correction must agree with: what the first version kept back, and what the version before said."""

    patroon: Patroon
    rapporten: Mapping[str, Rapport]
    later: Later = field(default_factory=lambda: Later({}, frozenset()))


async def compose(  # noqa: PLR0913, what a report is made of, keyword only
    conn: AsyncConnection,
    periode: Periode,
    *,
    codes: Sequence[str | None] | None,
    peildatum: date,
    rules: RuleSettings,
    now: datetime,
    eerder: Eerder | None = None,
) -> Gemaakt:
    """Return the reports of some areas (None is the region), or of the region and every municipality in force."""
    kpis = await report_kpis(conn, KpiVraag(periode.van, periode.tot), rules=rules, now=now)
    gepubliceerd = dict(await publicaties.within(conn, periode.van, periode.tot))
    months = months_between(periode.van, periode.tot)
    # What is told now is another version of this period than its publication; of its parts it is read as it was.
    if eerder:
        patroon = eerder.patroon
        later = await work_out(conn, lambda _: later_version(kpis, months, gepubliceerd, patroon))
        eerder = replace(eerder, later=later)
        if later.tabellen:
            gepubliceerd[months] = Publicatie(months, (), later.tabellen)
    else:
        gepubliceerd.pop(months, None)
    return await _compose(
        conn, periode, kpis, gepubliceerd, codes=codes, peildatum=peildatum, rules=rules, eerder=eerder
    )


async def _compose(  # noqa: PLR0913, what a report is made of, keyword only
    conn: AsyncConnection,
    periode: Periode,
    kpis: KpiRapport,
    gepubliceerd: Publicaties,
    *,
    codes: Sequence[str | None] | None,
    peildatum: date,
    rules: RuleSettings,
    eerder: Eerder | None = None,
) -> Gemaakt:
    openbaar = await work_out(conn, lambda kept: public_of(kpis, counts_in(periode.soort), kept, gepubliceerd))
    areas = [None, *(one.gemeente_code for one in kpis.gemeenten)] if codes is None else list(codes)
    omgevingen = await _surroundings(conn, periode, [_gebied(code) for code in areas])
    patroon = openbaar.patroon()
    held: frozenset[str] = frozenset()
    if eerder:
        held = withheld(eerder.patroon, patroon, eerder.later)
        openbaar.round_as(eerder.patroon)
    made = {}
    for code in areas:
        found = find_area(kpis, code)
        cijfers = write_brief(kpis, gemeente_code=code, openbaar=openbaar)
        if found is None or cijfers is None:
            continue
        goals = goal_figures(found, openbaar, rules) if Deel.DOELEN in SOORTEN[periode.soort].delen else ()
        before = eerder.rapporten.get(_gebied(code)) if eerder else None
        if before:
            cijfers, goals = _corrected(cijfers, goals, before, held)
        made[_gebied(code)] = write_report(
            periode, cijfers, doelen=goals, omgeving=omgevingen[_gebied(code)], peildatum=peildatum
        )
    return Gemaakt(made, patroon)


def _corrected(
    cijfers: Gebiedscijfers, goals: tuple[DoelCijfer, ...], before: Rapport, held: frozenset[str]
) -> tuple[Gebiedscijfers, tuple[DoelCijfer, ...]]:
    correctie = Correctie(subjects_of(held))
    shown = Gebiedscijfers(before.gemeente_code, before.termijnen, before.tellingen)
    return correctie.of(cijfers, shown), corrected_goals(goals, before.doelen, held)


def _gebied(code: str | None) -> str:
    return REGIO if code is None else code


async def _surroundings(conn: AsyncConnection, periode: Periode, gebieden: Sequence[str]) -> Mapping[str, Omgeving]:
    months = [f"{month:%Y-%m}" for month in trend_months(periode.tot)]
    letters: Mapping[tuple[str, str], Mapping[str, Any]] = {}
    if Deel.TREND in SOORTEN[periode.soort].delen:
        letters = await store.newest_contents(conn, RapportSoort.MONITORBRIEF, months, gebieden)
    previous: Mapping[tuple[str, str], Mapping[str, Any]] = {}
    if periode.soort is not RapportSoort.MONITORBRIEF:
        previous = await store.newest_contents(conn, periode.soort, [periode.vorige.code], gebieden)
    written = await store.texts(conn, periode.soort, periode.code, [*gebieden, REGIO])
    return {
        gebied: Omgeving(
            maandbrieven={maand: _figures(inhoud) for (of, maand), inhoud in letters.items() if of == gebied},
            vorige=next((report_of(inhoud) for (of, _), inhoud in previous.items() if of == gebied), None),
            teksten=_texts(written, gebied),
            oordelen=_judgements(written, gebied),
        )
        for gebied in gebieden
    }


def _figures(inhoud: Mapping[str, Any]) -> tuple[Cijfer, ...]:
    return tuple(Cijfer(**one) for one in (*inhoud["termijnen"], *inhoud["tellingen"]))


def _of_area(written: Sequence[TekstRow], gebied: str) -> Mapping[str, TekstRow]:
    """Return what stands in each place: what was written for the region, unless an area has a text of its own."""
    found = {one.plek: one for one in written if one.gebied == REGIO}
    return found | {one.plek: one for one in written if one.gebied == gebied and one.tekst}


def _texts(written: Sequence[TekstRow], gebied: str) -> Mapping[Plek, str]:
    found = _of_area(written, gebied)
    return {plek: found[plek].tekst for plek in Plek if plek in found and found[plek].tekst}


def _judgements(written: Sequence[TekstRow], gebied: str) -> Mapping[str, Oordeel]:
    found = _of_area(written, gebied)
    return {
        opgave: Oordeel(Kleur(one.kleur), one.tekst)
        for opgave in OPGAVEN
        if (one := found.get(opgave)) is not None and one.kleur
    }


# --- made definite ---


async def freeze_due(engine: AsyncEngine, *, rules: RuleSettings, now: datetime) -> int:
    """Make definite what should be so by now and is not; return how many periods that were.

    Each is made exactly once, whoever rings: one at a time makes them, and looks again whether it is still to do.
    """
    count = 0
    for _ in range(_PER_RUN):
        async with in_transaction(engine) as conn:
            if not await _freeze_next(conn, rules=rules, now=now):
                break
        count += 1
    return count


async def _freeze_next(conn: AsyncConnection, *, rules: RuleSettings, now: datetime) -> bool:
    if not await _missing(conn, rules=rules, now=now):
        return False
    if not await store.hold_making(conn, wait=False):
        return False
    missing = await _missing(conn, rules=rules, now=now)
    if not missing:
        return False
    await _freeze(conn, missing[0], rules=rules, now=now)
    return True


async def _freeze(conn: AsyncConnection, one: DuePeriod, *, rules: RuleSettings, now: datetime) -> None:
    """Make a publication and a report of the same figures, as far as they are asked."""
    van, tot = one.months[0], one.months[-1]
    peildatum = amsterdam_day(now if one.achteraf else definite_from(tot, rules))
    # One that was missed tells what was known when it should have been made.
    bekend_op = None if peildatum == amsterdam_day(now) else peildatum
    kpis = await report_kpis(conn, KpiVraag(van, tot, bekend_op=bekend_op), rules=rules, now=now)
    gepubliceerd = dict(await publicaties.within(conn, van, tot))
    if one.publicatie:
        gepubliceerd[one.months] = await publish(
            conn, one.months, kpis, gepubliceerd=gepubliceerd, peildatum=peildatum, now=now
        )
    if one.rapport is None:
        return
    gemaakt = await _compose(conn, one.rapport, kpis, gepubliceerd, codes=None, peildatum=peildatum, rules=rules)
    uitgave = UitgaveRow(
        id=new_id(),
        versie=1,
        peildatum=peildatum,
        vastgesteld_op=now,
        door=None,
        reden=None,
        patroon=_kept(gemaakt.patroon),
    )
    await store.add(conn, one.rapport.soort, one.rapport.code, uitgave, _contents(gemaakt))


async def _missing(conn: AsyncConnection, *, rules: RuleSettings, now: datetime) -> list[DuePeriod]:
    """Return what is still to be made, of the time of which there are figures and it is known what was known."""
    asked = [one for verzoek in await publicaties.asked(conn) for one in verzoek.perioden]
    wanted = [*due(now, rules), *asked]
    if not wanted:
        return []
    reported = await store.made(conn, {one.rapport.code for one in wanted if one.rapport})
    published = await publicaties.made(conn, min(one.months[-1] for one in wanted))

    def still(one: DuePeriod) -> DuePeriod:
        rapport = one.rapport
        if rapport and (rapport.soort.value, rapport.code) in reported:
            rapport = None
        return replace(one, rapport=rapport, publicatie=one.publicatie and one.months not in published)

    missing = [left for left in map(still, wanted) if left.rapport or left.publicatie]
    if not missing:
        return []
    first = await store.first_month(conn)
    since = None if all(one.achteraf for one in missing) else await kpimutaties.known_since(conn)
    today = amsterdam_day(now)

    def can_be_made(one: DuePeriod) -> bool:
        peildatum = amsterdam_day(definite_from(one.months[-1], rules))
        known = one.achteraf or peildatum == today or since is None or peildatum >= since
        return known and first is not None and one.months[-1] >= first.replace(day=1)

    return [one for one in missing if can_be_made(one)]


def _contents(gemaakt: Gemaakt) -> dict[str, tuple[Mapping[str, Any], str]]:
    contents = {gebied: content_of(rapport) for gebied, rapport in gemaakt.rapporten.items()}
    return {gebied: (inhoud, fingerprint(inhoud)) for gebied, inhoud in contents.items()}


def _kept(patroon: Patroon) -> dict[str, list[list[Any]]]:
    """Return each position with to what it is rounded, without that when it is kept back."""

    def order(plaats: Plaats) -> list[str]:
        return [part or "" for part in plaats]

    return {
        naam: [
            [*plaats, *([op] if op else [])] for plaats, op in sorted(afronding.items(), key=lambda one: order(one[0]))
        ]
        for naam, afronding in patroon.items()
    }


# --- corrected ---


async def correct(  # noqa: PLR0913, what a correction is, keyword only
    made: Resources, caller: Caller, periode: Periode, *, versie: int, reden: str, now: datetime
) -> UitgaveRow:
    """Make a next version, of what is known now, for the region and every municipality; return it.

    Asked again it is the version that was made. Raises ``ConflictError`` before there is a first version, and for a
    version that is not the next.
    """
    async with in_transaction(made.engine) as conn:
        await store.hold_making(conn, wait=True)
        known = await store.versions(conn, periode.soort, periode.code)
        if not known:
            raise ConflictError("Deze rapportage is nog niet vastgesteld; wat u nu ziet is een concept.")
        first, last = known[0], known[-1]
        again = next((one for one in known if one.versie == versie), None)
        if again is not None and again.reden == reden:
            return again
        if versie != last.versie + 1:
            raise ConflictError(f"De nieuwste versie is {last.versie}; een correctie is versie {last.versie + 1}.")
        gemaakt = await compose(
            conn,
            periode,
            codes=None,
            peildatum=first.peildatum,
            rules=made.rules,
            now=now,
            eerder=await _earlier(conn, periode, first),
        )
        uitgave = UitgaveRow(
            id=new_id(),
            versie=versie,
            peildatum=first.peildatum,
            vastgesteld_op=now,
            door=caller.subject,
            reden=reden,
            patroon=first.patroon,
        )
        await store.add(conn, periode.soort, periode.code, uitgave, _contents(gemaakt))
        await record(conn, caller, Act("rapportage-gecorrigeerd", "rapportage", uitgave.id), now=now)
    return uitgave


async def _earlier(conn: AsyncConnection, periode: Periode, first: UitgaveRow) -> Eerder:
    patroon = {
        naam: {(gemeente, soort): op[0] if op else None for gemeente, soort, *op in plaatsen}
        for naam, plaatsen in first.patroon.items()
    }
    contents = await store.all_contents(conn, periode.soort, periode.code)
    return Eerder(patroon, {gebied: report_of(inhoud) for gebied, inhoud in contents.items()})
