"""The doors of meldingen: thin routes that read, ask a handler, and answer."""

from typing import Any
from uuid import UUID

import orjson
from fastapi import Request, Response
from pydantic import ValidationError

from services.intake.api.common import Key, Made, Part, place_of
from services.intake.api.ontvangst import CREATED, FIRST_ANSWER, OK, received
from services.intake.handlers import reading, receiving
from services.intake.schemas.common import last_id
from services.intake.schemas.melding import (
    Batch,
    BatchUit,
    MeldingDetail,
    MeldingIn,
    MeldingLijst,
    MeldingUit,
    ZoekvraagIn,
    melding_detail,
    ontvangst_uit,
)
from shared.errors import KetenError
from shared.web.access import Allowed
from shared.web.app import Resources, room_router
from shared.web.auth import Caller
from shared.web.idempotency import Attempt, attempt_of
from shared.web.pages import encode_cursor
from shared.web.problems import faults_of, problem_body

INVALID = 400

router = room_router("Meldingen")


@router.post(
    "/meldingen",
    status_code=CREATED,
    response_model=MeldingUit,
    responses={OK: FIRST_ANSWER},
    summary="Een melding doen",
    description=(
        "Neemt een melding in ontvangst en plaatst haar in de casus van de personen over wie zij gaat. "
        "Dezelfde externeIdentificatie of Idempotency-Key met dezelfde inhoud geeft het eerste antwoord opnieuw."
    ),
)
async def create_melding(caller: Allowed, made: Made, request: Request, key: Key, body: MeldingIn) -> Response:
    """Take in a melding."""
    attempt = attempt_of(request, key, client=caller.client_id, vault=made.vault)
    return received(await receiving.receive_melding(made, caller, body.to_domain(), attempt=attempt, now=made.clock()))


@router.post(
    "/meldingen/_batch",
    status_code=OK,
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
        told = problem_body(INVALID, f"{len(faults)} veld(en) ongeldig.", faults=faults)
        return {"status": INVALID, "probleem": told}
    except KetenError as error:
        told = problem_body(error.status, error.detail, title=error.title, faults=error.faults)
        return {"status": error.status, "probleem": told}
    return {"status": answer.status, "melding": answer.body}


@router.get(
    "/meldingen/{meldingId}",
    response_model=MeldingDetail,
    summary="Een melding lezen",
    description="Een ketenpartner leest alleen wat hij zelf meldde. Een ander systeem noemt zijn doel.",
)
async def read_melding(caller: Allowed, made: Made, meldingId: UUID) -> MeldingDetail:  # noqa: N803
    """Return a melding as the caller may see it."""
    return melding_detail(await reading.read_melding(made, caller, meldingId, now=made.clock()))


@router.post(
    "/meldingen/_zoek",
    status_code=OK,
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
