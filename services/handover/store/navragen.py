"""Questions of receivers and their answers; what was written is sealed under the key of the casus."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.handover.domain.navraag import Navraag, NavraagStatus
from services.handover.store.values import opened
from services.handover.tables.core import overdracht
from services.handover.tables.navraag import navraag
from shared.crypto import Vault
from shared.keyring import Keyring, key_of, keyring_for


@dataclass(frozen=True, slots=True)
class Beschreven:
    """A question with what was written, opened."""

    navraag: Navraag
    vraag: str
    antwoord: str | None


async def add_navraag(conn: AsyncConnection, vault: Vault, new: Navraag, vraag: str, *, casus_id: UUID) -> None:
    """Add a question about an overdracht of a locked casus."""
    key = await key_of(conn, vault, casus_id)
    await conn.execute(
        insert(navraag).values(
            id=new.id,
            overdracht_id=new.overdracht_id,
            organisatie_id=new.organisatie_id,
            status=new.status,
            gesteld_op=new.gesteld_op,
            uiterlijk=new.uiterlijk,
            vraag=key.seal(vraag.encode(), place=_place("vraag", new.id)),
        )
    )


async def save_navraag(
    conn: AsyncConnection, vault: Vault, after: Navraag, antwoord: str | None, *, casus_id: UUID
) -> None:
    """Save how a question ended, with the answer when there is one."""
    values: dict[str, Any] = {"status": after.status, "afgerond_op": after.afgerond_op, "gezien_op": after.gezien_op}
    if antwoord is not None:
        key = await key_of(conn, vault, casus_id)
        values["antwoord"] = key.seal(antwoord.encode(), place=_place("antwoord", after.id))
    await conn.execute(update(navraag).where(navraag.c.id == after.id).values(values))


async def find_navraag(
    conn: AsyncConnection, vault: Vault, navraag_id: UUID, *, lock: bool = False
) -> Beschreven | None:
    """Return a question with what was written, locked when it is going to change."""
    query = _navragen().where(navraag.c.id == navraag_id)
    row = (await conn.execute(query.with_for_update(of=navraag) if lock else query)).one_or_none()
    return _beschreven(row, await keyring_for(conn, vault, [row.vraag, row.antwoord])) if row else None


async def list_navragen(
    conn: AsyncConnection,
    vault: Vault,
    overdracht_id: UUID,
    *,
    na: tuple[datetime, UUID] | None = None,
    limiet: int | None = None,
) -> list[Beschreven]:
    """Return the questions about an overdracht in the order in which they were asked, after a place in that order."""
    c = navraag.c
    query = _navragen().where(c.overdracht_id == overdracht_id).order_by(c.gesteld_op, c.id).limit(limiet)
    if na is not None:
        query = query.where(tuple_(c.gesteld_op, c.id) > tuple_(*na))
    rows = (await conn.execute(query)).all()
    keys = await keyring_for(conn, vault, [text for row in rows for text in (row.vraag, row.antwoord)])
    return [_beschreven(row, keys) for row in rows]


async def open_navragen(conn: AsyncConnection, overdracht_id: UUID) -> Sequence[Navraag]:
    """Return the questions about an overdracht that wait for an answer, locked; what was written stays closed."""
    query = _navragen().where(navraag.c.overdracht_id == overdracht_id, navraag.c.status == NavraagStatus.OPEN)
    rows = await conn.execute(query.order_by(navraag.c.gesteld_op, navraag.c.id).with_for_update(of=navraag))
    return [_navraag(row) for row in rows]


async def count_open(conn: AsyncConnection, overdracht_id: UUID) -> int:
    """Return how many questions about an overdracht wait for an answer."""
    query = select(func.count()).select_from(navraag)
    found = await conn.scalar(query.where(navraag.c.overdracht_id == overdracht_id, navraag.c.status == "open"))
    return found or 0


def _navragen() -> Select[Any]:
    of_overdracht = (overdracht.c.melding_id, overdracht.c.gemeente_code)
    return select(navraag, *of_overdracht).join(overdracht, overdracht.c.id == navraag.c.overdracht_id)


def _navraag(row: Any) -> Navraag:
    return Navraag(
        id=row.id,
        overdracht_id=row.overdracht_id,
        melding_id=row.melding_id,
        gemeente_code=row.gemeente_code,
        organisatie_id=row.organisatie_id,
        gesteld_op=row.gesteld_op,
        uiterlijk=row.uiterlijk,
        status=NavraagStatus(row.status),
        afgerond_op=row.afgerond_op,
        gezien_op=row.gezien_op,
    )


def _beschreven(row: Any, keys: Keyring) -> Beschreven:
    antwoord = opened(keys, row.antwoord, place=_place("antwoord", row.id)).decode() if row.antwoord else None
    return Beschreven(_navraag(row), opened(keys, row.vraag, place=_place("vraag", row.id)).decode(), antwoord)


def _place(column: str, navraag_id: UUID) -> str:
    return f"navraag:{column}:{navraag_id}"
