"""A dienst of Veilig Thuis (onderzoek, voorwaarden en vervolg, regionaal maatwerk): what is done in it, how it ends."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from services.triage.domain.errors import OutOfOrderError
from shared.events import payloads
from shared.events.behandeling import DienstOmgezet
from shared.events.payloads import DienstAfgerond, DienstGestart, Fact
from shared.rules.behandelcodes import BevindingOordeel, OmzetReden
from shared.rules.calendar import amsterdam_day
from shared.rules.codes import Conclusie, DienstSoort
from shared.rules.routing import CONCLUSIES, Bestemming, Routering, Verhouding, compare_bevinding, route_conclusie


class DienstStatus(StrEnum):
    OPEN = "open"
    AFGEROND = "afgerond"
    OMGEZET = "omgezet"  # voorwaarden en vervolg that goes on as an onderzoek


class DienstActie(StrEnum):
    CONTACT = "contact"
    VEILIGHEIDSVOORWAARDE = "veiligheidsvoorwaarde"
    PLAN = "plan"
    INFORMANT = "informant"
    BEVINDING = "bevinding"
    OMZETTING = "omzetting"
    VERTRAGING = "vertraging"
    CONCLUSIE = "conclusie"
    VERNIETIGINGSAANBIEDING = "vernietigingsaanbieding"


class ContactSoort(StrEnum):
    """How an attempt to speak with somebody went."""

    GESPROKEN = "gesproken"
    GEPROBEERD = "geprobeerd"
    GEWEIGERD = "geweigerd"


class ContactKanaal(StrEnum):
    """Along which way somebody was reached, or was not."""

    TELEFOON = "telefoon"
    HUISBEZOEK = "huisbezoek"
    OP_KANTOOR = "op-kantoor"
    BEELDBELLEN = "beeldbellen"
    BRIEF = "brief"
    E_MAIL = "e-mail"
    BERICHT = "bericht"
    ANDERS = "anders"


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

# None: refused. What Veilig Thuis itself did ends with the conclusie; later talks belong to who took over. Only why it
# was late can be told afterwards, and that the family was pointed to the right to destruction. What was converted goes
# on in the next dienst, with its contacten and voorwaarden. Checks of a veiligheidsvoorwaarde never depend on the state
# of the dienst (``domain.voorwaarden``): they are the basis of handover and monitoring.
TRANSITIONS: Mapping[tuple[DienstStatus, DienstActie], DienstStatus | None] = MappingProxyType(
    {
        (_S.OPEN, _A.CONTACT): _S.OPEN,
        (_S.OPEN, _A.VEILIGHEIDSVOORWAARDE): _S.OPEN,
        (_S.OPEN, _A.PLAN): _S.OPEN,
        (_S.OPEN, _A.INFORMANT): _S.OPEN,
        (_S.OPEN, _A.BEVINDING): _S.OPEN,
        (_S.OPEN, _A.OMZETTING): _S.OMGEZET,
        (_S.OPEN, _A.VERTRAGING): _S.OPEN,
        (_S.OPEN, _A.CONCLUSIE): _S.AFGEROND,
        (_S.OPEN, _A.VERNIETIGINGSAANBIEDING): None,
        (_S.AFGEROND, _A.CONTACT): None,
        (_S.AFGEROND, _A.VEILIGHEIDSVOORWAARDE): None,
        (_S.AFGEROND, _A.PLAN): None,
        (_S.AFGEROND, _A.INFORMANT): None,
        (_S.AFGEROND, _A.BEVINDING): None,
        (_S.AFGEROND, _A.OMZETTING): None,
        (_S.AFGEROND, _A.VERTRAGING): _S.AFGEROND,
        (_S.AFGEROND, _A.CONCLUSIE): None,
        (_S.AFGEROND, _A.VERNIETIGINGSAANBIEDING): _S.AFGEROND,
        (_S.OMGEZET, _A.CONTACT): None,
        (_S.OMGEZET, _A.VEILIGHEIDSVOORWAARDE): None,
        (_S.OMGEZET, _A.PLAN): None,
        (_S.OMGEZET, _A.INFORMANT): None,
        (_S.OMGEZET, _A.BEVINDING): None,
        (_S.OMGEZET, _A.OMZETTING): None,
        (_S.OMGEZET, _A.VERTRAGING): None,
        (_S.OMGEZET, _A.CONCLUSIE): None,
        (_S.OMGEZET, _A.VERNIETIGINGSAANBIEDING): None,
    }
)

MAY_NOW: Mapping[DienstStatus, str] = MappingProxyType(
    {
        _S.OPEN: (
            "De dienst is open. Plan, contacten, informanten, bevindingen, veiligheidsvoorwaarden en vertragingen "
            "kunnen worden vastgelegd, voorwaarden en vervolg kan worden omgezet, en de conclusie kan worden getrokken."
        ),
        _S.AFGEROND: (
            "De dienst is afgerond en staat vast. Een verklaring waarom hij te laat was, het aanbod om het dossier te "
            "laten vernietigen en het nagaan van veiligheidsvoorwaarden kunnen nog. Wat hierna gebeurt hoort bij de "
            "overdracht, of bij een nieuw dossier na een nieuwe melding of een heropening."
        ),
        _S.OMGEZET: (
            "De dienst is omgezet in een onderzoek en gaat daar verder. Het nagaan van de veiligheidsvoorwaarden kan "
            "nog."
        ),
    }
)
_FIRST_VOORWAARDE = (
    "De conclusie 'voorwaarden-vastgesteld' vraagt ten minste één veiligheidsvoorwaarde. Leg die eerst vast."
)


_ONLY_VV = "Alleen voorwaarden en vervolg kan worden omgezet in een onderzoek. Deze dienst kan worden afgerond."
_NOT_OFFERED = (
    "Bij deze conclusie hoort geen aanbod om het dossier te laten vernietigen: dat hoort bij 'weerlegd'. Een "
    "betrokkene kan er zelf altijd om vragen."
)


@dataclass(frozen=True, slots=True, order=True)
class Betrokkene:
    """One of whom a melding is about, by his place in it: intake knows who that is."""

    melding_id: UUID
    nr: int


@dataclass(frozen=True, slots=True)
class Contact:
    id: UUID
    soort: ContactSoort
    met: ContactMet
    tijdstip: datetime
    verslag: str | None
    betrokkene: Betrokkene | None = None
    kanaal: ContactKanaal | None = None


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


@dataclass(frozen=True, slots=True)
class OmzettingOpgave:
    """Why voorwaarden en vervolg becomes an onderzoek, as the professional gave it."""

    reden: OmzetReden
    motivering: str


@dataclass(frozen=True, slots=True)
class Omzetting:
    opgave: OmzettingOpgave
    omgezet_op: datetime


@dataclass(frozen=True, slots=True)
class Oordeel:
    """What was found of one person and suspicion, by its id: all that the conclusie asks of it."""

    bevinding_id: UUID
    oordeel: BevindingOordeel


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
    omzetting: Omzetting | None = None
    vorige_dienst_id: UUID | None = None  # the voorwaarden en vervolg that became this onderzoek


def told(routering: Routering) -> tuple[payloads.Bestemming, ...]:
    """Return the receivers as a fact tells them."""
    return tuple(
        payloads.Bestemming(
            soort=one.soort,
            organisatie_id=one.organisatie_id,
            draagt_zicht=one.draagt_zicht,
            genoemd=one.genoemd,
        )
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


def rest_upon(before: Dienst, actie: DienstActie) -> Dienst:
    """Return a dienst with something more on which its conclusie rests: a new version."""
    return replace(before, status=next_status(before.status, actie), versie=before.versie + 1)


def convert(
    before: Dienst, opgave: OmzettingOpgave, *, nieuwe_dienst_id: UUID, geopend_op: datetime, now: datetime
) -> tuple[Dienst, Dienst | None, tuple[Fact, ...]]:
    """End voorwaarden en vervolg and start the onderzoek in which it goes on; the same again changes nothing.

    The ten weeks go on: the onderzoek has the beginning and the end of what it was, and is never given more time.
    Raises ``OutOfOrderError`` for another dienst, and for one that has ended.
    """
    if before.omzetting is not None and before.omzetting.opgave == opgave:
        return before, None, ()
    status = next_status(before.status, DienstActie.OMZETTING)
    if before.soort is not DienstSoort.VOORWAARDEN_EN_VERVOLG:
        raise OutOfOrderError(_ONLY_VV)
    after = replace(before, status=status, versie=before.versie + 1, omzetting=Omzetting(opgave, now))
    onderzoek = replace(before, id=nieuwe_dienst_id, soort=DienstSoort.ONDERZOEK, versie=1, vorige_dienst_id=before.id)
    omgezet = DienstOmgezet(
        dienst_id=before.id,
        nieuwe_dienst_id=nieuwe_dienst_id,
        melding_id=before.melding_id,
        gemeente_code=before.gemeente_code,
        reden=opgave.reden,
        omgezet_op=now,
    )
    gestart = DienstGestart(
        dienst_id=onderzoek.id,
        melding_id=onderzoek.melding_id,
        gemeente_code=onderzoek.gemeente_code,
        soort=onderzoek.soort,
        gestart_op=onderzoek.gestart_op,
        ontvangen_op=geopend_op,
    )
    return after, onderzoek, (omgezet, gestart)


def check_aanbod(before: Dienst) -> None:
    """Refuse to note that destruction was offered where the conclusie does not offer it (``OutOfOrderError``)."""
    next_status(before.status, DienstActie.VERNIETIGINGSAANBIEDING)
    if not offers_destruction(before):
        raise OutOfOrderError(_NOT_OFFERED)


def offers_destruction(dienst: Dienst) -> bool:
    """Tell whether the family must be pointed to the right to have the file destroyed."""
    return dienst.afronding is not None and CONCLUSIES[dienst.afronding.opgave.conclusie].biedt_vernietiging_aan


def ended_at(dienst: Dienst) -> datetime | None:
    """Return when a dienst ended, by its conclusie or by going on as another; None while it is open."""
    if dienst.afronding is not None:
        return dienst.afronding.afgerond_op
    return dienst.omzetting.omgezet_op if dienst.omzetting else None


def is_late(dienst: Dienst, now: datetime) -> bool:
    """Tell whether a dienst is late, or ended late: the flag stays, and never blocks."""
    return (ended_at(dienst) or now) >= dienst.uiterlijk


def conclude(
    before: Dienst,
    opgave: ConclusieOpgave,
    *,
    aantal_voorwaarden: int,
    now: datetime,
    oordelen: Sequence[Oordeel] = (),
) -> tuple[Dienst, tuple[DienstAfgerond, ...]]:
    """End a dienst; the same conclusie again changes nothing and tells nothing.

    Raises ``OutOfOrderError`` after another conclusie, against a finding, or without the veiligheidsvoorwaarden that
    it states, and ``RoutingError`` when dienst, conclusie and bestemmingen do not fit together.
    """
    if before.afronding is not None and before.afronding.opgave == opgave:
        return before, ()
    status = next_status(before.status, DienstActie.CONCLUSIE)
    routering = route_conclusie(
        before.soort, opgave.conclusie, opgave.bestemmingen, before.gemeente_code, amsterdam_day(now)
    )
    _check_oordelen(opgave.conclusie, oordelen)
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


def _check_oordelen(conclusie: Conclusie, oordelen: Sequence[Oordeel]) -> None:
    against = [one for one in oordelen if compare_bevinding(conclusie, one.oordeel) is Verhouding.BOTST]
    if against:
        named = ", ".join(f"{one.bevinding_id} ({one.oordeel})" for one in against)
        raise OutOfOrderError(
            f"De conclusie '{conclusie}' spreekt deze bevindingen tegen: {named}. Trek een andere conclusie, of wijzig "
            "eerst de bevinding."
        )
