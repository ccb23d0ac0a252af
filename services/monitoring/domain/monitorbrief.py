"""The figures of a letter or report to a municipality with their definitions, as they may be published.

A municipal council reads it, so the whole region is worked out with it: what is kept back for one municipality follows
from the figures of all the others (services/monitoring/domain/publicatie.py).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from services.monitoring.domain.berichten import KLOKKEN
from services.monitoring.domain.kpis import FaseCijfers, GebiedRapport, KpiRapport
from services.monitoring.domain.openbaar import GEHAALD, Openbaar
from services.monitoring.domain.publicatie import AFRONDEN_OP, GROVER, KLEIN, Getal
from shared.rules.codes import TermijnSoort
from shared.rules.gemeenten import GEMEENTEN

AFGESCHERMD = "afgeschermd"
NIETS = "\u2013"  # an en dash
TE_WEINIG = "te weinig"
# Of ten times what it is rounded to, a share lies at most eight percentage points beside that of the counts themselves.
_AFRONDINGEN = 10
AANDEEL_VANAF = _AFRONDINGEN * AFRONDEN_OP
CIRCA = "circa"
WACHT, OUDSTE = "Wacht", "Oudste (dagen)"

_GROVER = f"{', '.join(map(str, GROVER[:-1]))} of {GROVER[-1]}"

DEFINITIES: Mapping[str, str] = MappingProxyType(
    {
        "Afgelopen": "Termijnen met hun laatste dag in deze periode: gehaald, te laat gehaald, of open en te laat.",
        "Op tijd": "Gehaald vóór het eerste te late moment.",
        "Aandeel op tijd": (
            "Op tijd, gedeeld door afgelopen, met de afgeronde aantallen zoals zij gepubliceerd zijn; zo verraadt een "
            f"aandeel geen aantal. Wat open staat en te laat is telt mee als te laat. Onder de {AANDEEL_VANAF} "
            f"afgelopen staat er '{TE_WEINIG}': daar zegt de afronding meer dan het aandeel."
        ),
        "Mediaan en P90": ("Hele dagen, van wat in deze periode is afgerond: de helft, en negen op de tien, is klaar."),
        "Wacht": (
            "Wat op de peildatum open staat, en hoeveel dagen het oudste al wacht. Dit is een stand, geen cijfer over "
            "de periode."
        ),
        "Kleine aantallen": (
            f"Aantallen onder {KLEIN} zijn afgeschermd. De andere zijn afgerond op {AFRONDEN_OP}; waar '{CIRCA}' staat "
            f"op {_GROVER}, en soms is een ander aantal ook afgeschermd, zodat wie de cijfers van alle gemeenten, de "
            "regio en de maanden optelt en aftrekt een klein aantal niet kan berekenen."
        ),
        "Meer meldingen": "Meer meldingen kan betekenen dat mensen eerder melden; geen maat voor goed of slecht.",
    }
)

# Which counts are in the letter, by their title; the kinds of one count stand below each other.
TELLINGEN: Mapping[str, str] = MappingProxyType(
    {
        "meldingen": "Meldingen",
        "hermeldingen": "Hermeldingen",
        "acuut": "Acuut onveilig",
        "adviezen": "Adviezen",
        "meldingenPerMelderCategorie": "Meldingen naar melder",
        "uitkomsten": "Besluiten naar uitkomst",
        "conclusies": "Afgeronde diensten naar conclusie",
        "overdrachtenPerBestemming": "Aangeboden overdrachten naar bestemming",
        "overdrachtenGeaccepteerd": "Geaccepteerde overdrachten",
        "overdrachtenGeweigerd": "Geweigerde overdrachten",
    }
)


@dataclass(frozen=True, slots=True)
class Cijfer:
    """One figure, as it may be read; ``vorige`` is what the report over the period before said of it."""

    onderwerp: str
    onderdeel: str
    gegeven: str
    waarde: str
    norm: str = ""
    vorige: str = ""

    @property
    def plaats(self) -> tuple[str, str, str]:
        """Of what it is a figure: by this it is found again in another report."""
        return self.onderwerp, self.onderdeel, self.gegeven


@dataclass(frozen=True, slots=True)
class Gebiedscijfers:
    """The figures of one period for one municipality or for the region."""

    gemeente_code: str | None
    termijnen: tuple[Cijfer, ...]
    tellingen: tuple[Cijfer, ...]
    opmerkingen: tuple[str, ...] = ()


def write_brief(
    rapport: KpiRapport, *, gemeente_code: str | None, openbaar: Openbaar | None = None
) -> Gebiedscijfers | None:
    """Return the figures of an area in a report of the whole region; None when it says nothing of this municipality.

    ``openbaar`` saves the working out of the region when more areas of one report are asked. Raises ``ValueError``
    for a report of less than the region: what is kept back follows from all of it.
    """
    public = openbaar or Openbaar(rapport)
    gebied = find_area(rapport, gemeente_code)
    if gebied is None:
        return None
    return Gebiedscijfers(
        gemeente_code=gemeente_code,
        termijnen=tuple(_termijnen(gebied, public)),
        tellingen=tuple(_tellingen(gebied, public)),
        opmerkingen=gebied.opmerkingen,
    )


def find_area(rapport: KpiRapport, gemeente_code: str | None) -> GebiedRapport | None:
    """Return what a report says of a municipality, or of the region when None."""
    gebieden = [*([rapport.regio] if rapport.regio else []), *rapport.gemeenten]
    return next((found for found in gebieden if found.gemeente_code == gemeente_code), None)


def area_name(gemeente_code: str | None) -> str:
    """Return how an area is called."""
    if gemeente_code is None:
        return "Regio Rotterdam-Rijnmond"
    return GEMEENTEN[gemeente_code].naam if gemeente_code in GEMEENTEN else gemeente_code


def fase_name(fase: TermijnSoort) -> str:
    """Return under which subject the figures of a term stand."""
    return KLOKKEN[fase.value].capitalize()


def _termijnen(gebied: GebiedRapport, openbaar: Openbaar) -> Iterator[Cijfer]:
    for rapport in gebied.fasen:
        cijfers = rapport.totaal
        if not (cijfers.gestart or cijfers.vervallen or rapport.voorraad.aantal):
            continue
        naam = fase_name(rapport.fase)
        norm = f"{rapport.norm} %" if rapport.norm else ""
        due = openbaar.termijnen(rapport.fase, None, gebied.gemeente_code)
        in_time = openbaar.termijnen(rapport.fase, GEHAALD, gebied.gemeente_code)
        waiting = openbaar.voorraad(rapport.fase, gebied.gemeente_code)
        yield Cijfer(naam, "", "Afgelopen", shown(due))
        yield Cijfer(naam, "", "Op tijd", shown(in_time))
        yield Cijfer(naam, "", "Aandeel op tijd", share(due, in_time), norm)
        yield Cijfer(naam, "", "Mediaan (dagen)", _days(cijfers.mediaan_dagen, cijfers))
        yield Cijfer(naam, "", "P90 (dagen)", _days(cijfers.p90_dagen, cijfers))
        yield Cijfer(naam, "", WACHT, shown(waiting))
        oldest = rapport.voorraad.oudste_dagen
        yield Cijfer(naam, "", OUDSTE, NIETS if oldest is None else AFGESCHERMD if waiting is None else str(oldest))


def _tellingen(gebied: GebiedRapport, openbaar: Openbaar) -> Iterator[Cijfer]:
    for naam, titel in TELLINGEN.items():
        for onderdeel, aantal in gebied.tellingen.get(naam, {}).items():
            if aantal:
                yield Cijfer(titel, onderdeel, "Aantal", shown(openbaar.telling(naam, onderdeel, gebied.gemeente_code)))


def shown(getal: Getal | None) -> str:
    """Return a published number as it is read."""
    if getal is None:
        return AFGESCHERMD
    return str(getal.aantal) if getal.op == AFRONDEN_OP else f"{CIRCA} {getal.aantal}"


def share(whole: Getal | None, part: Getal | None) -> str:
    """Return the share of one published number in another as it may be read.

    Of the numbers as they are published, and of nothing else: 58 % beside a rounded 10 would tell that it is 7 of 12.
    """
    if whole is None or part is None:
        return AFGESCHERMD
    if not whole.aantal:
        return NIETS
    enough = whole.aantal >= _AFRONDINGEN * max(whole.op, part.op)
    return f"{100 * part.aantal / whole.aantal:.0f} %" if enough else TE_WEINIG


def _days(days: int | None, cijfers: FaseCijfers) -> str:
    if days is None:
        return NIETS
    return AFGESCHERMD if cijfers.gehaald + cijfers.te_laat < KLEIN else str(days)
