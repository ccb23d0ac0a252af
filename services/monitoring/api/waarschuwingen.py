"""The doors to the alerts, and to the question whether somebody still looks."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query

from services.monitoring.domain.alerts import AlarmSoort
from services.monitoring.handlers import dashboard
from services.monitoring.schemas.alerts import Hartslag, HartslagLijst, WaarschuwingLijst, waarschuwing_of
from shared.clock import system_clock
from shared.rules.codes import TermijnSoort
from shared.rules.stappen import Stap
from shared.web.access import Allowed
from shared.web.app import Resources, resources, room_router
from shared.web.pages import Page, encode_cursor, page, time_place
from shared.web.schema import GemeenteCode

router = room_router("Waarschuwingen")


@router.get(
    "/waarschuwingen",
    summary="Waarschuwingen, de nieuwste eerst",
    description=(
        "Termijnen die dreigen te verstrijken, verstreken zijn of geëscaleerd zijn, en alarmen van de keten zelf. "
        "Een lokaal team of gemeente ziet die van de eigen gemeente, een gemeente zonder te zien van welke casus; op "
        "casus zoeken kan zij niet. Geen persoonsgegevens."
    ),
)
async def list_waarschuwingen(  # noqa: PLR0913, PLR0917, the filters of the list
    caller: Allowed,
    made: Annotated[Resources, Depends(resources)],
    part: Annotated[Page, Depends(page)],
    casus_id: Annotated[UUID | None, Query(alias="casusId")] = None,
    soort: Annotated[TermijnSoort | AlarmSoort | None, Query()] = None,
    stap: Annotated[Stap | None, Query()] = None,
    gemeente_code: Annotated[GemeenteCode | None, Query(alias="gemeenteCode")] = None,
) -> WaarschuwingLijst:
    """Give the alerts that the caller may see."""
    filters = {"casus_id": casus_id, "soort": soort, "stap": stap, "gemeente_code": gemeente_code}
    rows, stil = await dashboard.list_alerts(
        made,
        caller,
        filters={name: value for name, value in filters.items() if value is not None},
        before=time_place(part),
        limiet=part.limiet + 1,
        real=system_clock(),
    )
    shown = rows[: part.limiet]
    more = len(rows) > part.limiet
    return WaarschuwingLijst(
        resultaten=[waarschuwing_of(row) for row in shown],
        volgende=encode_cursor(shown[-1].gemaakt_op.isoformat(), str(shown[-1].id)) if more else None,
        stil=stil,
    )


@router.get(
    "/hartslagen",
    summary="Of de klussen van monitoring nog draaien",
    description="Per klus de laatste keer dat hij draaide. Langer dan drie minuten stil is een storing.",
)
async def list_hartslagen(
    caller: Allowed,  # noqa: ARG001, let in and no more
    made: Annotated[Resources, Depends(resources)],
) -> HartslagLijst:
    """Give the heartbeats of the chores."""
    found = [
        Hartslag(naam=klus.naam, tijdstip=klus.tijdstip, tijdstip_keten=klus.tijdstip_keten, stil=klus.stil)
        for klus in await dashboard.read_heartbeats(made.engine, real=system_clock())
    ]
    return HartslagLijst(resultaten=found, volgende=None, stil=any(klus.stil for klus in found))
