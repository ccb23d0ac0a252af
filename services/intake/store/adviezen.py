"""How adviezen are kept: codes and days in the open, who asked sealed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson
from sqlalchemy import Row, TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake.domain.advies import Advies, AdviesDossier
from services.intake.domain.codes import (
    AdviesUitkomst,
    AdviesvragerOrganisatie,
    AdviesvragerRol,
    Duur,
    Kanaal,
    Veiligheidsproblematiek,
)
from services.intake.store.sealed import opened_json, seal
from shared.crypto import Vault
from shared.events.payloads import AardGeweld
from shared.keyring import destroy_keys, keyring_for, make_key
from shared.rules.calendar import amsterdam_day
from shared.rules.codes import AdviesSoort, MelderCategorie, Relatie, Vorm

_KEY = """
WITH slot AS (
    INSERT INTO sleutel (id, eigenaar_id, hoofdsleutel, gewikkeld)
    VALUES (:sleutel_id, :id, :hoofdsleutel, :gewikkeld)
)"""
_ADD = """
INSERT INTO advies (id, gegeven_op, organisatie_id, soort, eerder_advies_id, startdatum, einddatum, gemeente_code,
                    adviesvrager_categorie, adviesvrager_rol, adviesvrager_organisatie, aard_geweld,
                    veiligheidsproblematiek, duur, kanaal, uitkomst, adviesvrager)
VALUES (:id, :nu, :organisatie_id, :soort, :eerder_advies_id, :startdatum, :einddatum, :gemeente_code,
        :categorie, :rol, :organisatie, CAST(:aard_geweld AS jsonb),
        CAST(:veiligheidsproblematiek AS text[]), :duur, :kanaal, :uitkomst, :adviesvrager)
"""
_ADD_NAMELESS = text(_ADD)
_ADD_WITH_KEY = text(_KEY + _ADD)


async def add_advies(  # noqa: PLR0913, what an advies is, keyword only
    conn: AsyncConnection, vault: Vault, advies_id: UUID, advies: Advies, *, organisatie_id: str, now: datetime
) -> None:
    """Write an advies; who asked is sealed with a key of this advies alone."""
    values, statement = await _asked_by(vault, advies_id, advies.adviesvrager)
    organisatie = advies.adviesvrager_organisatie
    await conn.execute(
        statement,
        {
            **values,
            "id": advies_id,
            "nu": now,
            "organisatie_id": organisatie_id,
            "soort": advies.soort.value,
            "eerder_advies_id": advies.eerder_advies_id,
            "startdatum": advies.startdatum or amsterdam_day(now),
            "einddatum": advies.einddatum,
            "gemeente_code": advies.gemeente_code,
            "categorie": advies.adviesvrager_categorie.value,
            "rol": advies.adviesvrager_rol.value,
            "organisatie": organisatie.value if organisatie else None,
            "aard_geweld": orjson.dumps([[aard.relatie, aard.vorm] for aard in advies.aard_geweld]).decode(),
            "veiligheidsproblematiek": [soort.value for soort in advies.veiligheidsproblematiek],
            "duur": advies.duur.value if advies.duur else None,
            "kanaal": advies.kanaal.value,
            "uitkomst": advies.uitkomst.value,
        },
    )


async def _asked_by(
    vault: Vault, advies_id: UUID, asked_by: Mapping[str, object] | None
) -> tuple[dict[str, object], TextClause]:
    if not asked_by:
        return {"adviesvrager": None}, _ADD_NAMELESS
    made = await make_key(vault, advies_id)
    values = {
        "sleutel_id": made.key.id,
        "hoofdsleutel": made.row["hoofdsleutel"],
        "gewikkeld": made.row["gewikkeld"],
        "adviesvrager": seal(made.key, asked_by, f"advies:adviesvrager:{advies_id}"),
    }
    return values, _ADD_WITH_KEY


_ADVIES = text("SELECT * FROM advies WHERE id = :id")


async def load_advies(conn: AsyncConnection, vault: Vault, advies_id: UUID) -> AdviesDossier | None:
    """Return an advies, opened."""
    row = (await conn.execute(_ADVIES, {"id": advies_id})).one_or_none()
    if row is None:
        return None
    asked_by = row.adviesvrager
    keys = await keyring_for(conn, vault, [asked_by])
    return AdviesDossier(
        id=row.id,
        gegeven_op=row.gegeven_op,
        melding_id=row.melding_id,
        adviesvrager_verwijderd_op=row.adviesvrager_verwijderd_op,
        advies=_advies(row, opened_json(keys, asked_by, f"advies:adviesvrager:{row.id}") if asked_by else None),
    )


def _advies(row: Row[tuple[object, ...]], asked_by: Mapping[str, object] | None) -> Advies:
    organisatie = row.adviesvrager_organisatie
    return Advies(
        soort=AdviesSoort(row.soort),
        eerder_advies_id=row.eerder_advies_id,
        startdatum=row.startdatum,
        einddatum=row.einddatum,
        adviesvrager_categorie=MelderCategorie(row.adviesvrager_categorie),
        adviesvrager_rol=AdviesvragerRol(row.adviesvrager_rol),
        adviesvrager_organisatie=AdviesvragerOrganisatie(organisatie) if organisatie else None,
        gemeente_code=row.gemeente_code,
        aard_geweld=tuple(AardGeweld(relatie=Relatie(relatie), vorm=Vorm(vorm)) for relatie, vorm in row.aard_geweld),
        veiligheidsproblematiek=tuple(Veiligheidsproblematiek(soort) for soort in row.veiligheidsproblematiek),
        duur=Duur(row.duur) if row.duur else None,
        kanaal=Kanaal(row.kanaal),
        uitkomst=AdviesUitkomst(row.uitkomst),
        adviesvrager=asked_by,
    )


@dataclass(frozen=True, slots=True)
class LockedAdvies:
    """An advies that is about to change: to become a melding, or to forget who asked."""

    melding_id: UUID | None
    gegeven_op: datetime
    is_named: bool


async def lock_advies(conn: AsyncConnection, advies_id: UUID) -> LockedAdvies | None:
    """Return an advies, unopened and locked until the commit."""
    statement = text("""
        SELECT melding_id, gegeven_op, adviesvrager IS NOT NULL AS is_named FROM advies WHERE id = :id FOR UPDATE
    """)
    row = (await conn.execute(statement, {"id": advies_id})).one_or_none()
    return LockedAdvies(row.melding_id, row.gegeven_op, row.is_named) if row else None


async def is_there(conn: AsyncConnection, advies_id: UUID) -> bool:
    """Say whether there is such an advies."""
    return (await conn.execute(text("SELECT 1 FROM advies WHERE id = :id"), {"id": advies_id})).first() is not None


async def link_advies(conn: AsyncConnection, advies_id: UUID, melding_id: UUID) -> None:
    """Record which melding an advies was turned into."""
    await conn.execute(
        text("UPDATE advies SET melding_id = :melding_id WHERE id = :id"), {"id": advies_id, "melding_id": melding_id}
    )


_FORGET = text("UPDATE advies SET adviesvrager = NULL, adviesvrager_verwijderd_op = :nu WHERE id = :id")


async def forget_adviesvrager(conn: AsyncConnection, advies_id: UUID, *, now: datetime) -> None:
    """Remove who asked for a locked advies, and the key: also on a backup it does not open any more."""
    await conn.execute(_FORGET, {"id": advies_id, "nu": now})
    await destroy_keys(conn, advies_id)
