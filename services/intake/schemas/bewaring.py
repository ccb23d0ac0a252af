"""What goes over the wire about how long a file is kept."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from services.intake.domain.casus import Casus
from services.intake.store.bewaren import Bewaring
from shared.web.schema import OptionalDatum, OptionalTijdstip, Schema, Tekst


class BewaringIn(Schema):
    """Tot wanneer een kinderbeschermingsmaatregel het dossier nodig heeft, en waarom; null neemt die termijn weg."""

    beschermingsmaatregel_tot: OptionalDatum
    motivering: Annotated[Tekst, Field(min_length=1)]


class BewaringUit(Schema):
    """Tot wanneer het dossier van een casus wordt bewaard; op die dag mag het worden vernietigd, niet eerder."""

    casus_id: UUID
    afgesloten_op: OptionalTijdstip
    beschermingsmaatregel_tot: OptionalDatum
    bewaren_tot: OptionalDatum


def bewaring_uit(casus: Casus, bewaring: Bewaring) -> BewaringUit:
    """Return the term of a file as it goes over the wire; a casus that is open has none."""
    tot: date | None = bewaring.bewaren_tot if casus.afgesloten_op is not None else None
    return BewaringUit(
        casus_id=casus.id,
        afgesloten_op=casus.afgesloten_op,
        beschermingsmaatregel_tot=bewaring.beschermingsmaatregel_tot,
        bewaren_tot=tot,
    )
