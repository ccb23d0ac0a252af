"""What every room keeps to, whatever it does: its files, its card, who may come in, and how its text is written."""

import ast
import importlib
import re
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from pydantic.alias_generators import to_camel

from deploy.generated import PROJECT
from shared.errors import NotAuthenticatedError
from shared.events.catalogue import CATALOGUE, Room
from shared.rules.access import BELEID
from shared.rules.codes import Rol
from shared.web.app import keten_routes
from shared.web.auth import Caller
from shared.web.edge import Edge

ROOMS = tuple(Room)
NAMES = {
    "__init__", "domain", "tables", "store", "handlers", "schemas", "api", "worker", "settings", "main", "migrations",
    "openapi", "chores", "partners",
}  # fmt: skip
NAMES_OF_MONITORING = {"templates", "static", "data"}
METHODS = {"get", "put", "post", "patch", "delete"}
ENGLISH = re.compile(r"\b(the|and|with|this|that|returns?|list|given|when|from|not)\b", re.IGNORECASE)
SQL = re.compile(r"\b(SELECT|INSERT INTO|UPDATE|DELETE FROM|WHERE|CREATE|ALTER|DROP|GRANT|ORDER BY)\b")
PYTHON = sorted(
    file for folder in ("services", "shared", "deploy", "bench", "tests") for file in (PROJECT / folder).rglob("*.py")
)


@dataclass(frozen=True, slots=True)
class Door:
    """One operation of a room, and whom it lets in."""

    method: str
    path: str
    roles: frozenset[Rol]

    @property
    def url(self) -> str:
        return "http://room/v1" + re.sub(r"{[^}]+}", "018f0000-0000-7000-8000-000000000000", self.path)


class FixedVerifier:
    """Takes any token for the role that it names."""

    async def verify_request(self, headers: Iterable[tuple[bytes, bytes]]) -> Caller:
        token = dict(headers).get(b"authorization", b"").decode().removeprefix("Bearer ")
        if token not in set(Rol):
            raise NotAuthenticatedError("Het token is niet geldig.")
        scopes = frozenset({"ketenradar"})
        return Caller("iemand", "iemand", Rol(token), "organisatie-verzonnen", frozenset({"0599"}), scopes=scopes)


def edge_of(room: Room) -> Edge:
    """Return a room that can tell who may come in, and nothing else: it has no database."""
    edge: Edge = importlib.import_module(f"services.{room}.main").app()
    edge.verifier = FixedVerifier()  # type: ignore[assignment]
    edge.api.state.resources = SimpleNamespace(vault=None)
    return edge


def doors_of(room: Room, edge: Edge) -> list[Door]:
    return [
        Door(method, route.path, frozenset(BELEID[room.value, to_camel(route.name)].rollen))
        for route in keten_routes(edge.api.router)
        for method in sorted(route.methods or ())
    ]


def operations(room: Room) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, item in edge_of(room).api.openapi()["paths"].items():
        for method, operation in item.items():
            if method in METHODS:
                yield f"{method.upper()} {path}", operation


# --- files -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_has_the_files_of_every_room_and_no_other(room: Room) -> None:
    allowed = NAMES | (NAMES_OF_MONITORING if room is Room.MONITORING else set())

    found = {path.stem for path in (PROJECT / "services" / room).iterdir() if path.name != "__pycache__"}

    assert found - allowed == set()
    assert NAMES - {"chores", "partners"} - found == set()


@pytest.mark.parametrize("room", ROOMS)
def test_the_card_of_a_room_names_what_the_catalogue_says_that_it_reads_and_publishes(room: Room) -> None:
    card = importlib.import_module(f"services.{room}").__doc__ or ""
    _, _, after = card.partition("wns")
    reads, _, publishes = re.split(r"(?i)\breads", after, maxsplit=1)[1].partition("ublishes")

    known = {row.name.split(".")[2]: row for row in CATALOGUE.values()}
    named_reads = {name for name in known if re.search(rf"(?<![a-z-]){name}", reads)}
    named_publishes = {name for name in known if re.search(rf"(?<![a-z-]){name}", publishes)}

    assert named_publishes == {name for name, row in known.items() if row.publisher is room}
    if "all facts of" in reads:
        sources = {source for source in Room if source in reads}
        named_reads |= {name for name, row in known.items() if row.publisher in sources}
    assert named_reads == {name for name, row in known.items() if room in row.readers}


