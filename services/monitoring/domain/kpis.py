"""What a casus adds to the figures, and how figures are read from the cells in which everything is added up.

A cell is a count under a key. The keys are chosen so that a figure is read from a number of cells that does not grow
with the number of casussen, also a median: lead times are kept as a histogram in whole days.

A term belongs to the month in which its last day lies. It counts as in time when it was met before its due date, also
when that date comes later in the month; as late when it was met afterwards, or became pointless afterwards; and as open
and late from the moment at which the sweep told so. Otherwise a figure would improve by leaving casussen lying.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from services.monitoring.domain.behandeltellingen import behandeltellingen
from services.monitoring.domain.fold import CasusState
from services.monitoring.domain.opvang import opvangtellingen
from services.monitoring.domain.overdrachttellingen import overdrachttellingen
from services.monitoring.domain.palet import palettellingen
from services.monitoring.domain.plannen import plantellingen
from services.monitoring.domain.termijnen import Termijn
from shared.rules.calendar import amsterdam_day
from shared.rules.codes import MelderSoort, TermijnSoort
from shared.rules.settings import RuleSettings

# An advies may be given without a municipality: it counts for the region and for no municipality.
GEEN_GEMEENTE = "0000"

# Under which name the melding of a professional counts, by whether his meldcode was complete.
MELDCODE: Mapping[bool | None, str] = MappingProxyType(
    {True: "meldcodeVolledig", False: "meldcodeOnvolledig", None: "zonderMeldcode"}
)


class Meting(StrEnum):
    GESTART = "gestart"
    GEHAALD = "gehaald"
    TE_LAAT = "te-laat"
    OPEN_TE_LAAT = "open-te-laat"
    DOORLOOPTIJD = "doorlooptijd"  # waarde: whole days
    VOORRAAD = "voorraad"  # dag: the day on which the clock started
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
    return Counter([*(key for clock in state.termijnen for key in _of_termijn(clock)), *_tellingen(state)])


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


def _of_termijn(clock: Termijn) -> Iterator[KpiKey]:
    fase, gemeente = clock.soort.value, clock.gemeente_code
    yield KpiKey(Meting.GESTART, gemeente, month_of(clock.start), fase, "")
    if clock.gestopt_op is None:
        yield KpiKey(Meting.VOORRAAD, gemeente, amsterdam_day(clock.start), fase, "")
    elif not clock.vervallen:
        days = (amsterdam_day(clock.gestopt_op) - amsterdam_day(clock.start)).days
        yield KpiKey(Meting.DOORLOOPTIJD, gemeente, month_of(clock.gestopt_op), fase, str(days))
    meting = _in_time_or_late(clock)
    if meting is not None:
        yield KpiKey(meting, gemeente, month_due(clock.uiterlijk), fase, "")


def _in_time_or_late(clock: Termijn) -> Meting | None:
    if clock.gestopt_op is None:
        return Meting.OPEN_TE_LAAT if clock.verstreken_gemeld else None
    if not clock.in_time:
        return Meting.TE_LAAT
    return None if clock.vervallen else Meting.GEHAALD


def _telling(gemeente_code: str, op: datetime, naam: str, waarde: str = "") -> KpiKey:
    return KpiKey(Meting.TELLING, gemeente_code, month_of(op), naam, waarde)


def _tellingen(state: CasusState) -> Iterator[KpiKey]:
    heard = state.heard
    yield from _tellingen_of_meldingen(state)
    yield from _tellingen_of_advies(state)
    for signaal in heard.signalen.values():
        yield _telling(signaal.gemeente_code, signaal.geplaatst_op, "signalenPerIndex", signaal.index.value)
    for match in heard.matches.values():
        yield _telling(match.gemeente_code, match.ontvangen_op, "matches", match.index.value)
    yield from _tellingen_of_handle_with_care(state)
    yield from _tellingen_of_dubbel_anoniem(state)
    yield from _tellingen_of_judgement(state)
    yield from (_telling(*telling) for telling in overdrachttellingen(state))
    yield from (_telling(*telling) for telling in behandeltellingen(state))
    due = {clock.ref_id: clock.uiterlijk for clock in state.termijnen if clock.soort is TermijnSoort.PLANACTIE}
    yield from (_telling(*telling) for telling in plantellingen(heard.plannen, due))
    yield from (_telling(*telling) for telling in palettellingen(heard.palet))
    yield from (_telling(*telling) for telling in opvangtellingen(heard))
    for moment in state.momenten:
        if moment.uitkomst:
            yield _telling(
                moment.gemeente_code,
                moment.uitkomst.afgerond_op,
                "monitormomentenPerNaleving",
                moment.uitkomst.naleving.value,
            )


def _tellingen_of_meldingen(state: CasusState) -> Iterator[KpiKey]:
    heard = state.heard
    for melding in heard.meldingen.values():
        place = (melding.gemeente_code, melding.ontvangen_op)
        yield _telling(*place, "meldingen")
        yield _telling(*place, "meldingenPerMelderCategorie", melding.melder_categorie.value)
        if melding.hermelding:
            yield _telling(*place, "hermeldingen")
        if melding.melder_soort is MelderSoort.PROFESSIONAL:
            yield _telling(*place, MELDCODE[melding.meldcode_volledig], melding.melder_categorie.value)


def _tellingen_of_dubbel_anoniem(state: CasusState) -> Iterator[KpiKey]:
    heard = state.heard
    for unknown in heard.dubbel_anoniem.values():
        yield _telling(unknown.gemeente_code, unknown.ontvangen_op, "dubbelAnoniem")
    for besloten in heard.dubbel_besluiten:
        known = heard.dubbel_anoniem.get(besloten.melding_id)
        if known:
            yield _telling(known.gemeente_code, besloten.besloten_op, "dubbelAnoniemPerBesluit", besloten.besluit.value)


def _tellingen_of_advies(state: CasusState) -> Iterator[KpiKey]:
    heard = state.heard
    for advies in heard.adviezen.values():
        place = (advies.gemeente_code or GEEN_GEMEENTE, advies.gegeven_op)
        yield _telling(*place, "adviezen")
        yield _telling(*place, "adviezenPerSoort", advies.soort.value)
        yield _telling(*place, "adviezenPerKanaal", advies.kanaal)
        yield _telling(*place, "adviezenPerAdviesvragerCategorie", advies.adviesvrager_categorie.value)
    for omzetting in heard.omzettingen.values():
        # Both facts have the advies for a subject; where it was given is where it counts.
        given = heard.adviezen.get(omzetting.advies_id)
        gemeente = given.gemeente_code if given else None
        yield _telling(gemeente or GEEN_GEMEENTE, omzetting.omgezet_op, "adviesOmzettingen", omzetting.reden.value)


def _tellingen_of_handle_with_care(state: CasusState) -> Iterator[KpiKey]:
    """Count what became of each signal, in the month of the message of the police; one that is under way not yet."""
    heard = state.heard
    lessons = {
        clock.melding_id: clock.uiterlijk
        for clock in state.termijnen
        if clock.soort is TermijnSoort.HANDLE_WITH_CARE and clock.ref_id == clock.melding_id
    }
    for signaal in heard.hwc_gestart.values():
        arrived = heard.hwc_afgeleverd.get(signaal.signaal_id)
        lost = heard.hwc_niet_afgeleverd.get(signaal.signaal_id)
        due = lessons.get(signaal.melding_id)
        if arrived and due:
            uitkomst = "op-tijd" if arrived.afgeleverd_op < due else "te-laat"
        elif signaal.signaal_id in heard.hwc_vervallen:
            uitkomst = "vervallen"
        elif lost:
            uitkomst = lost.reden.value
        else:
            continue
        yield _telling(signaal.gemeente_code, signaal.ontvangen_op, "handleWithCare", uitkomst)


def _tellingen_of_judgement(state: CasusState) -> Iterator[KpiKey]:
    heard = state.heard
    for check in heard.acuutchecks.values():
        melding = heard.meldingen.get(check.melding_id)
        if check.acuut and melding:
            yield _telling(melding.gemeente_code, check.gedaan_op, "acuut")
    for besluit in heard.besluiten.values():
        yield _telling(besluit.gemeente_code, besluit.besloten_op, "uitkomsten", besluit.uitkomst.value)
    for conclusie in heard.conclusies.values():
        yield _telling(conclusie.gemeente_code, conclusie.afgerond_op, "conclusies", conclusie.conclusie.value)


# --- reading ---


@dataclass(frozen=True, slots=True)
class Cell:
    key: KpiKey
    aantal: int


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

    @property
    def vervallen(self) -> int:
        """How many terms fell due."""
        return self.gehaald + self.te_laat + self.open_te_laat

    @property
    def percentage_op_tijd(self) -> float | None:
        """In time, of all that fell due; None when nothing did."""
        return round(100 * self.gehaald / self.vervallen, 1) if self.vervallen else None


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
    sums: Counter[KpiKey] = Counter()
    for cell in cells:
        if gemeente_code in (None, cell.key.gemeente_code):
            sums[cell.key._replace(gemeente_code="")] += cell.aantal
    per_maand = {month: _counts(sums, [month]) for month in months}
    return GebiedRapport(
        gemeente_code=gemeente_code,
        fasen=tuple(_report_fase(sums, fase, months, settings, today) for fase in fasen),
        tellingen=_counts(sums, months),
        tellingen_per_maand=per_maand,
    )


def _report_fase(
    sums: Mapping[KpiKey, int], fase: TermijnSoort, months: Sequence[date], settings: RuleSettings, today: date
) -> FaseRapport:
    mine = {key: aantal for key, aantal in sums.items() if key.naam == fase.value and key.meting != Meting.TELLING}
    return FaseRapport(
        fase=fase,
        norm=norm_of(fase, settings),
        totaal=_figures(mine, frozenset(months)),
        maanden={month: _figures(mine, frozenset({month})) for month in months},
        voorraad=_stock(mine, today),
    )


def _figures(cells: Mapping[KpiKey, int], months: frozenset[date]) -> FaseCijfers:
    sums: Counter[str] = Counter()
    histogram: Counter[int] = Counter()
    for key, aantal in cells.items():
        if key.meting != Meting.VOORRAAD and key.dag in months:
            sums[key.meting] += aantal
            if key.meting == Meting.DOORLOOPTIJD:
                histogram[int(key.waarde)] += aantal
    return FaseCijfers(
        gestart=sums[Meting.GESTART],
        gehaald=sums[Meting.GEHAALD],
        te_laat=sums[Meting.TE_LAAT],
        open_te_laat=sums[Meting.OPEN_TE_LAAT],
        mediaan_dagen=percentile(histogram, 0.5),
        p90_dagen=percentile(histogram, 0.9),
    )


def _stock(cells: Mapping[KpiKey, int], today: date) -> Voorraad:
    ages: Counter[int] = Counter()
    for key, aantal in cells.items():
        if key.meting == Meting.VOORRAAD:
            ages[(today - key.dag).days] += aantal
    return Voorraad(sum(ages.values()), max((age for age in ages if ages[age]), default=None), percentile(ages, 0.5))


def _counts(sums: Mapping[KpiKey, int], months: Sequence[date]) -> dict[str, dict[str, int]]:
    wanted = frozenset(months)
    found: dict[str, Counter[str]] = {}
    for key, aantal in sums.items():
        if key.meting == Meting.TELLING and key.dag in wanted:
            found.setdefault(key.naam, Counter())[key.waarde] += aantal
    return {naam: dict(sorted(found[naam].items())) for naam in sorted(found)}
