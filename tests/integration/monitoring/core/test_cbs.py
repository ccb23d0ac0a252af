"""A delivery to the CBS is asked, made from the facts, decided by a second person, and only then to be fetched."""

import asyncio
import hashlib
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.monitoring.domain.cbs import records_of
from services.monitoring.handlers import cbs_maken
from services.monitoring.handlers.cbs_maken import make_asked, run_making
from services.monitoring.store import cbs as store
from shared.errors import OperationalError
from shared.rules.codes import Uitkomst
from tests.integration.monitoring.core.room import MonitoringRoom
from tests.unit.monitoring.core.builders import Chain, ams
from tests.unit.monitoring.core.test_cbs import FIXED

pytestmark = pytest.mark.anyio

PATH = "/v1/cbs-leveringen"
JULY = ams("2026-07-10 09:00")


async def hear_melding(room: MonitoringRoom, received: str, besluit: str | None = None, code: str = "0599") -> Chain:
    chain = Chain(gemeente_code=code)
    melding = chain.melding(ams(received))
    if besluit:
        chain.besluit(melding, ams(besluit), Uitkomst.GEEN_VERVOLG)
    await room.hear(chain.facts)
    return chain


async def ask(room: MonitoringRoom, rol: str = "vt-teamleider", key: str = "", **body: str) -> httpx.Response:
    more = {"Idempotency-Key": key} if key else {}
    told = {"halfjaar": "2026-1"} | body
    return await room.http.post(PATH, json=told, headers=room.issuer.headers(rol, "vtrr", subject="een") | more)


async def make(room: MonitoringRoom, layout: Path | None = None) -> bool:
    return await make_asked(room.made, layout_file=layout, now=room.klok())


async def decide(room: MonitoringRoom, asked: httpx.Response, besluit: str, subject: str = "twee") -> httpx.Response:
    headers = room.issuer.headers("beheerder", "vtrr", subject=subject)
    return await room.http.put(f"{asked.headers['Location']}/besluit", json={"besluit": besluit}, headers=headers)


async def read(room: MonitoringRoom, asked: httpx.Response) -> dict[str, Any]:
    told: dict[str, Any] = (await room.get(asked.headers["Location"].removeprefix("/v1"), "beheerder")).json()
    return told


async def fetch(room: MonitoringRoom, asked: httpx.Response, naam: str = "meldingen") -> httpx.Response:
    return await room.get(f"{asked.headers['Location'].removeprefix('/v1')}/bestanden/{naam}", "vt-teamleider")


async def test_a_delivery_is_made_decided_by_another_and_fetched_as_it_was_hashed(
    monitoring: MonitoringRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cbs_maken, "_PIECE_BYTES", 200)  # so that a file has several pieces
    for number in range(4):
        await hear_melding(monitoring, f"2026-03-0{number + 1} 10:00", f"2026-03-0{number + 2} 10:00")
    merged = await hear_melding(monitoring, "2026-06-30 23:00", code="0501")
    await hear_melding(monitoring, "2026-07-01 00:00")
    monitoring.klok.set(JULY)

    asked = await ask(monitoring, key="a")
    again = await ask(monitoring, key="a")
    early = await fetch(monitoring, asked)
    unmade = await decide(monitoring, asked, "goedgekeurd")
    assert await make(monitoring)
    assert not await make(monitoring)
    concept = await read(monitoring, asked)
    before = await fetch(monitoring, asked)
    same = await decide(monitoring, asked, "goedgekeurd", subject="een")
    approved = await decide(monitoring, asked, "goedgekeurd")
    late = await decide(monitoring, asked, "afgewezen")
    file = await fetch(monitoring, asked)
    absent = await fetch(monitoring, asked, "verzonnen")

    assert (asked.status_code, asked.json()["status"], again.json()) == (202, "aangevraagd", asked.json())
    statuses = [answer.status_code for answer in (early, unmade, before, same, approved, late, file, absent)]
    assert statuses == [409, 409, 409, 403, 200, 409, 200, 404]
    assert concept["status"] == "concept"
    assert concept["layout"] == "ketenradar-csv 1"
    lines = file.content.decode().splitlines()
    assert (len(lines), lines[0].split(";")[0]) == (6, "meldingId")
    assert len({line.split(";")[0] for line in lines}) == 6
    assert [line.split(";")[16] for line in lines[1:]].count("geen-vervolg") == 4
    told = next(one for one in approved.json()["bestanden"] if one["naam"] == "meldingen")
    assert told["sha256"] == hashlib.sha256(file.content).hexdigest()
    assert (told["regels"], told["bytes"]) == (5, len(file.content))
    pieces = await monitoring.rows("SELECT count(*) AS n FROM cbs_deel WHERE bestand = 'meldingen'")
    assert pieces[0]["n"] > 1
    filled = {one["veld"]: one for one in concept["rapport"]["velden"] if one["record"] == "melding"}
    assert (filled["uitkomst"]["gevuld"], filled["uitkomst"]["percentage"]) == (4, 80.0)
    melding_id = str(merged.facts[0].payload.melding_id)  # type: ignore[attr-defined]
    (wrong,) = concept["rapport"]["bevindingen"]
    assert wrong == {"code": "gemeente-niet-geldig", "aantal": 1, "voorbeelden": [melding_id]}
    # What leaves the house names no id of ours.
    assert melding_id not in file.text
    assert str(merged.casus_id) not in file.text
    acts = {row["actie"] for row in await monitoring.rows("SELECT actie FROM audit WHERE actie LIKE 'cbs-%'")}
    assert {"cbs-levering-aangevraagd", "cbs-levering-goedgekeurd", "cbs-bestand-opgehaald"} <= acts


