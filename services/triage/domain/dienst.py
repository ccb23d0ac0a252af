"""A dienst of Veilig Thuis (onderzoek, voorwaarden en vervolg, regionaal maatwerk): what is done in it, how it ends."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from services.triage.domain.errors import OutOfOrderError
from shared.events import payloads
from shared.events.payloads import DienstAfgerond
from shared.rules.calendar import amsterdam_day
from shared.rules.codes import Conclusie, DienstSoort
from shared.rules.routing import Bestemming, Routering, route_conclusie


class DienstStatus(StrEnum):
    OPEN = "open"
    AFGEROND = "afgerond"


class DienstActie(StrEnum):
    CONTACT = "contact"
    VEILIGHEIDSVOORWAARDE = "veiligheidsvoorwaarde"
    CONCLUSIE = "conclusie"


class ContactSoort(StrEnum):
    """How an attempt to speak with somebody went."""

    GESPROKEN = "gesproken"
    GEPROBEERD = "geprobeerd"
    GEWEIGERD = "geweigerd"


class ContactMet(StrEnum):
    """With whom, by role and never by name."""

    SLACHTOFFER = "slachtoffer"
    PLEGER = "pleger"
    KIND = "kind"
    OUDER = "ouder"
    BETROKKENE = "betrokkene"
    PROFESSIONAL = "professional"
    INFORMANT = "informant"
    ANDERS = "anders"


_S, _A = DienstStatus, DienstActie

# None: refused. What Veilig Thuis itself did ends with the conclusie; later talks belong to who took over.
TRANSITIONS: Mapping[tuple[DienstStatus, DienstActie], DienstStatus | None] = MappingProxyType(
    {
        (_S.OPEN, _A.CONTACT): _S.OPEN,
        (_S.OPEN, _A.VEILIGHEIDSVOORWAARDE): _S.OPEN,
        (_S.OPEN, _A.CONCLUSIE): _S.AFGEROND,
        (_S.AFGEROND, _A.CONTACT): None,
        (_S.AFGEROND, _A.VEILIGHEIDSVOORWAARDE): None,
        (_S.AFGEROND, _A.CONCLUSIE): None,
    }
)

MAY_NOW: Mapping[DienstStatus, str] = MappingProxyType(
    {
        _S.OPEN: "Contacten en veiligheidsvoorwaarden kunnen worden vastgelegd en de conclusie kan worden getrokken.",
        _S.AFGEROND: (
            "De dienst is afgerond en staat vast. Wat hierna gebeurt hoort bij de overdracht, of bij een nieuw dossier "
            "na een nieuwe melding of een heropening."
        ),
    }
)
_FIRST_VOORWAARDE = (
    "De conclusie 'voorwaarden-vastgesteld' vraagt ten minste één veiligheidsvoorwaarde. Leg die eerst vast."
)


@dataclass(frozen=True, slots=True)
class Contact:
    id: UUID
    soort: ContactSoort
    met: ContactMet
    tijdstip: datetime
    verslag: str | None


@dataclass(frozen=True, slots=True)
class Veiligheidsvoorwaarde:
    """What must at least happen to make it directly safe: who sees to it, and how and when that is checked."""

    id: UUID
    omschrijving: str
    eigenaar: str
    controle: str
    controle_op: date
    instemming: bool | None


@dataclass(frozen=True, slots=True)
class ConclusieOpgave:
    """The conclusie, as the professional gave it."""

    conclusie: Conclusie
    motivering: str
    bestemmingen: tuple[Bestemming, ...] = ()


@dataclass(frozen=True, slots=True)
class Afronding:
    opgave: ConclusieOpgave
    afgerond_op: datetime
    routering: Routering


@dataclass(frozen=True, slots=True, kw_only=True)
class Dienst:
    id: UUID
    dossier_id: UUID
    melding_id: UUID
    casus_id: UUID
    gemeente_code: str
    soort: DienstSoort
    status: DienstStatus
    gestart_op: datetime
    uiterlijk: datetime
    versie: int
    afronding: Afronding | None = None


def told(routering: Routering) -> tuple[payloads.Bestemming, ...]:
    """Return the receivers as a fact tells them."""
    return tuple(
        payloads.Bestemming(soort=one.soort, organisatie_id=one.organisatie_id, draagt_zicht=one.draagt_zicht)
        for one in routering.bestemmingen
    )


def next_status(status: DienstStatus, actie: DienstActie) -> DienstStatus:
    """Return the state after a step; raises ``OutOfOrderError`` with what may be done instead."""
    after = TRANSITIONS[status, actie]
    if after is None:
        raise OutOfOrderError(MAY_NOW[status])
    return after


def add_contact(before: Dienst) -> Dienst:
    """Return a dienst in which a contact was noted: a line in its diary, on which no version rests."""
    return replace(before, status=next_status(before.status, DienstActie.CONTACT))


def add_voorwaarde(before: Dienst) -> Dienst:
    """Return a dienst with one more veiligheidsvoorwaarde: a new version, for the conclusie rests on them."""
    status = next_status(before.status, DienstActie.VEILIGHEIDSVOORWAARDE)
    return replace(before, status=status, versie=before.versie + 1)


def conclude(
    before: Dienst, opgave: ConclusieOpgave, *, aantal_voorwaarden: int, now: datetime
) -> tuple[Dienst, tuple[DienstAfgerond, ...]]:
    """End a dienst; the same conclusie again changes nothing and tells nothing.

    Raises ``OutOfOrderError`` after another conclusie or without the veiligheidsvoorwaarden that it states, and
    ``RoutingError`` when dienst, conclusie and bestemmingen do not fit together.
    """
    if before.afronding is not None and before.afronding.opgave == opgave:
        return before, ()
    status = next_status(before.status, DienstActie.CONCLUSIE)
    routering = route_conclusie(
        before.soort, opgave.conclusie, opgave.bestemmingen, before.gemeente_code, amsterdam_day(now)
    )
    if opgave.conclusie is Conclusie.VOORWAARDEN_VASTGESTELD and aantal_voorwaarden < 1:
        raise OutOfOrderError(_FIRST_VOORWAARDE)
    after = replace(before, status=status, versie=before.versie + 1, afronding=Afronding(opgave, now, routering))
    fact = DienstAfgerond(
        dienst_id=after.id,
        melding_id=after.melding_id,
        gemeente_code=after.gemeente_code,
        soort=after.soort,
        conclusie=opgave.conclusie,
        afgerond_op=now,
        aantal_voorwaarden=aantal_voorwaarden,
        bestemmingen=told(routering),
        sluit=routering.sluit,
        grondslagen=routering.grondslagen,
    )
    return after, (fact,)
