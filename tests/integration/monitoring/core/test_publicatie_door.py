"""What may be published, through the door: whole periods that are over, the same for everybody who may read it."""

import csv
import io
from datetime import timedelta
from typing import Any

import httpx
import pytest

from services.monitoring.handlers.dashboard_trends import read_trends
from services.monitoring.handlers.rapporten_maken import freeze_due
from shared.rules.settings import DEFAULT_SETTINGS
from tests.integration.monitoring.core.room import MonitoringRoom
from tests.unit.monitoring.core.builders import Chain, ams

pytestmark = pytest.mark.anyio

MARCH = "/kpis/publicatie?van=2026-03&tot=2026-03"


async def _region(monitoring: MonitoringRoom) -> None:
    """Two in one municipality, and enough in others; decided in time or not at all; published in April."""
    monitoring.klok.set(ams("2026-03-06 10:00"))
    for code, count in {"1621": 2, "0599": 13, "0606": 7, "0622": 12}.items():
        for number in range(count):
            chain = Chain(gemeente_code=code)
            melding = chain.melding(ams("2026-03-02 10:00") + timedelta(minutes=number))
            chain.besluit(melding, ams("2026-03-05 10:00"))
            await monitoring.hear(chain.facts)
    monitoring.klok.set(ams("2026-04-01 09:00"))
    while await freeze_due(monitoring.made.engine, rules=DEFAULT_SETTINGS, now=monitoring.klok()):
        pass
    monitoring.klok.set(ams("2026-07-06 10:00"))


def _meldingen(answer: dict[str, Any]) -> dict[str, int | None]:
    areas = {area["gemeenteCode"] or "regio": area for area in (answer["regio"], *answer["gemeenten"])}
    return {code: areas[code]["tellingen"]["meldingen"]["totaal"] for code in ("regio", "1621", "0599", "0606", "0622")}


async def test_beside_a_small_count_another_gives_way_and_everybody_reads_the_same(monitoring: MonitoringRoom) -> None:
    await _region(monitoring)

    seen = [
        (await monitoring.get(MARCH, *who)).json()
        for who in (("vt-teamleider",), ("gemeente", "1621"), ("lokaal-team", "0606"))
    ]

    assert _meldingen(seen[0]) == {"regio": 35, "1621": None, "0599": 10, "0606": 5, "0622": 10}
    further = {area["gemeenteCode"]: area["grover"] for area in seen[0]["gemeenten"] if area["grover"]}
    assert {one["afgerondOp"] for one in further.pop("0599")} == {10}
    assert further == {}
    assert seen[1] == seen[0]
    assert seen[2] == seen[0]
    assert (await monitoring.get(MARCH, "ketenpartner")).status_code == 403


async def test_the_letter_of_a_municipality_keeps_back_the_same_whoever_asks(monitoring: MonitoringRoom) -> None:
    """Behind its wall a municipality has no neighbours, and would read fifteen where all others read about ten."""
    await _region(monitoring)
    path = "/monitorbrieven/2026-03?gemeenteCode=0599"

    own, of_us = [
        (await monitoring.get(path, *who)).json()["cijfers"] for who in (("gemeente", "0599"), ("vt-teamleider",))
    ]

    assert own == of_us
    assert {cijfer["waarde"] for cijfer in own if cijfer["onderwerp"] == "Meldingen"} == {"circa 10"}


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
    ("months", "status", "words"),
    [
        ("van=2026-02&tot=2026-04", 400, "Gepubliceerd worden maanden, kwartalen"),
        ("van=2026-04&tot=2026-03", 400, "Gepubliceerd worden maanden, kwartalen"),
        ("van=2026-07&tot=2026-07", 404, "maandag 3 augustus 2026 om 06.00 uur vastgesteld en gepubliceerd"),
        ("van=2026-07&tot=2026-12", 404, "maandag 4 januari 2027"),
        ("van=2025-01&tot=2025-12", 404, "geen cijfers gepubliceerd, of nog niet"),
    ],
)
async def test_other_months_are_refused_with_the_reason(
    monitoring: MonitoringRoom, months: str, status: int, words: str
) -> None:
    monitoring.klok.set(ams("2026-07-31 23:59"))

    answer = await monitoring.get(f"/kpis/publicatie?{months}")

    assert answer.status_code == status
    assert words in answer.json()["detail"]


async def test_what_was_published_stays_what_it_was_when_facts_come_in_late(monitoring: MonitoringRoom) -> None:
    """Who asks every day would see the number of Vlaardingen go from ten to fifteen on the day of one melding."""
    await _region(monitoring)
    before = await monitoring.get(MARCH)
    late = Chain(gemeente_code="0622")
    late.melding(ams("2026-03-30 10:00"))
    await monitoring.hear(late.facts)

    after = await monitoring.get(MARCH)
    live = (await monitoring.get("/kpis?van=2026-03&tot=2026-03&gemeenteCode=0622")).json()

    assert (after.content, after.headers["ETag"]) == (before.content, before.headers["ETag"])
    assert live["gemeenten"][0]["tellingen"]["meldingen"] == {"totaal": 13}


async def test_a_letter_and_the_publication_say_the_same_and_are_of_one_moment(monitoring: MonitoringRoom) -> None:
    await _region(monitoring)

    letter = (await monitoring.get("/monitorbrieven/2026-03")).json()
    published = (await monitoring.get(MARCH)).json()

    said = {one["onderdeel"]: one["waarde"] for one in letter["cijfers"] if one["onderwerp"] == "Meldingen naar melder"}
    shown = published["regio"]["tellingen"]["meldingenPerMelderCategorie"]
    assert said == {soort: str(aantal) for soort, aantal in shown.items() if soort != "totaal"}
    moments = await monitoring.rows(
        """SELECT DISTINCT vastgesteld_op FROM publicatie WHERE van = tot AND tot = '2026-03-01'
        UNION SELECT vastgesteld_op FROM rapport_uitgave WHERE periode = '2026-03'"""
    )
    assert len(moments) == 1


