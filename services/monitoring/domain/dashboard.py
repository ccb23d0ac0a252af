"""What the page of Veilig Thuis shows: what is late and due today, shares in time, stock with its age; no person."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType

from services.monitoring.domain.berichten import KLOKKEN, STAPPEN
from services.monitoring.domain.grafieken import Kolommen, Punt, columns
from services.monitoring.domain.kpis import FaseCijfers, FaseRapport, GebiedRapport, KpiRapport, Voorraad
from shared.rules.codes import TermijnSoort
from shared.rules.gemeenten import GEMEENTEN, with_predecessors

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
class Stand:
    """How open clocks stand: each is counted once, under what is most pressing."""

    verstreken: int = 0
    vandaag: int = 0
    dreigend: int = 0
    lopend: int = 0

    @property
    def totaal(self) -> int:
        """How many are open."""
        return self.verstreken + self.vandaag + self.dreigend + self.lopend

    def __add__(self, other: "Stand") -> "Stand":
        return Stand(
            self.verstreken + other.verstreken,
            self.vandaag + other.vandaag,
            self.dreigend + other.dreigend,
            self.lopend + other.lopend,
        )


@dataclass(frozen=True, slots=True)
class KlokStand:
    """How the open clocks of one kind stand in one municipality."""

    gemeente_code: str
    soort: str
    stand: Stand


@dataclass(frozen=True, slots=True)
class Nu:
    """What asks for somebody today."""

    te_laat: int
    vandaag: int
    zonder_eigenaar: int
    wacht_op_besluit: int
    oudste_dagen: int | None


@dataclass(frozen=True, slots=True)
class KlokRij:
    naam: str
    stand: Stand
    oudste_dagen: int | None
    mediaan_dagen: int | None


@dataclass(frozen=True, slots=True)
class GemeenteRij:
    naam: str
    stand: Stand
    zonder_eigenaar: int
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
    def totaal(self) -> int:
        """How many fell due."""
        return self.op_tijd + self.te_laat

    @property
    def procent(self) -> int | None:
        """The share in time in whole percents, met or not as the norm is; None when nothing fell due."""
        return 100 * self.op_tijd // self.totaal if self.totaal else None


def draw(dagen: Sequence[DagStand], norm: int) -> Kolommen | None:
    """Return the chart of these days, or None when nothing fell due on any of them."""
    shown = [dag for dag in dagen if dag.procent is not None]
    punten = [Punt(f"{dag.dag.day}-{dag.dag.month}", 100 * dag.op_tijd / dag.totaal, _caption(dag)) for dag in shown]
    return columns(punten, norm=norm) if punten else None


def _caption(dag: DagStand) -> str:
    return f"{dag.dag:%d-%m-%Y}: {dag.procent} % op tijd ({dag.op_tijd} van {dag.totaal})"


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


def nu(rapport: KpiRapport, standen: Sequence[KlokStand]) -> Nu:
    """Return what asks for somebody today, over the whole region."""
    whole = sum((row.stand for row in standen), Stand())
    beoordeling = _voorraad(rapport.regio, TermijnSoort.VEILIGHEIDSBEOORDELING)
    return Nu(
        te_laat=whole.verstreken,
        vandaag=whole.vandaag,
        zonder_eigenaar=_without_owner(standen),
        wacht_op_besluit=beoordeling.aantal if beoordeling else 0,
        oudste_dagen=beoordeling.oudste_dagen if beoordeling else None,
    )


def _without_owner(standen: Iterable[KlokStand]) -> int:
    """Return how much work nobody has: it has a clock for its owner, which stops when there is one."""
    return sum(row.stand.totaal for row in standen if row.soort == TermijnSoort.TOEWIJZING)


def _voorraad(gebied: GebiedRapport | None, soort: TermijnSoort) -> Voorraad | None:
    return next((fase.voorraad for fase in gebied.fasen if fase.fase is soort), None) if gebied else None


def klok_rijen(rapport: KpiRapport, standen: Sequence[KlokStand]) -> tuple[KlokRij, ...]:
    """Return a row a kind of clock that is open anywhere, in the order of the chain."""
    rows = []
    for soort in TermijnSoort:
        stand = sum((row.stand for row in standen if row.soort == soort), Stand())
        if not stand.totaal:
            continue
        voorraad = _voorraad(rapport.regio, soort)
        rows.append(
            KlokRij(
                naam=KLOKKEN[soort.value].capitalize(),
                stand=stand,
                oudste_dagen=voorraad.oudste_dagen if voorraad else None,
                mediaan_dagen=voorraad.mediaan_dagen if voorraad else None,
            )
        )
    return tuple(rows)


def gemeente_rijen(rapport: KpiRapport, standen: Sequence[KlokStand]) -> tuple[GemeenteRij, ...]:
    """Return a row a municipality, by name, over the whole period of the report."""
    rows = [_gemeente_rij(gebied, rapport, standen) for gebied in rapport.gemeenten]
    return tuple(sorted((row for row in rows if row), key=lambda row: row.naam))


def _gemeente_rij(gebied: GebiedRapport, rapport: KpiRapport, standen: Sequence[KlokStand]) -> GemeenteRij | None:
    code = gebied.gemeente_code or ""
    # A clock of a melding of before a merger stands under the code of then.
    own = [row for row in standen if row.gemeente_code in with_predecessors({code})]
    beoordeling = next((fase for fase in gebied.fasen if fase.fase in VB), None)
    if beoordeling is None:
        return None
    return GemeenteRij(
        naam=GEMEENTEN[code].naam if code in GEMEENTEN else code,
        stand=sum((row.stand for row in own), Stand()),
        zonder_eigenaar=_without_owner(own),
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
class WaarschuwingTelling:
    """How often a step of a kind of term was alarmed since some moment, and when last."""

    soort: str
    stap: str
    aantal: int
    laatste: datetime


@dataclass(frozen=True, slots=True)
class WaarschuwingRij:
    """How often each step of a kind of term was alarmed, in the order of the steps."""

    naam: str
    aantallen: tuple[int, ...]
    laatste: datetime


def waarschuwing_rijen(tellingen: Sequence[WaarschuwingTelling]) -> tuple[WaarschuwingRij, ...]:
    """Return a row a kind of term, in the order of the chain."""
    rows = []
    for soort in TermijnSoort:
        own = {telling.stap: telling for telling in tellingen if telling.soort == soort}
        if own:
            counts = tuple(own[stap].aantal if stap in own else 0 for stap in STAPPEN)
            rows.append(WaarschuwingRij(KLOKKEN[soort].capitalize(), counts, max(row.laatste for row in own.values())))
    return tuple(rows)


# What a team leader reads of each chore.
KLUSSEN: Mapping[str, str] = MappingProxyType(
    {
        "sweep_termijnen": "termijnen nakijken",
        "deliver_berichten": "berichten versturen",
        "deliver_webhooks": "webhooks bezorgen",
        "watch_rooms": "afdelingen bewaken",
        "watch_calendar": "kalender bewaken",
        "propose_vernietiging": "vernietiging voorstellen",
        "balance_kpis": "stand van de cijfers vastleggen",
        "send_dagberichten": "dagberichten versturen",
        "freeze_rapporten": "rapportages vaststellen",
    }
)


@dataclass(frozen=True, slots=True)
class KlusStand:
    """When a chore last ran, and whether that is too long ago."""

    naam: str
    tijdstip: datetime | None
    tijdstip_keten: datetime | None
    stil: bool

    @property
    def titel(self) -> str:
        """How it is called on a page."""
        return KLUSSEN[self.naam]
