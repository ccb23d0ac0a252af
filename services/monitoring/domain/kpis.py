"""What a casus adds to the figures, and how figures are read from the cells in which everything is added up.

A cell is a count under a key. The keys are chosen so that a figure is read from a number of cells that does not grow
with the number of casussen, also a median: lead times are kept as a histogram in whole days.

A term belongs to the month in which its last day lies. It counts as in time when it was met before its due date, also
when that date comes later in the month; as late when it was met afterwards, or became pointless afterwards; and as open
and late from the moment at which the sweep told so. Otherwise a figure would improve by leaving casussen lying.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import chain
from typing import NamedTuple

from services.monitoring.domain.behandeltellingen import behandeltellingen
from services.monitoring.domain.fold import CasusState
from services.monitoring.domain.kpidimensies import GESTUURD, Dimensie, onderdelen, stadia
from services.monitoring.domain.meldingtellingen import meldingtellingen
from services.monitoring.domain.opvang import opvangtellingen
from services.monitoring.domain.overdrachttellingen import overdrachttellingen
from services.monitoring.domain.palet import palettellingen
from services.monitoring.domain.plannen import plantellingen
from services.monitoring.domain.termijnen import Termijn
from shared.rules.calendar import amsterdam_day
from shared.rules.codes import TermijnSoort
from shared.rules.settings import RuleSettings


class Meting(StrEnum):
    GESTART = "gestart"
    GEHAALD = "gehaald"
    TE_LAAT = "te-laat"
    OPEN_TE_LAAT = "open-te-laat"
    DOORLOOPTIJD = "doorlooptijd"  # waarde: whole days
    VOORRAAD = "voorraad"  # dag: the day on which the clock started
    WACHTTIJD = "wachttijd"  # waarde: whole days of the lead time in which nobody owned the work
    WERKTIJD = "werktijd"  # waarde: the other days of it
    UITSPLITSING = "uitsplitsing"  # waarde: what is measured, of which kind, by which dimension
    TELLING = "telling"  # naam: an indicator, waarde: one of its kinds


class KpiKey(NamedTuple):
    """Which cell. Sorting keys puts the locks of two transactions in one order."""

    meting: str
    gemeente_code: str
    dag: date
    naam: str
    waarde: str


def contributions(state: CasusState) -> Mapping[KpiKey, int]:
    """Return what one casus adds to each cell."""
    return Counter([*(key for clock in state.termijnen for key in _of_termijn(clock, state)), *_tellingen(state)])


def difference(before: Mapping[KpiKey, int], after: Mapping[KpiKey, int]) -> dict[KpiKey, int]:
    """Return what must be added to each cell, in the order of the keys; cells that stay equal are left out."""
    changed = {key: after.get(key, 0) - before.get(key, 0) for key in before.keys() | after.keys()}
    return {key: changed[key] for key in sorted(changed) if changed[key]}


def month_of(instant: datetime) -> date:
    """Return the first day of the Amsterdam month in which something happened."""
    return amsterdam_day(instant).replace(day=1)


def month_due(uiterlijk: datetime) -> date:
    """Return the month of the last day of a term: its ``uiterlijk`` is the midnight after it."""
    return month_of(uiterlijk - timedelta(microseconds=1))


def _of_termijn(clock: Termijn, state: CasusState) -> Iterator[KpiKey]:
    fase, gemeente = clock.soort.value, clock.gemeente_code
    counted = [(Meting.GESTART, month_of(clock.start))]
    meting = _in_time_or_late(clock)
    if meting is not None:
        counted.append((meting, month_due(clock.uiterlijk)))
    if clock.gestopt_op is None:
        yield KpiKey(Meting.VOORRAAD, gemeente, amsterdam_day(clock.start), fase, "")
    elif not clock.vervallen:
        days = (amsterdam_day(clock.gestopt_op) - amsterdam_day(clock.start)).days
        yield KpiKey(Meting.DOORLOOPTIJD, gemeente, month_of(clock.gestopt_op), fase, str(days))
    for what, month in counted:
        yield KpiKey(what, gemeente, month, fase, "")
    if clock.soort in GESTUURD:
        yield from _of_steered(clock, state, counted)


def _of_steered(clock: Termijn, state: CasusState, counted: Iterable[tuple[Meting, date]]) -> Iterator[KpiKey]:
    fase, gemeente = clock.soort.value, clock.gemeente_code
    for dimensie, onderdeel in onderdelen(state.heard.meldingen.get(clock.melding_id)):
        for meting, month in counted:
            yield KpiKey(Meting.UITSPLITSING, gemeente, month, fase, f"{meting}:{onderdeel}:{dimensie}")
    stages = None if clock.vervallen else stadia(clock, state.termijnen)
    if stages and clock.gestopt_op is not None:
        for meting, days in zip((Meting.WACHTTIJD, Meting.WERKTIJD), stages, strict=True):
            yield KpiKey(meting, gemeente, month_of(clock.gestopt_op), fase, str(days))


def _in_time_or_late(clock: Termijn) -> Meting | None:
    if clock.gestopt_op is None:
        return Meting.OPEN_TE_LAAT if clock.verstreken_gemeld else None
    if not clock.in_time:
        return Meting.TE_LAAT
    return None if clock.vervallen else Meting.GEHAALD


def _tellingen(state: CasusState) -> Iterator[KpiKey]:
    heard = state.heard
    due = {clock.ref_id: clock.uiterlijk for clock in state.termijnen if clock.soort is TermijnSoort.PLANACTIE}
    for gemeente, op, naam, waarde in chain(
        meldingtellingen(state),
        overdrachttellingen(state),
        behandeltellingen(state),
        plantellingen(heard.plannen, due),
        palettellingen(heard.palet),
        opvangtellingen(heard),
    ):
        yield KpiKey(Meting.TELLING, gemeente, month_of(op), naam, waarde)


# --- reading ---


class Cell(NamedTuple):
    key: KpiKey
    aantal: int


# What was measured, of what, and its value (of the stock the day on which the clock started), with how many.
Som = Mapping[tuple[str, str, str], int]


@dataclass(frozen=True, slots=True)
class Voorraad:
    """What waits now, and how long already."""

    aantal: int
    oudste_dagen: int | None
    mediaan_dagen: int | None


@dataclass(frozen=True, slots=True)
class FaseCijfers:
    """The figures of one phase over one month, or over a whole period."""

    gestart: int
    gehaald: int
    te_laat: int
    open_te_laat: int
    mediaan_dagen: int | None
    p90_dagen: int | None
    # Whole days to how many were done in it.
    doorlooptijden: Mapping[int, int] = field(default_factory=dict)
    wachttijden: Mapping[int, int] = field(default_factory=dict)
    werktijden: Mapping[int, int] = field(default_factory=dict)

    @property
    def vervallen(self) -> int:
        """How many terms fell due."""
        return self.gehaald + self.te_laat + self.open_te_laat

    @property
    def percentage_op_tijd(self) -> float | None:
        """In time, of all that fell due; None when nothing did."""
        return round(100 * self.gehaald / self.vervallen, 1) if self.vervallen else None


@dataclass(frozen=True, slots=True)
class OnderdeelCijfers:
    """How the terms of one phase went over a period, of one kind of one dimension."""

    fase: TermijnSoort
    dimensie: Dimensie
    onderdeel: str
    cijfers: FaseCijfers


@dataclass(frozen=True, slots=True)
class FaseRapport:
    fase: TermijnSoort
    norm: int | None
    totaal: FaseCijfers
    maanden: Mapping[date, FaseCijfers]
    voorraad: Voorraad


@dataclass(frozen=True, slots=True)
class GebiedRapport:
    """The figures of one municipality, or of the region when ``gemeente_code`` is None."""

    gemeente_code: str | None
    fasen: tuple[FaseRapport, ...]
    tellingen: Mapping[str, Mapping[str, int]]  # indicator -> kind -> count, over the whole period
    tellingen_per_maand: Mapping[date, Mapping[str, Mapping[str, int]]]
    opmerkingen: tuple[str, ...] = ()
    uitsplitsing: tuple[OnderdeelCijfers, ...] = ()


@dataclass(frozen=True, slots=True)
class KpiRapport:
    van: date
    tot: date
    norm_veiligheidsbeoordeling: int
    norm_tien_weken: int
    regio: GebiedRapport | None
    gemeenten: tuple[GebiedRapport, ...] = field(default=())
    bekend_op: date | None = None


def norm_of(fase: TermijnSoort, settings: RuleSettings) -> int | None:
    """Return which share in time is agreed for a phase, in percent; most phases have none."""
    match fase:
        case TermijnSoort.VEILIGHEIDSBEOORDELING:
            return settings.kpi_norm_veiligheidsbeoordeling_procent
        case TermijnSoort.ONDERZOEK | TermijnSoort.VOORWAARDEN_EN_VERVOLG:
            return settings.kpi_norm_tien_weken_procent
        case _:
            return None


def months_between(van: date, tot: date) -> tuple[date, ...]:
    """Return the first days of the months from ``van`` up to and including ``tot``."""
    first, last = van.year * 12 + van.month - 1, tot.year * 12 + tot.month - 1
    return tuple(date(month // 12, month % 12 + 1, 1) for month in range(first, last + 1))


def percentile(histogram: Mapping[int, int], share: float) -> int | None:
    """Return the value at or below which at least ``share`` of the counted lie (nearest rank), or None without any."""
    total = sum(histogram.values())
    seen = 0
    for value in sorted(histogram):
        seen += histogram[value]
        if seen >= share * total and histogram[value]:
            return value
    return None


def report_area(  # noqa: PLR0913, what one area is made of, keyword only
    cells: Iterable[Cell],
    *,
    gemeente_code: str | None,
    months: Sequence[date],
    fasen: Sequence[TermijnSoort],
    settings: RuleSettings,
    today: date,
) -> GebiedRapport:
    """Return the figures of one area from its cells; with ``gemeente_code`` None those of all that are given."""
    sommen: dict[date, Counter[tuple[str, str, str]]] = {month: Counter() for month in months}
    voorraad: Counter[tuple[str, str, str]] = Counter()
    for key, aantal in cells:
        if gemeente_code is not None and key.gemeente_code != gemeente_code:
            continue
        if key.meting == Meting.VOORRAAD:
            voorraad[key.meting, key.naam, key.dag.isoformat()] += aantal
        elif key.dag in sommen:
            sommen[key.dag][key.meting, key.naam, key.waarde] += aantal
    return report_sommen(
        sommen, voorraad, gemeente_code=gemeente_code, months=months, fasen=fasen, settings=settings, today=today
    )


def report_sommen(  # noqa: PLR0913, what one area is made of, keyword only
    sommen: Mapping[date, Som],
    voorraad: Som,
    *,
    gemeente_code: str | None,
    months: Sequence[date],
    fasen: Sequence[TermijnSoort],
    settings: RuleSettings,
    today: date,
) -> GebiedRapport:
    """Return the figures of one area from what was added up of each month, and of the stock."""
    sums = _Sums()
    for month in months:
        sums.add(month, sommen.get(month, {}))
    sums.add_stock(voorraad)
    return GebiedRapport(
        gemeente_code=gemeente_code,
        fasen=tuple(_report_fase(sums, fase, months, settings, today) for fase in fasen),
        tellingen=_counts(sums, months),
        tellingen_per_maand={month: _counts(sums, [month]) for month in months},
        uitsplitsing=tuple(_onderdelen(sums, fasen)),
    )


class _Sums:
    """What is added up of one area, under what it is asked by."""

    def __init__(self) -> None:
        self.fasen: defaultdict[tuple[date, str], dict[tuple[str, str], int]] = defaultdict(dict)
        self.voorraad: defaultdict[str, dict[date, int]] = defaultdict(dict)
        self.tellingen: defaultdict[date, defaultdict[str, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
        self.onderdelen: Counter[tuple[str, str]] = Counter()

    def add(self, month: date, som: Som) -> None:
        """Take in a month."""
        tellingen = self.tellingen[month]
        for (meting, naam, waarde), aantal in som.items():
            if meting == Meting.TELLING:
                tellingen[naam][waarde] = aantal
            elif meting == Meting.UITSPLITSING:
                self.onderdelen[naam, waarde] += aantal
            else:
                self.fasen[month, naam][meting, waarde] = aantal

    def add_stock(self, som: Som) -> None:
        """Take in the stock, by the day on which each clock started."""
        for (_, naam, dag), aantal in som.items():
            self.voorraad[naam][date.fromisoformat(dag)] = aantal


def _report_fase(
    sums: _Sums, fase: TermijnSoort, months: Sequence[date], settings: RuleSettings, today: date
) -> FaseRapport:
    counted = {month: sums.fasen[month, fase.value] for month in months if (month, fase.value) in sums.fasen}
    figures = {month: _figures(one) for month, one in counted.items()}
    return FaseRapport(
        fase=fase,
        norm=norm_of(fase, settings),
        totaal=_figures(_added(counted.values())) if len(counted) > 1 else next(iter(figures.values()), _NOTHING),
        maanden={month: figures.get(month, _NOTHING) for month in months},
        voorraad=_stock(sums.voorraad.get(fase.value, {}), today),
    )


def _added(counted: Iterable[Mapping[tuple[str, str], int]]) -> Counter[tuple[str, str]]:
    whole: Counter[tuple[str, str]] = Counter()
    for one in counted:
        whole.update(one)
    return whole


def _figures(counted: Mapping[tuple[str, str], int]) -> FaseCijfers:
    days: dict[str, dict[int, int]] = {meting: {} for meting in _IN_DAYS}
    for (meting, waarde), aantal in counted.items():
        if meting in days:
            days[meting][int(waarde)] = aantal
    lead, waited, worked = (dict(sorted(days[meting].items())) for meting in _IN_DAYS)
    return FaseCijfers(
        gestart=counted.get((Meting.GESTART, ""), 0),
        gehaald=counted.get((Meting.GEHAALD, ""), 0),
        te_laat=counted.get((Meting.TE_LAAT, ""), 0),
        open_te_laat=counted.get((Meting.OPEN_TE_LAAT, ""), 0),
        mediaan_dagen=percentile(lead, 0.5),
        p90_dagen=percentile(lead, 0.9),
        doorlooptijden=lead,
        wachttijden=waited,
        werktijden=worked,
    )


_IN_DAYS = (Meting.DOORLOOPTIJD, Meting.WACHTTIJD, Meting.WERKTIJD)
_NOTHING = FaseCijfers(0, 0, 0, 0, None, None)


def _onderdelen(sums: _Sums, fasen: Sequence[TermijnSoort]) -> Iterator[OnderdeelCijfers]:
    found: defaultdict[tuple[str, str, str], Counter[tuple[str, str]]] = defaultdict(Counter)
    asked = {fase.value for fase in fasen}
    for (fase, waarde), aantal in sums.onderdelen.items():
        if fase not in asked:
            continue
        meting, onderdeel, dimensie = waarde.split(":")
        found[dimensie, fase, onderdeel][meting, ""] += aantal
    for (dimensie, fase, onderdeel), counted in sorted(found.items()):
        yield OnderdeelCijfers(TermijnSoort(fase), Dimensie(dimensie), onderdeel, _figures(counted))


def _stock(began: Mapping[date, int], today: date) -> Voorraad:
    ages = {(today - dag).days: aantal for dag, aantal in began.items() if aantal}
    return Voorraad(sum(ages.values()), max(ages, default=None), percentile(ages, 0.5))


def _counts(sums: _Sums, months: Sequence[date]) -> dict[str, dict[str, int]]:
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for month in months:
        for naam, kinds in sums.tellingen[month].items():
            found[naam].update(kinds)
    return {naam: dict(sorted(found[naam].items())) for naam in sorted(found)}
