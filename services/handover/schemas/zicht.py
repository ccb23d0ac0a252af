"""Who holds sight of safety, as it goes over the wire."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.handover.domain.zicht import Periode, current
from shared.web.schema import OptionalTijdstip, Schema, Tijdstip


class HouderUit(Schema):
    organisatie_id: str
    soort: str = Field(description="`veilig-thuis`, de soort bestemming van de ontvanger, of `afgeschermd`")
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
