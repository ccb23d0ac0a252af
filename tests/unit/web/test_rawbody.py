"""How the edge lets a file through: by its declared type and size, and never slower or larger than may be."""

import asyncio
import re

import pytest
from starlette.types import Message

from shared.errors import KetenError
from shared.web import edge
from shared.web.edge import _bounded, _check_file_type
from shared.web.rawbody import FileRoute

pytestmark = pytest.mark.anyio

MEDIA = frozenset({"text/csv", "application/pdf"})


async def read(*parts: tuple[float, bytes], most: int = 1_000) -> bytes:
    """Read a body that comes in by parts, each after some seconds."""
    coming = list(parts)

    async def receive() -> Message:
        wait, part = coming.pop(0)
        await asyncio.sleep(wait)
        return {"type": "http.request", "body": part, "more_body": bool(coming)}

    bounded = _bounded(receive, most)
    found: bytes = b""
    while True:
        message = await bounded()
        found += message["body"]
        if not message["more_body"]:
            return found


async def test_a_file_within_its_bounds_comes_through_whole() -> None:
    assert await read((0, b"a" * 600), (0, b"b" * 400)) == b"a" * 600 + b"b" * 400


async def test_a_file_that_grows_too_large_on_its_way_is_cut_off() -> None:
    with pytest.raises(KetenError) as found:
        await read((0, b"a" * 600), (0, b"b" * 401))

    assert found.value.status == 413


async def test_a_file_that_drips_in_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edge, "_BODY_SECONDS", 0.05)

    with pytest.raises(KetenError) as found:
        await read(*[(0.02, b"a")] * 20)

    assert found.value.status == 408


async def test_a_large_file_gets_the_time_for_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edge, "_BODY_SECONDS", 0.05)
    monkeypatch.setattr(edge, "_FILE_BYTES_PER_SECOND", 1_000)

    assert len(await read(*[(0.02, b"a" * 100)] * 8)) == 800


async def test_what_the_route_does_with_a_piece_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edge, "_BODY_SECONDS", 0.05)
    parts = [b"a", b"b"]

    async def receive() -> Message:
        return {"type": "http.request", "body": parts.pop(0), "more_body": bool(parts)}

    bounded = _bounded(receive, 10)
    await bounded()
    await asyncio.sleep(0.1)

    assert (await bounded())["body"] == b"b"


async def test_a_sender_that_hangs_up_is_told_apart() -> None:
    async def receive() -> Message:
        return {"type": "http.disconnect"}

    with pytest.raises(KetenError) as found:
        await _bounded(receive, 10)()

    assert found.value.status == 400


async def test_after_the_whole_body_nothing_is_bounded() -> None:
    messages: list[Message] = [{"type": "http.request", "body": b"a"}, {"type": "http.disconnect"}]

    async def receive() -> Message:
        return messages.pop(0)

    bounded = _bounded(receive, 10)
    await bounded()

    assert (await bounded())["type"] == "http.disconnect"


@pytest.mark.parametrize("kind", [b"text/csv", b"TEXT/CSV; charset=utf-8", b"application/pdf"])
async def test_a_declared_type_is_let_through(kind: bytes) -> None:
    _check_file_type({b"content-type": kind}, MEDIA)


@pytest.mark.parametrize(
    "kind", [b"", b"application/json", b"text/csv; charset=utf-16", b"text/csv, text/html", b"\xff"]
)
async def test_another_type_is_refused(kind: bytes) -> None:
    with pytest.raises(KetenError) as found:
        _check_file_type({b"content-type": kind}, MEDIA)

    assert found.value.status == 415


async def test_a_compressed_file_is_refused() -> None:
    with pytest.raises(KetenError) as found:
        _check_file_type({b"content-type": b"text/csv", b"content-encoding": b"gzip"}, MEDIA)

    assert found.value.status == 415


async def test_a_route_is_known_by_its_method_and_whole_path() -> None:
    route = FileRoute("POST", re.compile("/v1/meldingen/[^/]+/bijlagen"), MEDIA, 10)

    assert route.fits("POST", "/v1/meldingen/a/bijlagen")
    assert not route.fits("GET", "/v1/meldingen/a/bijlagen")
    assert not route.fits("POST", "/v1/meldingen/a/bijlagen/b")
    assert not route.fits("POST", "/v1/meldingen/a/b/bijlagen")
