"""Finding who has a family in sight, without anything of what is known of it."""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from services.handover.domain.partijen import reached_through, shown_holder
from services.handover.domain.vinden import Gezocht, VindTaak, VindUitkomst, Vondst, tell
from services.handover.domain.zicht import Houder
from services.handover.handlers.common import Kamer
from services.handover.handlers.partijen import kijker_of
from services.handover.store import kijken, partijen
from shared.audit import Act, Resultaat, record
from shared.db import in_transaction
from shared.errors import TooManyRequestsError
from shared.web.access import toegang_of
from shared.web.auth import Caller

ACTIE = "casus-vinden"
_WINDOW = timedelta(minutes=1)
_MISSES_MAX = 60


async def search_houder(kamer: Kamer, caller: Caller, gezocht: Gezocht, *, taak: VindTaak) -> tuple[Vondst, Houder]:
    """Return whether a family is known with who has it in sight, and whom to call for that.

    Every look is recorded with its task, also one that finds nothing. Raises ``TooManyRequestsError`` for a client that
    missed too often: names are not to be tried one after the other.
    """
    now = kamer.made.clock()
    async with in_transaction(kamer.made.engine) as conn:
        await _check_misses(conn, caller, now)
    treffers = await kamer.casus.find_casussen(gezocht, purpose=toegang_of(caller).doel.value)
    async with in_transaction(kamer.made.engine) as conn:
        held = await partijen.list_houders(conn, [one.casus_id for one in treffers]) if treffers else []
        kijker = kijker_of(caller)
        shown = [replace(one, houder=shown_holder(one.houder, kijker)) for one in held]
        found = tell(treffers, shown)
        await _record(conn, caller, found, taak, now=now)
    houder = found.houder or kamer.veilig_thuis
    return found, Houder(reached_through(houder, veilig_thuis=kamer.veilig_thuis), houder.soort)


async def _check_misses(conn: AsyncConnection, caller: Caller, now: datetime) -> None:
    missed = await kijken.misses_since(conn, caller.client_id, actie=ACTIE, since=now - _WINDOW)
    if missed >= _MISSES_MAX:
        raise TooManyRequestsError(
            "U zocht te vaak zonder iemand te vinden; wacht even, of bel Veilig Thuis.",
            budget="casus-vinden",
            burst=_MISSES_MAX,
            window_seconds=int(_WINDOW.total_seconds()),
            retry_after=int(_WINDOW.total_seconds()),
        )


async def _record(conn: AsyncConnection, caller: Caller, found: Vondst, taak: VindTaak, *, now: datetime) -> None:
    """Record a look at each casus that was found, so that it stands in the log of that file; and every miss."""
    sure = found.uitkomst is VindUitkomst.GEVONDEN
    for casus_id in found.casus_ids:
        await record(conn, caller, Act(ACTIE, "casus", casus_id, casus_id=casus_id, reden=taak.value), now=now)
    if not sure:
        miss = Act(ACTIE, "casus", None, resultaat=Resultaat.NIET_GEVONDEN, reden=taak.value)
        await record(conn, caller, miss, now=now)
