"""What the search behind a destruction finds, in which shape it stands there, and what it must leave alone."""

import asyncio
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Column, Integer, LargeBinary, MetaData, Table, Text, Uuid, insert, select, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.crypto import Vault
from shared.db import create_engine, room_metadata
from shared.keyring import key_of, keyring_for, room_key, sleutel_table
from shared.messaging.schema import messaging_tables
from shared.rules.codes import VernietigingReden
from shared.vernietigen import NotDestroyedError, Shredder, is_destroyed, search_everywhere, vernietiging_table
from shared.web.idempotency import forget_answers_about, idempotency_table, run_forgetting
from shared.work import WORKER_WALL
from tests.support import RoomDatabaseFactory

pytestmark = pytest.mark.anyio

KENMERK = "VT-2026-000_12"
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Vernietiging:
    vernietiging_id: UUID
    reden: VernietigingReden
    vernietigd_op: datetime


@dataclass(frozen=True, slots=True)
class Room:
    engine: AsyncEngine
    metadata: MetaData
    vault: Vault

    def __getitem__(self, name: str) -> Table:
        return self.metadata.tables[name]


@pytest.fixture
async def room(room_database: RoomDatabaseFactory, keys: Path) -> AsyncIterator[Room]:
    engine = create_engine(room_database("scratch").owner_url, name="test", rol=WORKER_WALL)
    metadata = room_metadata()
    messaging_tables(metadata)
    idempotency_table(metadata)
    sleutel_table(metadata)
    vernietiging_table(metadata)
    Table(
        "stuk",
        metadata,
        Column("id", Uuid, primary_key=True),
        Column("casus_id", Uuid, nullable=False),
        Column("kenmerk", Text),
        Column("wie", LargeBinary),
        Column("tekst", LargeBinary),
    )
    Table(
        "later",
        metadata,
        Column("nr", Integer, primary_key=True),
        Column("los", Uuid),
        Column("reeks", ARRAY(Uuid)),
        Column("gegevens", JSONB),
        Column("tekst", Text),
        Column("bytes", LargeBinary),
    )
    async with engine.begin() as conn:
        await conn.run_sync(metadata.create_all)
    yield Room(engine, metadata, Vault.from_file(keys))
    await engine.dispose()


async def add_stuk(conn: AsyncConnection, room: Room, casus_id: UUID, wie: bytes) -> dict[str, Any]:
    stuk_id = uuid4()
    key = await key_of(conn, room.vault, casus_id)
    row = {
        "id": stuk_id,
        "casus_id": casus_id,
        "kenmerk": f"{KENMERK}-{stuk_id.hex[:4]}",
        "wie": wie,
        "tekst": key.seal(b"wat er is gebeurd", place=f"stuk:tekst:{stuk_id}"),
    }
    await conn.execute(insert(room["stuk"]), row)
    return row


async def shred(conn: AsyncConnection, room: Room, casus_id: UUID) -> None:
    shredder = Shredder(conn, room.metadata)
    await shredder.delete(room["stuk"], room["stuk"].c.casus_id == casus_id, words=("kenmerk",))
    await shredder.forget_messages([casus_id])
    await shredder.destroy_keys(casus_id)
    shredder.count(await forget_answers_about(conn, room.vault, shredder.names()))
    await shredder.record(Vernietiging(uuid4(), VernietigingReden.VERZOEK, NOW), casus_id)


async def test_a_file_is_destroyed_and_another_with_the_same_person_stays_whole(room: Room) -> None:
    mine, other, wie = uuid4(), uuid4(), room.vault.blind("bsn", "999990019")
    async with room.engine.begin() as conn:
        await add_stuk(conn, room, mine, wie)
        kept = await add_stuk(conn, room, other, wie)

    async with room.engine.begin() as conn:
        await shred(conn, room, mine)

    async with room.engine.begin() as conn:
        rows = (await conn.execute(select(room["stuk"]))).mappings().all()
        (told,) = (await conn.execute(select(room["vernietiging"]))).all()
        keys = await keyring_for(conn, room.vault, [rows[0]["tekst"]])
        assert [dict(row) for row in rows] == [kept]
        assert keys.open(kept["tekst"], place=f"stuk:tekst:{kept['id']}") == b"wat er is gebeurd"
        assert (told.casus_id, told.verwijderde_regels, told.verwijderde_sleutels) == (mine, 1, 1)
        assert told.gezochte_tabellen == len(room.metadata.tables)
        assert await is_destroyed(conn, mine)
        assert not await is_destroyed(conn, other)


