"""Every route of every room against what hostile and broken clients send: a problem, in time, and nothing else.

The routes come from the rooms themselves; one that is added is tried here without being told of.
"""

import base64
import json
import os
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import httpx
import pytest

from bench.client import melding
from shared.events.catalogue import Room
from shared.web.edge import SECURITY_HEADERS
from tests.integration.web.rooms import Operation, RoomUnderTest, example, places, replaced, started
from tests.support import RoomDatabaseFactory, Servers, TestIssuer

pytestmark = pytest.mark.anyio

CANARY = "CANARY999999990"
SECONDS_MAX = 5.0
MEGABYTE = 1_048_576
JSON = {"Content-Type": "application/json"}
ROOMS = tuple(Room)


@pytest.fixture(params=ROOMS, ids=str)
async def room(
    request: pytest.FixtureRequest, room_database: RoomDatabaseFactory, servers: Servers, keys: Path, issuer: TestIssuer
) -> AsyncIterator[RoomUnderTest]:
    async with AsyncExitStack() as stack:
        yield await stack.enter_async_context(
            started(request.param, room_database, admin_url=servers.admin_url, keys=keys, issuer=issuer)
        )


class Findings:
    """What went wrong in a whole table, so that one run shows all of it."""

    def __init__(self) -> None:
        self.tried = 0
        self.statuses: dict[int, int] = {}
        self.wrong: list[str] = []

    def note(
        self, what: str, answer: httpx.Response, seconds: float, *, expected: range | set[int] = range(200, 500)
    ) -> None:
        """Look at one answer."""
        self.tried += 1
        self.statuses[answer.status_code] = self.statuses.get(answer.status_code, 0) + 1
        faults = list(faults_of(answer, expected))
        if seconds > SECONDS_MAX:
            faults.append(f"{seconds:.1f} s")
        if faults:
            self.wrong.append(f"{what}: {', '.join(faults)}")

    def judge(self) -> None:
        print(f"tried {self.tried}: {dict(sorted(self.statuses.items()))}")  # noqa: T201, pytest shows it with -rA
        assert self.wrong == []
        assert self.tried


def faults_of(answer: httpx.Response, expected: range | set[int]) -> Iterator[str]:
    """Yield what an answer lacks that each answer must have."""
    if answer.status_code not in expected:
        yield f"status {answer.status_code} {answer.text[:200]}"
    if answer.status_code >= 400:
        if answer.headers.get("content-type") != "application/problem+json":
            yield f"{answer.status_code} is no problem but {answer.headers.get('content-type')}"
        elif answer.request.method != "HEAD" and answer.json()["status"] != answer.status_code:
            yield "a problem about another status"
        if CANARY.casefold() in answer.text.casefold():
            yield "echoes what was sent"
    yield from lacking_headers(answer)


def lacking_headers(answer: httpx.Response) -> Iterator[str]:
    for name, value in SECURITY_HEADERS:
        found = answer.headers.get_list(name.decode())
        own = name in (b"content-security-policy", b"cache-control", b"cross-origin-resource-policy")
        if len(found) != 1 or (not own and found[0] != value.decode()):
            yield f"{name.decode()}: {found}"
    if "api-version" not in answer.headers:
        yield "no api-version"
    if "server" in answer.headers or "x-powered-by" in answer.headers:
        yield "tells what it runs on"


# Each place in a body gets a part of the values, and the next place another part. What the edge of a room judges before
# any route is asked goes round the routes in smaller parts: every value meets a door, every door meets some.
# KETENRADAR_ALLE_INVOER=1 tries every pair.
ALL = bool(os.environ.get("KETENRADAR_ALLE_INVOER"))
OF_A_ROUTE = 1 if ALL else 12
OF_THE_EDGE = 1 if ALL else 24


def share_of(values: Sequence[Any], number: int, parts: int = OF_A_ROUTE) -> list[Any]:
    """Return the values whose turn it is at a place."""
    return [value for at, value in enumerate(values) if (at + number) % parts == 0]


async def ask(room: RoomUnderTest, method: str, url: str, **more: Any) -> tuple[httpx.Response, float]:
    begin = time.monotonic()
    answer = await room.http.request(method, url, **more)
    return answer, time.monotonic() - begin