async def test_the_page_of_a_municipality_says_of_a_month_what_was_published(monitoring: MonitoringRoom) -> None:
    """The page would else be another version of the letter, made anew on every day."""
    await _region(monitoring)
    late = Chain(gemeente_code="0622")
    late.melding(ams("2026-03-30 10:00"))
    await monitoring.hear(late.facts)
    april = [Chain(gemeente_code="0622") for _ in range(13)]
    for chain in april:
        chain.melding(ams("2026-04-02 10:00"))
        await monitoring.hear(chain.facts)

    volgende: list[str] = []

    async def told(moment: str) -> dict[str, str]:
        monitoring.klok.set(ams(moment))
        page = await read_trends(monitoring.made, None, "0622", now=monitoring.klok())
        volgende.append(page.volgende)
        return {f"{month:%Y-%m}": waarde.tekst for month, waarde in page.meldingen[-2:]}

    assert await told("2026-05-01 05:59") == {"2026-02": "niet gepubliceerd", "2026-03": "10"}
    assert await told("2026-05-01 09:00") == {"2026-03": "10", "2026-04": "niet gepubliceerd"}
    await _make(monitoring)
    assert await told("2026-05-01 09:01") == {"2026-03": "10", "2026-04": "15"}
    assert volgende[0] == "De cijfers van april 2026 volgen op vrijdag 1 mei 2026 om 06.00 uur."
    assert volgende[1] == volgende[2] == "De cijfers van mei 2026 volgen op maandag 1 juni 2026 om 06.00 uur."


# --- afterwards --------------------------------------------------------------------------------------------------


async def _history(monitoring: MonitoringRoom) -> None:
    """What another system had of the year before is brought in, months after it was over."""
    monitoring.klok.set(ams("2026-03-10 10:00"))
    for month in ("03", "04", "11"):
        for code, count in {"1621": 2, "0599": 13, "0606": 7}.items():
            for number in range(count):
                chain = Chain(gemeente_code=code)
                chain.melding(ams(f"2025-{month}-04 10:00") + timedelta(minutes=number))
                await monitoring.hear(chain.facts)
    monitoring.klok.set(ams("2026-04-02 09:00"))
    await _make(monitoring)


async def _make(monitoring: MonitoringRoom) -> None:
    while await freeze_due(monitoring.made.engine, rules=DEFAULT_SETTINGS, now=monitoring.klok()):
        pass


ACHTERAF = "/v1/kpis/publicaties/2025-01/2025-12"
WHY = "De historie van het vorige systeem is ingelezen."


async def _ask(monitoring: MonitoringRoom, path: str, reden: str = WHY, *, rol: str = "beheerder") -> httpx.Response:
    return await monitoring.http.put(path, json={"reden": reden}, headers=monitoring.headers(rol))


async def test_a_time_before_anything_was_known_is_published_when_it_is_asked_and_then_stays(
    monitoring: MonitoringRoom,
) -> None:
    await _history(monitoring)
    before = await monitoring.get("/kpis/publicatie?van=2025-01&tot=2025-12")

    asked = await _ask(monitoring, ACHTERAF)
    again = await _ask(monitoring, ACHTERAF, "Nog eens.")
    await _make(monitoring)
    year = await monitoring.get("/kpis/publicatie?van=2025-01&tot=2025-12")
    late = Chain(gemeente_code="0599")
    late.melding(ams("2025-11-04 12:00"))
    await monitoring.hear(late.facts)
    await _make(monitoring)

    assert before.status_code == 404
    assert (asked.status_code, again.json()) == (202, asked.json())
    # Nothing is known of January and February: ten months, four quarters, two half-years and the year.
    assert len(asked.json()["teMaken"]) == 17
    found = (await monitoring.get("/kpis/publicaties", "gemeente", "1621")).json()
    assert found["teMaken"] == []
    years = [one for one in found["resultaten"] if one["van"] == "2025-01" and one["tot"] == "2025-12"]
    assert [one["peildatum"] for one in years] == ["2026-04-02"]
    assert year.json()["regio"]["tellingen"]["meldingen"]["totaal"] == 65
    assert (await monitoring.get("/kpis/publicatie?van=2025-01&tot=2025-12")).json() == year.json()
    assert await monitoring.rows("SELECT reden FROM publicatie_verzoek") == [{"reden": WHY}]


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("2026-04/2026-04", "vastgesteld en gepubliceerd"),
        ("2025-12/2025-01", "ligt voor de eerste"),
        ("2010-01/2025-12", "ten hoogste 120"),
        ("2025-13/2025-13", "ongeldig"),
        ("0000-01/2025-01", "0000"),
    ],
)
async def test_what_cannot_be_published_afterwards_is_refused_and_nothing_is_kept(
    monitoring: MonitoringRoom, path: str, why: str
) -> None:
    monitoring.klok.set(ams("2026-04-02 09:00"))

    answer = await _ask(monitoring, f"/v1/kpis/publicaties/{path}")
    stranger = await _ask(monitoring, ACHTERAF, rol="gemeente")
    empty = await _ask(monitoring, ACHTERAF)

    assert answer.status_code == 400
    assert why in answer.text.lower()
    assert stranger.status_code == 403
    assert (empty.status_code, "niets bekend" in empty.text) == (409, True)
    assert await monitoring.rows("SELECT id FROM publicatie_verzoek") == []
