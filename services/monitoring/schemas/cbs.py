"""How deliveries to the CBS go over the wire."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.monitoring.domain.cbs import RecordSoort
from services.monitoring.domain.cbs_levering import CbsBesluit, CbsLevering, CbsStatus
from services.monitoring.handlers.cbs import shown
from shared.web.schema import OptionalTijdstip, Schema, Tijdstip

Halfjaar = Annotated[str, Field(pattern=r"^(20[0-9]{2})-[12]$", description="Jaar en helft", examples=["2026-1"])]


class CbsLeveringIn(Schema):
    """Which half-year is asked, as it was known at some moment."""

    halfjaar: Halfjaar
    peilmoment: OptionalTijdstip = Field(default=None, description="Wat daarna is vastgelegd telt niet mee; leeg is nu")


class CbsBesluitIn(Schema):
    besluit: CbsBesluit


class CbsBestandOut(Schema):
    naam: str
    regels: int
    bytes: int
    sha256: str


class CbsVeldOut(Schema):
    record: RecordSoort
    veld: str
    rijen: int
    gevuld: int
    percentage: float | None
    niet_vastgelegd: bool = Field(description="De keten legt dit niet vast: het veld is nooit gevuld")


class CbsBevindingOut(Schema):
    code: str = Field(description="Wat er niet kan; van een kolom staat die erachter")
    aantal: int
    voorbeelden: list[UUID] = Field(description="Ten hoogste twintig, van meldingen, diensten, adviezen, overdrachten")


class CbsRapportOut(Schema):
    velden: list[CbsVeldOut]
    bevindingen: list[CbsBevindingOut]


class CbsLeveringOut(Schema):
    id: UUID
    halfjaar: str
    versie: int
    peilmoment: Tijdstip
    status: CbsStatus
    aangevraagd_door: str
    aangevraagd_op: Tijdstip
    gemaakt_op: OptionalTijdstip
    layout: str | None = Field(description="Naam en versie; de standaard is van Ketenradar en niet van het CBS")
    bestanden: list[CbsBestandOut]
    rapport: CbsRapportOut | None
    besloten_door: str | None
    besloten_op: OptionalTijdstip
    reden: str | None = Field(description="Waarom het maken mislukte")


class CbsLeveringLijst(Schema):
    resultaten: list[CbsLeveringOut]
    volgende: str | None


def levering_out(one: CbsLevering) -> CbsLeveringOut:
    """Return a delivery as it goes over the wire."""
    return CbsLeveringOut.model_validate(shown(one))