@pytest.mark.parametrize(
    "column",
    ["id", "id in reeks", "id in gegevens", "id in tekst", "id in bytes", "kenmerk", "kenmerk in bytes", "wie", "tekst",
     "wie in hex", "part of tekst", "sleutel"],
)  # fmt: skip
async def test_whatever_a_forgotten_table_keeps_makes_the_destruction_fail_and_nothing_is_destroyed(
    room: Room, column: str
) -> None:
    casus_id = uuid4()
    async with room.engine.begin() as conn:
        stuk = await add_stuk(conn, room, casus_id, os.urandom(16))
        await conn.execute(insert(room["later"]), planted(column, stuk))

    with pytest.raises(NotDestroyedError) as told:
        async with room.engine.begin() as conn:
            await shred(conn, room, casus_id)

    assert str(told.value).startswith("later.")
    assert str(stuk["id"]) not in str(told.value)
    async with room.engine.begin() as conn:
        (row,) = (await conn.execute(select(room["stuk"]))).all()
        keys = await keyring_for(conn, room.vault, [row.tekst])
        assert keys.open(row.tekst, place=f"stuk:tekst:{stuk['id']}") == b"wat er is gebeurd"
        assert (await conn.execute(select(room["vernietiging"]))).all() == []


def planted(column: str, stuk: dict[str, Any]) -> dict[str, Any]:
    """Return a row that keeps something of a stuk, in one of the shapes in which somebody could."""
    stuk_id, sealed = stuk["id"], bytes(stuk["tekst"])
    return {"nr": 1} | {
        "id": {"los": stuk_id},
        "id in reeks": {"reeks": [uuid4(), stuk_id]},
        "id in gegevens": {"gegevens": {"a": [{"b": str(stuk_id)}]}},
        "id in tekst": {"tekst": f"zie {stuk_id!s}".upper()},
        "id in bytes": {"bytes": b"\x01\x02" + stuk_id.bytes + b"\x03" * 30},
        "kenmerk": {"tekst": f"Over {stuk['kenmerk'].lower()}."},
        "kenmerk in bytes": {"bytes": b'{"kenmerk":"' + stuk["kenmerk"].encode() + b'"}'},
        "wie": {"bytes": stuk["wie"]},
        "wie in hex": {"tekst": bytes(stuk["wie"]).hex()},
        "tekst": {"bytes": sealed},
        "part of tekst": {"bytes": b"\x05" + sealed[-20:]},
        "sleutel": {"los": UUID(bytes=sealed[1:17])},
    }[column]


async def test_what_only_looks_like_it_is_left_alone(room: Room) -> None:
    casus_id = uuid4()
    async with room.engine.begin() as conn:
        stuk = await add_stuk(conn, room, casus_id, os.urandom(16))
        lookalike = stuk["kenmerk"].replace("_", "x")  # an underscore stands for itself, not for any letter
        await conn.execute(
            insert(room["later"]),
            {"nr": 1, "los": uuid4(), "reeks": [uuid4()], "tekst": f"{lookalike} {uuid4()}", "bytes": os.urandom(80)},
        )
        await shred(conn, room, casus_id)

    async with room.engine.begin() as conn:
        assert await is_destroyed(conn, casus_id)


async def test_a_copy_of_the_rows_from_before_does_not_open_any_more(room: Room) -> None:
    casus_id = uuid4()
    async with room.engine.begin() as conn:
        copy = await add_stuk(conn, room, casus_id, os.urandom(16))
        await shred(conn, room, casus_id)

    async with room.engine.begin() as conn:
        keys = await keyring_for(conn, room.vault, [copy["tekst"]])
        with pytest.raises(KeyError):
            keys.open(copy["tekst"], place=f"stuk:tekst:{copy['id']}")


