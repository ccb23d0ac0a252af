"""An answer that is kept is that of now: after each change of a figure, on each day, and for each who asks."""

import asyncio
from datetime import timedelta
from typing import Any
from unittest.mock import AsyncMock, patch

import pytest
from sqlalchemy import text

from services.monitoring.handlers.antwoorden import Antwoorden
from services.monitoring.handlers.kpibewijs import recompute_kpis
from services.monitoring.handlers.kpis import read_version, write_kpis
from services.monitoring.store.kpimutaties import hold
from shared.db import create_engine, in_transaction, read_alone
from shared.rules.settings import DEFAULT_SETTINGS
from shared.work import WORKER_WALL
from tests.integration.monitoring.core.room import MonitoringRoom
from tests.support import RoomDatabaseFactory
from tests.unit.monitoring.core.builders import Chain, ams

pytestmark = pytest.mark.anyio

MONDAY = ams("2026-03-02 10:00")
PATH = "/kpis?van=2026-03&tot=2026-03"


def _read() -> Any:
    """Count how often figures are read, and read them."""
    return patch("services.monitoring.api.kpis.write_kpis", AsyncMock(wraps=write_kpis))


async def _melding(monitoring: MonitoringRoom, code: str = "0599") -> None:
    chain = Chain(gemeente_code=code)
    chain.melding(MONDAY)
    await monitoring.hear(chain.facts)


async def test_who_asks_again_is_answered_without_reading_and_after_a_change_with_it(
    monitoring: MonitoringRoom,
) -> None:
    monitoring.klok.set(MONDAY)
    await _melding(monitoring)
    with _read() as read:
        first, again = await monitoring.get(PATH), await monitoring.get(PATH)
        reads = read.await_count
        await _melding(monitoring)
        changed = await monitoring.get(PATH)

    assert (reads, read.await_count) == (1, 2)
    assert (again.content, again.headers["etag"]) == (first.content, first.headers["etag"])
    assert changed.json()["regio"]["tellingen"]["meldingen"] == {"totaal": 2}


async def test_the_next_day_what_waits_is_a_day_older(monitoring: MonitoringRoom) -> None:
    await _melding(monitoring)
    ages = []
    for days in (1, 2):
        monitoring.klok.set(MONDAY + timedelta(days=days))
        (fase,) = (await monitoring.get(f"{PATH}&fase=veiligheidsbeoordeling")).json()["regio"]["fasen"]
        ages.append(fase["voorraad"]["oudsteDagen"])

    assert ages == [1, 2]


async def test_nobody_is_answered_what_another_was(monitoring: MonitoringRoom) -> None:
    await _melding(monitoring)
    await _melding(monitoring, "0613")

    seen = [
        [area["gemeenteCode"] for area in (await monitoring.get(PATH, *who)).json()["gemeenten"]]
        for who in (("vt-teamleider",), ("gemeente", "0599"), ("gemeente", "0613"))
    ]

    assert len(seen[0]) == 13
    assert seen[1:] == [["0599"], ["0613"]]


async def test_who_asks_to_the_letter_the_same_is_answered_in_the_form_that_he_accepts(
    monitoring: MonitoringRoom,
) -> None:
    monitoring.klok.set(MONDAY)
    await _melding(monitoring)
    forms = ("application/json", "text/csv")
    first, again = [[await monitoring.get(PATH, Accept=form) for form in forms] for _ in range(2)]
    etag = first[0].headers["etag"]

    with patch("services.monitoring.api.kpis.scope_of", side_effect=AssertionError("it was read what is asked")):
        unchanged = await monitoring.get(PATH, Accept=forms[0], **{"If-None-Match": f'"x", {etag}'})
    await _melding(monitoring)
    changed = await monitoring.get(PATH, Accept=forms[0], **{"If-None-Match": etag})

    assert [answer.content for answer in again] == [answer.content for answer in first]
    assert [answer.headers.get("content-disposition") for answer in again] == [
        None,
        'attachment; filename="kpis-2026-03-2026-03.csv"',
    ]
    assert (unchanged.status_code, unchanged.content, unchanged.headers["etag"]) == (304, b"", etag)
    assert (changed.status_code, changed.headers["etag"] == etag) == (200, False)


