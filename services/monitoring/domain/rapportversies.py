"""What a later version of a report may show: never a number that tells, beside the first version, what was kept back.

Who holds two versions of one report can subtract them. So each later version is rounded as the first was, table by
table: what could be something else in the one without a change of what is shown can be so in both alike. For that some
numbers are rounded further. A number that was kept back stays so, also when it has become large enough. Where a count
is small now that was not, the first version has told what should give way for it already; such a subject stays as it
was published, and the report says so.

The stock is of the day of the first version: it stays as it was published too.
"""

from collections.abc import Collection, Iterable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from types import MappingProxyType

from services.monitoring.domain.kpis import GebiedRapport, KpiRapport, months_between
from services.monitoring.domain.monitorbrief import (
    AFGESCHERMD,
    OUDSTE,
    TELLINGEN,
    WACHT,
    Cijfer,
    Gebiedscijfers,
    fase_name,
)
from services.monitoring.domain.openbaar import FASE, TOTAAL_VAN, Openbaar, every_table, tabellen_of
from services.monitoring.domain.perioden import (
    Publicaties,
    period_of,
    publish,
    publish_period,
    reach_of,
    tabellen_in,
)
from services.monitoring.domain.publicatie import (
    AFRONDEN_OP,
    GROVER,
    Afronding,
    Gepubliceerd,
    Getal,
    Plaats,
    Reach,
    Tabel,
    coarse_enough,
    op_of,
    small_in,
)
from services.monitoring.domain.tegenbeelden import Months, Stand
from shared.rules.codes import TermijnSoort

ONGEWIJZIGD = "Niet gecorrigeerd, want het verschil met de eerste versie zou een klein aantal verraden: {onderwerpen}."
_STAND = frozenset({WACHT, OUDSTE})

Patroon = Mapping[str, Afronding]
"""How each table is rounded where it is not to five; a table of which all is, is in it too."""


class Openbaarder(Openbaar):
    """What may be read of one period, with how it is rounded for that and with the totals of its counts."""

    def patroon(self) -> Patroon:
        """Return how the counts and the terms are rounded; the stock has no later version."""
        groups = (("telling", self._tellingen), ("termijn", self._termijnen))
        return {f"{groep}:{naam}": _read_of(tabel) for groep, tables in groups for naam, tabel in tables.items()}

    def round_as(self, eerste: Patroon) -> None:
        """Round each number as in a first version at least."""
        for groep, tables in (("telling", self._tellingen), ("termijn", self._termijnen)):
            for naam, one in tables.items():
                tables[naam] = replace(one, afronding=_coarsest(one.afronding, eerste.get(f"{groep}:{naam}", {})))

    def totaal(self, naam: str, gemeente: str | None) -> Getal | None:
        """Return a count over all its kinds as it may be read, None when it is kept back."""
        return self._of(self._tellingen, TOTAAL_VAN.get(naam, naam), gemeente, None)


def _read_of(tabel: Gepubliceerd) -> Afronding:
    return {plaats: op for plaats, op in tabel.afronding.items() if plaats[0] not in tabel.tabel.onbekend}


def _coarsest(*of: Afronding) -> Afronding:
    found: dict[Plaats, int | None] = {}
    for plaats, op in (one for afronding in of for one in afronding.items()):
        before = op_of(found, plaats)
        found[plaats] = None if before is None or op is None else max(before, op)
    return found


def rounded_as(tabel: Gepubliceerd, eerste: Afronding, reach: Mapping[Plaats, Reach]) -> Gepubliceerd | None:
    """Return a table rounded as a first version, and so far that its numbers can go as far; None where one cannot."""
    if any(tabel.whole.get(plaats, 0) + low < 1 for plaats, (low, _) in reach.items()):
        return None
    afronding = {**tabel.afronding, **eerste}
    for plaats, aantal in tabel.whole.items():
        op = op_of(afronding, plaats)
        if op is not None:
            afronding[plaats] = coarse_enough(aantal, reach.get(plaats, (0, 0)), vanaf=op)
    return replace(tabel, afronding={plaats: op for plaats, op in afronding.items() if op != AFRONDEN_OP})


@dataclass(frozen=True, slots=True)
class Later:
    """What a version after a publication shows of it, and which tables of a report stay as they were in the first."""

    tabellen: Mapping[str, Gepubliceerd]
    blijft: frozenset[str]


