"""How a melding is held with the whole casus in which it is, for a decision that looks at more than one melding."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.triage.store.casussen import lock_casussen
from services.triage.tables.core import dossier
from shared.errors import OperationalError

# A casus that is merged or split while it is locked is looked up again; more often is a fault of ours.
_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Thuis:
    """In which casus a melding is, and of which municipality."""

    melding_id: UUID
    casus_id: UUID
    gemeente_code: str


async def thuis_of(conn: AsyncConnection, melding_id: UUID, *, lock: bool = False) -> Thuis | None:
    """Return where a melding is; None of which there is no dossier."""
    c = dossier.c
    query = select(c.casus_id, c.gemeente_code).where(c.melding_id == melding_id).order_by(c.nummer.desc()).limit(1)
    row = (await conn.execute(query.with_for_update() if lock else query)).one_or_none()
    return Thuis(melding_id, row.casus_id, row.gemeente_code) if row else None


async def hold_melding(conn: AsyncConnection, melding_id: UUID) -> Thuis | None:
    """Lock a melding and its casus, and return where it is: merges, splits and destructions lock the casus first too.

    Of two that decide about one casus the second waits, and then reads what the first wrote.
    """
    for _ in range(_ATTEMPTS):
        before = await thuis_of(conn, melding_id)
        if before is None:
            return None
        await lock_casussen(conn, before.casus_id)
        held = await thuis_of(conn, melding_id, lock=True)
        if held is None or held.casus_id == before.casus_id:
            return held
    raise OperationalError("De casus wordt op dit moment door anderen gewijzigd; probeer het zo weer.")
