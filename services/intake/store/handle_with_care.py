"""How signals to schools are kept and found, with each attempt; the school and its receipt are sealed."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, func, insert, select, text
from sqlalchemy.dialects.postgresql import insert as insert_new
from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake.domain.handle_with_care import (
    Bewijs,
    HandleWithCare,
    HandleWithCareStatus,
    SignaalBesluit,
    SignaalKeuze,
    Wijze,
)
from services.intake.domain.schooltoets import Criterium, Oordeel, School, SchoolBron, Toetsing
from services.intake.store.sealed import opened_json, seal
from services.intake.tables.core import casus, melding, persoon, taak
from services.intake.tables.handle_with_care import handle_with_care, handle_with_care_poging
from shared.crypto import Vault
from shared.ids import new_id
from shared.keyring import Keyring, key_of, keyring_for
from shared.messaging.tasks import plan_task
from shared.vernietigen import Shredder

# Who looks at a signal sees how it goes; the first attempts of a long holiday tell him nothing.
_POGINGEN_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Poging:
    """One attempt: to find the school, or to tell it; ``code`` says what came of it."""

    tijdstip: datetime
    stap: str
    code: str


@dataclass(frozen=True, slots=True)
class Earlier:
    """A signal that another melding gave about somebody in the casus."""

    persoon_id: UUID
    ontvangen_op: datetime
    keuze: SignaalKeuze | None
    niet_informeren: bool


async def add_signaal(conn: AsyncConnection, vault: Vault, signaal: HandleWithCare) -> bool:
    """Keep a new signal; False when there is one about this person of this melding already."""
    values = await _values(conn, vault, signaal)
    found = await conn.execute(insert_new(handle_with_care).values(**values).on_conflict_do_nothing())
    return bool(found.rowcount)


async def save_signaal(conn: AsyncConnection, vault: Vault, signaal: HandleWithCare) -> None:
    """Keep a locked signal as it is now."""
    values = await _values(conn, vault, signaal)
    await conn.execute(handle_with_care.update().where(handle_with_care.c.id == signaal.id).values(**values))


async def _values(conn: AsyncConnection, vault: Vault, signaal: HandleWithCare) -> dict[str, Any]:
    besluit = signaal.besluit
    # A key of its own: it goes where its melding goes, whatever becomes of the casus.
    key = await key_of(conn, vault, signaal.id)
    return {
        "id": signaal.id,
        "melding_id": signaal.melding_id,
        "persoon_id": signaal.persoon_id,
        "ontvangen_op": signaal.ontvangen_op,
        "status": signaal.status.value,
        "versie": signaal.versie,
        "toets": [[one.criterium.value, one.toetsing.value, one.reden] for one in signaal.toets],
        "keuze": besluit.keuze.value if besluit else None,
        "niet_informeren": besluit.niet_informeren if besluit else False,
        "besloten_op": signaal.besloten_op,
        "besloten_door": signaal.besloten_door,
        "afgeleverd_op": signaal.afgeleverd_op,
        "bevestigd_door": signaal.bevestigd_door,
        "gegevens": seal(key, _told(signaal), _place(signaal.id)),
    }


def _told(signaal: HandleWithCare) -> Mapping[str, object]:
    school, bewijs = signaal.school, signaal.bewijs
    return {
        "motivering": signaal.besluit.motivering if signaal.besluit else None,
        "school": [school.brin, school.naam, school.deur, school.bron.value] if school else None,
        "bewijs": [bewijs.wijze.value, bewijs.tijdstip.isoformat(), bewijs.ontvangstbewijs, bewijs.door]
        if bewijs
        else None,
    }


def _place(signaal_id: UUID) -> str:
    return f"handle_with_care:gegevens:{signaal_id}"


# --- finding ---------------------------------------------------------------------------------------------------

_POGINGEN = (
    select(func.count())
    .select_from(handle_with_care_poging)
    .where(handle_with_care_poging.c.signaal_id == handle_with_care.c.id)
    .scalar_subquery()
)


def _signalen() -> Select[Any]:
    return select(handle_with_care, melding.c.casus_id, melding.c.gemeente_code, _POGINGEN.label("pogingen")).join_from(
        handle_with_care, melding, melding.c.id == handle_with_care.c.melding_id
    )


async def load_signaal(
    conn: AsyncConnection, vault: Vault, signaal_id: UUID, *, lock: bool = False
) -> HandleWithCare | None:
    """Return a signal, locked until the commit when it is about to change."""
    statement = _signalen().where(handle_with_care.c.id == signaal_id)
    if lock:
        statement = statement.with_for_update(of=handle_with_care)
    return next(iter(await _opened(conn, vault, (await conn.execute(statement)).all())), None)


async def list_signalen(  # noqa: PLR0913, what a list is asked by, keyword only
    conn: AsyncConnection,
    vault: Vault,
    *,
    status: HandleWithCareStatus | None = None,
    melding_id: UUID | None = None,
    casus_id: UUID | None = None,
    zonder_beperkte: bool = False,
    na: UUID | None = None,
    limiet: int,
) -> list[HandleWithCare]:
    """Return signals, the oldest first; ``zonder_beperkte`` leaves out what stands in a limited casus."""
    statement = _signalen()
    wanted: dict[ColumnElement[Any], object] = {
        handle_with_care.c.status: status.value if status else None,
        handle_with_care.c.melding_id: melding_id,
        melding.c.casus_id: casus_id,
    }
    for column, value in wanted.items():
        if value is not None:
            statement = statement.where(column == value)
    if na is not None:
        statement = statement.where(handle_with_care.c.id > na)
    if zonder_beperkte:
        limited = select(casus.c.id).where(casus.c.id == melding.c.casus_id, casus.c.beperkt_op.is_not(None))
        statement = statement.where(~limited.exists())
    statement = statement.order_by(handle_with_care.c.id).limit(limiet)
    return await _opened(conn, vault, (await conn.execute(statement)).all())


async def _opened(conn: AsyncConnection, vault: Vault, rows: Sequence[Row[Any]]) -> list[HandleWithCare]:
    keys = await keyring_for(conn, vault, [row.gegevens for row in rows])
    return [_signaal(keys, row) for row in rows]


def _signaal(keys: Keyring, row: Row[Any]) -> HandleWithCare:
    told = opened_json(keys, row.gegevens, _place(row.id))
    besluit = None
    if row.keuze is not None:
        besluit = SignaalBesluit(SignaalKeuze(row.keuze), told["motivering"], row.niet_informeren)
    return HandleWithCare(
        id=row.id,
        melding_id=row.melding_id,
        casus_id=row.casus_id,
        persoon_id=row.persoon_id,
        gemeente_code=row.gemeente_code,
        ontvangen_op=row.ontvangen_op,
        status=HandleWithCareStatus(row.status),
        versie=row.versie,
        toets=tuple(Oordeel(Criterium(name), Toetsing(found), reden) for name, found, reden in row.toets),
        besluit=besluit,
        besloten_op=row.besloten_op,
        besloten_door=row.besloten_door,
        school=_school(told["school"]),
        bewijs=_bewijs(told["bewijs"]),
        afgeleverd_op=row.afgeleverd_op,
        bevestigd_door=row.bevestigd_door,
        pogingen=row.pogingen,
    )


def _school(told: Sequence[Any] | None) -> School | None:
    if told is None:
        return None
    brin, naam, deur, bron = told
    return School(brin, naam, deur, SchoolBron(bron))


def _bewijs(told: Sequence[Any] | None) -> Bewijs | None:
    if told is None:
        return None
    wijze, tijdstip, ontvangstbewijs, door = told
    return Bewijs(Wijze(wijze), datetime.fromisoformat(tijdstip), ontvangstbewijs, door)


_EARLIER = text("""
SELECT h.persoon_id, h.ontvangen_op, h.keuze, h.niet_informeren
FROM handle_with_care h JOIN melding m ON m.id = h.melding_id
WHERE m.casus_id = :casus_id AND h.melding_id <> :melding_id
ORDER BY h.ontvangen_op, h.id
""")


async def load_earlier(conn: AsyncConnection, casus_id: UUID, *, melding_id: UUID) -> tuple[Earlier, ...]:
    """Return which signals other meldingen of a casus gave, the oldest first."""
    rows = await conn.execute(_EARLIER, {"casus_id": casus_id, "melding_id": melding_id})
    return tuple(
        Earlier(row.persoon_id, row.ontvangen_op, SignaalKeuze(row.keuze) if row.keuze else None, row.niet_informeren)
        for row in rows.all()
    )


async def casus_of(conn: AsyncConnection, melding_id: UUID) -> UUID | None:
    """Return the casus in which a melding is now; None when it was destroyed."""
    found: UUID | None = (await conn.execute(select(melding.c.casus_id).where(melding.c.id == melding_id))).scalar()
    return found


async def load_kinderen(
    conn: AsyncConnection, vault: Vault, persoon_ids: Collection[UUID]
) -> dict[UUID, Mapping[str, object]]:
    """Return what is held of people, as it is now: a correction reaches a signal that still has to go."""
    found = await conn.execute(select(persoon.c.id, persoon.c.gegevens).where(persoon.c.id.in_(list(persoon_ids))))
    rows = found.all()
    keys = await keyring_for(conn, vault, [row.gegevens for row in rows])
    return {row.id: opened_json(keys, row.gegevens, f"persoon:gegevens:{row.id}") for row in rows}


# --- attempts --------------------------------------------------------------------------------------------------


async def add_pogingen(conn: AsyncConnection, signaal_id: UUID, pogingen: Sequence[Poging]) -> None:
    """Note attempts, in their order."""
    rows = [
        {"id": new_id(), "signaal_id": signaal_id, "tijdstip": one.tijdstip, "stap": one.stap, "code": one.code}
        for one in pogingen
    ]
    if rows:
        await conn.execute(insert(handle_with_care_poging), rows)


async def load_pogingen(conn: AsyncConnection, signaal_id: UUID) -> tuple[Poging, ...]:
    """Return the newest attempts, the newest first."""
    table = handle_with_care_poging
    statement = select(table).where(table.c.signaal_id == signaal_id).order_by(table.c.id.desc()).limit(_POGINGEN_SHOWN)
    return tuple(Poging(row.tijdstip, row.stap, row.code) for row in (await conn.execute(statement)).all())


_HURRY = text("UPDATE taak SET niet_voor = :nu WHERE soort = :soort AND object_id = :id AND status = 'open'")


async def plan_at_once(conn: AsyncConnection, soort: str, signaal_id: UUID, *, now: datetime) -> None:
    """Let a task be done now, also when one was waiting to be tried again."""
    await plan_task(conn, soort, signaal_id, casus_id=None, now=now)
    await conn.execute(_HURRY, {"soort": soort, "id": signaal_id, "nu": now})


# --- destroying ------------------------------------------------------------------------------------------------


async def destroy_signalen(shredder: Shredder, of_melding: ColumnElement[bool]) -> None:
    """Destroy the signals of some meldingen; ``of_melding`` is a condition on ``handle_with_care.melding_id``.

    What the school holds is not ours to destroy: it was told a name, a birth date and a code word, and keeps none.
    """
    ids = select(handle_with_care.c.id).where(of_melding)
    await shredder.delete(handle_with_care_poging, handle_with_care_poging.c.signaal_id.in_(ids))
    await shredder.delete(taak, taak.c.object_id.in_(ids))
    gone = await shredder.delete(handle_with_care, of_melding, told=True)
    await shredder.destroy_keys(*(row["id"] for row in gone))
