"""How merges and splits are kept with their numbers, and how what is split off is moved and sealed anew."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake.domain.koppelvoorstel import Keuze, Koppelbesluit, Koppelvoorstel
from services.intake.domain.splitsen import Samenhang, Verplaatsing, VerplaatsingSoort
from services.intake.store.sealed import opened
from services.intake.tables import metadata
from services.intake.tables.core import casus, dossierverzoek, taak
from shared.crypto import Vault
from shared.ids import new_id
from shared.keyring import Key, key_of, keyring_for, reseal
from shared.verhuizen import move_rows, rows_of_meldingen

# An advies has a key and a term of its own; it only names the melding that it became.
NOT_OF_A_MELDING = frozenset({"advies"})


async def next_volgorde(conn: AsyncConnection) -> int:
    """Return the next number; the casussen in question must be held, so that the numbers follow what happens."""
    return int((await conn.execute(text("SELECT nextval('verplaatsing_volgorde')"))).scalar_one())


_ADD = text("""
INSERT INTO verplaatsing (id, soort, volgorde, casus_id, andere_casus_id, melding_ids, tijdstip, rol, door, voorstel_id,
                          motivering)
VALUES (:id, :soort, :volgorde, :casus_id, :andere_casus_id, CAST(:melding_ids AS uuid[]), :tijdstip, :rol, :door,
        CAST(:voorstel_id AS uuid), :motivering)
