"""The goals with the figures that each caller may see, and the self-assessments of municipalities over the years."""

import asyncio
from typing import Any

import httpx
import pytest

from services.monitoring.domain.zelfevaluatie import VRAGEN
from tests.integration.monitoring.core.room import MonitoringRoom
from tests.unit.monitoring.core.builders import Chain, ams

pytestmark = pytest.mark.anyio

FULL = dict.fromkeys(VRAGEN, 3)
FIRST, *_ = VRAGEN
PATH = "/v1/zelfevaluaties"


async def hand_in(
    room: MonitoringRoom, code: str, jaar: int = 2025, rol: str = "gemeente", key: str = "", **answers: int
) -> httpx.Response:
    antwoorden = FULL | {name.replace("_", "-"): answer for name, answer in answers.items()}
    body = {"gemeenteCode": code, "jaar": jaar, "antwoorden": antwoorden}
    more = {"Idempotency-Key": key} if key else {}
    return await room.http.post(PATH, json=body, headers=room.headers(rol, code, **more))


async def fix(room: MonitoringRoom, made: httpx.Response, *gemeenten: str, rol: str = "gemeente") -> httpx.Response:
    codes = gemeenten or (made.json()["gemeenteCode"],)
    return await room.http.put(f"{PATH}/{made.json()['id']}/vaststelling", headers=room.headers(rol, *codes))


def figure(goal: dict[str, Any], code: str) -> dict[str, Any]:
    return next(one for one in goal["indicatoren"] if one["code"] == code)


async def test_each_caller_sees_the_goals_with_the_figures_of_its_own_area(monitoring: MonitoringRoom) -> None:
    for code in ("0599", "0599", "0613"):
        chain = Chain(gemeente_code=code)
        chain.melding(ams("2026-03-02 10:00"))
        await monitoring.hear(chain.facts)
    monitoring.klok.set(ams("2026-04-02 10:00"))

    region = (await monitoring.get("/doelen")).json()
    own = (await monitoring.get("/doelen", "gemeente", "0613")).json()
    team = (await monitoring.get("/doelen/1?gemeenteCode=0613", "lokaal-team", "0613")).json()
    earlier = (await monitoring.get("/doelen/1?van=2026-01&tot=2026-02")).json()
    foreign = await monitoring.get("/doelen?gemeenteCode=0599", "gemeente", "0613")
    which = await monitoring.get("/doelen", "gemeente", "0613", "0599")
    absent = await monitoring.get("/doelen/3.9.9")
    half = await monitoring.get("/doelen?van=2026-01")
    partner = await monitoring.get("/doelen", "ketenpartner")

    assert [boom["nummer"] for boom in region["bomen"]] == [1, 2, 3]
    assert (region["van"], region["tot"], region["gemeenteCode"]) == ("2025-04", "2026-03", None)
    assert figure(region["bomen"][0]["doel"], "meldingen")["waarde"] == 3
    assert (own["gemeenteCode"], figure(own["bomen"][0]["doel"], "meldingen")["waarde"]) == ("0613", 1)
    assert figure(team["doel"], "meldingen")["waarde"] == 1
    assert [below["code"] for below in team["doel"]["onderliggend"]] == ["1.1", "1.2"]
    assert figure(earlier["doel"], "meldingen")["waarde"] == 0
    statuses = [answer.status_code for answer in (foreign, which, absent, half, partner)]
    assert statuses == [404, 400, 404, 400, 403]


async def test_the_same_answers_are_one_version_and_a_definite_year_is_frozen(monitoring: MonitoringRoom) -> None:
    monitoring.klok.set(ams("2026-04-02 10:00"))
    first = await hand_in(monitoring, "0613", key="a")
    again = await hand_in(monitoring, "0613", key="a")
    same = await hand_in(monitoring, "0613")
    reused = await hand_in(monitoring, "0613", key="a", expertise_signaleren=1)
    second = await hand_in(monitoring, "0613", expertise_signaleren=4)

    old = await fix(monitoring, first)
    fixed = await fix(monitoring, second)
    monitoring.klok.set(ams("2026-05-02 10:00"))
    twice = await fix(monitoring, second)
    late = await hand_in(monitoring, "0613", expertise_signaleren=1)

    assert (first.status_code, again.status_code, same.status_code, second.status_code) == (201, 201, 200, 201)
    assert first.json() == again.json() == same.json()
    assert reused.status_code == 409
    assert (first.json()["versie"], second.json()["versie"], second.json()["status"]) == (1, 2, "concept")
    assert (old.status_code, fixed.status_code, late.status_code) == (409, 200, 409)
    assert fixed.json()["status"] == "vastgesteld"
    assert twice.json() == fixed.json()
    sums = await monitoring.rows("SELECT gemeenten, som FROM zelfevaluatie_regio WHERE vraag = :vraag", vraag=FIRST)
    assert sums == [{"gemeenten": 1, "som": 4}]
    kept = (await monitoring.get("/zelfevaluaties?gemeenteCode=0613&jaar=2025&limiet=1", "gemeente", "0613")).json()
    assert [row["versie"] for row in kept["resultaten"]] == [1]
    rest = await monitoring.get(f"/zelfevaluaties?na={kept['volgende']}", "gemeente", "0613")
    assert [row["versie"] for row in rest.json()["resultaten"]] == [2]
    acts = await monitoring.rows("SELECT actie FROM audit WHERE actie LIKE 'zelfevaluatie-%' ORDER BY id")
    assert [row["actie"].split("-")[1] for row in acts] == ["ingediend", "ingediend", "vastgesteld"]


