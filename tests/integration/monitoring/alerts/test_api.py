"""The doors show each caller what it may see, and the page works without a token only where that was asked for."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from services.monitoring.api.omgeving import DoorSettings, door_settings
from services.monitoring.domain.alerts import STILTE_MAX
from services.monitoring.handlers import watching
from services.monitoring.handlers.alerts import sweep
from shared.clock import system_clock
from shared.rules.settings import DEFAULT_SETTINGS
from shared.settings import Omgeving
from tests.integration.monitoring.alerts.conftest import hear_melding, rows
from tests.support import TestIssuer

pytestmark = pytest.mark.anyio

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PASSED = datetime(2026, 3, 9, 23, 0, tzinfo=UTC)
HOOK = {"callbackUrl": "https://ontvanger.example.org/keten", "soorten": ["termijn-verstreken"]}


async def test_a_municipality_sees_only_its_own_alerts_page_by_page(
    engine: AsyncEngine, client: httpx.AsyncClient, issuer: TestIssuer
) -> None:
    mine = await hear_melding(engine, op=MONDAY, gemeente_code="1621")
    await hear_melding(engine, op=MONDAY, gemeente_code="0599")
    await sweep(engine, now=PASSED, rules=DEFAULT_SETTINGS)

    seen, cursor = [], ""
    while cursor is not None:
        answer = await client.get(
            "/v1/waarschuwingen",
            params={"limiet": 1} | ({"na": cursor} if cursor else {}),
            headers=issuer.headers("lokaal-team", "lt", gemeenten=("1621",)),
        )
        seen += answer.json()["resultaten"]
        cursor = answer.json()["volgende"]
    everything = await client.get("/v1/waarschuwingen", headers=issuer.headers("vt-medewerker", "vt"))
    filtered = await client.get(
        "/v1/waarschuwingen?soort=veiligheidsbeoordeling&stap=verstreken",
        headers=issuer.headers("vt-medewerker", "vt"),
    )

    gemeente = issuer.headers("gemeente", "g", gemeenten=("1621",))
    figures = (await client.get("/v1/waarschuwingen", headers=gemeente)).json()["resultaten"]
    asked = await client.get(f"/v1/waarschuwingen?casusId={mine}", headers=gemeente)

    assert {item["casusId"] for item in seen} == {str(mine)}
    assert len(figures) == len(seen)
    assert {(item["casusId"], item["meldingId"]) for item in figures} == {(None, None)}
    assert asked.status_code == 403
    assert len(everything.json()["resultaten"]) == 2 * len(seen)
    assert len(filtered.json()["resultaten"]) == 2


async def test_a_ketenpartner_is_not_let_in_to_the_alerts_and_a_foreign_cursor_is_refused(
    client: httpx.AsyncClient, issuer: TestIssuer
) -> None:
    partner = await client.get("/v1/waarschuwingen", headers=issuer.headers("ketenpartner", "p"))
    cursor = await client.get("/v1/waarschuwingen?na=WzFd", headers=issuer.headers("vt-medewerker", "vt"))

    assert (partner.status_code, cursor.status_code) == (403, 400)


async def test_a_dead_sweeper_is_seen_at_the_alerts_and_at_the_heartbeats(
    engine: AsyncEngine, client: httpx.AsyncClient, issuer: TestIssuer
) -> None:
    vt = issuer.headers("vt-teamleider", "vt")
    for naam in STILTE_MAX:
        await watching.note_heartbeat(engine, naam, real=system_clock(), now=PASSED)
    alive = (await client.get("/v1/waarschuwingen", headers=vt)).json()["stil"]

    async with engine.begin() as conn:
        await conn.exec_driver_sql(
            "UPDATE hartslag SET tijdstip = now() - interval '4 min' WHERE naam = 'sweep_termijnen'"
        )
    dead = (await client.get("/v1/waarschuwingen", headers=vt)).json()["stil"]
    beats = (await client.get("/v1/hartslagen", headers=vt)).json()
    silent = await watching.watch_heartbeats(engine, real=system_clock(), now=PASSED, mail_to="")
    await watching.watch_heartbeats(engine, real=system_clock(), now=PASSED, mail_to="")

    raised = await rows(engine, "SELECT onderwerp FROM waarschuwing WHERE soort = 'hartslag'")
    assert (alive, dead, silent) == ([], ["sweep_termijnen"], ["sweep_termijnen"])
    assert beats["stil"] is True
    assert [row.onderwerp for row in raised] == ["sweep_termijnen"]


async def test_the_monitorbrief_comes_in_four_forms_with_the_same_figures(
    engine: AsyncEngine, client: httpx.AsyncClient, issuer: TestIssuer
) -> None:
    for number in range(6):
        await hear_melding(engine, op=MONDAY + timedelta(minutes=number), gemeente_code="1621")
        await hear_melding(engine, op=MONDAY + timedelta(minutes=number), gemeente_code="0599")
    await sweep(engine, now=PASSED, rules=DEFAULT_SETTINGS)
    gemeente = issuer.headers("gemeente", "g", gemeenten=("1621",))
    path = "/v1/monitorbrieven/2026-03?gemeenteCode=1621"

    given = {
        kind: await client.get(path, headers=gemeente | {"Accept": kind})
        for kind in ("application/json", "text/html", "text/csv", "application/pdf", "*/*")
    }

    assert {kind: answer.status_code for kind, answer in given.items()} == dict.fromkeys(given, 200)
    assert given["*/*"].headers["content-type"] == "application/json"
    figures = {(c["onderwerp"], c["gegeven"]): c["waarde"] for c in given["application/json"].json()["cijfers"]}
    assert figures["Veiligheidsbeoordeling", "Afgelopen"] == "5"  # six, rounded
    assert figures["Veiligheidsbeoordeling", "Aandeel op tijd"] == "te weinig"
    assert figures["Meldingen", "Aantal"] == "5"
    assert "Lansingerland" in given["text/html"].text
    assert "Veiligheidsbeoordeling,,Afgelopen,5" in given["text/csv"].text
    assert given["application/pdf"].content.startswith(b"%PDF-")
    assert (await client.get(path, headers=gemeente | {"Accept": "image/png"})).status_code == 406


async def test_small_numbers_are_kept_back_and_another_municipality_is_not_there(
    engine: AsyncEngine, client: httpx.AsyncClient, issuer: TestIssuer
) -> None:
    await hear_melding(engine, op=MONDAY, gemeente_code="1621")
    await sweep(engine, now=PASSED, rules=DEFAULT_SETTINGS)
    gemeente = issuer.headers("gemeente", "g", gemeenten=("1621",))

    small = await client.get("/v1/monitorbrieven/2026-03", headers=gemeente)
    foreign = await client.get("/v1/monitorbrieven/2026-03?gemeenteCode=0599", headers=gemeente)

    figures = {(c["onderwerp"], c["gegeven"]): c["waarde"] for c in small.json()["cijfers"]}
    assert figures["Veiligheidsbeoordeling", "Afgelopen"] == "afgeschermd"
    assert figures["Veiligheidsbeoordeling", "Aandeel op tijd"] == "afgeschermd"
    assert foreign.status_code == 404


async def test_what_is_kept_back_of_one_municipality_cannot_be_computed_from_the_letters_of_all_others(
    engine: AsyncEngine, client: httpx.AsyncClient, issuer: TestIssuer
) -> None:
    for gemeente_code, count in {"1621": 2, "0599": 9, "0606": 7, "0622": 12}.items():
        for number in range(count):
            await hear_melding(engine, op=MONDAY + timedelta(minutes=number), gemeente_code=gemeente_code)
    await sweep(engine, now=PASSED, rules=DEFAULT_SETTINGS)
    vt = issuer.headers("vt-teamleider", "vt")

    seen = {}
    for query in ("", "?gemeenteCode=1621", "?gemeenteCode=0599", "?gemeenteCode=0606", "?gemeenteCode=0622"):
        cijfers = (await client.get(f"/v1/monitorbrieven/2026-03{query}", headers=vt)).json()["cijfers"]
        seen[query[-4:]] = next(c["waarde"] for c in cijfers if c["onderwerp"] == "Meldingen")

    assert seen == {"": "30", "1621": "afgeschermd", "0599": "10", "0606": "5", "0622": "circa 10"}


async def test_the_risk_scores_hold_the_fields_of_the_contract(client: httpx.AsyncClient, issuer: TestIssuer) -> None:
    answer = await client.get("/v1/risicoscores", headers=issuer.headers("gemeente", "g", gemeenten=("1621",)))

    found = answer.json()["resultaten"]
    wanted = {"gemeente", "gemeenteCode", "risicoscore", "klasse", "gepubliceerdeKlasse", "meldingenPer1000"}
    assert (found[0]["gemeente"], found[-1]["gemeente"]) == ("Rotterdam", "Lansingerland")
    assert wanted | {"verwachtPer1000", "afwijking"} <= found[0].keys()
    assert found[0]["risicoscore"] == 53.1


async def test_the_page_asks_for_a_token_unless_a_local_run_opens_it(
    engine: AsyncEngine, client: httpx.AsyncClient, issuer: TestIssuer
) -> None:
    casus_id = await hear_melding(engine, op=MONDAY)
    await sweep(engine, now=PASSED, rules=DEFAULT_SETTINGS)

    shut = await client.get("/")
    partner = await client.get("/", headers=issuer.headers("ketenpartner", "p"))
    with_token = await client.get("/", headers=issuer.headers("vt-medewerker", "vt"))
    client.root.dependency_overrides[door_settings] = lambda: DoorSettings(  # type: ignore[attr-defined]
        omgeving=Omgeving.PRODUCTIE, dashboard_open=True
    )
    still_shut = await client.get("/")
    client.root.dependency_overrides[door_settings] = lambda: DoorSettings(  # type: ignore[attr-defined]
        omgeving=Omgeving.LOKAAL, dashboard_open=True
    )
    opened = await client.get("/")
    beheerder = await client.get("/", headers=issuer.headers("beheerder", "b"))

    assert beheerder.status_code == 200
    assert beheerder.text.partition("<h1")[2] == opened.text.partition("<h1")[2]
    # Counted behind the wall of the page: clocks, cells and alerts are all there.
    assert "<dt>Meldingen</dt><dd>1</dd>" in opened.text
    assert "Er is nog geen termijn afgelopen" not in opened.text
    assert (shut.status_code, partner.status_code, still_shut.status_code) == (401, 403, 401)
    assert (with_token.status_code, opened.status_code) == (200, 200)
    assert "De bewaking staat stil." in opened.text
    assert "script-src 'self'" in opened.headers["content-security-policy"]
    assert "style=" not in opened.text
    assert str(casus_id) not in opened.text
    assert (await client.get("/static/ketenradar.css")).status_code == 200
    assert (await client.get("/static/..%2Fchores.py")).status_code == 404
