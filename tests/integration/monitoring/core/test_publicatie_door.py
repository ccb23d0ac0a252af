"""What may be published, through the door: whole periods that are over, the same for everybody who may read it."""

import csv
import io
import threading
from datetime import timedelta
from typing import Any

import pytest

from services.monitoring.domain.perioden import publish_period
from services.monitoring.handlers import publicatie
from tests.integration.monitoring.core.room import MonitoringRoom
from tests.unit.monitoring.core.builders import Chain, ams

pytestmark = pytest.mark.anyio

MARCH = "/kpis/publicatie?van=2026-03&tot=2026-03"


async def _region(monitoring: MonitoringRoom) -> None:
    """Two in one municipality, and enough in others; decided in time or not at all."""
    for code, count in {"1621": 2, "0599": 13, "0606": 7, "0622": 12}.items():
        for number in range(count):
            chain = Chain(gemeente_code=code)
            melding = chain.melding(ams("2026-03-02 10:00") + timedelta(minutes=number))
            chain.besluit(melding, ams("2026-03-05 10:00"))
            await monitoring.hear(chain.facts)
    monitoring.klok.set(ams("2026-07-06 10:00"))


def _meldingen(answer: dict[str, Any]) -> dict[str, int | None]:
    areas = {area["gemeenteCode"] or "regio": area for area in (answer["regio"], *answer["gemeenten"])}
    return {code: areas[code]["tellingen"]["meldingen"]["totaal"] for code in ("regio", "1621", "0599", "0606", "0622")}


async def test_a_small_count_takes_another_with_it_and_everybody_reads_the_same(monitoring: MonitoringRoom) -> None:
    await _region(monitoring)

    seen = [
        (await monitoring.get(MARCH, *who)).json()
        for who in (("vt-teamleider",), ("gemeente", "1621"), ("lokaal-team", "0606"))
    ]

    assert _meldingen(seen[0]) == {"regio": 35, "1621": None, "0599": 15, "0606": None, "0622": 10}
    assert seen[1] == seen[0]
    assert seen[2] == seen[0]
    assert (await monitoring.get(MARCH, "ketenpartner")).status_code == 403


async def test_the_letter_of_a_municipality_keeps_back_the_same_whoever_asks(monitoring: MonitoringRoom) -> None:
    """Behind its wall a municipality has no neighbours, and would be told what the letter of the region keeps back."""
    await _region(monitoring)
    path = "/monitorbrieven/2026-03?gemeenteCode=0606"

    own, of_us = [
        (await monitoring.get(path, *who)).json()["cijfers"] for who in (("gemeente", "0606"), ("vt-teamleider",))
    ]

    assert own == of_us
    assert {cijfer["waarde"] for cijfer in own if cijfer["onderwerp"] == "Meldingen"} == {"afgeschermd"}


async def test_it_comes_as_csv_and_not_again_when_nothing_changed(monitoring: MonitoringRoom) -> None:
    await _region(monitoring)

    answer = await monitoring.get("/kpis/publicatie?van=2026-01&tot=2026-03", Accept="text/csv")
    again = await monitoring.get(
        "/kpis/publicatie?van=2026-01&tot=2026-03", **{"Accept": "text/csv", "If-None-Match": answer.headers["etag"]}
    )

    rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    values = {(row["gemeenteCode"], row["fase"], row["gegeven"], row["onderdeel"]): row["waarde"] for row in rows}
    assert {row["maand"] for row in rows} == {"2026-01/2026-03"}
    assert values["1621", "", "meldingen", "totaal"] == "afgeschermd"
    assert values["regio", "veiligheidsbeoordeling", "gehaald", ""] == "35"
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    ("months", "words"),
    [
        ("van=2026-02&tot=2026-04", "Gepubliceerd worden maanden, kwartalen"),
        ("van=2026-04&tot=2026-03", "Gepubliceerd worden maanden, kwartalen"),
        ("van=2026-07&tot=2026-07", "nog niet voorbij"),
        ("van=2026-07&tot=2026-12", "nog niet voorbij"),
    ],
)
async def test_other_months_are_refused_with_the_reason(monitoring: MonitoringRoom, months: str, words: str) -> None:
    monitoring.klok.set(ams("2026-07-31 23:59"))

    answer = await monitoring.get(f"/kpis/publicatie?{months}")

    assert answer.status_code == 400
    assert words in answer.json()["detail"]


async def test_who_does_not_wait_for_a_long_period_finds_it_worked_out_when_he_asks_again(
    monitoring: MonitoringRoom, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _region(monitoring)
    go_on = threading.Event()

    def slow(*given: Any) -> Any:
        assert go_on.wait(20)
        return publish_period(*given)

    monkeypatch.setattr(publicatie, "publish_period", slow)
    monkeypatch.setattr(publicatie, "_PATIENCE_SECONDS", 0.05)
    early = await monitoring.get(MARCH)
    others = await monitoring.get("/kpis?van=2026-03&tot=2026-03")
    (begun,) = publicatie._under_way  # it was not broken off
    go_on.set()
    await begun
    monkeypatch.setattr(publicatie, "_PATIENCE_SECONDS", 20.0)
    later = await monitoring.get(MARCH)

    assert (early.status_code, early.headers["Retry-After"].isdigit()) == (503, True)
    assert "weer" in early.json()["detail"]
    assert (others.status_code, later.status_code) == (200, 200)
    assert _meldingen(later.json())["regio"] == 35
