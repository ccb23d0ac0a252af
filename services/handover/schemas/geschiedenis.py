"""The history of an overdracht, as it goes over the wire."""

from collections.abc import Iterable
from uuid import UUID

from pydantic import Field

from services.handover.domain.stappen import Stap
from shared.rules.overdrachtcodes import OverdrachtStap
from shared.web.schema import Schema, Tijdstip


class StapUit(Schema):
    stap: OverdrachtStap
    op: Tijdstip
    organisatie_id: str | None = Field(description="Wie het deed; leeg als het vanzelf ging")
    reden: str | None = Field(description="Een code, bij een stap die een reden heeft")
    feit_id: UUID | None = Field(description="Het feit waarmee de stap aan anderen is verteld")
    versie: int


class GeschiedenisUit(Schema):
    overdracht_id: UUID
    stappen: list[StapUit]


def geschiedenis_uit(overdracht_id: UUID, stappen: Iterable[Stap]) -> GeschiedenisUit:
    """Return the steps of an overdracht as they go over the wire."""
    return GeschiedenisUit(
        overdracht_id=overdracht_id, stappen=[StapUit.model_validate(stap, from_attributes=True) for stap in stappen]
    )
