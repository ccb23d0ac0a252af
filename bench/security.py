"""What each wall costs a request: token, policy, encryption, the wall in the database, and the audit row."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import orjson
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy.ext.asyncio import AsyncEngine

from bench.stand import Stand
from deploy.local import identity
from deploy.local.issuer import AUDIENCE, TokenIssuer
from deploy.local.servers import write_private
from shared.audit import Act, record
from shared.crypto import Vault
from shared.db import create_engine, in_transaction
from shared.keyring import Keyring, make_key
from shared.rules.access import BELEID, Toegang, judge
from shared.rules.codes import Rol
from shared.web.auth import Caller, Verifier
from shared.work import Wall, Work, working

_TIMES = 2_000
_STATEMENTS = 400
_ROW = BELEID["intake", "createMelding"]
_MELDING = {"omschrijving": "Een verzonnen verhaal. " * 40, "incident": {"locatie": "Nergensstraat 1"}}
_MELDER = {"naam": "Agent Verzonnen", "contact": {"telefoonnummer": "010-0000000"}}
_PERSOON = {"geslachtsnaam": "Voorbeeldzee", "voornamen": "Fictia", "geboortedatum": "1990-02-01"}


def measure_security(where: Stand) -> None:
    """Measure each wall by itself; CPU of this process, and for what asks the database also the time that passes."""
    asyncio.run(_measure(where))


async def _measure(where: Stand) -> None:
    keys = where.folder / "beveiliging.sleutels.json"
    _write(keys)
    vault = Vault.from_file(keys)
    print("| wall | µs CPU | µs passed |\n|---|---|---|")
    await _tokens()
    await _show("policy: role, scope and purpose", _TIMES, _judged)
    plain = await _show("one melding with two people as plain JSON (the floor)", _TIMES, _plain)
    sealed = await _show("the same, with a key of its own, sealed", _TIMES, lambda: _sealed(vault))
    print(f"| encryption beyond the plain row (goal: under 50) | {sealed - plain:.1f} | |")
    await _show("opening it again", _TIMES, await _opening(vault))
    engine = create_engine(where.database("intake").app_url, name="bench-beveiliging", pool_size=2)
    try:
        await _statements(engine, vault)
    finally:
        await engine.dispose()


async def _tokens() -> None:
    issuer = TokenIssuer("https://uitgever.bench", ec.generate_private_key(ec.SECP256R1()))

    async def jwks() -> dict[str, object]:
        return dict(issuer.jwks())

    verifier = Verifier(issuer=issuer.issuer, audience=AUDIENCE, jwks=jwks)
    fresh = [issuer.mint("ketenpartner", "politie") for _ in range(_TIMES)]
    await verifier.verify(issuer.mint("ketenpartner", "politie"))
    await _show("token, seen for the first time (ES256)", _TIMES, lambda: verifier.verify(fresh.pop()))
    known = issuer.mint("ketenpartner", "politie")
    await _show("token, seen before in the last minute", _TIMES, lambda: verifier.verify(known))


async def _judged() -> None:
    judge(_ROW, rol=Rol.KETENPARTNER, scopes={"ketenradar"}, doel=None)


async def _plain() -> None:
    for value in (_MELDING, _MELDER, _PERSOON, _PERSOON):
        orjson.dumps(value)


async def _sealed(vault: Vault) -> None:
    made = await make_key(vault, uuid4())
    for number, value in enumerate((_MELDING, _MELDER, _PERSOON, _PERSOON)):
        made.key.seal(orjson.dumps(value), place=f"bench:waarde:{number}")


async def _opening(vault: Vault) -> Callable[[], Awaitable[object]]:
    made = await make_key(vault, uuid4())
    values = [made.key.seal(orjson.dumps(value), place="bench:waarde:1") for value in (_MELDING, _MELDER, _PERSOON)]

    async def open_all() -> None:
        ring = Keyring(vault, {made.key.id: made.key})
        for value in values:
            orjson.loads(ring.open(value, place="bench:waarde:1"))

    return open_all


async def _statements(engine: AsyncEngine, vault: Vault) -> None:
    now = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    caller = _caller()

    async def empty() -> None:
        async with in_transaction(engine) as conn:
            await conn.exec_driver_sql("SELECT 1")

    async def walled() -> None:
        with working(Work(wall=Wall("ketenpartner", "politie"), vault=vault)):
            await empty()

    async def recorded() -> None:
        with working(Work(wall=Wall("ketenpartner", "politie"), vault=vault)):
            async with in_transaction(engine) as conn:
                await conn.exec_driver_sql("SELECT 1")
                await record(conn, caller, Act("gelezen", "melding", uuid4(), uuid4()), now=now)

    await _show("an empty transaction (the floor)", _STATEMENTS, empty)
    await _show("the same with the wall raised", _STATEMENTS, walled)
    await _show("the same with the wall and an audit row (durable)", _STATEMENTS, recorded)


def _caller() -> Caller:
    found = judge(_ROW, rol=Rol.KETENPARTNER, scopes={"ketenradar"}, doel=None)
    assert isinstance(found, Toegang)
    return Caller("politie", "politie", Rol.KETENPARTNER, "politie", frozenset(), toegang=found)


async def _show(name: str, times: int, work: Callable[[], Awaitable[object]]) -> float:
    cpu, passed = time.process_time(), time.perf_counter()
    for _ in range(times):
        await work()
    cpu, passed = time.process_time() - cpu, time.perf_counter() - passed
    print(f"| {name} | {cpu / times * 1e6:.1f} | {passed / times * 1e6:.1f} |", flush=True)
    return cpu / times * 1e6


def _write(file: Path) -> None:
    write_private(file, identity.new_room_keys())
