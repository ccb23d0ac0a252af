"""The page on which somebody finds reports, and each report under his session: by the policy and walls of the doors."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response

from services.monitoring.api.aanmelden import Dienst, LoginNeededError, kijker, to_login
from services.monitoring.api.omgeving import DoorSettings, door_settings
from services.monitoring.api.pagina import common_of, is_browser, refuse, whose
from services.monitoring.api.rapportlijst import cursor_of, place_in_list
from services.monitoring.api.rapportvormen import PDF, answer, view_of
from services.monitoring.api.rendering import changing_page
from services.monitoring.domain.monitorbrief import area_name
from services.monitoring.domain.rapport import Uitgave
from services.monitoring.domain.rapportlijst import RapportRij
from services.monitoring.domain.rapportsoorten import REGIO, SOORTEN, Periode, PeriodeError, RapportSoort, read_periode
from services.monitoring.handlers.aanmelden import LEZERS
from services.monitoring.handlers.dashboard_trends import areas_for
from services.monitoring.handlers.rapporten import RapportVraag, read_report
from services.monitoring.handlers.rapporten_lijst import LijstVraag, list_reports
from shared.errors import InvalidInputError, NotAuthenticatedError
from shared.rules.access import BELEID
from shared.rules.calendar import amsterdam_day
from shared.rules.codes import Rol
from shared.rules.deadlines import format_day
from shared.web.access import Door, work_for
from shared.web.app import Resources, resources
from shared.web.auth import Caller
from shared.web.limits import Budget
from shared.web.pages import Page, decode_cursor
from shared.work import Work, working

router = APIRouter()

ALLE = "alle"
_PER_PAGE = 25

Made = Annotated[Resources, Depends(resources)]
Settings = Annotated[DoorSettings, Depends(door_settings)]


@dataclass(frozen=True, slots=True)
class Regel:
    """One report on the page; ``pad`` is where this session reads it."""

    titel: str
    gebied: str
    stand: str
    concept: bool
    vervangen: bool
    pad: str


@router.get("/rapportages", include_in_schema=False)
async def show_reports(  # noqa: PLR0913, PLR0917, what the page is made of and asked
    request: Request,
    made: Made,
    door: Settings,
    dienst: Dienst,
    soort: Annotated[str, Query(pattern=f"^({'|'.join(RapportSoort)})?$")] = "",
    gebied: Annotated[str, Query(pattern=f"^({ALLE}|{REGIO}|[0-9]{{4}})?$")] = "",
    na: Annotated[str, Query(max_length=500)] = "",
) -> Response:
    """Show the reports that somebody can read, for Veilig Thuis first those of the region."""
    try:
        wie = await _reader(request, made, door, dienst)
    except LoginNeededError:
        return to_login()
    if wie.rol not in LEZERS:
        return refuse(request, wie)
    gebied = gebied or (ALLE if wie.rol is Rol.GEMEENTE else REGIO)
    vraag = LijstVraag(
        RapportSoort(soort) if soort else None,
        None if gebied in {ALLE, REGIO} else gebied,
        gebied == REGIO,
        quick=True,
    )
    now = made.clock()
    place = place_in_list(Page(_PER_PAGE, decode_cursor(na) if na else None))
    let_in, work = await _let_in("listRapportages", request, made, wie)
    with working(work):
        found = await list_reports(made, let_in, vraag, na=place, limiet=_PER_PAGE + 1, now=now)
    rows, more = found[:_PER_PAGE], len(found) > _PER_PAGE
    choice = {"soort": soort, "gebied": gebied}
    values = {
        "rijen": [_regel(one) for one in rows],
        "soort": soort,
        "gebied": gebied,
        "volgende": urlencode({**choice, "na": cursor_of(rows[-1])}) if more else "",
        "eerste": urlencode(choice) if na else "",
    }
    common = common_of(made, door, wie, can_login=True, here="rapportages")
    return changing_page(
        request,
        "dashboard_rapportages.html",
        (values, whose(common)),
        soorten=[(one.value, regel.naam) for one, regel in SOORTEN.items()],
        gebieden=_areas(wie, made),
        **values,
        **common,
    )


@router.get("/rapportages/{soort}/{periode}", include_in_schema=False)
async def show_report(  # noqa: PLR0913, PLR0917, which report in which form
    request: Request,
    made: Made,
    door: Settings,
    dienst: Dienst,
    soort: RapportSoort,
    periode: str,
    gebied: Annotated[str, Query(pattern=f"^({REGIO}|[0-9]{{4}})$")],
    versie: Annotated[int | None, Query(ge=1, le=9999)] = None,
    vorm: Literal["html", "pdf"] = "html",
) -> Response:
    """Show one report, or give it as a PDF."""
    try:
        wie = await _reader(request, made, door, dienst, Budget.RAPPORTEN)
    except LoginNeededError:
        return to_login()
    if wie.rol not in LEZERS:
        return refuse(request, wie)
    code = None if gebied == REGIO else gebied
    vraag = RapportVraag(_periode(soort, periode), code, code is None, versie, quick=True)
    let_in, work = await _let_in("readRapportage", request, made, wie)
    with working(work):
        uitgave = await read_report(made, let_in, vraag, now=made.clock())
    if vorm == "html":
        return _page(request, uitgave, common_of(made, door, wie, can_login=True, here="rapportages"))
    given = await answer(uitgave, PDF, b"", request.headers.get("if-none-match"))
    given.headers["Vary"] = "Authorization, Cookie"
    given.headers["Cache-Control"] = "private, no-cache"
    return given


def _page(request: Request, uitgave: Uitgave, common: dict[str, object]) -> Response:
    view = view_of(uitgave)
    gebied = uitgave.rapport.gemeente_code or REGIO
    return changing_page(
        request,
        "dashboard_rapport.html",
        (view, whose(common)),
        r=view,
        teksten=view["teksten"],
        # A municipality came from a list of all that it can read, Veilig Thuis from that of one area.
        terug="/rapportages" if common["van_gemeente"] else f"/rapportages?gebied={gebied}",
        pdf=f"{request.url.path}?{urlencode({**request.query_params, 'vorm': 'pdf'})}",
        **common,
    )


async def _reader(
    request: Request, made: Resources, door: DoorSettings, dienst: Dienst, budget: Budget = Budget.PAGINAS
) -> Caller:
    """Return who looks; raises like ``kijker``, also for anybody in a local run: a report is read by somebody."""
    wie = await kijker(request, made, door, dienst, budget)
    if wie is not None:
        return wie
    if dienst is not None and is_browser(request):
        raise LoginNeededError("Meld u aan.")
    raise NotAuthenticatedError("Er is een geldig token nodig.")


async def _let_in(operation: str, request: Request, made: Resources, wie: Caller) -> tuple[Caller, Work]:
    """Return who looks as the door of an operation lets him in, and the work behind his wall; raises as it does."""
    door = Door(BELEID["monitoring", operation])
    work = work_for(door, wie, request, made.vault)
    request.state.caller = wie
    return await door.enter(request, work), work


def _periode(soort: RapportSoort, code: str) -> Periode:
    try:
        return read_periode(soort, code)
    except PeriodeError as error:
        raise InvalidInputError(str(error)) from None


def _areas(wie: Caller, made: Resources) -> Sequence[tuple[str, str]]:
    found = [(code or REGIO, naam) for code, naam in areas_for(wie, now=made.clock())]
    every = (ALLE, "Alle gebieden")
    return [every, (REGIO, area_name(None)), *found] if wie.rol is Rol.GEMEENTE else [*found, every]


def _regel(rij: RapportRij) -> Regel:
    periode = rij.periode
    asked: dict[str, str | int] = {"gebied": rij.gebied}
    stand = "verandert nog"
    if rij.vastgesteld_op is not None and rij.versie is not None:
        asked["versie"] = rij.versie
        stand = f"versie {rij.versie}, vastgesteld op {format_day(amsterdam_day(rij.vastgesteld_op))}"
    return Regel(
        titel=f"{SOORTEN[periode.soort].naam} {periode.naam}",
        gebied=area_name(rij.gemeente_code),
        stand=stand,
        concept=rij.versie is None,
        vervangen=not rij.nieuwste,
        pad=f"/rapportages/{periode.soort.value}/{periode.code}?{urlencode(asked)}",
    )
