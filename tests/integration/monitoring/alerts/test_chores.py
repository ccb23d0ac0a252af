"""The chores run the same handlers as everything else, once a tick, and note that they ran."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine

from services.monitoring import chores
from services.monitoring.domain.alerts import STILTE_MAX, KetenEinde, Toestand
from services.monitoring.handlers import watching
from services.monitoring.handlers.bezorgen import HEARTBEAT
from services.monitoring.partners.toestand import ask_rooms
from services.monitoring.settings import MonitoringSettings
from shared.clock import system_clock
from shared.db import in_transaction
from shared.rules.access import BELEID, Toegang, judge
from shared.rules.codes import Rol
from shared.web.client import RoomClient
from tests.integration.monitoring.alerts.conftest import MAIL_TO, rows
from tests.support import RoomDatabaseFactory

# The worker delivers webhooks beside what it hears; the rest are chores.
CHORES = set(STILTE_MAX) - {HEARTBEAT}
NEVER = "http://127.0.0.1:1"
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def told(
    room_database: RoomDatabaseFactory, keys: Path, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[MonitoringSettings]:
    values = {
        "DATABASE_URL": room_database("monitoring").app_url, "REDIS_URL": redis_url, "KEY_FILE": str(keys),
        "ISSUER": NEVER, "JWKS_URL": NEVER, "TOKEN_URL": NEVER, "CLIENT_ID": "x", "CLIENT_KEY_FILE": str(keys),
        "OMGEVING": "lokaal", "ALERT_TO": MAIL_TO, "SMTP_URL": "smtp://127.0.0.1:1",
    }  # fmt: skip
    for name, value in values.items():
        monkeypatch.setenv(f"KETENRADAR_{name}", value)
    chores.settings.cache_clear()
    yield chores.settings()
    chores.settings.cache_clear()


def test_every_chore_runs_as_a_plain_function_and_leaves_its_heartbeat(told: MonitoringSettings) -> None:
    chores.sweep_termijnen()
    chores.deliver_berichten()
    chores.watch_rooms()
    chores.watch_calendar()
    chores.propose_vernietiging()
    chores.balance_kpis()
    chores.send_dagberichten()
    chores.freeze_rapporten()

    with psycopg.connect(told.database_url.get_secret_value(), options="-c keten.rol=werker") as conn:
        beats = {row[0] for row in conn.execute("SELECT naam FROM hartslag")}
        storing = {row[0] for row in conn.execute("SELECT afdeling FROM storing WHERE voorwaarde = 'geen-antwoord'")}
    assert beats == CHORES
    assert storing == {"intake", "triage", "handover", "monitoring"}


def test_celery_is_set_up_to_lose_and_double_nothing_that_matters(told: MonitoringSettings) -> None:
    conf = chores.celery_settings(told)

    assert conf["task_acks_late"]
    assert conf["task_reject_on_worker_lost"]
    assert conf["worker_prefetch_multiplier"] == 1
    assert conf["task_time_limit"] < conf["broker_transport_options"]["visibility_timeout"]
    assert conf["accept_content"] == ["json"]
    assert not conf["worker_enable_remote_control"]
    assert {entry["task"] for entry in conf["beat_schedule"].values()} == CHORES <= set(chores.app.tasks)
    assert all(entry["options"]["expires"] <= 60 for entry in conf["beat_schedule"].values())


def test_the_module_can_be_imported_without_any_setting() -> None:
    env = {name: value for name, value in os.environ.items() if not name.startswith("KETENRADAR_")}

    done = subprocess.run(
        [sys.executable, "-c", "import services.monitoring.chores as c; print(c.app.main)"],
        env=env, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert done.stdout.strip() == "ketenradar-monitoring", done.stderr


@pytest.mark.anyio
async def test_a_room_with_messages_in_quarantine_is_alarmed_once_an_episode(engine: AsyncEngine) -> None:
    good, bad = {"triage": Toestand(0, 0, 0, 0)}, {"triage": Toestand(0, 0, 0, 2)}
    now = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

    for seen in (bad, bad, good, bad):
        await watching.judge_rooms(engine, seen, real=system_clock(), now=now, simulated=False, mail_to=MAIL_TO)

    found = await rows(engine, "SELECT onderwerp, opgelost_op IS NULL AS open FROM waarschuwing ORDER BY id")
    mails = await rows(engine, "SELECT inhoud FROM bericht")
    assert [(row.onderwerp, row.open) for row in found] == [("triage:quarantaine", False), ("triage:quarantaine", True)]
    assert len(mails) == 2


@pytest.mark.anyio
async def test_the_end_of_each_audit_chain_is_kept_when_it_grew_and_never_changed(engine: AsyncEngine) -> None:
    for nr in (2, 2, 5):
        await _look(engine, KetenEinde(nr, bytes([nr])))
    await _look(engine, KetenEinde(5, b"x"))

    kept = await rows(engine, "SELECT kamer, nr, hash FROM audit_anker ORDER BY nr")
    assert [(row.kamer, row.nr, bytes(row.hash)) for row in kept] == [("triage", 2, b"\x02"), ("triage", 5, b"\x05")]
    for statement in ("UPDATE audit_anker SET nr = 9", "DELETE FROM audit_anker"):
        with pytest.raises(DBAPIError):
            await change(engine, statement)


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("einde", "stap"),
    [
        (KetenEinde(4, b"4"), "ingekort"),
        (None, "ingekort"),
        (KetenEinde(5, b"anders"), "gewijzigd"),
    ],
)
async def test_an_audit_chain_that_lost_or_changed_what_was_seen_of_it_is_alarmed_once(
    engine: AsyncEngine, einde: KetenEinde | None, stap: str
) -> None:
    await _look(engine, KetenEinde(5, b"5"))

    for _ in range(3):
        await _look(engine, einde)

    found = await rows(engine, "SELECT soort, stap, onderwerp, opgelost_op FROM waarschuwing")
    mails = await rows(engine, "SELECT inhoud FROM bericht")
    assert [tuple(row) for row in found] == [("audit-gebroken", stap, "triage:5", None)]
    assert len(mails) == 1
    assert len(await rows(engine, "SELECT 1 FROM audit_anker")) == 1


@pytest.mark.anyio
async def test_an_end_that_another_watcher_saw_further_meanwhile_is_no_alarm(engine: AsyncEngine) -> None:
    before = await watching.read_anchors(engine)
    await _look(engine, KetenEinde(5, b"5"))

    seen = {"triage": Toestand(0, 0, 0, 0, 0, KetenEinde(4, b"4"))}
    await watching.watch_chains(engine, seen, before, real=system_clock(), now=NOW, mail_to="")

    assert await rows(engine, "SELECT 1 FROM waarschuwing") == []


async def _look(engine: AsyncEngine, einde: KetenEinde | None) -> None:
    seen = {"triage": Toestand(0, 0, 0, 0, 0, einde), "intake": None}
    known = await watching.read_anchors(engine)
    await watching.watch_chains(engine, seen, known, real=system_clock(), now=NOW, mail_to=MAIL_TO)


async def change(engine: AsyncEngine, statement: str) -> None:
    async with in_transaction(engine) as conn:
        await conn.execute(text(statement))


def test_the_answer_of_a_room_is_read_with_the_end_of_its_audit_chain() -> None:
    asked = []

    class Room:
        async def get(self, url: str, *, purpose: str) -> dict[str, object]:
            asked.append((url, purpose))
            answer = {"teVerzenden": 0, "oudsteSeconden": 0.0, "wachtendOpVoorganger": 0, "inQuarantaine": 0}
            einde = {"nr": 7, "hash": "0a0b"} if "8001" in url else None
            return answer | {"auditTeKetenen": 3, "auditKeten": einde, "takenOpgegeven": 0}

    urls = {"intake": "http://x:8001", "triage": "http://x:8002"}
    found = asyncio.run(ask_rooms(cast("RoomClient", Room()), urls))

    assert found["intake"] == Toestand(0, 0.0, 0, 0, 3, KetenEinde(7, b"\x0a\x0b"))
    assert found["triage"] == Toestand(0, 0.0, 0, 0, 3, None)
    # The purpose is one for which the policy lets a room read it.
    assert {judge_toestand(purpose) for _, purpose in asked} == {Toegang}


def judge_toestand(purpose: str) -> type:
    regel = BELEID["intake", "readToestand"]
    return type(judge(regel, rol=Rol.SYSTEEM, scopes={regel.scope}, doel=purpose))


@pytest.mark.anyio
async def test_each_table_of_the_calendar_is_alarmed_once_when_it_runs_out(engine: AsyncEngine) -> None:
    early = await watching.watch_calendar(engine, now=datetime(2026, 3, 2, tzinfo=UTC), mail_to="")
    for _ in range(2):
        assert await watching.watch_calendar(engine, now=datetime(2028, 1, 2, tzinfo=UTC), mail_to="")

    found = await rows(engine, "SELECT onderwerp, stap FROM waarschuwing WHERE soort = 'kalender' ORDER BY stap")
    assert not early
    assert [(row.stap, row.onderwerp) for row in found] == [
        ("gelijkgestelde-dagen", "2029-01-01"),
        ("schoolvakanties", "schoolvakanties:2027-08-30"),
    ]
