"""The doors of intake: thin routes that read, ask a handler, and answer."""

from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Depends, Header, Query, Request, Response
from pydantic import ValidationError

from services.intake import handlers
from services.intake.domain.koppelvoorstel import KoppelvoorstelStatus
from services.intake.schemas import (
    AdviesIn,
    AdviesUit,
    Batch,
    BatchUit,
    CasusUit,
    KoppelBesluitIn,
    KoppelvoorstelLijst,
    KoppelvoorstelUit,
    MeldingDetail,
    MeldingIn,
    MeldingLijst,
    MeldingUit,
    OmzettingIn,
    ZoekvraagIn,
    advies_uit,
    casus_uit,
    last_id,
    melding_detail,
    ontvangst_uit,
    voorstel_uit,
)
from shared.errors import InvalidInputError, KetenError
from shared.rules.codes import Rol
from shared.web.app import Resources, resources, room_router
from shared.web.auth import VT, Allow, Caller
from shared.web.client import PURPOSE_HEADER
from shared.web.etag import etag_of, if_match
from shared.web.idempotency import Answer, Attempt, attempt_of, idempotency_key
from shared.web.pages import Page, encode_cursor, page
from shared.web.problems import faults_of, problem_body

_CREATED = 201
_OK = 200
_INVALID = 400

meldingen = room_router("Meldingen")
adviezen = room_router("Adviezen")
casussen = room_router("Casussen")
koppelvoorstellen = room_router("Koppelvoorstellen")
ROUTERS: tuple[APIRouter, ...] = (meldingen, adviezen, casussen, koppelvoorstellen)

Made = Annotated[Resources, Depends(resources)]
Key = Annotated[str | None, Depends(idempotency_key)]
Part = Annotated[Page, Depends(page)]
Purpose = Annotated[
    str | None,
    Header(alias=PURPOSE_HEADER, description="Waarvoor de gegevens nodig zijn", pattern=r"^[a-z0-9-]{3,80}$"),
]

_FirstAnswer = {"model": MeldingUit, "description": "Deze melding was al ontvangen; het eerste antwoord"}


def _purpose(caller: Caller, given: str | None, usual: str) -> str:
    """Return the purpose of a read: another system must name it (doelbinding), a person has that of the route."""
    if given is None and caller.rol is Rol.SYSTEEM:
        raise InvalidInputError(f"Noem het doel in {PURPOSE_HEADER}.")
    return given or usual


def _received(answer: Answer) -> Response:
    """Return a first answer to the letter, with the place of the melding."""
    return Response(
        orjson.dumps(answer.body),
        status_code=answer.status,
        media_type="application/json",
        headers={"Location": f"/v1/meldingen/{answer.body['id']}"},
    )


def _place(part: Page) -> UUID | None:
    """Return the id after which a page begins; raises ``InvalidInputError`` when it is none of ours."""
    if part.na is None:
        return None
    try:
        (found,) = part.na
        return UUID(found)
    except (ValueError, AttributeError, TypeError):
        raise InvalidInputError("`na` is geen plaats in deze lijst.") from None


# --- meldingen -------------------------------------------------------------------------------------------------

_Sender = Annotated[Caller, Depends(Allow(Rol.KETENPARTNER, Rol.VT_MEDEWERKER, Rol.VT_TEAMLEIDER, Rol.SYSTEEM))]


@meldingen.post(
    "/meldingen",
    status_code=_CREATED,
    response_model=MeldingUit,
    responses={_OK: _FirstAnswer},
    summary="Een melding doen",
    description=(
        "Neemt een melding in ontvangst en plaatst haar in de casus van de personen over wie zij gaat. "
        "Dezelfde externeIdentificatie of Idempotency-Key met dezelfde inhoud geeft het eerste antwoord opnieuw."
    ),
)
async def create_melding(caller: _Sender, made: Made, request: Request, key: Key, body: MeldingIn) -> Response:
    """Take in a melding."""
    attempt = attempt_of(request, key, client=caller.client_id, vault=made.vault)
    return _received(await handlers.receive_melding(made, caller, body.to_domain(), attempt=attempt, now=made.clock()))


@meldingen.post(
    "/meldingen/_batch",
    status_code=_OK,
    response_model=BatchUit,
    summary="Meerdere meldingen doen",
    description="Elke melding staat op zichzelf: een fout in de ene verandert niets aan de andere.",
)
async def create_meldingen(caller: _Sender, made: Made, request: Request, key: Key, body: Batch) -> Response:
    """Take in meldingen one by one, each in a transaction of its own."""
    route = f"{request.method} {request.url.path}"
    results = []
    for index, item in enumerate(body.meldingen):
        attempt = None
        if key is not None:
            content = orjson.dumps(item, option=orjson.OPT_SORT_KEYS).decode()
            attempt = Attempt(caller.client_id, route, f"{key}#{index}", made.vault.blind("idempotentie", content))
        results.append(await _one_of_batch(made, caller, item, attempt))
    return Response(orjson.dumps({"resultaten": results}), media_type="application/json")


