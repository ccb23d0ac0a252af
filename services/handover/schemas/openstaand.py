"""What waits for somebody, as it goes over the wire."""

from datetime import datetime
from uuid import UUID

from pydantic import Field

from services.handover.domain.openstaand import OpenItem, OpenSoort
from services.handover.handlers.openstaand import Openstaand
from shared.web.pages import encode_cursor
from shared.web.schema import OptionalTijdstip, Schema, Tijdstip


class OpenItemUit(Schema):
    soort: OpenSoort
    id: UUID = Field(description="Wat er wacht; bij een aanbod of eerste contact is dat de overdracht")
    overdracht_id: UUID | None = Field(description="Leeg voor wat uw organisatie zelf is gevraagd: opvang en inzet")
    casus_id: UUID | None = Field(description="Leeg bij inzet: wie hulp geeft leest bij de inzet wat hij mag weten")
    gemeente_code: str
    organisatie_id: str = Field(description="De ontvanger van de overdracht, of aan wie het is gevraagd")
    sinds: Tijdstip
    uiterlijk: OptionalTijdstip = Field(description="Het eerste moment dat te laat is; leeg als er geen termijn is")
    te_laat: bool
    behandelaar: str | None = Field(description="Wie van de ontvanger het behandelt; leeg voor Veilig Thuis")
    link: str = Field(description="Waar het staat")

    @classmethod
    def of(cls, item: OpenItem, now: datetime) -> "OpenItemUit":
        """Return a line of the list as it is shown."""
        return cls(
            soort=item.soort,
            id=item.id,
            overdracht_id=item.overdracht_id,
            casus_id=item.casus_id,
            gemeente_code=item.gemeente_code,
            organisatie_id=item.organisatie_id,
            sinds=item.sinds,
            uiterlijk=item.uiterlijk,
            te_laat=item.is_late(now),
            behandelaar=item.behandelaar,
            link=item.link,
        )


class AantalUit(Schema):
    soort: OpenSoort
    aantal: int
    te_laat: int


class OpenstaandUit(Schema):
    resultaten: list[OpenItemUit]
    volgende: str | None
    aantallen: list[AantalUit] = Field(description="Van elke soort hoeveel er is, ook wat niet op deze bladzijde staat")

    @classmethod
    def of(cls, found: Openstaand, limiet: int) -> "OpenstaandUit":
        """Return a page of what waits as it is shown."""
        shown = found.items[:limiet]
        last = shown[-1] if len(found.items) > limiet else None
        return cls(
            resultaten=[OpenItemUit.of(item, found.now) for item in shown],
            volgende=encode_cursor(last.op.isoformat(), last.soort, str(last.id)) if last else None,
            aantallen=[AantalUit(soort=one.soort, aantal=one.aantal, te_laat=one.te_laat) for one in found.aantallen],
        )