async def test_the_same_half_year_again_is_a_next_version_as_of_its_own_moment(monitoring: MonitoringRoom) -> None:
    chain = await hear_melding(monitoring, "2026-06-25 10:00")
    monitoring.klok.set(JULY)
    chain.besluit(chain.facts[0].payload.melding_id, ams("2026-07-02 10:00"))  # type: ignore[attr-defined]
    await monitoring.hear(chain.facts[1:])

    first = await ask(monitoring, peilmoment="2026-07-01T12:00:00+02:00")
    await make(monitoring)
    second = await ask(monitoring)
    await make(monitoring)
    replaced = await decide(monitoring, first, "goedgekeurd")
    refused = await decide(monitoring, second, "afgewezen")
    third = await ask(monitoring)
    listed = await monitoring.get("/cbs-leveringen?halfjaar=2026-1&limiet=2", "beheerder")
    rest = await monitoring.get(f"/cbs-leveringen?na={listed.json()['volgende']}", "beheerder")

    found = [await read(monitoring, asked) for asked in (first, second, third)]
    assert [one["versie"] for one in found] == [1, 2, 3]
    assert [one["status"] for one in found] == ["vervangen", "afgewezen", "aangevraagd"]
    assert (replaced.status_code, refused.status_code) == (409, 200)
    decided = [
        next(one["gevuld"] for one in version["rapport"]["velden"] if one["veld"] == "veiligheidsbeoordelingOp")
        for version in found[:2]
    ]
    assert decided == [0, 1]
    assert [row["versie"] for row in listed.json()["resultaten"]] == [1, 2]
    assert [row["versie"] for row in rest.json()["resultaten"]] == [3]


async def test_another_layout_makes_another_file_and_a_bad_one_fails_with_its_reason(
    monitoring: MonitoringRoom, tmp_path: Path
) -> None:
    await hear_melding(monitoring, "2026-03-02 10:00", "2026-03-05 10:00")
    monitoring.klok.set(JULY)
    fixed, bad = tmp_path / "vast.toml", tmp_path / "fout.toml"
    fixed.write_text(FIXED.replace("breedte = 4", "breedte = 64"))
    bad.write_text("naam = ")

    garbled = await ask(monitoring)
    await make(monitoring, fixed)
    refused = await decide(monitoring, garbled, "goedgekeurd")
    fixed.write_text(fixed.read_text().replace("onderzoek = ", 'geen-vervolg = "03"\nonderzoek = '))
    whole = await ask(monitoring)
    await make(monitoring, fixed)
    approved = await decide(monitoring, whole, "goedgekeurd")
    file = await fetch(monitoring, whole, "M")
    broken = await ask(monitoring)
    await make(monitoring, bad)

    assert (refused.status_code, approved.status_code) == (409, 200)
    assert approved.json()["layout"] == "vast 9"
    assert file.content[:14] == b"03202603020020"
    assert len(file.content) == 2 + 8 + 3 + 1 + 64 + 1
    failed = await read(monitoring, broken)
    assert failed["status"] == "mislukt"
    assert "geen TOML" in failed["reden"]


