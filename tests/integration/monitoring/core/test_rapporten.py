"""Reports that were made definite: once, never changed, corrected in sight; and what editors write in them."""

import asyncio
import csv
import io
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.monitoring.handlers import rapporten as handlers
from services.monitoring.handlers import rapporten_maken
from services.monitoring.handlers.alerts import sweep
from services.monitoring.handlers.rapporten_maken import freeze_due
from shared.db import in_transaction
from shared.rules.settings import DEFAULT_SETTINGS
from tests.integration.monitoring.core.room import MonitoringRoom
from tests.unit.monitoring.core.builders import Chain, ams

pytestmark = pytest.mark.anyio

MONDAY = ams("2026-03-02 10:00")
APRIL = ams("2026-04-01 09:00")
LETTER = "/monitorbrieven/2026-03"
YEAR = "/rapportages/jaarrapportage/2026"
TEKSTEN = "/v1/rapportages/monitorbrief/2026-03/teksten"


async def hear(room: MonitoringRoom, **counts: int) -> None:
    facts = []
    for code, count in counts.items():
        for number in range(count):
            chain = Chain(gemeente_code=code.removeprefix("g"))
            chain.melding(MONDAY + timedelta(minutes=number))
            facts += chain.facts
    await room.hear(facts)


async def freeze(room: MonitoringRoom) -> int:
    return await freeze_due(room.made.engine, rules=DEFAULT_SETTINGS, now=room.klok())


async def march(room: MonitoringRoom) -> None:
    """A month of which the figures are known, on the morning of its letter."""
    room.klok.set(MONDAY)
    await hear(room, g1621=12, g0599=40, g0606=2, g0622=9)
    room.klok.set(APRIL)
    await sweep(room.made.engine, now=APRIL, rules=DEFAULT_SETTINGS)


def meldingen(answer: httpx.Response) -> str:
    found = [one["waarde"] for one in answer.json()["cijfers"] if one["onderwerp"] == "Meldingen"]
    return str(found[0]) if found else "0"


async def put(room: MonitoringRoom, path: str, body: dict[str, Any], seen: int | None = None, **who: str) -> Any:
    headers = room.headers(who.get("rol", "vt-teamleider"), **({} if seen is None else {"If-Match": f'"{seen}"'}))
    return await room.http.put(path, json=body, headers=headers)


async def test_a_letter_is_made_definite_once_and_stays_what_it_was(monitoring: MonitoringRoom) -> None:
    await march(monitoring)
    concept = await monitoring.get(LETTER)
    monitoring.klok.set(APRIL - timedelta(hours=4))
    early = await freeze(monitoring)
    monitoring.klok.set(APRIL)

    made = await asyncio.gather(*(freeze(monitoring) for _ in range(4)))

    assert (concept.json()["status"], concept.json()["versie"], early) == ("concept", None, 0)
    assert "etag" not in concept.headers
    assert sum(made) == 2  # March, and the quarter that ended with it
    assert await freeze(monitoring) == 0
    assert await monitoring.rows("SELECT count(*) AS n FROM rapport") == [{"n": 14}]
    given = {
        kind: await monitoring.get(LETTER, Accept=kind)
        for kind in ("application/json", "text/html", "text/csv", "application/pdf")
    }
    await hear(monitoring, g1621=9, g0613=7)
    monitoring.klok.set(APRIL + timedelta(days=40))
    for kind, before in given.items():
        after = await monitoring.get(LETTER, Accept=kind)
        same = await monitoring.get(LETTER, Accept=kind, **{"If-None-Match": before.headers["ETag"]})
        assert (after.content, after.headers["ETag"]) == (before.content, before.headers["ETag"])
        assert (same.status_code, same.content) == (304, b"")
    told = given["application/json"].json()
    assert (told["status"], told["versie"], told["peildatum"]) == ("vastgesteld", 1, "2026-04-01")
    assert len({one.headers["ETag"] for one in given.values()}) == 4


