"""The doors of the terugkoppeling: what became of a melding, for who sent it and for Veilig Thuis."""

from uuid import UUID

from fastapi import Request, Response

from services.intake.api.common import Key, Made, Part, place_of
from services.intake.api.ontvangst import CREATED
from services.intake.handlers import terugkoppeling as handlers
from services.intake.schemas.terugkoppeling import (
    TerugkoppelingIn,
    TerugkoppelingLijst,
    TerugkoppelingUit,
    terugkoppeling_uit,
)
from shared.web.access import Allowed, toegang_of
from shared.web.app import room_router
from shared.web.auth import Caller
from shared.web.idempotency import attempt_of
from shared.web.pages import encode_cursor

router = room_router("Terugkoppeling")


def _for_vt(caller: Caller) -> bool:
    return toegang_of(caller).sees_all


@router.get(
    "/meldingen/{meldingId}/terugkoppelingen",
    response_model=TerugkoppelingLijst,
    summary="Wat er van een melding werd",
    description=(
        "Elke terugkoppeling met de landelijke statuscode, de oudste eerst; een nieuw besluit geeft een nieuwe regel. "
        "Een ketenpartner leest alleen wat hij zelf meldde, en hoort zoveel als de melder mag horen. "
        "Leest een professional zijn terugkoppeling, dan geldt zij als gegeven."
    ),
)
async def list_terugkoppelingen(
    caller: Allowed,
    made: Made,
    part: Part,
    meldingId: UUID,  # noqa: N803
) -> TerugkoppelingLijst:
    """Return what there is to hear of a melding."""
    shown, more = await handlers.list_terugkoppelingen(
        made, caller, meldingId, na=place_of(part), limiet=part.limiet, now=made.clock()
    )
    return TerugkoppelingLijst(
        resultaten=tuple(terugkoppeling_uit(regel, for_vt=_for_vt(caller)) for regel in shown),
        volgende=encode_cursor(str(shown[-1].line.id)) if more else None,
    )


@router.get(
    "/meldingen/{meldingId}/terugkoppelingen/{terugkoppelingId}",
    response_model=TerugkoppelingUit,
    summary="Een terugkoppeling",
    description="Eén regel van wat er van een melding werd.",
)
async def read_terugkoppeling(
    caller: Allowed,
    made: Made,
    meldingId: UUID,  # noqa: N803
    terugkoppelingId: UUID,  # noqa: N803
) -> TerugkoppelingUit:
    """Return one line."""
    regel = await handlers.read_terugkoppeling(made, caller, meldingId, terugkoppelingId, now=made.clock())
    return terugkoppeling_uit(regel, for_vt=_for_vt(caller))


@router.post(
    "/meldingen/{meldingId}/terugkoppelingen",
    status_code=CREATED,
    response_model=TerugkoppelingUit,
    summary="Een toelichting voor de melder",
    description="Voegt iets toe in eigen woorden. Aan waar de melding staat verandert het niets.",
)
async def create_terugkoppeling(  # noqa: PLR0913, dependencies of the route
    *,
    caller: Allowed,
    made: Made,
    request: Request,
    key: Key,
    meldingId: UUID,  # noqa: N803
    body: TerugkoppelingIn,
) -> Response:
    """Add a line by hand."""
    attempt = attempt_of(request, key, client=caller.client_id, vault=made.vault)
    status, regel = await handlers.add_toelichting(
        made, caller, meldingId, toelichting=body.toelichting, attempt=attempt, now=made.clock()
    )
    return Response(
        terugkoppeling_uit(regel, for_vt=True).model_dump_json(by_alias=True),
        status_code=status,
        media_type="application/json",
        headers={"Location": f"/v1/meldingen/{meldingId}/terugkoppelingen/{regel.line.id}"},
    )
