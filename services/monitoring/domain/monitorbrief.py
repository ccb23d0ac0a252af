"""The monthly letter to a municipality: the agreed figures with their definitions, small numbers kept back.

Primary suppression only: a count below five is not shown, and neither is a share of fewer than five. Somebody who
holds the figures of every other municipality can still compute what is hidden from the total of the region.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from services.monitoring.domain.berichten import KLOKKEN
from services.monitoring.domain.kpis import FaseCijfers, GebiedRapport, KpiRapport
from shared.rules.gemeenten import GEMEENTEN

KLEIN = 5
ONDERDRUKT = f"<{KLEIN}"
TE_KLEIN = "te klein"
NIETS = "\u2013"  # an en dash

DEFINITIES: Mapping[str, str] = MappingProxyType(
    {
        "Afgelopen": "Termijnen met hun laatste dag in deze maand: gehaald, te laat gehaald, of open en te laat.",
        "Op tijd": "Gehaald vóór het eerste te late moment.",
        "Aandeel op tijd": "Op tijd, gedeeld door afgelopen. Wat open staat en te laat is telt mee als te laat.",
        "Mediaan en P90": ("Hele dagen, van wat in deze maand is afgerond: de helft, en negen op de tien, is klaar."),
        "Wacht": "Wat nu open staat, en hoeveel dagen het oudste al wacht. Dit is een stand, geen maandcijfer.",
        "Kleine aantallen": (
            f"Aantallen onder {KLEIN} staan er als {ONDERDRUKT}; een aandeel van minder dan {KLEIN} ontbreekt. Alleen "
            "de cel zelf is afgeschermd: met de cijfers van de andere gemeenten is zij soms te berekenen."
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
    """Return the letter of a report of one month; None when the report says nothing of this municipality.

    Figures of the whole region are large enough to be shown as they are.
    """
    gebieden = [*([rapport.regio] if rapport.regio else []), *rapport.gemeenten]
    gebied = next((found for found in gebieden if found.gemeente_code == gemeente_code), None)
    if gebied is None:
        return None
    protect = gemeente_code is not None
    return Monitorbrief(
        maand=rapport.van,
        gebied=_name(gemeente_code),
        gemeente_code=gemeente_code,
        termijnen=tuple(_termijnen(gebied, rapport.van, protect=protect)),
        tellingen=tuple(_tellingen(gebied, protect=protect)),
    )


def _name(gemeente_code: str | None) -> str:
    if gemeente_code is None:
        return "Regio Rotterdam-Rijnmond"
    return GEMEENTEN[gemeente_code].naam if gemeente_code in GEMEENTEN else gemeente_code


def _termijnen(gebied: GebiedRapport, month: date, *, protect: bool) -> Iterator[Cijfer]:
    for rapport in gebied.fasen:
        cijfers = rapport.maanden[month]
        if not (cijfers.gestart or cijfers.vervallen or rapport.voorraad.aantal):
            continue
        naam = KLOKKEN[rapport.fase.value].capitalize()
        norm = f"{rapport.norm} %" if rapport.norm else ""
        yield Cijfer(naam, "", "Afgelopen", count(cijfers.vervallen, protect=protect))
        yield Cijfer(naam, "", "Op tijd", count(cijfers.gehaald, protect=protect))
        yield Cijfer(naam, "", "Aandeel op tijd", share(cijfers, protect=protect), norm)
        yield Cijfer(naam, "", "Mediaan (dagen)", _days(cijfers.mediaan_dagen, cijfers, protect=protect))
        yield Cijfer(naam, "", "P90 (dagen)", _days(cijfers.p90_dagen, cijfers, protect=protect))
        yield Cijfer(naam, "", "Wacht", count(rapport.voorraad.aantal, protect=protect))
        small = protect and rapport.voorraad.aantal < KLEIN
        oldest = rapport.voorraad.oudste_dagen
        yield Cijfer(naam, "", "Oudste (dagen)", NIETS if oldest is None else TE_KLEIN if small else str(oldest))


def _tellingen(gebied: GebiedRapport, *, protect: bool) -> Iterator[Cijfer]:
    for naam, titel in TELLINGEN.items():
        for onderdeel, aantal in gebied.tellingen.get(naam, {}).items():
            if aantal:
                yield Cijfer(titel, onderdeel, "Aantal", count(aantal, protect=protect))


def count(aantal: int, *, protect: bool) -> str:
    """Return a count as it may be read; nothing at all is no secret."""
    return ONDERDRUKT if protect and 0 < aantal < KLEIN else str(aantal)


def share(cijfers: FaseCijfers, *, protect: bool) -> str:
    """Return the share in time as it may be read.

    It is also kept back when a count that is not shown could be computed from it.
    """
    procent = cijfers.percentage_op_tijd
    if procent is None:
        return NIETS
    if protect and (cijfers.vervallen < KLEIN or 0 < cijfers.gehaald < KLEIN):
        return TE_KLEIN
    return f"{procent:.1f} %".replace(".", ",")


def _days(days: int | None, cijfers: FaseCijfers, *, protect: bool) -> str:
    if days is None:
        return NIETS
    return TE_KLEIN if protect and cijfers.gehaald + cijfers.te_laat < KLEIN else str(days)
