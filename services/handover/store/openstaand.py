"""How what waits for somebody is read: the first of each kind along its index, and of those the first of all."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    DateTime,
    Select,
    Text,
    Uuid,
    bindparam,
    cast,
    false,
    func,
    literal_column,
    null,
    or_,
    select,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.types import TypeEngine

from services.handover.domain.openstaand import (
    SOORTEN,
    Aantal,
    Filter,
    OpenItem,
    OpenSoort,
    Plaats,
    Zijde,
)
from services.handover.store.openbronnen import BRONNEN, OF_OVERDRACHT, Bron, Eigenaar
from services.handover.store.overdrachten import Zicht, addressed_to
from shared.rules.access import Reikwijdte
from shared.rules.gemeenten import with_predecessors

# With many sources PostgreSQL would send for helpers, and waiting for those takes ten times as long as the work (7 ms).
# To think again at each question how to read them takes as long as to read them: by which index is always the same.
_SOURCES_ARE_MANY = (
    "SELECT set_config('max_parallel_workers_per_gather', '0', true), "
    "set_config('plan_cache_mode', 'force_generic_plan', true)"
)
_KEPT = 256  # receivers times what they ask; a statement is some tens of kB


@dataclass(frozen=True, slots=True)
class Stapel:
    """Whose work is read: the kinds of a side, of what is addressed to these, narrowed by what was asked."""

    soorten: tuple[OpenSoort, ...]
    zicht: Zicht
    wanted: Filter


async def read_open(
    conn: AsyncConnection, stapel: Stapel, *, na: Plaats | None, limiet: int, now: datetime
) -> tuple[list[OpenItem], list[Aantal]]:
    """Return what waits, what is due first on top, after a place in that order; and of each kind how much there is.

    The kind that was asked for narrows the list and not the counts.
    """
    await conn.exec_driver_sql(_SOURCES_ARE_MANY)
    asked = stapel.wanted.soort
    shown = replace(stapel, soorten=tuple(soort for soort in stapel.soorten if asked in {None, soort}))
    items: list[OpenItem] = []
    if shown.soorten:
        make = _page_of if na is None else _page_of.__wrapped__
        items = [_item(row) for row in await conn.execute(make(shown, na, limiet))]
    rows = await conn.execute(_counts_of(replace(stapel, wanted=replace(stapel.wanted, soort=None))), {"nu": now})
    aantallen = [Aantal(OpenSoort(row.soort), row.aantal, row.te_laat) for row in rows]
    return items, sorted(aantallen, key=lambda one: one.soort)


# A statement over so many tables takes longer to put together (3 ms) than to answer; what one receiver asks of a
# morning is the same each time, so what was put together is kept.
@lru_cache(_KEPT)
def _page_of(stapel: Stapel, na: Plaats | None, limiet: int) -> Select[Any]:
    parts = [_first_of(soort, stapel, na=na, limiet=limiet) for soort in stapel.soorten]
    whole = union_all(*parts).subquery()
    return select(whole).order_by(whole.c.op, whole.c.soort, whole.c.id).limit(limiet)


@lru_cache(_KEPT)
def _counts_of(stapel: Stapel) -> CompoundSelect[Any]:
    return union_all(*(_count_of(soort, stapel) for soort in stapel.soorten))


def _first_of(soort: OpenSoort, stapel: Stapel, *, na: Plaats | None, limiet: int) -> Select[Any]:
    bron = BRONNEN[soort]
    eigenaar = bron.eigenaar
    # Who of a receiver sees to something is his own business.
    behandelaar = eigenaar.behandelaar if SOORTEN[soort].zijde is Zijde.ONTVANGER else None
    query = (
        select(
            _word(soort),
            bron.id.label("id"),
            _or_nothing(eigenaar.overdracht_id, Uuid()).label("overdracht_id"),
            _or_nothing(eigenaar.casus_id, Uuid()).label("casus_id"),
            eigenaar.gemeente_code.label("gemeente_code"),
            eigenaar.organisatie_id.label("organisatie_id"),
            bron.sinds.label("sinds"),
            _or_nothing(bron.uiterlijk, DateTime(timezone=True)).label("uiterlijk"),
            _or_nothing(behandelaar, Text()).label("behandelaar"),
            bron.op.label("op"),
        )
        .select_from(bron.van)
        .where(bron.open_, *_conditions(bron.eigenaar, stapel))
        .order_by(bron.op, bron.id)
        .limit(limiet)
    )
    if na is not None:
        query = query.where(_beyond(bron, soort, na))
    # A select with an order and a limit of its own stands between brackets in a union.
    return select(query.subquery())


def _count_of(soort: OpenSoort, stapel: Stapel) -> Select[str, int, int]:
    bron = BRONNEN[soort]
    late: ColumnElement[int] = (
        literal_column("0::bigint")
        if bron.uiterlijk is None
        else func.count().filter(bron.uiterlijk <= bindparam("nu", type_=DateTime(timezone=True)))
    )
    query = select(_word(soort), func.count().label("aantal"), late.label("te_laat"))
    return query.select_from(bron.van).where(bron.open_, *_conditions(bron.eigenaar, stapel))


def _word(soort: OpenSoort) -> ColumnElement[str]:
    return cast(soort.value, Text).label("soort")


def _or_nothing(found: ColumnElement[Any] | None, kind: TypeEngine[Any]) -> ColumnElement[Any]:
    return cast(null(), kind) if found is None else found


def _conditions(eigenaar: Eigenaar, stapel: Stapel) -> Sequence[ColumnElement[bool]]:
    zicht, wanted = stapel.zicht, stapel.wanted
    found = list(addressed_to(zicht) if eigenaar is OF_OVERDRACHT else _asked_of(eigenaar, zicht))
    if wanted.gemeente_code is not None:
        found.append(eigenaar.gemeente_code.in_(sorted(with_predecessors({wanted.gemeente_code}))))
    # To what hangs on no overdracht nobody sees.
    if wanted.behandelaar is not None:
        found.append(false() if eigenaar.behandelaar is None else eigenaar.behandelaar == wanted.behandelaar)
    if wanted.zonder_behandelaar and eigenaar.behandelaar is not None:
        found.append(eigenaar.behandelaar.is_(None))
    return found


def _asked_of(eigenaar: Eigenaar, zicht: Zicht) -> Iterator[ColumnElement[bool]]:
    """Give the conditions on which something is asked of an organisation itself, of a local team as of a partner.

    The sources hold nothing of others; this says so once more, for whom the wall does not know.
    """
    yield eigenaar.organisatie_id == (zicht.organisatie_id or zicht.onderdeel_van)
    if eigenaar.reikt is not None and zicht.reikwijdte is not None:
        yield or_(false(), *(_reaches(eigenaar, one) for one in sorted(zicht.reikwijdte, key=str)))


def _reaches(eigenaar: Eigenaar, reikwijdte: Reikwijdte) -> ColumnElement[bool]:
    if reikwijdte.soort not in {None, eigenaar.reikt}:
        return false()
    codes = reikwijdte.gemeente_codes
    return true() if codes is None else eigenaar.gemeente_code.in_(sorted(codes))


def _beyond(bron: Bron, soort: OpenSoort, na: Plaats) -> ColumnElement[bool]:
    """Return the condition of what comes after a place in the order of moment, kind and id."""
    moment, last_soort, last_id = na
    if soort > last_soort:
        return bron.op >= moment
    if soort < last_soort:
        return bron.op > moment
    return tuple_(bron.op, bron.id) > tuple_(moment, last_id)


def _item(row: Any) -> OpenItem:
    return OpenItem(
        soort=OpenSoort(row.soort),
        id=row.id,
        overdracht_id=row.overdracht_id,
        casus_id=row.casus_id,
        gemeente_code=row.gemeente_code,
        organisatie_id=row.organisatie_id,
        sinds=row.sinds,
        uiterlijk=row.uiterlijk,
        behandelaar=row.behandelaar,
    )
