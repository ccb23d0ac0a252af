"""How an import is kept: its file in pieces under a key of its own, which is destroyed with them when it is done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake.domain.importeren import (
    Fouten,
    Import,
    ImportFout,
    ImportSoort,
    ImportStatus,
    RijResultaat,
    RijStatus,
)
from services.intake.store.sealed import opened
from shared.crypto import Vault
from shared.keyring import Key, destroy_keys, keyring_for, make_key
from shared.rules.codes import Rol

BESTAND = "bestand"
RIJEN = "rijen"


@dataclass(frozen=True, slots=True)
class Opdracht:
    """An import with on whose behalf it is worked on, and where the work is."""

    gezien: Import
    rol: Rol
    actor: str
    client: str
    herkomst: str
    volgende_rij: int
    plaats: int


_ADD_KEY = text("""
INSERT INTO sleutel (id, eigenaar_id, hoofdsleutel, gewikkeld)
VALUES (:id, :eigenaar_id, :hoofdsleutel, :gewikkeld)
""")
_BEGIN = text("""
INSERT INTO import (id, organisatie_id, rol, actor, client, herkomst, soort, status, verwerkt, ontvangen, herhaald,
                    geweigerd, volgende_rij, plaats, aangemaakt_op)
VALUES (:id, :organisatie_id, :rol, :actor, :client, :herkomst, :soort, 'komt-binnen', 0, 0, 0, 0, 2, 0, :nu)
""")


async def begin_import(conn: AsyncConnection, vault: Vault, import_id: UUID, values: dict[str, object]) -> Key:
    """Make place for a file that is about to come in, and return the key of its own for its pieces."""
    made = await make_key(vault, import_id)
    await conn.execute(_ADD_KEY, made.row)
    await conn.execute(_BEGIN, {"id": import_id, **values})
    return made.key


_ADD_STUK = text("""
INSERT INTO import_stuk (import_id, deel, nr, inhoud) VALUES (:id, :deel, :nr, :inhoud)
""")
_STUK = text("SELECT inhoud FROM import_stuk WHERE import_id = :id AND deel = :deel AND nr = :nr")


async def add_stuk(  # noqa: PLR0913, PLR0917, the parts of a place
    conn: AsyncConnection, key: Key, import_id: UUID, deel: str, nr: int, piece: bytes
) -> None:
    """Keep the next piece of a file."""
    sealed = key.seal(piece, place=_place(import_id, deel, nr))
    await conn.execute(_ADD_STUK, {"id": import_id, "deel": deel, "nr": nr, "inhoud": sealed})


async def load_stuk(conn: AsyncConnection, vault: Vault, import_id: UUID, deel: str, nr: int) -> bytes:
    """Return a piece of a file; nothing behind its end."""
    sealed = (await conn.execute(_STUK, {"id": import_id, "deel": deel, "nr": nr})).scalar_one_or_none()
    if sealed is None:
        return b""
    return opened(await keyring_for(conn, vault, [sealed]), sealed, _place(import_id, deel, nr))


async def remove_stukken(conn: AsyncConnection, import_id: UUID, deel: str) -> None:
    """Take away a part of a file."""
    query = text("DELETE FROM import_stuk WHERE import_id = :id AND deel = :deel")
    await conn.execute(query, {"id": import_id, "deel": deel})


async def key_for_pieces(conn: AsyncConnection, vault: Vault, import_id: UUID) -> Key:
    """Return a further key of an import, for what is written of it later."""
    made = await make_key(vault, import_id)
    await conn.execute(_ADD_KEY, made.row)
    return made.key


def _place(import_id: UUID, deel: str, nr: int) -> str:
    return f"import_stuk:inhoud:{import_id}:{deel}:{nr}"


async def find_same(conn: AsyncConnection, *, organisatie_id: str, inhoud: bytes) -> Import | None:
    """Return the import of the same bytes that the same organisation sent before."""
    query = text("SELECT * FROM import WHERE organisatie_id = :organisatie_id AND inhoud = :inhoud")
    row = (await conn.execute(query, {"organisatie_id": organisatie_id, "inhoud": inhoud})).one_or_none()
    return _import(row) if row else None


async def end_import(conn: AsyncConnection, import_id: UUID, *, grootte: int, inhoud: bytes) -> None:
    """Mark a file as whole."""
    query = text("""UPDATE import SET status = 'wacht', grootte = :grootte, inhoud = :inhoud
                    WHERE id = :id AND status = 'komt-binnen'""")
    await conn.execute(query, {"id": import_id, "grootte": grootte, "inhoud": inhoud})


async def drop_unfinished(conn: AsyncConnection, import_id: UUID) -> bool:
    """Remove a file that never became whole, with what came in of it."""
    query = text("SELECT 1 FROM import WHERE id = :id AND status = 'komt-binnen' FOR UPDATE")
    if (await conn.execute(query, {"id": import_id})).one_or_none() is None:
        return False
    await _destroy_file(conn, import_id)
    await conn.execute(text("DELETE FROM import WHERE id = :id"), {"id": import_id})
    return True


async def _destroy_file(conn: AsyncConnection, import_id: UUID) -> None:
    await conn.execute(text("DELETE FROM import_stuk WHERE import_id = :id"), {"id": import_id})
    await destroy_keys(conn, import_id)


async def load_import(conn: AsyncConnection, import_id: UUID) -> Import | None:
    """Return an import that came in whole."""
    query = text("SELECT * FROM import WHERE id = :id AND status <> 'komt-binnen'")
    row = (await conn.execute(query, {"id": import_id})).one_or_none()
    return _import(row) if row else None


async def load_opdracht(conn: AsyncConnection, import_id: UUID) -> Opdracht | None:
    """Return an import that came in whole, with what the work on it must know."""
    query = text("SELECT * FROM import WHERE id = :id AND status <> 'komt-binnen'")
    row = (await conn.execute(query, {"id": import_id})).one_or_none()
    if row is None:
        return None
    return Opdracht(_import(row), Rol(row.rol), row.actor, row.client, row.herkomst, row.volgende_rij, row.plaats)


def _import(row: Row[Any]) -> Import:
    return Import(
        id=row.id,
        organisatie_id=row.organisatie_id,
        soort=ImportSoort(row.soort),
        status=ImportStatus(row.status),
        fout=ImportFout(row.fout) if row.fout else None,
        grootte=row.grootte,
        rijen=row.rijen,
        verwerkt=row.verwerkt,
        ontvangen=row.ontvangen,
        herhaald=row.herhaald,
        geweigerd=row.geweigerd,
        aangemaakt_op=row.aangemaakt_op,
        klaar_op=row.klaar_op,
    )


async def save_counted(conn: AsyncConnection, import_id: UUID, *, rijen: int, plaats: int) -> None:
    """Write how many rows there are, and where the first of them begins."""
    query = text("UPDATE import SET status = 'bezig', rijen = :rijen, plaats = :plaats WHERE id = :id")
    await conn.execute(query, {"id": import_id, "rijen": rijen, "plaats": plaats})


_ADD_RIJEN = text("""
INSERT INTO import_rij (import_id, nr, status, melding_id, fouten)
SELECT :id, r.nr, r.status, r.melding_id, CAST(r.fouten AS jsonb)
FROM unnest(CAST(:nrs AS int[]), CAST(:statussen AS text[]), CAST(:meldingen AS uuid[]), CAST(:fouten AS text[]))
     AS r(nr, status, melding_id, fouten)
