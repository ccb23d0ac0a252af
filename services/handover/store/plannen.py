"""Plans of households, with everything that stands in them."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import case, exists, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.handover.domain.plan import Einde, Plan, PlanStatus
from services.handover.domain.planfase import Eis
from services.handover.store.plandelen import DELEN, text_of
from services.handover.store.values import opened_teksten, seal_teksten
from services.handover.tables import plannen as t
from services.handover.tables.core import overdracht
from shared.crypto import Vault
from shared.keyring import Key, Keyring, key_of, keyring_for
from shared.rules.plancodes import AfwijkReden, Fase, PlanEinde

AnyRow = Any  # a row of SQLAlchemy, whose columns are its attributes


async def add_betrokkenen(conn: AsyncConnection, nrs: Collection[int], *, melding_id: UUID, casus_id: UUID) -> None:
    """Keep whom a melding is about; who is there already stays."""
    rows = [{"melding_id": melding_id, "nr": nr, "casus_id": casus_id} for nr in nrs]
    if rows:
        await conn.execute(upsert(t.directbetrokkene).values(rows).on_conflict_do_nothing())


async def betrokkenen_of(conn: AsyncConnection, melding_id: UUID) -> frozenset[int]:
    """Return whom a melding is about; nobody when it came in before this was told."""
    c = t.directbetrokkene.c
    return frozenset(await conn.scalars(select(c.nr).where(c.melding_id == melding_id)))


async def overdracht_of(conn: AsyncConnection, plan_id: UUID) -> UUID | None:
    """Return the overdracht under which a plan is made."""
    found: UUID | None = await conn.scalar(select(t.plan.c.overdracht_id).where(t.plan.c.id == plan_id))
    return found


async def save_plan(conn: AsyncConnection, vault: Vault, plan: Plan, before: Plan | None = None) -> None:
    """Write a plan of a locked casus: itself, and what in it is not as it was before."""
    key = await key_of(conn, vault, plan.casus_id)
    values = _columns(plan, key)
    await conn.execute(upsert(t.plan).values(values).on_conflict_do_update(index_elements=["id"], set_=values))
    if before is None or (before.overdracht_id, before.status) != (plan.overdracht_id, plan.status):
        await _note_stand(conn, {plan.overdracht_id} | ({before.overdracht_id} if before else set()))
    for deel in DELEN:
        known = set(getattr(before, deel.naam)) if before else set()
        for one in getattr(plan, deel.naam):
            if one in known:
                continue
            row = {
                "id": one.id,
                "plan_id": plan.id,
                **deel.columns(one),
                "tekst": seal_teksten(key, deel.teksten(one), place=_place(deel.table.name, one.id)),
            }
            statement = upsert(deel.table).values(row)
            await conn.execute(statement.on_conflict_do_update(index_elements=["id"], set_=row))


async def find_plan(conn: AsyncConnection, vault: Vault, plan_id: UUID) -> Plan | None:
    """Return a plan with everything in it, opened."""
    row = (await conn.execute(select(t.plan).where(t.plan.c.id == plan_id))).one_or_none()
    return (await _whole(conn, vault, [row]))[0] if row else None


async def plannen_of_overdracht(conn: AsyncConnection, vault: Vault, overdracht_id: UUID) -> Sequence[Plan]:
    """Return the plans under an overdracht in the order in which they were made, with everything in them."""
    query = select(t.plan).where(t.plan.c.overdracht_id == overdracht_id).order_by(t.plan.c.id)
    return await _whole(conn, vault, (await conn.execute(query)).all())


async def pass_waiting(conn: AsyncConnection, *, van: UUID, naar: UUID) -> None:
    """Let the plans that wait under one overdracht stand under another of the same melding."""
    c = t.plan.c
    waiting = (c.overdracht_id == van, c.status == PlanStatus.WACHTEND)
    await conn.execute(update(t.plan).where(*waiting).values(overdracht_id=naar))
    await _note_stand(conn, {van, naar})


async def _note_stand(conn: AsyncConnection, overdracht_ids: Collection[UUID]) -> None:
    """Write beside overdrachten how it stands with their plans, by which who waits for one is found."""
    under = exists().where(t.plan.c.overdracht_id == overdracht.c.id)
    stand = case((under.where(t.plan.c.status == PlanStatus.LOPEND), "lopend"), (under, "ander"), else_="geen")
    await conn.execute(update(overdracht).where(overdracht.c.id.in_(sorted(overdracht_ids))).values(planstand=stand))


@dataclass(frozen=True, slots=True)
class PlanItem:
    """A plan in a list: codes and times, nothing that was written down."""

    id: UUID
    overdracht_id: UUID
    casus_id: UUID
    melding_id: UUID
    gemeente_code: str
    status: PlanStatus
    fase: Fase
    versie: int
    gestart_op: datetime
    evaluatie_dag: date
    beeindigd_op: datetime | None
    einde: PlanEinde | None


async def list_plannen(
    conn: AsyncConnection, overdracht_id: UUID, *, after: UUID | None, limit: int
) -> Sequence[PlanItem]:
    """Return the plans under an overdracht in the order in which they were made, after a place in that order."""
    c = t.plan.c
    query = select(t.plan).where(c.overdracht_id == overdracht_id).order_by(c.id).limit(limit)
    rows = (await conn.execute(query if after is None else query.where(c.id > after))).all()
    return [
        PlanItem(
            id=row.id,
            overdracht_id=row.overdracht_id,
            casus_id=row.casus_id,
            melding_id=row.melding_id,
            gemeente_code=row.gemeente_code,
            status=PlanStatus(row.status),
            fase=Fase(row.fase),
            versie=row.versie,
            gestart_op=row.gestart_op,
            evaluatie_dag=row.evaluatie_dag,
            beeindigd_op=row.beeindigd_op,
            einde=PlanEinde(row.einde) if row.einde else None,
        )
        for row in rows
    ]


# --- rows --------------------------------------------------------------------------------------------------------


def _columns(plan: Plan, key: Key) -> dict[str, Any]:
    einde = plan.einde
    return {
        "id": plan.id,
        "overdracht_id": plan.overdracht_id,
        "casus_id": plan.casus_id,
        "melding_id": plan.melding_id,
        "gemeente_code": plan.gemeente_code,
        "status": plan.status,
        "fase": plan.fase,
        "versie": plan.versie,
        "gestart_op": plan.gestart_op,
        "evaluatie_dag": plan.evaluatie_dag,
        "beeindigd_op": plan.beeindigd_op,
        "einde": einde.uitkomst if einde else None,
        "afwijk_reden": einde.reden if einde else None,
        "niet_voldaan": list(einde.niet_voldaan) if einde else [],
        "tekst": seal_teksten(key, [einde.bereikt], place=_place("plan", plan.id)) if einde else None,
    }


async def _whole(conn: AsyncConnection, vault: Vault, rows: Sequence[AnyRow]) -> Sequence[Plan]:
    ids = [row.id for row in rows]
    parts = {deel.naam: await _rows_of(conn, deel.table, ids, deel.order) for deel in DELEN}
    sealed = [row.tekst for row in rows if row.tekst]
    sealed += [one.tekst for of_one in parts.values() for rows_of in of_one.values() for one in rows_of]
    keys = await keyring_for(conn, vault, sealed)
    return [_plan(row, {name: found.get(row.id, ()) for name, found in parts.items()}, keys) for row in rows]


async def _rows_of(conn: AsyncConnection, table: Any, ids: Sequence[UUID], order: str) -> Mapping[UUID, list[AnyRow]]:
    query = select(table).where(table.c.plan_id.in_(ids)).order_by(table.c[order], table.c.id)
    found: defaultdict[UUID, list[AnyRow]] = defaultdict(list)
    for row in await conn.execute(query):
        found[row.plan_id].append(row)
    return found


def _plan(row: AnyRow, parts: Mapping[str, Sequence[AnyRow]], keys: Keyring) -> Plan:
    read = {
        deel.naam: tuple(
            deel.read(one, opened_teksten(keys, one.tekst, place=_place(deel.table.name, one.id)))
            for one in parts[deel.naam]
        )
        for deel in DELEN
    }
    return Plan(
        id=row.id,
        overdracht_id=row.overdracht_id,
        casus_id=row.casus_id,
        melding_id=row.melding_id,
        gemeente_code=row.gemeente_code,
        gestart_op=row.gestart_op,
        evaluatie_dag=row.evaluatie_dag,
        status=PlanStatus(row.status),
        fase=Fase(row.fase),
        versie=row.versie,
        einde=_einde(row, keys) if row.einde else None,
        beeindigd_op=row.beeindigd_op,
        **read,
    )


def _einde(row: AnyRow, keys: Keyring) -> Einde:
    (bereikt,) = opened_teksten(keys, row.tekst, place=_place("plan", row.id))
    return Einde(
        uitkomst=PlanEinde(row.einde),
        bereikt=text_of(bereikt),
        reden=AfwijkReden(row.afwijk_reden) if row.afwijk_reden else None,
        niet_voldaan=tuple(Eis(eis) for eis in row.niet_voldaan),
    )


def _place(table: str, row_id: UUID) -> str:
    return f"{table}:tekst:{row_id}"
