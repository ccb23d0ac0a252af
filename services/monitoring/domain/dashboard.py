"""What the page of monitoring shows: shares in time against the norm, stock with its age, one chart; no person."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from services.monitoring.domain.berichten import KLOKKEN
from services.monitoring.domain.kpis import FaseCijfers, FaseRapport, GebiedRapport, KpiRapport
from shared.rules.codes import TermijnSoort
from shared.rules.gemeenten import GEMEENTEN

TIEN_WEKEN = (TermijnSoort.ONDERZOEK, TermijnSoort.VOORWAARDEN_EN_VERVOLG)
VB = (TermijnSoort.VEILIGHEIDSBEOORDELING,)


@dataclass(frozen=True, slots=True)
class Aandeel:
    """How many of what fell due was done in time, beside the norm."""

    op_tijd: int
    vervallen: int
    norm: int

    @property
    def procent(self) -> float | None:
        """The share in percent with one decimal; None when nothing fell due."""
        return round(100 * self.op_tijd / self.vervallen, 1) if self.vervallen else None

    @property
    def haalt_norm(self) -> bool | None:
        """Say whether the norm is met; None when nothing fell due."""
        return None if not self.vervallen else 100 * self.op_tijd >= self.norm * self.vervallen


def aandeel_of(gebied: GebiedRapport, fasen: Sequence[TermijnSoort], month: date | None, norm: int) -> Aandeel:
    """Return the share in time of some phases together, in a month or (None) over the whole period."""
    cijfers = [_cijfers(rapport, month) for rapport in gebied.fasen if rapport.fase in fasen]
    return Aandeel(sum(c.gehaald for c in cijfers), sum(c.vervallen for c in cijfers), norm)


def _cijfers(rapport: FaseRapport, month: date | None) -> FaseCijfers:
    return rapport.totaal if month is None else rapport.maanden[month]


@dataclass(frozen=True, slots=True)
class Tegel:
    """One norm: the last full month large, the running one beside it."""

    titel: str
    uitleg: str
    vorige: Aandeel
    lopend: Aandeel


@dataclass(frozen=True, slots=True)
class KlokRij:
    naam: str
    lopend: int
    dreigend: int
    verstreken: int
    oudste_dagen: int | None
    mediaan_dagen: int | None


@dataclass(frozen=True, slots=True)
class GemeenteRij:
    naam: str
    meldingen: int
    veiligheidsbeoordeling: Aandeel
    tien_weken: Aandeel
    wacht: int
    oudste_dagen: int | None


@dataclass(frozen=True, slots=True)
class DagStand:
    """How many terms had their last day on a day, and how many of those were met in time."""

    dag: date
    op_tijd: int
    te_laat: int

    @property
    def procent(self) -> int | None:
        """The share in time in whole percents; None when nothing fell due."""
        total = self.op_tijd + self.te_laat
        return round(100 * self.op_tijd / total) if total else None


@dataclass(frozen=True, slots=True)
class Staaf:
    """One bar of the chart, in the units of its drawing."""

    x: float
    y: float
    breedte: float
    hoogte: float
    haalt_norm: bool
    onderschrift: str  # what is read out, and shown on hover


@dataclass(frozen=True, slots=True)
class Streepje:
    plek: float
    tekst: str


@dataclass(frozen=True, slots=True)
class Grafiek:
    """A bar a day on which something fell due, with the norm as a line."""

    breedte: int
    hoogte: int
    links: int
    rechts: int
    onder: float
    staven: tuple[Staaf, ...]
    dagen: tuple[Streepje, ...]
    procenten: tuple[Streepje, ...]
    norm: int
    norm_y: float


_BREEDTE, _HOOGTE = 960, 300
_LINKS, _RECHTS, _BOVEN, _ONDER = 56, 16, 20, 42
_LABELS_MAX = 7
_KLEINSTE_HOOGTE = 2.0  # a day on which nothing was in time must still be seen


def draw(dagen: Sequence[DagStand], norm: int) -> Grafiek | None:
    """Return the drawing of these days, or None when nothing fell due on any of them."""
    shown = [dag for dag in dagen if dag.procent is not None]
    if not shown:
        return None
    width = (_BREEDTE - _LINKS - _RECHTS) / len(shown)
    every = -(-len(shown) // _LABELS_MAX)
    bottom = float(_HOOGTE - _ONDER)
    return Grafiek(
        breedte=_BREEDTE,
        hoogte=_HOOGTE,
        links=_LINKS,
        rechts=_BREEDTE - _RECHTS,
        onder=bottom,
        staven=tuple(_bar(dag, number, width, norm) for number, dag in enumerate(shown)),
        dagen=tuple(
            Streepje(round(_LINKS + (number + 0.5) * width, 1), f"{dag.dag.day}-{dag.dag.month}")
            for number, dag in enumerate(shown)
            if number % every == 0
        ),
        procenten=tuple(Streepje(_y(procent), f"{procent}") for procent in (0, 25, 50, 75, 100)),
        norm=norm,
        norm_y=_y(norm),
    )


def _y(procent: float) -> float:
    return round(_HOOGTE - _ONDER - (_HOOGTE - _ONDER - _BOVEN) * procent / 100, 1)


def _bar(dag: DagStand, number: int, width: float, norm: int) -> Staaf:
    total = dag.op_tijd + dag.te_laat
    top = min(_y(100 * dag.op_tijd / total), _HOOGTE - _ONDER - _KLEINSTE_HOOGTE)
    gap = min(4.0, width * 0.25)
    return Staaf(
        x=round(_LINKS + number * width + gap / 2, 1),
        y=top,
        breedte=round(min(width - gap, 48.0), 1),
        hoogte=round(_HOOGTE - _ONDER - top, 1),
        haalt_norm=100 * dag.op_tijd >= norm * total,
        onderschrift=f"{dag.dag:%d-%m-%Y}: {dag.procent} % op tijd ({dag.op_tijd} van {total})",
    )


def tegels(rapport: KpiRapport, *, vorige: date, lopend: date) -> tuple[Tegel, ...]:
    """Return the two norms of the region."""
    regio = rapport.regio
    if regio is None:
        return ()
    return (
        Tegel(
            "Veiligheidsbeoordeling binnen 5 werkdagen",
            "Van alle termijnen met hun laatste dag in de maand: besluit op tijd. Open en te laat telt als te laat.",
            aandeel_of(regio, VB, vorige, rapport.norm_veiligheidsbeoordeling),
            aandeel_of(regio, VB, lopend, rapport.norm_veiligheidsbeoordeling),
        ),
        Tegel(
            "Onderzoek en voorwaarden en vervolg binnen 10 weken",
            "Beide diensten samen, op dezelfde manier geteld.",
            aandeel_of(regio, TIEN_WEKEN, vorige, rapport.norm_tien_weken),
            aandeel_of(regio, TIEN_WEKEN, lopend, rapport.norm_tien_weken),
        ),
    )


@dataclass(frozen=True, slots=True)
class Stand:
    """How the open clocks of one kind stand."""

    lopend: int
    dreigend: int
    verstreken: int


def klok_rijen(rapport: KpiRapport, standen: Mapping[str, Stand]) -> tuple[KlokRij, ...]:
    """Return a row a kind of clock that is open anywhere, in the order of the chain."""
    by_fase = {fase.fase: fase for fase in rapport.regio.fasen} if rapport.regio else {}
    rows = []
    for soort in TermijnSoort:
        stand = standen.get(soort.value)
        if stand is None:
            continue
        voorraad = by_fase[soort].voorraad if soort in by_fase else None
        rows.append(
            KlokRij(
                naam=KLOKKEN[soort.value].capitalize(),
                lopend=stand.lopend,
                dreigend=stand.dreigend,
                verstreken=stand.verstreken,
                oudste_dagen=voorraad.oudste_dagen if voorraad else None,
                mediaan_dagen=voorraad.mediaan_dagen if voorraad else None,
            )
        )
    return tuple(rows)


def gemeente_rijen(rapport: KpiRapport) -> tuple[GemeenteRij, ...]:
    """Return a row a municipality, by name, over the whole period of the report."""
    rows = [_gemeente_rij(gebied, rapport) for gebied in rapport.gemeenten]
    return tuple(sorted((row for row in rows if row), key=lambda row: row.naam))


def _gemeente_rij(gebied: GebiedRapport, rapport: KpiRapport) -> GemeenteRij | None:
    code = gebied.gemeente_code or ""
    beoordeling = next((fase for fase in gebied.fasen if fase.fase in VB), None)
    if beoordeling is None:
        return None
    return GemeenteRij(
        naam=GEMEENTEN[code].naam if code in GEMEENTEN else code,
        meldingen=telling(gebied, "meldingen"),
        veiligheidsbeoordeling=aandeel_of(gebied, VB, None, rapport.norm_veiligheidsbeoordeling),
        tien_weken=aandeel_of(gebied, TIEN_WEKEN, None, rapport.norm_tien_weken),
        wacht=beoordeling.voorraad.aantal,
        oudste_dagen=beoordeling.voorraad.oudste_dagen,
    )


def telling(gebied: GebiedRapport, naam: str) -> int:
    """Return a count over the whole period, all its kinds together."""
    return sum(gebied.tellingen.get(naam, {}).values())


@dataclass(frozen=True, slots=True)
class KlusStand:
    """When a chore last ran, and whether that is too long ago."""

    naam: str
    tijdstip: datetime | None
    tijdstip_keten: datetime | None
    stil: bool
