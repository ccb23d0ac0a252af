"""Logging in and out at the page, and who is looking: by a token in a header, by a session, or locally by anybody."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from services.monitoring.api.maat import count_login, count_person, count_refusal
from services.monitoring.api.omgeving import DoorSettings, aanmelddienst
from services.monitoring.api.rendering import page
from services.monitoring.domain.aanmelden import POGING_SECONDS_MAX, AanmeldError, Reden
from services.monitoring.handlers.aanmelden import begin, finish, keep, look, real_seconds
from services.monitoring.partners.aanmelddienst import Aanmelddienst
from shared.errors import NotAllowedError, NotAuthenticatedError, NotFoundError, OperationalError
from shared.log import get_logger
from shared.web.app import Resources, resources
from shared.web.auth import Caller
from shared.web.limits import Budget

log = get_logger()
router = APIRouter()

# The prefix makes the browser refuse them without TLS, from another host, or for a part of this one (RFC 6265bis).
POGING, SESSIE = "__Host-poging", "__Host-sessie"
_NOT_STORED = {"Cache-Control": "no-store"}
_STATUS = {
    Reden.GEEN_POGING: 400,
    Reden.ANDERE_POGING: 400,
    Reden.GEWEIGERD: 403,
    Reden.ONGELDIG: 403,
}
_UITLEG = {
    Reden.GEEN_POGING: "Het aanmelden duurde te lang, of begon in een ander venster. Begin opnieuw.",
    Reden.ANDERE_POGING: "Dit antwoord hoort niet bij het aanmelden dat hier begon. Begin opnieuw.",
    Reden.GEWEIGERD: "De aanmelddienst gaf geen toegang. Begin opnieuw, of vraag uw beheerder om toegang.",
    Reden.ONGELDIG: "De aanmelddienst gaf iets waarmee u hier niet binnenkomt. Vraag uw beheerder om hulp.",
}

Dienst = Annotated[Aanmelddienst | None, Depends(aanmelddienst)]


class LoginNeededError(NotAuthenticatedError):
    """Nobody looks yet, and this browser can be sent to where he logs in."""


async def kijker(
    request: Request, made: Resources, door: DoorSettings, dienst: Dienst, budget: Budget = Budget.PAGINAS
) -> Caller | None:
    """Return who looks, None for anybody on this machine in a local run that says so; he is counted.

    Raises ``LoginNeededError`` for a browser that can be sent on, ``NotAuthenticatedError`` for anybody else, and
    ``TooManyRequestsError`` for who looks too often.
    """
    try:
        wie = await _who(request, made, door, dienst)
    except LoginNeededError:
        raise  # he is counted where he logs in
    except NotAuthenticatedError:
        count_refusal(request)
        raise
    if wie is not None:
        count_person(request, wie, budget)
    return wie


async def _who(request: Request, made: Resources, door: DoorSettings, dienst: Dienst) -> Caller | None:
    if "authorization" in request.headers:
        return await made.verifier.verify_request(request.headers.raw)
    session = request.cookies.get(SESSIE)
    try:
        if session is not None:
            return await look(made, session)
    except NotAuthenticatedError:
        if dienst is None:
            raise
    if door.is_local and door.dashboard_open and session is None:
        return None
    if dienst is not None and "text/html" in request.headers.get("accept", ""):
        raise LoginNeededError("Meld u aan.")
    raise NotAuthenticatedError("Er is een geldig token nodig.")


def to_login() -> Response:
    """Send a browser to where somebody logs in, and let it forget a session that is over."""
    answer = RedirectResponse("/aanmelden", 303, headers=_NOT_STORED)
    _forget(answer, SESSIE)
    return answer


@router.get("/aanmelden", include_in_schema=False, dependencies=[Depends(count_login)])
async def start_login(made: Annotated[Resources, Depends(resources)], dienst: Dienst) -> Response:
    """Begin an attempt and send the browser to the identity provider."""
    found = _there(dienst)
    poging = begin()
    answer = RedirectResponse(found.address_for(poging), 303, headers=_NOT_STORED)
    _remember(answer, POGING, keep(made.vault, poging, now=real_seconds()), POGING_SECONDS_MAX)
    return answer


@router.get("/aanmelden/terug", include_in_schema=False, dependencies=[Depends(count_login)])
async def end_login(request: Request, made: Annotated[Resources, Depends(resources)], dienst: Dienst) -> Response:
    """Take the answer of the identity provider; what stood in the address is gone from it at once."""
    found = _there(dienst)
    try:
        kept = request.cookies.get(POGING, "")
        session, seconds = await finish(made, found, kept, dict(request.query_params), now=real_seconds())
    except AanmeldError as error:
        log.info("login_failed", reason=error.reden.value)
        answer = told(_STATUS[error.reden], "Aanmelden is niet gelukt", _UITLEG[error.reden])
    except OperationalError:
        log.warning("login_failed", reason="onbereikbaar")
        answer = told(503, "Aanmelden kan nu niet", "De aanmelddienst is even niet bereikbaar. Probeer het zo weer.")
    else:
        answer = RedirectResponse("/", 303, headers=_NOT_STORED)
        _remember(answer, SESSIE, session, seconds)
    _forget(answer, POGING)
    return answer


@router.post("/afmelden", include_in_schema=False)
async def log_out(request: Request) -> Response:
    """Let the browser forget the session, when our own page asks for it, however often: it is never too late to go."""
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        raise NotAllowedError("Afmelden kan alleen op de pagina zelf.")
    answer = RedirectResponse("/afgemeld", 303, headers=_NOT_STORED | {"Clear-Site-Data": '"cache"'})
    _forget(answer, SESSIE)
    return answer


@router.get("/afgemeld", include_in_schema=False)
async def show_logged_out(dienst: Dienst) -> Response:
    """Say that the session is over here, and where it may not be over yet."""
    found = _there(dienst)
    uitleg = "U ziet hier niets meer totdat u zich weer aanmeldt."
    return told(200, "U bent afgemeld", uitleg, elders=found.end_address())


def not_allowed(kijker: Caller) -> Response:
    """Tell somebody who did log in that there is nothing here for his role."""
    uitleg = f"Met de rol {kijker.rol.value} is hier niets te zien. Meld u aan met een andere rol."
    return told(403, "Geen toegang", uitleg, ingelogd=True)


def told(  # noqa: PLR0913, what stands on it, keyword only
    status: int,
    kop: str,
    uitleg: str,
    *,
    elders: str | None = None,
    ingelogd: bool = False,
    terug: bool = False,
) -> Response:
    """Return a page that says one thing, and offers one: to go back, to log out or to log in."""
    return page("bericht.html", status=status, kop=kop, uitleg=uitleg, elders=elders, ingelogd=ingelogd, terug=terug)


def _there(dienst: Aanmelddienst | None) -> Aanmelddienst:
    if dienst is None:
        raise NotFoundError("Aanmelden kan hier niet.")
    return dienst


def _remember(answer: Response, name: str, value: str, seconds: int) -> None:
    # Lax: the browser comes back from another site, and must have it then; nothing is ever changed by a GET.
    answer.set_cookie(name, value, max_age=seconds, path="/", secure=True, httponly=True, samesite="lax")


def _forget(answer: Response, name: str) -> None:
    answer.delete_cookie(name, path="/", secure=True, httponly=True, samesite="lax")
