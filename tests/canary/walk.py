"""The walk through every door of a running house, by everybody, with marked values; and every place where they may lie.

Nothing here names a route: the routes are read from the rooms themselves, bodies are made from their schemas, ids are
picked up from answers. What cannot be reached that way is told, so that nobody takes it for covered.
"""

import base64
import re
import threading
import zlib
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import MappingProxyType
from typing import Any
from uuid import UUID
from zlib import crc32

import httpx
import psycopg
from psycopg import sql

from shared.rules.access import BELEID
from shared.rules.codes import Rol
from shared.rules.weglaten import WEGGELATEN
from tests.canary.marks import _REFUSED, GEMEENTE, Filler, Kind, Mark, Marker, shapes_in
from tests.flow.house import House

READERS = {
    "application/json": "application/json",
    "text/csv": "text/csv",
    "text/html": "text/html",
    "application/pdf": "application/pdf",
    "application/octet-stream": "application/octet-stream",
}
_JSON = "application/json"
# What is sent to a door that takes a file: of a kind that nobody knows, nothing can be put in it.
_FILES = ("text/csv", "text/plain")
# A body that is refused is mended by leaving out what the door points at, and tried again so often.
_ATTEMPTS = 14
_CHOICES = 2
_ITEM = re.compile(r".*/\d+(?=/|$)")
_METHODS = ("post", "put", "patch", "get", "delete")


@dataclass(frozen=True, slots=True)
class Operation:
    room: str
    method: str
    path: str
    told: Mapping[str, Any]

    @property
    def name(self) -> str:
        return str(self.told["operationId"])

    @property
    def media(self) -> list[str]:
        """The media types of its good answers."""
        found = [
            kind
            for status, answer in self.told["responses"].items()
            if status.startswith("2")
            for kind in answer.get("content", {})
        ]
        return sorted(set(found) & set(READERS)) or ["application/json"]

    @property
    def body(self) -> Mapping[str, Any] | None:
        content = self.told.get("requestBody", {}).get("content", {})
        schema: Mapping[str, Any] | None = content.get(_JSON, {}).get("schema")
        return schema

    @property
    def file(self) -> str:
        """The media type of the file that it takes, or nothing when it takes JSON or no body."""
        content = self.told.get("requestBody", {}).get("content", {})
        return "" if _JSON in content else next((kind for kind in _FILES if kind in content), "")


@dataclass(frozen=True, slots=True)
class Somebody:
    name: str
    rol: str
    token: str


@dataclass(frozen=True, slots=True)
class Sighting:
    """A mark that somebody saw in an answer, or that lay in a place."""

    where: str
    who: str
    mark: Mark


