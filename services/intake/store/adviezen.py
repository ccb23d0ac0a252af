"""How adviezen are kept: codes in the open, who asked sealed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson
from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake.domain.advies import Advies, AdviesDossier
from services.intake.domain.codes import AdviesUitkomst, Duur, Kanaal
from services.intake.store.sealed import opened_json, seal
from shared.crypto import Vault
from shared.events.payloads import AardGeweld
from shared.keyring import keyring_for, make_key
from shared.rules.codes import MelderCategorie, Relatie, Vorm

_KEY = """
WITH slot AS (
    INSERT INTO sleutel (id, eigenaar_id, hoofdsleutel, gewikkeld)
    VALUES (:sleutel_id, :id, :hoofdsleutel, :gewikkeld)
)"""
_ADD = """
INSERT INTO advies (id, gegeven_op, organisatie_id, gemeente_code, adviesvrager_categorie, aard_geweld, duur, kanaal,
                    uitkomst, adviesvrager)
VALUES (:id, :nu, :organisatie_id, :gemeente_code, :categorie, CAST(:aard_geweld AS jsonb), :duur, :kanaal, :uitkomst,
        :adviesvrager)
"""
_ADD_NAMELESS = text(_ADD)
_ADD_WITH_KEY = text(_KEY + _ADD)


async def add_advies(  # noqa: PLR0913, what an advies is, keyword only
    conn: AsyncConnection, vault: Vault, advies_id: UUID, advies: Advies, *, organisatie_id: str, now: datetime
) -> None:
    """Write an advies; who asked is sealed with a key of this advies alone."""
    values, statement = await _asked_by(vault, advies_id, advies.adviesvrager)
    await conn.execute(
        statement,
        {
            **values,
            "id": advies_id,
            "nu": now,
            "organisatie_id": organisatie_id,
            "gemeente_code": advies.gemeente_code,
            "categorie": advies.adviesvrager_categorie.value,
            "aard_geweld": orjson.dumps([[aard.relatie, aard.vorm] for aard in advies.aard_geweld]).decode(),
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
        advies=Advies(
            adviesvrager_categorie=MelderCategorie(row.adviesvrager_categorie),
            gemeente_code=row.gemeente_code,
            aard_geweld=tuple(
                AardGeweld(relatie=Relatie(relatie), vorm=Vorm(vorm)) for relatie, vorm in row.aard_geweld
            ),
            duur=Duur(row.duur) if row.duur else None,
            kanaal=Kanaal(row.kanaal),
            uitkomst=AdviesUitkomst(row.uitkomst),
            adviesvrager=opened_json(keys, asked_by, f"advies:adviesvrager:{row.id}") if asked_by else None,
        ),
    )


@dataclass(frozen=True, slots=True)
class LockedAdvies:
    """An advies that is about to become a melding, or has."""

    melding_id: UUID | None


async def lock_advies(conn: AsyncConnection, advies_id: UUID) -> LockedAdvies | None:
    """Return an advies, unopened and locked until the commit."""
    statement = text("SELECT melding_id FROM advies WHERE id = :id FOR UPDATE")
    row = (await conn.execute(statement, {"id": advies_id})).one_or_none()
    return LockedAdvies(row.melding_id) if row else None


async def link_advies(conn: AsyncConnection, advies_id: UUID, melding_id: UUID) -> None:
    """Record which melding an advies was turned into."""
    await conn.execute(
        text("UPDATE advies SET melding_id = :melding_id WHERE id = :id"), {"id": advies_id, "melding_id": melding_id}
    )
