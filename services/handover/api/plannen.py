"""The routes of phased care: the plan of a household, and everything that its receiver writes down in it."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Header, Path, Request, Response
from starlette.responses import JSONResponse

from services.handover.api.common import Room
from services.handover.domain.plan import Plan
from services.handover.handlers import plannen as handlers
from services.handover.handlers.planwerk import Once
from services.handover.schemas.plan_geheel import PlanGeheelUit, plan_geheel
from services.handover.schemas.plannen import (
    PERSOON_NR_MAX,
    DoelIn,
    DoeluitkomstIn,
    EindeIn,
    EvaluatieIn,
    FaseIn,
    LidIn,
    PlanactieAfrondingIn,
    PlanactieIn,
    PlandeelUit,
    PlanIn,
    PlannenUit,
    PlanUit,
    RegieIn,
    plan_uit,
)
from shared.web.access import Allowed
from shared.web.app import room_router
from shared.web.auth import Caller
from shared.web.etag import etag_of, if_match
from shared.web.idempotency import Answer, attempt_of, idempotency_key
from shared.web.pages import Page, encode_cursor, id_place, page
from shared.web.problems import MEDIA_TYPE, TITLES

router = room_router("Plannen")

# Read in the route and not as a dependency: what is wrong with the body is told first (400 before 428).
Seen = Annotated[str | None, Header(alias="If-Match", description="De ETag van de versie die u zag")]
Key = Annotated[str | None, Depends(idempotency_key)]
Part = Annotated[Page, Depends(page)]
Nr = Annotated[int, Path(ge=0, le=PERSOON_NR_MAX, description="De plaats in de melding, vanaf 0")]

_PROBLEM = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Probleem"}}}
_ETAG = {"ETag": {"description": "De versie van het plan, voor If-Match", "schema": {"type": "string"}}}
_READ: dict[int | str, dict[str, Any]] = {200: {"headers": _ETAG}}
_PUT: dict[int | str, dict[str, Any]] = {
    **_READ,
    **{status: {"description": TITLES[status], "content": _PROBLEM} for status in (412, 428)},
}
_POST: dict[int | str, dict[str, Any]] = {
    201: {"headers": {"Location": {"description": "Waar het plan te lezen is", "schema": {"type": "string"}}, **_ETAG}}
}


def _shown(plan: Plan, response: Response) -> PlanUit:
    response.headers["ETag"] = etag_of(plan.versie)
    return plan_uit(plan)


def _once(request: Request, room: Room, caller: Caller, key: str | None) -> Once:
    """Return how something new in a plan is answered: with its id, and how the plan stands then."""

    def render(plan: Plan, made_id: UUID) -> dict[str, object]:
        return PlandeelUit(id=made_id, plan=plan_uit(plan)).model_dump(mode="json", by_alias=True)

    return Once(attempt_of(request, key, client=caller.client_id, vault=room.made.vault), render)


def _created(answer: Answer, plan: Any) -> Response:  # the plan as JSON
    headers = {"Location": f"/v1/plannen/{plan['id']}", "ETag": etag_of(plan["versie"])}
    return JSONResponse(answer.body, status_code=answer.status, headers=headers)


@router.post(
    "/overdrachten/{overdrachtId}/plannen",
    status_code=201,
    response_model=PlanUit,
    responses=_POST,
    summary="Maak het plan van een huishouden",
    description=(
        "Alleen de ontvanger van een geaccepteerde overdracht. Het plan begint in de fase veiligheidsplan. Er loopt "
        "één plan tegelijk."
    ),
)
async def create_plan(  # noqa: PLR0913, what FastAPI injects
    *,
    overdrachtId: UUID,  # noqa: N803, the name in the path
    body: PlanIn,
    caller: Allowed,
    room: Room,
    request: Request,
    key: Key = None,
) -> Response:
    """Make the plan of a household."""
    attempt = attempt_of(request, key, client=caller.client_id, vault=room.made.vault)
    once = Once(attempt, lambda plan, _: plan_uit(plan).model_dump(mode="json", by_alias=True))
    answer = await handlers.create_plan(room, caller, overdrachtId, body.to_opgave(), once)
    return _created(answer, answer.body)


@router.get(
    "/overdrachten/{overdrachtId}/plannen",
    summary="De plannen bij een overdracht",
    description="In de volgorde waarin ze zijn gemaakt, zonder wat erin is opgeschreven.",
)
async def list_plannen(
    overdrachtId: UUID,  # noqa: N803, the name in the path
    caller: Allowed,
    room: Room,
    part: Part,
) -> PlannenUit:
    """Return a page of plans."""
    found = await handlers.list_plannen(room, caller, overdrachtId, after=id_place(part), limit=part.limiet + 1)
    shown = found[: part.limiet]
    return PlannenUit(
        resultaten=tuple(plan_uit(one) for one in shown),
        volgende=encode_cursor(str(shown[-1].id)) if len(found) > part.limiet else None,
    )


@router.get(
    "/plannen/{planId}",
    responses=_READ,
    summary="Een plan met alles wat erin staat",
    description="De ontvanger en Veilig Thuis. Wat een beschermde melder zou noemen, leest alleen Veilig Thuis.",
)
async def read_plan(
    response: Response,
    planId: UUID,  # noqa: N803, the name in the path
    caller: Allowed,
    room: Room,
) -> PlanGeheelUit:
    """Return one plan with everything in it."""
    plan = await handlers.read_plan(room, caller, planId)
    response.headers["ETag"] = etag_of(plan.versie)
    return plan_geheel(plan)


@router.put(
    "/plannen/{planId}/leden/{nr}",
    responses=_PUT,
    summary="Leg vast hoe iemand lid is van het huishouden",
    description="Een persoon van de melding, aangewezen met zijn plaats daarin. Een kind is een cliënt van zichzelf.",
)
async def put_plan_lid(  # noqa: PLR0913, what FastAPI injects
    *,
    response: Response,
    planId: UUID,  # noqa: N803, the name in the path
    nr: Nr,
    body: LidIn,
    caller: Allowed,
    room: Room,
    seen: Seen = None,
) -> PlanUit:
    """Note how somebody is a member."""
    return _shown(await handlers.put_lid(room, caller, planId, body.to_opgave(nr), seen=if_match(seen)), response)


@router.post(
    "/plannen/{planId}/doelen",
    status_code=201,
    response_model=PlandeelUit,
    responses=_POST,
    summary="Stel een doel",
    description="In de fase die loopt; van het huishouden, of van één lid.",
)
async def create_plan_doel(  # noqa: PLR0913, what FastAPI injects
    *,
    planId: UUID,  # noqa: N803, the name in the path
    body: DoelIn,
    caller: Allowed,
    room: Room,
    request: Request,
    key: Key = None,
) -> Response:
    """Set a goal."""
    opgave = handlers.DoelOpgave(body.omschrijving, body.lid_nr, body.streefdag)
    answer = await handlers.create_doel(room, caller, planId, opgave, _once(request, room, caller, key))
    return _created(answer, answer.body["plan"])


@router.put(
    "/plannen/{planId}/doelen/{doelId}/uitkomst",
    responses=_PUT,
    summary="Leg vast wat van een doel is geworden",
    description="Met `open` wordt het doel weer opengezet.",
)
async def put_plan_doeluitkomst(  # noqa: PLR0913, what FastAPI injects
    *,
    response: Response,
    planId: UUID,  # noqa: N803, the name in the path
    doelId: UUID,  # noqa: N803, the name in the path
    body: DoeluitkomstIn,
    caller: Allowed,
    room: Room,
    seen: Seen = None,
) -> PlanUit:
    """Note what became of a goal."""
    said = handlers.DoelUitkomst(doelId, body.uitkomst, body.toelichting)
    plan = await handlers.put_doeluitkomst(room, caller, planId, said, seen=if_match(seen))
    return _shown(plan, response)


@router.post(
    "/plannen/{planId}/acties",
    status_code=201,
    response_model=PlandeelUit,
    responses=_POST,
    summary="Spreek een actie af",
    description="Welke organisatie wat doet en uiterlijk wanneer, voor een doel of voor het plan als geheel.",
)
async def create_planactie(  # noqa: PLR0913, what FastAPI injects
    *,
    planId: UUID,  # noqa: N803, the name in the path
    body: PlanactieIn,
    caller: Allowed,
    room: Room,
    request: Request,
    key: Key = None,
) -> Response:
    """Agree on an action."""
    once = _once(request, room, caller, key)
    answer = await handlers.create_actie(room, caller, planId, body.to_opgave(), once)
    return _created(answer, answer.body["plan"])


@router.put(
    "/plannen/{planId}/acties/{planactieId}/afronding",
    responses=_PUT,
    summary="Leg vast of een actie is gedaan",
    description="Of zij is gedaan, en anders waarom niet.",
)
async def put_planactie_afronding(  # noqa: PLR0913, what FastAPI injects
    *,
    response: Response,
    planId: UUID,  # noqa: N803, the name in the path
    planactieId: UUID,  # noqa: N803, the name in the path
    body: PlanactieAfrondingIn,
    caller: Allowed,
    room: Room,
    seen: Seen = None,
) -> PlanUit:
    """Note that an action was done, or why not."""
    plan = await handlers.put_afronding(room, caller, planId, planactieId, body.to_domain(), seen=if_match(seen))
    return _shown(plan, response)


@router.put(
    "/plannen/{planId}/regie",
    responses=_PUT,
    summary="Beleg de regie op de casus of op het proces",
    description="Wie de regie had blijft in de geschiedenis staan.",
)
async def put_plan_regie(  # noqa: PLR0913, what FastAPI injects
    *,
    response: Response,
    planId: UUID,  # noqa: N803, the name in the path
    body: RegieIn,
    caller: Allowed,
    room: Room,
    seen: Seen = None,
) -> PlanUit:
    """Say who directs from now on."""
    opgave = handlers.RegieOpgave(body.soort, body.organisatie_id, body.functie, body.motivering)
    plan = await handlers.put_regie(room, caller, planId, opgave, seen=if_match(seen))
    return _shown(plan, response)


@router.post(
    "/plannen/{planId}/evaluaties",
    status_code=201,
    response_model=PlandeelUit,
    responses=_POST,
    summary="Leg een evaluatie vast",
    description="Of het direct en stabiel veilig is, met wie is gesproken, en wanneer er weer wordt geëvalueerd.",
)
async def create_plan_evaluatie(  # noqa: PLR0913, what FastAPI injects
    *,
    planId: UUID,  # noqa: N803, the name in the path
    body: EvaluatieIn,
    caller: Allowed,
    room: Room,
    request: Request,
    key: Key = None,
) -> Response:
    """Note how the plan works."""
    once = _once(request, room, caller, key)
    answer = await handlers.create_evaluatie(room, caller, planId, body.to_opgave(), once)
    return _created(answer, answer.body["plan"])


@router.put(
    "/plannen/{planId}/fase",
    responses=_PUT,
    summary="Begin een andere fase",
    description=(
        "Veiligheidsplan, dan hulpverleningsplan, dan herstelplan: als aan de voorwaarden is voldaan, of met een "
        "reden. Terug kan altijd."
    ),
)
async def put_plan_fase(  # noqa: PLR0913, what FastAPI injects
    *,
    response: Response,
    planId: UUID,  # noqa: N803, the name in the path
    body: FaseIn,
    caller: Allowed,
    room: Room,
    seen: Seen = None,
) -> PlanUit:
    """Begin another phase."""
    besluit = handlers.FaseOpgave(body.fase, body.motivering, body.afwijking)
    return _shown(await handlers.put_fase(room, caller, planId, besluit, seen=if_match(seen)), response)


@router.put(
    "/plannen/{planId}/einde",
    responses=_PUT,
    summary="Beëindig een plan",
    description=(
        "Met wat er is bereikt. Acties die nog openstaan vervallen. De ontvanger, of Veilig Thuis als de overdracht "
        "is teruggegeven en het plan op een ontvanger wacht."
    ),
)
async def put_plan_einde(  # noqa: PLR0913, what FastAPI injects
    *,
    response: Response,
    planId: UUID,  # noqa: N803, the name in the path
    body: EindeIn,
    caller: Allowed,
    room: Room,
    seen: Seen = None,
) -> PlanUit:
    """End a plan."""
    return _shown(await handlers.put_einde(room, caller, planId, body.to_domain(), seen=if_match(seen)), response)