async def test_an_answer_that_named_the_file_is_forgotten_and_another_is_not(room: Room) -> None:
    casus_id = uuid4()
    answers = room["idempotentie"]
    async with room.engine.begin() as conn:
        stuk = await add_stuk(conn, room, casus_id, os.urandom(16))
        key = await room_key(conn, room.vault)
        for number, body in enumerate((f'{{"id":"{stuk["id"]}"}}', f'{{"k":"{stuk["kenmerk"]}"}}', '{"id":"iets"}')):
            place = f"idempotentie:antwoord:vt:POST /v1/stukken:{number}"
            values = {"client": "vt", "route": "POST /v1/stukken", "sleutel": str(number), "inhoud": b"x" * 16}
            sealed = key.seal(body.encode(), place=place)
            await conn.execute(insert(answers), values | {"antwoord": sealed, "status": 201, "aangemaakt_op": NOW})
        in_its_address = {"client": "vt", "route": f"PUT /v1/stukken/{stuk['id']}".upper(), "sleutel": "9"}
        await conn.execute(insert(answers), in_its_address | {"inhoud": b"x" * 16, "aangemaakt_op": NOW})
        await shred(conn, room, casus_id)

    async with room.engine.begin() as conn:
        assert (await conn.execute(select(answers.c.sleutel))).scalars().all() == ["2"]


async def test_first_answers_are_forgotten_after_seven_days(room: Room) -> None:
    stop = asyncio.Event()
    async with room.engine.begin() as conn:
        for number, age in enumerate((timedelta(days=6), timedelta(days=8))):
            row = {"client": "vt", "route": "POST /v1/stukken", "sleutel": str(number), "inhoud": b"x" * 16}
            await conn.execute(insert(room["idempotentie"]), row | {"aangemaakt_op": NOW - age})

    running = asyncio.create_task(run_forgetting(room.engine, lambda: NOW, stop))
    await asyncio.sleep(0.3)
    stop.set()
    await asyncio.wait_for(running, 5)

    async with room.engine.begin() as conn:
        assert (await conn.execute(select(room["idempotentie"].c.sleutel))).scalars().all() == ["0"]


async def test_what_was_set_aside_of_the_file_goes_and_nothing_waits_for_it(room: Room) -> None:
    mine, other = uuid4(), uuid4()
    async with room.engine.begin() as conn:
        for casus_id in (mine, other):
            await conn.execute(text("INSERT INTO inbox_stand VALUES ('triage', :c, 4)"), {"c": casus_id})
            await conn.execute(
                text("INSERT INTO inbox_wachtend VALUES ('triage', :c, 6, '{}', :now), ('triage', :c, 7, '{}', :now)"),
                {"c": casus_id, "now": NOW},
            )
            await conn.execute(_SET_ASIDE, {"id": uuid4(), "e": f"{casus_id}-5", "c": casus_id, "b": b"{}", "now": NOW})
        unreadable = b'{"subject":"' + str(mine).encode() + b'"'
        await conn.execute(_SET_ASIDE, {"id": uuid4(), "e": "0-9", "c": None, "b": unreadable, "now": NOW})
        await add_stuk(conn, room, mine, os.urandom(16))
        await shred(conn, room, mine)

    async with room.engine.begin() as conn:
        left = (await conn.execute(text("SELECT casus_id FROM quarantaine"))).scalars().all()
        stand = (await conn.execute(text("SELECT casus_id, laatste FROM inbox_stand"))).all()
        waiting = (await conn.execute(text("SELECT DISTINCT casus_id FROM inbox_wachtend"))).scalars().all()
    assert (left, waiting) == ([other], [other])
    assert {row.casus_id: row.laatste for row in stand} == {mine: 7, other: 4}


_SET_ASIDE = text("""
INSERT INTO quarantaine (id, stream, entry_id, bron, casus_id, volgnummer, bericht, reden, pogingen, sinds)
VALUES (:id, 'keten:triage', :e, 'triage', CAST(:c AS uuid), 5, :b, 'KeyError', 5, :now)
""")


async def test_who_stands_behind_the_wall_proves_nothing(room: Room) -> None:
    async with room.engine.begin() as conn:
        await conn.execute(text("SELECT set_config('keten.rol', 'ketenpartner', true)"))

        with pytest.raises(NotDestroyedError, match="muur"):
            await search_everywhere(conn, room.metadata, {uuid4()})
