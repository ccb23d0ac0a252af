"""The clocks, the moments and the figures through the door."""

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from shared.chain import verify_audit
from shared.events.payloads import DubbelAnoniemOntvangen
from shared.rules.codes import BestemmingSoort, MonitorVervolg, TermijnStatus, Uitkomst
from tests.integration.monitoring.core.room import MonitoringRoom
from tests.unit.monitoring.core.builders import Chain, ams, monitored

pytestmark = pytest.mark.anyio

MONDAY = ams("2026-03-02 10:00")
GEHEIM = "De moeder, mevrouw Verzonnen-Canarie, voelt zich veilig"
UITKOMST = {
    "naleving": "gehaald",
    "directeVeiligheid": True,
    "stabieleVeiligheid": False,
    "vervolg": "doorgaan",
    "contactMet": ["professionals", "betrokkenen"],
    "toelichting": GEHEIM,
}


# --- termijnen ---


async def test_a_clock_tells_how_it_stands_and_why(monitoring: MonitoringRoom) -> None:
    chain = Chain()
    melding = chain.melding(MONDAY)
    await monitoring.hear(chain.facts)

    answer = await monitoring.get(f"/termijnen?casusId={chain.casus_id}&soort=veiligheidsbeoordeling")

    (clock,) = answer.json()["resultaten"]
    assert (clock["meldingId"], clock["status"], clock["gestoptOp"]) == (str(melding), "open", None)
    assert (clock["start"], clock["uiterlijk"]) == ("2026-03-02T09:00:00Z", "2026-03-09T23:00:00Z")
    assert clock["uitleg"][0].startswith("Begin: maandag 2 maart 2026")


async def test_a_clock_about_the_melder_is_for_veilig_thuis_alone(monitoring: MonitoringRoom) -> None:
    chain = Chain()
    melding_id = chain.melding(MONDAY)
    chain.acuutcheck(melding_id, MONDAY)
    chain.besluit(melding_id, MONDAY + timedelta(hours=1))
    told = DubbelAnoniemOntvangen(melding_id=melding_id, ontvangen_op=MONDAY, gemeente_code="0599")
    chain.add(told, MONDAY - timedelta(hours=1))
    await monitoring.hear(chain.facts)
    of_the_melder = {"dubbel-anoniem-besluit", "terugkoppeling-melder"}

    async def clocks(rol: str, *gemeenten: str) -> set[str]:
        found = (await monitoring.get("/termijnen?limiet=200", rol, *gemeenten)).json()["resultaten"]
        return {clock["soort"] for clock in found}

    assert of_the_melder <= await clocks("vt-medewerker")
    for rol in ("lokaal-team", "gemeente"):
        assert "veiligheidsbeoordeling" in await clocks(rol, "0599")
        assert not of_the_melder & await clocks(rol, "0599")


async def test_the_filter_on_status_says_the_same_as_each_clock(monitoring: MonitoringRoom) -> None:
    late, undone, chain = Chain(), Chain(), monitored()[0]
    late.besluit(late.melding(MONDAY), MONDAY + timedelta(days=20), Uitkomst.NIET_ONTVANKELIJK)
    undone.melding(MONDAY + timedelta(days=15))
    for made in (late, undone, chain):
        await monitoring.hear(made.facts)
    warned, too_late, instant = ams("2026-03-09 00:00"), ams("2026-03-10 00:00"), timedelta(microseconds=1)
    stood: dict[datetime, dict[str, str]] = {}

    for moment in (
        *(MONDAY + timedelta(days=day) for day in (1, 8, 9, 20, 30, 90)),
        *(warned - instant, warned, too_late - instant, too_late),
    ):
        monitoring.klok.set(moment)
        everything = (await monitoring.get("/termijnen?limiet=200")).json()["resultaten"]
        for status in TermijnStatus:
            found = (await monitoring.get(f"/termijnen?limiet=200&status={status}")).json()["resultaten"]
            assert found == [clock for clock in everything if clock["status"] == status]
        stood[moment] = {clock["id"]: clock["status"] for clock in everything}

    assert {status for clocks in stood.values() for status in clocks.values()} == {one.value for one in TermijnStatus}
    assert all(stood[border - instant] != stood[border] for border in (warned, too_late))


