"""The doors of intake: thin routes that read, ask a handler, and answer."""

from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Header, Query, Request, Response
from pydantic import ValidationError

from services.intake.api.common import Key, Made, Part, place_of
from services.intake.domain.koppelvoorstel import KoppelvoorstelStatus
from services.intake.handlers import adviezen as advies_handlers
from services.intake.handlers import gathering, reading, receiving
from services.intake.schemas.core import (
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
from shared.errors import KetenError
from shared.web.access import Allowed
from shared.web.app import Resources, room_router
from shared.web.auth import Caller
from shared.web.etag import etag_of, if_match
from shared.web.idempotency import Answer, Attempt, attempt_of
from shared.web.pages import encode_cursor
from shared.web.problems import faults_of, problem_body

_CREATED = 201
_OK = 200
_INVALID = 400

meldingen = room_router("Meldingen")
adviezen = room_router("Adviezen")
casussen = room_router("Casussen")
koppelvoorstellen = room_router("Koppelvoorstellen")
ROUTERS: tuple[APIRouter, ...] = (meldingen, adviezen, casussen, koppelvoorstellen)

_FirstAnswer = {"model": MeldingUit, "description": "Deze melding was al ontvangen; het eerste antwoord"}


def _received(answer: Answer) -> Response:
    """Return a first answer to the letter, with the place of the melding."""
    return Response(
        orjson.dumps(answer.body),
        status_code=answer.status,
        media_type="application/json",
        headers={"Location": f"/v1/meldingen/{answer.body['id']}"},
    )


# --- meldingen -------------------------------------------------------------------------------------------------


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
async def create_melding(caller: Allowed, made: Made, request: Request, key: Key, body: MeldingIn) -> Response:
    """Take in a melding."""
    attempt = attempt_of(request, key, client=caller.client_id, vault=made.vault)
    return _received(await receiving.receive_melding(made, caller, body.to_domain(), attempt=attempt, now=made.clock()))


@meldingen.post(
    "/meldingen/_batch",
    status_code=_OK,
    response_model=BatchUit,
    summary="Meerdere meldingen doen",
    description="Elke melding staat op zichzelf: een fout in de ene verandert niets aan de andere.",
)
async def create_meldingen(caller: Allowed, made: Made, request: Request, key: Key, body: Batch) -> Response:
    """Take in meldingen one by one, each in a transaction of its own."""
    route = f"{request.method} {request.url.path}"
    results: list[dict[str, Any]] = []
    for index, item in enumerate(body.meldingen):
        attempt = None
        if key is not None:
            content = orjson.dumps(item, option=orjson.OPT_SORT_KEYS).decode()
            attempt = Attempt(caller.client_id, route, f"{key}#{index}", made.vault.blind("idempotentie", content))
        results.append(await _one_of_batch(made, caller, item, attempt))
    received = sum("melding" in result for result in results)
    if received < len(results):
        now = made.clock()
        await receiving.record_batch(made, caller, ontvangen=received, totaal=len(results), now=now)
    return Response(orjson.dumps({"resultaten": results}), media_type="application/json")


async def _one_of_batch(made: Resources, caller: Caller, item: object, attempt: Attempt | None) -> dict[str, Any]:
    try:
        melding = MeldingIn.model_validate(item).to_domain()
        answer = await receiving.receive_melding(made, caller, melding, attempt=attempt, now=made.clock())
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
async def read_melding(caller: Allowed, made: Made, meldingId: UUID) -> MeldingDetail:  # noqa: N803
    """Return a melding as the caller may see it."""
    return melding_detail(await reading.read_melding(made, caller, meldingId, now=made.clock()))


@meldingen.post(
    "/meldingen/_zoek",
    status_code=_OK,
    response_model=MeldingLijst,
    summary="Meldingen zoeken",
    description="Zoekt op precies één gegeven; een ketenpartner vindt alleen wat hij zelf meldde. De nieuwste eerst.",
)
async def search_meldingen(caller: Allowed, made: Made, part: Part, body: ZoekvraagIn) -> MeldingLijst:
    """Return the meldingen that answer to a question; the question stays out of the URL."""
    found = await reading.search_meldingen(
        made, caller, body.to_domain(), limiet=part.limiet, na=place_of(part), now=made.clock()
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


@adviezen.get(
    "/adviezen/{adviesId}",
    response_model=AdviesUit,
    summary="Een advies lezen",
    description="Geeft de codes van een advies, en wie het vroeg als die daarmee instemde.",
)
async def read_advies(caller: Allowed, made: Made, adviesId: UUID) -> AdviesUit:  # noqa: N803
    """Return an advies."""
    return advies_uit(await advies_handlers.read_advies(made, caller, adviesId, now=made.clock()))


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
    return _received(
        await receiving.receive_melding(
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
async def read_casus(caller: Allowed, made: Made, casusId: UUID) -> CasusUit:  # noqa: N803
    """Return a casus with its meldingen and people."""
    return casus_uit(await reading.read_casus(made, caller, casusId, now=made.clock()))


# --- koppelvoorstellen -----------------------------------------------------------------------------------------


@koppelvoorstellen.get(
    "/koppelvoorstellen",
    response_model=KoppelvoorstelLijst,
    summary="Koppelvoorstellen",
    description="Casussen die misschien over dezelfde personen gaan, met de redenen als codes. De oudste eerst.",
)
async def list_koppelvoorstellen(
    caller: Allowed,
    made: Made,
    part: Part,
    status: Annotated[KoppelvoorstelStatus | None, Query(description="Alleen voorstellen in deze toestand")] = None,
) -> KoppelvoorstelLijst:
    """Return koppelvoorstellen."""
    found = await gathering.list_voorstellen(
        made, caller, status=status, limiet=part.limiet, na=place_of(part), now=made.clock()
    )
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
async def read_koppelvoorstel(
    caller: Allowed,
    made: Made,
    voorstelId: UUID,  # noqa: N803
    response: Response,
) -> KoppelvoorstelUit:
    """Return one koppelvoorstel with its version."""
    found = await gathering.read_voorstel(made, caller, voorstelId, now=made.clock())
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
    caller: Allowed,
    made: Made,
    voorstelId: UUID,  # noqa: N803
    body: KoppelBesluitIn,
    response: Response,
    seen: Annotated[str | None, Header(alias="If-Match", description="De ETag van de versie die u zag")] = None,
) -> KoppelvoorstelUit:
    """Decide on a koppelvoorstel."""
    # Read here and not as a dependency: a body with a fault answers 400, also when the header is missing.
    besluit = gathering.KoppelBesluit(body.besluit, body.motivering, if_match(seen))
    found = await gathering.record_koppel_besluit(made, caller, voorstelId, besluit, now=made.clock())
    response.headers["ETag"] = etag_of(found.versie)
    return voorstel_uit(found)