async def _one_of_batch(made: Resources, caller: Caller, item: object, attempt: Attempt | None) -> dict[str, Any]:
    try:
        melding = MeldingIn.model_validate(item).to_domain()
        answer = await handlers.receive_melding(made, caller, melding, attempt=attempt, now=made.clock())
    except ValidationError as error:
        faults = faults_of(error.errors(), location="body")
        told = problem_body(_INVALID, f"{len(faults)} veld(en) ongeldig.", faults=faults)
        return {"status": _INVALID, "probleem": told}
    except KetenError as error:
        told = problem_body(error.status, error.detail, title=error.title, faults=error.faults)
        return {"status": error.status, "probleem": told}
    return {"status": answer.status, "melding": answer.body}


@meldingen.get(
    "/meldingen/{meldingId}",
    response_model=MeldingDetail,
    summary="Een melding lezen",
    description="Een ketenpartner leest alleen wat hij zelf meldde. Een ander systeem noemt zijn doel.",
)
async def read_melding(caller: _Sender, made: Made, meldingId: UUID, doel: Purpose = None) -> MeldingDetail:  # noqa: N803
    """Return a melding as the caller may see it."""
    purpose = _purpose(caller, doel, "behandelen-van-een-melding")
    return melding_detail(await handlers.read_melding(made, caller, meldingId, doel=purpose, now=made.clock()))


@meldingen.post(
    "/meldingen/_zoek",
    status_code=_OK,
    response_model=MeldingLijst,
    summary="Meldingen zoeken",
    description="Zoekt op precies één gegeven; een ketenpartner vindt alleen wat hij zelf meldde. De nieuwste eerst.",
)
async def search_meldingen(
    caller: Annotated[Caller, Depends(Allow(Rol.KETENPARTNER, *VT))],
    made: Made,
    part: Part,
    body: ZoekvraagIn,
    doel: Purpose = None,
) -> MeldingLijst:
    """Return the meldingen that answer to a question; the question stays out of the URL."""
    found = await handlers.search_meldingen(
        made,
        caller,
        body.to_domain(),
        limiet=part.limiet,
        na=_place(part),
        doel=doel or "terugvinden-van-een-melding",
        now=made.clock(),
    )
    following = last_id(found, part.limiet)
    return MeldingLijst(
        resultaten=tuple(ontvangst_uit(ontvangst) for ontvangst in found),
        volgende=encode_cursor(str(following)) if following else None,
    )


# --- adviezen --------------------------------------------------------------------------------------------------


@adviezen.post(
    "/adviezen",
    status_code=_CREATED,
    response_model=AdviesUit,
    summary="Een advies vastleggen",
    description="Legt vast dat er advies is gegeven. Over het gezin wordt niets vastgelegd.",
)
async def create_advies(
    caller: Annotated[Caller, Depends(Allow(*VT, Rol.SYSTEEM))], made: Made, request: Request, key: Key, body: AdviesIn
) -> Response:
    """Keep that an advies was given."""
    attempt = attempt_of(request, key, client=caller.client_id, vault=made.vault)
    now = made.clock()
    answer = await handlers.record_advies(made, caller, body.to_domain(), attempt=attempt, now=now)
    advies_id = UUID(answer.body["id"])
    found = await handlers.read_advies(made, caller, advies_id, doel="advies-en-ondersteuning", now=now)
    return Response(
        advies_uit(found).model_dump_json(by_alias=True),
        status_code=answer.status,
        media_type="application/json",
        headers={"Location": f"/v1/adviezen/{advies_id}"},
    )


@adviezen.get(
    "/adviezen/{adviesId}",
    response_model=AdviesUit,
    summary="Een advies lezen",
    description="Geeft de codes van een advies, en wie het vroeg als die daarmee instemde.",
)
async def read_advies(
    caller: Annotated[Caller, Depends(Allow(*VT))],
    made: Made,
    adviesId: UUID,  # noqa: N803
    doel: Purpose = None,
) -> AdviesUit:
    """Return an advies."""
    purpose = doel or "advies-en-ondersteuning"
    return advies_uit(await handlers.read_advies(made, caller, adviesId, doel=purpose, now=made.clock()))