""")


async def add_verplaatsing(conn: AsyncConnection, vault: Vault, new: Verplaatsing) -> None:
    """Keep a merge or split; why stands under the key of the casus that stayed."""
    sealed = None
    if new.motivering is not None:
        key = await key_of(conn, vault, new.casus_id)
        sealed = key.seal(new.motivering.encode(), place=f"verplaatsing:motivering:{new.id}")
    await conn.execute(
        _ADD,
        {
            "id": new.id,
            "soort": new.soort.value,
            "volgorde": new.volgorde,
            "casus_id": new.casus_id,
            "andere_casus_id": new.andere_casus_id,
            "melding_ids": list(new.melding_ids),
            "tijdstip": new.tijdstip,
            "rol": new.rol,
            "door": new.door,
            "voorstel_id": new.voorstel_id,
            "motivering": sealed,
        },
    )


def _verplaatsing(row: Row[Any], motivering: str | None = None) -> Verplaatsing:
    return Verplaatsing(
        id=row.id,
        soort=VerplaatsingSoort(row.soort),
        volgorde=row.volgorde,
        casus_id=row.casus_id,
        andere_casus_id=row.andere_casus_id,
        melding_ids=tuple(row.melding_ids),
        tijdstip=row.tijdstip,
        rol=row.rol,
        door=row.door,
        voorstel_id=row.voorstel_id,
        motivering=motivering,
    )


async def load_verplaatsing(conn: AsyncConnection, vault: Vault, verplaatsing_id: UUID) -> Verplaatsing | None:
    """Return one merge or split, with why it was split."""
    statement = text("SELECT * FROM verplaatsing WHERE id = :id")
    row = (await conn.execute(statement, {"id": verplaatsing_id})).one_or_none()
    if row is None or row.motivering is None:
        return _verplaatsing(row) if row else None
    keys = await keyring_for(conn, vault, [row.motivering])
    return _verplaatsing(row, opened(keys, row.motivering, f"verplaatsing:motivering:{row.id}").decode())


async def list_verplaatsingen(
    conn: AsyncConnection, casus_ids: Collection[UUID], *, na: int | None, limiet: int
) -> list[Verplaatsing]:
    """Return the merges and splits in which these casussen stand, the first one first; without their reasons."""
    statement = text("""
        SELECT * FROM verplaatsing
        WHERE (casus_id = ANY(CAST(:ids AS uuid[])) OR andere_casus_id = ANY(CAST(:ids AS uuid[])))
          AND volgorde > :na
        ORDER BY volgorde LIMIT :limiet
    """)
    asked = {"ids": list(casus_ids), "na": na or 0, "limiet": limiet}
    return [_verplaatsing(row) for row in (await conn.execute(statement, asked)).all()]


async def merge_of(conn: AsyncConnection, voorstel: Koppelvoorstel) -> Verplaatsing | None:
    """Return the merge that this koppelvoorstel last led to."""
    statement = text("""
        SELECT * FROM verplaatsing WHERE soort = :soort
          AND (voorstel_id = :id OR (voorstel_id IS NULL AND casus_id = :een AND andere_casus_id = :ander))
        ORDER BY volgorde DESC LIMIT 1
    """)
    asked = {
        "soort": VerplaatsingSoort.SAMENVOEGING.value,
        "id": voorstel.id,
        "een": voorstel.casus_id,
        "ander": voorstel.andere_casus_id,
    }
    row = (await conn.execute(statement, asked)).one_or_none()
    return _verplaatsing(row) if row else None


# --- what hangs together ---------------------------------------------------------------------------------------

_POINTERS = text("""
SELECT DISTINCT ON (v.andere_casus_id) v.andere_casus_id, v.casus_id
FROM verplaatsing v JOIN casus c ON c.id = v.andere_casus_id AND c.opgegaan_in = :id
WHERE v.soort = 'samenvoeging' ORDER BY v.andere_casus_id, v.volgorde DESC
""")
_HOMES_OF_MELDINGEN = text("""
SELECT m.id, coalesce(h.thuis_id, m.casus_id) AS thuis_id
FROM melding m LEFT JOIN thuis h ON h.onderwerp_id = m.id WHERE m.casus_id = :id
""")
_HOMES_OF_VERZOEKEN = text("""
SELECT d.id, coalesce(h.thuis_id, d.casus_id) AS thuis_id
FROM dossierverzoek d LEFT JOIN thuis h ON h.onderwerp_id = d.id WHERE d.casus_id = :id
""")


async def load_samenhang(conn: AsyncConnection, casus_id: UUID) -> Samenhang:
    """Return a casus that is held, with what went up in it and where everything in it is at home."""
    asked = {"id": casus_id}
    pointers = (await conn.execute(_POINTERS, asked)).all()
    return Samenhang(
        casus_id=casus_id,
        opgegaan={row.andere_casus_id: row.casus_id for row in pointers},
        meldingen={row.id: row.thuis_id for row in (await conn.execute(_HOMES_OF_MELDINGEN, asked)).all()},
        verzoeken={row.id: row.thuis_id for row in (await conn.execute(_HOMES_OF_VERZOEKEN, asked)).all()},
    )


_NOTE_HOMES = text("""
INSERT INTO thuis (onderwerp_id, thuis_id)
SELECT id, casus_id FROM melding WHERE casus_id = :id
UNION ALL SELECT id, casus_id FROM dossierverzoek WHERE casus_id = :id
ON CONFLICT (onderwerp_id) DO NOTHING
""")
_SET_HOMES = text("""
INSERT INTO thuis (onderwerp_id, thuis_id) SELECT k.id, :home FROM unnest(CAST(:ids AS uuid[])) AS k(id)
ON CONFLICT (onderwerp_id) DO UPDATE SET thuis_id = excluded.thuis_id
""")


async def note_homes(conn: AsyncConnection, casus_id: UUID) -> None:
    """Write down that what stands in a casus is at home there, before it goes up in another."""
    await conn.execute(_NOTE_HOMES, {"id": casus_id})


async def set_homes(conn: AsyncConnection, ids: Collection[UUID], home: UUID) -> None:
    """Write down that these are at home in a casus from now on."""
    await conn.execute(_SET_HOMES, {"ids": list(ids), "home": home})


async def keys_of_people(conn: AsyncConnection, casus_id: UUID) -> list[bytes]:
    """Return the keys that a melding about people of this casus would lock at the door."""
    statement = text("""
        SELECT DISTINCT s.sleutel FROM persoon_sleutel s JOIN persoon p ON p.id = s.persoon_id
        JOIN melding m ON m.id = p.melding_id WHERE m.casus_id = :id AND s.koppelt
    """)
    return [bytes(key) for key in (await conn.execute(statement, {"id": casus_id})).scalars()]


async def verzoeken_about(conn: AsyncConnection, casus_id: UUID, melding_ids: Collection[UUID]) -> frozenset[UUID]:
    """Return what was asked in a casus by or about a person of these meldingen."""
    statement = text("""
        SELECT d.id FROM dossierverzoek d JOIN persoon p ON p.id = d.persoon_id
        WHERE d.casus_id = :id AND p.melding_id = ANY(CAST(:ids AS uuid[]))
    """)
    return frozenset((await conn.execute(statement, {"id": casus_id, "ids": list(melding_ids)})).scalars())


# --- moving ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """What goes from one casus that is held to another."""

    van: UUID
    naar: UUID
    melding_ids: frozenset[UUID]
    verzoek_ids: frozenset[UUID]
    casus_ids: frozenset[UUID]


async def move(conn: AsyncConnection, vault: Vault, what: Move) -> Key:
    """Move meldingen with everything that hangs on them, sealed under a fresh key of the other casus; return that key.

    What was asked goes with the person who asked. Destroying one of both leaves the other readable.
    """
    table = dossierverzoek
    key = await move_rows(
        conn, vault, metadata, what.melding_ids, van=what.van, naar=what.naar, passing_over=NOT_OF_A_MELDING
    )
    verzoeken = table.c.id.in_(what.verzoek_ids)
    await reseal(conn, vault, table, verzoeken, van=what.van, key=key)
    await conn.execute(update(table).where(verzoeken).values(casus_id=what.naar))
    await reseal(
        conn,
        vault,
        casus,
        casus.c.id.in_((what.naar, *what.casus_ids)),
        van=what.van,
        key=key,
        columns=("beschermingsmaatregel",),
    )
    await conn.execute(update(casus).where(casus.c.id.in_(what.casus_ids)).values(opgegaan_in=what.naar))
    await _move_tasks(conn, what)
    for casus_id in (what.van, what.naar):
        await conn.execute(_COUNT, {"id": casus_id})
    return key


_ELSEWHERE = text("""
SELECT m.casus_id, array_agg(m.id) AS ids FROM melding m
WHERE m.casus_id <> :id AND m.id IN (
    SELECT unnest(v.melding_ids) FROM verplaatsing v
    WHERE v.casus_id = :id OR v.casus_id IN (SELECT c.id FROM casus c WHERE c.opgegaan_in = :id))
