"""How matters about one melding are kept: their codes plain, and what was written down sealed under their casus."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

from sqlalchemy import Select, Table, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.triage.domain.matter import Betrokkene, Matter
from services.triage.store.values import AnyRow, Place, beyond, opened, seal
from services.triage.tables.core import dossier
from shared.crypto import Vault
from shared.keyring import key_of, keyring_for

M = TypeVar("M", bound=Matter)


@dataclass(frozen=True, slots=True)
class Thuis:
    """Where a new matter belongs: the newest dossier of its melding, and what is known of that."""

    dossier_id: UUID
    melding_id: UUID
    casus_id: UUID
    gemeente_code: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which matters a list shows, and after which of them it begins."""

    casus_id: UUID | None
    melding_id: UUID | None
    after: Place | None
    limit: int


async def find_thuis(conn: AsyncConnection, melding_id: UUID, *, lock: bool = False) -> Thuis | None:
    """Return where a new matter of a melding belongs; ``lock`` keeps it from being moved meanwhile."""
    c = dossier.c
    query = select(c.id, c.casus_id, c.gemeente_code).where(c.melding_id == melding_id).order_by(c.nummer.desc())
    query = query.limit(1)
    row = (await conn.execute(query.with_for_update() if lock else query)).one_or_none()
    return Thuis(row.id, melding_id, row.casus_id, row.gemeente_code) if row else None


class Shelf(Protocol[M]):
    """Where the matters of one subject are kept."""

    async def insert(self, conn: AsyncConnection, vault: Vault, new: M) -> None:
        """Add a matter."""

    async def load(self, conn: AsyncConnection, vault: Vault, matter_id: UUID, *, lock: bool = False) -> M | None:
        """Return a matter with its texts; ``lock`` keeps others from changing it meanwhile."""

    async def save(self, conn: AsyncConnection, vault: Vault, after: M) -> None:
        """Write a matter that was loaded and changed."""

    async def page(self, conn: AsyncConnection, wanted: Wanted) -> list[M]:
        """Return matters in the order in which they began; no text is opened."""


@dataclass(frozen=True, slots=True)
class OneTable(Generic[M]):
    """A shelf of one table: how a matter is written in its columns, and read from a row and what was sealed.

    ``read`` gets nothing for the text where it is not opened.
    """

    table: Table
    columns: Callable[[M], Mapping[str, object]]
    text: Callable[[M], object]
    read: Callable[[AnyRow, Mapping[str, Any]], M]

    async def insert(self, conn: AsyncConnection, vault: Vault, new: M) -> None:
        """Add a matter."""
        values = {**head_columns(new), **await self._written(conn, vault, new)}
        await conn.execute(insert(self.table).values(values))

    async def load(self, conn: AsyncConnection, vault: Vault, matter_id: UUID, *, lock: bool = False) -> M | None:
        """Return a matter with its texts; ``lock`` keeps others from changing it meanwhile."""
        query = select(self.table).where(self.table.c.id == matter_id)
        row = (await conn.execute(query.with_for_update() if lock else query)).one_or_none()
        if row is None:
            return None
        keys = await keyring_for(conn, vault, [row.tekst])
        return self.read(row, opened(keys, row.tekst, self._place(row.id)))

    async def save(self, conn: AsyncConnection, vault: Vault, after: M) -> None:
        """Write a matter that was loaded and changed."""
        values = {"versie": after.versie, **await self._written(conn, vault, after)}
        await conn.execute(update(self.table).where(self.table.c.id == after.id).values(values))

    async def page(self, conn: AsyncConnection, wanted: Wanted) -> list[M]:
        """Return matters in the order in which they began; no text is opened."""
        return [self.read(row, {}) for row in (await conn.execute(page_query(self.table, wanted))).all()]

    async def _written(self, conn: AsyncConnection, vault: Vault, matter: M) -> dict[str, object]:
        key = await key_of(conn, vault, matter.casus_id)
        return {**self.columns(matter), "tekst": seal(key, self.text(matter), self._place(matter.id))}

    def _place(self, matter_id: UUID) -> str:
        return f"{self.table.name}:tekst:{matter_id}"


def page_query(table: Table, wanted: Wanted) -> Select[*tuple[Any, ...]]:
    """Return the question for one page of matters."""
    c = table.c
    query = select(table).order_by(c.begonnen_op, c.id).limit(wanted.limit)
    if wanted.casus_id is not None:
        query = query.where(c.casus_id == wanted.casus_id)
    if wanted.melding_id is not None:
        query = query.where(c.melding_id == wanted.melding_id)
    if wanted.after is not None:
        query = query.where(beyond(c.begonnen_op, c.id, wanted.after))
    return query


def head_columns(matter: Matter) -> dict[str, object]:
    """Return the columns that every matter has."""
    return {
        "id": matter.id,
        "dossier_id": matter.dossier_id,
        "melding_id": matter.melding_id,
        "casus_id": matter.casus_id,
        "gemeente_code": matter.gemeente_code,
        "begonnen_op": matter.begonnen_op,
        "versie": matter.versie,
    }


def head_of(row: AnyRow) -> dict[str, Any]:
    """Return from a row what every matter has."""
    return {
        name: getattr(row, name)
        for name in ("id", "dossier_id", "melding_id", "casus_id", "gemeente_code", "begonnen_op", "versie")
    }


def as_pairs(betrokkenen: tuple[Betrokkene, ...]) -> list[list[object]]:
    """Return people as they are kept."""
    return [[str(one.melding_id), one.nr] for one in betrokkenen]


def of_pairs(pairs: list[list[Any]]) -> tuple[Betrokkene, ...]:
    """Return people from how they are kept."""
    return tuple(Betrokkene(UUID(melding_id), nr) for melding_id, nr in pairs)


def moment_of(kept: str) -> datetime:
    """Return a moment from how it is kept in a sealed text."""
    return datetime.fromisoformat(kept)
