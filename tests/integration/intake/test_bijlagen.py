"""What is added to a melding afterwards, on a real database: kept sealed, given to whom it may, never inline."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import text

from services.intake.handlers import bijlagen
from services.intake.settings import IntakeSettings
from services.intake.worker import make_tasks
from shared.db import in_transaction
from shared.messaging.tasks import do_one
from shared.work import WORKER_WALL, Work, working
from shared.work import Wall as TheWall
from tests.integration.intake.bodies import a_melding, a_person
from tests.integration.intake.conftest import Intake

pytestmark = pytest.mark.anyio

ZIEKENHUIS = "ziekenhuis-fictief"
PDF = b"%PDF-1.7\n" + b"CANARY-BIJLAGE " * 40_000  # more than two pieces
KETEN = {"X_Doelbinding": "overdracht-en-zicht-op-veiligheid"}
HIDDEN: dict[str, Any] = {
    "melder": {
        "categorie": "gezondheidszorg",
        "soort": "professional",
        "naam": "Huisarts Verborgen",
        "bekendmaking": {"openbaar": False, "grond": "a", "motivering": "bedreigd"},
    }
}


async def send(
    intake: Intake, melding: dict[str, Any], content: Any = PDF, *, kind: str = "application/pdf", **extra: str
) -> Any:
    """Send a file with a melding."""
    headers = intake.headers(extra.pop("rol", "ketenpartner"), extra.pop("organisatie", None))
    headers |= {"Content-Type": kind, "Content-Disposition": "attachment; filename*=UTF-8''CANARY-NAAM%20brief.pdf"}
    headers |= {name.replace("_", "-"): value for name, value in extra.items()}
    return await intake.http.post(f"/v1/meldingen/{melding['id']}/bijlagen", content=content, headers=headers)


def settings(virusscanner_url: str = "") -> IntakeSettings:
    return IntakeSettings.model_construct(virusscanner_url=virusscanner_url, import_rapport_dagen=30)


async def do_tasks(intake: Intake, told: IntakeSettings | None = None) -> int:
    """Let the worker do everything that is due; return how many tasks that were."""
    tasks, count = make_tasks(intake.made, told or settings()), 0
    while await do_one(intake.made.engine, tasks, clock=intake.made.clock):
        count += 1
        assert count < 1_000
    return count


async def told(intake: Intake) -> list[dict[str, Any]]:
    query = "SELECT data FROM outbox WHERE soort = 'nl.ketenradar.melding-aangevuld.v1' ORDER BY id"
    return [row.data for row in await intake.rows(query)]


async def test_an_aanvulling_is_kept_beside_the_melding_told_once_and_read_by_whom_it_may(intake: Intake) -> None:
    melding = await intake.melding(a_melding())
    path = f"/meldingen/{melding['id']}/aanvullingen"
    body = {"tekst": "CANARY-EXTRA: Agent Fictief hoorde later meer.", "toegevoegdDoor": "Brigadier Verzonnen"}

    first = await intake.call("POST", path, body, rol="ketenpartner", Idempotency_Key="een")
    again = await intake.call("POST", path, body, rol="ketenpartner", Idempotency_Key="een")
    same = await intake.call("POST", path, body, rol="ketenpartner")
    other = await intake.call("POST", path, {"tekst": "anders"}, rol="ketenpartner", Idempotency_Key="een")
    of_vt = await intake.call("POST", path, {"tekst": "Gebeld met de school."})

    assert [answer.status_code for answer in (first, again, same, other, of_vt)] == [201, 201, 200, 409, 201]
    assert first.json() == again.json() == same.json()
    location = first.headers["Location"].removeprefix("/v1")
    assert (await intake.call("GET", location, rol="ketenpartner")).json() == first.json()
    for method, where, sent in (("POST", path, body), ("GET", location, None)):
        stranger = await intake.call(method, where, sent, rol="ketenpartner", organisatie=ZIEKENHUIS)
        assert stranger.status_code == 404
    location_of_vt = of_vt.headers["Location"].removeprefix("/v1")
    assert (await intake.call("GET", location_of_vt, rol="ketenpartner")).status_code == 404
    seen = {
        rol: (await intake.call("GET", f"/meldingen/{melding['id']}", rol=rol)).json()["aanvullingen"]
        for rol in ("ketenpartner", "vt-medewerker")
    }
    assert [one["tekst"] for one in seen["vt-medewerker"]] == [body["tekst"], "Gebeld met de school."]
    assert seen["vt-medewerker"][0]["toegevoegdDoor"] == "Brigadier Verzonnen"
    assert [one["tekst"] for one in seen["ketenpartner"]] == [body["tekst"]]
    facts = await told(intake)
    assert [(fact["meldingId"], fact["soort"]) for fact in facts] == [(melding["id"], "aanvulling")] * 2
    assert "CANARY" not in str(await intake.rows("SELECT * FROM aanvulling"))


async def test_an_aanvulling_tells_the_chain_nothing_of_a_hidden_melder(intake: Intake) -> None:
    melding = await intake.melding(a_melding(**HIDDEN))
    tekst = "Huisarts Verborgen belde; zijn collega ook. De ruzie was fel."
    body = {"tekst": tekst, "toegevoegdDoor": "Collega Sluier"}
    path = f"/meldingen/{melding['id']}"
    assert (await intake.call("POST", f"{path}/aanvullingen", body, rol="ketenpartner")).status_code == 201
    sent = await send(intake, melding)

    read = await intake.call("GET", path, rol="systeem", **KETEN)
    listed = await intake.call("GET", f"{path}/bijlagen", rol="systeem", **KETEN)
    given = await intake.call("GET", f"{path}/bijlagen/{sent.json()['id']}", rol="systeem", **KETEN)

    (aanvulling,) = read.json()["aanvullingen"]
    assert "De ruzie was fel" in aanvulling["tekst"]
    assert "Verborgen" not in read.text
    assert "Sluier" not in read.text
    assert read.json()["bijlagen"] == []
    assert (listed.status_code, given.status_code) == (404, 404)


async def test_a_file_comes_back_as_it_was_sent_and_is_kept_in_sealed_pieces(intake: Intake) -> None:
    melding = await intake.melding(a_melding())
    path = f"/meldingen/{melding['id']}/bijlagen"

    first = await send(intake, melding, Idempotency_Key="een")
    again = await send(intake, melding, Idempotency_Key="een")
    same = await send(intake, melding)
    key_for_other = await send(intake, melding, b"een tekst", kind="text/plain", Idempotency_Key="een")

    assert [answer.status_code for answer in (first, again, same, key_for_other)] == [201, 201, 200, 409]
    assert first.json()["id"] == again.json()["id"] == same.json()["id"]
    assert {name: first.json()[name] for name in ("naam", "soort", "grootte", "status")} == {
        "naam": "CANARY-NAAM brief.pdf",
        "soort": "pdf",
        "grootte": len(PDF),
        "status": "niet-gescand",
    }
    kept = await intake.rows("SELECT nr, inhoud FROM bijlage_stuk ORDER BY nr")
    assert [len(row.inhoud) > 262_144 for row in kept] == [True, True, False]
    assert not [row for row in kept if b"CANARY" in bytes(row.inhoud)]
    assert "CANARY" not in str(await intake.rows("SELECT * FROM bijlage"))
    assert await intake.count("bijlage") == 1
    assert [fact["soort"] for fact in await told(intake)] == ["bijlage"]
    for rol, purpose in (("ketenpartner", {}), ("vt-medewerker", {}), ("systeem", KETEN)):
        given = await intake.call("GET", f"{path}/{first.json()['id']}", rol=rol, **purpose)
        assert (given.status_code, given.content == PDF) == (200, True)
    assert given.headers["content-type"] == "application/octet-stream"
    assert given.headers["content-disposition"] == "attachment; filename*=UTF-8''CANARY-NAAM%20brief.pdf"
    assert given.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert given.headers["x-content-type-options"] == "nosniff"
    for where in (path, f"{path}/{first.json()['id']}"):
        assert (await intake.call("GET", where, rol="ketenpartner", organisatie=ZIEKENHUIS)).status_code == 404
        assert (await intake.call("GET", where, rol="systeem")).status_code == 400
    assert (await send(intake, melding, organisatie=ZIEKENHUIS)).status_code == 404
    assert (await send(intake, melding, b"van ons", kind="text/plain", rol="vt-medewerker")).status_code == 201
    of_sender = (await intake.call("GET", path, rol="ketenpartner")).json()["resultaten"]
    assert [one["id"] for one in of_sender] == [first.json()["id"]]
    acts = await intake.rows("SELECT actie FROM audit WHERE object_soort = 'bijlage' AND resultaat = 'gelukt'")
    assert sorted(row.actie for row in acts) == sorted(
        ["bijlage-toegevoegd"] * 2 + ["bijlage-herhaald"] * 2 + ["bijlage-gelezen"] * 3
    )


async def test_what_may_not_be_kept_leaves_nothing(intake: Intake) -> None:
    melding = await intake.melding(a_melding())

    async def broken_off() -> AsyncIterator[bytes]:
        yield PDF
        raise ConnectionError("the sender hung up")

    async def far_too_much() -> AsyncIterator[bytes]:
        for _ in range(12):
            yield b"%PDF-" + b"x" * 1_000_000

    answers = {
        "a program": await send(intake, melding, b"MZ" + b"\x00" * 9_000),
        "a page": await send(intake, melding, b"<html><script>", kind="text/plain"),
        "empty": await send(intake, melding, b""),
        "a type that is not taken": await send(intake, melding, kind="text/html"),
        "JSON": await send(intake, melding, b"{}", kind="application/json"),
        "compressed": await send(intake, melding, Content_Encoding="gzip"),
        "too large": await send(intake, melding, b"%PDF-" + b"x" * 10_485_760),
        "too large without a length": await send(intake, melding, far_too_much()),
    }
    assert (await send(intake, melding, broken_off())).status_code == 500

    assert {kind: answer.status_code for kind, answer in answers.items()} == {
        "a program": 415, "a page": 415, "empty": 415, "a type that is not taken": 415, "JSON": 415, "compressed": 415,
        "too large": 413, "too large without a length": 413,
    }  # fmt: skip
    assert (await intake.count("bijlage"), await intake.count("bijlage_stuk")) == (0, 0)
    assert await told(intake) == []


async def test_a_piece_opens_only_where_it_stands_and_a_file_only_as_a_whole(intake: Intake) -> None:
    melding = await intake.melding(a_melding())
    sent = (await send(intake, melding)).json()
    path = f"/meldingen/{melding['id']}/bijlagen/{sent['id']}"
    pieces = [bytes(row.inhoud) for row in await intake.rows("SELECT inhoud FROM bijlage_stuk ORDER BY nr")]

    async def put(nr: int, content: bytes) -> None:
        with working(Work(TheWall(WORKER_WALL), intake.made.vault)):
            async with in_transaction(intake.made.engine) as conn:
                query = text("UPDATE bijlage_stuk SET inhoud = :inhoud WHERE nr = :nr")
                await conn.execute(query, {"nr": nr, "inhoud": content})

    for nr, content in ((0, pieces[1]), (0, pieces[0][:-1] + b"\x00"), (2, pieces[0])):
        await put(nr, content)
        assert (await intake.call("GET", path)).status_code == 500
        await put(nr, pieces[nr])
    assert (await intake.call("GET", path)).content == PDF


async def test_an_infected_file_is_given_to_nobody_and_a_scanner_that_is_away_is_asked_again(intake: Intake) -> None:
    melding = await intake.melding(a_melding())
    ids = [(await send(intake, melding, part + PDF)).json()["id"] for part in (b"%PDF-schoon", b"%PDF-besmet")]

    async def clamd(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard = bytearray()
        await reader.readuntil(b"\0")
        while size := int.from_bytes(await reader.readexactly(4)):
            heard += await reader.readexactly(size)
        writer.write(b"stream: Verzonnen FOUND\0" if b"besmet" in heard else b"stream: OK\0")
        writer.close()

    assert await do_tasks(intake, settings(virusscanner_url="tcp://127.0.0.1:1")) == 2
    away = await intake.rows("SELECT status, fout FROM taak WHERE soort = 'bijlage-scannen'")
    server = await asyncio.start_server(clamd, "127.0.0.1", 0)
    async with server:
        intake.klok.advance(bijlagen._UNFINISHED / 2)
        port = server.sockets[0].getsockname()[1]
        assert await do_tasks(intake, settings(virusscanner_url=f"tcp://127.0.0.1:{port}")) == 2

    assert {(row.status, row.fout) for row in away} == {("open", "ConnectionRefusedError")}
    listed = (await intake.call("GET", f"/meldingen/{melding['id']}/bijlagen")).json()["resultaten"]
    assert [one["status"] for one in listed] == ["gescand", "besmet"]
    for rol, purpose in (("ketenpartner", {}), ("vt-teamleider", {}), ("systeem", KETEN)):
        path = f"/meldingen/{melding['id']}/bijlagen"
        answers = [await intake.call("GET", f"{path}/{one}", rol=rol, **purpose) for one in ids]
        assert [answer.status_code for answer in answers] == [200, 409]


async def test_fifty_at_once_under_one_number_or_key_are_one_melding_one_text_and_one_file(intake: Intake) -> None:
    numbered = a_melding(a_person(), externeIdentificatie="pol-50")
    keyed = a_melding(a_person(bsn=None, geslachtsnaam="Anderling"))

    by_number = await asyncio.gather(
        *(intake.call("POST", "/meldingen", numbered, rol="ketenpartner") for _ in range(50))
    )
    by_key = await asyncio.gather(
        *(intake.call("POST", "/meldingen", keyed, rol="ketenpartner", Idempotency_Key="vijftig") for _ in range(50))
    )
    melding = by_number[0].json()
    path = f"/meldingen/{melding['id']}/aanvullingen"
    texts = await asyncio.gather(*(intake.call("POST", path, {"tekst": "meer"}, rol="ketenpartner") for _ in range(20)))
    files = await asyncio.gather(*(send(intake, melding, b"een tekst", kind="text/plain") for _ in range(10)))

    assert sorted(answer.status_code for answer in by_number) == [200] * 49 + [201]
    assert {answer.status_code for answer in by_key} == {201}
    for answers in (by_number, by_key, texts, files):
        assert len({answer.json()["id"] for answer in answers}) == 1
    assert await intake.count("melding") == 2
    assert [await intake.count(table) for table in ("aanvulling", "bijlage", "bijlage_stuk")] == [1, 1, 1]
    assert len(await told(intake)) == 2
