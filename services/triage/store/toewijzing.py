"""How the division of work is kept: on the dossier what holds now, beside it what was before."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection

from services.triage.domain.toewijzing import Regel, ToewijzingActie, Werkstuk
from services.triage.domain.voorraad import Stap, Werk
from services.triage.store.values import AnyRow, opened_optional, seal
from services.triage.tables.core import dossier
from services.triage.tables.toewijzing import toewijzing
from shared.crypto import Vault
from shared.ids import new_id
from shared.keyring import Keyring, key_of, keyring_for
from shared.rules.behandelcodes import VrijgaveReden

HISTORY_MAX = 100

_C = dossier.c
_COLUMNS = (
    _C.id, _C.melding_id, _C.casus_id, _C.gemeente_code, _C.stap, _C.uiterlijk, _C.urgentie_op, _C.acuut,
    _C.acuut_onveilig, _C.structureel_onveilig, _C.toewijzing_versie, _C.eigenaar, _C.team, _C.toegewezen_op,
    _C.volgende_check, _C.laatste_contact_op, _C.onveilig_op,
)  # fmt: skip


async def load_werkstukken(
    conn: AsyncConnection, vault: Vault, dossier_ids: Collection[UUID], *, lock: bool = False
) -> dict[UUID, Werkstuk]:
    """Return the work of dossiers; ``lock`` keeps others from changing it, in one order whoever asks."""
    query = select(*_COLUMNS).where(_C.id.in_(dossier_ids)).order_by(_C.id)
    rows = (await conn.execute(query.with_for_update() if lock else query)).all()
    h = toewijzing.c
    newest = (
        select(toewijzing)
        .ext(distinct_on(h.dossier_id))
        .where(h.dossier_id.in_(dossier_ids))
        .order_by(h.dossier_id, h.versie.desc())
    )
    last = {row.dossier_id: row for row in (await conn.execute(newest)).all()}
    keys = await keyring_for(conn, vault, [row.toelichting for row in last.values()])
    return {row.id: _werkstuk(row, _regel(last[row.id], keys) if row.id in last else None) for row in rows}


async def load_history(
    conn: AsyncConnection, vault: Vault, dossier_id: UUID, *, limit: int | None = HISTORY_MAX
) -> tuple[Regel, ...]:
    """Return who owned the work of a dossier, the newest first; without a limit all of it."""
    h = toewijzing.c
    query = select(toewijzing).where(h.dossier_id == dossier_id).order_by(h.versie.desc()).limit(limit)
    rows = (await conn.execute(query)).all()
    keys = await keyring_for(conn, vault, [row.toelichting for row in rows])
    return tuple(_regel(row, keys) for row in rows)


async def save_werkstuk(conn: AsyncConnection, vault: Vault, before: Werkstuk, after: Werkstuk) -> None:
    """Write how work is divided now, and the line of history that came with it."""
    values: dict[str, object] = {
        "toewijzing_versie": after.versie,
        "eigenaar": after.eigenaar,
        "team": after.team,
        "toegewezen_op": after.toegewezen_op,
        "volgende_check": after.volgende_check,
        "laatste_contact_op": after.laatste_contact_op,
        "onveilig_op": after.onveilig_op,
    }
    if after.werk is not None:
        values["urgentie_op"] = after.werk.urgentie_op
    await conn.execute(update(dossier).where(_C.id == after.dossier_id).values(**values))
    if after.laatste is not None and after.laatste is not before.laatste:
        await _insert_regel(conn, vault, after, after.laatste)


async def _insert_regel(conn: AsyncConnection, vault: Vault, of: Werkstuk, new: Regel) -> None:
    regel_id, sealed = new_id(), None
    if new.toelichting is not None:
        key = await key_of(conn, vault, of.casus_id)
        sealed = seal(key, new.toelichting, f"toewijzing:toelichting:{regel_id}")
    await conn.execute(
        insert(toewijzing).values(
            id=regel_id,
            dossier_id=of.dossier_id,
            versie=new.versie,
            actie=new.actie,
            eigenaar=new.eigenaar,
            team=new.team,
            door=new.door,
            op=new.op,
            reden=new.reden,
            toelichting=sealed,
        )
    )


def _werkstuk(row: AnyRow, last: Regel | None) -> Werkstuk:
    decided = row.acuut_onveilig is not None
    return Werkstuk(
        dossier_id=row.id,
        melding_id=row.melding_id,
        casus_id=row.casus_id,
        gemeente_code=row.gemeente_code,
        versie=row.toewijzing_versie,
        werk=Werk(Stap(row.stap), row.uiterlijk, row.urgentie_op) if row.stap else None,
        acuut=row.acuut_onveilig if decided else row.acuut,
        structureel=row.structureel_onveilig,
        eigenaar=row.eigenaar,
        team=row.team,
        toegewezen_op=row.toegewezen_op,
        volgende_check=row.volgende_check,
        laatste_contact_op=row.laatste_contact_op,
        onveilig_op=row.onveilig_op,
        laatste=last,
    )


def _regel(row: AnyRow, keys: Keyring) -> Regel:
    return Regel(
        versie=row.versie,
        actie=ToewijzingActie(row.actie),
        eigenaar=row.eigenaar,
        team=row.team,
        door=row.door,
        op=row.op,
        reden=VrijgaveReden(row.reden) if row.reden else None,
        toelichting=opened_optional(keys, row.toelichting, f"toewijzing:toelichting:{row.id}"),
    )
