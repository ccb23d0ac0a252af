"""What a municipality sees of the last thirteen months: only what may be published, each month worked out by itself.

A month is published as the monitorbrief publishes it, from the figures of the whole region, so that the page tells
nothing that the letters do not tell already. The month that runs is left out: it has no end to judge it by.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from types import MappingProxyType

from services.monitoring.domain.codewoorden import in_words
from services.monitoring.domain.grafieken import Balken, Kolommen, Lijnen, Punt, bars, columns, lines
from services.monitoring.domain.kpis import (
    FaseCijfers,
    FaseRapport,
    GebiedRapport,
    KpiRapport,
    Voorraad,
    months_between,
)
from services.monitoring.domain.monitorbrief import AFGESCHERMD, NIETS, TE_WEINIG, share, shown
from services.monitoring.domain.openbaar import GEHAALD, Openbaar
from services.monitoring.domain.publicatie import KLEIN, Getal
from services.monitoring.domain.rapportsoorten import Periode, RapportSoort, definite_from
from services.monitoring.domain.risico import Klasse, Risicoscore, Signaal
from shared.rules.calendar import amsterdam_day
from shared.rules.codes import TermijnSoort
from shared.rules.deadlines import format_moment
from shared.rules.gemeenten import GEMEENTEN, with_predecessors
from shared.rules.settings import RuleSettings

MAANDEN = 13
REGIO = "Regio Rotterdam-Rijnmond"
FASEN: Mapping[TermijnSoort, str] = MappingProxyType(
    {
        TermijnSoort.VEILIGHEIDSBEOORDELING: "Veiligheidsbeoordeling binnen 5 werkdagen",
        TermijnSoort.ONDERZOEK: "Onderzoek binnen 10 weken",
        TermijnSoort.VOORWAARDEN_EN_VERVOLG: "Voorwaarden en vervolg binnen 10 weken",
    }
)
_MELDINGEN, _PER_MELDER, _BESTEMMINGEN = "meldingen", "meldingenPerMelderCategorie", "overdrachtenPerBestemming"


@dataclass(frozen=True, slots=True)
class Waarde:
    """A figure as it may be read; without a number it is kept back, or there is none."""

    getal: int | None
    tekst: str


NIET_GEPUBLICEERD = "niet gepubliceerd"
_UNPUBLISHED = Waarde(None, NIET_GEPUBLICEERD)


@dataclass(frozen=True, slots=True)
class FaseMaand:
    """How the terms of one phase went in one month."""

    maand: date
    afgelopen: Waarde
    op_tijd: Waarde
    procent: Waarde
    mediaan: Waarde
    p90: Waarde


@dataclass(frozen=True, slots=True)
class FaseTrend:
    fase: TermijnSoort
    titel: str
    norm: int
    maanden: tuple[FaseMaand, ...]

    @property
    def laatste(self) -> FaseMaand:
        """The last full month."""
        return self.maanden[-1]


@dataclass(frozen=True, slots=True)
class ScoreRij:
    """What the risk factors of a municipality predict, beside what was counted."""

    rang: int
    naam: str
    score: float
    klasse: Klasse
    per_1000: float | None
    verwacht: float | None
    signaal: Signaal | None
    eigen: bool


@dataclass(frozen=True, slots=True)
class Trends:
    """Everything on the page of a municipality, or of the region when ``code`` is None."""

    gebied: str
    code: str | None
    maanden: tuple[date, ...]
    fasen: tuple[FaseTrend, ...]
    meldingen: tuple[tuple[date, Waarde], ...]
    bestemmingen: tuple[tuple[str, Waarde], ...]  # of the last full month, most first
    opmerkingen: tuple[str, ...]
    scores: tuple[ScoreRij, ...]
    volgende: str = ""  # which month comes next, and when


def next_month(months: Sequence[date], rules: RuleSettings) -> str:
    """Return the sentence that says when the month after these is published."""
    after = months[-1].year * 12 + months[-1].month
    month = date(after // 12, after % 12 + 1, 1)
    naam = Periode(RapportSoort.MONITORBRIEF, month, month).naam
    return f"De cijfers van {naam} volgen op {format_moment(definite_from(month, rules))}."


def full_months(today: date) -> tuple[date, ...]:
    """Return the thirteen full months before the one that runs: the last one, and the same month a year before."""
    last = today.replace(day=1) - timedelta(days=1)
    months = last.year * 12 + last.month - MAANDEN
    return months_between(date(months // 12, months % 12 + 1, 1), last.replace(day=1))


def shown_months(now: datetime, rules: RuleSettings) -> tuple[date, ...]:
    """Return the months of the page: those that ended, of which the last only when it is published."""
    today = amsterdam_day(now)
    months = full_months(today)
    return months if definite_from(months[-1], rules) <= now else full_months(months[-1])


def name_of(code: str | None) -> str:
    """Return how an area is called."""
    if code is None:
        return REGIO
    return GEMEENTEN[code].naam if code in GEMEENTEN else code


def of_month(rapport: KpiRapport, month: date) -> KpiRapport:
    """Return what the page tells of one month, as a report over that month alone."""
    return replace(
        rapport,
        van=month,
        tot=month,
        regio=None if rapport.regio is None else _narrow(rapport.regio, month),
        gemeenten=tuple(_narrow(gebied, month) for gebied in rapport.gemeenten),
    )


# What waits is a stand of now, and no figure of a month.
_NO_STOCK = Voorraad(0, None, None)


def _narrow(gebied: GebiedRapport, month: date) -> GebiedRapport:
    counts = gebied.tellingen_per_maand[month]
    kept = {naam: counts[naam] for naam in (_PER_MELDER, _BESTEMMINGEN) if naam in counts}
    return GebiedRapport(
        gemeente_code=gebied.gemeente_code,
        fasen=tuple(
            replace(fase, totaal=fase.maanden[month], maanden={month: fase.maanden[month]}, voorraad=_NO_STOCK)
            for fase in gebied.fasen
            if fase.fase in FASEN
        ),
        tellingen=kept,
        tellingen_per_maand={month: kept},
    )


def write_trends(
    rapport: KpiRapport,
    openbaar: Mapping[date, Openbaar],
    scores: Sequence[tuple[str, Risicoscore]],
    *,
    code: str | None,
) -> Trends | None:
    """Return the page of an area, None when the report says nothing of it.

    ``openbaar`` holds what was published of the months of the report; of another nothing is told.
    """
    areas = [*([rapport.regio] if rapport.regio else []), *rapport.gemeenten]
    gebied = next((found for found in areas if found.gemeente_code == code), None)
    if gebied is None:
        return None
    months = months_between(rapport.van, rapport.tot)
    return Trends(
        gebied=name_of(code),
        code=code,
        maanden=months,
        fasen=tuple(_trend(fase, openbaar, months, code) for fase in gebied.fasen if fase.fase in FASEN),
        meldingen=tuple((month, _meldingen(openbaar.get(month), code)) for month in months),
        bestemmingen=_destinations(openbaar.get(months[-1]), code),
        opmerkingen=gebied.opmerkingen,
        scores=tuple(_scores(scores, code)),
    )


def told(getal: Getal | None) -> Waarde:
    """Return a published number as it is read."""
    return Waarde(None if getal is None else getal.aantal, shown(getal))


def _trend(fase: FaseRapport, openbaar: Mapping[date, Openbaar], months: Sequence[date], code: str | None) -> FaseTrend:
    return FaseTrend(
        fase=fase.fase,
        titel=FASEN[fase.fase],
        norm=fase.norm or 0,
        maanden=tuple(_month(fase, openbaar.get(month), month, code) for month in months),
    )


def _meldingen(openbaar: Openbaar | None, code: str | None) -> Waarde:
    return told(openbaar.telling(_MELDINGEN, "", code)) if openbaar else _UNPUBLISHED


def _month(fase: FaseRapport, openbaar: Openbaar | None, month: date, code: str | None) -> FaseMaand:
    if openbaar is None:
        return FaseMaand(month, *[_UNPUBLISHED] * 5)
    cijfers = fase.maanden[month]
    due = openbaar.termijnen(fase.fase, None, code)
    in_time = openbaar.termijnen(fase.fase, GEHAALD, code)
    return FaseMaand(
        maand=month,
        afgelopen=told(due),
        op_tijd=told(in_time),
        procent=_share(due, in_time),
        mediaan=_days(cijfers.mediaan_dagen, cijfers),
        p90=_days(cijfers.p90_dagen, cijfers),
    )


def _share(due: Getal | None, in_time: Getal | None) -> Waarde:
    told = share(due, in_time)
    return Waarde(int(told.removesuffix(" %")) if told.endswith(" %") else None, told)


def _days(days: int | None, cijfers: FaseCijfers) -> Waarde:
    if days is None:
        return Waarde(None, NIETS)
    if cijfers.gehaald + cijfers.te_laat < KLEIN:
        return Waarde(None, AFGESCHERMD)
    return Waarde(days, str(days))


def _destinations(openbaar: Openbaar | None, code: str | None) -> tuple[tuple[str, Waarde], ...]:
    if openbaar is None:
        return ()
    kinds = openbaar.onderdelen(_BESTEMMINGEN, code)
    rows = [(soort, told(openbaar.telling(_BESTEMMINGEN, soort, code))) for soort in kinds]
    # What is kept back comes last, by its name: its place must not tell how large it is.
    return tuple(sorted(rows, key=lambda row: (row[1].getal is None, -(row[1].getal or 0), row[0])))


def _scores(scores: Sequence[tuple[str, Risicoscore]], code: str | None) -> Iterable[ScoreRij]:
    own = with_predecessors([] if code is None else [code])
    for rang, (gemeente, score) in enumerate(scores, start=1):
        yield ScoreRij(
            rang=rang,
            naam=score.gemeente,
            score=round(score.risicoscore, 1),
            klasse=score.klasse,
            per_1000=score.meldingen_per_1000,
            verwacht=None if score.verwacht_per_1000 is None else round(score.verwacht_per_1000, 1),
            signaal=score.signaal,
            eigen=gemeente in own,
        )


# --- the charts ---


def share_chart(trend: FaseTrend) -> Kolommen | None:
    """Return the chart of the share in time of one phase, with its norm."""
    return columns([_punt(row.maand, row.procent, "op tijd") for row in trend.maanden], norm=trend.norm)


def lead_chart(trend: FaseTrend) -> Lijnen | None:
    """Return the chart of how long one phase took: half of it, and nine of ten."""
    return lines(
        [
            ("Helft klaar binnen", [_punt(row.maand, row.mediaan, "dagen (helft)") for row in trend.maanden]),
            ("Negen op de tien klaar binnen", [_punt(row.maand, row.p90, "dagen (9 op 10)") for row in trend.maanden]),
        ]
    )


def count_chart(trends: Trends) -> Kolommen | None:
    """Return the chart of the meldingen of each month."""
    return columns([_punt(month, aantal, "meldingen") for month, aantal in trends.meldingen])


def destination_chart(trends: Trends) -> Balken | None:
    """Return the chart of the destinations of the last month."""
    return bars(
        [(in_words(naam), aantal.getal, None, aantal.tekst, False) for naam, aantal in trends.bestemmingen], links=270
    )


def gaps(waarden: Iterable[Waarde]) -> str:
    """Return in how many months a chart has an empty place, and why; empty when in none."""
    found = Counter(waarde.tekst for waarde in waarden if waarde.getal is None)
    parts = [f"{_in_months(found[tekst])} {why}" for tekst, why in _WHY.items() if found[tekst]]
    return f"Een lege plek is geen nul: {', '.join(parts)}." if parts else ""


_WHY: Mapping[str, str] = MappingProxyType(
    {
        AFGESCHERMD: "is het cijfer afgeschermd",
        NIET_GEPUBLICEERD: "is er niets gepubliceerd",
        TE_WEINIG: "is er te weinig afgelopen voor een aandeel",
        NIETS: "is er niets te tellen",
    }
)


def _in_months(count: int) -> str:
    return f"in {count} {'maand' if count == 1 else 'maanden'}"


def score_chart(trends: Trends) -> Balken | None:
    """Return the chart of the municipalities by score: meldingen per 1,000 inhabitants beside what is expected."""
    return bars([(row.naam, row.per_1000, row.verwacht, per_1000(row.per_1000), row.eigen) for row in trends.scores])


def per_1000(value: float | None) -> str:
    """Return how many in a thousand, as precisely as the source says it: ``13``, ``7,6``."""
    return NIETS if value is None else f"{value:.1f}".removesuffix(".0").replace(".", ",")


_KORT = ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec")


def _punt(month: date, value: Waarde, wat: str) -> Punt:
    return Punt(f"{_KORT[month.month - 1]} {month:%y}", value.getal, f"{month.month}-{month.year}: {value.tekst} {wat}")
