"""What a later version of a report may show: never a number that tells, beside the first version, what was kept back.

Who holds two versions of one report can subtract them. So each later version keeps back exactly what the first kept
back, table by table: what could be moved in the one without a change of what is shown can be moved in both alike. A
number that was kept back stays so, also when it has become large enough. Where the new figures ask for more to be kept
back than the first version did (a count that was nothing became one, so that it and others would have to vanish), the
first version has told those others already; such a subject stays as it was published, and the report says so.

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
from services.monitoring.domain.openbaar import FASE, TOTAAL_VAN, Openbaar, tabellen_of
from services.monitoring.domain.perioden import Publicaties, period_of, publish_period, reach_of, tabellen_in
from services.monitoring.domain.publicatie import (
    AFRONDEN_OP,
    Afronding,
    Gepubliceerd,
    Getal,
    Plaats,
    Reach,
    coarse_enough,
    op_of,
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

    def round_as(
        self, eerste: Patroon, reach: Mapping[str, Mapping[Plaats, Reach]] = MappingProxyType({})
    ) -> frozenset[str]:
        """Round each number as in a first version, and so far that the worlds of that fit: by table, how far they go.

        Return the tables that they do not fit however they are rounded.
        """
        wrong = set()
        for groep, tables in (("telling", self._tellingen), ("termijn", self._termijnen)):
            for naam, one in tables.items():
                table = f"{groep}:{naam}"
                found = rounded_as(one, eerste.get(table, {}), reach.get(table, {}))
                if found is None:
                    wrong.add(table)
                tables[naam] = found or one
        return frozenset(wrong)

    def totaal(self, naam: str, gemeente: str | None) -> Getal | None:
        """Return a count over all its kinds as it may be read, None when it is kept back."""
        return self._of(self._tellingen, TOTAAL_VAN.get(naam, naam), gemeente, None)


def _read_of(tabel: Gepubliceerd) -> Afronding:
    return {plaats: op for plaats, op in tabel.afronding.items() if plaats[0] not in tabel.tabel.onbekend}


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


def reaches(months: Months, gepubliceerd: Publicaties) -> tuple[Mapping[str, Mapping[Plaats, Reach]], frozenset[str]]:
    """Return how far the worlds of what was published of a period go, by table, and of which that is not known."""
    names = tabellen_in(gepubliceerd, months)
    found = {_table(naam): reach_of(months, naam, gepubliceerd) for naam in names}
    known = {naam: one for naam, one in found.items() if one is not None}
    return known, frozenset(found.keys() - known.keys())


def _table(naam: str) -> str:
    return f"termijn:{naam.removeprefix(FASE)}" if naam.startswith(FASE) else f"telling:{naam}"


class OverMaanden(Openbaarder):
    """What may be read of more than one month, beside the letters over each of them.

    Where the period is one that is published with its parts (services/monitoring/domain/perioden.py), what that leaves.
    Elsewhere a number is shown only when each of its months shows it: then it is the sum of what was told already.
    """

    def __init__(
        self,
        rapport: KpiRapport,
        kept: MutableMapping[str, Stand] | None = None,
        gepubliceerd: Publicaties = MappingProxyType({}),
    ) -> None:
        """Work out every table of a report of the whole region, and of each of its months."""
        super().__init__(rapport)
        months = months_between(rapport.van, rapport.tot)
        letters = [
            Openbaarder(month_report(rapport, month), tabellen_in(gepubliceerd, (month,))).patroon() for month in months
        ]
        known = period_of(rapport.van, rapport.tot)
        whole: Mapping[str, Gepubliceerd] = {}
        if known:
            found = gepubliceerd.get(known)
            whole = (
                found.tabellen if found else publish_period(known, partial(tabellen_of, rapport), kept, gepubliceerd)
            )
        self._tellingen = {
            naam: whole.get(naam) or if_each_shows(tabel, [one.get(f"telling:{naam}") for one in letters])
            for naam, tabel in self._tellingen.items()
        }
        self._termijnen = {
            fase: whole.get(f"{FASE}{fase}") or if_each_shows(tabel, [one.get(f"termijn:{fase}") for one in letters])
            for fase, tabel in self._termijnen.items()
        }


def if_each_shows(tabel: Gepubliceerd, maanden: Iterable[Afronding | None]) -> Gepubliceerd:
    """Return what may be read of some months beside each of them, of which is given how it is rounded."""
    hidden = {plaats for maand in maanden if maand for plaats, op in maand.items() if op is None}
    return replace(tabel, afronding={**tabel.afronding, **dict.fromkeys(hidden)})


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
        return Openbaarder(part, tabellen_in(gepubliceerd, (rapport.van,)))
    return OverMaanden(part, kept, gepubliceerd)


def withheld(eerste: Patroon, nu: Patroon) -> frozenset[str]:
    """Return which tables of a later version may not be shown: they would keep back what the first version told."""
    return frozenset(naam for naam in nu if not _is_told_by(nu[naam], eerste.get(naam, {})))


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
