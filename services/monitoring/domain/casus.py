"""What was heard of one casus, by id: the first thing that the fold makes of a pile of facts.

Facts of different rooms cross, come twice and come late, so nothing here depends on the order in which they came:
they are sorted first, and everything is matched by the id of what it tells of.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

from shared.events.catalogue import Room
from shared.events.envelope import Event
from shared.events.payloads import (
    AcuutcheckGedaan,
    AdviesGegeven,
    BewaartermijnVastgesteld,
    BewaartermijnVerstreken,
    CasusAfgesloten,
    CasusVernietigd,
    DienstAfgerond,
    DienstGestart,
    DossierverzoekAfgehandeld,
    DossierverzoekOntvangen,
    EersteContactGelegd,
    HandelingVastgelegd,
    MeldingOntvangen,
    MonitormomentAfgerond,
    NoodtoegangVerleend,
    OverdrachtAangeboden,
    OverdrachtGeaccepteerd,
    OverdrachtGeweigerd,
    TermijnDreigend,
    TermijnVerstreken,
    VeiligheidsbeoordelingAfgerond,
    VeiligheidsbeoordelingHeropend,
)
from shared.rules.codes import HandelingSoort

F = TypeVar("F")

_RANG = {room: rang for rang, room in enumerate(Room)}


@dataclass(frozen=True, slots=True)
class Heard:
    """All that is known of one casus, each thing under its own id; the first fact about a thing counts."""

    meldingen: dict[UUID, MeldingOntvangen] = field(default_factory=dict)
    adviezen: dict[UUID, AdviesGegeven] = field(default_factory=dict)
    acuutchecks: dict[UUID, AcuutcheckGedaan] = field(default_factory=dict)  # by dossier
    besluiten: dict[UUID, VeiligheidsbeoordelingAfgerond] = field(default_factory=dict)  # by dossier
    heropeningen: dict[UUID, VeiligheidsbeoordelingHeropend] = field(default_factory=dict)  # by dossier
    diensten: dict[UUID, DienstGestart] = field(default_factory=dict)
    conclusies: dict[UUID, DienstAfgerond] = field(default_factory=dict)  # by dienst
    handelingen: list[HandelingVastgelegd] = field(default_factory=list)
    aangeboden: dict[UUID, OverdrachtAangeboden] = field(default_factory=dict)
    geaccepteerd: dict[UUID, OverdrachtGeaccepteerd] = field(default_factory=dict)
    geweigerd: dict[UUID, OverdrachtGeweigerd] = field(default_factory=dict)
    eerste_contacten: dict[UUID, EersteContactGelegd] = field(default_factory=dict)  # by overdracht
    momenten: dict[UUID, MonitormomentAfgerond] = field(default_factory=dict)
    dreigend: set[tuple[UUID, datetime]] = field(default_factory=set)  # termijn and the date it was told for
    verstreken: set[tuple[UUID, datetime]] = field(default_factory=set)
    afsluitingen: dict[UUID, CasusAfgesloten] = field(default_factory=dict)  # by event
    verzoeken: dict[UUID, DossierverzoekOntvangen] = field(default_factory=dict)
    afgehandeld: dict[UUID, DossierverzoekAfgehandeld] = field(default_factory=dict)  # by verzoek
    bewaartermijnen: list[BewaartermijnVastgesteld] = field(default_factory=list)  # the newest last
    voorgesteld: set[date] = field(default_factory=set)  # the days of which it was told that they had come
    vernietigingen: list[CasusVernietigd] = field(default_factory=list)

    @property
    def vernietigd_op(self) -> datetime | None:
        """When the file was destroyed, if it was."""
        return min((fact.vernietigd_op for fact in self.vernietigingen), default=None)


def in_order(facts: Iterable[Event]) -> list[Event]:
    """Return facts by time; of the same moment, in the order of the chain and of each room, each fact once."""
    unique = {fact.id: fact for fact in facts}
    return sorted(unique.values(), key=lambda fact: (fact.time, _RANG[fact.room], fact.sequence, fact.id))


def hear(facts: Iterable[Event]) -> Heard:
    """Return what facts say of one casus."""
    heard = Heard()
    for fact in in_order(facts):
        _take(heard, fact)
    return heard


def _take(heard: Heard, fact: Event) -> None:  # noqa: C901, PLR0912, one line a fact
    match fact.payload:
        case MeldingOntvangen() as payload:
            heard.meldingen.setdefault(payload.melding_id, payload)
        case AdviesGegeven() as payload:
            heard.adviezen.setdefault(payload.advies_id, payload)
        case AcuutcheckGedaan() as payload:
            heard.acuutchecks.setdefault(payload.dossier_id, payload)
        case VeiligheidsbeoordelingAfgerond() as payload:
            heard.besluiten.setdefault(payload.dossier_id, payload)
        case VeiligheidsbeoordelingHeropend() as payload:
            heard.heropeningen.setdefault(payload.dossier_id, payload)
        case DienstGestart() as payload:
            heard.diensten.setdefault(payload.dienst_id, payload)
        case DienstAfgerond() as payload:
            heard.conclusies.setdefault(payload.dienst_id, payload)
        case HandelingVastgelegd() as payload:
            heard.handelingen.append(payload)
        case OverdrachtAangeboden() as payload:
            heard.aangeboden.setdefault(payload.overdracht_id, payload)
        case OverdrachtGeaccepteerd() as payload:
            heard.geaccepteerd.setdefault(payload.overdracht_id, payload)
        case OverdrachtGeweigerd() as payload:
            heard.geweigerd.setdefault(payload.overdracht_id, payload)
        case EersteContactGelegd() as payload:
            heard.eerste_contacten.setdefault(payload.overdracht_id, payload)
        case MonitormomentAfgerond() as payload:
            heard.momenten.setdefault(payload.monitormoment_id, payload)
        case TermijnDreigend() as payload:
            heard.dreigend.add((payload.termijn_id, payload.uiterlijk))
        case TermijnVerstreken() as payload:
            heard.verstreken.add((payload.termijn_id, payload.uiterlijk))
        case CasusAfgesloten() as payload:
            heard.afsluitingen.setdefault(fact.id, payload)
        case DossierverzoekOntvangen() as payload:
            heard.verzoeken.setdefault(payload.verzoek_id, payload)
        case DossierverzoekAfgehandeld() as payload:
            heard.afgehandeld.setdefault(payload.verzoek_id, payload)
        case BewaartermijnVastgesteld() as payload:
            heard.bewaartermijnen.append(payload)
            heard.voorgesteld.clear()  # a date that is set anew is proposed anew
        case BewaartermijnVerstreken() as payload:
            heard.voorgesteld.add(payload.bewaren_tot)
        case CasusVernietigd() as payload:
            heard.vernietigingen.append(payload)
        case NoodtoegangVerleend():
            pass  # alarmed when it comes in; it changes no clock
        case _:
            pass  # a merge moves facts between casussen; it says nothing of either


def first_handeling(heard: Heard, melding_id: UUID, soort: HandelingSoort, *, since: datetime) -> datetime | None:
    """Return when an act was first done at or after ``since``: an earlier one belongs to an earlier clock."""
    done = [
        handeling.tijdstip
        for handeling in heard.handelingen
        if handeling.melding_id == melding_id and handeling.soort is soort and handeling.tijdstip >= since
    ]
    return min(done, default=None)


def dossiers_of(heard: Heard, melding_id: UUID) -> tuple[UUID, ...]:
    """Return the reopened dossiers of a melding, the oldest first; its first dossier is not among them."""
    reopened = (opening for opening in heard.heropeningen.values() if opening.melding_id == melding_id)
    return tuple(
        opening.dossier_id
        for opening in sorted(reopened, key=lambda opening: (opening.heropend_op, opening.dossier_id))
    )


def first_besluit(heard: Heard, melding_id: UUID) -> VeiligheidsbeoordelingAfgerond | None:
    """Return the besluit in the first dossier of a melding."""
    return next(
        (
            besluit
            for besluit in heard.besluiten.values()
            if besluit.melding_id == melding_id and besluit.dossier_id not in heard.heropeningen
        ),
        None,
    )


def last_besluit(heard: Heard, melding_id: UUID) -> VeiligheidsbeoordelingAfgerond | None:
    """Return the besluit in the newest dossier of a melding, or None while that one is open."""
    reopened = dossiers_of(heard, melding_id)
    return heard.besluiten.get(reopened[-1]) if reopened else first_besluit(heard, melding_id)