async def test_what_cannot_be_asked_is_refused_and_others_are_not_let_in(monitoring: MonitoringRoom) -> None:
    monitoring.klok.set(JULY)

    answers = [
        await ask(monitoring, halfjaar="2026-2"),
        await ask(monitoring, halfjaar="2026-3"),
        await ask(monitoring, peilmoment="2026-05-01T00:00:00Z"),
        await ask(monitoring, peilmoment="2026-08-01T00:00:00Z"),
        await ask(monitoring, "vt-medewerker"),
        await ask(monitoring, "gemeente"),
    ]

    assert [answer.status_code for answer in answers] == [400, 400, 400, 400, 403, 403]
    assert await monitoring.rows("SELECT 1 FROM cbs_levering") == []


async def test_a_worker_that_is_told_to_stop_leaves_nothing_half_made_and_the_next_one_makes_it(
    monitoring: MonitoringRoom,
) -> None:
    await hear_melding(monitoring, "2026-03-02 10:00")
    monitoring.klok.set(JULY)
    asked = await ask(monitoring)
    stopped, running = asyncio.Event(), asyncio.Event()
    stopped.set()

    with pytest.raises(OperationalError):
        await make_asked(monitoring.made, layout_file=None, now=JULY, stop=stopped)
    left = await monitoring.rows("SELECT 1 FROM cbs_deel")
    loop = asyncio.create_task(run_making(monitoring.made, running, layout_file=None, every_seconds=0.01))
    async with asyncio.timeout(10):
        for _ in range(1000):
            if (await read(monitoring, asked))["status"] == "concept":
                break
            await asyncio.sleep(0.01)
    running.set()
    await loop

    assert left == []
    assert (await read(monitoring, asked))["gemaaktOp"] is not None


async def test_a_delivery_that_cannot_be_worked_out_is_given_up_and_the_next_one_is_made(
    monitoring: MonitoringRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cbs_maken, "_PIECE_BYTES", 1)  # something of it is kept before it breaks
    await hear_melding(monitoring, "2026-03-01 10:00")
    await hear_melding(monitoring, "2026-03-02 10:00")
    monitoring.klok.set(JULY)
    asked = await ask(monitoring, key="a")
    seen: list[object] = []

    def breaks(*given: Any) -> Any:
        seen.append(given)
        if len(seen) == 2:
            raise KeyError("a kind that nobody thought of")
        return records_of(*given)

    monkeypatch.setattr(cbs_maken, "records_of", breaks)
    assert await make(monitoring)
    failed = await read(monitoring, asked)

    assert (failed["status"], failed["bestanden"]) == ("mislukt", [])
    assert "logboek" in failed["reden"]
    assert await monitoring.rows("SELECT nr FROM cbs_deel") == []
    assert not await make(monitoring)
    again = await ask(monitoring, key="b")
    assert await make(monitoring)
    assert (await read(monitoring, again))["status"] == "concept"


async def test_who_is_told_of_a_delivery_that_does_not_get_made_is_told_once_and_until_it_is_made(
    monitoring: MonitoringRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    await hear_melding(monitoring, "2026-03-01 10:00")
    monitoring.klok.set(JULY)
    asked = await ask(monitoring)
    stop, tried = asyncio.Event(), 0
    alarms = "SELECT stap, opgelost_op FROM waarschuwing WHERE soort = 'cbs-levering'"

    waits: list[float] = []
    kept = store.keep_piece

    async def refuses(*given: Any) -> None:
        nonlocal tried
        tried += 1
        if tried <= 5:
            raise OperationalError("De databank weigert.")
        await kept(*given)

    async def passes(_: asyncio.Event, seconds: float) -> None:
        waits.append(seconds)
        await asyncio.sleep(0)

    monkeypatch.setattr(store, "keep_piece", refuses)
    monkeypatch.setattr(cbs_maken, "pause", passes)
    monkeypatch.setattr(cbs_maken, "_WAIT_MAX_SECONDS", 200.0)
    making = run_making(monitoring.made, stop, layout_file=None, mail_to="wacht@voorbeeld.nl", every_seconds=10.0)
    loop = asyncio.create_task(making)
    async with asyncio.timeout(20):
        while (await read(monitoring, asked))["status"] != "concept":
            # Two that failed may be chance.
            alarmed = await monitoring.rows(alarms)
            assert tried >= 3 or alarmed == []
    stop.set()
    await loop

    (alarm,) = await monitoring.rows(alarms)
    assert alarm["stap"] == "lukt-niet"
    assert waits[:5] == [20.0, 40.0, 80.0, 160.0, 200.0]
    assert alarm["opgelost_op"] is not None
    mails = await monitoring.rows("SELECT doel FROM bericht WHERE inhoud->>'soort' = 'cbs-levering'")
    assert [mail["doel"] for mail in mails] == ["wacht@voorbeeld.nl"]
