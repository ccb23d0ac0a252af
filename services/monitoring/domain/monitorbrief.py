"""The monthly letter to a municipality: the agreed figures with their definitions, as they may be published.

A municipal council reads it, so the whole region is worked out with it: what is kept back for one municipality follows
from the figures of all the others (services/monitoring/domain/publicatie.py).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from services.monitoring.domain.berichten import KLOKKEN
from services.monitoring.domain.kpis import FaseCijfers, GebiedRapport, KpiRapport
from services.monitoring.domain.openbaar import GEHAALD, Openbaar
from services.monitoring.domain.publicatie import AFRONDEN_OP, KLEIN
from shared.rules.gemeenten import GEMEENTEN

AFGESCHERMD = "afgeschermd"
NIETS = "\u2013"  # an en dash

DEFINITIES: Mapping[str, str] = MappingProxyType(
    {
        "Afgelopen": "Termijnen met hun laatste dag in deze maand: gehaald, te laat gehaald, of open en te laat.",
        "Op tijd": "Gehaald vóór het eerste te late moment.",
        "Aandeel op tijd": "Op tijd, gedeeld door afgelopen. Wat open staat en te laat is telt mee als te laat.",
        "Mediaan en P90": ("Hele dagen, van wat in deze maand is afgerond: de helft, en negen op de tien, is klaar."),
        "Wacht": "Wat nu open staat, en hoeveel dagen het oudste al wacht. Dit is een stand, geen maandcijfer.",
        "Kleine aantallen": (
            f"Aantallen onder {KLEIN} zijn afgeschermd, en met hen andere aantallen, zodat ook wie de cijfers van alle "
            f"gemeenten en de regio optelt en aftrekt ze niet kan berekenen. De andere zijn afgerond op {AFRONDEN_OP}."
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
    """One figure of the letter, as it may be read."""

    onderwerp: str
    onderdeel: str
    gegeven: str
    waarde: str
    norm: str = ""


@dataclass(frozen=True, slots=True)
class Monitorbrief:
    """The figures of one month for one municipality or for the region."""

    maand: date
    gebied: str
    gemeente_code: str | None
    termijnen: tuple[Cijfer, ...]
    tellingen: tuple[Cijfer, ...]

    @property
    def cijfers(self) -> tuple[Cijfer, ...]:
        """Every figure, in the order of the letter."""
        return self.termijnen + self.tellingen


def write_brief(rapport: KpiRapport, *, gemeente_code: str | None) -> Monitorbrief | None:
    """Return the letter of a report of the whole region over one month; None when it says nothing of this municipality.

    Raises ``ValueError`` for a report of less than the region: what is kept back follows from all of it.
    """
    openbaar = Openbaar(rapport)
    gebieden = [*([rapport.regio] if rapport.regio else []), *rapport.gemeenten]
    gebied = next((found for found in gebieden if found.gemeente_code == gemeente_code), None)
    if gebied is None:
        return None
    return Monitorbrief(
        maand=rapport.van,
        gebied=_name(gemeente_code),
        gemeente_code=gemeente_code,
        termijnen=tuple(_termijnen(gebied, rapport.van, openbaar)),
        tellingen=tuple(_tellingen(gebied, openbaar)),
    )


def _name(gemeente_code: str | None) -> str:
    if gemeente_code is None:
        return "Regio Rotterdam-Rijnmond"
    return GEMEENTEN[gemeente_code].naam if gemeente_code in GEMEENTEN else gemeente_code


def _termijnen(gebied: GebiedRapport, month: date, openbaar: Openbaar) -> Iterator[Cijfer]:
    for rapport in gebied.fasen:
        cijfers = rapport.maanden[month]
        if not (cijfers.gestart or cijfers.vervallen or rapport.voorraad.aantal):
            continue
        naam = KLOKKEN[rapport.fase.value].capitalize()
        norm = f"{rapport.norm} %" if rapport.norm else ""
        due = openbaar.termijnen(rapport.fase, None, gebied.gemeente_code)
        in_time = openbaar.termijnen(rapport.fase, GEHAALD, gebied.gemeente_code)
        waiting = openbaar.voorraad(rapport.fase, gebied.gemeente_code)
        yield Cijfer(naam, "", "Afgelopen", shown(due))
        yield Cijfer(naam, "", "Op tijd", shown(in_time))
        yield Cijfer(naam, "", "Aandeel op tijd", share(cijfers, due, in_time), norm)
        yield Cijfer(naam, "", "Mediaan (dagen)", _days(cijfers.mediaan_dagen, cijfers))
        yield Cijfer(naam, "", "P90 (dagen)", _days(cijfers.p90_dagen, cijfers))
        yield Cijfer(naam, "", "Wacht", shown(waiting))
        oldest = rapport.voorraad.oudste_dagen
        yield Cijfer(
            naam, "", "Oudste (dagen)", NIETS if oldest is None else AFGESCHERMD if waiting is None else str(oldest)
        )


def _tellingen(gebied: GebiedRapport, openbaar: Openbaar) -> Iterator[Cijfer]:
    for naam, titel in TELLINGEN.items():
        for onderdeel, aantal in gebied.tellingen.get(naam, {}).items():
            if aantal:
                yield Cijfer(titel, onderdeel, "Aantal", shown(openbaar.telling(naam, onderdeel, gebied.gemeente_code)))


def shown(aantal: int | None) -> str:
    """Return a published number as it is read."""
    return AFGESCHERMD if aantal is None else str(aantal)


def share(cijfers: FaseCijfers, due: int | None, in_time: int | None) -> str:
    """Return the share in time as it may be read: not when it tells a number that is kept back.

    In whole per cents: with a decimal it would tell the numbers that were rounded.
    """
    procent = cijfers.percentage_op_tijd
    if procent is None:
        return NIETS
    return AFGESCHERMD if due is None or in_time is None else f"{procent:.0f} %"


def _days(days: int | None, cijfers: FaseCijfers) -> str:
    if days is None:
        return NIETS
    return AFGESCHERMD if cijfers.gehaald + cijfers.te_laat < KLEIN else str(days)
