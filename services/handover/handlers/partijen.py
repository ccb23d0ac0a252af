"""Who has to do with a casus, for who has to do with it himself."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.handover.domain.partijen import Kijker, Partij, parties
from services.handover.domain.zicht import current
from services.handover.handlers.common import Kamer, visible_to
from services.handover.store import casussen, partijen, zichtboek
from shared.audit import Act, record
from shared.db import in_transaction
from shared.errors import NotFoundError
from shared.rules.access import Betrekking
from shared.rules.codes import Rol
from shared.web.access import toegang_of
from shared.web.auth import Caller


@dataclass(frozen=True, slots=True)
class Partijen:
    """The casus in which this one lives now, and who has to do with it."""

    casus_id: UUID
    partijen: Sequence[Partij]


def kijker_of(caller: Caller) -> Kijker:
    """Return a caller as the rules on naming organisations know him."""
    inside = caller.rol in {Rol.VT_MEDEWERKER, Rol.VT_TEAMLEIDER}
    # A local team that bears the name of a shelter is none.
    return Kijker(caller.organisatie_id if caller.rol is Rol.KETENPARTNER else "", ziet_alles=inside)


async def list_partijen(kamer: Kamer, caller: Caller, casus_id: UUID) -> Partijen:
    """Return who has to do with a casus; who has no overdracht of it under his hands finds nothing here."""
    now, toegang, zicht = kamer.made.clock(), toegang_of(caller), visible_to(caller)
    async with in_transaction(kamer.made.engine) as conn:
        here = await casussen.locate_casus(conn, casus_id)
        mine = zicht is not None and await partijen.has_running(conn, here, zicht)
        tied = toegang.permits({Betrekking.PARTIJ} if mine else frozenset())
        if not tied or not await casussen.knows_casus(conn, here):
            raise NotFoundError("Deze casus is er niet.")
        betrokken = await partijen.list_betrokken(conn, here)
        holding = current(await zichtboek.list_perioden(conn, here))
        await record(conn, caller, Act("partijen-lezen", "casus", here, casus_id=here), now=now)
    return Partijen(here, parties(betrokken, holding, kijker_of(caller), veilig_thuis=kamer.veilig_thuis))
