"""What the routes of handover work with."""

from typing import Annotated

from fastapi import Depends, Request

from services.handover.domain.zicht import VEILIG_THUIS, Houder
from services.handover.handlers.common import Kamer
from services.handover.partners.intake import IntakeOverHttp
from services.handover.partners.triage import TriageOverHttp
from services.handover.settings import HandoverSettings
from shared.web.app import resources


def kamer(request: Request) -> Kamer:
    """Return what the deeds of this room work with (a dependency)."""
    given: Kamer | None = getattr(request.app.state, "kamer", None)
    if given is None:
        given = request.app.state.kamer = _kamer_of(request)
    return given


def _kamer_of(request: Request) -> Kamer:
    settings: HandoverSettings = request.app.state.settings
    made = resources(request)
    return Kamer(
        made=made,
        veilig_thuis=Houder(settings.vt_organisatie_id, VEILIG_THUIS),
        casus=IntakeOverHttp(made.client, settings.intake_url),
        beoordeling=TriageOverHttp(made.client, settings.triage_url),
    )


Room = Annotated[Kamer, Depends(kamer)]