@pytest.mark.parametrize("of", ["", "gemeenteCode=1992&", "gemeenteCode=1992&status=open&"])
async def test_the_list_goes_on_where_it_stopped(monitoring: MonitoringRoom, of: str) -> None:
    for code, days in (("1992", 0), ("0501", 1), ("1992", 2)):  # 0501 went up in 1992
        chain = Chain(gemeente_code=code)
        chain.melding(MONDAY + timedelta(days=days))
        await monitoring.hear(chain.facts)
    monitoring.klok.set(MONDAY)
    whole = (await monitoring.get(f"/termijnen?{of}")).json()["resultaten"]

    pages, cursor = [], ""
    while cursor is not None:
        part = (await monitoring.get(f"/termijnen?{of}limiet=4{cursor and f'&na={cursor}'}")).json()
        pages += part["resultaten"]
        cursor = part["volgende"]

    assert pages == whole == sorted(whole, key=lambda clock: (clock["uiterlijk"], clock["id"]))
    assert [len(whole), {clock["gemeenteCode"] for clock in whole}] == [15, {"1992", "0501"}]


async def test_a_gemeente_sees_its_own_clocks_and_nobody_without_a_role(monitoring: MonitoringRoom) -> None:
    for code in ("0599", "0613"):
        chain = Chain(gemeente_code=code)
        chain.melding(MONDAY)
        await monitoring.hear(chain.facts)

    own = await monitoring.get("/termijnen", "gemeente", "0613")
    other = await monitoring.get("/termijnen?gemeenteCode=0599", "lokaal-team", "0613")
    partner = await monitoring.get("/termijnen", "ketenpartner")

    assert {clock["gemeenteCode"] for clock in own.json()["resultaten"]} == {"0613"}
    # Figures, and no families: not one id by which a casus can be found.
    assert {clock[name] for clock in own.json()["resultaten"] for name in ("casusId", "meldingId", "refId")} == {None}
    assert (await monitoring.get(f"/termijnen?casusId={chain.casus_id}", "gemeente", "0613")).status_code == 403
    team = (await monitoring.get(f"/termijnen?casusId={chain.casus_id}", "lokaal-team", "0613")).json()["resultaten"]
    assert {clock["casusId"] for clock in team} == {str(chain.casus_id)}
    assert other.json()["resultaten"] == []
    assert partner.status_code == 403


@pytest.mark.parametrize("query", ["status=klaar", "casusId=1", "na=abc", "na=WzEsMl0", "gemeenteCode=x", "limiet=0"])
async def test_a_question_that_makes_no_sense_is_a_400(monitoring: MonitoringRoom, query: str) -> None:
    answer = await monitoring.get(f"/termijnen?{query}")

    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")


# --- monitormomenten ---


async def _first_moment(monitoring: MonitoringRoom) -> dict[str, Any]:
    chain, _, _ = monitored()
    await monitoring.hear(chain.facts)
    listed = (await monitoring.get(f"/monitormomenten?casusId={chain.casus_id}")).json()["resultaten"]
    assert [moment["maand"] for moment in listed] == [3, 12, 18]
    found: dict[str, Any] = listed[0]
    return found


async def _put(monitoring: MonitoringRoom, moment: dict[str, Any], body: dict[str, Any], **headers: str) -> Any:
    path = f"/v1/monitormomenten/{moment['id']}/uitkomst"
    return await monitoring.http.put(path, json=body, headers=monitoring.headers(**headers))


async def test_an_uitkomst_is_recorded_told_sealed_and_audited(monitoring: MonitoringRoom) -> None:
    moment = await _first_moment(monitoring)
    etag = (await monitoring.get(f"/monitormomenten/{moment['id']}")).headers["etag"]
    monitoring.klok.set(ams("2026-05-29 10:00").astimezone(UTC))

    answer = await _put(monitoring, moment, UITKOMST, **{"If-Match": etag})

    assert answer.status_code == 200, answer.text
    assert (answer.json()["status"], answer.json()["toelichting"]) == ("afgerond", GEHEIM)
    assert answer.headers["etag"] != etag
    (told,) = await monitoring.rows("SELECT soort, data FROM outbox")
    assert told["soort"] == "nl.ketenradar.monitormoment-afgerond.v1"
    assert set(told["data"]) == {
        "monitormomentId", "meldingId", "maand", "naleving", "directeVeiligheid", "stabieleVeiligheid", "vervolg",
        "afgerondOp",
    }  # fmt: skip
    (stored,) = await monitoring.rows("SELECT toelichting FROM monitormoment WHERE maand = 3")
    assert b"Canarie" not in bytes(stored["toelichting"])
    acts = await monitoring.rows("SELECT * FROM audit ORDER BY id")
    assert [row["actie"] for row in acts] == ["monitormoment-gelezen", "monitormoment-afgerond"]
    assert {(str(row["casus_id"]), str(row["object_id"]), row["doel"]) for row in acts} == {
        (moment["casusId"], moment["id"], "monitoring")
    }
    assert (await verify_audit(monitoring.made.engine, monitoring.made.vault)).findings == ()


