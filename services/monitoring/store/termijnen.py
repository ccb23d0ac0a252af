"""How the rows of the clocks are read, claimed by the sweep, and saved."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import ARRAY, ColumnElement, Select, Text, and_, bindparam, func, select, text, true, tuple_
from sqlalchemy.engine import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from services.monitoring.domain.klokken import Vertraging
from services.monitoring.domain.termijnen import Termijn
from services.monitoring.tables.core import ONAFGEDAAN, termijn
from shared.canonical import plain
from shared.rules.behandelcodes import VertragingReden
from shared.rules.codes import TermijnSoort, TermijnStatus


@dataclass(frozen=True, slots=True)
class DueTermijn:
    """A clock of which the sweep must do the next step."""

    id: UUID
    soort: TermijnSoort
    casus_id: UUID
    melding_id: UUID
    gemeente_code: str
    uiterlijk: datetime
    waarschuwen_op: datetime
    volgende_stap: str
    volgende_op: datetime


# The lock is that of the casus, and not of the clock: whoever handles a fact takes the casus first and then writes
# the clock, so locking the clock here and telling a fact afterwards would be the other way round: a deadlock.
_CLAIM = text("""
SELECT t.id, t.soort, t.casus_id, t.melding_id, t.gemeente_code, t.uiterlijk, t.waarschuwen_op, t.volgende_stap,
       t.volgende_op
FROM termijn t JOIN casus c ON c.casus_id = t.casus_id
WHERE t.volgende_op <= :now
ORDER BY t.volgende_op, t.id
LIMIT :limiet
FOR UPDATE OF c SKIP LOCKED
""")


async def claim_due(conn: AsyncConnection, *, now: datetime, limiet: int) -> Sequence[DueTermijn]:
    """Return clocks whose next step is due, and hold their casussen until the end of the transaction.

    Casussen that somebody else holds are passed over. Telling ``termijn-dreigend`` or ``termijn-verstreken`` of the
    row with its ``uiterlijk`` (``handlers.facts.tell``) sets its next step; nothing else has to be written.
    """
    rows = (await conn.execute(_CLAIM, {"now": now, "limiet": limiet})).all()
    return [
        DueTermijn(
            id=row.id,
            soort=TermijnSoort(row.soort),
            casus_id=row.casus_id,
            melding_id=row.melding_id,
            gemeente_code=row.gemeente_code,
            uiterlijk=row.uiterlijk,
            waarschuwen_op=row.waarschuwen_op,
            volgende_stap=row.volgende_stap,
            volgende_op=row.volgende_op,
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class TermijnRow:
    """A clock with the casus to which it belongs now."""

    casus_id: UUID
    termijn: Termijn


@dataclass(frozen=True, slots=True)
class TermijnFilter:
    """Which clocks are asked for; None is all of them."""

    casus_id: UUID | None = None
    status: TermijnStatus | None = None
    soort: TermijnSoort | None = None
    gemeente_codes: frozenset[str] | None = None
    zonder: frozenset[TermijnSoort] = frozenset()  # kinds that the caller may not know of


@dataclass(frozen=True, slots=True)
class ListedTermijn:
    """A clock as it is read."""

    id: UUID
    soort: TermijnSoort
    casus_id: UUID | None  # and the next two: not told to who may know of no casus
    melding_id: UUID | None
    ref_id: UUID | None
    gemeente_code: str
    start: datetime
    uiterlijk: datetime
    waarschuwen_op: datetime
    gestopt_op: datetime | None
    vervallen: bool
    uitleg: tuple[str, ...]
    vertraging: Vertraging | None  # not told to who is bound to a municipality


_SAVE = text("""
INSERT INTO termijn (id, soort, casus_id, melding_id, ref_id, gemeente_code, start, uiterlijk, waarschuwen_op,
                     gestopt_op, vervallen, uitleg, volgende_stap, volgende_op, vertraging_reden, vertraging_op,
                     eigenaar_nr)
SELECT k.* FROM jsonb_to_recordset(CAST(:rijen AS jsonb)) AS k(
    id uuid, soort text, casus_id uuid, melding_id uuid, ref_id uuid, gemeente_code text, start timestamptz,
    uiterlijk timestamptz, waarschuwen_op timestamptz, gestopt_op timestamptz, vervallen boolean, uitleg jsonb,
    volgende_stap text, volgende_op timestamptz, vertraging_reden text, vertraging_op timestamptz,
    eigenaar_nr uuid)
ORDER BY k.id
ON CONFLICT (id) DO UPDATE SET casus_id = excluded.casus_id, melding_id = excluded.melding_id,
    gemeente_code = excluded.gemeente_code, start = excluded.start, uiterlijk = excluded.uiterlijk,
    waarschuwen_op = excluded.waarschuwen_op, gestopt_op = excluded.gestopt_op, vervallen = excluded.vervallen,
    uitleg = excluded.uitleg, volgende_stap = excluded.volgende_stap, volgende_op = excluded.volgende_op,
    vertraging_reden = excluded.vertraging_reden, vertraging_op = excluded.vertraging_op,
    eigenaar_nr = excluded.eigenaar_nr