ON CONFLICT (import_id, nr) DO NOTHING
""")
_PROGRESS = text("""
UPDATE import SET verwerkt = verwerkt + :verwerkt, ontvangen = ontvangen + :ontvangen, herhaald = herhaald + :herhaald,
                  geweigerd = geweigerd + :geweigerd, plaats = :plaats, volgende_rij = :volgende_rij
WHERE id = :id AND plaats = :was
""")


async def save_progress(  # noqa: PLR0913, keyword only
    conn: AsyncConnection,
    import_id: UUID,
    resultaten: Sequence[RijResultaat],
    *,
    was: int,
    plaats: int,
    volgende_rij: int,
) -> None:
    """Write what became of some rows and where the next begins; nothing when another worker did so already."""
    counts = {status.value: sum(one.status is status for one in resultaten) for status in RijStatus}
    values = {"id": import_id, "was": was, "plaats": plaats, "volgende_rij": volgende_rij}
    moved = await conn.execute(_PROGRESS, {**values, **counts, "verwerkt": len(resultaten)})
    if moved.rowcount and resultaten:
        await _add_rijen(conn, import_id, resultaten)


async def _add_rijen(conn: AsyncConnection, import_id: UUID, resultaten: Sequence[RijResultaat]) -> None:
    values = {
        "id": import_id,
        "nrs": [one.nr for one in resultaten],
        "statussen": [one.status.value for one in resultaten],
        "meldingen": [one.melding_id for one in resultaten],
        "fouten": [orjson.dumps(one.fouten).decode() for one in resultaten],
    }
    await conn.execute(_ADD_RIJEN, values)


async def break_off(conn: AsyncConnection, import_id: UUID, fout: ImportFout, fouten: Fouten, *, now: datetime) -> None:
    """End an import of which nothing can be read, with what is wrong in its first row, and destroy its file."""
    query = text("UPDATE import SET status = 'afgebroken', fout = :fout, klaar_op = :nu WHERE id = :id")
    await conn.execute(query, {"id": import_id, "fout": fout.value, "nu": now})
    if fouten:
        await _add_rijen(conn, import_id, [RijResultaat(1, RijStatus.GEWEIGERD, fouten=fouten)])
    await _destroy_file(conn, import_id)


async def finish(conn: AsyncConnection, import_id: UUID, *, route: str, now: datetime) -> None:
    """End an import, and destroy its file and the first answers to its rows: nobody can send them again."""
    query = text("UPDATE import SET status = 'klaar', klaar_op = :nu WHERE id = :id")
    await conn.execute(query, {"id": import_id, "nu": now})
    await conn.execute(text("DELETE FROM idempotentie WHERE route = :route"), {"route": route})
    await _destroy_file(conn, import_id)


_RESULTATEN = text("""
SELECT r.nr, r.status, r.melding_id, r.fouten, m.kenmerk
FROM import_rij r LEFT JOIN melding m ON m.id = r.melding_id
WHERE r.import_id = :id AND r.nr > :na ORDER BY r.nr LIMIT :limiet
""")


async def list_resultaten(conn: AsyncConnection, import_id: UUID, *, na: int, limiet: int) -> list[RijResultaat]:
    """Return what became of rows, in the order of the file."""
    rows = (await conn.execute(_RESULTATEN, {"id": import_id, "na": na, "limiet": limiet})).all()
    return [
        RijResultaat(
            row.nr,
            RijStatus(row.status),
            row.melding_id if row.kenmerk else None,
            row.kenmerk,
            tuple((kolom, detail) for kolom, detail in row.fouten),
        )
        for row in rows
    ]


async def forget_import(conn: AsyncConnection, import_id: UUID) -> None:
    """Remove the report of an import."""
    await _destroy_file(conn, import_id)
    await conn.execute(text("DELETE FROM import_rij WHERE import_id = :id"), {"id": import_id})
    await conn.execute(text("DELETE FROM import WHERE id = :id"), {"id": import_id})