async def test_every_reading_of_a_moment_is_recorded_also_without_its_explanation_and_every_repeat(
    monitoring: MonitoringRoom,
) -> None:
    moment = await _first_moment(monitoring)
    path = f"/monitormomenten/{moment['id']}"
    done = [await _put(monitoring, moment, UITKOMST, **{"If-Match": '"1"'}) for _ in range(2)]

    team = await monitoring.get(path, "lokaal-team", moment["gemeenteCode"])
    other = await monitoring.get(path, "lokaal-team", "0613")
    unnamed = await monitoring.get(path, "systeem")
    named = await monitoring.get(path, "systeem", **{"X-Doelbinding": "uitvoeren-van-dossierrechten"})

    assert [answer.status_code for answer in (*done, team, other, unnamed, named)] == [200, 200, 200, 404, 400, 200]
    assert (team.json()["toelichting"], named.json()["toelichting"]) == (None, None)
    acts = await monitoring.rows("SELECT actie, rol, resultaat, doel FROM audit ORDER BY id")
    assert [(act["actie"], act["rol"], act["resultaat"]) for act in acts] == [
        ("monitormoment-afgerond", "vt-medewerker", "gelukt"),
        ("monitormoment-afgerond", "vt-medewerker", "gelukt"),
        ("monitormoment-gelezen", "lokaal-team", "gelukt"),
        ("readMonitormoment", "lokaal-team", "niet-gevonden"),
        ("readMonitormoment", "systeem", "geweigerd"),
        ("monitormoment-gelezen", "systeem", "gelukt"),
    ]
    assert acts[-1]["doel"] == "uitvoeren-van-dossierrechten"


async def test_the_same_uitkomst_twice_is_recorded_once_and_another_is_refused(monitoring: MonitoringRoom) -> None:
    moment = await _first_moment(monitoring)
    first = await _put(monitoring, moment, UITKOMST, **{"If-Match": '"1"'})

    again = await _put(monitoring, moment, UITKOMST, **{"If-Match": '"1"'})
    other = await _put(monitoring, moment, {**UITKOMST, "vervolg": "afsluiten"}, **{"If-Match": first.headers["etag"]})

    assert (again.status_code, again.json()) == (200, first.json())
    assert other.status_code == 409
    assert len(await monitoring.rows("SELECT 1 FROM outbox")) == 1


async def test_a_change_names_the_version_that_it_saw(monitoring: MonitoringRoom) -> None:
    moment = await _first_moment(monitoring)

    without = await _put(monitoring, moment, UITKOMST)
    stale = await _put(monitoring, moment, UITKOMST, **{"If-Match": '"7"'})

    assert (without.status_code, stale.status_code) == (428, 412)


async def test_a_body_that_makes_no_sense_is_a_400_also_without_if_match(monitoring: MonitoringRoom) -> None:
    moment = await _first_moment(monitoring)

    answer = await _put(monitoring, moment, {**UITKOMST, "contactMet": [], "naam": GEHEIM})

    assert answer.status_code == 400
    assert GEHEIM not in answer.text


async def test_afsluiten_cancels_the_others_closes_the_casus_and_a_cancelled_one_is_a_409(
    monitoring: MonitoringRoom,
) -> None:
    moment = await _first_moment(monitoring)
    listed = f"/monitormomenten?casusId={moment['casusId']}"

    await _put(monitoring, moment, {**UITKOMST, "vervolg": MonitorVervolg.AFSLUITEN}, **{"If-Match": '"1"'})

    _, cancelled, _ = (await monitoring.get(listed)).json()["resultaten"]
    refused = await _put(monitoring, cancelled, UITKOMST, **{"If-Match": f'"{cancelled["versie"]}"'})
    told = await monitoring.rows("SELECT soort FROM outbox ORDER BY volgnummer")
    assert (cancelled["status"], refused.status_code) == ("geannuleerd", 409)
    assert [row["soort"].split(".")[2] for row in told] == ["monitormoment-afgerond", "casus-afgesloten"]


async def test_only_veilig_thuis_reads_the_explanation_and_another_gemeente_sees_nothing(
    monitoring: MonitoringRoom,
) -> None:
    moment = await _first_moment(monitoring)
    await _put(monitoring, moment, UITKOMST, **{"If-Match": '"1"'})
    path = f"/monitormomenten/{moment['id']}"

    own = await monitoring.get(path, "lokaal-team", "0599")
    foreign = await monitoring.get(path, "lokaal-team", "0613")
    unknown = await monitoring.get(f"/monitormomenten/{uuid4()}", "lokaal-team", "0613")
    listed = await monitoring.get("/monitormomenten")

    assert own.json()["toelichting"] is None
    assert (foreign.status_code, unknown.status_code) == (404, 404)
    assert foreign.json()["detail"] == unknown.json()["detail"]
    assert GEHEIM not in listed.text
    assert (await monitoring.get(path, "gemeente", "0599")).status_code == 403


