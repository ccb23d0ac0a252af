"""Looking for the casussen in which somebody is known, on the wire between rooms."""

from collections.abc import Sequence
from typing import Self
from uuid import UUID

from pydantic import model_validator

from services.intake.domain.melding import Persoon
from services.intake.domain.vinden import Vindplaats
from services.intake.handlers.vinden import persoon_of
from services.intake.schemas.common import Bsn
from shared.web.schema import Naam, OptionalDatum, Schema


class VindIn(Schema):
    """Wie er wordt gezocht: een BSN, of een geslachtsnaam met voornamen en geboortedatum."""

    bsn: Bsn | None = None
    geslachtsnaam: Naam | None = None
    voornamen: Naam | None = None
    geboortedatum: OptionalDatum = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        named = [value is not None for value in (self.geslachtsnaam, self.voornamen, self.geboortedatum)]
        if any(named) and not all(named):
            raise ValueError("geslachtsnaam, voornamen en geboortedatum horen bij elkaar")
        if any(named) == (self.bsn is not None):
            raise ValueError("zoek op een bsn, of op een naam met geboortedatum")
        return self

    def to_domain(self) -> Persoon:
        """Return who is looked for as people are compared."""
        return persoon_of(
            bsn=self.bsn,
            geslachtsnaam=self.geslachtsnaam,
            voornamen=self.voornamen,
            geboortedatum=self.geboortedatum.isoformat() if self.geboortedatum else None,
        )


class VindplaatsUit(Schema):
    casus_id: UUID
    zeker: bool


class VindplaatsenUit(Schema):
    resultaten: tuple[VindplaatsUit, ...]


def vindplaatsen_uit(found: Sequence[Vindplaats]) -> VindplaatsenUit:
    """Return where somebody is known as it is answered to another room."""
    return VindplaatsenUit(resultaten=tuple(VindplaatsUit(casus_id=one.casus_id, zeker=one.zeker) for one in found))
