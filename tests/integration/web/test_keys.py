"""That what is written about a casus opens with its own key only, while master keys come and go."""

import asyncio
import base64
import json
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from deploy.local import identity
from shared.crypto import Vault
from shared.db import create_engine, in_transaction, room_metadata
from shared.errors import OperationalError
from shared.keyring import (
    DestroyedError,
    Keyring,
    count_keys,
    destroy_keys,
    key_of,
    keyring_for,
    move_keys,
    rewrap_keys,
    room_key,
    sleutel_table,
)
from shared.kms import TransitKeys, vault_from
from shared.settings import RoomSettings
from tests.support import RoomDatabaseFactory

pytestmark = pytest.mark.anyio

PLAIN = b"Mevrouw Verzonnen, Nergensstraat 1"
PLACE = "melding:gegevens:1"


@pytest.fixture
async def engine(room_database: RoomDatabaseFactory) -> AsyncIterator[AsyncEngine]:
    engine = create_engine(room_database("scratch").owner_url, name="test", pool_size=10)
    metadata = room_metadata()
    sleutel_table(metadata)
    async with engine.begin() as conn:
        await conn.run_sync(metadata.create_all)
    yield engine
    await engine.dispose()


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    file = tmp_path / "sleutels.json"
    file.write_text(identity.new_room_keys())
    return file


def add_master(file: Path, name: str) -> None:
    """Do what an administrator does: add a master key to the file, and make it the active one."""
    content = json.loads(file.read_text())
    content["sleutels"][name] = base64.b64encode(os.urandom(32)).decode()
    content["actief"] = name
    fresh = file.with_suffix(".nieuw")
    fresh.write_text(json.dumps(content))
    fresh.replace(file)


def drop_master(file: Path, name: str) -> None:
    content = json.loads(file.read_text())
    del content["sleutels"][name]
    fresh = file.with_suffix(".nieuw")
    fresh.write_text(json.dumps(content))
    fresh.replace(file)


async def seal(conn: AsyncConnection, vault: Vault, owner: Any, plain: bytes = PLAIN) -> bytes:
    return (await key_of(conn, vault, owner)).seal(plain, place=PLACE)


async def opened(conn: AsyncConnection, vault: Vault, sealed: bytes) -> bytes:
    return (await keyring_for(conn, vault, [sealed])).open(sealed, place=PLACE)


async def test_two_casussen_have_two_keys_and_neither_opens_the_other(engine: AsyncEngine, key_file: Path) -> None:
    vault, one, other = Vault.from_file(key_file), uuid4(), uuid4()
    async with in_transaction(engine) as conn:
        sealed = await seal(conn, vault, one)
        foreign = await key_of(conn, vault, other)

    forged = sealed[:1] + foreign.id.bytes + sealed[17:]
    with pytest.raises(InvalidTag):
        Keyring(vault, {foreign.id: foreign}).open(forged, place=PLACE)


async def test_a_value_that_was_moved_or_changed_does_not_open(engine: AsyncEngine, key_file: Path) -> None:
    vault = Vault.from_file(key_file)
    async with in_transaction(engine) as conn:
        sealed = await seal(conn, vault, uuid4())
        ring = await keyring_for(conn, vault, [sealed])

    for place in ("melding:gegevens:2", "melding:melder:1", "persoon:gegevens:1"):
        with pytest.raises(InvalidTag):
            ring.open(sealed, place=place)
    with pytest.raises(InvalidTag):
        ring.open(sealed[:-1] + bytes([sealed[-1] ^ 1]), place=PLACE)


async def test_the_same_words_are_never_sealed_to_the_same_bytes(engine: AsyncEngine, key_file: Path) -> None:
    vault, casus = Vault.from_file(key_file), uuid4()
    async with in_transaction(engine) as conn:
        assert await seal(conn, vault, casus) != await seal(conn, vault, casus)


async def test_a_casus_that_goes_up_in_another_takes_its_keys_along(engine: AsyncEngine, key_file: Path) -> None:
    vault, gone, stays = Vault.from_file(key_file), uuid4(), uuid4()
    async with in_transaction(engine) as conn:
        sealed = await seal(conn, vault, gone)
        await move_keys(conn, source=gone, target=stays)
        assert await opened(conn, vault, sealed) == PLAIN

        assert await destroy_keys(conn, stays) == 1

        with pytest.raises(DestroyedError):
            await opened(conn, vault, sealed)


async def test_a_destroyed_key_leaves_a_copy_of_the_value_unreadable(engine: AsyncEngine, key_file: Path) -> None:
    vault, casus, other = Vault.from_file(key_file), uuid4(), uuid4()
    async with in_transaction(engine) as conn:
        sealed, kept = await seal(conn, vault, casus), await seal(conn, vault, other)
        await destroy_keys(conn, casus)

        with pytest.raises(DestroyedError):
            await opened(conn, vault, sealed)
        assert await opened(conn, vault, kept) == PLAIN