# --- bodies ------------------------------------------------------------------------------------------------------

_MANY_KEYS = b"{" + b",".join(b'"%d":1' % number for number in range(90_000)) + b"}"
_BOMB = b'{"' + CANARY.encode() + b'": [' + b"1," * 100_000 + b"1]}"

BODIES: dict[str, tuple[bytes, int]] = {
    "cut off": (b'{"a": "' + CANARY.encode(), 400),
    "no JSON": (CANARY.encode(), 400),
    "XML": (b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', 400),
    "two values": (b"{}{}", 400),
    "a comma too many": (b'{"a": 1,}', 400),
    "a comment": (b'{"a": 1 /* b */}', 400),
    "single quotes": (b"{'a': 1}", 400),
    "a key twice": (b'{"%b": 1, "%b": 2}' % (CANARY.encode(), CANARY.encode()), 400),
    "a key twice, one escaped": (b'{"a": 1, "\\u0061": 2}', 400),
    "a key twice, deep": (b'{"a": [{"b": {"c": 1, "c": 1}}]}', 400),
    "NaN": (b'{"a": NaN}', 400),
    "Infinity": (b'{"a": -Infinity}', 400),
    "1e400": (b'{"a": 1e400}', 400),
    "5.000 digits": (b'{"a": ' + b"9" * 5_000 + b"}", 400),
    "300 digits": (b'{"a": ' + b"9" * 300 + b"}", 400),
    "20 digits": (b'{"a": -' + b"9" * 20 + b"}", 400),
    "a NUL as itself": (b'{"a": "\x00"}', 400),
    "a NUL escaped": (b'{"a": "\\u0000"}', 400),
    "a NUL in a key": (b'{"\\u0000": 1}', 400),
    "a bell": (b'{"a": "\\u0007"}', 400),
    "a backspace": (b'{"a": "\\b"}', 400),
    "an escape": (b'{"a": "\\u001b[31m"}', 400),
    "a DEL": (b'{"a": "\x7f"}', 400),
    "a control character of 8 bits": ('{"a": "\u009b"}'.encode(), 400),
    "a lone surrogate": (b'{"a": "\\ud800"}', 400),
    "surrogates in the wrong order": (b'{"a": "\\udc00\\ud800"}', 400),
    "UTF-16": ('{"a": "b"}'.encode("utf-16"), 400),
    "UTF-16 without a mark": ('{"a": "b"}'.encode("utf-16-le"), 400),
    "UTF-32": ('{"a": "b"}'.encode("utf-32"), 400),
    "a byte order mark": (b"\xef\xbb\xbf{}", 400),
    "latin-1": (b'{"a": "Jos\xe9"}', 400),
    "UTF-8 that is too long": (b'{"a": "\xc0\x80"}', 400),
    "UTF-8 of a surrogate": (b'{"a": "\xed\xa0\x80"}', 400),
    "deep": (b'{"a":' * 33 + b"1" + b"}" * 33, 400),
    "very deep": (b"[" * 100_000 + b"]" * 100_000, 400),
    "deep and cut off": (b'[{"a":' * 100_000, 400),
    "many keys": (_MANY_KEYS, 400),
    "100.000 values": (_BOMB, 400),
    "300.000 empty lists": (b"[" + b"[]," * 300_000 + b"[]]", 400),
    "too large": (b'{"a": "' + b"a" * MEGABYTE + b'"}', 413),
    "10 MB": (b'{"a": "' + CANARY.encode() * 666_667 + b'"}', 413),
}
VALUES: list[Any] = [
    *(None, True, 7, -1.5, 10**17, 1e300, CANARY, "", " "),
    *([], {}, [[]], {CANARY: CANARY}, "a" * 100_000, [1] * 5_000),
]


async def test_a_body_that_is_no_proper_json_is_refused_on_every_route(
    room: RoomUnderTest, capsys: pytest.CaptureFixture[str]
) -> None:
    findings = Findings()
    before = room.rows()

    for number, operation in enumerate(room.operations):
        headers = room.headers(operation) | JSON
        for kind, (body, status) in share_of(list(BODIES.items()), number, OF_THE_EDGE):
            found = await ask(room, operation.method, operation.url, headers=headers, content=body)
            # A route that takes a file takes no JSON, good or bad.
            expected = {415} if operation.file_types else {status}
            findings.note(f"{operation.method} {operation.path}, {kind}", *found, expected=expected)

    assert room.rows() == before
    findings.judge()
    assert CANARY not in capsys.readouterr().out.replace("tried", "")


async def test_a_body_in_another_wrapping_is_refused_on_every_route(room: RoomUnderTest) -> None:
    findings = Findings()
    before = room.rows()
    wrappings = [
        *({"Content-Type": kind} for kind in ("text/plain", "application/xml", "application/jsonp", "", CANARY)),
        *({"Content-Type": kind} for kind in ("multipart/form-data; boundary=a", "application/x-www-form-urlencoded")),
        *({"Content-Type": f"application/json; charset={name}"} for name in ("utf-16", "iso-8859-1", "utf-7", CANARY)),
        *({**JSON, "Content-Encoding": name} for name in ("gzip", "deflate", "br", "identity, gzip", CANARY)),
    ]

    for number, operation in enumerate(room.operations):
        for wrapping in share_of(wrappings, number, OF_THE_EDGE):
            if wrapping["Content-Type"] in operation.file_types:
                continue
            headers = room.headers(operation) | wrapping
            found = await ask(room, operation.method, operation.url, headers=headers, content=b"{}")
            findings.note(f"{operation.method} {operation.path}, {wrapping}", *found, expected={415})

    assert room.rows() == before
    findings.judge()


async def test_a_value_of_another_kind_never_breaks_a_route(room: RoomUnderTest) -> None:
    findings = Findings()

    for operation in room.operations:
        if operation.body is None:
            continue
        whole = example(operation.body, operation.document)
        headers = room.headers(operation) | {"If-Match": '"1"'}
        for number, at in enumerate(places(whole)):
            for value in share_of(VALUES, number):
                before = room.rows() if not at else None
                body = replaced(whole, at, value)
                found = await ask(room, operation.method, operation.url, headers=headers, json=body)
                findings.note(f"{operation.method} {operation.path} {at} {str(value)[:20]}", *found)
                assert before is None or found[0].status_code < 300 or room.rows() == before

    findings.judge()


TEXTS = {
    "SQL": f"'; DROP TABLE melding; SELECT '{CANARY}' --",
    "SQL in a union": "1' UNION SELECT null, version() --",
    "NoSQL": '{"$gt": ""}',
    "HTML": f"<script>alert('{CANARY}')</script><img src=x onerror=alert(1)>",
    "template": "{{7*7}}${7*7}<%= 7*7 %>#{7*7}{% include '/etc/passwd' %}",
    "shell": "$(cat /etc/passwd); `id` | nc 127.0.0.1 1 && reboot",
    "LDAP": "*)(uid=*))(|(uid=*",
    "log4j": "${jndi:ldap://127.0.0.1/a}",
    "path": "../../../../etc/passwd",
    "format": "%s%s%n {0.__class__.__mro__}",
    "formula": "=cmd|' /C calc'!A0",
    "formula at": "@SUM(1+1)*cmd|' /C calc'!A0",
    "formula after a tab": "\t=1+1",
    "CRLF": "a\r\nSet-Cookie: b=c",
    "right to left": "\u202enaamreW\u202c \u2066a\u2069",
    "zero width": "Jan\u200b\u200d\ufeffsen",
    "zalgo": "J" + "\u0301\u0327\u0489" * 60,
    "homoglyph": "\u0406\u0430n \u0421\u043emp\u0430ny",
    "not composed": "Jose\u0301",
    "beyond the first plane": "\U0001f46e\u200d\u2640\ufe0f\U000e0041",
    "noncharacter": "\ufffe\uffff",
    "line separators": "a\u2028b\u2029c",
    "largest": "\u00e9" * 100_000,
}


async def test_a_text_that_means_something_elsewhere_is_only_text_on_every_route(room: RoomUnderTest) -> None:
    findings = Findings()

    for number, operation in enumerate(room.operations):
        if operation.body is None:
            continue
        headers = room.headers(operation) | {"If-Match": '"1"'}
        for kind, text in share_of(list(TEXTS.items()), number):
            body = example(operation.body, operation.document, text=text)
            found = await ask(room, operation.method, operation.url, headers=headers, json=body)
            findings.note(f"{operation.method} {operation.path}, {kind}", *found)

    findings.judge()


@pytest.mark.parametrize("room", [Room.INTAKE], indirect=True)
async def test_a_text_that_means_something_elsewhere_comes_back_as_it_was_sent(room: RoomUnderTest) -> None:
    sender = room.issuer.headers("ketenpartner", "politie-eenheid-rotterdam")
    reader = room.issuer.headers("vt-medewerker", "vtrr")

    for kind, text in TEXTS.items():
        sent = json.loads(melding(len(text)))
        sent["zorgelijkeSituatie"]["omschrijving"] = text
        made = await room.http.post("/v1/meldingen", json=sent, headers=sender)
        if kind == "largest":
            assert made.status_code == 400
            continue
        assert made.status_code == 201, (kind, made.text)
        read = await room.http.get(f"/v1/meldingen/{made.json()['id']}", headers=reader)
        assert read.json()["zorgelijkeSituatie"]["omschrijving"] == text, kind


# --- addresses and headers ---------------------------------------------------------------------------------------


def _cursor(*key: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode().rstrip("=")


IN_ADDRESS = [
    *("%00", "a%00b", "%0d%0aSet-Cookie:%20a=b", "%1b%5b31m", "%7f", "%c0%ae", "%ff", "%ed%a0%80", "%c2%9b"),
    *("%2e%2e%2f%2e%2e%2fetc%2fpasswd", "%252e%252e", "~", "-1", "0", "1e9", "9" * 30, "NaN", "null"),
    *(quote(text, safe="") for text in TEXTS.values() if len(text) < 1_000),
    *(CANARY, "a" * 7_000, "a" * 9_000, "%d9%a1%d9%a2", "%ef%bc%91", str(uuid4()).upper(), f"%7b{uuid4()}%7d"),
]
IN_QUERY = [
    *(_cursor(), _cursor(None), _cursor([]), _cursor({}), _cursor("a"), _cursor(1), _cursor(1e300), _cursor(10**30)),
    *(_cursor("2026-01-01T00:00:00Z"), _cursor("2026-01-01T00:00:00Z", "geen-uuid"), _cursor(str(uuid4()))),
    *(_cursor("\u0000"), _cursor("2026-01-01T00:00:00Z", "\u0000"), _cursor("\ud800"), _cursor(*range(20))),
    *(
        _cursor("9999-12-31T23:59:59Z", str(uuid4())),
        _cursor(True, False),
        _cursor(str(uuid4()), 1, "a"),
        "%%%",
        "&&==",
    ),
    *("2026-13", "0000-00", "9999-12", "2026-02-30", "0001-01-01", "9999-12-31", "-0001-01-01", "true", "[]", ""),
]
IN_HEADER = [
    *(
        "",
        " ",
        "*",
        '"',
        '""',
        '"1',
        "W/1",
        '"-1"',
        '"' + "9" * 400 + '"',
        "a" * 7_000,
        CANARY,
        "<script>",
        "%0d%0aX:1",
    ),
    *("\u00e9".encode("latin-1"), b"\xff\xfe", b"\xe2\x80\xae", "'; DROP TABLE audit; --", "00-" + "0" * 32 + "-0-01"),
    *("text/html", "application/json;q=abc", "*/*;q=0", ",,,", "../..", "${jndi:ldap://127.0.0.1/a}", "0599,0622"),
]


async def test_a_hostile_value_in_an_address_is_refused_or_leads_to_nothing(
    room: RoomUnderTest, capsys: pytest.CaptureFixture[str]
) -> None:
    findings = Findings()
    before = room.rows()

    for at, operation in enumerate(room.operations):
        headers = room.headers(operation)
        for number, name in enumerate(operation.parameters("path")):
            for value in share_of(IN_ADDRESS, number + at, OF_THE_EDGE):
                url = operation.url_with(name, value)
                found = await ask(room, operation.method, url, headers=headers)
                findings.note(
                    f"{operation.method} {operation.path} {name}={value[:40]}", *found, expected=range(400, 500)
                )
        for number, name in enumerate((*operation.parameters("query"), CANARY)):
            for value in share_of((*IN_ADDRESS, *IN_QUERY), number + at, OF_THE_EDGE):
                found = await ask(room, operation.method, f"{operation.url}?{name}={value}", headers=headers)
                findings.note(f"{operation.method} {operation.path} ?{name}={value[:40]}", *found)

    assert room.rows() == before
    findings.judge()
    assert CANARY not in capsys.readouterr().out


async def test_a_hostile_value_in_a_header_is_refused_or_means_nothing(
    room: RoomUnderTest, capsys: pytest.CaptureFixture[str]
) -> None:
    findings = Findings()
    before = room.rows()
    everywhere = {"X-Doelbinding", "traceparent", "Accept"}
    once = {"tracestate", "Accept-Language", "X-Forwarded-For", "Range", "If-None-Match", "If-Match", "Idempotency-Key"}

    for number, operation in enumerate(room.operations):
        for name in sorted({*operation.parameters("header"), *everywhere, *(once if number == 0 else ())}):
            for value in share_of(IN_HEADER, number, OF_THE_EDGE if name in everywhere else OF_A_ROUTE):
                headers: Any = room.headers(operation) | {name: value}
                found = await ask(room, operation.method, operation.url, headers=headers)
                findings.note(f"{operation.method} {operation.path} {name}: {value[:30]!r}", *found)

    assert room.rows() == before
    findings.judge()
    assert CANARY not in capsys.readouterr().out


# --- every answer ------------------------------------------------------------------------------------------------


async def test_a_method_that_a_path_does_not_have_is_refused_with_those_that_it_has(room: RoomUnderTest) -> None:
    findings = Findings()
    known: dict[str, list[Operation]] = {}
    for operation in room.operations:
        known.setdefault(operation.path, []).append(operation)

    for operations in known.values():
        one = operations[0]
        have = {operation.method.upper() for operation in operations}
        for method in {"GET", "PUT", "POST", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "PROPFIND", "HACK"} - have:
            answer, seconds = await ask(room, method, one.url, headers=room.headers(one))
            # What is written out, such as /meldingen/_zoek, is for another method an id that is none.
            written_out = "/_" in one.path
            findings.note(f"{method} {one.path}", answer, seconds, expected={400, 405} if written_out else {405})
            assert answer.status_code == 400 or set(answer.headers["Allow"].split(", ")) == have, (method, one.path)
        for name in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"):
            found = await ask(room, one.method, one.url, headers=room.headers(one) | {name: "DELETE"})
            findings.note(f"{name} {one.path}", *found, expected={400})

    findings.judge()


async def test_every_answer_has_the_security_headers_whatever_kind_it_is(
    room: RoomUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    findings = Findings()
    monkeypatch.setenv("KETENRADAR_OMGEVING", "lokaal")
    open_paths = ("/health", "/ready", "/v1/openapi.json", "/", "/static/ketenradar.css", "/static/niets")
    unknown = ("/v1", "/v1/", "/v1/niets", "/niets", "//", "/.env", "/docs", "/redoc", "/openapi.json", "/v1/docs")

    for path in (*open_paths, *unknown):
        for headers in ({}, room.issuer.headers("beheerder", "vtrr")):
            findings.note(path, *await ask(room, "GET", path, headers=headers))
    for operation in room.operations:
        for headers in (
            {},
            {"Authorization": "Bearer x"},
            *map(_as(room), set(operation.told["x-rollen"]) | {"beheerder"}),
        ):
            found = await ask(room, operation.method, operation.url, headers=headers)
            findings.note(f"{operation.method} {operation.path}", *found, expected=range(200, 504))
    away = room.edge.api.state.resources.engine
    monkeypatch.setattr(type(away), "begin", _broken)
    for operation in room.operations:
        found = await ask(room, operation.method, operation.url, headers=room.headers(operation))
        findings.note(f"broken {operation.method} {operation.path}", *found, expected=range(200, 504))

    findings.judge()
    assert {200, 401, 404, 500} <= set(findings.statuses)


def _as(room: RoomUnderTest) -> Any:  # a function that returns headers
    return lambda rol: room.issuer.headers(rol, "vtrr", gemeenten=("0599",))


def _broken(*_: object) -> None:
    raise ZeroDivisionError(CANARY)
