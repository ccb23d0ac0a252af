"""After a change what changed is written again, and all is answered as it would be if nothing were kept."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from unittest.mock import patch

import pytest
from sqlalchemy import text

from services.monitoring.domain.kpis import KpiKey
from services.monitoring.handlers import antwoorden, bewaard
from services.monitoring.schemas.kpis import area_json
from services.monitoring.store.kpimutaties import hold
from services.monitoring.store.kpis import add_to_cells
from shared.db import in_transaction
from tests.integration.monitoring.core.room import MonitoringRoom
from tests.unit.monitoring.core.builders import Chain, ams

pytestmark = pytest.mark.anyio

MONDAY = ams("2026-03-02 10:00")
MARCH = date(2026, 3, 1)
PATH = "/kpis?van=2026-03&tot=2026-03"
ASKED = (
    PATH,
    "/kpis?van=2025-12&tot=2026-05&histogram=true&uitsplitsing=true",
    "/kpis?van=2026-03&tot=2026-04&fase=veiligheidsbeoordeling&uitsplitsing=true",
    "/kpis?van=2026-02&tot=2026-04&gemeenteCode=0613",
)


def _forget() -> None:
    bewaard._OF.clear()
    antwoorden._OF.clear()


@contextmanager
def _written() -> Iterator[list[str | None]]:
    """Note of which areas the figures are written."""
    found: list[str | None] = []

    def write(area: object, histogram: bool, uitsplitsing: bool) -> bytes:
        found.append(area.gemeente_code)  # type: ignore[attr-defined]
        return area_json(area, histogram, uitsplitsing)  # type: ignore[arg-type]

    with patch("services.monitoring.api.kpis.area_json", write):
        yield found


async def _melding(monitoring: MonitoringRoom, code: str) -> None:
    chain = Chain(gemeente_code=code)
    chain.melding(MONDAY)
    await monitoring.hear(chain.facts)


async def _answers(monitoring: MonitoringRoom) -> list[bytes]:
    found = []
    for path in ASKED:
        for accept in ("application/json", "text/csv"):
            answer = await monitoring.get(path, "vt-teamleider", Accept=accept)
            assert answer.status_code == 200
            found.append(answer.content)
    return found + [(await monitoring.get(PATH, "gemeente", code)).content for code in ("0599", "0613")]


async def test_only_the_municipality_of_a_change_and_the_region_are_written_again(monitoring: MonitoringRoom) -> None:
    monitoring.klok.set(MONDAY)
    await _melding(monitoring, "0599")
    await _melding(monitoring, "0613")
    with _written() as written:
        await monitoring.get(PATH)
        at_first = len(written)
        await _melding(monitoring, "0613")
        answer = await monitoring.get(PATH)

    assert at_first == 14
    assert written[at_first:] == [None, "0613"]
    counted = {area["gemeenteCode"]: area["tellingen"].get("meldingen") for area in answer.json()["gemeenten"]}
    assert (counted["0599"], counted["0613"]) == ({"totaal": 1}, {"totaal": 2})
    assert answer.json()["regio"]["tellingen"]["meldingen"] == {"totaal": 3}


async def test_whatever_changes_and_whoever_asks_all_is_answered_as_without_keeping_anything(
    monitoring: MonitoringRoom,
) -> None:
    rnd = random.Random(7)
    for _ in range(4):
        chain = Chain(gemeente_code=rnd.choice(["0599", "0613", "1992"]))
        melding = chain.melding(MONDAY + timedelta(days=rnd.randrange(40)))
        if rnd.random() < 0.7:
            chain.besluit(melding, MONDAY + timedelta(days=40 + rnd.randrange(9)))
        monitoring.klok.set(MONDAY + timedelta(days=60))
        await monitoring.hear(chain.facts)
        told = await _answers(monitoring)
        _forget()
        assert await _answers(monitoring) == told


async def test_who_sees_one_municipality_is_answered_of_that_one_however_much_is_kept(
    monitoring: MonitoringRoom,
) -> None:
    monitoring.klok.set(MONDAY)
    await _melding(monitoring, "0599")
    await _melding(monitoring, "0613")
    whole = (await monitoring.get(PATH)).json()
    with _written() as written:
        own = (await monitoring.get(PATH, "gemeente", "0599")).json()
        await _melding(monitoring, "0613")
        again = (await monitoring.get(PATH, "gemeente", "0599")).json()

    assert (
        own["gemeenten"] == again["gemeenten"] == [one for one in whole["gemeenten"] if one["gemeenteCode"] == "0599"]
    )
    assert (own["regio"], again["regio"]) == (None, None)
    assert written == [], "what is of the same cells is written once, for whoever may see them"
    assert (await monitoring.get(PATH)).json()["regio"]["tellingen"]["meldingen"] == {"totaal": 3}


async def test_a_change_that_does_not_say_that_it_marked_is_seen_too(monitoring: MonitoringRoom) -> None:
    monitoring.klok.set(MONDAY)
    await _melding(monitoring, "0599")
    seen = []
    for statement in (
        "UPDATE kpi SET aantal = 7 WHERE naam = 'meldingen'",
        "DELETE FROM kpi WHERE naam = 'meldingen'",
        "INSERT INTO kpi VALUES ('telling', '0613', '2026-03-01', 'meldingen', '', 5)",
    ):
        await monitoring.get(PATH)
        async with in_transaction(monitoring.made.engine) as conn:
            await conn.execute(text(statement))
            await hold(conn)
        seen.append((await monitoring.get(PATH)).json()["regio"]["tellingen"].get("meldingen"))

    assert seen == [{"totaal": 7}, None, {"totaal": 5}]


async def test_the_room_marks_each_month_once_a_change_and_a_change_that_is_taken_back_marks_none(
    monitoring: MonitoringRoom,
) -> None:
    monitoring.klok.set(MONDAY)
    await _melding(monitoring, "0599")
    marks = "SELECT dag, gemeente_code, merk, CAST(CAST(xmin AS text) AS bigint) AS door FROM kpi_maand ORDER BY 1, 2"
    before = await monitoring.rows(marks)
    delta = {KpiKey("gestart", "0599", MARCH, "onderzoek", ""): 1}

    with pytest.raises(ZeroDivisionError):
        await _added(monitoring, delta, fail=True)
    taken_back = await monitoring.rows(marks)
    await _added(monitoring, delta)
    changed = [row["dag"] for row, old in zip(await monitoring.rows(marks), before, strict=True) if row != old]

    assert taken_back == before
    assert changed == [MARCH]


async def _added(monitoring: MonitoringRoom, delta: dict[KpiKey, int], *, fail: bool = False) -> None:
    async with in_transaction(monitoring.made.engine) as conn:
        await add_to_cells(conn, delta, bekend_op=MARCH)
        said = (await conn.execute(text("SELECT current_setting('keten.gemerkt', true)"))).scalar_one()
        assert said == "ja", "the database need not mark once more"
        if fail:
            raise ZeroDivisionError
