"""How the work list is read."""

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.triage.domain.voorraad import Filter, Stap, Verdeling, Werk, WerkItem
from services.triage.store.values import AnyRow, Place, beyond
from services.triage.tables.core import dossier
from shared.rules.codes import DienstSoort
from shared.rules.gemeenten import with_predecessors

_C = dossier.c
_COLUMNS = (
    _C.id, _C.melding_id, _C.casus_id, _C.dienst_id, _C.gemeente_code, _C.stap, _C.uiterlijk, _C.urgentie_op, _C.acuut,
    _C.acuut_onveilig, _C.structureel_onveilig, _C.dienst_soort, _C.ontvangen_op, _C.aangevuld_op,
    _C.toewijzing_versie, _C.eigenaar, _C.team, _C.toegewezen_op, _C.volgende_check, _C.laatste_contact_op,
    _C.onveilig_op,
)  # fmt: skip


async def work_list(conn: AsyncConnection, wanted: Filter, *, after: Place | None, limit: int) -> list[WerkItem]:
    """Return open work, the most urgent first, in one walk along a partial index."""
    query = (
        select(*_COLUMNS).where(_C.stap.is_not(None), *_conditions(wanted)).order_by(_C.urgentie_op, _C.id).limit(limit)
    )
    if after is not None:
        query = query.where(beyond(_C.urgentie_op, _C.id, after))
    return [_werk_item(row) for row in (await conn.execute(query)).all()]


def _conditions(wanted: Filter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.gemeente_code is not None:
        codes = sorted(with_predecessors({wanted.gemeente_code}))
        # One code as an equality, so that its index gives the order too.
        found.append(_C.gemeente_code.in_(codes) if len(codes) > 1 else _C.gemeente_code == codes[0])
    if wanted.stap is not None:
        found.append(_C.stap == wanted.stap.value)
    if wanted.eigenaar is not None:
        found.append(_C.eigenaar == wanted.eigenaar)
    if wanted.zonder_eigenaar:
        found.append(_C.eigenaar.is_(None))
    if wanted.team is not None:
        found.append(_C.team == wanted.team)
    return found


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
        verdeling=Verdeling(
            versie=row.toewijzing_versie,
            eigenaar=row.eigenaar,
            team=row.team,
            toegewezen_op=row.toegewezen_op,
            volgende_check=row.volgende_check,
            laatste_contact_op=row.laatste_contact_op,
            onveilig_op=row.onveilig_op,
        ),
    )
