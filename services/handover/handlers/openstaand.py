"""What people ask of a morning: everything that waits for them, in one call."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.handover.domain.openstaand import Aantal, Filter, OpenItem, OpenSoort, Plaats, Zijde, kinds_of
from services.handover.handlers.common import Kamer, visible_to
from services.handover.store import openstaand
from shared.db import in_transaction
from shared.errors import InvalidInputError
from shared.web.access import toegang_of
from shared.web.auth import Caller
from shared.web.pages import Page


@dataclass(frozen=True, slots=True)
class Openstaand:
    """A page of what waits, one more than asked when there is more; and how much there is of each kind."""

    items: Sequence[OpenItem]
    aantallen: Sequence[Aantal]
    now: datetime


async def list_openstaand(kamer: Kamer, caller: Caller, page: Page, wanted: Filter) -> Openstaand:
    """Return what waits for the side that the caller is on: ids, codes and times, nothing is opened."""
    now, na = kamer.made.clock(), place_of(page)
    zicht = visible_to(caller)
    if zicht is None:
        return Openstaand((), (), now)
    zijde = Zijde.VEILIG_THUIS if toegang_of(caller).sees_all else Zijde.ONTVANGER
    soorten = kinds_of(zijde, caller.rol)
    stapel = openstaand.Stapel(soorten, zicht, wanted)
    async with in_transaction(kamer.made.engine) as conn:
        items, aantallen = await openstaand.read_open(conn, stapel, na=na, limiet=page.limiet + 1, now=now)
    return Openstaand(items, aantallen, now)


def place_of(page: Page) -> Plaats | None:
    """Return the place after which a page begins; raises ``InvalidInputError`` for one of another list."""
    if page.na is None:
        return None
    try:
        moment, soort, found = page.na
        place = datetime.fromisoformat(moment), OpenSoort(soort), UUID(found)
    except (ValueError, AttributeError, TypeError):
        raise _no_place() from None
    if place[0].tzinfo is None:
        raise _no_place()
    return place


def _no_place() -> InvalidInputError:
    return InvalidInputError("`na` is geen plaats in deze lijst.")