@dataclass(slots=True)
class Walk:
    house: House
    people: list[Somebody]
    marker: Marker
    fixed: Mapping[str, Any]
    known: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    reached: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    answers: int = 0  # outputs that were read and searched
    cut: set[tuple[str, str]] = field(default_factory=set)  # doors and people where something was left out
    # Of operations whose body no schema can tell; what holds a text is made anew each time, by the marker.
    bodies: Mapping[str, Any] = field(default_factory=dict)
    instead: Mapping[str, Mapping[str, list[str]]] = field(default_factory=dict)  # ids of an operation of its own
    about: Mapping[str, str] = field(default_factory=dict)  # ids that fit together, about which all are asked
    errors: list[str] = field(default_factory=list)
    seen: list[Sighting] = field(default_factory=list)
    documents: dict[str, Any] = field(default_factory=dict)
    urls: Mapping[str, str] = field(default_factory=dict)  # of the rooms, which stay where they are
    filters: bool = True  # whether lists are asked for one casus and one municipality
    newest_only: bool = False  # whether everybody is asked about the very same objects
    pinned: Mapping[str, str] = field(
        default_factory=dict
    )  # ids that bodies are filled with, when they must fit together
    http: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=30))

    def operations(self) -> list[Operation]:
        """Return every operation of every room, as the rooms publish them now."""
        found = []
        self.urls = self.urls or self.house.state["urls"]
        for room, url in self.urls.items():
            document = self.documents.get(room) or self.http.get(f"{url}/v1/openapi.json").json()
            self.documents[room] = document
            found += [
                Operation(room, method, path, item[method])
                for path, item in document["paths"].items()
                for method in _METHODS
                if method in item
            ]
        return sorted(found, key=lambda one: (_METHODS.index(one.method), one.room, one.path))

    def go(
        self, turn: int, *, methods: tuple[str, ...] = _METHODS, only: Collection[str] = (), strangers: bool = True
    ) -> None:
        """Let everybody try every operation once; what can be taken is taken, and heard by the other rooms.

        Without ``strangers`` it is tried by who has a role that the policy names, whatever his tie: who has none is
        refused before anything is read, and once is enough to see what a refusal tells.
        """
        for method in methods:
            for operation in self.operations():
                if only and f"{operation.room}.{operation.name}" not in only:
                    continue
                if operation.method == method:
                    named = BELEID[operation.room, operation.name].rollen
                    for somebody in self.people:
                        if strangers or Rol(somebody.rol) in named:
                            self._try(operation, somebody, turn)
            self.house.settle()

    def _try(self, operation: Operation, somebody: Somebody, turn: int) -> None:
        for kind in operation.media:
            answer = self.call(operation, somebody, turn, kind)
            if answer is None:
                return
            self.answers += 1
            where = f"{operation.room}.{operation.name} {kind}"
            text = f"{readable(answer.content, kind)}\n{answer.headers}"
            if WEGGELATEN in text:
                self.cut.add((where, somebody.name))
            if answer.is_success:
                self.reached[f"{operation.room}.{operation.name}"].add(somebody.rol)
                self._pick_up(operation, answer)
            else:
                self.errors.append(text)
                where = f"{operation.room}.{operation.name} {answer.status_code}"
            self.seen += [Sighting(where, somebody.name, mark) for mark in found_in(text, self.marker.marks)]

    def call(
        self,
        operation: Operation,
        somebody: Somebody,
        turn: int = 0,
        kind: str = "application/json",
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> httpx.Response | None:
        """Send an operation, and mend the body until the door takes it or it cannot be mended.

        Returns None when an id in its path is not known; ``headers`` go before those that the walk would send.
        """
        document = self.documents[operation.room]
        self.marker.by = somebody.name
        known = {**self.known, **{name: [value] for name, value in self.pinned.items()}}
        filler = Filler(document["components"]["schemas"], self.marker, known, self.fixed, turn)
        answer: httpx.Response | None = None
        for _ in range(_ATTEMPTS):
            url = self._url(operation, turn, filler)
            if url is None:
                return None
            told = self.bodies.get(f"{operation.room}.{operation.name}")
            given = told(self.marker) if callable(told) else told
            body = _body(filler, operation.body) if given is None else given
            file = _file_of(operation, self.marker) if given is None else given.encode() if operation.file else b""
            answer = self.http.request(
                operation.method.upper(),
                url,
                json=None if file else body,
                content=file or None,
                params=self._params(operation, filler),
                headers={
                    name: value
                    for name, value in {**self._headers(operation, somebody, kind), **headers}.items()
                    if value
                },
            )
            pointers = _pointers(answer, body)
            if answer.status_code != 400 or not pointers or (told is not None and not callable(told)):
                return answer  # and what never changes is refused for ever
            self.errors.append(answer.text)
            if not _mend(filler, pointers, body):
                filler.turn += 1
        return answer

    def _headers(self, operation: Operation, somebody: Somebody, kind: str) -> dict[str, str]:
        headers = {"Authorization": f"Bearer {somebody.token}".rstrip(), "Accept": kind, "If-Match": "*"}
        if operation.file:
            named = self.marker.text(f"/{operation.name}/bestandsnaam")
            headers["Content-Type"] = operation.file
            headers["Content-Disposition"] = f'attachment; filename="{named}.txt"'
        for parameter in operation.told.get("parameters", ()):
            if parameter["name"] == "X-Doelbinding":
                headers["X-Doelbinding"] = parameter["schema"]["enum"][0]
        return headers

    def _url(self, operation: Operation, turn: int, filler: Filler) -> str | None:
        path = operation.path
        schemas = {
            told["name"]: told["schema"] for told in operation.told.get("parameters", ()) if told["in"] == "path"
        }
        own = self.instead.get(f"{operation.room}.{operation.name}", {})
        for name in re.findall(r"{([^}]+)}", path):
            about = [self.about[name]] if name in self.about else []
            values = own.get(name) or about or self.known.get(name) or []
            if not values and schemas[name].get("format") != "uuid":
                values = [str(filler.fill(schemas[name], f"/{name}"))]
            if not values:
                return None
            # Each operation asks about another of the newest: what one ends, the next can still do.
            which = 0 if self.newest_only else (turn + crc32(operation.name.encode())) % min(len(values), 4)
            path = path.replace(f"{{{name}}}", values[-1 - which])
        return f"{self.urls[operation.room]}/v1{path}"

    def _params(self, operation: Operation, filler: Filler) -> dict[str, Any]:
        found = {}
        own = self.instead.get(f"{operation.room}.{operation.name}", {})
        for parameter in operation.told.get("parameters", ()):
            if parameter["in"] != "query" or parameter["name"] in {"na", "limiet"}:
                continue
            if parameter.get("required") or (self.filters and parameter["name"] in {"casusId", "gemeenteCode"}):
                name = parameter["name"]
                ids = own.get(name) or self.known.get(name)
                value = ids[-1] if ids else filler.fill(parameter["schema"], f"/{name}")
                if value is not _REFUSED:
                    found[name] = value
        return found

    def _pick_up(self, operation: Operation, answer: httpx.Response) -> None:
        """Remember every id in an answer, under the name by which other routes ask for it."""
        if not answer.content or "json" not in answer.headers.get("content-type", ""):
            return
        nouns = [part for part in operation.path.split("/") if part and not part.startswith(("{", "_"))]
        own = next(
            (
                found.group(1)
                for other in self.documents[operation.room]["paths"]
                if nouns and (found := re.search(rf"/{re.escape(nouns[-1])}/{{([^}}]+)}}", other))
            ),
            "",
        )
        body = answer.json()
        listed = body.get("resultaten") if isinstance(body, dict) else None
        top = [item["id"] for item in (listed or [body]) if isinstance(item, dict) and _is_id(item.get("id"))]
        for key, value in [*((own, value) for value in top), *_ids(body)]:
            if key and (not self.known[key] or self.known[key][-1] != value):
                self.known[key].append(value)


def _ids(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Yield every id that says by its own name what it is of; a bare ``id`` inside something else does not."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _ids(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from _ids(inner, name)
    elif name != "id" and _is_id(value):
        yield name, value


def _is_id(value: object) -> bool:
    if not isinstance(value, str) or len(value) != 36:
        return False
    try:
        return str(UUID(value)) == value
    except ValueError:
        return False


def _body(filler: Filler, schema: Mapping[str, Any] | None) -> Any:
    if schema is None:
        return None
    body = filler.fill(schema)
    return _with_melder_in_the_text(None if body is _REFUSED else body)


def _file_of(operation: Operation, marker: Marker) -> bytes:
    """Return a file for a door that takes one: with a mark in it, and for a table one melding in a row."""
    if not operation.file:
        return b""
    place = f"/{operation.name}/bestand"
    if operation.file != "text/csv":
        return f"Een bijlage over {marker.text(place)}.\n".encode()
    row = {
        "gemeenteCode": GEMEENTE,
        "melderCategorie": "justitie-en-veiligheid",
        "melderSoort": "professional",
        "melderNaam": marker.text(f"{place}/melder/naam"),
        "zorgelijkeSituatie": marker.text(f"{place}/omschrijving"),
        "rol": "slachtoffer",
        "geslachtsnaam": marker.text(f"{place}/geslachtsnaam"),
    }
    return f"{';'.join(row)}\n{';'.join(str(value) for value in row.values())}\n".encode()


def _with_melder_in_the_text(body: Any) -> Any:
    """Let the free text of a melding name who reported: what may not be told may not be told there either."""
    melding: Any = body.get("melding", body) if isinstance(body, dict) else None
    if not isinstance(melding, dict):
        return body
    name = (melding.get("melder") or {}).get("naam")
    if name and isinstance(melding.get("zorgelijkeSituatie"), dict):
        melding["zorgelijkeSituatie"]["omschrijving"] += f" Dit vertelde {name} aan de deur."
    return body


def _pointers(answer: httpx.Response, body: Any) -> set[str]:
    """Return what a door points at; of things that do not go together, the one that its sentence names last."""
    if answer.status_code != 400:
        return set()
    faults = [fault for fault in answer.json().get("errors", ()) if fault["in"] == "body"]
    return {_pointed_at(fault["pointer"], fault["detail"], body) for fault in faults}


def _pointed_at(pointer: str, detail: str, body: Any) -> str:
    found = _value_at(body, pointer)
    named = [word for word in re.findall(r"\w+", detail) if isinstance(found, dict) and word in found]
    return f"{pointer.rstrip('/')}/{named[-1]}" if named else pointer


def _mend(filler: Filler, pointers: set[str], body: Any) -> bool:
    """Leave out what was refused, or choose otherwise there when it must stand; say whether that changes anything."""
    told = {pointer for pointer in pointers if pointer not in {"", "/"}}
    for pointer in told:
        if pointer in filler.refused:
            filler.bumps[pointer] += 1
            if filler.bumps[pointer] > _CHOICES and (item := _ITEM.match(pointer)):
                filler.refused.add(item[0])  # no choice is taken: then without this item of a list
        elif _stands_in(body, pointer):
            filler.refused.add(pointer)
        else:
            filler.bumps[pointer.rpartition("/")[0]] += 1
    if not told and isinstance(body, dict) and len(body) > 1:
        # The whole does not fit together, and nothing is pointed at: one thing less at a time.
        filler.refused.add(f"/{list(body)[-1]}")
        return True
    return bool(told)


def _stands_in(body: Any, pointer: str) -> bool:
    return _value_at(body, pointer) is not _REFUSED


def _value_at(body: Any, pointer: str) -> Any:
    """Return what a pointer points at, or ``_REFUSED`` when nothing stands there."""
    for part in filter(None, pointer.split("/")):
        if isinstance(body, dict) and part in body:
            body = body[part]
        elif isinstance(body, list) and part.isdigit() and int(part) < len(body):
            body = body[int(part)]
        else:
            return _REFUSED
    return body


# --- looking for marks -----------------------------------------------------------------------------------------


def found_in(text: str, marks: Mapping[str, Mark]) -> list[Mark]:
    """Return the marks in a text, of marks by their shapes: each has one of a few, which are looked for at once."""
    return [marks[shape] for shape in shapes_in(text) if shape in marks]


def readable(content: bytes, kind: str = "") -> str:
    """Return what a reader could take out of bytes: the text itself, and what lies packed in a PDF."""
    texts = [content.decode("utf-8", errors="replace")]
    if kind == "application/pdf" or content[:5] == b"%PDF-":
        for packed in re.findall(rb"stream\r?\n(.*?)endstream", content, re.DOTALL):
            try:
                texts.append(zlib.decompress(packed).decode("latin-1"))
            except zlib.error:
                continue
    return "\n".join(texts)


def in_bytes(content: bytes, marks: Mapping[str, Mark]) -> list[Mark]:
    """Return the marks in bytes: as text, as hexadecimal, as UTF-16, and what begins as one in base64.

    Under a house lie hundreds of MB: each form is looked for only where its few fixed letters stand.
    """
    low = content.lower()
    hits = _shapes_in(low)
    if b"\x00" in low:
        hits |= _shapes_in(low.replace(b"\x00", b""))
    texts: list[str] = []
    if any(word in low for word in _IN_HEX):
        texts += [bytes.fromhex(run.decode()).decode("latin-1") for run in _HEX.findall(content)]
    if any(word in content for word in _IN_BASE64):
        texts += [_unpacked(run[shift:]) for run in _BASE64.findall(content) for shift in range(4)]
    found = [marks[shape] for shape in hits if shape in marks]
    return found + [mark for text in texts for mark in found_in(text, marks)]


def _shapes_in(low: bytes) -> set[str]:
    """Return what has the shape of a mark in bytes of small letters."""
    found = set(_NUMBER.findall(low))
    if b"canary" in low:
        found |= set(_WORD.findall(low))
    # A rule that looks behind at each place takes fifty times as long as one that looks at what it found.
    for hit in _NINES.finditer(low):
        around = low[max(hit.start() - 1, 0) : hit.start()] + low[hit.end() : hit.end() + 1]
        if not any(48 <= one <= 57 for one in around):
            found.add(hit[0])
    return {one.decode() for one in found}


def _unpacked(run: bytes) -> str:
    whole = run[: len(run) - 1] if len(run) % 4 == 1 else run
    return base64.b64decode(whole + b"=" * (-len(whole) % 4)).decode("latin-1")


# The word "canary", in the cases that the marks have it, as it looks in hexadecimal and at the four places in base64.
_WORD, _NUMBER, _NINES = (re.compile(one) for one in (rb"canary\d{5}q", rb"\+31 6 555 \d{5}", rb"999\d{6}"))
_IN_HEX = (b"43414e415259", b"63616e617279")
_IN_BASE64 = (b"NBTkFSW", b"DQU5BUl", b"Q0FOQVJZ", b"jYW5hcn", b"Y2FuYXJ5", b"NhbmFye")
_HEX = re.compile(rb"(?:43414e415259|63616e617279|43414E415259|63616E617279)(?:[0-9a-fA-F]{2}){6}")
_BASE64 = re.compile(rb"[A-Za-z0-9+/]*(?:NBTkFSW|DQU5BUl|Q0FOQVJZ|jYW5hcn|Y2FuYXJ5|NhbmFye)[A-Za-z0-9+/]*")


def in_files(folder: Path, marks: Mapping[str, Mark]) -> Iterator[tuple[str, Mark]]:
    """Yield marks in the files of a folder."""
    for file in sorted(folder.rglob("*")):
        if file.is_file() and not file.is_symlink():
            for mark in in_bytes(file.read_bytes(), marks):
                yield str(file.relative_to(folder)), mark


def in_database(url: str, marks: Mapping[str, Mark]) -> Iterator[tuple[str, Mark | None]]:
    """Yield every table that holds anything, and marks in it, as somebody sees it who passes every wall."""
    with psycopg.connect(url, connect_timeout=10, options="-c keten.rol=werker") as connection:
        tables = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
        ).fetchall()
        for (table,) in tables:
            with connection.cursor().copy(sql.SQL("COPY {} TO STDOUT").format(sql.Identifier(table))) as copy:
                dump = b"".join(bytes(part) for part in copy)
            yield from ((table, None),) if dump else ()
            for mark in in_bytes(dump, marks):
                yield table, mark


class Listener:
    """A subscriber: keeps what webhooks bring."""

    def __init__(self) -> None:
        self.received: list[str] = []
        received = self.received

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers.get("content-length", 0))
                received.append(f"{self.path} {dict(self.headers)} {self.rfile.read(length).decode()}")
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/keten"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def everybody(house: House) -> list[Somebody]:
    """Return one of every role, and for the roles that are tied to something also a stranger to it."""
    told = (
        ("vt-teamleider", "vtrr", ()),
        ("vt-medewerker", "vtrr", ()),
        ("ketenpartner", "politie-eenheid-rotterdam", ()),
        ("ketenpartner", "opvang-rotterdam-rijnmond", ()),
        ("ketenpartner", "raad-voor-de-kinderbescherming", ()),
        ("ketenpartner", "een-andere-partner", ()),
        ("lokaal-team", f"lokaal-team-{GEMEENTE}", (GEMEENTE,)),
        ("lokaal-team", "lokaal-team-0502", ("0502",)),
        ("gemeente", GEMEENTE, (GEMEENTE,)),
        ("beheerder", "vtrr", ()),
        ("systeem", "ketenradar-lokaal", ()),
    )
    return [
        Somebody(f"{rol} {organisatie}", rol, house.person(rol, organisatie, *gemeenten).token)
        for rol, organisatie, gemeenten in told
    ]


def kinds_seen(walk: Walk) -> dict[tuple[str, str], set[Kind]]:
    """Return per door and person what kinds of marks were seen there."""
    found: dict[tuple[str, str], set[Kind]] = defaultdict(set)
    for sighting in walk.seen:
        found[sighting.where, sighting.who].add(sighting.mark.kind)
    return dict(found)


def moment_of(house: House) -> datetime:
    """Return what time it is in the house."""
    from shared.clock import SimulatedClock  # noqa: PLC0415, the file is made by the house

    return SimulatedClock(house.folder / "klok")()