async def test_a_master_key_is_replaced_while_doors_read_and_write(engine: AsyncEngine, key_file: Path) -> None:
    vault = Vault.from_file(key_file)
    first = vault.masters.active
    written: list[bytes] = []
    stop = asyncio.Event()

    async def work() -> None:
        while not stop.is_set():
            async with in_transaction(engine) as conn:
                sealed = await seal(conn, vault, uuid4())
            written.append(sealed)
            async with in_transaction(engine) as conn:
                assert await opened(conn, vault, written[len(written) // 2]) == PLAIN

    workers = [asyncio.create_task(work()) for _ in range(3)]
    await asyncio.sleep(0.3)
    add_master(key_file, "tweede")
    await asyncio.sleep(1.2)  # a process looks at the file once a second
    while True:
        async with in_transaction(engine) as conn:
            if not await rewrap_keys(conn, vault, limiet=50):
                break
    stop.set()
    await asyncio.gather(*workers)

    async with in_transaction(engine) as conn:
        await rewrap_keys(conn, vault)
        assert await count_keys(conn) == {"tweede": len(written)}
    drop_master(key_file, first)
    fresh = Vault.from_file(key_file)
    async with in_transaction(engine) as conn:
        for sealed in written:
            assert await opened(conn, fresh, sealed) == PLAIN


async def test_a_retired_master_key_makes_an_old_copy_of_the_keys_useless(engine: AsyncEngine, key_file: Path) -> None:
    vault = Vault.from_file(key_file)
    first = vault.masters.active
    async with in_transaction(engine) as conn:
        await seal(conn, vault, uuid4())
        old = (await conn.execute(text("SELECT * FROM sleutel"))).one()
    add_master(key_file, "tweede")
    drop_master(key_file, first)

    with pytest.raises(KeyError):
        await Vault.from_file(key_file).masters.unwrap(
            bytes(old.gewikkeld), name=old.hoofdsleutel, place=f"sleutel:gewikkeld:{old.id}"
        )


# ruff: noqa: ASYNC240, a small file of the test itself
async def test_what_was_sealed_right_under_a_master_key_before_still_opens(engine: AsyncEngine, key_file: Path) -> None:
    content = json.loads(key_file.read_text())
    name = content["actief"]
    nonce = os.urandom(12)
    cipher = AESGCM(base64.b64decode(content["sleutels"][name]))
    sealed = bytes([len(name)]) + name.encode() + nonce + cipher.encrypt(nonce, PLAIN, f"{PLACE}:{name}".encode())

    async with in_transaction(engine) as conn:
        assert await opened(conn, Vault.from_file(key_file), sealed) == PLAIN


async def test_the_key_of_the_room_is_one_key_also_when_it_was_first_made_in_vain(
    engine: AsyncEngine, key_file: Path
) -> None:
    vault = Vault.from_file(key_file)
    async with engine.connect() as conn:
        await room_key(conn, vault)
        await conn.rollback()

    async with in_transaction(engine) as conn:
        made = await room_key(conn, vault)
    async with in_transaction(engine) as conn:
        assert (await room_key(conn, vault)).id == made.id
        assert sum((await count_keys(conn)).values()) == 1


# --- other places to keep a master key --------------------------------------------------------------------------------


class Transit:
    """A key service that speaks as the engine "transit" does: its key never leaves it."""

    def __init__(self) -> None:
        self.cipher = AESGCM(AESGCM.generate_key(256))
        self.asked: list[str] = []
        self.away = False

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if self.away:
            raise httpx.ConnectError("away")
        if request.headers["X-Vault-Token"] != "een-token":
            return httpx.Response(403)
        self.asked.append(request.url.path)
        body = json.loads(request.content)
        aad = base64.b64decode(body["associated_data"])
        if "/encrypt/" in request.url.path:
            nonce = os.urandom(12)
            sealed = nonce + self.cipher.encrypt(nonce, base64.b64decode(body["plaintext"]), aad)
            return httpx.Response(200, json={"data": {"ciphertext": "vault:v1:" + base64.b64encode(sealed).decode()}})
        sealed = base64.b64decode(body["ciphertext"].rsplit(":", 1)[-1])
        plain = self.cipher.decrypt(sealed[:12], sealed[12:], aad)
        return httpx.Response(200, json={"data": {"plaintext": base64.b64encode(plain).decode()}})


@pytest.fixture
def transit() -> Transit:
    return Transit()


@pytest.fixture
def under_service(key_file: Path, tmp_path: Path, transit: Transit) -> Vault:
    token = tmp_path / "token"
    token.write_text("een-token\n")
    http = httpx.AsyncClient(transport=httpx.MockTransport(transit))
    masters = TransitKeys(http, url="https://sleutels.test", name="intake", token_file=token)
    return Vault.from_file(key_file).under(masters)


async def test_a_key_service_seals_the_keys_and_is_not_asked_twice_a_minute(
    engine: AsyncEngine, under_service: Vault, transit: Transit
) -> None:
    async with in_transaction(engine) as conn:
        sealed = await seal(conn, under_service, uuid4())
        for _ in range(5):
            assert await opened(conn, under_service, sealed) == PLAIN

    assert transit.asked == ["/v1/transit/encrypt/intake", "/v1/transit/decrypt/intake"]


async def test_a_key_service_that_is_away_is_a_503_and_nothing_is_written(
    engine: AsyncEngine, under_service: Vault, transit: Transit
) -> None:
    transit.away = True

    async with in_transaction(engine) as conn:
        with pytest.raises(OperationalError):
            await seal(conn, under_service, uuid4())

    async with in_transaction(engine) as conn:
        assert await count_keys(conn) == {}


async def test_keys_from_the_environment_are_those_of_the_file(key_file: Path) -> None:
    told = {
        "database_url": "postgresql://x",
        "redis_url": "redis://x",
        "issuer": "https://x",
        "jwks_url": "https://x",
        "token_url": "https://x",
        "client_id": "x",
        "client_key_file": key_file,
    }
    from_text = vault_from(RoomSettings(**told, keys=key_file.read_text()))  # type: ignore[arg-type]
    from_file = vault_from(RoomSettings(**told, key_file=key_file))  # type: ignore[arg-type]

    assert from_text.blind("bsn", "999990019") == from_file.blind("bsn", "999990019")
    with pytest.raises(ValueError, match="KEY_FILE"):
        vault_from(RoomSettings(**told))  # type: ignore[arg-type]
