"""The door of the work list."""

from typing import Annotated

from fastapi import Query

from services.triage.api.common import Made, Part
from services.triage.domain.voorraad import Filter, Stap
from services.triage.handlers import reading
from services.triage.handlers.toewijzing import named
from services.triage.schemas.toewijzing import Team
from services.triage.schemas.werkvoorraad import WerkItemOut, WerkvoorraadOut
from shared.errors import Fault, InvalidInputError
from shared.web.access import Allowed
from shared.web.app import room_router
from shared.web.pages import encode_cursor, time_place
from shared.web.schema import GemeenteCode, MedewerkerId

router = room_router("Werkvoorraad")


@router.get(
    "/werkvoorraad",
    summary="Wat er te doen is",
    description=(
        "Open werk, het dringendste bovenaan. Elk item zegt waarom het daar staat, van wie het is, wanneer er weer "
        "naar de veiligheid wordt gekeken en wat er ontbreekt. Te laat is een vlag en houdt niets tegen."
    ),
)
async def list_werkvoorraad(  # noqa: PLR0913, by what a list is narrowed
    *,
    made: Made,
    caller: Allowed,
    part: Part,
    gemeente_code: Annotated[GemeenteCode | None, Query(alias="gemeenteCode")] = None,
    stap: Annotated[Stap | None, Query(description="Alleen deze stap")] = None,
    eigenaar: Annotated[MedewerkerId | None, Query(description="Alleen werk van deze medewerker, of `mij`")] = None,
    zonder_eigenaar: Annotated[bool, Query(alias="zonderEigenaar", description="Alleen werk van niemand")] = False,
    team: Annotated[Team | None, Query(description="Alleen werk van dit team")] = None,
) -> WerkvoorraadOut:
    """Show open work, the most urgent first."""
    if eigenaar is not None and zonder_eigenaar:
        fault = Fault("query", "/zonderEigenaar", "kan niet samen met `eigenaar`")
        raise InvalidInputError("Werk heeft een eigenaar of niet.", faults=(fault,))
    wanted = Filter(
        gemeente_code=gemeente_code,
        stap=stap,
        eigenaar=named(eigenaar, caller) if eigenaar else None,
        zonder_eigenaar=zonder_eigenaar,
        team=team,
    )
    found = await reading.list_werkvoorraad(made, wanted, after=time_place(part), limit=part.limiet + 1)
    now, shown = made.clock(), found[: part.limiet]
    last = shown[-1] if len(found) > part.limiet else None
    return WerkvoorraadOut(
        resultaten=tuple(WerkItemOut.of(item, now) for item in shown),
        volgende=encode_cursor(last.werk.urgentie_op, str(last.dossier_id)) if last else None,
    )
