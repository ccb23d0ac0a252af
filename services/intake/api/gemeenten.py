"""The door of the municipalities: which there are on a day, and which Veilig Thuis serves each."""

from datetime import date
from typing import Annotated

from fastapi import Query

from services.intake.api.common import Made, Part
from services.intake.schemas.gemeenten import GemeentenUit, gemeente_uit
from shared.errors import InvalidInputError
from shared.rules.calendar import amsterdam_day
from shared.rules.gemeenten import GEMEENTEN
from shared.web.access import Allowed
from shared.web.app import room_router
from shared.web.pages import encode_cursor
from shared.web.schema import Datum

router = room_router("Gemeenten")


@router.get(
    "/gemeenten",
    response_model=GemeentenUit,
    summary="De gemeenten van de regio op een dag",
    description=(
        "De gemeenten die op die dag bestonden, met hun opvolger en de Veilig Thuis die hen bedient; zonder `op` van "
        "vandaag. Een gemeente die hier niet staat ligt buiten de regio."
    ),
)
async def list_gemeenten(
    _: Allowed,
    made: Made,
    part: Part,
    op: Annotated[Datum | None, Query(description="Op welke dag")] = None,
) -> GemeentenUit:
    """Return the municipalities of a day, by code."""
    day: date = op or amsterdam_day(made.clock())
    after = _after(part.na)
    found = [row for code, row in sorted(GEMEENTEN.items()) if row.exists_on(day) and code > after]
    shown = found[: part.limiet]
    return GemeentenUit(
        op=day,
        resultaten=tuple(gemeente_uit(row, row.vt_organisatie_on(day)) for row in shown),
        volgende=encode_cursor(shown[-1].code) if len(found) > len(shown) else None,
    )


def _after(na: object) -> str:
    match na:
        case None:
            return ""
        case [str(code)] if code in GEMEENTEN:
            return code
        case _:
            raise InvalidInputError("`na` is geen plaats in deze lijst.")
