"""A later year of risk factors is loaded by beheer, by version, and its score is asked beside the published one."""

import httpx
import pytest

from services.monitoring.handlers.rapporten_maken import freeze_due
from shared.rules.settings import DEFAULT_SETTINGS
from tests.integration.monitoring.core.room import MonitoringRoom
from tests.unit.monitoring.core.builders import Chain, ams

pytestmark = pytest.mark.anyio

CODES = ("0599", "0613", "0489", "1992")
FACTOR = "werkloosheidspercentage"


def file(values: tuple[int, ...] = (9, 3, 4, 6)) -> str:
    lines = ["gemeenteCode;factor;waarde", f"regio;{FACTOR};5"]
    lines += [f"{code};{FACTOR};{value}" for code, value in zip(CODES, values, strict=True)]
    lines += [f"{code};inwoners;1000" for code in CODES]
    return "\n".join(lines)


async def load(room: MonitoringRoom, content: str, jaar: int = 2025, rol: str = "beheerder") -> httpx.Response:
    headers = room.headers(rol, **{"Content-Type": "text/csv"})
    return await room.http.post(f"/v1/risicocijfers?jaar={jaar}", content=content.encode(), headers=headers)


async def hear_meldingen(room: MonitoringRoom, code: str, count: int, day: str = "2025-03-02 10:00") -> None:
    for _ in range(count):
        chain = Chain(gemeente_code=code)
        chain.melding(ams(day))
        await room.hear(chain.facts)


async def publish(room: MonitoringRoom) -> None:
    while await freeze_due(room.made.engine, rules=DEFAULT_SETTINGS, now=room.klok()):
        pass


async def test_a_year_is_loaded_by_version_and_its_score_counts_what_was_received_here(
    monitoring: MonitoringRoom,
) -> None:
    monitoring.klok.set(ams("2025-03-03 10:00"))
    for code, count in {"0599": 9, "0613": 5, "0489": 6, "1992": 7}.items():
        await hear_meldingen(monitoring, code, count)
    await hear_meldingen(monitoring, "0501", 2)  # told late, about a municipality that had gone up in another
    await hear_meldingen(monitoring, "0599", 1, "2024-12-31 10:00")
    monitoring.klok.set(ams("2026-01-02 10:00"))
    await publish(monitoring)
    monitoring.klok.set(ams("2026-03-02 10:00"))

    first = await load(monitoring, file())
    again = await load(monitoring, file())
    second = await load(monitoring, file((9, 3, 4, 2)))
    newest = (await monitoring.get("/risicoscores?jaar=2025", "gemeente", "0613")).json()
    before = (await monitoring.get("/risicoscores?jaar=2025&versie=1", "gemeente", "0613")).json()
    published = (await monitoring.get("/risicoscores", "gemeente", "0613")).json()

    assert [answer.status_code for answer in (first, again, second)] == [201, 200, 201]
    assert first.json() == again.json()
    assert (first.json()["versie"], second.json()["versie"], first.json()["gemeenten"]) == (1, 2, 4)
    assert [(one["jaar"], one["versie"]) for one in (newest, before, published)] == [(2025, 2), (2025, 1), (None, None)]
    per_1000 = {one["gemeenteCode"]: one["meldingenPer1000"] for one in newest["resultaten"]}
    assert per_1000 == {"0599": 10.0, "0613": 5.0, "0489": 5.0, "1992": 10.0}  # of what is published: rounded
    lowest = [one["resultaten"][-1]["gemeente"] for one in (newest, before)]
    assert lowest == ["Voorne aan Zee", "Albrandswaard"]
    klassen = {one["gemeenteCode"]: one["gepubliceerdeKlasse"] for one in newest["resultaten"]}
    assert klassen == {"0599": "hoog", "0613": "laag", "0489": "laag", "1992": None}
    assert newest["parameters"]["centrum"] == "regiogemiddelde"
    assert {one["signaal"] for one in newest["resultaten"]} <= {
        "minder-dan-verwacht", "zoals-verwacht", "meer-dan-verwacht",
    }  # fmt: skip
    assert [row["n"] for row in await monitoring.rows("SELECT count(*) AS n FROM risicocijfers")] == [2]


async def test_of_a_year_that_runs_and_of_what_the_publication_keeps_back_nothing_is_said_per_inhabitant(
    monitoring: MonitoringRoom,
) -> None:
    monitoring.klok.set(ams("2025-03-03 10:00"))
    for code, count in {"0599": 26, "0613": 4, "0489": 12}.items():
        await hear_meldingen(monitoring, code, count)
    monitoring.klok.set(ams("2025-12-31 10:00"))
    await load(monitoring, file())

    running = (await monitoring.get("/risicoscores?jaar=2025")).json()["resultaten"]
    monitoring.klok.set(ams("2026-01-02 05:59"))
    await publish(monitoring)
    over_but_not_published = (await monitoring.get("/risicoscores?jaar=2025")).json()["resultaten"]
    monitoring.klok.set(ams("2026-01-02 06:00"))
    await publish(monitoring)
    over = (await monitoring.get("/risicoscores?jaar=2025")).json()["resultaten"]

    assert {one["meldingenPer1000"] for one in (*running, *over_but_not_published)} == {None}
    # Twenty-six reads as about thirty, beside the four of Albrandswaard.
    assert {one["gemeenteCode"]: one["meldingenPer1000"] for one in over} == {
        "0599": 30.0, "0613": None, "0489": 10.0, "1992": None,
    }  # fmt: skip


async def test_a_file_with_faults_is_refused_with_each_of_them_and_nothing_is_kept(monitoring: MonitoringRoom) -> None:
    monitoring.klok.set(ams("2026-03-02 10:00"))

    wrong = await load(monitoring, file() + "\n0501;inwoners;5\n0599;verzonnen;1")
    future = await load(monitoring, file(), 2030)
    foreign = await load(monitoring, file(), rol="vt-teamleider")
    absent = await monitoring.get("/risicoscores?jaar=2025")
    half = await monitoring.get("/risicoscores?versie=1")

    assert wrong.status_code == 400
    assert "gebruik 1992" in wrong.text
    assert "/regel/11" in wrong.text
    statuses = [answer.status_code for answer in (future, foreign, absent, half)]
    assert statuses == [400, 403, 404, 400]
    assert await monitoring.rows("SELECT 1 FROM risicocijfers") == []
