"""How signals of unknown melders are kept on a list of their own, and become meldingen."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.intake.domain.dubbel_anoniem import Besluit, DubbelAnoniem, DubbelAnoniemStatus, NieuweMelder
from services.intake.store.sealed import opened, seal
from shared.canonical import plain
from shared.crypto import Vault
from shared.events.payloads import MeldingOntvangen
from shared.keyring import Keyring, key_of, keyring_for
from shared.messaging.codec import dump_payload, load_payload
from shared.rules.codes import DubbelAnoniemKeuze

_ADD = text("""
INSERT INTO dubbel_anoniem (melding_id, status, versie, ontvangen_op, aankondiging)
VALUES (:melding_id, :status, 1, :ontvangen_op, CAST(:aankondiging AS jsonb))
""")
_SELECT = """
SELECT d.*, m.casus_id, m.kenmerk, m.gemeente_code FROM dubbel_anoniem d JOIN melding m ON m.id = d.melding_id
"""
_LIST = text(
    _SELECT
    + """
WHERE (CAST(:status AS text) IS NULL OR d.status = :status) AND (CAST(:na AS uuid) IS NULL OR d.melding_id > :na)
ORDER BY d.melding_id LIMIT :limiet
"""
)
_ONE = text(_SELECT + "WHERE d.melding_id = :id")
_LOCKED = text(_SELECT + "WHERE d.melding_id = :id FOR UPDATE")


async def add_entry(conn: AsyncConnection, aankondiging: MeldingOntvangen) -> None:
    """Put a melding on the list, with the fact that is told when it becomes one for the other rooms."""
    await conn.execute(
        _ADD,
        {
            "melding_id": aankondiging.melding_id,
            "status": DubbelAnoniemStatus.WACHT_OP_BESLUIT.value,
            "ontvangen_op": aankondiging.ontvangen_op,
            "aankondiging": orjson.dumps(dump_payload(aankondiging), default=plain).decode(),
        },
    )


async def list_entries(
    conn: AsyncConnection, vault: Vault, *, status: DubbelAnoniemStatus | None, na: UUID | None, limiet: int
) -> list[DubbelAnoniem]:
    """Return signals, the oldest first."""
    values = {"status": status.value if status else None, "na": na, "limiet": limiet}
    return await _entries(conn, vault, (await conn.execute(_LIST, values)).all())


async def load_entry(
    conn: AsyncConnection, vault: Vault, melding_id: UUID, *, lock: bool = False
) -> DubbelAnoniem | None:
    """Return one signal, locked together with its melding when it is about to change."""
    rows = (await conn.execute(_LOCKED if lock else _ONE, {"id": melding_id})).all()
    return next(iter(await _entries(conn, vault, rows)), None)


async def _entries(conn: AsyncConnection, vault: Vault, rows: Sequence[Row[Any]]) -> list[DubbelAnoniem]:
    keys = await keyring_for(conn, vault, [row.besluiten for row in rows])
    return [_entry(keys, row) for row in rows]


def _entry(keys: Keyring, row: Row[Any]) -> DubbelAnoniem:
    told = load_payload(_MELDING_ONTVANGEN, row.aankondiging)
    assert isinstance(told, MeldingOntvangen)  # noqa: S101, of that type
    taken = orjson.loads(opened(keys, row.besluiten, _place(row.melding_id))) if row.besluiten else []
    return DubbelAnoniem(
        melding_id=row.melding_id,
        casus_id=row.casus_id,
        kenmerk=row.kenmerk,
        gemeente_code=row.gemeente_code,
        status=DubbelAnoniemStatus(row.status),
        versie=row.versie,
        ontvangen_op=row.ontvangen_op,
        aankondiging=told,
        besluiten=tuple(_besluit(one) for one in taken),
    )


_MELDING_ONTVANGEN = "nl.ketenradar.melding-ontvangen.v1"


def _besluit(told: Mapping[str, Any]) -> Besluit:
    return Besluit(
        **{
            **told,
            "keuze": DubbelAnoniemKeuze(told["keuze"]),
            "besloten_op": datetime.fromisoformat(told["besloten_op"]),
        }
    )


def _place(melding_id: UUID) -> str:
    return f"dubbel_anoniem:besluiten:{melding_id}"


_SAVE = text("""
UPDATE dubbel_anoniem SET status = :status, versie = :versie, besloten_op = :besloten_op, besluiten = :besluiten,
       aankondiging = CAST(:aankondiging AS jsonb)
WHERE melding_id = :id
""")
_STATUS = text("UPDATE melding SET status = :status WHERE id = :id")
_BECOMES_A_MELDING = text("""
UPDATE melding SET ontvangen_op = :nu, veiligheidsbeoordeling_uiterlijk = :uiterlijk WHERE id = :id
""")
_LET_IT_TIE = text("""
UPDATE persoon_sleutel SET koppelt = true WHERE persoon_id IN
    (SELECT id FROM persoon WHERE melding_id = :id AND NOT rol = ANY(CAST(:rollen AS text[])))
""")
_MELDER = text("""
UPDATE melding SET melder = :melder, melder_categorie = :categorie, melder_soort = :soort, dubbel_anoniem = false
WHERE id = :id
""")


async def save_entry(conn: AsyncConnection, vault: Vault, entry: DubbelAnoniem) -> None:
    """Save what was decided on a locked signal."""
    key = await key_of(conn, vault, entry.casus_id)
    taken = orjson.dumps([asdict(one) for one in entry.besluiten], default=plain)
    await conn.execute(
        _SAVE,
        {
            "id": entry.melding_id,
            "status": entry.status.value,
            "versie": entry.versie,
            "besloten_op": entry.besluiten[-1].besloten_op,
            "besluiten": key.seal(taken, place=_place(entry.melding_id)),
            "aankondiging": orjson.dumps(dump_payload(entry.aankondiging), default=plain).decode(),
        },
    )
    await conn.execute(_STATUS, {"id": entry.melding_id, "status": entry.melding_status.value})


async def start_melding(
    conn: AsyncConnection, entry: DubbelAnoniem, *, uiterlijk: datetime, never_ties: Sequence[str]
) -> None:
    """Let a locked signal be a melding: received now, and its people tie casussen, save those of these roles."""
    values = {"id": entry.melding_id, "nu": entry.aankondiging.ontvangen_op, "uiterlijk": uiterlijk}
    await conn.execute(_BECOMES_A_MELDING, values)
    await conn.execute(_LET_IT_TIE, {"id": entry.melding_id, "rollen": list(never_ties)})


async def save_melder(conn: AsyncConnection, vault: Vault, entry: DubbelAnoniem, melder: NieuweMelder) -> None:
    """Write who the melder of a locked melding turned out to be."""
    key = await key_of(conn, vault, entry.casus_id)
    await conn.execute(
        _MELDER,
        {
            "id": entry.melding_id,
            "melder": seal(key, melder.gegevens, f"melding:melder:{entry.melding_id}"),
            "categorie": melder.categorie.value,
            "soort": melder.soort.value,
        },
    )
