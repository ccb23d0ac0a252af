"""A report as it is kept and read: its figures, how they went over a year, lights, goals, texts, and what words mean.

A report that was made definite is kept as this content and nothing else: every form of it is written from it, and what
becomes known later does not reach it.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from services.monitoring.domain.kpis import months_between
from services.monitoring.domain.monitorbrief import (
    DEFINITIES,
    NIETS,
    WACHT,
    Cijfer,
    Gebiedscijfers,
    area_name,
    fase_name,
)
from services.monitoring.domain.rapportdoelen import DoelCijfer
from services.monitoring.domain.rapportsoorten import SOORTEN, Deel, Periode, RapportSoort
from services.monitoring.domain.rapportteksten import PLEKKEN, Plek, places_of
from services.monitoring.domain.stoplichten import REGEL, Kleur, Oordeel, Stoplicht, lights
from shared.canonical import canonical
from shared.rules.codes import TermijnSoort

ONBEKEND = "niet vastgesteld"
TREND_MAANDEN = 13  # a year, and the same month of the year before

_VB = fase_name(TermijnSoort.VEILIGHEIDSBEOORDELING)
# What a trend is shown of: its heading, where the figure stands, and what a letter without that figure says.
HOOFDCIJFERS: tuple[tuple[str, tuple[str, str, str], str], ...] = (
    ("Meldingen", ("Meldingen", "", "Aantal"), "0"),
    ("Adviezen", ("Adviezen", "", "Aantal"), "0"),
    ("Veiligheidsbeoordelingen op tijd", (_VB, "", "Aandeel op tijd"), NIETS),
    ("Wacht op een veiligheidsbeoordeling", (_VB, "", WACHT), "0"),
)


@dataclass(frozen=True, slots=True)
class Punt:
    maand: str
    waarde: str


@dataclass(frozen=True, slots=True)
class Reeks:
    """How one figure went, a month at a time, as the letters said it."""

    naam: str
    punten: tuple[Punt, ...]


@dataclass(frozen=True, slots=True)
class Tekst:
    plek: Plek
    titel: str
    tekst: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rapport:
    """The content of one report of one area."""

    soort: RapportSoort
    periode: str
    naam: str
    gebied: str
    gemeente_code: str | None
    peildatum: date
    termijnen: tuple[Cijfer, ...]
    tellingen: tuple[Cijfer, ...]
    trend: tuple[Reeks, ...] = ()
    stoplichten: tuple[Stoplicht, ...] = ()
    stoplichtregel: str = ""
    doelen: tuple[DoelCijfer, ...] = ()
    teksten: tuple[Tekst, ...] = ()
    opmerkingen: tuple[str, ...] = ()
    definities: tuple[tuple[str, str], ...] = ()

    @property
    def cijfers(self) -> tuple[Cijfer, ...]:
        """Every figure of the period, in the order of the report."""
        return self.termijnen + self.tellingen

    @property
    def vergelijkt(self) -> bool:
        """Say whether the figures of the period before stand beside these."""
        return any(one.vorige for one in self.cijfers)

    def tekst_op(self, plek: str) -> str:
        """Return what was written in a place; nothing when nobody wrote."""
        return next((one.tekst for one in self.teksten if one.plek == plek), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Uitgave:
    """A report with what is known of its making; without a version it is a concept, and may change."""

    rapport: Rapport
    versie: int | None = None
    vastgesteld_op: datetime | None = None
    reden: str | None = None
    vingerafdruk: str | None = None

    @property
    def is_concept(self) -> bool:
        """Say whether it was not made definite."""
        return self.versie is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Omgeving:
    """What a report is made with beside its own figures: what was published before, and what people wrote."""

    maandbrieven: Mapping[str, Sequence[Cijfer]]  # month to figures of the definite letter of that area
    vorige: "Rapport | None" = None  # the definite report over the period before
    teksten: Mapping[Plek, str]
    oordelen: Mapping[str, Oordeel]


def write_report(
    periode: Periode,
    cijfers: Gebiedscijfers,
    *,
    doelen: Sequence[DoelCijfer],
    omgeving: Omgeving,
    peildatum: date,
) -> Rapport:
    """Return the report of one area from its figures as they may be read."""
    delen = SOORTEN[periode.soort].delen
    before = omgeving.vorige
    termijnen, tellingen = cijfers.termijnen, cijfers.tellingen
    if periode.soort is not RapportSoort.MONITORBRIEF:
        termijnen = _beside(termijnen, before.termijnen if before else None)
        tellingen = _beside(tellingen, before.tellingen if before else None)
    own = {periode.code: cijfers.termijnen + cijfers.tellingen} if periode.soort is RapportSoort.MONITORBRIEF else {}
    return Rapport(
        soort=periode.soort,
        periode=periode.code,
        naam=periode.naam,
        gebied=area_name(cijfers.gemeente_code),
        gemeente_code=cijfers.gemeente_code,
        peildatum=peildatum,
        termijnen=termijnen,
        tellingen=tellingen,
        trend=trend_of(periode.tot, {**omgeving.maandbrieven, **own}) if Deel.TREND in delen else (),
        stoplichten=lights(termijnen, omgeving.oordelen) if Deel.STOPLICHTEN in delen else (),
        stoplichtregel=REGEL.tekst if Deel.STOPLICHTEN in delen else "",
        doelen=_goals_beside(doelen, before) if Deel.DOELEN in delen else (),
        teksten=tuple(
            Tekst(plek, PLEKKEN[plek].titel, omgeving.teksten[plek])
            for plek in places_of(periode.soort)
            if omgeving.teksten.get(plek)
        ),
        opmerkingen=cijfers.opmerkingen,
        definities=tuple(DEFINITIES.items()),
    )


def _beside(cijfers: Sequence[Cijfer], before: Sequence[Cijfer] | None) -> tuple[Cijfer, ...]:
    known = None if before is None else {one.plaats: one.waarde for one in before}
    return tuple(replace(one, vorige=_before(known, one.plaats)) for one in cijfers)


def _before(known: Mapping[Any, str] | None, plaats: object) -> str:
    return ONBEKEND if known is None else known.get(plaats, NIETS)


def _goals_beside(doelen: Sequence[DoelCijfer], before: Rapport | None) -> tuple[DoelCijfer, ...]:
    known = None if before is None else {one.plaats: one.waarde for one in before.doelen}
    return tuple(replace(one, vorige=_before(known, one.plaats)) for one in doelen)


def trend_months(last: date) -> tuple[date, ...]:
    """Return the months of a trend that ends with ``last``."""
    first = last.year * 12 + last.month - TREND_MAANDEN
    return months_between(date(first // 12, first % 12 + 1, 1), last)


def trend_of(last: date, brieven: Mapping[str, Sequence[Cijfer]]) -> tuple[Reeks, ...]:
    """Return how the main figures went, from the letters: what they did not publish is not in it either."""
    months = [f"{month:%Y-%m}" for month in trend_months(last)]
    said = {maand: {one.plaats: one.waarde for one in brieven[maand]} for maand in months if maand in brieven}
    return tuple(
        Reeks(
            naam,
            tuple(Punt(maand, said[maand].get(plaats, leeg) if maand in said else ONBEKEND) for maand in months),
        )
        for naam, plaats, leeg in HOOFDCIJFERS
    )


# --- as it is kept ---


def content_of(rapport: Rapport) -> dict[str, Any]:
    """Return a report as it is kept."""
    return asdict(rapport) | {"peildatum": rapport.peildatum.isoformat()}


def fingerprint(content: Mapping[str, Any]) -> str:
    """Return the hash of a content: the same content always has the same one."""
    return hashlib.sha256(canonical(dict(content))).hexdigest()


def report_of(content: Mapping[str, Any]) -> Rapport:
    """Return a report from how it is kept."""
    return Rapport(
        soort=RapportSoort(content["soort"]),
        periode=content["periode"],
        naam=content["naam"],
        gebied=content["gebied"],
        gemeente_code=content["gemeente_code"],
        peildatum=date.fromisoformat(content["peildatum"]),
        termijnen=tuple(Cijfer(**one) for one in content["termijnen"]),
        tellingen=tuple(Cijfer(**one) for one in content["tellingen"]),
        trend=tuple(Reeks(one["naam"], tuple(Punt(**punt) for punt in one["punten"])) for one in content["trend"]),
        stoplichten=tuple(_light(one) for one in content["stoplichten"]),
        stoplichtregel=content["stoplichtregel"],
        doelen=tuple(DoelCijfer(**one) for one in content["doelen"]),
        teksten=tuple(Tekst(Plek(one["plek"]), one["titel"], one["tekst"]) for one in content["teksten"]),
        opmerkingen=tuple(content["opmerkingen"]),
        definities=tuple((begrip, betekenis) for begrip, betekenis in content["definities"]),
    )


def _light(one: Mapping[str, Any]) -> Stoplicht:
    return Stoplicht(one["opgave"], one["naam"], Kleur(one["kleur"]), one["waarom"])


def goals_by_tree(rapport: Rapport) -> Iterator[tuple[str, list[DoelCijfer]]]:
    """Give each line of action with its figures."""
    for boom in dict.fromkeys(one.boom for one in rapport.doelen):
        yield boom, [one for one in rapport.doelen if one.boom == boom]
