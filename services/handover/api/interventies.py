"""The routes of the interventiepalet: what help there is, kept by who gives it, and looked for by what is needed."""

from typing import Annotated
from uuid import UUID

from fastapi import Header, Query, Request, Response
from starlette.responses import JSONResponse

from services.handover.api.common import Key, Part, Room, as_json
from services.handover.domain.interventie import Aanbod
from services.handover.handlers import interventies as handlers
from services.handover.handlers.once import Once
from services.handover.schemas.interventies import (
    InterventieIn,
    InterventieLijst,
    InterventieUit,
    TreffersUit,
    ZoekIn,
    interventie_uit,
    treffer_uit,
)
from services.handover.store.interventies import Gezocht
from shared.rules.palet import Doelgroep, Fase
from shared.web.access import Allowed
from shared.web.app import room_router
from shared.web.etag import etag_of, if_match
from shared.web.idempotency import attempt_of
from shared.web.pages import encode_cursor, id_place
from shared.web.schema import Datum, GemeenteCode, OrganisatieId

router = room_router("Interventiepalet")
Seen = Annotated[str | None, Header(alias="If-Match", description="De ETag van de versie die u zag")]


@router.get(
    "/interventies",
    summary="Het interventiepalet",
    description=(
        "Welke hulp er is, met plaatsen, wachttijd en drempels. Zonder `geldigOp` staat ook in de lijst wat er niet "
        "meer is of nog niet. Hulp voor de hele regio staat bij elke gemeente."
    ),
)
async def list_interventies(  # noqa: PLR0913, PLR0917, dependencies of the route
    _: Allowed,
    room: Room,
    part: Part,
    gemeente_code: Annotated[GemeenteCode | None, Query(alias="gemeenteCode")] = None,
    doelgroep: Annotated[Doelgroep | None, Query()] = None,
    fase: Annotated[Fase | None, Query()] = None,
    organisatie_id: Annotated[OrganisatieId | None, Query(alias="organisatieId")] = None,
    geldig_op: Annotated[Datum | None, Query(alias="geldigOp", description="Alleen wat er op deze dag is")] = None,
) -> InterventieLijst:
    """Return a page of the palet."""
    gezocht = Gezocht(doelgroep=doelgroep, fase=fase, organisatie_id=organisatie_id, geldig_op=geldig_op)
    found = await handlers.list_interventies(
        room.made, gezocht, gemeente_code, na=id_place(part), limiet=part.limiet + 1
    )
    shown, more = found.aanbod[: part.limiet], len(found.aanbod) > part.limiet
    return InterventieLijst(
        resultaten=[interventie_uit(one, found.peil) for one in shown],
        volgende=encode_cursor(str(shown[-1].interventie.id)) if more else None,
    )


@router.post(
    "/interventies",
    status_code=201,
    response_model=InterventieUit,
    summary="Neem hulp op in het palet",
    description=(
        "Door wie de hulp geeft, door het lokale team voor zijn eigen gemeente, en door Veilig Thuis en de beheerder. "
        "Niets over een gezin en niets over een persoon."
    ),
)
async def create_interventie(
    request: Request, caller: Allowed, room: Room, body: InterventieIn, key: Key = None
) -> Response:
    """Put help in the palet."""
    made = room.made
    peil = handlers.peildag(made)
    once: Once[Aanbod] = Once(
        attempt_of(request, key, client=caller.client_id, vault=made.vault),
        lambda aanbod: as_json(interventie_uit(aanbod, peil)),
    )
    answer = await handlers.create_interventie(made, caller, body.organisatie_id, body.to_domain(), once)
    headers = {"Location": f"/v1/interventies/{answer.body['id']}", "ETag": etag_of(answer.body["versie"])}
    return JSONResponse(answer.body, status_code=answer.status, headers=headers)


@router.post(
    "/interventies/_zoek",
    summary="Zoek hulp bij wat een casus nodig heeft",
    description=(
        "Wat past bij gemeente, fase, doelgroep en leeftijd, het beste eerst. Elk punt in de score wordt uitgelegd; de "
        "keuze is aan de professional. Vraag zonder persoonsgegevens: codes en leeftijden volstaan."
    ),
)
async def search_interventies(_: Allowed, room: Room, body: ZoekIn) -> TreffersUit:
    """Return the help that fits."""
    found, peil = await handlers.search_interventies(room.made, body.to_domain(), limiet=body.limiet)
    return TreffersUit(resultaten=[treffer_uit(one, peil) for one in found])


@router.get(
    "/interventies/{interventieId}",
    summary="Een interventie van het palet",
    description=(
        "Wat de aanbieder biedt, aan wie en waar, met de plaatsen en de wachttijd zoals ze het laatst zijn gemeld."
    ),
)
async def read_interventie(
    _: Allowed,
    room: Room,
    response: Response,
    interventieId: UUID,  # noqa: N803, the name in the path
) -> InterventieUit:
    """Return one offer."""
    return _told(await handlers.read_interventie(room.made, interventieId), room, response)


@router.put(
    "/interventies/{interventieId}",
    summary="Werk een interventie bij",
    description=(
        "De hele opgave opnieuw: ook plaatsen en wachttijd met haar dag. Stoppen is een laatste dag invullen; hulp "
        "wordt nooit verwijderd, want er kan inzet onder lopen."
    ),
)
async def put_interventie(  # noqa: PLR0913, what FastAPI injects
    *,
    caller: Allowed,
    room: Room,
    response: Response,
    interventieId: UUID,  # noqa: N803, the name in the path
    body: InterventieIn,
    seen: Seen = None,
) -> InterventieUit:
    """Say anew what is offered."""
    after = await handlers.change_interventie(
        room.made, caller, interventieId, body.organisatie_id, body.to_domain(), seen=if_match(seen)
    )
    return _told(after, room, response)


def _told(aanbod: Aanbod, room: Room, response: Response) -> InterventieUit:
    response.headers["ETag"] = etag_of(aanbod.interventie.versie)
    return interventie_uit(aanbod, handlers.peildag(room.made))
