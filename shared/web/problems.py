"""How an error is told: RFC 9457 problem details, all faults at once, never what was sent."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from shared.errors import Fault, KetenError, TooManyRequestsError

MEDIA_TYPE = "application/problem+json"
# Makes a page of a problem: of its values, and in how many seconds there is room again when that is known.
TellPage = Callable[[Request, Mapping[str, Any], int | None], Response]
_FAULTS_MAX = 50
_RETRY_AFTER_SECONDS = "2"

TITLES = {
    400: "Ongeldige invoer",
    401: "Niet geauthenticeerd",
    403: "Niet toegestaan",
    404: "Niet gevonden",
    405: "Methode niet toegestaan",
    406: "Niet acceptabel",
    408: "Te langzaam",
    409: "Niet mogelijk in deze toestand",
    412: "Intussen gewijzigd",
    413: "Te groot",
    414: "Adres te lang",
    415: "Mediatype niet ondersteund",
    428: "If-Match ontbreekt",
    429: "Te veel verzoeken",
    431: "Kopregels te groot",
    500: "Interne fout",
    503: "Tijdelijk niet beschikbaar",
}

# What pydantic found, said in Dutch and without the value. A type that is not here gets the last resort.
_DETAILS = {
    "missing": "dit veld is verplicht",
    "extra_forbidden": "er staat een onbekend veld",
    "string_too_short": "te kort",
    "string_too_long": "te lang",
    "string_type": "moet tekst zijn",
    "string_pattern_mismatch": "heeft niet de juiste vorm",
    "int_type": "moet een geheel getal zijn",
    "int_parsing": "moet een geheel getal zijn",
    "bool_type": "moet true of false zijn",
    "bool_parsing": "moet true of false zijn",
    "uuid_parsing": "moet een UUID zijn",
    "enum": "staat niet in de codelijst",
    "literal_error": "staat niet in de codelijst",
    "list_type": "moet een lijst zijn",
    "tuple_type": "moet een lijst zijn",
    "too_short": "te weinig",
    "too_long": "te veel",
    "model_attributes_type": "moet een object zijn",
    "model_type": "moet een object zijn",
    "dict_type": "moet een object zijn",
    "json_invalid": "geen geldige JSON",
    "timezone_aware": "een tijdstip met tijdzone",
    "date_from_datetime_parsing": "geen bestaande datum",
    "datetime_from_date_parsing": "geen bestaand tijdstip",
    "datetime_parsing": "geen bestaand tijdstip",
    "date_parsing": "geen bestaande datum",
    "greater_than_equal": "te klein",
    "less_than_equal": "te groot",
}


def problem(
    status: int,
    detail: str,
    *,
    title: str | None = None,
    faults: Sequence[Fault] = (),
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return a problem answer."""
    return Response(
        orjson.dumps(problem_body(status, detail, title=title, faults=faults)),
        status_code=status,
        media_type=MEDIA_TYPE,
        headers=dict(headers or {}),
    )


def problem_body(status: int, detail: str, *, title: str | None = None, faults: Sequence[Fault] = ()) -> dict[str, Any]:
    """Return a problem as JSON values: also what a batch answers for one of its items."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": title or TITLES.get(status, "Fout"),
        "status": status,
        "detail": detail,
    }
    if faults:
        body["errors"] = [
            {"in": fault.location, "pointer": fault.pointer, "detail": fault.detail} for fault in faults[:_FAULTS_MAX]
        ]
    return body


def problem_of(error: KetenError) -> Response:
    """Return the answer that an error of ours stands for."""
    headers = {}
    if error.status == 503:  # noqa: PLR2004, the status itself
        headers["Retry-After"] = _RETRY_AFTER_SECONDS
    if error.status == 401:  # noqa: PLR2004, the status itself
        headers["WWW-Authenticate"] = 'Bearer realm="ketenradar"'
    if isinstance(error, TooManyRequestsError):
        headers |= _limit_headers(error)
    return problem(error.status, error.detail, title=error.title, faults=error.faults, headers=headers)


def as_read(request: Request, answer: Response, tell: TellPage | None) -> Response:
    """Return a problem as a page to whoever reads pages, where a room has them; the headers stay what they were."""
    if tell is None or "text/html" not in request.headers.get("accept", ""):
        return answer
    seconds = answer.headers.get("retry-after")
    page = tell(request, orjson.loads(answer.body), int(seconds) if seconds else None)
    page.headers.update({name: value for name, value in answer.headers.items() if not name.startswith("content-")})
    return page


def _limit_headers(error: TooManyRequestsError) -> dict[str, str]:
    """Return when to come back (RFC 9110 section 10.2.3), and the budget (draft-ietf-httpapi-ratelimit-headers)."""
    return {
        "Retry-After": str(error.retry_after),
        "RateLimit-Policy": f'"{error.budget}";q={error.burst};w={error.window_seconds}',
        "RateLimit": f'"{error.budget}";r=0;t={error.retry_after}',
    }


def faults_of(errors: Sequence[Any], *, location: str | None = None) -> tuple[Fault, ...]:
    """Return pydantic's errors as faults: place and reason, without the value and without unknown names."""
    faults = []
    for error in errors[:_FAULTS_MAX]:
        path = list(error["loc"])
        where = location or str(path.pop(0)) if path else "body"
        if error["type"] == "extra_forbidden" and path:
            path.pop()  # the name of an unknown field is something that was sent
        # FastAPI puts the tag of a union or a JSON offset in the path; only names and indexes of ours get out.
        pointer = "".join(f"/{part}" for part in path if isinstance(part, int) or str(part).isidentifier())
        faults.append(Fault(where, pointer or "/", _detail(error)))
    return tuple(faults)


def _detail(error: Any) -> str:  # an ErrorDetails of pydantic
    if error["type"] == "value_error":
        return str(error.get("ctx", {}).get("error", "ongeldige waarde"))  # raised by our own validators
    return _DETAILS.get(error["type"], "ongeldige waarde")