async def test_what_was_answered_before_is_not_told_to_who_may_no_longer_ask(monitoring: MonitoringRoom) -> None:
    await _melding(monitoring)
    etag = (await monitoring.get(PATH, "gemeente", "0599")).headers["etag"]
    again = {"If-None-Match": etag}

    refused = [
        (await monitoring.http.get(f"/v1{PATH}", headers=again)).status_code,
        (await monitoring.get(PATH, "ketenpartner", **again)).status_code,
        (await monitoring.get(f"{PATH}&gemeenteCode=0599", "gemeente", "0613", **again)).status_code,
    ]

    assert refused == [401, 403, 404]
    assert (await monitoring.get(PATH, "gemeente", "0613", **again)).status_code == 200


async def test_the_version_is_read_when_the_connection_that_was_kept_is_gone(monitoring: MonitoringRoom) -> None:
    await _melding(monitoring)
    before = await read_version(monitoring.made)
    async with in_transaction(monitoring.made.engine) as conn:
        own = "datname = current_database() AND pid <> pg_backend_pid() AND usename = current_user"
        await read_version(monitoring.made)  # a second connection of the pool
        await conn.execute(text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {own}"))  # noqa: S608

    assert [await read_version(monitoring.made) for _ in range(3)] == [before] * 3


async def test_the_version_is_waited_for_when_no_connection_lies_ready(room_database: RoomDatabaseFactory) -> None:
    engine = create_engine(room_database("monitoring").app_url, name="test", pool_size=1, rol=WORKER_WALL)

    first = await read_alone(engine, "SELECT 1")  # there is no connection yet
    async with in_transaction(engine):
        waiting = [asyncio.create_task(read_alone(engine, "SELECT 2")) for _ in range(3)]
        _, pending = await asyncio.wait(waiting, timeout=0.2)
        assert len(pending) == 3
    later = await asyncio.gather(*waiting)

    assert (first, later) == (1, [2, 2, 2])
    assert "Current Checked out connections: 0" in engine.pool.status()
    await engine.dispose()


async def _held_in_vain(monitoring: MonitoringRoom) -> None:
    async with in_transaction(monitoring.made.engine) as conn:
        await hold(conn)
        raise ZeroDivisionError


async def test_a_change_that_is_taken_back_changes_no_version_and_a_repair_does(monitoring: MonitoringRoom) -> None:
    monitoring.klok.set(MONDAY)
    await _melding(monitoring)
    before = await monitoring.get(PATH)
    await monitoring.write("UPDATE kpi SET aantal = 7 WHERE naam = 'meldingen'")
    versions = [await read_version(monitoring.made)]
    with pytest.raises(ZeroDivisionError):
        await _held_in_vain(monitoring)
    versions.append(await read_version(monitoring.made))

    await recompute_kpis(monitoring.made.engine, DEFAULT_SETTINGS, now=monitoring.klok())

    versions.append(await read_version(monitoring.made))
    assert versions[0] == versions[1] < versions[2]
    assert (await monitoring.get(PATH)).content == before.content


async def test_what_is_kept_has_a_bound_and_the_oldest_goes_first() -> None:
    kept, made = Antwoorden(), []

    async def ask(key: int) -> None:
        async def make() -> bytes:
            made.append(key)
            return bytes(6 * 1024 * 1024)

        await kept.get(key, 1, make)

    for key in (1, 2, 1, 3, 1, 2):
        await ask(key)

    assert made == [1, 2, 3, 2]


async def test_operators_measure_what_waits_of_the_region_and_never_of_a_municipality(
    monitoring: MonitoringRoom,
) -> None:
    monitoring.klok.set(MONDAY)
    await _melding(monitoring)
    monitoring.klok.set(MONDAY + timedelta(days=8))

    answer = await monitoring.get("/metrieken", "beheerder")

    lines = answer.text.splitlines()
    values = dict(line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    assert answer.headers["content-type"] == "application/openmetrics-text; version=1.0.0; charset=utf-8"
    assert lines[-1] == "# EOF"
    assert values['ketenradar_termijnen_open{fase="veiligheidsbeoordeling",stand="verstreken"}'] == "1"
    assert float(values['ketenradar_wachtend{soort="stappen"}']) > 1
    assert float(values['ketenradar_wachtend_oudste_seconds{soort="stappen"}']) > 86_400
    assert values['ketenradar_wachtend{soort="outbox"}'] == "0"
    assert "0599" not in answer.text
    assert (await monitoring.get("/metrieken", "systeem")).status_code == 200
    for rol in ("vt-teamleider", "gemeente", "lokaal-team", "ketenpartner"):
        assert (await monitoring.get("/metrieken", rol, "0599")).status_code == 403
