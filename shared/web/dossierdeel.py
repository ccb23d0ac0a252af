"""The part of one room in a file that somebody may read: what it holds of a casus, opened, for intake to cut.

Only another room asks for it, under the purpose of carrying out rights on a file; nobody gets it uncut.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.audit import Act, record
from shared.crypto import Vault
from shared.db import in_transaction
from shared.errors import NotFoundError
from shared.web.access import Allowed
from shared.web.routes import Resources, resources, room_router
from shared.web.schema import OptionalTijdstip, Schema


class Dossierdeel(Schema):
    """Eén ding dat is vastgelegd: wat het is, wanneer, de gegevens en de teksten."""

    soort: str
    tijdstip: OptionalTijdstip
    velden: dict[str, Any]
    teksten: tuple[str, ...]


class DossierdeelLijst(Schema):
    resultaten: tuple[Dossierdeel, ...]


Load = Callable[[AsyncConnection, Vault, UUID], Awaitable[Sequence[Dossierdeel]]]


def deel(soort: str, tijdstip: Any, velden: Mapping[str, object], *teksten: str | None) -> Dossierdeel:
    """Return one part; what is not known is left out."""
    known = {name: value for name, value in velden.items() if value is not None}
    return Dossierdeel(soort=soort, tijdstip=tijdstip, velden=known, teksten=tuple(text for text in teksten if text))


def dossier_router(load: Load) -> APIRouter:
    """Return the route by which a room gives its part of a casus; one of which it holds nothing is not there."""
    router = room_router("Dossierrechten")

    @router.get(
        "/casussen/{casusId}/dossier",
        summary="Het deel van deze afdeling van een dossier",
        description="Voor een afschrift: alles wat deze afdeling over de casus vastlegt, met de teksten. Intake laat "
        "weg wat over anderen gaat voordat iemand het leest.",
    )
    async def read_dossierdeel(
        caller: Allowed,
        made: Annotated[Resources, Depends(resources)],
        casusId: UUID,  # noqa: N803, on the wire
    ) -> DossierdeelLijst:
        async with in_transaction(made.engine) as conn:
            found = await load(conn, made.vault, casusId)
            if not found:
                raise NotFoundError("Deze casus is er niet.")
            await record(conn, caller, Act("dossier-gelezen", "casus", casusId, casus_id=casusId), now=made.clock())
        return DossierdeelLijst(resultaten=tuple(found))

    return router
