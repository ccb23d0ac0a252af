"""What handover keeps, and how it is read and written: the only module that touches its tables."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, func, insert, not_, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.handover import tables as t
from services.handover.domain.overdracht import Overdracht, Status, WeigerReden
from services.handover.domain.zicht import FeitSoort, Houder, Periode, Samenvoeging, Zichtboek, ZichtFeit
from shared import plaatsen
from shared.crypto import Vault
from shared.errors import NotFoundError
from shared.events.payloads import CasusVernietigd
from shared.events.plaatsen import Verhuizing, Wijziging
from shared.keyring import DestroyedError, Keyring, key_of, keyring_for, move_keys, reseal
from shared.plaatsen import Settled
from shared.rules.codes import BestemmingSoort
from shared.rules.gemeenten import with_predecessors
from shared.verhuizen import move_rows
from shared.vernietigen import Shredder, is_destroyed
from shared.web.idempotency import forget_answers_about

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


@dataclass(frozen=True, slots=True)
class Verzegeld:
    """A package as it was delivered: its content as JSON, and when and to whom."""

    inhoud: bytes
    samengesteld_op: datetime
    organisatie_id: str
    stand: str | None  # under which protection of the melders it was made
    achterhaald: bool = False  # something else was agreed with a melder since


# --- casussen ---------------------------------------------------------------------------------------------------


async def locate_casus(conn: AsyncConnection, casus_id: UUID) -> UUID:
    """Return the casus in which this one lives now: itself, or the one in which it went up."""
    found = await conn.execute(select(t.casus_alias.c.casus_id).where(t.casus_alias.c.verdwenen_id == casus_id))
    return found.scalar_one_or_none() or casus_id


async def lock_casus(conn: AsyncConnection, casus_id: UUID) -> UUID:
    """Lock the casus in which this one lives now, made when it is new, and return its id."""
    for _ in range(_MERGES_MAX):
        here = await locate_casus(conn, casus_id)
        await _lock(conn, here)
        # Between looking and locking it may have gone up in another.
        if await locate_casus(conn, casus_id) == here:
            return here
    raise RuntimeError("a casus kept on moving while it was being locked")


async def lock_kept(conn: AsyncConnection, casus_id: UUID) -> UUID | None:
    """Lock the casus in which this one lives now; None when its file was destroyed, and then no trace is left here."""
    here = await lock_casus(conn, casus_id)
    return None if await is_gone(conn, here) else here


async def is_gone(conn: AsyncConnection, casus_id: UUID) -> bool:
    """Say whether the file of a locked casus was destroyed; the row that was made to lock it then goes too."""
    if not await is_destroyed(conn, casus_id):
        return False
    await conn.execute(delete(t.casus).where(t.casus.c.casus_id == casus_id))
    return True


async def _lock(conn: AsyncConnection, casus_id: UUID) -> None:
    statement = upsert(t.casus).values(casus_id=casus_id)
    await conn.execute(
        statement.on_conflict_do_update(
            index_elements=[t.casus.c.casus_id], set_={"casus_id": statement.excluded.casus_id}
        )
    )


async def settle(conn: AsyncConnection, change: Wijziging, *, named: Iterable[UUID]) -> Settled:
    """Take facts into the registers of where meldingen are; every casus in question is locked afterwards."""

    async def hold(casus_ids: Collection[UUID]) -> None:
        for casus_id in sorted(casus_ids):
            await _lock(conn, casus_id)

    return await plaatsen.settle(conn, change, hold=hold, named=named)


async def move_all(conn: AsyncConnection, step: Verhuizing) -> None:
    """Move everything of a casus that went up in another, its keys too; both must be locked."""
    await move_keys(conn, source=step.van, target=step.naar)
    for table in (t.overdracht, t.noodtoegang, t.zicht_feit):
        await conn.execute(update(table).where(table.c.casus_id == step.van).values(casus_id=step.naar))
    await conn.execute(delete(t.zicht).where(t.zicht.c.casus_id == step.van))


async def mark_joint_pakketten(
    conn: AsyncConnection, step: Verhuizing, *, since: datetime | None, now: datetime
) -> None:
    """Let nobody be given any more what was composed while two casussen were one; they were just told to be two.

    It shows the one family to the receiver of the other. It stays as proof, until either casus is destroyed.
    """
    moving = t.overdracht.c.melding_id.in_(step.onderwerp_ids)
    for own, other in ((moving, step.van), (not_(moving), step.naar)):
        of_van = select(t.overdracht.c.id).where(t.overdracht.c.casus_id == step.van, own)
        joint = [t.pakket.c.overdracht_id.in_(of_van), *([t.pakket.c.samengesteld_op >= since] if since else [])]
        marked = {
            "achterhaald_op": func.coalesce(t.pakket.c.achterhaald_op, now),
            "mede_casus_ids": func.array_append(t.pakket.c.mede_casus_ids, other),
        }
        await conn.execute(update(t.pakket).where(*joint).values(marked))


async def move_some(conn: AsyncConnection, vault: Vault, step: Verhuizing) -> None:
    """Move what is about some meldingen to another locked casus, sealed anew."""
    moving = select(t.overdracht.c.id).where(t.overdracht.c.melding_id.in_(step.onderwerp_ids))
    key = await move_rows(
        conn,
        vault,
        t.metadata,
        step.onderwerp_ids,
        van=step.van,
        naar=step.naar,
        places={"pakket": lambda _, __, row: _pakket_place(row.overdracht_id, row.nr)},
    )
    opened_of_them = t.noodtoegang.c.object_id.in_(moving)
    await reseal(conn, vault, t.noodtoegang, opened_of_them, van=step.van, key=key)
    await conn.execute(update(t.noodtoegang).where(opened_of_them).values(casus_id=step.naar))
    of_casus = (t.zicht_feit.c.casus_id == step.van, t.zicht_feit.c.melding_id.is_(None))
    named = t.zicht_feit.c.genoemde_casus_id.in_(step.casus_ids)
    await conn.execute(update(t.zicht_feit).where(*of_casus, named).values(casus_id=step.naar))


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


# --- overdrachten -----------------------------------------------------------------------------------------------


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
    opened = {
        name: _opened(keys, value, place=_place(name, overdracht_id)).decode() if value else None
        for name, value in sealed.items()
    }
    return _overdracht(row), Teksten(**opened)


def _opened(keys: Keyring, sealed: bytes, *, place: str) -> bytes:
    """Return what was sealed; a casus whose keys were destroyed in this moment is not there any more."""
    try:
        return keys.open(sealed, place=place)
    except DestroyedError:
        raise NotFoundError("Deze overdracht is er niet.") from None


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
    wanted: list[ColumnElement[bool]] = list(_visible(zicht))
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


async def is_party(conn: AsyncConnection, casus_id: UUID, zicht: Zicht) -> bool:
    """Say whether an overdracht of this casus is, or was, addressed to these."""
    query = select(t.overdracht.c.id).where(t.overdracht.c.casus_id == casus_id, *_visible(zicht)).limit(1)
    return (await conn.execute(query)).first() is not None


def _visible(zicht: Zicht) -> Iterable[ColumnElement[bool]]:
    table = t.overdracht.c
    if zicht.organisatie_id is not None:
        yield table.organisatie_id == zicht.organisatie_id
    if zicht.gemeente_codes is not None:
        yield table.gemeente_code.in_(sorted(zicht.gemeente_codes))
    if zicht.soorten is not None:
        yield table.soort.in_(sorted(soort.value for soort in zicht.soorten))


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
        "vervangt_id": overdracht.vervangt_id,
        "vervangen_door_id": overdracht.vervangen_door_id,
        "geaccepteerd_op": overdracht.geaccepteerd_op,
        "te_laat_geaccepteerd": overdracht.te_laat_geaccepteerd,
        "warm": overdracht.warm,
        "geweigerd_op": overdracht.geweigerd_op,
        "reden": overdracht.reden.value if overdracht.reden else None,
        "eerste_contact_op": overdracht.eerste_contact_op,
        "versie": overdracht.versie,
    }


def _overdracht(row: Any) -> Overdracht:
    values: Mapping[str, Any] = row._mapping  # noqa: SLF001, SQLAlchemy's own name for it
    own = {name: values[name] for name in Overdracht.__slots__}
    own["soort"] = BestemmingSoort(row.soort)
    own["status"] = Status(row.status)
    own["reden"] = WeigerReden(row.reden) if row.reden else None
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


# --- packages ---------------------------------------------------------------------------------------------------


async def find_pakket(conn: AsyncConnection, vault: Vault, overdracht_id: UUID) -> Verzegeld | None:
    """Return the package as it was last delivered to the receiver, or None when it was not read yet."""
    query = select(t.pakket).where(t.pakket.c.overdracht_id == overdracht_id).order_by(t.pakket.c.nr.desc()).limit(1)
    row = (await conn.execute(query)).one_or_none()
    if row is None:
        return None
    keys = await keyring_for(conn, vault, [row.inhoud])
    inhoud = _opened(keys, row.inhoud, place=_pakket_place(overdracht_id, row.nr))
    return Verzegeld(inhoud, row.samengesteld_op, row.organisatie_id, row.stand, row.achterhaald_op is not None)


def _pakket_place(overdracht_id: UUID, nr: int) -> str:
    # The first one was bound to its place before there could be another.
    return f"pakket:inhoud:{overdracht_id}" if nr == 1 else f"pakket:inhoud:{overdracht_id}:{nr}"


async def freeze_pakket(
    conn: AsyncConnection, vault: Vault, *, casus_id: UUID, overdracht_id: UUID, pakket: Verzegeld
) -> None:
    """Keep a package as the one that was delivered, under the key of its locked casus; the ones before it stay."""
    last = await conn.scalar(select(func.max(t.pakket.c.nr)).where(t.pakket.c.overdracht_id == overdracht_id))
    nr = (last or 0) + 1
    key = await key_of(conn, vault, casus_id)
    values = {
        "overdracht_id": overdracht_id,
        "nr": nr,
        "inhoud": key.seal(pakket.inhoud, place=_pakket_place(overdracht_id, nr)),
        "samengesteld_op": pakket.samengesteld_op,
        "organisatie_id": pakket.organisatie_id,
        "stand": pakket.stand,
    }
    await conn.execute(insert(t.pakket).values(values))


async def overtake_pakketten(conn: AsyncConnection, casus_id: UUID, gewijzigd_op: datetime) -> None:
    """Let no package of a locked casus be given out that was made before something else was agreed with a melder."""
    here = select(t.overdracht.c.id).where(t.overdracht.c.casus_id == casus_id)
    before = (t.pakket.c.samengesteld_op <= gewijzigd_op, t.pakket.c.achterhaald_op.is_(None))
    statement = update(t.pakket).where(t.pakket.c.overdracht_id.in_(here), *before)
    await conn.execute(statement.values(achterhaald_op=gewijzigd_op))


# --- sight of safety --------------------------------------------------------------------------------------------


async def add_feit(conn: AsyncConnection, casus_id: UUID, feit: ZichtFeit, *, bron_id: UUID) -> None:
    """Add a fact on sight of safety; the same one twice is one."""
    houder = feit.houder
    values = {
        "casus_id": casus_id,
        "genoemde_casus_id": feit.casus_id,
        "melding_id": feit.melding_id,
        "soort": feit.soort.value,
        "moment": feit.moment,
        "organisatie_id": houder.organisatie_id if houder else None,
        "organisatie_soort": houder.soort if houder else None,
        "overdracht_id": houder.overdracht_id if houder else None,
        "bron_id": bron_id,
    }
    await conn.execute(upsert(t.zicht_feit).values(values).on_conflict_do_nothing())


async def read_boek(conn: AsyncConnection, casus_id: UUID, *, veilig_thuis: Houder) -> Zichtboek:
    """Return all that is known of a casus and of those that went up in it."""
    rows = (await conn.execute(select(t.zicht_feit).where(t.zicht_feit.c.casus_id == casus_id))).all()
    homes = await plaatsen.homes_of(conn, [row.melding_id for row in rows if row.melding_id])
    merges = await plaatsen.read_book(conn, casus_id)
    return Zichtboek(
        veilig_thuis,
        tuple(_feit(row, homes.get(row.melding_id, row.genoemde_casus_id)) for row in rows),
        tuple(
            Samenvoeging(gone, up.in_casus_id, up.sinds) for gone, up in merges.items() if up.in_casus_id is not None
        ),
    )


def _feit(row: Any, home: UUID) -> ZichtFeit:
    houder = Houder(row.organisatie_id, row.organisatie_soort, row.overdracht_id) if row.organisatie_id else None
    return ZichtFeit(FeitSoort(row.soort), row.moment, home, row.nr, houder, row.melding_id)


async def save_perioden(conn: AsyncConnection, casus_id: UUID, perioden: Sequence[Periode]) -> None:
    """Make the kept periods of a casus these; nothing is written when they are these already."""
    if await list_perioden(conn, casus_id) == list(perioden):
        return
    await conn.execute(delete(t.zicht).where(t.zicht.c.casus_id == casus_id))
    rows = [
        {
            "casus_id": casus_id,
            "vanaf": periode.vanaf,
            "tot": periode.tot,
            "organisatie_id": periode.houder.organisatie_id,
            "organisatie_soort": periode.houder.soort,
            "overdracht_id": periode.houder.overdracht_id,
        }
        for periode in perioden
    ]
    if rows:
        await conn.execute(insert(t.zicht), rows)


async def list_perioden(conn: AsyncConnection, casus_id: UUID) -> list[Periode]:
    """Return who held sight of safety of a casus, from first to last."""
    rows = await conn.execute(select(t.zicht).where(t.zicht.c.casus_id == casus_id).order_by(t.zicht.c.vanaf))
    return [
        Periode(Houder(row.organisatie_id, row.organisatie_soort, row.overdracht_id), row.vanaf, row.tot)
        for row in rows
    ]


async def knows_casus(conn: AsyncConnection, casus_id: UUID) -> bool:
    """Say whether this room heard of a casus."""
    return (await conn.execute(select(t.casus.c.casus_id).where(t.casus.c.casus_id == casus_id))).first() is not None


# --- destruction ------------------------------------------------------------------------------------------------


async def destroy_casus(conn: AsyncConnection, vault: Vault, event: CasusVernietigd, casus_id: UUID) -> None:
    """Destroy what is held of a locked casus; raises ``NotDestroyedError`` when something would be left."""
    shredder = Shredder(conn, t.metadata)
    vanished = (
        await conn.scalars(select(t.casus_alias.c.verdwenen_id).where(t.casus_alias.c.casus_id == casus_id))
    ).all()
    casus_ids = (casus_id, *vanished)
    melding_ids = await conn.scalars(select(t.overdracht.c.melding_id).where(t.overdracht.c.casus_id == casus_id))
    shredder.told(*casus_ids, *melding_ids, *event.melding_ids)
    overdrachten = select(t.overdracht.c.id).where(t.overdracht.c.casus_id == casus_id)
    await shredder.delete(t.pakket, t.pakket.c.overdracht_id.in_(overdrachten), told=True)
    # What was delivered while the casus was one with another holds this family too, at an overdracht of the other.
    elsewhere = t.pakket.c.mede_casus_ids.overlap(list(casus_ids))
    await shredder.empty(t.pakket, elsewhere, {"inhoud": b""})
    await conn.execute(delete(t.pakket).where(elsewhere))
    for table in (t.zicht, t.zicht_feit, t.noodtoegang):
        await shredder.delete(table, table.c.casus_id.in_(casus_ids), told=table is t.zicht)
    await shredder.delete(t.overdracht, t.overdracht.c.casus_id == casus_id, told=True)
    await shredder.delete(t.casus, t.casus.c.casus_id.in_(casus_ids), told=True)
    await shredder.forget_messages(casus_ids)
    await shredder.destroy_keys(*casus_ids)
    shredder.count(await forget_answers_about(conn, vault, shredder.names()))
    await shredder.record(event, casus_id, vanished=vanished)