async def test_two_who_hand_in_at_once_make_one_version_of_the_same_and_two_of_other_answers(
    monitoring: MonitoringRoom,
) -> None:
    same = await asyncio.gather(*(hand_in(monitoring, "0613") for _ in range(3)))
    other = await asyncio.gather(*(hand_in(monitoring, "0599", expertise_signaleren=n) for n in (1, 2)))

    assert sorted(answer.status_code for answer in same) == [200, 200, 201]
    assert {answer.json()["versie"] for answer in same} == {1}
    assert sorted(answer.json()["versie"] for answer in other) == [1, 2]


async def test_what_cannot_be_kept_is_refused_with_every_fault_and_nothing_is_stored(
    monitoring: MonitoringRoom,
) -> None:
    monitoring.klok.set(ams("2026-04-02 10:00"))
    body = {"gemeenteCode": "0501", "jaar": 2025, "antwoorden": {FIRST: 3}}
    headers = monitoring.headers("gemeente", "0501")

    merged = await monitoring.http.post(PATH, json=body, headers=headers)
    future = await hand_in(monitoring, "0613", 2031)
    text = await monitoring.http.post(PATH, json={**body, "antwoorden": {FIRST: "3"}}, headers=headers)
    foreign = await monitoring.http.post(PATH, json=body, headers=monitoring.headers("gemeente", "0613"))
    reader = await hand_in(monitoring, "0613", rol="vt-medewerker")

    told = str(merged.json())
    assert merged.status_code == 400
    assert "Voorne aan Zee (1992)" in told
    assert "/antwoorden/opdracht-regie" in told
    assert "nog niet begonnen" in future.text
    statuses = [answer.status_code for answer in (future, text, foreign, reader)]
    assert statuses == [400, 400, 404, 403]
    assert await monitoring.rows("SELECT 1 FROM zelfevaluatie") == []


async def test_a_municipality_sees_its_years_beside_the_mean_of_the_region_and_no_row_of_another(
    monitoring: MonitoringRoom,
) -> None:
    monitoring.klok.set(ams("2026-04-02 10:00"))
    await hand_in(monitoring, "0613", 2024, expertise_signaleren=2)
    for code, answer in {"0613": 4, "0599": 1, "0489": 2}.items():
        made = await hand_in(monitoring, code, expertise_signaleren=answer)
        if code == "0489":
            kept_back = await monitoring.get("/zelfevaluaties/vergelijking?gemeenteCode=0613", "gemeente", "0613")
        assert (await fix(monitoring, made)).status_code == 200

    years = (await monitoring.get("/zelfevaluaties/vergelijking?gemeenteCode=0613", "gemeente", "0613")).json()
    foreign = await monitoring.get("/zelfevaluaties/vergelijking?gemeenteCode=0599", "gemeente", "0613")
    mine = (await monitoring.get("/zelfevaluaties", "gemeente", "0613")).json()["resultaten"]
    everything = (await monitoring.get("/zelfevaluaties", "beheerder")).json()["resultaten"]
    not_mine = await fix(monitoring, made, "0613")
    asked = (await monitoring.get("/zelfevaluaties/vragenlijst", "gemeente", "0613")).json()

    assert kept_back.json()["jaren"][1]["vragen"][0]["regio"] is None
    assert [jaar["jaar"] for jaar in years["jaren"]] == [2024, 2025]
    first = years["jaren"][1]["vragen"][0]
    assert (first["antwoord"], first["regio"], first["verschilMetVorige"]) == (4, 2.33, 2)
    assert years["jaren"][0]["vragen"][0]["regio"] is None
    assert (foreign.status_code, not_mine.status_code) == (404, 404)
    assert {row["gemeenteCode"] for row in mine} == {"0613"}
    assert len(everything) == 4
    assert [vraag["code"] for vraag in asked["vragen"]] == list(VRAGEN)
