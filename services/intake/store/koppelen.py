"""How the people of a melding are looked up among all others: by blind indexes, and opened only to be compared."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake.domain.codes import PersoonRol
from services.intake.domain.melding import PersoonDossier
from services.intake.store.sealed import opened_json
from shared.crypto import Vault
from shared.errors import NotFoundError
from shared.keyring import Keyring, keyring_for

# Of one casus no more people than this are opened for one person: the same family stands in each of its meldingen.
_PER_CASUS = 8

_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(:slot)")
_SLOT = 4_711_006

# Shared: a correction of one of these people waits, and writes his keys after ours.
_MENSEN = text("""
SELECT p.id, p.rol, p.gegevens, m.casus_id FROM persoon p JOIN melding m ON m.id = p.melding_id
WHERE p.melding_id = :id ORDER BY p.nr FOR SHARE OF p
""")


@dataclass(frozen=True, slots=True)
class Bekend:
    """Somebody of another casus who shares keys with the person at ``plaats`` of a melding."""

    plaats: int
    casus_id: UUID
    persoon: PersoonDossier


async def wait_for_others(conn: AsyncConnection) -> None:
    """Wait until no other worker looks people up: two meldingen at the same moment must not miss each other."""
    await conn.execute(_ONE_AT_A_TIME, {"slot": _SLOT})


async def load_mensen(
    conn: AsyncConnection, vault: Vault, melding_id: UUID
) -> tuple[UUID | None, tuple[PersoonDossier, ...]]:
    """Return the casus in which a melding stands now and its people; None and nobody when it was destroyed."""
    rows = (await conn.execute(_MENSEN, {"id": melding_id})).all()
    keys = await keyring_for(conn, vault, [row.gegevens for row in rows])
    people = tuple(persoon for row in rows if (persoon := _opened(keys, row)) is not None)
    return (rows[0].casus_id if people else None), people


def _opened(keys: Keyring, row: Row[Any]) -> PersoonDossier | None:
    """Return a person as he was sent, without the keys by which he is found; None when his file was just destroyed."""
    try:
        gegevens = opened_json(keys, row.gegevens, f"persoon:gegevens:{row.id}")
    except NotFoundError:
        return None
    return PersoonDossier(id=row.id, rol=PersoonRol(row.rol), sleutels=frozenset(), gegevens=gegevens)


_ADD = text("""
INSERT INTO persoon_zoeksleutel (persoon_id, sleutel)
SELECT k.persoon_id, k.sleutel
FROM unnest(CAST(:personen AS uuid[]), CAST(:sleutels AS bytea[])) AS k(persoon_id, sleutel)
ON CONFLICT DO NOTHING
""")


async def add_keys(conn: AsyncConnection, keys: Sequence[tuple[UUID, Sequence[bytes]]]) -> None:
    """Write by which keys people are found; what is there already stays."""
    pairs = [(persoon_id, key) for persoon_id, own in keys for key in own]
    await conn.execute(_ADD, {"personen": [one for one, _ in pairs], "sleutels": [key for _, key in pairs]})


async def replace_keys(conn: AsyncConnection, persoon_id: UUID, keys: Sequence[bytes]) -> None:
    """Write by which keys somebody is found from now on; the earlier ones find him no more."""
    await conn.execute(text("DELETE FROM persoon_zoeksleutel WHERE persoon_id = :id"), {"id": persoon_id})
    await add_keys(conn, [(persoon_id, keys)])


# Who shares most keys comes first, so that what is left out when there are too many is what is least like.
_ZOEK = text("""
WITH treffer AS (
    SELECT g.plaats, z.persoon_id, count(*) AS gedeeld
    FROM unnest(CAST(:plaatsen AS int[]), CAST(:sleutels AS bytea[])) AS g(plaats, sleutel)
    JOIN persoon_zoeksleutel z ON z.sleutel = g.sleutel
    GROUP BY g.plaats, z.persoon_id
), per_casus AS (
    SELECT t.plaats, t.persoon_id, t.gedeeld, m.casus_id,
           row_number() OVER (PARTITION BY t.plaats, m.casus_id ORDER BY t.gedeeld DESC, t.persoon_id DESC) AS nr
    FROM treffer t JOIN persoon p ON p.id = t.persoon_id JOIN melding m ON m.id = p.melding_id
    WHERE m.casus_id <> :casus_id
), gerangschikt AS (
    SELECT plaats, persoon_id, casus_id, count(*) OVER (PARTITION BY plaats) AS alle,
           row_number() OVER (PARTITION BY plaats ORDER BY gedeeld DESC, persoon_id DESC) AS nr
    FROM per_casus WHERE nr <= :per_casus
)
SELECT g.plaats, g.casus_id, g.alle, p.id, p.rol, p.gegevens
FROM gerangschikt g JOIN persoon p ON p.id = g.persoon_id
WHERE g.nr <= :meeste ORDER BY g.plaats, g.nr
""")


async def find_bekenden(
    conn: AsyncConnection,
    vault: Vault,
    casus_id: UUID,
    keys: Sequence[tuple[int, bytes]],
    *,
    meeste: int,
) -> tuple[tuple[Bekend, ...], int]:
    """Return who in other casussen shares keys, opened, ``meeste`` for each person; and how many were left out."""
    asked = {
        "plaatsen": [place for place, _ in keys],
        "sleutels": [key for _, key in keys],
        "casus_id": casus_id,
        "per_casus": _PER_CASUS,
        "meeste": meeste,
    }
    rows = (await conn.execute(_ZOEK, asked)).all()
    ring = await keyring_for(conn, vault, [row.gegevens for row in rows])
    found = tuple(
        Bekend(row.plaats, row.casus_id, persoon) for row in rows if (persoon := _opened(ring, row)) is not None
    )
    left_out = sum(max(0, alle - meeste) for alle in {row.plaats: row.alle for row in rows}.values())
    return found, left_out
