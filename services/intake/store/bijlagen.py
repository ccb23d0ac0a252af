"""How aanvullingen and bijlagen are kept: every text, name and piece sealed with a key of the casus."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake.domain.aanvulling import Aanvulling
from services.intake.domain.bijlage import Bijlage, BijlageSoort, BijlageStatus
from services.intake.store.sealed import opened, opened_json, seal
from shared.crypto import Vault
from shared.errors import NotFoundError
from shared.keyring import Key, Keyring, key_of, keyring_for, make_key


@dataclass(frozen=True, slots=True)
class MeldingKop:
    """Of which casus a melding is, and who sent it."""

    casus_id: UUID
    organisatie_id: str


_KOP = text("SELECT casus_id, organisatie_id FROM melding WHERE id = :id")
_KOP_HELD = text("SELECT casus_id, organisatie_id FROM melding WHERE id = :id FOR SHARE")


async def load_kop(conn: AsyncConnection, melding_id: UUID, *, hold: bool = False) -> MeldingKop | None:
    """Return the head of a melding; ``hold`` keeps it where it is until the end of the transaction."""
    row = (await conn.execute(_KOP_HELD if hold else _KOP, {"id": melding_id})).one_or_none()
    return MeldingKop(row.casus_id, row.organisatie_id) if row else None


# --- aanvullingen --------------------------------------------------------------------------------------------------

_ADD_AANVULLING = text("""
INSERT INTO aanvulling (id, melding_id, organisatie_id, toegevoegd_op, inhoud, tekst)
VALUES (:id, :melding_id, :organisatie_id, :toegevoegd_op, :inhoud, :tekst)
ON CONFLICT (melding_id, organisatie_id, inhoud) DO NOTHING
""")
_SAME_AANVULLING = text("""
SELECT * FROM aanvulling WHERE melding_id = :melding_id AND organisatie_id = :organisatie_id AND inhoud = :inhoud
""")


async def add_aanvulling(
    conn: AsyncConnection, vault: Vault, new: Aanvulling, *, casus_id: UUID
) -> tuple[Aanvulling, bool]:
    """Keep an aanvulling and return it; the same of the same organisation was kept before: then that one, and False."""
    inhoud = vault.blind("aanvulling", new.tekst, new.toegevoegd_door or "")
    key = await key_of(conn, vault, casus_id)
    told = {"tekst": new.tekst, "toegevoegdDoor": new.toegevoegd_door}
    values = {
        "id": new.id,
        "melding_id": new.melding_id,
        "organisatie_id": new.organisatie_id,
        "toegevoegd_op": new.toegevoegd_op,
        "inhoud": inhoud,
        "tekst": seal(key, told, f"aanvulling:tekst:{new.id}"),
    }
    if (await conn.execute(_ADD_AANVULLING, values)).rowcount:
        return new, True
    row = (await conn.execute(_SAME_AANVULLING, values)).one()
    return _aanvulling(await keyring_for(conn, vault, [row.tekst]), row), False


def _aanvulling(keys: Keyring, row: Row[Any]) -> Aanvulling:
    told = opened_json(keys, row.tekst, f"aanvulling:tekst:{row.id}")
    return Aanvulling(
        id=row.id,
        melding_id=row.melding_id,
        organisatie_id=row.organisatie_id,
        toegevoegd_op=row.toegevoegd_op,
        tekst=told["tekst"],
        toegevoegd_door=told["toegevoegdDoor"],
    )


async def load_aanvulling(
    conn: AsyncConnection, vault: Vault, melding_id: UUID, aanvulling_id: UUID
) -> Aanvulling | None:
    """Return one aanvulling of a melding."""
    query = text("SELECT * FROM aanvulling WHERE id = :id AND melding_id = :melding_id")
    row = (await conn.execute(query, {"id": aanvulling_id, "melding_id": melding_id})).one_or_none()
    return _aanvulling(await keyring_for(conn, vault, [row.tekst]), row) if row else None


# --- bijlagen ------------------------------------------------------------------------------------------------------

_ADD_KEY = text("""
INSERT INTO sleutel (id, eigenaar_id, hoofdsleutel, gewikkeld)
VALUES (:id, :eigenaar_id, :hoofdsleutel, :gewikkeld)
""")
_BEGIN = text("""
INSERT INTO bijlage (id, melding_id, organisatie_id, status, naam, toegevoegd_op)
VALUES (:id, :melding_id, :organisatie_id, 'komt-binnen', :naam, :nu)
""")


async def begin_bijlage(  # noqa: PLR0913, keyword only
    conn: AsyncConnection,
    vault: Vault,
    bijlage_id: UUID,
    *,
    melding_id: UUID,
    casus_id: UUID,
    organisatie_id: str,
    naam: str,
    now: datetime,
) -> Key:
    """Make place for a file that is about to come in, and return the key of its own for its pieces."""
    made = await make_key(vault, casus_id)
    await conn.execute(_ADD_KEY, made.row)
    sealed = made.key.seal(naam.encode(), place=f"bijlage:naam:{bijlage_id}")
    values = {"id": bijlage_id, "melding_id": melding_id, "organisatie_id": organisatie_id, "naam": sealed, "nu": now}
    await conn.execute(_BEGIN, values)
    return made.key


# Only while the file is there: one that was destroyed meanwhile gets no piece.
_ADD_STUK = text("""
INSERT INTO bijlage_stuk (bijlage_id, nr, inhoud)
SELECT id, :nr, :inhoud FROM bijlage WHERE id = :id FOR KEY SHARE
""")


async def add_stuk(conn: AsyncConnection, key: Key, bijlage_id: UUID, nr: int, piece: bytes) -> None:
    """Keep the next piece of a file; raises ``NotFoundError`` when the file was destroyed meanwhile."""
    sealed = key.seal(piece, place=_place(bijlage_id, nr))
    found = await conn.execute(_ADD_STUK, {"id": bijlage_id, "nr": nr, "inhoud": sealed})
    if not found.rowcount:
        raise NotFoundError("Deze melding is er niet.")


def _place(bijlage_id: UUID, nr: int) -> str:
    """Return the place of a piece: in another file, or under another number, it does not open."""
    return f"bijlage_stuk:inhoud:{bijlage_id}:{nr}"


_SAME = text("""
SELECT * FROM bijlage WHERE melding_id = :melding_id AND organisatie_id = :organisatie_id AND inhoud = :inhoud
""")
_END = text("""
UPDATE bijlage SET status = 'niet-gescand', soort = :soort, grootte = :grootte, inhoud = :inhoud, toegevoegd_op = :nu
WHERE id = :id AND status = 'komt-binnen'
""")


async def find_same(
    conn: AsyncConnection, vault: Vault, *, melding_id: UUID, organisatie_id: str, inhoud: bytes
) -> Bijlage | None:
    """Return the file with the same bytes that the same organisation added to the same melding before."""
    values = {"melding_id": melding_id, "organisatie_id": organisatie_id, "inhoud": inhoud}
    row = (await conn.execute(_SAME, values)).one_or_none()
    return _bijlage(await keyring_for(conn, vault, [row.naam]), row) if row else None


async def end_bijlage(  # noqa: PLR0913, keyword only
    conn: AsyncConnection, bijlage_id: UUID, *, soort: BijlageSoort, grootte: int, inhoud: bytes, now: datetime
) -> None:
    """Mark a file as whole; raises ``NotFoundError`` when it was destroyed meanwhile."""
    values = {"id": bijlage_id, "soort": soort.value, "grootte": grootte, "inhoud": inhoud, "nu": now}
    if not (await conn.execute(_END, values)).rowcount:
        raise NotFoundError("Deze melding is er niet.")


async def key_is_of(conn: AsyncConnection, key: Key, casus_id: UUID) -> bool:
    """Say whether a key is still of this casus: a melding that went to another casus has its own keys there."""
    query = text("SELECT 1 FROM sleutel WHERE id = :id AND eigenaar_id = :casus_id")
    return (await conn.execute(query, {"id": key.id, "casus_id": casus_id})).one_or_none() is not None


async def drop_unfinished(conn: AsyncConnection, bijlage_id: UUID) -> bool:
    """Remove a file that never became whole, with what came in of it; its key stays with the casus."""
    values = {"id": bijlage_id}
    query = text("SELECT 1 FROM bijlage WHERE id = :id AND status = 'komt-binnen' FOR UPDATE")
    if (await conn.execute(query, values)).one_or_none() is None:
        return False
    await conn.execute(text("DELETE FROM bijlage_stuk WHERE bijlage_id = :id"), values)
    await conn.execute(text("DELETE FROM bijlage WHERE id = :id"), values)
    return True


async def count_bijlagen(conn: AsyncConnection, melding_id: UUID) -> int:
    """Return how many files a melding has, those that come in now included."""
    found = await conn.execute(text("SELECT count(*) FROM bijlage WHERE melding_id = :id"), {"id": melding_id})
    return int(found.scalar_one())


_OF_MELDING = text("""
SELECT * FROM bijlage WHERE melding_id = :melding_id AND status <> 'komt-binnen' ORDER BY id
""")


async def load_bijlagen(conn: AsyncConnection, vault: Vault, melding_id: UUID) -> tuple[Bijlage, ...]:
    """Return the files of a melding, the oldest first."""
    rows = (await conn.execute(_OF_MELDING, {"melding_id": melding_id})).all()
    keys = await keyring_for(conn, vault, [row.naam for row in rows])
    return tuple(_bijlage(keys, row) for row in rows)


async def load_bijlage(conn: AsyncConnection, vault: Vault, bijlage_id: UUID) -> Bijlage | None:
    """Return one file that came in whole."""
    query = text("SELECT * FROM bijlage WHERE id = :id AND status <> 'komt-binnen'")
    row = (await conn.execute(query, {"id": bijlage_id})).one_or_none()
    return _bijlage(await keyring_for(conn, vault, [row.naam]), row) if row else None


def _bijlage(keys: Keyring, row: Row[Any]) -> Bijlage:
    return Bijlage(
        id=row.id,
        melding_id=row.melding_id,
        organisatie_id=row.organisatie_id,
        status=BijlageStatus(row.status),
        soort=BijlageSoort(row.soort),
        grootte=row.grootte,
        naam=opened(keys, row.naam, f"bijlage:naam:{row.id}").decode(),
        toegevoegd_op=row.toegevoegd_op,
        gescand_op=row.gescand_op,
    )


_STUK = text("SELECT inhoud FROM bijlage_stuk WHERE bijlage_id = :id AND nr = :nr")


async def load_stuk(conn: AsyncConnection, vault: Vault, bijlage_id: UUID, nr: int) -> bytes:
    """Return a piece of a file; raises ``NotFoundError`` when it is not there (any more)."""
    sealed = (await conn.execute(_STUK, {"id": bijlage_id, "nr": nr})).scalar_one_or_none()
    if sealed is None:
        raise NotFoundError("Deze bijlage is er niet.")
    return opened(await keyring_for(conn, vault, [sealed]), sealed, _place(bijlage_id, nr))


async def load_inhoud(conn: AsyncConnection, bijlage_id: UUID) -> bytes:
    """Return the keyed hash over all bytes of a file that is there."""
    found = await conn.execute(text("SELECT inhoud FROM bijlage WHERE id = :id"), {"id": bijlage_id})
    return bytes(found.scalar_one())


async def save_scan(conn: AsyncConnection, bijlage_id: UUID, status: BijlageStatus, *, now: datetime) -> None:
    """Write what the scanner said."""
    query = text("UPDATE bijlage SET status = :status, gescand_op = :nu WHERE id = :id")
    await conn.execute(query, {"id": bijlage_id, "status": status.value, "nu": now})


# --- with the meldingen that are read --------------------------------------------------------------------------------

_ADDED = text("""
SELECT 'a' AS wat, id, melding_id, organisatie_id, toegevoegd_op, tekst AS verzegeld,
       CAST(NULL AS text) AS status, CAST(NULL AS text) AS soort, CAST(NULL AS int) AS grootte
