"""Break the glass: somebody reads, for a short time and with a reason, what lies outside his own task (noodtoegang).

It is meant for acute danger, when the right person cannot be asked. It opens one object to one person for four hours,
stands in the log under its own name, and is told to the owner of the data at once. It never lets anybody write.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Column, DateTime, Index, LargeBinary, MetaData, Table, Text, Uuid, text
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.crypto import Vault
from shared.ids import new_id
from shared.keyring import key_of
from shared.rules.codes import NoodReden
from shared.web.auth import Caller

DURATION = timedelta(hours=4)


def noodtoegang_table(metadata: MetaData) -> Table:
    """Add the table of broken glasses to the catalogue of a room and return it."""
    noodtoegang = Table(
        "noodtoegang",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("object_id", Uuid, nullable=False),
        Column("object_soort", Text, nullable=False),
        Column("casus_id", Uuid, nullable=False),
        Column("actor", Text, nullable=False),
        Column("rol", Text, nullable=False),
        Column("organisatie_id", Text, nullable=False),
        Column("reden", Text, nullable=False),
        Column("toelichting", LargeBinary, nullable=False),
        Column("geldig_van", DateTime(timezone=True), nullable=False),
        Column("geldig_tot", DateTime(timezone=True), nullable=False),
        comment="Who opened what outside his own task, for how long and why.",
    )
    Index("ix_noodtoegang_actor", noodtoegang.c.actor, noodtoegang.c.object_id, noodtoegang.c.geldig_tot)
    return noodtoegang


@dataclass(frozen=True, slots=True, kw_only=True)
class Noodtoegang:
    """One broken glass."""

    id: UUID
    object_id: UUID
    object_soort: str
    casus_id: UUID
    reden: NoodReden
    geldig_van: datetime
    geldig_tot: datetime


@dataclass(frozen=True, slots=True)
class Nood:
    """What is opened, and why."""

    object_soort: str
    object_id: UUID
    casus_id: UUID
    reden: NoodReden
    toelichting: str


_ADD = text("""
INSERT INTO noodtoegang (id, object_id, object_soort, casus_id, actor, rol, organisatie_id, reden, toelichting,
                         geldig_van, geldig_tot)
VALUES (:id, :object_id, :object_soort, :casus_id, :actor, :rol, :organisatie_id, :reden, :toelichting, :van, :tot)
""")


async def break_glass(conn: AsyncConnection, vault: Vault, caller: Caller, nood: Nood, *, now: datetime) -> Noodtoegang:
    """Open an object to a caller from now on, for four hours."""
    found = Noodtoegang(
        id=new_id(),
        object_id=nood.object_id,
        object_soort=nood.object_soort,
        casus_id=nood.casus_id,
        reden=nood.reden,
        geldig_van=now,
        geldig_tot=now + DURATION,
    )
    key = await key_of(conn, vault, nood.casus_id)
    await conn.execute(
        _ADD,
        {
            "id": found.id,
            "object_id": found.object_id,
            "object_soort": found.object_soort,
            "casus_id": found.casus_id,
            "actor": caller.subject,
            "rol": caller.rol.value,
            "organisatie_id": caller.organisatie_id,
            "reden": found.reden.value,
            "toelichting": key.seal(nood.toelichting.encode(), place=f"noodtoegang:toelichting:{found.id}"),
            "van": found.geldig_van,
            "tot": found.geldig_tot,
        },
    )
    return found


_ACTIVE = text("""
SELECT 1 FROM noodtoegang
WHERE actor = :actor AND organisatie_id = :organisatie_id AND object_id = :object_id
  AND geldig_van <= :now AND geldig_tot > :now
LIMIT 1
""")


async def is_open(conn: AsyncConnection, caller: Caller, object_id: UUID, *, now: datetime) -> bool:
    """Say whether this caller broke the glass of this object, and not too long ago."""
    values = {
        "actor": caller.subject,
        "organisatie_id": caller.organisatie_id,
        "object_id": object_id,
        "now": now,
    }
    return (await conn.execute(_ACTIVE, values)).first() is not None
