"""How the acties of an opschaling are kept: what was decided and who carries it out is sealed."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.triage.domain.actie import Actie, ActieStatus, Afronding, Eigenaar
from services.triage.store.values import AnyRow, opened, opened_optional, seal
from services.triage.tables.opschaling import opschaling, opschaling_actie
from shared.crypto import Vault
from shared.keyring import Key, Keyring, key_of, keyring_for


async def insert_actie(conn: AsyncConnection, vault: Vault, new: Actie) -> None:
    """Add an actie."""
    key = await key_of(conn, vault, new.casus_id)
    await conn.execute(
        insert(opschaling_actie).values(
            id=new.id,
            opschaling_id=new.opschaling_id,
            overleg_id=new.overleg_id,
            afgesproken_op=new.afgesproken_op,
            uiterlijk_dag=new.uiterlijk_dag,
            **_changing(key, new),
        )
    )


async def save_actie(conn: AsyncConnection, vault: Vault, after: Actie) -> None:
    """Write what a step changed of an actie."""
    key = await key_of(conn, vault, after.casus_id)
    where = opschaling_actie.c.id == after.id
    await conn.execute(update(opschaling_actie).where(where).values(**_changing(key, after)))


def _changing(key: Key, of: Actie) -> dict[str, Any]:
    afronding = of.afronding
    toelichting = afronding.toelichting if afronding else None
    return {
        "bij_id": of.bij_id,
        "status": of.status,
        "versie": of.versie,
        "organisatie_id": of.eigenaar.organisatie_id,
        "tekst": seal(key, [of.besluit, of.eigenaar.naam], f"opschaling_actie:tekst:{of.id}"),
        "gedaan": afronding.gedaan if afronding else None,
        "afgerond_op": of.afgerond_op,
        "afronding_tekst": None
        if toelichting is None
        else seal(key, toelichting, f"opschaling_actie:afronding_tekst:{of.id}"),
    }


async def find_actie(conn: AsyncConnection, vault: Vault, opschaling_id: UUID, actie_id: UUID) -> Actie | None:
    """Return one actie that was agreed in an opschaling, or that it follows now."""
    found = await _opened(conn, vault, _of(opschaling_id).where(opschaling_actie.c.id == actie_id))
    return next(iter(found), None)


async def acties_of(conn: AsyncConnection, vault: Vault, opschaling_id: UUID) -> tuple[Actie, ...]:
    """Return the acties that were agreed in an opschaling and those that it follows now, the first day first."""
    c = opschaling_actie.c
    return tuple(await _opened(conn, vault, _of(opschaling_id).order_by(c.uiterlijk_dag, c.id)))


def _of(opschaling_id: UUID) -> Select[Any]:
    a, o = opschaling_actie.c, opschaling.c
    # An actie that was handed to a table of a melding that was split off since stays with its own casus.
    here = select(o.casus_id).where(o.id == opschaling_id).scalar_subquery()
    return (
        select(opschaling_actie, o.melding_id, o.casus_id, o.gemeente_code)
        .join(opschaling, o.id == a.opschaling_id)
        .where(or_(a.opschaling_id == opschaling_id, a.bij_id == opschaling_id), o.casus_id == here)
    )


async def _opened(conn: AsyncConnection, vault: Vault, query: Select[Any]) -> list[Actie]:
    rows = (await conn.execute(query)).all()
    keys = await keyring_for(conn, vault, [value for row in rows for value in (row.tekst, row.afronding_tekst)])
    return [_actie(row, keys) for row in rows]


def _actie(row: AnyRow, keys: Keyring) -> Actie:
    besluit, naam = opened(keys, row.tekst, f"opschaling_actie:tekst:{row.id}")
    toelichting = opened_optional(keys, row.afronding_tekst, f"opschaling_actie:afronding_tekst:{row.id}")
    return Actie(
        id=row.id,
        opschaling_id=row.opschaling_id,
        bij_id=row.bij_id,
        melding_id=row.melding_id,
        casus_id=row.casus_id,
        gemeente_code=row.gemeente_code,
        overleg_id=row.overleg_id,
        status=ActieStatus(row.status),
        versie=row.versie,
        besluit=besluit,
        eigenaar=Eigenaar(row.organisatie_id, naam),
        afgesproken_op=row.afgesproken_op,
        uiterlijk_dag=row.uiterlijk_dag,
        afronding=None if row.gedaan is None else Afronding(row.gedaan, toelichting),
        afgerond_op=row.afgerond_op,
    )