async def test_a_correction_is_a_next_version_with_its_reason_beside_the_first(monitoring: MonitoringRoom) -> None:
    await march(monitoring)
    path = "/v1/rapportages/monitorbrief/2026-03/versies"
    early = await put(monitoring, f"{path}/2", {"reden": "Te vroeg."})
    await freeze(monitoring)
    await hear(monitoring, g1621=9, g0599=21, g0606=6)

    refused = await put(monitoring, f"{path}/2", {"reden": "x"}, rol="vt-medewerker")
    wrong = await put(monitoring, f"{path}/3", {"reden": "Een systeem kwam te laat."})
    done = await put(monitoring, f"{path}/2", {"reden": "Een systeem kwam te laat."})
    again = await put(monitoring, f"{path}/2", {"reden": "Een systeem kwam te laat."})

    assert (early.status_code, refused.status_code, wrong.status_code, done.status_code) == (409, 403, 409, 200)
    assert again.json() == done.json()
    first = {code: await monitoring.get(f"{LETTER}?versie=1{query}") for code, query in QUERIES.items()}
    second = {code: await monitoring.get(f"{LETTER}?versie=2{query}") for code, query in QUERIES.items()}
    assert {code: meldingen(one) for code, one in first.items()} == {
        "regio": "65", "0599": "circa 40", "1621": "10", "0606": AFGESCHERMD, "0622": "10",
    }  # fmt: skip
    # Schiedam has eight now; shown, it would tell with the first letter what it had before.
    assert {code: meldingen(one) for code, one in second.items()} == {
        "regio": "100", "0599": "circa 60", "1621": "20", "0606": AFGESCHERMD, "0622": "10",
    }  # fmt: skip
    newest = await monitoring.get(f"{LETTER}?gemeenteCode=1621")
    assert newest.json() == second["1621"].json()
    assert (newest.json()["reden"], first["1621"].json()["reden"]) == ("Een systeem kwam te laat.", None)
    versies = (await monitoring.get("/rapportages/monitorbrief/2026-03/versies")).json()["resultaten"]
    assert [(one["versie"], one["reden"]) for one in versies] == [(1, None), (2, "Een systeem kwam te laat.")]
    assert (await monitoring.get(f"{LETTER}?versie=3")).status_code == 404


QUERIES = {"regio": "", **{code: f"&gemeenteCode={code}" for code in ("0599", "1621", "0606", "0622")}}
AFGESCHERMD = "afgeschermd"


async def test_a_municipality_reads_its_own_and_that_of_the_region_once_it_is_definite(
    monitoring: MonitoringRoom,
) -> None:
    await march(monitoring)

    async def asked() -> dict[str, int]:
        queries = ("", "?regio=true", "?gemeenteCode=0622", "?gemeenteCode=1621", "?gemeenteCode=1621&regio=true")
        answers = {query: await monitoring.get(LETTER + query, "gemeente", "1621") for query in queries}
        return {query: answer.status_code for query, answer in answers.items()}

    before = await asked()
    own = await monitoring.get(LETTER, "gemeente", "1621")
    theirs = await monitoring.get(LETTER + "?gemeenteCode=1621")
    large = await monitoring.get(LETTER, "gemeente", "0599")
    await freeze(monitoring)

    usual = {"": 200, "?gemeenteCode=0622": 404, "?gemeenteCode=1621": 200, "?gemeenteCode=1621&regio=true": 400}
    assert before == {**usual, "?regio=true": 404}
    assert await asked() == {**usual, "?regio=true": 200}
    # How it is rounded follows from the whole region, also for who may see one municipality of it.
    assert own.json() == theirs.json()
    assert meldingen(large) == "circa 40"
    frozen = await monitoring.get(LETTER, "gemeente", "0599")
    assert (meldingen(frozen), frozen.json()["gebied"]) == ("circa 40", "Rotterdam")
    assert (await monitoring.get(LETTER, "ketenpartner")).status_code == 403


