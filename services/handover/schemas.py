"""What goes over the wire in handover."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from pydantic import Field, WithJsonSchema

from services.handover.domain.overdracht import Overdracht, Status, WeigerReden
from services.handover.domain.zicht import Periode, current
from services.handover.handlers.reading import Gelezen
from shared.rules.codes import BestemmingSoort, NoodReden
from shared.web.glass import Noodtoegang
from shared.web.schema import Naam, OptionalTijdstip, OrganisatieId, Schema, Tekst, Tijdstip


class AcceptatieIn(Schema):
    naam: Naam | None = Field(None, description="Wie namens de ontvanger accepteert")
    warm: bool | None = Field(None, description="Of er een warme overdracht is: in gesprek, niet alleen op schrift")
    toelichting: Tekst | None = None


class WeigeringIn(Schema):
    reden: WeigerReden
    toelichting: Tekst


class EersteContactIn(Schema):
    tijdstip: Tijdstip = Field(description="Wanneer de ontvanger het gezin voor het eerst sprak")


class BestemmingIn(Schema):
    soort: BestemmingSoort
    organisatie_id: OrganisatieId | None = Field(None, description="Zonder: de organisatie die de gemeente bedient")


class HeraanbodIn(Schema):
    vervangt_overdracht_id: UUID
    bestemming: BestemmingIn
    motivering: Tekst


class OverdrachtUit(Schema):
    id: UUID
    casus_id: UUID
    melding_id: UUID
    dienst_id: UUID | None
    gemeente_code: str
    soort: BestemmingSoort
    organisatie_id: str
    draagt_zicht: bool = Field(description="Of de ontvanger door te accepteren het zicht op veiligheid krijgt")
    status: Status
    aangeboden_op: Tijdstip
    accepteren_uiterlijk: Tijdstip = Field(description="Het eerste moment dat te laat is; te laat is nooit geblokkeerd")
    vervangt_overdracht_id: UUID | None
    geaccepteerd_op: OptionalTijdstip
    te_laat_geaccepteerd: bool
    warm: bool | None
    geweigerd_op: OptionalTijdstip
    reden: WeigerReden | None
    eerste_contact_op: OptionalTijdstip
    versie: int


class AdresUit(Schema):
    postcode: str | None
    huisnummer: int | None
    huisletter: str | None
    huisnummertoevoeging: str | None
    straat: str | None
    woonplaats: str | None


# What intake knows of a birth date: a day, or only its month or year.
Geboortedatum = Annotated[
    str | None,
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "format": "date"},
                {"type": "string", "pattern": r"^\d{4}(-(0[1-9]|1[0-2]))?$"},
                {"type": "null"},
            ]
        }
    ),
]


class PersoonUit(Schema):
    rol: str
    bsn: str | None
    voornamen: str | None
    voorvoegsel: str | None
    geslachtsnaam: str | None
    geboortedatum: Geboortedatum
    beschrijving: str | None
    telefoonnummers: list[str]
    adres: AdresUit | None = Field(description="Leeg als het adres geheim is")


class MelderUit(Schema):
    categorie: str | None
    soort: str
    naam: str | None


class GeweldUit(Schema):
    relatie: str
    vorm: str


class MeldingUit(Schema):
    melding_id: UUID
    kenmerk: str | None
    ontvangen_op: str | None
    zorgelijke_situatie: str | None
    aard_geweld: list[GeweldUit]
    melder: MelderUit | None = Field(description="Alleen als vastligt dat de melder bekend mag zijn")


class CasusUit(Schema):
    personen: list[PersoonUit]
    meldingen: list[MeldingUit]


class BesluitUit(Schema):
    uitkomst: str
    acuut_onveilig: bool | None
    structureel_onveilig: bool | None
    motivering: str | None
    besloten_op: str | None


class VoorwaardeUit(Schema):
    omschrijving: str
    eigenaar: str | None
    controle: str | None
    controle_op: str | None
    instemming: bool | None


class DienstUit(Schema):
    dienst_id: UUID
    soort: str
    conclusie: str | None
    motivering: str | None
    veiligheidsvoorwaarden: list[VoorwaardeUit]


class PakketUit(Schema):
    casus: CasusUit
    veiligheidsbeoordeling: BesluitUit
    diensten: list[DienstUit]


class OverdrachtMetPakket(OverdrachtUit):
    geaccepteerd_door: str | None = Field(description="De naam die bij de acceptatie is opgegeven")
    toelichting: str | None = Field(description="Wat de ontvanger bij acceptatie of weigering schreef")
    motivering: str | None = Field(description="Waarom Veilig Thuis opnieuw aanbood")
    vervangen_door_overdracht_id: UUID | None
    samengesteld_op: Tijdstip
    zoals_overhandigd: bool = Field(
        description=(
            "Of dit het pakket is zoals de ontvanger het las. Verandert de bescherming van een melder, dan komt er een "
            "volgend pakket"
        )
    )
    pakket: PakketUit


class OverdrachtLijst(Schema):
    resultaten: list[OverdrachtUit]
    volgende: str | None


class HouderUit(Schema):
    organisatie_id: str
    soort: str = Field(description="`veilig-thuis`, of de soort bestemming van de ontvanger")
    vanaf: Tijdstip


class ZichtPeriodeUit(Schema):
    organisatie_id: str
    vanaf: Tijdstip
    tot: OptionalTijdstip
    overdracht_id: UUID | None = Field(description="De overdracht waarmee het zicht overging; leeg bij Veilig Thuis")


class ZichtUit(Schema):
    casus_id: UUID
    houder: HouderUit | None
    geschiedenis: Annotated[list[ZichtPeriodeUit], Field(description="Van eerste tot laatste, zonder overlap")]


def overdracht_uit(overdracht: Overdracht) -> OverdrachtUit:
    """Return an overdracht as it goes over the wire, without its package."""
    return OverdrachtUit(**_fields(overdracht))


def overdracht_met_pakket(gelezen: Gelezen) -> OverdrachtMetPakket:
    """Return an overdracht with its package as it goes over the wire."""
    return OverdrachtMetPakket(
        **_fields(gelezen.overdracht),
        geaccepteerd_door=gelezen.teksten.naam,
        toelichting=gelezen.teksten.toelichting,
        motivering=gelezen.teksten.motivering,
        vervangen_door_overdracht_id=gelezen.overdracht.vervangen_door_id,
        samengesteld_op=gelezen.samengesteld_op,
        zoals_overhandigd=gelezen.bevroren,
        pakket=PakketUit.model_validate(gelezen.pakket, from_attributes=True),
    )


def zicht_uit(casus_id: UUID, perioden: Sequence[Periode]) -> ZichtUit:
    """Return who holds and held sight of safety as it goes over the wire."""
    running = current(perioden)
    return ZichtUit(
        casus_id=casus_id,
        houder=HouderUit(organisatie_id=running.houder.organisatie_id, soort=running.houder.soort, vanaf=running.vanaf)
        if running
        else None,
        geschiedenis=[
            ZichtPeriodeUit(
                organisatie_id=periode.houder.organisatie_id,
                vanaf=periode.vanaf,
                tot=periode.tot,
                overdracht_id=periode.houder.overdracht_id,
            )
            for periode in perioden
        ],
    )


def _fields(overdracht: Overdracht) -> dict[str, object]:
    fields: dict[str, object] = {name: getattr(overdracht, name) for name in Overdracht.__slots__}
    fields["vervangt_overdracht_id"] = fields.pop("vervangt_id")
    del fields["vervangen_door_id"]  # stands only in the answer with the package
    return fields


class NoodtoegangIn(Schema):
    """Why somebody must read, now, what is not his."""

    reden: NoodReden
    toelichting: Tekst


class NoodtoegangUit(Schema):
    id: UUID
    overdracht_id: UUID
    reden: NoodReden
    geldig_van: Tijdstip
    geldig_tot: Tijdstip


def noodtoegang_uit(given: Noodtoegang) -> NoodtoegangUit:
    """Return a broken glass as it is answered."""
    return NoodtoegangUit(
        id=given.id,
        overdracht_id=given.object_id,
        reden=given.reden,
        geldig_van=given.geldig_van,
        geldig_tot=given.geldig_tot,
    )
