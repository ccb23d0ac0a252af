"""The package as it goes over the wire."""

from typing import Annotated
from uuid import UUID

from pydantic import Field, WithJsonSchema

from shared.web.schema import Schema, Tijdstip


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


class ZichtDeelUit(Schema):
    organisatie_id: str = Field(description="`afgeschermd` als de ontvanger niet mag weten wie het is")
    soort: str
    vanaf: Tijdstip


class MonitorDeelUit(Schema):
    maanden: list[int] = Field(
        description="Na hoeveel maanden na de acceptatie Veilig Thuis opnieuw kijkt; leeg als het dat niet doet"
    )


class PakketUit(Schema):
    casus: CasusUit
    veiligheidsbeoordeling: BesluitUit
    diensten: list[DienstUit]
    zicht: ZichtDeelUit | None = Field(
        description="Wie het zicht op veiligheid had toen het pakket werd gemaakt; leeg in een pakket van eerder"
    )
    monitoring: MonitorDeelUit | None = Field(description="De monitorafspraken; leeg in een pakket van eerder")
