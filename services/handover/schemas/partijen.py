"""Who has to do with a casus, as it goes over the wire."""

from uuid import UUID

from pydantic import Field

from services.handover.domain.partijen import Partij, PartijRol
from services.handover.handlers.partijen import Partijen
from shared.web.schema import OptionalTijdstip, Schema


class PartijUit(Schema):
    organisatie_id: str = Field(description="`afgeschermd` als u niet mag weten wie het is; vraag het Veilig Thuis")
    soort: str = Field(description="`veilig-thuis`, de soort ontvanger, of `afgeschermd`")
    rollen: list[PartijRol]
    sinds: OptionalTijdstip

    @classmethod
    def of(cls, partij: Partij) -> "PartijUit":
        """Return an organisation as it is shown."""
        return cls(
            organisatie_id=partij.organisatie_id,
            soort=partij.soort,
            rollen=list(partij.rollen),
            sinds=partij.sinds,
        )


class PartijenUit(Schema):
    casus_id: UUID
    partijen: list[PartijUit]

    @classmethod
    def of(cls, found: Partijen) -> "PartijenUit":
        """Return who has to do with a casus as it is shown."""
        return cls(casus_id=found.casus_id, partijen=[PartijUit.of(one) for one in found.partijen])
