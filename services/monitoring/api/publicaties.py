"""The doors to which periods were published, and to those that should be afterwards."""

from typing import Annotated

from fastapi import Depends, Path

from services.monitoring.api.kpis import month_of
from services.monitoring.handlers import publicatie as handlers
from services.monitoring.schemas.publicatie import KpiPublicatieAchterafIn, KpiPublicatieLijst, lijst_out
from shared.web.access import Allowed
from shared.web.app import Resources, resources, room_router
from shared.web.schema import JaarMaand

router = room_router("KPI's")

Made = Annotated[Resources, Depends(resources)]


@router.get(
    "/kpis/publicaties",
    summary="Welke perioden zijn gepubliceerd",
    description=(
        "Elke maand, elk kwartaal, halfjaar en jaar waarvan cijfers zijn gepubliceerd, de nieuwste eerst, en wat nog "
        "volgt omdat het achteraf is gevraagd."
    ),
)
async def list_kpi_publicaties(
    caller: Allowed,  # noqa: ARG001, let in and no more: when something was published is no secret
    made: Made,
) -> KpiPublicatieLijst:
    """Give the periods that were published."""
    return lijst_out(await handlers.overview(made))


@router.put(
    "/kpis/publicaties/{van}/{tot}",
    summary="Laat een tijd die voorbij is alsnog publiceren",
    description=(
        "Van een maand die eindigde voor hier iets bekend was wordt uit zichzelf niets gepubliceerd: het zou een brief "
        "vol nullen zijn. Is de historie ingelezen, dan publiceert dit haar: elke maand, elk kwartaal, halfjaar en "
        "jaar binnen deze maanden dat er nog niet is, met wat dan bekend is. De worker maakt ze, een paar per keer. "
        "Wat is gepubliceerd verandert daarna niet meer: lees eerst alles in. Nog eens vragen verandert niets, en van "
        "voor het eerste feit komt er niets uit dit verzoek."
    ),
    status_code=202,
)
async def put_kpi_publicatie(
    caller: Allowed,
    made: Made,
    van: Annotated[JaarMaand, Path(description="Eerste maand")],
    tot: Annotated[JaarMaand, Path(description="Laatste maand, die meetelt")],
    body: KpiPublicatieAchterafIn,
) -> KpiPublicatieLijst:
    """Ask that some months are published."""
    return lijst_out(
        await handlers.ask_afterwards(made, caller, month_of(van), month_of(tot), reden=body.reden, now=made.clock())
    )
