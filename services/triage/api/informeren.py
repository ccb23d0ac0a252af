"""The doors of informeren: who of a melding was told, why not, and what was postponed."""

from uuid import UUID

from fastapi import Request, Response

from services.triage.api.common import POST, Key, Made, as_json, created
from services.triage.domain.informeren import InformeerActie, Informering
from services.triage.handlers import informeren as handlers
from services.triage.handlers.common import Once
from services.triage.handlers.informeren import UitstelView
from services.triage.schemas.informeren import (
    InformerenOut,
    InformeringIn,
    InformeringOut,
    NietInformeringIn,
    UitstelIn,
    UitstelMetTermijnOut,
)
from shared.web.access import Allowed
from shared.web.app import room_router
from shared.web.idempotency import attempt_of

router = room_router("Informeren")


@router.get(
    "/veiligheidsbeoordelingen/{meldingId}/betrokkenen-informeren",
    summary="Wie van een melding is geïnformeerd",
    description=(
        "Per betrokkene of hij weet dat Veilig Thuis gegevens van hem vastlegt, of waarom niet; de termijn met haar "
        "uitleg, hoe vaak is uitgesteld, en wat er nog ontbreekt voordat de klok stopt."
    ),
)
async def read_betrokkenen_informeren(
    meldingId: UUID,  # noqa: N803, the name on the wire
    made: Made,
    caller: Allowed,
) -> InformerenOut:
    """Show who was told."""
    return InformerenOut.of(await handlers.read_boek(made, caller, meldingId))


@router.post(
    "/veiligheidsbeoordelingen/{meldingId}/informeringen",
    summary="Leg vast dat een betrokkene is geïnformeerd",
    description=(
        "Wanneer en hoe. Is daarmee iedereen geïnformeerd, of vastgelegd waarom niet, dan stopt de klok van het "
        "informeren vanzelf. Hetzelfde nog eens verandert niets."
    ),
    status_code=201,
    response_model=InformeringOut,
    responses=POST,
)
async def record_informering(  # noqa: PLR0913, what FastAPI injects
    *,
    meldingId: UUID,  # noqa: N803, the name on the wire
    body: InformeringIn,
    made: Made,
    caller: Allowed,
    key: Key,
    request: Request,
) -> Response:
    """Record that a person was told."""
    attempt = attempt_of(request, key, client=caller.client_id, vault=made.vault)
    once: Once[Informering] = Once(attempt, lambda one: as_json(InformeringOut.of(one)))
    return created(await handlers.record_informering(made, caller, meldingId, body.to_domain(), once), request)


@router.get(
    "/veiligheidsbeoordelingen/{meldingId}/informeringen/{informeringId}",
    summary="Een informering",
    description="Dat een betrokkene is geïnformeerd, zoals het is vastgelegd.",
)
async def read_informering(
    meldingId: UUID,  # noqa: N803, the name on the wire
    informeringId: UUID,  # noqa: N803, the name on the wire
    made: Made,
    caller: Allowed,
) -> InformeringOut:
    """Show that a person was told."""
    actie = InformeerActie.INFORMEREN
    return InformeringOut.of(await handlers.read_informering(made, caller, meldingId, informeringId, actie=actie))


@router.post(
    "/veiligheidsbeoordelingen/{meldingId}/niet-informeringen",
    summary="Leg vast waarom een betrokkene niet wordt geïnformeerd",
    description=(
        "Om de veiligheid, omdat zijn verblijfplaats onbekend is, omdat hij te jong is (dan hoort wie het gezag "
        "heeft het), of omdat hij is overleden. Brieven aan wie om de veiligheid niets mag horen, vervallen."
    ),
    status_code=201,
    response_model=InformeringOut,
    responses=POST,
)
async def record_niet_informering(  # noqa: PLR0913, what FastAPI injects
    *,
    meldingId: UUID,  # noqa: N803, the name on the wire
    body: NietInformeringIn,
    made: Made,
    caller: Allowed,
    key: Key,
    request: Request,
) -> Response:
    """Record why a person is not told."""
    attempt = attempt_of(request, key, client=caller.client_id, vault=made.vault)
    once: Once[Informering] = Once(attempt, lambda one: as_json(InformeringOut.of(one)))
    return created(await handlers.record_informering(made, caller, meldingId, body.to_domain(), once), request)


@router.get(
    "/veiligheidsbeoordelingen/{meldingId}/niet-informeringen/{nietInformeringId}",
    summary="Waarom een betrokkene niet is geïnformeerd",
    description="De reden, zoals zij is vastgelegd.",
)
async def read_niet_informering(
    meldingId: UUID,  # noqa: N803, the name on the wire
    nietInformeringId: UUID,  # noqa: N803, the name on the wire
    made: Made,
    caller: Allowed,
) -> InformeringOut:
    """Show why a person was not told."""
    actie = InformeerActie.NIET_INFORMEREN
    return InformeringOut.of(await handlers.read_informering(made, caller, meldingId, nietInformeringId, actie=actie))


@router.post(
    "/veiligheidsbeoordelingen/{meldingId}/uitstellen",
    summary="Stel het informeren uit",
    description=(
        "Alleen om de veiligheid of het onderzoek, twee weken per keer vanaf het einde van de termijn, en elke keer "
        "met een eigen motivering. Het laatste uitstel nog eens sturen verandert niets."
    ),
    status_code=201,
    response_model=UitstelMetTermijnOut,
    responses=POST,
)
async def record_uitstel(  # noqa: PLR0913, what FastAPI injects
    *,
    meldingId: UUID,  # noqa: N803, the name on the wire
    body: UitstelIn,
    made: Made,
    caller: Allowed,
    key: Key,
    request: Request,
) -> Response:
    """Postpone the telling once more."""
    attempt = attempt_of(request, key, client=caller.client_id, vault=made.vault)
    once: Once[UitstelView] = Once(attempt, lambda one: as_json(UitstelMetTermijnOut.of_view(one)))
    return created(await handlers.record_uitstel(made, caller, meldingId, body.to_domain(), once), request)


@router.get(
    "/veiligheidsbeoordelingen/{meldingId}/uitstellen/{uitstelId}",
    summary="Een uitstel",
    description="Een uitstel van het informeren, met de termijn zoals zij nu is.",
)
async def read_uitstel(
    meldingId: UUID,  # noqa: N803, the name on the wire
    uitstelId: UUID,  # noqa: N803, the name on the wire
    made: Made,
    caller: Allowed,
) -> UitstelMetTermijnOut:
    """Show one postponement."""
    return UitstelMetTermijnOut.of_view(await handlers.read_uitstel(made, caller, meldingId, uitstelId))