async def test_what_an_editor_writes_stands_in_all_four_forms_and_not_in_what_was_definite_before(
    monitoring: MonitoringRoom,
) -> None:
    await march(monitoring)
    tekst = "=Er kwamen **meer** mensen.\n\n- de chat is langer open\n- a < b & c"
    bijlage = "Een ochtend bij de *triage*."

    first = await put(monitoring, f"{TEKSTEN}/ontwikkelingen", {"tekst": tekst}, 0)
    clash = await put(monitoring, f"{TEKSTEN}/ontwikkelingen", {"tekst": "Ik ook."}, 0)
    blind = await put(monitoring, f"{TEKSTEN}/ontwikkelingen", {"tekst": "Ik ook."})
    html = await put(monitoring, f"{TEKSTEN}/ontwikkelingen", {"tekst": "<script>"}, 1)
    role = await put(monitoring, f"{TEKSTEN}/ontwikkelingen", {"tekst": "x"}, 1, rol="vt-medewerker")
    foreign = await put(monitoring, f"{TEKSTEN}/toelichting-doelen", {"tekst": "x"}, 0)
    own = await put(monitoring, f"{TEKSTEN}/kijkje-achter-de-schermen?gemeenteCode=1621", {"tekst": bijlage}, 0)
    await freeze(monitoring)
    late = await put(monitoring, f"{TEKSTEN}/ontwikkelingen", {"tekst": "Te laat."}, 1)

    assert [one.status_code for one in (first, clash, blind, html, role, foreign, own)] == [
        200, 412, 428, 400, 403, 404, 200,
    ]  # fmt: skip
    assert (first.headers["ETag"], first.json()["verschijntIn"], late.json()["verschijntIn"]) == ('"1"', 1, 2)
    path = f"{LETTER}?gemeenteCode=1621"
    told = (await monitoring.get(path)).json()["teksten"]
    page = (await monitoring.get(path, Accept="text/html")).text
    lines = list(csv.reader(io.StringIO((await monitoring.get(path, Accept="text/csv")).text)))
    assert [(one["plek"], one["tekst"]) for one in told] == [
        ("ontwikkelingen", tekst), ("kijkje-achter-de-schermen", bijlage),
    ]  # fmt: skip
    assert "<p>=Er kwamen <strong>meer</strong> mensen.</p>" in page
    assert "<li>a &lt; b &amp; c</li>" in page
    assert "<em>triage</em>" in page
    assert next(line[7] for line in lines if line[5] == "Ontwikkelingen").startswith("'=Er kwamen meer mensen.")
    regio = (await monitoring.get(LETTER)).json()["teksten"]
    assert [one["plek"] for one in regio] == ["ontwikkelingen"]


async def test_longer_reports_stand_beside_the_one_before_with_lights_and_goals(monitoring: MonitoringRoom) -> None:
    await march(monitoring)
    path = "/v1/rapportages/halfjaarrapportage/2026-H1"
    judged = await put(monitoring, f"{path}/stoplichten/plegeraanpak", {"kleur": "oranje", "reden": "Begonnen."}, 0)
    by_figure = await put(monitoring, f"{path}/stoplichten/onderzoek-op-tijd", {"kleur": "groen", "reden": "Toch."}, 0)
    unknown = await put(monitoring, f"{path}/stoplichten/iets", {"kleur": "groen", "reden": "Toch."}, 0)
    monitoring.klok.set(ams("2026-12-01 09:00"))
    await hear(monitoring, g0599=30)  # about March, and known in December
    monitoring.klok.set(ams("2027-01-04 09:00"))
    while await freeze(monitoring):
        pass

    half = (await monitoring.get("/rapportages/halfjaarrapportage/2026-H1")).json()
    next_half = (await monitoring.get("/rapportages/halfjaarrapportage/2026-H2")).json()
    year = await monitoring.get("/rapportages/jaarrapportage/2026", Accept="application/pdf")
    page = (await monitoring.get("/rapportages/halfjaarrapportage/2026-H2", Accept="text/html")).text
    wrong = await monitoring.get("/rapportages/halfjaarrapportage/2026-T1")

    assert (judged.status_code, by_figure.status_code, unknown.status_code, wrong.status_code) == (200, 400, 404, 400)
    assert year.content.startswith(b"%PDF-")
    colours = {one["opgave"]: (one["kleur"], one["waarom"]) for one in half["stoplichten"]}
    assert colours["plegeraanpak"] == ("oranje", "Begonnen.")
    assert colours["veiligheidsbeoordeling-op-tijd"] == (
        "rood", "Veiligheidsbeoordeling: 0 % op tijd; de norm is 90 %.",
    )  # fmt: skip
    assert colours["lokale-teams"][0] == "geen"
    assert half["stoplichtregel"] in page
    assert {one["vorige"] for one in half["cijfers"]} == {"niet vastgesteld"}
    stock = [one for one in next_half["cijfers"] if one["gegeven"] == "Wacht"]
    assert [(one["waarde"], one["vorige"]) for one in stock if one["onderwerp"] == "Acuutcheck"] == [("95", "65")]
    goals = {(one["doel"], one["indicator"]): one for one in half["doelen"]}
    assert goals["1", "Meldingen"]["waarde"] == "65"
    assert {one["periode"] for one in await monitoring.rows("SELECT periode FROM rapport_uitgave")} == {
        *(f"2026-{month:02}" for month in range(3, 13)), *(f"2026-T{part}" for part in range(2, 7)), "2026-H1",
        "2026-H2", "2026",
    }  # fmt: skip
    # Missed in April and made in January: what was known on the day of the letter, and nothing of after it.
    letter = await monitoring.get(LETTER)
    told = letter.json()
    assert (told["peildatum"], told["vastgesteldOp"][:10]) == ("2026-04-01", "2027-01-04")
    assert meldingen(letter) == "65"
    assert meldingen(await monitoring.get("/rapportages/jaarrapportage/2026")) == "95"


