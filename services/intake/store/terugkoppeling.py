"""How what a melder hears is kept and read: lines are added, and only the moment of fetching is noted on them later."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake.domain.terugkoppeling import Terugkoppeling, TerugkoppelingSoort, heard_by, last_statuscode
from services.intake.store.sealed import opened
from shared.crypto import Vault
from shared.keyring import Key, Keyring, keyring_for
from shared.rules.codes import MelderSoort
from shared.rules.gemeenten import EIGEN_VT
from shared.rules.statuscodes import Statuscode


@dataclass(frozen=True, slots=True)
class Hoofd:
    """What decides of a melding who hears what of it."""

    melding_id: UUID
    casus_id: UUID
    organisatie_id: str
    melder_soort: MelderSoort
    gemeente_code: str
    ontvangen_op: datetime
    gegevens: bytes  # sealed; by its key is sealed what is added


_HEAD = text("SELECT * FROM melding WHERE id = :id")
# Held until the commit: who destroys a file locks its casus first, and then finds what was added, or we find nothing.
_LOCK = text("SELECT m.* FROM melding m JOIN casus c ON c.id = m.casus_id WHERE m.id = :id FOR KEY SHARE OF c")


async def load_hoofd(conn: AsyncConnection, melding_id: UUID, *, lock: bool = False) -> Hoofd | None:
    """Return the head of a melding, when it is there and may be seen."""
    row = (await conn.execute(_LOCK if lock else _HEAD, {"id": melding_id})).one_or_none()
    if row is None:
        return None
    return Hoofd(
        melding_id=row.id,
        casus_id=row.casus_id,
        organisatie_id=row.organisatie_id,
        melder_soort=MelderSoort(row.melder_soort),
        gemeente_code=row.gemeente_code,
        ontvangen_op=row.ontvangen_op,
        gegevens=bytes(row.gegevens),
    )


_ADD = text("""
INSERT INTO terugkoppeling (id, melding_id, soort, statuscode, tijdstip, overdracht_aan, verantwoordelijke, toelichting,
                            bron_id)
VALUES (:id, :melding_id, :soort, :statuscode, :tijdstip, :overdracht_aan, :verantwoordelijke, :toelichting, :bron_id)
ON CONFLICT (id) DO NOTHING
""")


async def add_line(conn: AsyncConnection, line: Terugkoppeling, *, key: Key | None = None) -> bool:
    """Keep a line, and say whether it was new; one with a toelichting needs the ``key`` of its melding."""
    sealed = None
    if line.toelichting is not None:
        if key is None:
            raise ValueError("a toelichting is only kept sealed")
        sealed = key.seal(line.toelichting.encode(), place=_place(line.id))
    values = {
        "id": line.id,
        "melding_id": line.melding_id,
        "soort": line.soort.value,
        "statuscode": line.statuscode.value if line.statuscode else None,
        "tijdstip": line.tijdstip,
        "overdracht_aan": list(line.overdracht_aan),
        "verantwoordelijke": line.verantwoordelijke,
        "toelichting": sealed,
        "bron_id": line.bron_id,
    }
    return bool((await conn.execute(_ADD, values)).rowcount)


async def key_of_melding(conn: AsyncConnection, vault: Vault, hoofd: Hoofd) -> Key | None:
    """Return the key that sealed a melding itself: what is added goes where it goes, and is destroyed with it."""
    keys = await keyring_for(conn, vault, (hoofd.gegevens,))
    return next(iter(keys.keys.values()), None)


_LINES = text("SELECT * FROM terugkoppeling WHERE melding_id = :id ORDER BY tijdstip, id")
_CODES = text("""
SELECT t.*, m.melder_soort FROM terugkoppeling t JOIN melding m ON m.id = t.melding_id
WHERE t.melding_id = ANY(CAST(:ids AS uuid[])) AND t.statuscode IS NOT NULL
""")


async def load_lines(conn: AsyncConnection, vault: Vault, melding_id: UUID) -> list[Terugkoppeling]:
    """Return what was told of a melding, from first to last, opened."""
    rows = (await conn.execute(_LINES, {"id": melding_id})).all()
    keys = await keyring_for(conn, vault, [row.toelichting for row in rows])
    return [_line(keys, row) for row in rows]


async def statuscodes_of(
    conn: AsyncConnection, melding_ids: Iterable[UUID], *, as_melder: bool
) -> dict[UUID, Statuscode]:
    """Return where each of some meldingen stands; one of which nothing is told yet is not among them.

    With ``as_melder`` as far as its melder may hear it.
    """
    rows: Sequence[Row[Any]] = (await conn.execute(_CODES, {"ids": list(melding_ids)})).all()
    lines: dict[UUID, list[Terugkoppeling]] = {}
    for row in rows:
        line = _line(None, row)
        heard = heard_by(MelderSoort(row.melder_soort), line) if as_melder else line
        if heard is not None:
            lines.setdefault(row.melding_id, []).append(heard)
    return {melding_id: code for melding_id, of_one in lines.items() if (code := last_statuscode(of_one))}


def _line(keys: Keyring | None, row: Row[Any]) -> Terugkoppeling:
    sealed = row.toelichting if keys else None
    return Terugkoppeling(
        id=row.id,
        melding_id=row.melding_id,
        soort=TerugkoppelingSoort(row.soort),
        statuscode=Statuscode(row.statuscode) if row.statuscode else None,
        tijdstip=row.tijdstip,
        overdracht_aan=tuple(row.overdracht_aan),
        verantwoordelijke=row.verantwoordelijke,
        toelichting=opened(keys, sealed, _place(row.id)).decode() if keys and sealed is not None else None,
        bron_id=row.bron_id,
        gegeven_op=row.gegeven_op,
    )


def _place(line_id: UUID) -> str:
    return f"terugkoppeling:toelichting:{line_id}"


_HOLDER = text("""
SELECT t.verantwoordelijke FROM terugkoppeling t JOIN melding m ON m.id = t.melding_id
WHERE m.casus_id = :casus_id AND t.soort = ANY(CAST(:soorten AS text[])) AND t.verantwoordelijke IS NOT NULL
  AND t.tijdstip <= :op
ORDER BY t.tijdstip DESC, t.id DESC LIMIT 1
""")
_OF_HOLDERS = [TerugkoppelingSoort.OVERDRACHT_GEACCEPTEERD.value, TerugkoppelingSoort.ZICHT_OVERGEGAAN.value]


async def is_taken_over(conn: AsyncConnection, casus_id: UUID, *, op: datetime) -> bool:
    """Say whether a receiver held sight of safety of a casus at a moment, as far as it was heard."""
    values = {"casus_id": casus_id, "op": op, "soorten": _OF_HOLDERS}
    holder = (await conn.execute(_HOLDER, values)).scalar_one_or_none()
    return holder is not None and holder != EIGEN_VT


_GIVEN = text("""
UPDATE terugkoppeling SET gegeven_op = :op
WHERE id = ANY(CAST(:ids AS uuid[])) AND gegeven_op IS NULL RETURNING id
""")


async def mark_given(conn: AsyncConnection, line_ids: Iterable[UUID], *, op: datetime) -> set[UUID]:
    """Note that lines were fetched by the sender, and return those of which that was new."""
    return set((await conn.execute(_GIVEN, {"ids": list(line_ids), "op": op})).scalars())
