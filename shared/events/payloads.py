"""What each fact holds: ids, codes and times. Never a name, a number of a person, an address or free text.

One frozen class a type and version. A field may be added with a default; it may not be removed or change its
meaning: that is a new version. Readers ignore fields that they do not know.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from shared.rules.codes import (
    BestemmingSoort,
    Conclusie,
    DienstSoort,
    DossierverzoekSoort,
    HandelingSoort,
    InterventieSoort,
    MelderCategorie,
    MelderSoort,
    MonitorVervolg,
    Naleving,
    NoodReden,
    Relatie,
    TermijnSoort,
    Uitkomst,
    VernietigingReden,
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


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviesGegeven(Fact):
    """An advies belongs to no casus: the subject of its event is its own id."""

    advies_id: UUID
    gegeven_op: datetime
    gemeente_code: str | None
    adviesvrager_categorie: MelderCategorie
    kanaal: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CasusSamengevoegd(Fact):
    """The subject is the casus that stays; ``verdwenen_casus_id`` is the one that went up in it."""

    verdwenen_casus_id: UUID
    melding_ids: tuple[UUID, ...]
    samengevoegd_op: datetime


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