# --- doors -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("room", ROOMS)
def test_every_route_says_whom_it_lets_in(room: Room) -> None:
    edge = edge_of(room)

    doors = doors_of(room, edge)

    assert {f"{door.method} {door.path}" for door in doors} == {name for name, _ in operations(room)}
    assert [door for door in doors if not door.roles] == []


@pytest.mark.anyio
@pytest.mark.parametrize("room", ROOMS)
async def test_nobody_comes_in_without_a_token_or_with_another_role(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def record_nothing(*_: object) -> None:
        """There is no database here; that refusals are recorded is shown where there is one."""

    monkeypatch.setattr("shared.web.routes.record_refusal", record_nothing)
    edge = edge_of(room)
    wrong: list[tuple[Door, Rol | None, int]] = []

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=edge)) as client:
        for door in doors_of(room, edge):
            without = await client.request(door.method, door.url)
            if without.status_code != 401:
                wrong.append((door, None, without.status_code))
            for rol in set(Rol) - door.roles:
                answer = await client.request(door.method, door.url, headers={"Authorization": f"Bearer {rol}"})
                if answer.status_code != 403:
                    wrong.append((door, rol, answer.status_code))

    assert wrong == []


@pytest.mark.parametrize("room", ROOMS)
def test_every_route_is_described_in_dutch_with_its_refusals_and_plain_names(room: Room) -> None:
    wrong = []
    for name, operation in operations(room):
        texts = [operation.get("summary", ""), operation.get("description", "")]
        if not all(texts) or any(ENGLISH.search(text.replace("handle with care", "")) for text in texts):
            wrong.append(f"{name}: {texts}")
        if "400" not in operation["responses"]:
            wrong.append(f"{name}: says nothing of 400")
        if "422" in operation["responses"]:
            wrong.append(f"{name}: 422 is no answer of ours")
        wrong += [
            f"{name}: {parameter['name']}"
            for parameter in operation.get("parameters", ())
            if parameter["in"] != "header" and not re.fullmatch(r"[a-z][a-zA-Z0-9]*", parameter["name"])
        ]

    assert wrong == []


# --- text --------------------------------------------------------------------------------------------------------


def test_only_the_clock_reads_the_time() -> None:
    found = [
        f"{file.relative_to(PROJECT)}:{call.lineno}"
        for file in PYTHON
        if file.parts[len(PROJECT.parts)] in {"services", "shared"}
        for call in ast.walk(ast.parse(file.read_text()))
        if isinstance(call, ast.Call) and ast.unparse(call.func).endswith((".now", ".utcnow", ".today"))
    ]

    assert [place.rpartition(":")[0] for place in found] == ["shared/clock.py"]


def test_no_statement_for_the_database_is_put_together_at_run_time() -> None:
    found = []
    for file in PYTHON:
        # A migration is written by hand and runs once, before there is anybody whose words could be put in.
        if file.parts[len(PROJECT.parts)] in {"services", "shared"} and "migrations" not in str(file):
            found += [f"{file.relative_to(PROJECT)}:{node.lineno}" for node in _made_statements(file)]

    assert found == []


def _made_statements(file: Path) -> Iterator[ast.expr]:
    """Yield each formatted text that is SQL; constants of a module may be added up, values may not be put in."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.JoinedStr):
            told = "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
            if SQL.search(told):
                yield node
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in {"text", "sa.text", "sqlalchemy.text"}:
            yield from (argument for argument in node.args if not _is_constant(argument))


def _is_constant(node: ast.expr) -> bool:
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.Add) and _is_constant(node.left) and _is_constant(node.right)
    return isinstance(node, ast.Constant) or (isinstance(node, ast.Name) and node.id.isupper())


def test_nothing_is_left_to_be_done_later_and_no_machine_is_named() -> None:
    listing = ["git", "ls-files", "-co", "--exclude-standard"]
    told = subprocess.run(listing, cwd=PROJECT, capture_output=True, text=True, check=True)  # noqa: S603, fixed
    later = re.compile(rb"\b(TO" rb"DO|FIX" rb"ME|XX" rb"X)\b")
    machine = re.compile(rb"/wor" rb"k/|/tm" rb"p/kr|/roo" rb"t/")
    may_say_so = {"STYLE.md", "CONTRIBUTING.md"}  # they forbid it by its name

    wrong = []
    for name in told.stdout.splitlines():
        file = PROJECT / name
        if file.is_file():
            content = file.read_bytes()
            if machine.search(content) or (later.search(content) and name not in may_say_so):
                wrong.append(name)

    assert wrong == []
