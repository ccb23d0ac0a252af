"""The list of reports: for each reader those that the door of one report gives him, and no other."""

from datetime import timedelta
from typing import Any

import pytest

from services.monitoring.domain.rapportsoorten import RapportSoort
from services.monitoring.store import rapporten as store
from services.monitoring.store.rapporten import UitgaveRow
from shared.db import in_transaction
from shared.ids import new_id
from shared.rules.gemeenten import grjr_on
from shared.web.pages import encode_cursor
from tests.integration.monitoring.core.room import MonitoringRoom
from tests.integration.monitoring.core.test_rapporten import APRIL, freeze, march

pytestmark = pytest.mark.anyio

LANSINGERLAND = ("gemeente", "1621")
BRIEF, VOORTGANG, _, _ = RapportSoort
LATE = "Een systeem kwam te laat."


async def listed(room: MonitoringRoom, query: str = "", rol: str = "vt-medewerker", *gemeenten: str) -> list[Any]:
    answer = await room.get(f"/rapportages{query}", rol, *gemeenten)
    assert answer.status_code == 200, answer.text
    found: list[Any] = answer.json()["resultaten"]
    return found


def short(rows: list[Any]) -> list[tuple[str, str | None, int | None]]:
    return [(one["periode"], one["gemeenteCode"], one["versie"]) for one in rows]


async def published(room: MonitoringRoom) -> None:
    """What was made definite, as a month of work leaves it: the letter of March, two reports in May, a correction."""
    await room.write("INSERT INTO kpi VALUES ('telling', '0599', '2026-03-01', 'meldingen', '', 5)")
    room.klok.set(APRIL + timedelta(days=40))
    for soort, periode, versie, op in (
        (BRIEF, "2026-03", 1, APRIL),
        (BRIEF, "2026-04", 1, APRIL + timedelta(days=33)),
        (VOORTGANG, "2026-T2", 1, APRIL + timedelta(days=33)),
        (BRIEF, "2026-03", 2, APRIL + timedelta(days=34)),
    ):
        one = UitgaveRow(
            id=new_id(),
            versie=versie,
            peildatum=op.date(),
            vastgesteld_op=op,
            door=None,
            reden=LATE if versie > 1 else None,
            patroon={},
        )
        async with in_transaction(room.made.engine) as conn:
            await store.add(conn, soort, periode, one, {code: ({}, "") for code in ("regio", *grjr_on(op.date()))})


async def test_before_there_are_figures_there_are_no_reports(monitoring: MonitoringRoom) -> None:
    assert await listed(monitoring) == []


async def test_a_reader_is_told_of_exactly_what_the_door_of_one_report_gives_him_and_where_in_which_forms(
    monitoring: MonitoringRoom,
) -> None:
    await march(monitoring)
    await freeze(monitoring)

    for who in (("vt-teamleider",), LANSINGERLAND, ("lokaal-team", "1621")):
        told = {(one["periode"], one["gemeenteCode"]) for one in await listed(monitoring, "?soort=monitorbrief", *who)}
        for periode in ("2026-03", "2026-04"):
            for code, query in ((None, "regio=true"), ("1621", "gemeenteCode=1621"), ("0599", "gemeenteCode=0599")):
                answer = await monitoring.get(f"/monitorbrieven/{periode}?{query}", *who)
                assert ((periode, code) in told) == (answer.status_code == 200), (who, periode, code)
    rows = await listed(monitoring, "?soort=monitorbrief", *LANSINGERLAND)
    assert short(rows) == [("2026-04", "1621", None), ("2026-03", None, 1), ("2026-03", "1621", 1)]
    assert [one["vormen"] for one in rows] == [["application/json", "text/html", "application/pdf", "text/csv"]] * 3
    for row in rows:
        path = row["pad"].removeprefix("/v1")
        answers = {kind: await monitoring.get(path, *LANSINGERLAND, Accept=kind) for kind in row["vormen"]}
        assert {answer.status_code for answer in answers.values()} == {200}
        same = ("soort", "periode", "naam", "gebied", "gemeenteCode", "status", "versie", "vastgesteldOp", "reden")
        inside = answers["application/json"].json()
        assert {name: row[name] for name in same} == {name: inside[name] for name in same}


