"""How the work list is read."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.triage.domain.voorraad import Stap, Werk, WerkItem
from services.triage.store.values import AnyRow, Place, beyond
from services.triage.tables.core import dossier
from shared.rules.codes import DienstSoort
from shared.rules.gemeenten import with_predecessors


async def work_list(
    conn: AsyncConnection, *, gemeente_code: str | None, stap: Stap | None, after: Place | None, limit: int
) -> list[WerkItem]:
    """Return open work, the most urgent first, in one walk along a partial index."""
    c = dossier.c
    query = (
        select(
            c.id, c.melding_id, c.casus_id, c.dienst_id, c.gemeente_code, c.stap, c.uiterlijk, c.urgentie_op, c.acuut,
            c.acuut_onveilig, c.structureel_onveilig, c.dienst_soort, c.ontvangen_op, c.aangevuld_op,
        )
        .where(c.stap.is_not(None))
        .order_by(c.urgentie_op, c.id)
        .limit(limit)
    )  # fmt: skip
    if gemeente_code is not None:
        query = query.where(c.gemeente_code.in_(sorted(with_predecessors({gemeente_code}))))
    if stap is not None:
        query = query.where(c.stap == stap.value)
    if after is not None:
        query = query.where(beyond(c.urgentie_op, c.id, after))
    return [_werk_item(row) for row in (await conn.execute(query)).all()]


def _werk_item(row: AnyRow) -> WerkItem:
    decided = row.acuut_onveilig is not None
    return WerkItem(
        dossier_id=row.id,
        melding_id=row.melding_id,
        casus_id=row.casus_id,
        dienst_id=row.dienst_id,
        gemeente_code=row.gemeente_code,
        werk=Werk(Stap(row.stap), row.uiterlijk, row.urgentie_op),
        acuut=row.acuut_onveilig if decided else row.acuut,
        structureel=row.structureel_onveilig,
        dienst_soort=DienstSoort(row.dienst_soort) if row.dienst_soort else None,
        ontvangen_op=row.ontvangen_op,
        aangevuld_op=row.aangevuld_op,
    )
