"""What is reported outside: the monthly letter to a municipality."""

from datetime import date, datetime

from services.monitoring.domain.gebieden import areas_of
from services.monitoring.domain.monitorbrief import Monitorbrief, write_brief
from services.monitoring.handlers.access import own_gemeenten
from services.monitoring.handlers.kpis import KpiVraag, read_region
from shared.errors import InvalidInputError, NotFoundError
from shared.rules.gemeenten import GEMEENTEN
from shared.web.app import Resources
from shared.web.auth import Caller


async def read_brief(
    made: Resources, caller: Caller, maand: date, gemeente_code: str | None, *, now: datetime
) -> Monitorbrief:
    """Return the letter of a month; without a municipality that of the region, or the only one of the caller.

    Raises ``NotFoundError`` for a municipality that the caller may not see or that is none of ours.
    """
    code = _code_for(caller, gemeente_code, maand)
    # Of the whole region, whoever asks: what is kept back for one follows from the figures of all.
    brief = write_brief(await read_region(made, KpiVraag(maand, maand), now=now), gemeente_code=code)
    if brief is None:
        raise NotFoundError("Over deze gemeente is er geen monitorbrief.")
    return brief


def _code_for(caller: Caller, gemeente_code: str | None, maand: date) -> str | None:
    own = own_gemeenten(caller)
    if gemeente_code is not None:
        if gemeente_code not in GEMEENTEN or (own is not None and gemeente_code not in own):
            raise NotFoundError("Over deze gemeente is er geen monitorbrief.")
        return gemeente_code
    if own is None:
        return None
    standing = areas_of(own, maand)
    if len(standing) != 1:
        raise InvalidInputError("Noem met `gemeenteCode` de gemeente waarvan u de brief wilt.")
    return standing[0]
