"""Which tables an organisation sits at; the wall in the database shows it those, and of who sits there itself only."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.triage.domain.actie import ActieStatus
from services.triage.domain.opschaling import OpschalingStatus
from services.triage.domain.overleg import OverlegStatus
from services.triage.store.values import AnyRow, Place, beyond
from services.triage.tables.opschaling import (
    opschaling,
    opschaling_actie,
    opschaling_deelnemer,
    opschaling_overleg,
)


async def tafels_page(
    conn: AsyncConnection, organisatie_id: str, *, after: Place | None, limit: int
) -> Sequence[AnyRow]:
    """Return the tables at which an organisation sits, in the order in which they started: nothing is opened."""
    o, d, m, a = opschaling.c, opschaling_deelnemer.c, opschaling_overleg.c, opschaling_actie.c
    sits = exists().where(and_(d.opschaling_id == o.id, d.organisatie_id == organisatie_id, d.vertrokken_op.is_(None)))
    planned = select(func.min(m.gepland_op)).where(
        m.opschaling_id == o.id, m.status == OverlegStatus.GEPLAND, o.status != OpschalingStatus.AFGESCHAALD
    )
    todo = select(func.count()).where(
        or_(a.opschaling_id == o.id, a.bij_id == o.id),
        a.organisatie_id == organisatie_id,
        a.status == ActieStatus.OPEN,
    )
    query = select(
        o.id,
        o.soort,
        o.status,
        o.gestart_op,
        planned.correlate(opschaling).scalar_subquery().label("volgend_overleg_op"),
        todo.correlate(opschaling).scalar_subquery().label("open_acties"),
    ).where(sits)
    if after is not None:
        query = query.where(beyond(o.gestart_op, o.id, after))
    return (await conn.execute(query.order_by(o.gestart_op, o.id).limit(limit))).all()


async def sits_at(conn: AsyncConnection, opschaling_id: UUID, organisatie_id: str) -> bool:
    """Say whether an organisation sits at a table now."""
    d = opschaling_deelnemer.c
    query = select(d.id).where(
        d.opschaling_id == opschaling_id, d.organisatie_id == organisatie_id, d.vertrokken_op.is_(None)
    )
    return (await conn.execute(query.limit(1))).first() is not None
