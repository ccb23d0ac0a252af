"""What was heard of one casus, by id: the first thing that the fold makes of a pile of facts.

Facts of different rooms cross, come twice and come late, so nothing here depends on the order in which they came:
they are sorted first, and everything is matched by the id of what it tells of.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import TypeVar
from uuid import UUID

from services.monitoring.domain import opvang
from services.monitoring.domain.behandeling import Behandeling, take
from services.monitoring.domain.leveringen import Leveringen, take_levering
from services.monitoring.domain.opvang import Opvang
from services.monitoring.domain.palet import Palet, take_hulp
from services.monitoring.domain.plannen import Plannen, take_plan
from shared.events.catalogue import Room
from shared.events.envelope import Event
from shared.events.overdragen import (
    OverdrachtGesprekGehouden,
    OverdrachtIngetrokken,
    OverdrachtTeruggegeven,
    OverdrachtTeruggekeerd,
    TeruggaveAfgewezen,
    TeruggaveGevraagd,
    ZichtOvergegaan,
)
from shared.events.payloads import (
    AcuutcheckGedaan,
    AdviesGegeven,
    AdviesOmgezet,
    BewaartermijnVastgesteld,
    BewaartermijnVerstreken,
    CasusAfgesloten,
    CasusGesplitst,
    CasusVernietigd,
    DienstAfgerond,
    DienstGestart,
    DossierverzoekAfgehandeld,
    DossierverzoekOntvangen,
    DubbelAnoniemBesloten,
    DubbelAnoniemOntvangen,
    EersteContactGelegd,
    Fact,
    HandelingVastgelegd,
    HandleWithCareAfgeleverd,
    HandleWithCareGestart,
    HandleWithCareNietAfgeleverd,
    HandleWithCareVervallen,
    MatchOntvangen,
    MeldingOntvangen,
    MonitormomentAfgerond,
    MonitormomentVerplaatst,
    OverdrachtAangeboden,
    OverdrachtGeaccepteerd,
    OverdrachtGeweigerd,
    SignaalGeplaatst,
    TermijnDreigend,
    TermijnVerstreken,
    TerugkoppelingGegeven,
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
    omzettingen: dict[UUID, AdviesOmgezet] = field(default_factory=dict)  # by the melding that an advies became
    acuutchecks: dict[UUID, AcuutcheckGedaan] = field(default_factory=dict)  # by dossier
    besluiten: dict[UUID, VeiligheidsbeoordelingAfgerond] = field(default_factory=dict)  # by dossier
    heropeningen: dict[UUID, VeiligheidsbeoordelingHeropend] = field(default_factory=dict)  # by dossier
    diensten: dict[UUID, DienstGestart] = field(default_factory=dict)
    conclusies: dict[UUID, DienstAfgerond] = field(default_factory=dict)  # by dienst
    handelingen: list[HandelingVastgelegd] = field(default_factory=list)
    aangeboden: dict[UUID, OverdrachtAangeboden] = field(default_factory=dict)
    geaccepteerd: dict[UUID, OverdrachtGeaccepteerd] = field(default_factory=dict)
    geweigerd: dict[UUID, OverdrachtGeweigerd] = field(default_factory=dict)
    ingetrokken: dict[UUID, OverdrachtIngetrokken] = field(default_factory=dict)
    teruggekeerd: dict[UUID, OverdrachtTeruggekeerd] = field(default_factory=dict)
    teruggegeven: dict[UUID, OverdrachtTeruggegeven] = field(default_factory=dict)  # by overdracht
    teruggave_gevraagd: list[TeruggaveGevraagd] = field(default_factory=list)  # again after one was refused
    teruggave_afgewezen: list[TeruggaveAfgewezen] = field(default_factory=list)
    zicht_overgegaan: list[ZichtOvergegaan] = field(default_factory=list)
    gesprekken: dict[UUID, OverdrachtGesprekGehouden] = field(default_factory=dict)
    eerste_contacten: dict[UUID, EersteContactGelegd] = field(default_factory=dict)  # by overdracht
    momenten: dict[UUID, MonitormomentAfgerond] = field(default_factory=dict)
    verplaatst: list[MonitormomentVerplaatst] = field(default_factory=list)
    dreigend: set[tuple[UUID, datetime]] = field(default_factory=set)  # termijn and the date it was told for
    verstreken: set[tuple[UUID, datetime]] = field(default_factory=set)
    afsluitingen: dict[UUID, CasusAfgesloten] = field(default_factory=dict)  # by event
    teruggekoppeld: dict[UUID, TerugkoppelingGegeven] = field(default_factory=dict)  # by dossier or dienst
    verzoeken: dict[UUID, DossierverzoekOntvangen] = field(default_factory=dict)
    afgehandeld: dict[UUID, DossierverzoekAfgehandeld] = field(default_factory=dict)  # by verzoek
    hwc_gestart: dict[UUID, HandleWithCareGestart] = field(default_factory=dict)  # by signaal
    hwc_afgeleverd: dict[UUID, HandleWithCareAfgeleverd] = field(default_factory=dict)  # by signaal
    hwc_vervallen: dict[UUID, HandleWithCareVervallen] = field(default_factory=dict)  # by signaal
    hwc_niet_afgeleverd: dict[UUID, HandleWithCareNietAfgeleverd] = field(default_factory=dict)  # by signaal
    bewaartermijnen: list[BewaartermijnVastgesteld] = field(default_factory=list)  # the newest last
    voorgesteld: set[date] = field(default_factory=set)  # the days of which it was told that they had come
    vernietigingen: list[CasusVernietigd] = field(default_factory=list)
    splitsingen: set[int] = field(default_factory=set)  # by number, of what was split off and of what it was split from
    dubbel_anoniem: dict[UUID, DubbelAnoniemOntvangen] = field(default_factory=dict)
    dubbel_besluiten: list[DubbelAnoniemBesloten] = field(default_factory=list)  # the first stops the clock
    signalen: dict[UUID, SignaalGeplaatst] = field(default_factory=dict)
    matches: dict[UUID, MatchOntvangen] = field(default_factory=dict)
    behandeling: Behandeling = field(default_factory=Behandeling)
    plannen: Plannen = field(default_factory=Plannen)
    palet: Palet = field(default_factory=Palet)
    opvang: Opvang = field(default_factory=Opvang)
    leveringen: Leveringen = field(default_factory=Leveringen)

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
        kept = _BY_ID.get(type(fact.payload))
        if kept:
            name, key = kept
            getattr(heard, name).setdefault(getattr(fact.payload, key), fact.payload)
        elif type(fact.payload) in _ALL:
            getattr(heard, _ALL[type(fact.payload)]).append(fact.payload)
        elif not (
            take(heard.behandeling, fact.payload)
            or opvang.take(heard.opvang, fact.payload)
            or take_plan(heard.plannen, fact.payload)
            or take_hulp(heard.palet, fact.payload)
            or take_levering(heard.leveringen, fact.payload)
        ):
            _take(heard, fact)
    return heard


# What is kept under the id of the thing that it tells of: the first fact about it counts.
_BY_ID: Mapping[type[Fact], tuple[str, str]] = MappingProxyType(
    {
        MeldingOntvangen: ("meldingen", "melding_id"),
        AdviesGegeven: ("adviezen", "advies_id"),
        AdviesOmgezet: ("omzettingen", "melding_id"),
        AcuutcheckGedaan: ("acuutchecks", "dossier_id"),
        VeiligheidsbeoordelingAfgerond: ("besluiten", "dossier_id"),
        VeiligheidsbeoordelingHeropend: ("heropeningen", "dossier_id"),
        DienstGestart: ("diensten", "dienst_id"),
        DienstAfgerond: ("conclusies", "dienst_id"),
        OverdrachtAangeboden: ("aangeboden", "overdracht_id"),
        OverdrachtGeaccepteerd: ("geaccepteerd", "overdracht_id"),
        OverdrachtGeweigerd: ("geweigerd", "overdracht_id"),
        OverdrachtIngetrokken: ("ingetrokken", "overdracht_id"),
        OverdrachtTeruggekeerd: ("teruggekeerd", "overdracht_id"),
        OverdrachtTeruggegeven: ("teruggegeven", "overdracht_id"),
        OverdrachtGesprekGehouden: ("gesprekken", "gesprek_id"),
        EersteContactGelegd: ("eerste_contacten", "overdracht_id"),
        MonitormomentAfgerond: ("momenten", "monitormoment_id"),
        TerugkoppelingGegeven: ("teruggekoppeld", "bron_id"),
        DossierverzoekOntvangen: ("verzoeken", "verzoek_id"),
        DossierverzoekAfgehandeld: ("afgehandeld", "verzoek_id"),
        HandleWithCareGestart: ("hwc_gestart", "signaal_id"),
        HandleWithCareAfgeleverd: ("hwc_afgeleverd", "signaal_id"),
        HandleWithCareVervallen: ("hwc_vervallen", "signaal_id"),
        HandleWithCareNietAfgeleverd: ("hwc_niet_afgeleverd", "signaal_id"),
        SignaalGeplaatst: ("signalen", "signaal_id"),
        MatchOntvangen: ("matches", "match_id"),
        DubbelAnoniemOntvangen: ("dubbel_anoniem", "melding_id"),
    }
)


# Of which there can be several, in the order of their time.
_ALL: Mapping[type[Fact], str] = MappingProxyType(
    {
        HandelingVastgelegd: "handelingen",
        CasusVernietigd: "vernietigingen",
        DubbelAnoniemBesloten: "dubbel_besluiten",
        TeruggaveGevraagd: "teruggave_gevraagd",
        TeruggaveAfgewezen: "teruggave_afgewezen",
        ZichtOvergegaan: "zicht_overgegaan",
        MonitormomentVerplaatst: "verplaatst",
    }
)


def _take(heard: Heard, fact: Event) -> None:
    match fact.payload:
        case TermijnDreigend() as payload:
            heard.dreigend.add((payload.termijn_id, payload.uiterlijk))
        case TermijnVerstreken() as payload:
            heard.verstreken.add((payload.termijn_id, payload.uiterlijk))
        case CasusAfgesloten() as payload:
            heard.afsluitingen.setdefault(fact.id, payload)
        case BewaartermijnVastgesteld() as payload:
            heard.bewaartermijnen.append(payload)
            heard.voorgesteld.clear()  # a date that is set anew is proposed anew
        case BewaartermijnVerstreken() as payload:
            heard.voorgesteld.add(payload.bewaren_tot)
        case CasusGesplitst() as payload:
            heard.splitsingen.add(payload.volgorde)
        case _:
            # An addition is for whoever judges, noodtoegang was alarmed when it came in, who may know the melder
            # changes no clock, and a merge moves facts between casussen: none says anything of the casus itself.
            pass


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