async def _move(monitoring: MonitoringRoom, moment: dict[str, Any], dag: str, etag: str = '"1"') -> Any:
    path = f"/v1/monitormomenten/{moment['id']}/verplaatsing"
    body = {"dag": dag, "reden": "op-verzoek-van-betrokkenen"}
    return await monitoring.http.put(path, json=body, headers=monitoring.headers(**{"If-Match": etag}))


async def test_a_moment_is_moved_by_who_saw_it_told_once_and_its_clock_is_armed_anew(
    monitoring: MonitoringRoom,
) -> None:
    moment = await _first_moment(monitoring)
    monitoring.klok.set(ams("2026-05-29 10:00").astimezone(UTC))
    late = f"/monitormomenten?casusId={moment['casusId']}&gemist=true"

    stale = await _move(monitoring, moment, "2026-06-20", '"7"')
    moved = await _move(monitoring, moment, "2026-06-20")
    again = await _move(monitoring, moment, "2026-06-20")
    refused = [await _move(monitoring, moment, dag, moved.headers["etag"]) for dag in ("2026-07-04", "2026-05-28")]
    elsewhere = await monitoring.http.put(
        f"/v1/monitormomenten/{moment['id']}/verplaatsing",
        json={"dag": "2026-06-21", "reden": "zorgen"},
        headers=monitoring.headers("lokaal-team", "0599", **{"If-Match": "*"}),
    )

    assert [one.status_code for one in (stale, moved, again, *refused, elsewhere)] == [412, 200, 200, 400, 400, 403]
    assert "3 juli 2026" in refused[0].json()["detail"]
    body = moved.json()
    assert (body["uiterlijk"], body["oorspronkelijkUiterlijk"]) == ("2026-06-20T22:00:00Z", moment["uiterlijk"])
    assert (body["verplaatsingReden"], body["gemist"], body["nietGesproken"]) == (
        "op-verzoek-van-betrokkenen", False, [],
    )  # fmt: skip
    (told,) = await monitoring.rows("SELECT soort, data FROM outbox")
    assert told["soort"] == "nl.ketenradar.monitormoment-verplaatst.v1"
    assert set(told["data"]) == {"monitormomentId", "meldingId", "maand", "dag", "reden", "verplaatstOp"}
    (clock,) = await monitoring.rows("SELECT * FROM termijn WHERE ref_id = :id", id=moment["id"])
    assert clock["uiterlijk"] == datetime(2026, 6, 20, 22, 0, tzinfo=UTC)
    assert clock["volgende_stap"] == "waarschuwing"
    assert "2 juni 2026" in clock["uitleg"][-1]
    assert (await monitoring.get(late)).json()["resultaten"] == []

    monitoring.klok.set(ams("2026-06-21 10:00").astimezone(UTC))
    (missed,) = (await monitoring.get(late)).json()["resultaten"]
    assert (missed["id"], missed["status"], missed["gemist"]) == (moment["id"], "gepland", True)


async def test_what_was_missed_is_in_the_list_until_a_later_one_is_done_and_then_stays_missed(
    monitoring: MonitoringRoom,
) -> None:
    first = await _first_moment(monitoring)
    listed = f"/monitormomenten?casusId={first['casusId']}"
    second = (await monitoring.get(listed)).json()["resultaten"][1]
    monitoring.klok.set(ams("2027-03-01 10:00").astimezone(UTC))

    done = await _put(monitoring, second, {**UITKOMST, "contactMet": ["professionals"]}, **{"If-Match": '"1"'})

    missed = (await monitoring.get(f"{listed}&status=gemist")).json()["resultaten"]
    assert [one["id"] for one in missed] == [first["id"]]
    assert done.json()["nietGesproken"] == ["betrokkenen"]
    late = await _put(monitoring, first, UITKOMST, **{"If-Match": "*"})
    assert (late.status_code, "gemist" in late.json()["detail"]) == (409, True)
    assert (await _move(monitoring, first, "2027-03-02", "*")).status_code == 409


# --- kpis ---


async def _region(monitoring: MonitoringRoom) -> None:
    for code, days in (("0599", 1), ("0599", 20), ("0613", 2)):
        chain = Chain(gemeente_code=code)
        melding = chain.melding(MONDAY)
        chain.besluit(melding, MONDAY + timedelta(days=days), Uitkomst.OVERDRACHT, BestemmingSoort.LOKAAL_VELD)
        await monitoring.hear(chain.facts)


