"""Looking for who has a family in sight, as it goes over the wire."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from services.handover.domain.vinden import Gezocht, VindTaak, VindUitkomst, Vondst
from services.handover.domain.zicht import Houder
from shared.web.schema import Naam, OptionalDatum, Schema

Bsn = Annotated[str, Field(pattern=r"^[0-9]{8,9}$")]


class VindIn(Schema):
    """Wie u zoekt: een BSN, of een geslachtsnaam met voornamen en geboortedatum. En waarvoor."""

    taak: VindTaak = Field(description="Waarvoor u zoekt; staat in het logboek van wie gevonden wordt")
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

    def to_domain(self) -> Gezocht:
        """Return whom somebody looks for as the domain knows it."""
        return Gezocht(
            bsn=self.bsn,
            geslachtsnaam=self.geslachtsnaam,
            voornamen=self.voornamen,
            geboortedatum=self.geboortedatum.isoformat() if self.geboortedatum else None,
        )


class VondstHouderUit(Schema):
    organisatie_id: str = Field(description="`afgeschermd` als u niet mag weten wie het is")
    soort: str


class VondstUit(Schema):
    uitkomst: VindUitkomst
    houder: VondstHouderUit | None = Field(description="Wie het zicht op veiligheid heeft; alleen bij `gevonden`")
    bereikbaar_via: str | None = Field(description="Welke organisatie u belt; bij `onzeker` is dat Veilig Thuis")

    @classmethod
    def of(cls, vondst: Vondst, through: Houder) -> "VondstUit":
        """Return what was found as it is shown: nothing by which more could be asked."""
        found = vondst.houder
        return cls(
            uitkomst=vondst.uitkomst,
            houder=VondstHouderUit(organisatie_id=found.organisatie_id, soort=found.soort) if found else None,
            bereikbaar_via=None if vondst.uitkomst is VindUitkomst.NIET_GEVONDEN else through.organisatie_id,
        )
