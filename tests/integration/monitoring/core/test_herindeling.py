"""Figures and rows over a merger of municipalities, through the door."""

from datetime import timedelta
from typing import Any

import pytest

from shared.rules.codes import Uitkomst
from tests.integration.monitoring.core.room import MonitoringRoom
from tests.unit.monitoring.core.builders import Chain, ams

pytestmark = pytest.mark.anyio

OVER = "van=2022-10&tot=2023-03"


async def _played(monitoring: MonitoringRoom) -> None:
    """Three meldingen of before the merger, of which one is decided after it; one of after it; one elsewhere."""
    for code, at in (
        ("0501", "2022-11-07 10:00"),
        ("0530", "2022-12-30 10:00"),
        ("1992", "2023-02-06 10:00"),
        ("0599", "2022-11-07 10:00"),
    ):
        chain = Chain(gemeente_code=code)
        melding = chain.melding(ams(at))
        chain.besluit(melding, ams(at) + timedelta(days=4), Uitkomst.GEEN_VERVOLG)
        await monitoring.hear(chain.facts)
    waits = Chain(gemeente_code="0614")
    waits.melding(ams("2022-12-30 10:00"))
    await monitoring.hear(waits.facts)


def _meldingen(area: dict[str, Any]) -> list[int]:
    return [month["tellingen"].get("meldingen", {}).get("totaal", 0) for month in area["tellingenPerMaand"]]


def _waits(area: dict[str, Any]) -> int:
    return sum(fase["voorraad"]["aantal"] for fase in area["fasen"] if fase["fase"] == "veiligheidsbeoordeling")


async def _kpis(monitoring: MonitoringRoom, query: str, *who: str) -> dict[str, Any]:
    answer = await monitoring.get(f"/kpis?{query}", *who)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_the_trend_of_a_merged_municipality_is_whole_and_that_of_its_parts_ends(
    monitoring: MonitoringRoom,
) -> None:
    await _played(monitoring)

    (voorne,) = (await _kpis(monitoring, f"{OVER}&gemeenteCode=1992"))["gemeenten"]
    (brielle,) = (await _kpis(monitoring, f"{OVER}&gemeenteCode=0501"))["gemeenten"]
    (hellevoetsluis,) = (await _kpis(monitoring, f"{OVER}&gemeenteCode=0530"))["gemeenten"]
    region = await _kpis(monitoring, OVER)
    before = await _kpis(monitoring, "van=2022-10&tot=2022-12")

    assert _meldingen(voorne) == [0, 1, 2, 0, 1, 0]
    assert _meldingen(brielle) == [0, 1, 0, 0, 0, 0]
    assert voorne["tellingen"]["uitkomsten"] == {"geen-vervolg": 3}
    assert "uitkomsten" not in hellevoetsluis["tellingen"], "its besluit fell after the merger"
    assert "Hellevoetsluis (0530)" in voorne["opmerkingen"][0]
    assert "opgegaan in Voorne aan Zee" in brielle["opmerkingen"][0]
    assert (_waits(voorne), _waits(brielle), _waits(region["regio"])) == (1, 0, 1)
    assert (len(region["gemeenten"]), len(before["gemeenten"])) == (13, 15)
    for answer in (region, before):
        per_month = zip(*(_meldingen(area) for area in answer["gemeenten"]), strict=True)
        assert [sum(month) for month in per_month] == _meldingen(answer["regio"])


async def test_who_works_for_the_new_municipality_sees_what_was_recorded_under_the_old_ones(
    monitoring: MonitoringRoom,
) -> None:
    await _played(monitoring)

    own = await _kpis(monitoring, OVER, "gemeente", "1992")
    older = await _kpis(monitoring, "van=2022-10&tot=2022-12", "gemeente", "1992")
    clocks = (await monitoring.get("/termijnen?limiet=200", "lokaal-team", "1992")).json()["resultaten"]
    asked = (await monitoring.get("/termijnen?limiet=200&gemeenteCode=1992", "lokaal-team", "1992")).json()
    brief = await monitoring.get("/monitorbrieven/2023-02", "gemeente", "1992", Accept="text/csv")
    of_one = await monitoring.get(f"/kpis?{OVER}&gemeenteCode=1992", "gemeente", "0501")

    assert [area["gemeenteCode"] for area in own["gemeenten"]] == ["1992"]
    assert [area["gemeenteCode"] for area in older["gemeenten"]] == ["0501", "0530", "0614"]
    assert {clock["gemeenteCode"] for clock in clocks} == {"1992", "0501", "0530", "0614"}
    assert asked["resultaten"] == clocks
    assert (brief.status_code, of_one.status_code) == (200, 404)
