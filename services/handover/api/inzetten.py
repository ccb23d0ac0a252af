"""The routes of help under an overdracht: chosen, started, refused, ended; and of help that was not there."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Header, Query, Request, Response
from starlette.responses import JSONResponse

from services.handover.api.common import Key, Part, Room, as_json
from services.handover.domain import inzet as domain
from services.handover.domain.inzet import InzetStatus, Lacune
from services.handover.handlers import inzetten as handlers
from services.handover.handlers import lacunes
from services.handover.handlers.inzetten import Gezien
from services.handover.handlers.once import Once
from services.handover.schemas.interventies import LacuneIn
from services.handover.schemas.inzetten import (
    AfbrekingIn,
    AfrondingIn,
    InzetIn,
    InzetLijst,
    InzetMetTekst,
    InzetUit,
    InzetWeigeringIn,
    LacuneLijst,
    LacuneUit,
    inzet_met_tekst,
    inzet_uit,
    lacune_uit,
)
from shared.rules.palet import Doelgroep, Fase
from shared.web.access import Allowed
from shared.web.app import room_router
from shared.web.etag import etag_of, if_match
from shared.web.idempotency import attempt_of
from shared.web.pages import encode_cursor, time_place
from shared.web.schema import GemeenteCode

router = room_router("Interventiepalet")
Seen = Annotated[str | None, Header(alias="If-Match", description="De ETag van de versie die u zag")]
_AGAIN: dict[int | str, dict[str, Any]] = {
    200: {"model": LacuneUit, "description": "Dit was al vastgesteld; hetzelfde antwoord nog eens"}
}


@router.post(
    "/overdrachten/{overdrachtId}/inzetten",
    status_code=201,
    response_model=InzetUit,
    summary="Zet hulp in onder een overdracht",
    description=(
        "Door de ontvanger van een geaccepteerde overdracht, of door Veilig Thuis. Zijn alle plaatsen bezet, dan "
        "wordt er gewacht. Dezelfde hulp kan voor meer gezinsleden apart worden gevraagd."
    ),
)
async def create_inzet(  # noqa: PLR0913, PLR0917, dependencies of the route
    request: Request,
    caller: Allowed,
    room: Room,
    overdrachtId: UUID,  # noqa: N803, the name in the path
    body: InzetIn,
    key: Key = None,
) -> Response:
    """Ask for help."""
    once: Once[Gezien] = Once(
        attempt_of(request, key, client=caller.client_id, vault=room.made.vault),
        lambda gezien: as_json(inzet_uit(gezien)),
    )
    answer = await handlers.create_inzet(room, caller, overdrachtId, body.to_domain(), once)
    headers = {"Location": f"/v1/inzetten/{answer.body['id']}", "ETag": etag_of(answer.body["versie"])}
    return JSONResponse(answer.body, status_code=answer.status, headers=headers)


@router.get(
    "/inzetten",
    summary="Hulp die is gevraagd en gegeven",
    description=(
        "In de volgorde waarin zij is gevraagd. Wie een overdracht kreeg ziet wat daaronder is ingezet; wie de hulp "
        "geeft ziet wat hem is gevraagd, zonder de casus erachter."
    ),
)
async def list_inzetten(  # noqa: PLR0913, PLR0917, dependencies of the route
    caller: Allowed,
    room: Room,
    part: Part,
    casus_id: Annotated[UUID | None, Query(alias="casusId")] = None,
    overdracht_id: Annotated[UUID | None, Query(alias="overdrachtId")] = None,
    status: Annotated[InzetStatus | None, Query(description="Alleen inzet in deze toestand")] = None,
) -> InzetLijst:
    """Return a page of inzetten."""
    found = await handlers.list_inzetten(
        room,
        caller,
        casus_id=casus_id,
        overdracht_id=overdracht_id,
        status=status,
        na=time_place(part),
        limiet=part.limiet + 1,
    )
    shown = found[: part.limiet]
    last = shown[-1].inzet if len(found) > part.limiet else None
    return InzetLijst(
        resultaten=[inzet_uit(one) for one in shown],
        volgende=encode_cursor(last.aangevraagd_op.isoformat(), str(last.id)) if last else None,
    )


@router.get(
    "/inzetten/{inzetId}",
    summary="Een inzet, met wat erbij is geschreven",
    description="Wat over de melder is geschreven, staat er niet, tenzij vastligt dat hij bekend mag zijn.",
)
async def read_inzet(
    caller: Allowed,
    room: Room,
    response: Response,
    inzetId: UUID,  # noqa: N803, the name in the path
) -> InzetMetTekst:
    """Return one inzet."""
    gezien = await handlers.read_inzet(room, caller, inzetId)
    response.headers["ETag"] = etag_of(gezien.inzet.versie)
    return inzet_met_tekst(gezien)


@router.put(
    "/inzetten/{inzetId}/start",
    summary="Leg vast dat de hulp is gestart",
    description="Neemt een plaats in, tot de hulp eindigt. Zijn alle plaatsen bezet, dan kan dat niet.",
)
async def put_inzet_start(
    *,
    caller: Allowed,
    room: Room,
    response: Response,
    inzetId: UUID,  # noqa: N803, the name in the path
    seen: Seen = None,
) -> InzetUit:
    """Let help begin."""
    return _told(await handlers.start_inzet(room, caller, inzetId, seen=if_match(seen)), response)


@router.put(
    "/inzetten/{inzetId}/weigering",
    summary="Weiger hulp die is gevraagd",
    description="Met een reden. Zegt die dat er hulp ontbreekt, dan wordt dat als lacune vastgesteld.",
)
async def put_inzet_weigering(  # noqa: PLR0913, what FastAPI injects
    *,
    caller: Allowed,
    room: Room,
    response: Response,
    inzetId: UUID,  # noqa: N803, the name in the path
    body: InzetWeigeringIn,
    seen: Seen = None,
) -> InzetUit:
    """Refuse help that was asked."""
    after = await handlers.take_step(
        room,
        caller,
        inzetId,
        lambda one, now: domain.refuse(one, reden=body.reden, now=now),
        seen=if_match(seen),
        einde=body.toelichting,
    )
    return _told(after, response)


@router.put(
    "/inzetten/{inzetId}/afbreking",
    summary="Breek hulp af, of trek de vraag in",
    description="Met een reden. De plaats komt vrij.",
)
async def put_inzet_afbreking(  # noqa: PLR0913, what FastAPI injects
    *,
    caller: Allowed,
    room: Room,
    response: Response,
    inzetId: UUID,  # noqa: N803, the name in the path
    body: AfbrekingIn,
    seen: Seen = None,
) -> InzetUit:
    """End help before it is done."""
    after = await handlers.take_step(
        room,
        caller,
        inzetId,
        lambda one, now: domain.break_off(one, reden=body.reden, now=now),
        seen=if_match(seen),
        einde=body.toelichting,
    )
    return _told(after, response)


@router.put(
    "/inzetten/{inzetId}/afronding",
    summary="Rond hulp af",
    description="Alleen hulp die is gestart. De plaats komt vrij.",
)
async def put_inzet_afronding(  # noqa: PLR0913, what FastAPI injects
    *,
    caller: Allowed,
    room: Room,
    response: Response,
    inzetId: UUID,  # noqa: N803, the name in the path
    body: AfrondingIn,
    seen: Seen = None,
) -> InzetUit:
    """End help that is done."""
    after = await handlers.take_step(
        room,
        caller,
        inzetId,
        lambda one, now: domain.finish(one, now=now),
        seen=if_match(seen),
        einde=body.toelichting,
    )
    return _told(after, response)


def _told(gezien: Gezien, response: Response) -> InzetUit:
    response.headers["ETag"] = etag_of(gezien.inzet.versie)
    return inzet_uit(gezien)


@router.post(
    "/overdrachten/{overdrachtId}/lacunes",
    status_code=201,
    response_model=LacuneUit,
    responses=_AGAIN,
    summary="Stel vast dat er hulp ontbreekt",
    description=(
        "Na zoeken zonder resultaat, onder een geaccepteerde overdracht. Het palet zelf zegt wat er ontbreekt: aanbod, "
        "een plaats, hulp zonder drempel of hulp op tijd. Is er wel hulp, zeg dan dat zij niet past. Dezelfde lacune "
        "nog eens is er één."
    ),
)
async def create_lacune(  # noqa: PLR0913, PLR0917, dependencies of the route
    request: Request,
    caller: Allowed,
    room: Room,
    overdrachtId: UUID,  # noqa: N803, the name in the path
    body: LacuneIn,
    key: Key = None,
) -> Response:
    """Note that help is missing."""
    once: Once[Lacune] = Once(
        attempt_of(request, key, client=caller.client_id, vault=room.made.vault),
        lambda lacune: as_json(lacune_uit(lacune)),
    )
    gemist = lacunes.Gemist(body.doelgroep, body.in_gemeente, body.niet_passend)
    answer = await lacunes.create_lacune(room, caller, overdrachtId, gemist, once)
    return JSONResponse(answer.body, status_code=answer.status)


@router.get(
    "/lacunes",
    summary="Hulp die er niet was",
    description="In de volgorde waarin dat is vastgesteld. Een ontvanger ziet wat onder zijn overdrachten ontbrak.",
)
async def list_lacunes(  # noqa: PLR0913, PLR0917, dependencies of the route
    caller: Allowed,
    room: Room,
    part: Part,
    casus_id: Annotated[UUID | None, Query(alias="casusId")] = None,
    gemeente_code: Annotated[GemeenteCode | None, Query(alias="gemeenteCode")] = None,
    doelgroep: Annotated[Doelgroep | None, Query()] = None,
    fase: Annotated[Fase | None, Query()] = None,
) -> LacuneLijst:
    """Return a page of lacunes."""
    found = await lacunes.list_lacunes(
        room,
        caller,
        casus_id=casus_id,
        gemeente_code=gemeente_code,
        doelgroep=doelgroep,
        fase=fase,
        na=time_place(part),
        limiet=part.limiet + 1,
    )
    shown = found[: part.limiet]
    last = shown[-1] if len(found) > part.limiet else None
    return LacuneLijst(
        resultaten=[lacune_uit(one) for one in shown],
        volgende=encode_cursor(last.vastgesteld_op.isoformat(), str(last.id)) if last else None,
    )
