"""Offers to a receiver, with what people wrote at them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, or_, select, true, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.handover.domain.overdracht import Overdracht, Status, WeigerReden
from services.handover.store.casussen import lock_casus
from services.handover.store.values import opened
from services.handover.tables import core as t
from shared.crypto import Vault
from shared.keyring import key_of, keyring_for
from shared.rules.access import Reikwijdte
from shared.rules.codes import BestemmingSoort, RouteGrond, Uitkomst, VeldOnderdeel
from shared.rules.gemeenten import with_predecessors
from shared.rules.overdrachtcodes import IntrekReden, TeruggaveReden, ZichtVraag

_MERGES_MAX = 100


@dataclass(frozen=True, slots=True)
class Teksten:
    """What people wrote at an overdracht, opened."""

    naam: str | None = None
    toelichting: str | None = None
    motivering: str | None = None


@dataclass(frozen=True, slots=True)
class Zicht:
    """For whom a list of overdrachten is: nothing given is everything."""

    organisatie_id: str | None = None
    gemeente_codes: frozenset[str] | None = None
    soorten: frozenset[BestemmingSoort] | None = None
    onderdeel_van: str | None = None  # of a field of more than one organisation only what is of this one
    reikwijdte: frozenset[Reikwijdte] | None = None  # what the rights of the organisation leave of it


async def lock_casus_of(conn: AsyncConnection, overdracht_id: UUID) -> UUID | None:
    """Lock the casus in which an overdracht is now, and return it; None when it is not there."""
    for _ in range(_MERGES_MAX):
        query = select(t.overdracht.c.casus_id).where(t.overdracht.c.id == overdracht_id)
        casus_id = await conn.scalar(query)
        if casus_id is None:
            return None
        here = await lock_casus(conn, casus_id)
        # Between looking and locking it may have been split off.
        if await conn.scalar(query) == here:
            return here
    raise RuntimeError("an overdracht kept on moving while its casus was being locked")


async def add_overdracht(
    conn: AsyncConnection, vault: Vault, overdracht: Overdracht, teksten: Teksten = Teksten()
) -> bool:
    """Add an overdracht of a locked casus; return False when it is there already."""
    values = {**_columns(overdracht), **await _sealed(conn, vault, overdracht, teksten)}
    added = await conn.execute(upsert(t.overdracht).values(values).on_conflict_do_nothing(index_elements=["id"]))
    return bool(added.rowcount)


async def save_overdracht(
    conn: AsyncConnection, vault: Vault, overdracht: Overdracht, teksten: Teksten = Teksten()
) -> None:
    """Save the new state of an overdracht of a locked casus, with what was written at this step."""
    values = {**_columns(overdracht), **await _sealed(conn, vault, overdracht, teksten)}
    await conn.execute(update(t.overdracht).where(t.overdracht.c.id == overdracht.id).values(values))


async def find_overdracht(conn: AsyncConnection, overdracht_id: UUID, *, lock: bool = False) -> Overdracht | None:
    """Return an overdracht, locked when it is going to change."""
    query = select(t.overdracht).where(t.overdracht.c.id == overdracht_id)
    row = (await conn.execute(query.with_for_update() if lock else query)).one_or_none()
    return _overdracht(row) if row else None


async def find_with_teksten(
    conn: AsyncConnection, vault: Vault, overdracht_id: UUID
) -> tuple[Overdracht, Teksten] | None:
    """Return an overdracht with what people wrote at it, opened."""
    row = (await conn.execute(select(t.overdracht).where(t.overdracht.c.id == overdracht_id))).one_or_none()
    if row is None:
        return None
    sealed = {"naam": row.naam, "toelichting": row.toelichting, "motivering": row.motivering}
    keys = await keyring_for(conn, vault, sealed.values())
    texts = {
        name: opened(keys, value, place=_place(name, overdracht_id)).decode() if value else None
        for name, value in sealed.items()
    }
    return _overdracht(row), Teksten(**texts)


async def list_overdrachten(  # noqa: PLR0913, the filters of the list, keyword only
    conn: AsyncConnection,
    *,
    zicht: Zicht,
    gemeente_code: str | None,
    status: Status | None,
    na: tuple[datetime, UUID] | None,
    limiet: int,
) -> list[Overdracht]:
    """Return overdrachten in the order in which they were offered, after a place in that order."""
    table = t.overdracht.c
    wanted: list[ColumnElement[bool]] = list(addressed_to(zicht))
    if gemeente_code is not None:
        wanted.append(table.gemeente_code.in_(sorted(with_predecessors({gemeente_code}))))
    if status is not None:
        wanted.append(table.status == status.value)
    if na is not None:
        wanted.append(tuple_(table.aangeboden_op, table.id) > tuple_(*na))
    query = select(t.overdracht).where(*wanted).order_by(table.aangeboden_op, table.id).limit(limiet)
    return [_overdracht(row) for row in await conn.execute(query)]


async def overdrachten_of(conn: AsyncConnection, casus_id: UUID) -> Sequence[UUID]:
    """Return the overdrachten of a casus in the order in which they were offered."""
    c = t.overdracht.c
    query = select(c.id).where(c.casus_id == casus_id).order_by(c.aangeboden_op, c.id)
    return (await conn.execute(query)).scalars().all()


async def overdrachten_in(conn: AsyncConnection, casus_id: UUID) -> list[Overdracht]:
    """Return every overdracht of a locked casus, in the order in which they were offered."""
    c = t.overdracht.c
    rows = await conn.execute(select(t.overdracht).where(c.casus_id == casus_id).order_by(c.aangeboden_op, c.id))
    return [_overdracht(row) for row in rows]


async def list_betrokken(
    conn: AsyncConnection, casus_id: UUID, gemeente_codes: Collection[str], soorten: Collection[BestemmingSoort]
) -> list[str]:
    """Return which organisations accepted an overdracht of a casus for these municipalities, the first one first."""
    c = t.overdracht.c
    query = (
        select(c.organisatie_id)
        .where(
            c.casus_id == casus_id,
            c.status == Status.GEACCEPTEERD.value,
            c.gemeente_code.in_(sorted(gemeente_codes)),
            c.soort.in_(sorted(soort.value for soort in soorten)),
        )
        .order_by(c.geaccepteerd_op, c.id)
    )
    return list(dict.fromkeys((await conn.execute(query)).scalars()))


async def is_party(conn: AsyncConnection, casus_id: UUID, zicht: Zicht) -> bool:
    """Say whether an overdracht of this casus is, or was, addressed to these."""
    query = select(t.overdracht.c.id).where(t.overdracht.c.casus_id == casus_id, *addressed_to(zicht)).limit(1)
    return (await conn.execute(query)).first() is not None


def addressed_to(zicht: Zicht) -> Iterable[ColumnElement[bool]]:
    """Yield the conditions on which an overdracht is addressed to these."""
    table = t.overdracht.c
    if zicht.organisatie_id is not None:
        yield table.organisatie_id == zicht.organisatie_id
    if zicht.gemeente_codes is not None:
        yield table.gemeente_code.in_(sorted(zicht.gemeente_codes))
    if zicht.soorten is not None:
        yield table.soort.in_(sorted(soort.value for soort in zicht.soorten))
    if zicht.onderdeel_van is not None:
        yield or_(table.onderdeel.is_(None), table.organisatie_id == zicht.onderdeel_van)
    if zicht.reikwijdte is not None:
        yield or_(false(), *(_within(one) for one in sorted(zicht.reikwijdte, key=str)))


def _within(reikwijdte: Reikwijdte) -> ColumnElement[bool]:
    table, codes = t.overdracht.c, reikwijdte.gemeente_codes
    return and_(
        true() if codes is None else table.gemeente_code.in_(sorted(codes)),
        true() if reikwijdte.soort is None else table.soort == reikwijdte.soort.value,
    )


def _columns(overdracht: Overdracht) -> dict[str, Any]:
    return {
        "id": overdracht.id,
        "casus_id": overdracht.casus_id,
        "melding_id": overdracht.melding_id,
        "dienst_id": overdracht.dienst_id,
        "gemeente_code": overdracht.gemeente_code,
        "soort": overdracht.soort.value,
        "organisatie_id": overdracht.organisatie_id,
        "draagt_zicht": overdracht.draagt_zicht,
        "status": overdracht.status.value,
        "aangeboden_op": overdracht.aangeboden_op,
        "accepteren_uiterlijk": overdracht.accepteren_uiterlijk,
        "keert_terug_op": overdracht.keert_terug_op,
        "vervangt_id": overdracht.vervangt_id,
        "vervangen_door_id": overdracht.vervangen_door_id,
        "geaccepteerd_op": overdracht.geaccepteerd_op,
        "te_laat_geaccepteerd": overdracht.te_laat_geaccepteerd,
        "warm": overdracht.warm,
        "geweigerd_op": overdracht.geweigerd_op,
        "reden": overdracht.reden.value if overdracht.reden else None,
        "ingetrokken_op": overdracht.ingetrokken_op,
        "intrekreden": overdracht.intrekreden.value if overdracht.intrekreden else None,
        "teruggekeerd_op": overdracht.teruggekeerd_op,
        "teruggave_reden": overdracht.teruggave_reden.value if overdracht.teruggave_reden else None,
        "teruggave_gevraagd_op": overdracht.teruggave_gevraagd_op,
        "teruggave_afgewezen_op": overdracht.teruggave_afgewezen_op,
        "teruggegeven_op": overdracht.teruggegeven_op,
        "zicht_gevraagd": overdracht.zicht_gevraagd.value if overdracht.zicht_gevraagd else None,
        "zicht_gevraagd_op": overdracht.zicht_gevraagd_op,
        "zicht_aanvaard_op": overdracht.zicht_aanvaard_op,
        "gesprek_op": overdracht.gesprek_op,
        "eerste_contact_uiterlijk": overdracht.eerste_contact_uiterlijk,
        "eerste_contact_op": overdracht.eerste_contact_op,
        "uitkomst": overdracht.uitkomst.value if overdracht.uitkomst else None,
        "plan_verwacht": overdracht.plan_verwacht,
        "plan_uiterlijk": overdracht.plan_uiterlijk,
        "teruggave_uiterlijk": overdracht.teruggave_uiterlijk,
        "vervolg_uiterlijk": overdracht.vervolg_uiterlijk,
        "onderdeel": overdracht.onderdeel.value if overdracht.onderdeel else None,
        "routering": overdracht.routering.value if overdracht.routering else None,
        "versie": overdracht.versie,
    }


def _overdracht(row: Any) -> Overdracht:
    values: Mapping[str, Any] = row._mapping  # noqa: SLF001, SQLAlchemy's own name for it
    own = {name: values[name] for name in Overdracht.__slots__}
    own["soort"] = BestemmingSoort(row.soort)
    own["status"] = Status(row.status)
    own["reden"] = WeigerReden(row.reden) if row.reden else None
    own["teruggave_reden"] = TeruggaveReden(row.teruggave_reden) if row.teruggave_reden else None
    own["zicht_gevraagd"] = ZichtVraag(row.zicht_gevraagd) if row.zicht_gevraagd else None
    own["intrekreden"] = IntrekReden(row.intrekreden) if row.intrekreden else None
    own["uitkomst"] = Uitkomst(row.uitkomst) if row.uitkomst else None
    own["onderdeel"] = VeldOnderdeel(row.onderdeel) if row.onderdeel else None
    own["routering"] = RouteGrond(row.routering) if row.routering else None
    return Overdracht(**own)


async def _sealed(conn: AsyncConnection, vault: Vault, overdracht: Overdracht, teksten: Teksten) -> dict[str, bytes]:
    """Return what was written, sealed; what was not written at this step stays as it is."""
    given = {"naam": teksten.naam, "toelichting": teksten.toelichting, "motivering": teksten.motivering}
    written = {name: value for name, value in given.items() if value}
    if not written:
        return {}
    key = await key_of(conn, vault, overdracht.casus_id)
    return {name: key.seal(value.encode(), place=_place(name, overdracht.id)) for name, value in written.items()}


def _place(column: str, overdracht_id: UUID) -> str:
    return f"overdracht:{column}:{overdracht_id}"