@adviezen.post(
    "/adviezen/{adviesId}/omzettingen",
    status_code=_CREATED,
    response_model=MeldingUit,
    responses={_OK: _FirstAnswer},
    summary="Een advies omzetten in een melding",
    description="Op verzoek van de adviesvrager, of ambtshalve. Een advies wordt hooguit één melding.",
)
async def create_omzetting(  # noqa: PLR0913, dependencies of the route
    *,
    caller: Annotated[Caller, Depends(Allow(*VT))],
    made: Made,
    request: Request,
    key: Key,
    adviesId: UUID,  # noqa: N803
    body: OmzettingIn,
) -> Response:
    """Turn an advies into a melding (Wmo 2015: on request, or by Veilig Thuis itself)."""
    attempt = attempt_of(request, key, client=caller.client_id, vault=made.vault)
    melding = body.melding.to_domain()
    return _received(
        await handlers.receive_melding(
            made, caller, melding, attempt=attempt, now=made.clock(), omzetting=body.to_domain(adviesId)
        )
    )


# --- casussen --------------------------------------------------------------------------------------------------


@casussen.get(
    "/casussen/{casusId}",
    response_model=CasusUit,
    summary="Een casus lezen",
    description=(
        "De casus met zijn meldingen en personen. Een casus die in een andere is opgegaan, geeft die andere. "
        "Een ander systeem noemt zijn doel, en ziet de melder alleen als een regel dat toestaat."
    ),
)
async def read_casus(
    caller: Annotated[Caller, Depends(Allow(*VT, Rol.SYSTEEM))],
    made: Made,
    casusId: UUID,  # noqa: N803
    doel: Purpose = None,
) -> CasusUit:
    """Return a casus with its meldingen and people."""
    purpose = _purpose(caller, doel, "behandelen-van-een-casus")
    return casus_uit(await handlers.read_casus(made, caller, casusId, doel=purpose, now=made.clock()))


# --- koppelvoorstellen -----------------------------------------------------------------------------------------

_Worker = Annotated[Caller, Depends(Allow(*VT))]


@koppelvoorstellen.get(
    "/koppelvoorstellen",
    response_model=KoppelvoorstelLijst,
    summary="Koppelvoorstellen",
    description="Casussen die misschien over dezelfde personen gaan, met de redenen als codes. De oudste eerst.",
)
async def list_koppelvoorstellen(
    _: _Worker,
    made: Made,
    part: Part,
    status: Annotated[KoppelvoorstelStatus | None, Query(description="Alleen voorstellen in deze toestand")] = None,
) -> KoppelvoorstelLijst:
    """Return koppelvoorstellen."""
    found = await handlers.list_voorstellen(made, status=status, limiet=part.limiet, na=_place(part))
    following = last_id(found, part.limiet)
    return KoppelvoorstelLijst(
        resultaten=tuple(voorstel_uit(voorstel) for voorstel in found),
        volgende=encode_cursor(str(following)) if following else None,
    )


@koppelvoorstellen.get(
    "/koppelvoorstellen/{voorstelId}",
    response_model=KoppelvoorstelUit,
    summary="Een koppelvoorstel lezen",
    description="De ETag is nodig om erop te besluiten.",
)
async def read_koppelvoorstel(_: _Worker, made: Made, voorstelId: UUID, response: Response) -> KoppelvoorstelUit:  # noqa: N803
    """Return one koppelvoorstel with its version."""
    found = await handlers.read_voorstel(made, voorstelId)
    response.headers["ETag"] = etag_of(found.versie)
    return voorstel_uit(found)


@koppelvoorstellen.put(
    "/koppelvoorstellen/{voorstelId}/besluit",
    response_model=KoppelvoorstelUit,
    summary="Besluiten op een koppelvoorstel",
    description="Bij `bevestigd` gaan de meldingen en personen van de jongste casus naar de oudste.",
)
async def put_besluit(  # noqa: PLR0913, dependencies of the route
    *,
    caller: _Worker,
    made: Made,
    voorstelId: UUID,  # noqa: N803
    body: KoppelBesluitIn,
    response: Response,
    seen: Annotated[str | None, Header(alias="If-Match", description="De ETag van de versie die u zag")] = None,
) -> KoppelvoorstelUit:
    """Decide on a koppelvoorstel."""
    # Read here and not as a dependency: a body with a fault answers 400, also when the header is missing.
    besluit = handlers.KoppelBesluit(body.besluit, body.motivering, if_match(seen))
    found = await handlers.record_koppel_besluit(made, caller, voorstelId, besluit, now=made.clock())
    response.headers["ETag"] = etag_of(found.versie)
    return voorstel_uit(found)
