"""What each fact holds: ids, codes and times. Never a name, a number of a person, an address or free text.

One frozen class a type and version. A field may be added with a default; it may not be removed or change its
meaning: that is a new version. Readers ignore fields that they do not know.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from shared.rules.codes import (
    AanvullingSoort,
    AdviesSoort,
    BestemmingSoort,
    Conclusie,
    DienstSoort,
    DossierverzoekSoort,
    DubbelAnoniemKeuze,
    HandelingSoort,
    HandleWithCareReden,
    InterventieSoort,
    Leeftijdsgroep,
    MelderCategorie,
    MelderSoort,
    MonitorVervolg,
    Naleving,
    NoodReden,
    OmzettingReden,
    Relatie,
    RouteGrond,
    TermijnSoort,
    Uitkomst,
    VeldOnderdeel,
    VernietigingReden,
    VerplaatsingReden,
    Verwijsindex,
    Vorm,
)


def to_camel(word: str) -> str:
    """Return a snake_case name as it stands on the wire: ``ontvangen_op`` becomes ``ontvangenOp``."""
    head, *tail = word.split("_")
    return head + "".join(part.capitalize() for part in tail)


class Fact:
    """What every payload has in common; the attribute tells the edge how to read and write it."""

    __slots__ = ()
    __pydantic_config__: ClassVar[dict[str, object]] = {
        "alias_generator": to_camel,
        "validate_by_name": True,
        "extra": "ignore",
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class AardGeweld(Fact):
    relatie: Relatie
    vorm: Vorm


@dataclass(frozen=True, slots=True, kw_only=True)
class Interventie(Fact):
    soort: InterventieSoort
    tijdstip: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Bestemming(Fact):
    soort: BestemmingSoort
    organisatie_id: str
    draagt_zicht: bool  # the one receiver who becomes holder of sight of safety by accepting
    # Whether the professional named it. If not, handover finds out who receives for the municipality, and this is only
    # the standard. None: it was not told.
    genoemd: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MeldingOntvangen(Fact):
    melding_id: UUID
    ontvangen_op: datetime
    gemeente_code: str
    melder_categorie: MelderCategorie
    melder_soort: MelderSoort
    hermelding: bool
    vorige_afsluiting_op: datetime | None
    aantal_personen: int
    aard_geweld: tuple[AardGeweld, ...]
    # When it came in as a signal of an unknown melder, before it was decided that it is a melding.
    eerst_ontvangen_op: datetime | None = None
    vt_organisatie: str | None = None  # which other Veilig Thuis it was meant for; nothing when it is ours
    meldcode_volledig: bool | None = None  # None: no professional, or one who sent nothing of it
    # Whom it is about, by their places in the melding, which count from 0; without who is there by profession or only
    # reported. Who they are stays in intake. Empty: it was not told.
    directbetrokkenen: tuple[int, ...] = ()
    # Which ages are among them: who receives can depend on it. Somebody of whom no age is known counts for both. Empty:
    # it was not told.
    leeftijdsgroepen: tuple[Leeftijdsgroep, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MeldingAangevuld(Fact):
    """Something was added to a melding: whoever judges it must know that there is more to read."""

    melding_id: UUID
    soort: AanvullingSoort
    aangevuld_op: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviesGegeven(Fact):
    """An advies belongs to no casus: the subject of its event is its own id."""

    advies_id: UUID
    gegeven_op: datetime
    gemeente_code: str | None
    adviesvrager_categorie: MelderCategorie
    kanaal: str
    soort: AdviesSoort = AdviesSoort.ADVIES
    uitkomst: str = "onbenoemd"
    adviesvrager_soort: MelderSoort = MelderSoort.ONBEKEND


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviesOmgezet(Fact):
    """An advies became a melding; the subject is the advies, of which ``advies-gegeven`` tells the rest."""

    advies_id: UUID
    melding_id: UUID
    reden: OmzettingReden
    omgezet_op: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CasusSamengevoegd(Fact):
    """The subject is the casus that stays; ``verdwenen_casus_id`` is the one that went up in it."""

    verdwenen_casus_id: UUID
    melding_ids: tuple[UUID, ...]
    samengevoegd_op: datetime
    volgorde: int = 0  # of all that ever moved meldingen: a later one counts, whichever is heard first


@dataclass(frozen=True, slots=True, kw_only=True)
class CasusGesplitst(Fact):
    """The subject is the casus from which is split off; these meldingen and requests are in the other one from now on.

    With ``herstelt_samenvoeging`` the other one is a casus that had gone up in it and stands again under its own id.
    """

    nieuwe_casus_id: UUID
    melding_ids: tuple[UUID, ...]
    gesplitst_op: datetime
    herstelt_samenvoeging: bool
    volgorde: int
    verzoek_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AcuutcheckGedaan(Fact):
    melding_id: UUID
    dossier_id: UUID
    acuut: bool
    gedaan_op: datetime
    interventies: tuple[Interventie, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VeiligheidsbeoordelingAfgerond(Fact):
    melding_id: UUID
    dossier_id: UUID
    gemeente_code: str
    uitkomst: Uitkomst
    acuut_onveilig: bool
    structureel_onveilig: bool
    besloten_op: datetime
    statuscode: str
    bestemmingen: tuple[Bestemming, ...]
    sluit: bool
    grondslagen: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class VeiligheidsbeoordelingHeropend(Fact):
    """A melding gets a new dossier after its first besluit; its five working days start again."""

    melding_id: UUID
    dossier_id: UUID
    gemeente_code: str
    heropend_op: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DienstGestart(Fact):
    dienst_id: UUID
    melding_id: UUID
    gemeente_code: str
    soort: DienstSoort
    gestart_op: datetime
    ontvangen_op: datetime  # of the melding: the other reading of where the ten weeks start


@dataclass(frozen=True, slots=True, kw_only=True)
class DienstAfgerond(Fact):
    dienst_id: UUID
    melding_id: UUID
    gemeente_code: str
    soort: DienstSoort
    conclusie: Conclusie
    afgerond_op: datetime
    aantal_voorwaarden: int
    bestemmingen: tuple[Bestemming, ...]
    sluit: bool
    grondslagen: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HandelingVastgelegd(Fact):
    melding_id: UUID
    soort: HandelingSoort
    tijdstip: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OverdrachtAangeboden(Fact):
    overdracht_id: UUID
    melding_id: UUID
    dienst_id: UUID | None
    gemeente_code: str
    soort: BestemmingSoort
    organisatie_id: str
    draagt_zicht: bool
    aangeboden_op: datetime
    vervangt_overdracht_id: UUID | None  # the refused one that this offer replaces
    onderdeel: VeldOnderdeel | None = None  # of a local field that is more than one organisation
    routering: RouteGrond | None = None  # why just this organisation; None: it was not told


@dataclass(frozen=True, slots=True, kw_only=True)
class OverdrachtGeaccepteerd(Fact):
    overdracht_id: UUID
    melding_id: UUID
    dienst_id: UUID | None
    gemeente_code: str
    soort: BestemmingSoort
    organisatie_id: str
    draagt_zicht: bool
    geaccepteerd_op: datetime
    # Until when the receiver meets the family; nothing in facts of before that was agreed.
    eerste_contact_uiterlijk: datetime | None = None
    # Whether the receiver must make the plan of the household; not asked of what was accepted before there were plans.
    plan_verwacht: bool = False
    # Until when, where handover knew all that it depends on; a plan that is expected without it is from before that.
    plan_uiterlijk: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OverdrachtGeweigerd(Fact):
    overdracht_id: UUID
    melding_id: UUID
    reden: str  # a code, never the explanation
    geweigerd_op: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class EersteContactGelegd(Fact):
    overdracht_id: UUID
    melding_id: UUID
    tijdstip: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TermijnDreigend(Fact):
    termijn_id: UUID
    soort: TermijnSoort
    melding_id: UUID
    gemeente_code: str
    uiterlijk: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TermijnVerstreken(Fact):
    termijn_id: UUID
    soort: TermijnSoort
    melding_id: UUID
    gemeente_code: str
    uiterlijk: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitormomentAfgerond(Fact):
    monitormoment_id: UUID
    melding_id: UUID
    maand: int
    naleving: Naleving
    directe_veiligheid: bool
    stabiele_veiligheid: bool
    vervolg: MonitorVervolg
    afgerond_op: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitormomentVerplaatst(Fact):
    """A moment is on another day than the region plans; of several the newest counts."""

    monitormoment_id: UUID
    melding_id: UUID
    maand: int
    dag: date
    reden: VerplaatsingReden
    verplaatst_op: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CasusAfgesloten(Fact):
    afgesloten_op: datetime
    reden: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierverzoekOntvangen(Fact):
    """Somebody asked something about his own file; who it was stays in intake."""

    verzoek_id: UUID
    soort: DossierverzoekSoort
    ontvangen_op: datetime
    gemeente_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierverzoekAfgehandeld(Fact):
    verzoek_id: UUID
    soort: DossierverzoekSoort
    afgehandeld_op: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CasusVernietigd(Fact):
    """Every room destroys what it holds of the persons in the casus; what is left are ids, codes and times."""

    vernietiging_id: UUID
    reden: VernietigingReden
    vernietigd_op: datetime
    # What was in it, and its place among all that moved meldingen: a room that has not heard of a split yet must not
    # destroy what was split off.
    volgorde: int = 0
    verdwenen_casus_ids: tuple[UUID, ...] = ()
    melding_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BewaartermijnVastgesteld(Fact):
    """Until which day the file is kept; of several the newest counts."""

    bewaren_tot: date  # the first day on which it may be destroyed
    afgesloten_op: datetime  # the closing from which it was counted


@dataclass(frozen=True, slots=True, kw_only=True)
class BewaartermijnVerstreken(Fact):
    """The day has come; two people still have to agree before anything is destroyed."""

    bewaren_tot: date


@dataclass(frozen=True, slots=True, kw_only=True)
class NoodtoegangVerleend(Fact):
    """Somebody broke the glass of an overdracht; who it was stands in the log of the room."""

    noodtoegang_id: UUID
    overdracht_id: UUID
    gemeente_code: str
    reden: NoodReden
    geldig_tot: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TerugkoppelingGegeven(Fact):
    """The sender of a melding has fetched what became of it; who that is stays in intake."""

    terugkoppeling_id: UUID
    melding_id: UUID
    bron_id: UUID  # the dossier or dienst of which it tells the end
    gegeven_op: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DubbelAnoniemOntvangen(Fact):
    """A signal of somebody whom Veilig Thuis does not know; it is no melding until that is decided."""

    melding_id: UUID
    ontvangen_op: datetime
    gemeente_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DubbelAnoniemBesloten(Fact):
    melding_id: UUID
    besluit: DubbelAnoniemKeuze
    besloten_op: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BekendmakingGewijzigd(Fact):
    """What was agreed with a melder about his name has changed; what it is now, intake tells who asks."""

    melding_id: UUID
    gewijzigd_op: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SignaalGeplaatst(Fact):
    """A reference index holds a signal of ours; about whom stays in intake."""

    signaal_id: UUID
    melding_id: UUID
    gemeente_code: str
    index: Verwijsindex
    geplaatst_op: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchOntvangen(Fact):
    """Another organisation has a signal on the same person; which one stays in intake."""

    match_id: UUID
    signaal_id: UUID
    melding_id: UUID
    gemeente_code: str
    index: Verwijsindex
    ontvangen_op: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HandleWithCareGestart(Fact):
    """The school of a child must know before the lessons; which child and which school stays in intake."""

    signaal_id: UUID
    melding_id: UUID
    gemeente_code: str
    ontvangen_op: datetime  # of the message of the police


@dataclass(frozen=True, slots=True, kw_only=True)
class HandleWithCareAfgeleverd(Fact):
    """There is proof that the school has the signal."""

    signaal_id: UUID
    melding_id: UUID
    afgeleverd_op: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HandleWithCareVervallen(Fact):
    """Veilig Thuis decided that the school is not told."""

    signaal_id: UUID
    melding_id: UUID
    vervallen_op: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HandleWithCareNietAfgeleverd(Fact):
    """The lessons began and no school had answered; it may still be told later, by telephone."""

    signaal_id: UUID
    melding_id: UUID
    reden: HandleWithCareReden
    vastgesteld_op: datetime
