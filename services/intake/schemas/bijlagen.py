"""Aanvullingen and bijlagen on the wire."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.intake.domain.aanvulling import Aanvulling
from services.intake.domain.bijlage import Bijlage, BijlageSoort, BijlageStatus
from shared.web.schema import Naam, Schema, Tekst, Tijdstip


class AanvullingIn(Schema):
    """Wat er na de melding nog over te zeggen is."""

    tekst: Tekst
    toegevoegd_door: Annotated[Naam, Field(description="Wie dit vertelt, bij wie het stuurt")] | None = None


class AanvullingUit(Schema):
    """Een aanvulling; wie haar deed, blijft weg voor wie de melder niet mag kennen."""

    id: UUID
    toegevoegd_op: Tijdstip
    tekst: str
    organisatie_id: str | None = None
    toegevoegd_door: str | None = None


def aanvulling_uit(aanvulling: Aanvulling) -> AanvullingUit:
    """Return an aanvulling as it goes out."""
    return AanvullingUit.model_validate({name: getattr(aanvulling, name) for name in AanvullingUit.model_fields})


class BijlageUit(Schema):
    """Een bestand bij een melding, zonder het bestand zelf."""

    id: UUID
    toegevoegd_op: Tijdstip
    naam: str
    soort: Annotated[BijlageSoort, Field(description="Wat de bytes zijn, hoe het bestand ook heet")]
    grootte: int
    status: Annotated[BijlageStatus, Field(description="Een besmet bestand wordt aan niemand gegeven")]
    organisatie_id: str | None = None


def bijlage_uit(bijlage: Bijlage) -> BijlageUit:
    """Return a bijlage as it goes out."""
    return BijlageUit.model_validate({name: getattr(bijlage, name) for name in BijlageUit.model_fields})


class BijlageLijst(Schema):
    resultaten: tuple[BijlageUit, ...]
    volgende: str | None = None