GROUP BY m.casus_id
""")


async def gather_strays(conn: AsyncConnection, vault: Vault, casus_id: UUID) -> None:
    """Seal under its own keys what somebody wrote of a melding in the moment in which it was split off.

    Otherwise destroying the keys of the casus from which it came would close it too.
    """
    for row in (await conn.execute(_ELSEWHERE, {"id": casus_id})).all():
        key = await key_of(conn, vault, row.casus_id)
        for table, where in rows_of_meldingen(metadata, row.ids, passing_over=NOT_OF_A_MELDING):
            await reseal(conn, vault, table, where, van=casus_id, key=key)


_COUNT = text("""
UPDATE casus SET aantal_meldingen = (SELECT count(*) FROM melding WHERE casus_id = :id),
       aantal_personen = (SELECT count(*) FROM persoon p JOIN melding m ON m.id = p.melding_id WHERE m.casus_id = :id)
WHERE id = :id
""")


async def _move_tasks(conn: AsyncConnection, what: Move) -> None:
    for table, where in rows_of_meldingen(metadata, what.melding_ids, passing_over=NOT_OF_A_MELDING):
        if "id" in table.c:
            about = taak.c.object_id.in_(select(table.c.id).where(where))
            await conn.execute(update(taak).where(taak.c.casus_id == what.van, about).values(casus_id=what.naar))


async def add_casus(conn: AsyncConnection, casus_id: UUID, *, now: datetime) -> None:
    """Make a casus for what is split off; it is open, and counted when its meldingen are there."""
    statement = text("""
        INSERT INTO casus (id, status, aangemaakt_op, aantal_meldingen, aantal_personen)
        VALUES (:id, 'open', :nu, 0, 0)
    """)
    await conn.execute(statement, {"id": casus_id, "nu": now})


async def copy_maatregel(conn: AsyncConnection, vault: Vault, *, source: UUID, target: UUID, key: Key) -> None:
    """Let a measure of child protection that needs a file hold for what was split off too: nobody said for which."""
    row = (await conn.execute(select(casus.c.beschermingsmaatregel).where(casus.c.id == source))).one()
    sealed = row.beschermingsmaatregel
    if sealed is not None:
        keys = await keyring_for(conn, vault, [sealed])
        plain = opened(keys, sealed, f"casus:beschermingsmaatregel:{source}")
        sealed = key.seal(plain, place=f"casus:beschermingsmaatregel:{target}")
    tot = select(casus.c.beschermingsmaatregel_tot).where(casus.c.id == source).scalar_subquery()
    await conn.execute(
        update(casus).where(casus.c.id == target).values(beschermingsmaatregel_tot=tot, beschermingsmaatregel=sealed)
    )


# --- what was decided and proposed -----------------------------------------------------------------------------

_ADD_BESLUIT = text("""
INSERT INTO koppelbesluit (id, voorstel_id, keuze, rol, door, tijdstip, motivering)
VALUES (:id, :voorstel_id, :keuze, :rol, :door, :tijdstip, :motivering)
""")
_BESLUITEN = text("""
SELECT * FROM koppelbesluit WHERE voorstel_id = ANY(CAST(:ids AS uuid[])) ORDER BY voorstel_id, id
""")


async def add_besluit(conn: AsyncConnection, vault: Vault, besluit: Koppelbesluit, *, casus_id: UUID) -> None:
    """Keep what was decided; why stands under the key of the older of the two casussen."""
    key = await key_of(conn, vault, casus_id)
    await conn.execute(
        _ADD_BESLUIT,
        {
            "id": besluit.id,
            "voorstel_id": besluit.voorstel_id,
            "keuze": besluit.keuze.value,
            "rol": besluit.rol,
            "door": besluit.door,
            "tijdstip": besluit.tijdstip,
            "motivering": key.seal(besluit.motivering.encode(), place=f"koppelbesluit:motivering:{besluit.id}"),
        },
    )


async def load_besluiten(
    conn: AsyncConnection, vault: Vault, voorstel_ids: Sequence[UUID]
) -> dict[UUID, tuple[Koppelbesluit, ...]]:
    """Return what was decided on koppelvoorstellen, the first one first."""
    rows = (await conn.execute(_BESLUITEN, {"ids": list(voorstel_ids)})).all()
    keys = await keyring_for(conn, vault, [row.motivering for row in rows])
    found: dict[UUID, tuple[Koppelbesluit, ...]] = {}
    for row in rows:
        besluit = Koppelbesluit(
            id=row.id,
            voorstel_id=row.voorstel_id,
            keuze=Keuze(row.keuze),
            rol=row.rol,
            door=row.door,
            tijdstip=row.tijdstip,
            motivering=opened(keys, row.motivering, f"koppelbesluit:motivering:{row.id}").decode(),
        )
        found[row.voorstel_id] = (*found.get(row.voorstel_id, ()), besluit)
    return found


# A pair that lapsed because one of both had gone up in a third is a question again when that one stands again.
_REVIVE = text("""
UPDATE koppelvoorstel v SET status = 'open', besloten_op = NULL, motivering = NULL, versie = v.versie + 1
FROM casus een, casus ander
WHERE v.status = 'vervallen' AND een.id = v.casus_id AND ander.id = v.andere_casus_id
  AND een.opgegaan_in IS NULL AND ander.opgegaan_in IS NULL
  AND (v.casus_id = ANY(CAST(:ids AS uuid[])) OR v.andere_casus_id = ANY(CAST(:ids AS uuid[])))