""")
_REMOVE = text("DELETE FROM termijn WHERE id = ANY(CAST(:ids AS uuid[]))")


def _values(row: TermijnRow) -> dict[str, Any]:
    clock = row.termijn
    step = clock.next_step
    return {
        "id": clock.id,
        "soort": clock.soort.value,
        "casus_id": row.casus_id,
        "melding_id": clock.melding_id,
        "ref_id": clock.ref_id,
        "gemeente_code": clock.gemeente_code,
        "start": clock.start,
        "uiterlijk": clock.uiterlijk,
        "waarschuwen_op": clock.waarschuwen_op,
        "gestopt_op": clock.gestopt_op,
        "vervallen": clock.vervallen,
        "uitleg": list(clock.uitleg),
        "volgende_stap": step[0].value if step else None,
        "volgende_op": step[1] if step else None,
        "vertraging_reden": clock.vertraging.reden.value if clock.vertraging else None,
        "vertraging_op": clock.vertraging.verklaard_op if clock.vertraging else None,
        "eigenaar_nr": clock.eigenaar_nr,
    }


async def save_termijnen(conn: AsyncConnection, rows: Sequence[TermijnRow]) -> None:
    """Write clocks; the next step of the sweep follows from what was told about their present date."""
    if rows:
        await conn.execute(_SAVE, {"rijen": orjson.dumps([_values(row) for row in rows], default=plain).decode()})


async def remove_termijnen(conn: AsyncConnection, ids: Collection[UUID]) -> None:
    """Take away clocks that no fact supports any more."""
    if ids:
        await conn.execute(_REMOVE, {"ids": sorted(ids)})


_STORED = text("SELECT * FROM termijn WHERE casus_id = ANY(CAST(:casussen AS uuid[]))")


async def find_different(
    conn: AsyncConnection, casus_ids: Collection[UUID], expected: Sequence[TermijnRow]
) -> set[UUID]:
    """Return the casussen whose stored clocks are not those that are expected."""
    wanted = {row.termijn.id: _values(row) for row in expected}
    stored = {row["id"]: dict(row) for row in (await conn.execute(_STORED, {"casussen": list(casus_ids)})).mappings()}
    return {
        (wanted.get(key) or stored[key])["casus_id"]
        for key in wanted.keys() | stored.keys()
        if wanted.get(key) != stored.get(key)
    }


async def stored_ids(conn: AsyncConnection, casus_id: UUID) -> set[UUID]:
    """Return the ids of the stored clocks of a casus."""
    rows = await conn.execute(text("SELECT id FROM termijn WHERE casus_id = :casus_id"), {"casus_id": casus_id})
    return set(rows.scalars().all())


# The same rule as ``domain.termijnen.status_of``, for a filter that must run in the database; a test compares them.
# What is open, threatens or is late is one range of the index of what is not done, in the order of the list.
_STATUS: Mapping[TermijnStatus, ColumnElement[bool]] = MappingProxyType(
    {
        TermijnStatus.OPEN: and_(ONAFGEDAAN, text(":now < uiterlijk AND :now < waarschuwen_op")),
        TermijnStatus.DREIGEND: and_(ONAFGEDAAN, text(":now < uiterlijk AND :now >= waarschuwen_op")),
        TermijnStatus.VERSTREKEN: and_(ONAFGEDAAN, text(":now >= uiterlijk")),
        TermijnStatus.GEHAALD: and_(text("gestopt_op < uiterlijk")),
        TermijnStatus.TE_LAAT: and_(text("gestopt_op >= uiterlijk AND NOT vervallen")),
    }
)


async def list_termijnen(
    conn: AsyncConnection, asked: TermijnFilter, *, after: tuple[datetime, UUID] | None, limiet: int, now: datetime
) -> list[ListedTermijn]:
    """Return clocks in the order of their due dates."""
    query = _in_order(asked, after, limiet)
    if asked.gemeente_codes is not None:
        # A page of each municipality, and of those the first: the index gives the order within one and not over more.
        codes = bindparam("gemeenten", sorted(asked.gemeente_codes), ARRAY(Text))
        of = func.unnest(codes).table_valued("code").render_derived("gemeente")
        page = query.where(termijn.c.gemeente_code == of.c.code).lateral("bladzijde")
        query = select(page).select_from(of).join(page, true()).order_by(page.c.uiterlijk, page.c.id).limit(limiet)
    return [_listed(row) for row in (await conn.execute(query, {"now": now})).all()]


def _in_order(asked: TermijnFilter, after: tuple[datetime, UUID] | None, limiet: int) -> Select[Any]:
    column = termijn.c
    query = select(termijn).order_by(column.uiterlijk, column.id).limit(limiet)
    if asked.casus_id is not None:
        query = query.where(column.casus_id == asked.casus_id)
    if asked.soort is not None:
        query = query.where(column.soort == asked.soort.value)
    if asked.zonder:
        query = query.where(column.soort.not_in(sorted(soort.value for soort in asked.zonder)))
    if asked.status is not None:
        query = query.where(_STATUS[asked.status])
    if after is not None:
        query = query.where(tuple_(column.uiterlijk, column.id) > after)
    return query


def _listed(row: Row[Any]) -> ListedTermijn:
    return ListedTermijn(
        id=row.id,
        soort=TermijnSoort(row.soort),
        casus_id=row.casus_id,
        melding_id=row.melding_id,
        ref_id=row.ref_id,
        gemeente_code=row.gemeente_code,
        start=row.start,
        uiterlijk=row.uiterlijk,
        waarschuwen_op=row.waarschuwen_op,
        gestopt_op=row.gestopt_op,
        vervallen=row.vervallen,
        uitleg=tuple(row.uitleg),
        vertraging=Vertraging(VertragingReden(row.vertraging_reden), row.vertraging_op) if row.vertraging_op else None,
    )