FROM aanvulling WHERE melding_id = ANY(CAST(:ids AS uuid[]))
UNION ALL
SELECT 'b', id, melding_id, organisatie_id, toegevoegd_op, naam, status, soort, grootte
FROM bijlage WHERE melding_id = ANY(CAST(:ids AS uuid[])) AND status <> 'komt-binnen'
ORDER BY toegevoegd_op, id
""")


async def load_added(conn: AsyncConnection, melding_ids: Sequence[UUID]) -> dict[UUID, list[Row[Any]]]:
    """Return what was added to meldingen, the oldest first, still sealed."""
    found: dict[UUID, list[Row[Any]]] = {}
    for row in (await conn.execute(_ADDED, {"ids": list(melding_ids)})).all():
        found.setdefault(row.melding_id, []).append(row)
    return found


def added_values(keys: Keyring, rows: Sequence[Row[Any]]) -> dict[str, object]:
    """Return what was added to a melding as JSON values; who added a text stands apart, so that it can be left out."""
    aanvullingen, aanvullers, bijlagen = [], [], []
    for row in rows:
        when = row.toegevoegd_op.isoformat()
        if row.wat == "a":
            told = opened_json(keys, row.verzegeld, f"aanvulling:tekst:{row.id}")
            aanvullingen.append({"id": str(row.id), "toegevoegdOp": when, "tekst": told["tekst"]})
            who = {"id": str(row.id), "organisatieId": row.organisatie_id}
            aanvullers.append(who | {"toegevoegdDoor": told["toegevoegdDoor"]})
        else:
            naam = opened(keys, row.verzegeld, f"bijlage:naam:{row.id}").decode()
            head = {"id": str(row.id), "toegevoegdOp": when, "naam": naam, "organisatieId": row.organisatie_id}
            bijlagen.append(head | {"soort": row.soort, "grootte": row.grootte, "status": row.status})
    found = {"aanvullingen": aanvullingen, "aanvullers": aanvullers, "bijlagen": bijlagen}
    return {name: values for name, values in found.items() if values}
