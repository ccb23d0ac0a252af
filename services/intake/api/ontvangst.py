"""How the receipt of a melding is answered, by whichever door it came in."""

import orjson
from fastapi import Response

from services.intake.schemas.melding import MeldingUit
from shared.web.idempotency import Answer

CREATED = 201
OK = 200
FIRST_ANSWER = {"model": MeldingUit, "description": "Deze melding was al ontvangen; het eerste antwoord"}


def received(answer: Answer) -> Response:
    """Return a first answer to the letter, with the place of the melding."""
    return Response(
        orjson.dumps(answer.body),
        status_code=answer.status,
        media_type="application/json",
        headers={"Location": f"/v1/meldingen/{answer.body['id']}"},
    )
