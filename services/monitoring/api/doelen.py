"""The doors to the goals of the Regiovisie, with the present figure of what is measured of each."""

from datetime import date
from typing import Annotated

from fastapi import Depends, Path, Query

from services.monitoring.handlers import doelen as handlers
from services.monitoring.schemas.doelen import DoelDetailOut, DoelenOut, doel_detail_out, doelen_out
from shared.errors import InvalidInputError
from shared.web.access import Allowed
from shared.web.app import Resources, resources, room_router
from shared.web.schema import GemeenteCode, JaarMaand

router = room_router("Doelen")

Gebied = Annotated[GemeenteCode | None, Query(alias="gemeenteCode", description="Leeg: de regio, of de eigen gemeente")]
DoelCode = Annotated[str, Path(alias="doelCode", pattern=r"^[1-3](\.[1-9]){0,2}$", examples=["1.2.2"])]


# Not a plain function: the framework would send each request to another thread and back for it.
async def period(
    van: Annotated[JaarMaand | None, Query(description="Eerste maand")] = None,
    tot: Annotated[JaarMaand | None, Query(description="Laatste maand, die meetelt")] = None,
) -> tuple[date, date] | None:
    """Return the months that are asked for (a dependency), or None for the last twelve that are over."""
    if van is None and tot is None:
        return None
    if van is None or tot is None:
        raise InvalidInputError("Geef `van` en `tot` allebei, of geen van beide.")
    return _month(van), _month(tot)


def _month(text: str) -> date:
    year, month = text.split("-")
    if int(year) < 1:
        raise InvalidInputError("Het jaar 0000 bestaat niet.")
    return date(int(year), int(month), 1)


@router.get(
    "/doelen",
    summary="De doelen van de Regiovisie",
    description=(
        "De drie doelenbomen met wat aan elk doel wordt gemeten en gedaan. Zonder maanden over de laatste twaalf die "
        "voorbij zijn. Een indicator zegt hoe het werk loopt; de bron noemt geen cijfer waarbij een doel is bereikt, "
        "en welke indicator iets over een doel zegt is onze keuze."
    ),
)
async def list_doelen(
    caller: Allowed,
    made: Annotated[Resources, Depends(resources)],
    maanden: Annotated[tuple[date, date] | None, Depends(period)],
    gemeente_code: Gebied = None,
) -> DoelenOut:
    """Give the trees for the area that the caller may see."""
    return doelen_out(await handlers.read_doelen(made, caller, gemeente_code, maanden, now=made.clock()))


@router.get(
    "/doelen/{doelCode}",
    summary="Een doel van de Regiovisie",
    description="Een doel met wat eronder ligt, en met het cijfer van elke indicator.",
)
async def read_doel(
    doel_code: DoelCode,
    caller: Allowed,
    made: Annotated[Resources, Depends(resources)],
    maanden: Annotated[tuple[date, date] | None, Depends(period)],
    gemeente_code: Gebied = None,
) -> DoelDetailOut:
    """Give one goal."""
    view = await handlers.read_doel(made, caller, doel_code, gemeente_code, maanden, made.clock())
    return doel_detail_out(view)