""")
_SPLIT_PAIR = text("""
INSERT INTO koppelvoorstel (id, casus_id, andere_casus_id, redenen, status, versie, aangemaakt_op, besloten_op)
VALUES (:id, :van, :naar, CAST(:redenen AS text[]), 'ongedaan', 1, :nu, :nu)
""")
_SHARED_KEYS = text("""
SELECT DISTINCT s.soort FROM persoon_sleutel s JOIN persoon p ON p.id = s.persoon_id
JOIN melding m ON m.id = p.melding_id AND m.casus_id = :naar
WHERE s.koppelt AND EXISTS (
    SELECT FROM persoon_sleutel t JOIN persoon q ON q.id = t.persoon_id
    JOIN melding n ON n.id = q.melding_id AND n.casus_id = :van
    WHERE t.koppelt AND t.sleutel = s.sleutel)
""")


async def revive_voorstellen(conn: AsyncConnection, casus_ids: Collection[UUID]) -> None:
    """Put questions again that had lapsed by a merge that was undone."""
    await conn.execute(_REVIVE, {"ids": list(casus_ids)})


async def shared_keys(conn: AsyncConnection, *, van: UUID, naar: UUID) -> list[str]:
    """Return by which kinds of keys people of two casussen are the same."""
    return sorted((await conn.execute(_SHARED_KEYS, {"van": van, "naar": naar})).scalars())


async def add_split_pair(
    conn: AsyncConnection, *, van: UUID, naar: UUID, redenen: Collection[str], now: datetime
) -> UUID:
    """Put two casussen that a person took apart beside each other: he can take that back, nobody proposes it again."""
    voorstel_id = new_id()
    asked = {"id": voorstel_id, "van": van, "naar": naar, "redenen": list(redenen), "nu": now}
    await conn.execute(_SPLIT_PAIR, asked)
    return voorstel_id