def later_version(rapport: KpiRapport, months: Months, gepubliceerd: Publicaties, eerste: Patroon) -> Later:
    """Return every table of a period as it is shown after its publication.

    What is no part of that, and was rounded further than to five, stays: nobody knows any more how far that goes.
    """
    now, first = tabellen_of(rapport, months), tabellen_in(gepubliceerd, months)
    found, stays = dict(first), set[str]()
    for naam, before in first.items():
        reach = reach_of(months, naam, gepubliceerd)
        later = shown_again(now.get(naam, Tabel({})), before, reach) if reach is not None else None
        if later is None:
            stays.add(_table(naam))
        else:
            found[naam] = later
    coarser = {table for table, afronding in eerste.items() if any(afronding.values())}
    return Later(found, frozenset(stays | (coarser - set(map(_table, first)))))


def shown_again(tabel: Tabel, eerste: Gepubliceerd, reach: Mapping[Plaats, Reach]) -> Gepubliceerd | None:
    """Return a table rounded as its first version, and so far that the worlds of that fit; None when they do not.

    They prove nothing of a count that is small now and was not.
    """
    nu = Gepubliceerd(tabel, {})
    small = {plaats for plaats in small_in(nu.whole) if plaats[0] not in tabel.onbekend}
    return rounded_as(nu, eerste.afronding, reach) if small <= small_in(eerste.whole) else None


def _table(naam: str) -> str:
    return f"termijn:{naam.removeprefix(FASE)}" if naam.startswith(FASE) else f"telling:{naam}"


class OverMaanden(Openbaarder):
    """What may be read of more than one month, beside the letters over each of them.

    Where the period is one that is published with its parts (services/monitoring/domain/perioden.py), what that leaves.
    Elsewhere only what its months told already.
    """

    def __init__(
        self,
        rapport: KpiRapport,
        kept: MutableMapping[str, Stand] | None = None,
        gepubliceerd: Publicaties = MappingProxyType({}),
    ) -> None:
        """Work out every table of a report of the whole region, beside each of its months."""
        months = months_between(rapport.van, rapport.tot)
        known = period_of(rapport.van, rapport.tot)
        whole: Mapping[str, Gepubliceerd] = {}
        if known:
            found = gepubliceerd.get(known)
            tabellen = partial(tabellen_of, rapport)
            whole = found.tabellen if found else publish_period(known, tabellen, kept, gepubliceerd)

        def told_in(month: date) -> Mapping[str, Gepubliceerd]:
            before = tabellen_in(gepubliceerd, (month,))
            tables = every_table(month_report(rapport, month)).items()
            return {naam: before.get(naam) or publish(tabel, kept) for naam, tabel in tables if naam not in whole}

        letters = [told_in(month) for month in months]
        super().__init__(
            rapport,
            {
                naam: whole.get(naam) or added_up(tabel, [letter[naam] for letter in letters if naam in letter], kept)
                for naam, tabel in every_table(rapport).items()
            },
            kept,
        )


def added_up(
    tabel: Tabel,
    maanden: Sequence[Gepubliceerd],
    kept: MutableMapping[str, Stand] | None = None,
) -> Gepubliceerd:
    """Return what may be read of a table over some months when nothing is told but what each of them told.

    A number that each of them shows to five is what it is in all worlds of those months: it is counted, and rounded to
    five. Where one rounds it further, what they told is added up, and is as far off as they are together; where one
    keeps it back, it is kept back. Of what came in since more can be small: for that others give way as in any table.
    """
    opgeteld: dict[Plaats, Getal] = {}
    given: dict[Plaats, int | None] = {}
    for plaats in {plaats for maand in maanden for plaats in maand.afronding}:
        getallen = [maand.getal(plaats) for maand in maanden]
        shown = [one for one in getallen if one is not None]
        given[plaats] = None
        if len(shown) == len(getallen):
            off = sum(one.op for one in shown)
            op = next((op for op in GROVER if op >= off), GROVER[-1])
            opgeteld[plaats] = Getal(sum(one.aantal for one in shown), op)
            given[plaats] = op
    # What is added up tells nothing new, however much of it moves.
    afronding = publish(tabel, kept, dict.fromkeys(given)).afronding
    return Gepubliceerd(tabel, {**afronding, **given}, opgeteld)


def month_report(rapport: KpiRapport, month: date) -> KpiRapport:
    """Return what a report over a longer period says of one of its months."""

    def of(gebied: GebiedRapport) -> GebiedRapport:
        fasen = tuple(
            replace(one, totaal=one.maanden[month], maanden={month: one.maanden[month]}) for one in gebied.fasen
        )
        return replace(gebied, fasen=fasen, tellingen=gebied.tellingen_per_maand[month])

    return replace(
        rapport,
        van=month,
        tot=month,
        regio=of(rapport.regio) if rapport.regio else None,
        gemeenten=tuple(of(one) for one in rapport.gemeenten),
    )