async def test_the_letter_of_another_municipality_and_the_concept_of_the_region_are_not_listed_for_a_municipality(
    monitoring: MonitoringRoom,
) -> None:
    await published(monitoring)

    own = await listed(monitoring, "", *LANSINGERLAND)
    of_vt = await listed(monitoring, "?limiet=200")

    assert {one["gemeenteCode"] for one in own} == {None, "1621"}
    assert {one["status"] for one in own if one["gemeenteCode"] is None} == {"vastgesteld"}
    assert {one["periode"] for one in own if one["status"] == "concept"} == {"2026", "2026-T3", "2026-H1", "2026-05"}
    assert {one["status"] for one in of_vt if one["gemeenteCode"] is None} == {"concept", "vastgesteld"}
    assert len({one["gemeenteCode"] for one in of_vt}) == 14
    assert (await monitoring.get("/rapportages", "ketenpartner")).status_code == 403


async def test_what_was_made_last_stands_first_a_correction_before_the_version_that_it_corrects(
    monitoring: MonitoringRoom,
) -> None:
    await published(monitoring)

    rows = [one for one in await listed(monitoring, "?regio=true") if one["status"] == "vastgesteld"]

    assert [(one["periode"], one["versie"], one["nieuwste"]) for one in rows] == [
        ("2026-03", 2, True), ("2026-T2", 1, True), ("2026-04", 1, True), ("2026-03", 1, False),
    ]  # fmt: skip
    assert [one["reden"] for one in rows] == [LATE, None, None, None]


async def test_the_pages_of_the_list_are_together_all_of_it_once(monitoring: MonitoringRoom) -> None:
    await published(monitoring)
    every = await listed(monitoring, "?limiet=200")

    for size in (16, 28):  # one that cuts within what was made at once, and one that ends where concepts end
        found: list[Any] = []
        query = f"?limiet={size}"
        for _ in range(-(-len(every) // size)):
            answer = (await monitoring.get(f"/rapportages{query}")).json()
            found += answer["resultaten"]
            query = f"?limiet={size}&na={answer['volgende']}"
        assert answer["volgende"] is None
        assert found == every
    assert len(every) == 14 * 8


async def test_one_kind_or_one_municipality_can_be_asked_and_what_is_no_filter_is_said(
    monitoring: MonitoringRoom,
) -> None:
    await published(monitoring)

    brieven = await listed(monitoring, "?soort=monitorbrief&gemeenteCode=0599")

    assert short(brieven) == [("2026-05", "0599", None), ("2026-03", "0599", 2), ("2026-04", "0599", 1),
                              ("2026-03", "0599", 1)]  # fmt: skip
    places = [f"na={encode_cursor(*key)}" for key in WRONG_PLACES]
    for query in ("soort=krant", "gemeenteCode=Schiedam", "limiet=0", "gemeenteCode=0599&regio=true", *places):
        answer = await monitoring.get(f"/rapportages?{query}")
        assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json"), query
        assert query.partition("=")[0] in answer.text or "een gemeente of de regio" in answer.text
    for query, who in (("9999", ()), ("0599", LANSINGERLAND)):
        assert (await monitoring.get(f"/rapportages?gemeenteCode={query}", *who)).status_code == 404


WRONG_PLACES = (
    ("x",), ("concept", "krant", "2026-03", "regio"), ("concept", "monitorbrief", "2026-13", "regio"),
    ("concept", "monitorbrief", "2026-03", "\0"), ("vastgesteld", "2026-04-01T00:00:00+00:00", "x", "regio"),
    ("vastgesteld", "2026-04-01T00:00:00", "00000000-0000-0000-0000-000000000000", "regio"), ("ander", "", "", "regio"),
)  # fmt: skip