async def test_what_was_published_cannot_be_changed_by_the_room_itself(monitoring: MonitoringRoom) -> None:
    await march(monitoring)
    await freeze(monitoring)

    for statement in (
        "UPDATE rapport SET inhoud = '{}'",
        "DELETE FROM rapport_uitgave",
        "TRUNCATE rapport_tekst",
        "UPDATE publicatie SET tabellen = '{}'",
    ):
        with pytest.raises(DBAPIError, match=r"append-only|permission denied"):
            async with in_transaction(monitoring.made.engine) as conn:
                await conn.execute(text(statement))


async def test_one_concept_that_takes_long_is_worked_out_at_a_time_and_who_comes_meanwhile_is_told_to_wait(
    monitoring: MonitoringRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    await march(monitoring)
    goes_on, real = asyncio.Event(), rapporten_maken.compose

    async def slowly(*args: Any, **named: Any) -> Any:
        await goes_on.wait()
        return await real(*args, **named)

    monkeypatch.setattr(handlers, "compose", slowly)
    first = asyncio.create_task(monitoring.get(YEAR))
    while not handlers._long.locked():  # noqa: ASYNC110, nobody tells of it
        await asyncio.sleep(0.01)

    async with asyncio.timeout(10):
        second = await monitoring.get(YEAR)
    goes_on.set()

    assert (second.status_code, second.headers["retry-after"]) == (503, "2")
    assert [(await first).status_code, (await monitoring.get(YEAR)).status_code] == [200, 200]


async def test_of_a_time_before_anything_was_known_no_empty_report_is_made(monitoring: MonitoringRoom) -> None:
    """History that was brought in months later was not known on the day of its letter, which would say nothing."""
    monitoring.klok.set(ams("2026-06-10 10:00"))
    await hear(monitoring, g0599=40)  # about March
    monitoring.klok.set(ams("2026-07-01 09:00"))
    while await freeze(monitoring):
        pass

    assert {one["periode"] for one in await monitoring.rows("SELECT periode FROM rapport_uitgave")} == {
        "2026-06", "2026-T3", "2026-H1",
    }  # fmt: skip
    assert meldingen(await monitoring.get("/rapportages/halfjaarrapportage/2026-H1")) == "40"


async def test_a_half_year_is_corrected_beside_what_was_published_of_it_and_its_months(
    monitoring: MonitoringRoom,
) -> None:
    """Rotterdam had forty and Schiedam two; what proves that nothing is told of it goes on in the second version."""
    await march(monitoring)
    monitoring.klok.set(ams("2026-07-01 09:00"))
    while await freeze(monitoring):
        pass
    await hear(monitoring, g0599=22, g0622=8)

    done = await put(monitoring, "/v1/rapportages/halfjaarrapportage/2026-H1/versies/2", {"reden": "Te laat geteld."})

    half = "/rapportages/halfjaarrapportage/2026-H1"
    told = {
        versie: {
            code: meldingen(await monitoring.get(f"{half}?versie={versie}{query}")) for code, query in QUERIES.items()
        }
        for versie in (1, 2)
    }
    assert done.status_code == 200
    assert told[1] == {"regio": "65", "0599": "40", "1621": "10", "0606": AFGESCHERMD, "0622": "10"}
    # Sixty-two: to five it would read 60, and another of the worlds of the first version 65.
    assert told[2] == {"regio": "95", "0599": "circa 60", "1621": "10", "0606": AFGESCHERMD, "0622": "15"}