def public_of(
    rapport: KpiRapport,
    tellingen: Collection[str],
    kept: MutableMapping[str, Stand] | None = None,
    gepubliceerd: Publicaties = MappingProxyType({}),
) -> Openbaarder:
    """Return what may be read of a report of the whole region, over one month or more, of some of its counts.

    Each count is a table that is worked out, and of many nothing is read here. With ``kept`` none is twice. What was
    published of the period, or of a part of it, is read as it was.
    """
    wanted = {TOTAAL_VAN.get(naam, naam) for naam in tellingen} | set(tellingen)

    def of(gebied: GebiedRapport) -> GebiedRapport:
        return replace(
            gebied,
            tellingen={naam: kinds for naam, kinds in gebied.tellingen.items() if naam in wanted},
            tellingen_per_maand={
                month: {naam: kinds for naam, kinds in counts.items() if naam in wanted}
                for month, counts in gebied.tellingen_per_maand.items()
            },
        )

    part = replace(
        rapport,
        regio=of(rapport.regio) if rapport.regio else None,
        gemeenten=tuple(of(one) for one in rapport.gemeenten),
    )
    if rapport.van == rapport.tot:
        return Openbaarder(part, tabellen_in(gepubliceerd, (rapport.van,)), kept)
    return OverMaanden(part, kept, gepubliceerd)


def withheld(eerste: Patroon, nu: Patroon, later: Later) -> frozenset[str]:
    """Return which tables of a later version may not be shown: they would keep back what the first version told."""
    known = set(map(_table, later.tabellen))
    return later.blijft | {naam for naam in nu.keys() - known if not _is_told_by(nu[naam], eerste.get(naam, {}))}


def _is_told_by(nu: Afronding, eerste: Afronding) -> bool:
    for plaats, op in nu.items():
        told = op_of(eerste, plaats)
        if told is not None and (op is None or op > told):
            return False
    return True


def subjects_of(tables: Iterable[str]) -> frozenset[str]:
    """Return under which subjects of a report the numbers of some tables stand."""
    found = set()
    for table in tables:
        groep, _, naam = table.partition(":")
        if groep == "termijn":
            found.add(fase_name(TermijnSoort(naam)))
        else:
            found |= {titel for telling, titel in TELLINGEN.items() if TOTAAL_VAN.get(telling, telling) == naam}
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class Correctie:
    """What a later version of one area shows, from its new figures and from those of the version before."""

    ongewijzigd: frozenset[str]  # subjects

    def of(self, nieuw: Gebiedscijfers, eerder: Gebiedscijfers) -> Gebiedscijfers:
        """Return the figures of the later version."""
        kept = sorted({one.onderwerp for one in (*eerder.termijnen, *eerder.tellingen)} & self.ongewijzigd)
        return Gebiedscijfers(
            gemeente_code=nieuw.gemeente_code,
            termijnen=self._merged(nieuw.termijnen, eerder.termijnen),
            tellingen=self._merged(nieuw.tellingen, eerder.tellingen),
            opmerkingen=(
                *nieuw.opmerkingen,
                *([ONGEWIJZIGD.format(onderwerpen=", ".join(kept).lower())] if kept else []),
            ),
        )

    def _merged(self, nieuw: Sequence[Cijfer], eerder: Sequence[Cijfer]) -> tuple[Cijfer, ...]:
        before = {one.plaats: one for one in eerder}
        after = {one.plaats: one for one in nieuw if one.onderwerp not in self.ongewijzigd}
        # A subject that stays comes whole from before; so does the stock, and what was kept back stays in its place.
        stays = {
            plaats: one
            for plaats, one in before.items()
            if one.onderwerp in self.ongewijzigd or one.gegeven in _STAND or one.waarde == AFGESCHERMD
        }
        fresh = {plaats: one for plaats, one in after.items() if one.gegeven not in _STAND}
        merged = fresh | stays
        order = {plaats: number for number, plaats in enumerate([*before, *after])}
        subjects: dict[str, int] = {}
        for one in (*eerder, *nieuw):
            subjects.setdefault(one.onderwerp, len(subjects))
        return tuple(sorted(merged.values(), key=lambda one: (subjects[one.onderwerp], order[one.plaats])))
