"""The doors of adviezen."""

from uuid import UUID

from fastapi import Request, Response

from services.intake.api.common import Key, Made
from services.intake.api.ontvangst import CREATED, FIRST_ANSWER, OK, received
from services.intake.handlers import adviezen as advies_handlers
from services.intake.handlers import receiving
from services.intake.schemas.advies import AdviesIn, AdviesUit, OmzettingIn, advies_uit
from services.intake.schemas.melding import MeldingUit
from shared.web.access import Allowed
from shared.web.app import room_router
from shared.web.idempotency import attempt_of

router = room_router("Adviezen")


@router.post(
    "/adviezen",
    status_code=CREATED,
    response_model=AdviesUit,
    summary="Een advies vastleggen",
    description=(
        "Legt in één keer vast dat er advies, een vervolgadvies of ondersteuning is gegeven: codes en dagen. Over het "
        "gezin wordt niets vastgelegd, ook niet in vrije tekst: die is er niet. Naam en contact van de adviesvrager "
        "alleen met toestemming; zij worden na een korte termijn verwijderd."
    ),
)
async def create_advies(caller: Allowed, made: Made, request: Request, key: Key, body: AdviesIn) -> Response:
    """Keep that an advies was given."""
    attempt = attempt_of(request, key, client=caller.client_id, vault=made.vault)
    given = await advies_handlers.record_advies(made, caller, body.to_domain(), attempt=attempt, now=made.clock())
    return Response(
        advies_uit(given.dossier).model_dump_json(by_alias=True),
        status_code=given.status,
        media_type="application/json",
        headers={"Location": f"/v1/adviezen/{given.dossier.id}"},
    )


@router.get(
    "/adviezen/{adviesId}",
    response_model=AdviesUit,
    summary="Een advies lezen",
    description="Geeft de codes van een advies, en wie het vroeg als die daarmee instemde.",
)
async def read_advies(caller: Allowed, made: Made, adviesId: UUID) -> AdviesUit:  # noqa: N803
    """Return an advies."""
    return advies_uit(await advies_handlers.read_advies(made, caller, adviesId, now=made.clock()))


@router.post(
    "/adviezen/{adviesId}/omzettingen",
    status_code=CREATED,
    response_model=MeldingUit,
    responses={OK: FIRST_ANSWER},
    summary="Een advies omzetten in een melding",
    description=(
        "Op verzoek van de adviesvrager, of ambtshalve: dan is er ernstig gevaar en handelt de adviesvrager niet zelf. "
        "De melding bewaart waarom; het advies niet. Een advies wordt hooguit één melding."
    ),
)
async def create_omzetting(  # noqa: PLR0913, dependencies of the route
    *,
    caller: Allowed,
    made: Made,
    request: Request,
    key: Key,
    adviesId: UUID,  # noqa: N803
    body: OmzettingIn,
) -> Response:
    """Turn an advies into a melding (Wmo 2015: on request, or by Veilig Thuis itself)."""
    attempt = attempt_of(request, key, client=caller.client_id, vault=made.vault)
    melding = body.melding.to_domain()
    return received(
        await receiving.receive_melding(
            made, caller, melding, attempt=attempt, now=made.clock(), omzetting=body.to_domain(adviesId)
        )
    )
