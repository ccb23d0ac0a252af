"""What ``ketenradar audit controleer`` finds: seals, chain and anchors of every room, with the keys of the run."""

import asyncio
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
from typer.testing import CliRunner

from deploy.local import identity, state
from deploy.local.cli import app
from shared.audit import Act, record
from shared.chain import chain_end, extend_chain
from shared.clock import system_clock
from shared.crypto import Vault
from shared.db import create_engine, in_transaction
from shared.ids import new_id
from shared.rules.access import BELEID, Betrekking, Doel, Toegang
from shared.rules.codes import Rol
from shared.web.auth import Caller
from shared.work import WORKER_WALL, Wall, Work, working
from tests.support import RoomDatabaseFactory, TestIssuer

ROOMS = ("handover", "monitoring")


class AuditedRun:
    """The databases, keys and state file of a run, as the command finds them."""

    def __init__(self, make: RoomDatabaseFactory, issuer: TestIssuer, folder: Path) -> None:
        self.folder = folder
        self.databases = {room: make(room) for room in ROOMS}
        self.caller = asyncio.run(_caller(issuer))
        secrets = folder / "geheim"
        secrets.mkdir()
        for room in ROOMS:
            identity.key_file(secrets, room).write_text(identity.new_room_keys())
        self.known = {
            "databaseUrls": {room: found.app_url for room, found in self.databases.items()},
            "clockFile": None,
            "secretsDir": str(secrets),
        }
        state.state_file(folder).write_text(json.dumps(self.known))

    def act(self, room: str, count: int) -> None:
        """Do some deeds in a room, chain them, and let monitoring see where the chain ends."""
        asyncio.run(self._act(room, count))

    async def _act(self, room: str, count: int) -> None:
        vault = Vault.from_file(identity.key_file(self.folder / "geheim", room))
        engine = create_engine(self.databases[room].app_url, name="test")
        with working(Work(Wall(WORKER_WALL), vault)):
            for _ in range(count):
                async with in_transaction(engine) as conn:
                    await record(conn, self.caller, Act("lezen", "overdracht", new_id()), now=system_clock())
            async with in_transaction(engine) as conn:
                await extend_chain(conn)
                end = await chain_end(conn)
        await engine.dispose()
        assert end is not None
        self.owner("monitoring", "INSERT INTO audit_anker VALUES (%s, %s, %s, now())", room, end.nr, end.hash)

    def owner(self, room: str, statement: str, *values: object) -> None:
        """Do what only the owner of the tables could, with the triggers that forbid it out of the way."""
        with psycopg.connect(self.databases[room].owner_url) as conn:
            conn.execute("ALTER TABLE audit DISABLE TRIGGER USER")
            conn.execute("ALTER TABLE audit_keten DISABLE TRIGGER USER")
            conn.execute(statement.encode(), values)

    def check(self) -> tuple[int, dict[str, Any]]:
        """Run the command; return its exit code and what it told of each room."""
        done = CliRunner().invoke(app, ["audit", "controleer"])
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done.exit_code, {row["kamer"]: row for row in map(json.loads, done.stdout.splitlines())}


async def _caller(issuer: TestIssuer) -> Caller:
    token = issuer.headers(Rol.VT_MEDEWERKER, "vtrr")["Authorization"].partition(" ")[2]
    regel = BELEID["handover", "readOverdracht"]
    return replace(await issuer.verifier.verify(token), toegang=Toegang(regel, Betrekking.ALLES, Doel.OVERDRACHT))


@pytest.fixture
def run(
    room_database: RoomDatabaseFactory, issuer: TestIssuer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AuditedRun:
    monkeypatch.setenv("KETENRADAR_STATE_DIR", str(tmp_path))
    return AuditedRun(room_database, issuer, tmp_path)


def test_a_whole_audit_is_told_in_numbers_per_room(run: AuditedRun) -> None:
    run.act("handover", 2)
    run.act("handover", 1)

    code, told = run.check()

    assert code == 0
    assert told["handover"] == {"kamer": "handover", "regels": 3, "schakels": 3, "ankers": 2, "bevindingen": []}
    assert told["monitoring"] == {"kamer": "monitoring", "regels": 0, "schakels": 0, "ankers": 0, "bevindingen": []}


@pytest.mark.parametrize(
    ("tampering", "found"),
    [
        ("UPDATE audit SET rol = 'beheerder' WHERE id = (SELECT audit_id FROM audit_keten WHERE nr = 2)", ("seal", 2)),
        ("DELETE FROM audit WHERE id = (SELECT audit_id FROM audit_keten WHERE nr = 2)", ("missing", 2)),
        # Cut off at its end the chain is whole by itself: it is found by what monitoring saw of it.
        ("DELETE FROM audit_keten WHERE nr = 3", ("cut", 3)),
    ],
)
def test_what_was_changed_removed_or_cut_off_is_found_and_the_command_fails(
    run: AuditedRun, tampering: str, found: tuple[str, int]
) -> None:
    run.act("handover", 3)

    run.owner("handover", tampering)
    code, told = run.check()

    assert code == 1
    assert {"soort": found[0], "nr": found[1]} in told["handover"]["bevindingen"]
    assert told["monitoring"]["bevindingen"] == []


def test_a_task_that_was_given_up_is_shown_and_tried_again(
    room_database: RoomDatabaseFactory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KETENRADAR_STATE_DIR", str(tmp_path))
    made = room_database("intake")
    known = {"databaseUrls": {"intake": made.app_url}, "clockFile": None, "secretsDir": str(tmp_path)}
    state.state_file(tmp_path).write_text(json.dumps(known))
    task_id = new_id()
    with psycopg.connect(made.owner_url) as conn:
        conn.execute(
            "INSERT INTO taak VALUES (%s, 'proef', %s, NULL, 'opgegeven', 9, 9, now(), now(), NULL, 'geen-adres')",
            [task_id, new_id()],
        )

    before = CliRunner().invoke(app, ["taken", "lijst"])
    done = CliRunner().invoke(app, ["taken", "opnieuw", str(task_id)])
    after = CliRunner().invoke(app, ["taken", "lijst"])
    unknown = CliRunner().invoke(app, ["taken", "opnieuw", str(new_id())])

    assert json.loads(before.stdout)["status"] == "opgegeven"
    assert (done.exit_code, json.loads(after.stdout)["status"]) == (0, "open")
    assert unknown.exit_code == 1
