"""What the routes of handover work with."""

from typing import Annotated, Any

from fastapi import Depends, Request, Response

from services.handover.domain.overdracht import Overdracht
from services.handover.domain.zicht import VEILIG_THUIS, Houder
from services.handover.handlers.common import Kamer
from services.handover.partners.intake import IntakeOverHttp
from services.handover.partners.triage import TriageOverHttp
from services.handover.schemas.overdrachten import OverdrachtUit, overdracht_uit
from services.handover.settings import HandoverSettings
from shared.web.app import resources_of
from shared.web.etag import etag_of
from shared.web.idempotency import idempotency_key
from shared.web.pages import Page, page
from shared.web.schema import Schema


async def kamer(request: Request) -> Kamer:
    """Return what the deeds of this room work with (a dependency)."""
    given: Kamer | None = getattr(request.app.state, "kamer", None)
    if given is None:
        given = request.app.state.kamer = _kamer_of(request)
    return given


def _kamer_of(request: Request) -> Kamer:
    settings: HandoverSettings = request.app.state.settings
    made = resources_of(request)
    return Kamer(
        made=made,
        veilig_thuis=Houder(settings.vt_organisatie_id, VEILIG_THUIS),
        casus=IntakeOverHttp(made.client, settings.intake_url),
        beoordeling=TriageOverHttp(made.client, settings.triage_url),
        veld=request.app.state.veld,
    )


async def settings_of(request: Request) -> HandoverSettings:
    """Return what this room was told (a dependency)."""
    settings: HandoverSettings = request.app.state.settings
    return settings


Room = Annotated[Kamer, Depends(kamer)]

AGAIN: dict[int | str, dict[str, Any]] = {
    200: {"model": OverdrachtUit, "description": "Dit was al gedaan; hetzelfde antwoord nog eens"}
}


def told(response: Response, overdracht: Overdracht, *, new: bool) -> OverdrachtUit:
    """Return the answer to a step: 201 the first time, 200 when it was done before."""
    if not new:
        response.status_code = 200
    response.headers["Location"] = f"/v1/overdrachten/{overdracht.id}"
    response.headers["ETag"] = etag_of(overdracht.versie)
    return overdracht_uit(overdracht)


Key = Annotated[str | None, Depends(idempotency_key)]
Part = Annotated[Page, Depends(page)]


def as_json(shown: Schema) -> dict[str, Any]:
    """Return what is shown as it goes over the wire."""
    return shown.model_dump(mode="json", by_alias=True)