def _fase(area: dict[str, Any], fase: str = "veiligheidsbeoordeling") -> dict[str, Any]:
    (found,) = [item for item in area["fasen"] if item["fase"] == fase]
    return dict(found)


async def test_the_region_is_the_sum_of_its_gemeenten(monitoring: MonitoringRoom) -> None:
    await _region(monitoring)

    answer = (await monitoring.get("/kpis?van=2026-02&tot=2026-03")).json()

    by_code = {area["gemeenteCode"]: area for area in answer["gemeenten"]}
    assert answer["normen"] == {"veiligheidsbeoordelingProcent": 90, "tienWekenProcent": 80}
    assert len(by_code) == 13
    region, rotterdam = _fase(answer["regio"]), _fase(by_code["0599"])
    assert (region["totaal"]["vervallen"], region["totaal"]["percentageOpTijd"]) == (3, 66.7)
    assert (rotterdam["totaal"]["gehaald"], rotterdam["totaal"]["teLaat"]) == (1, 1)
    assert [month["maand"] for month in rotterdam["maanden"]] == ["2026-02", "2026-03"]
    assert (region["totaal"]["mediaanDagen"], region["totaal"]["p90Dagen"], region["normProcent"]) == (2, 20, 90)
    assert answer["regio"]["tellingen"]["uitkomsten"] == {"overdracht": 3}
    assert answer["regio"]["tellingen"]["meldingen"] == {"totaal": 3}


async def test_a_month_outside_the_question_is_not_counted(monitoring: MonitoringRoom) -> None:
    await _region(monitoring)

    answer = (
        await monitoring.get("/kpis?van=2026-04&tot=2026-12&gemeenteCode=0599&fase=veiligheidsbeoordeling")
    ).json()

    (area,) = answer["gemeenten"]
    assert answer["regio"] is None
    assert len(area["fasen"]) == 1
    assert _fase(area)["totaal"]["vervallen"] == 0


async def test_a_gemeente_gets_its_own_figures_and_no_others(monitoring: MonitoringRoom) -> None:
    await _region(monitoring)

    own = (await monitoring.get("/kpis?van=2026-03&tot=2026-03", "gemeente", "0613")).json()
    foreign = await monitoring.get("/kpis?van=2026-03&tot=2026-03&gemeenteCode=0599", "gemeente", "0613")

    assert own["regio"] is None
    assert [area["gemeenteCode"] for area in own["gemeenten"]] == ["0613"]
    assert foreign.status_code == 404


async def test_the_figures_come_as_csv_with_the_same_values(monitoring: MonitoringRoom) -> None:
    await _region(monitoring)
    path = "/kpis?van=2026-03&tot=2026-03&gemeenteCode=0599"

    answer = await monitoring.get(path, Accept="text/csv")

    rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    values = {(row["maand"], row["fase"], row["gegeven"], row["onderdeel"]): row["waarde"] for row in rows}
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.text.count("\r\n") == len(rows) + 1
    assert values["2026-03", "veiligheidsbeoordeling", "percentageOpTijd", ""] == "50.0"
    assert values["", "terugkoppeling-melder", "aantal", "voorraad"] == "2"
    assert values["2026-03", "", "uitkomsten", "overdracht"] == "2"


async def test_figures_that_did_not_change_are_not_sent_again(monitoring: MonitoringRoom) -> None:
    await _region(monitoring)
    path = "/kpis?van=2026-03&tot=2026-03"
    etag = (await monitoring.get(path)).headers["etag"]

    same = await monitoring.get(path, **{"If-None-Match": etag})
    await _region(monitoring)
    changed = await monitoring.get(path, **{"If-None-Match": etag})

    assert (same.status_code, same.content, changed.status_code) == (304, b"", 200)


@pytest.mark.parametrize(
    "query",
    [
        "van=2026-03&tot=2026-02",
        "van=2026-13&tot=2026-13",
        "van=0000-01&tot=0000-02",
        "van=1900-01&tot=2026-01",
        "tot=2026-01",
    ],
)
async def test_months_that_make_no_sense_are_a_400(monitoring: MonitoringRoom, query: str) -> None:
    assert (await monitoring.get(f"/kpis?{query}")).status_code == 400


async def test_what_figures_cost_does_not_grow_with_the_number_of_casussen(monitoring: MonitoringRoom) -> None:
    await _region(monitoring)
    few = len(await monitoring.cells())
    for _ in range(10):
        await _region(monitoring)

    assert len(await monitoring.cells()) == few
