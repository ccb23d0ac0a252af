"""The page of letters and reports: who finds what on it, and that its links work under the session of who looks."""

import re
from html import unescape

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from services.monitoring.api.omgeving import DoorSettings, door_settings
from shared.settings import Omgeving
from tests.integration.monitoring.alerts.figures import a_year
from tests.integration.monitoring.alerts.letters import publish
from tests.integration.monitoring.alerts.test_dashboard import BROWSER, Login, gemeente, login  # noqa: F401, a fixture
from tests.support import TestIssuer

pytestmark = pytest.mark.anyio


def links(page: httpx.Response) -> list[str]:
    return [unescape(one) for one in re.findall(r'href="(/rapportages/[^"]+)"', page.text)]


def rows(page: httpx.Response) -> list[str]:
    """What each row says, as it is read aloud."""
    found = re.findall(r"<tr>\s*<th scope=\"row\">(.*?)</tr>", page.text, re.DOTALL)
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", one)).strip() for one in found]


async def test_a_municipality_finds_its_own_letters_and_those_of_the_region_and_reads_them_under_its_session(
    engine: AsyncEngine,
    login: Login,  # noqa: F811, the fixture
) -> None:
    await publish(engine, "2026-02")
    await login.enter("gemeente", "0613")

    page = await login.browser.get("/rapportages")

    assert links(page) == [
        f"/rapportages/monitorbrief/2026-02?gebied={gebied}&versie=1{vorm}"
        for gebied in ("regio", "0613")
        for vorm in ("", "&vorm=pdf")
    ]
    assert "Monitorbrief februari 2026 Albrandswaard" in rows(page)[1]
    assert "Versie 1, vastgesteld op" in rows(page)[1]
    letter, pdf = [await login.browser.get(link) for link in links(page)[2:]]
    assert (letter.headers["content-type"], pdf.headers["content-type"]) == (
        "text/html; charset=utf-8",
        "application/pdf",
    )
    assert "Albrandswaard" in letter.text
    assert pdf.content.startswith(b"%PDF-")
    assert 'filename="monitorbrief-2026-02-0613-v1.pdf"' in pdf.headers["content-disposition"]
    assert {letter.headers["cache-control"], pdf.headers["cache-control"]} == {"private, no-cache"}
    # Of another municipality nothing, and nothing at all for who has no session any more.
    other = await login.browser.get("/rapportages/monitorbrief/2026-02?gebied=0599&versie=1")
    assert (other.status_code, "Deze rapportage is er niet." in other.text) == (404, True)
    login.browser.cookies.clear()
    for path in ("/rapportages", links(page)[0]):
        answer = await login.browser.get(path)
        assert (answer.status_code, answer.headers["location"]) == (303, "/aanmelden")


async def test_a_local_run_that_shows_its_page_to_anybody_lets_him_log_in_before_he_reads_a_report(
    login: Login,  # noqa: F811, the fixture
) -> None:
    root = login.browser._transport.app._app  # type: ignore[attr-defined]
    root.dependency_overrides[door_settings] = lambda: DoorSettings(omgeving=Omgeving.LOKAAL, dashboard_open=True)

    for path in ("/rapportages", "/rapportages/monitorbrief/2026-02?gebied=regio"):
        browser = await login.browser.get(path)
        program = await login.browser.get(path, headers={"Accept": "application/json"})
        assert (browser.status_code, browser.headers["location"]) == (303, "/aanmelden")
        assert program.status_code == 401


async def test_a_team_leader_finds_the_concepts_too_and_chooses_an_area_and_a_kind(
    engine: AsyncEngine, client: httpx.AsyncClient, issuer: TestIssuer
) -> None:
    await a_year(engine)
    await publish(engine, "2026-02")
    await publish(engine, "2026-02", versie=2, reden="Te laat.")
    lead = issuer.headers("vt-teamleider", "vt") | BROWSER

    first = await client.get("/rapportages?soort=monitorbrief&gebied=0599", headers=lead)
    region = await client.get("/rapportages?soort=voortgangsrapportage", headers=lead)
    path = "/rapportages?gebied=regio&soort=voortgangsrapportage"
    own = await client.get(path, headers=gemeente(issuer, "0613") | BROWSER)

    told = rows(first)
    assert [one.partition(" Rotterdam")[0] for one in told[:2]] == [
        "Monitorbrief maart 2026",
        "Monitorbrief januari 2026",
    ]
    assert "Concept , verandert nog" in told[0]
    versions = [one for one in told if "februari 2026" in one and "vastgesteld" in one]
    assert [("vervangen door een correctie" in one) for one in versions] == [False, True]
    assert '<option value="0599" selected>' in first.text
    assert {one.partition("?")[2].partition("&")[0] for one in links(region)} == {"gebied=regio"}
    # The concept of the region is not for a municipality.
    assert "Er is nog niets te lezen." in own.text


async def test_the_page_goes_on_where_it_ended_and_says_what_is_wrong_in_a_page(
    engine: AsyncEngine, client: httpx.AsyncClient, issuer: TestIssuer
) -> None:
    await a_year(engine)
    lead = issuer.headers("vt-teamleider", "vt") | BROWSER

    first = await client.get("/rapportages?gebied=alle", headers=lead)
    (further,) = re.findall(r'href="(/rapportages\?[^"]+)">Oudere', first.text)
    second = await client.get(unescape(further), headers=lead)

    assert (len(rows(first)), len(rows(second))) == (25, 25)
    assert not set(links(first)) & set(links(second))
    assert "Terug naar de nieuwste" in second.text
    for path, status in (
        ("/rapportages?na=x", 400),
        ("/rapportages?gebied=9999", 404),
        ("/rapportages/monitorbrief/2026-H1?gebied=regio", 400),
        ("/rapportages/monitorbrief/2026-02?gebied=regio&versie=7", 404),
    ):
        wrong = await client.get(path, headers=lead)
        assert (wrong.status_code, "<h1" in wrong.text) == (status, True), path
        assert (await client.get(path, headers=lead | {"Accept": "*/*"})).headers["content-type"] == (
            "application/problem+json"
        )


async def test_a_report_is_a_page_among_the_pages_with_a_way_back_to_the_list_and_the_same_as_a_file(
    engine: AsyncEngine, client: httpx.AsyncClient, issuer: TestIssuer
) -> None:
    await publish(engine, "2026-02")
    path = "/rapportages/monitorbrief/2026-02?gebied=0613&versie=1"

    for headers, back in (
        (gemeente(issuer, "0613"), "/rapportages"),
        (issuer.headers("vt-medewerker", "vt"), "/rapportages?gebied=0613"),
    ):
        page = await client.get(path, headers=headers | BROWSER)
        again = await client.get(path, headers=headers | BROWSER | {"If-None-Match": page.headers["etag"]})

        assert f'href="{back}">Terug naar de lijst</a>' in page.text
        assert (await client.get(back, headers=headers | BROWSER)).status_code == 200
        assert f"{path}&vorm=pdf" in links(page)
        assert 'href="/rapportages" aria-current=page' in page.text
        assert 'href="#inhoud"' in page.text
        assert page.text.count("<h1") == page.text.count("<main") == 1
        assert "ververs.js" not in page.text
        assert (again.status_code, page.headers["cache-control"]) == (304, "private, no-cache")


async def test_a_concept_that_takes_long_is_not_behind_a_link_nor_behind_its_address_but_the_day_of_the_report_is_told(
    engine: AsyncEngine, client: httpx.AsyncClient, issuer: TestIssuer
) -> None:
    await a_year(engine)
    lead = issuer.headers("vt-teamleider", "vt") | BROWSER

    found = await client.get("/rapportages?gebied=0599", headers=lead)
    year = await client.get("/rapportages/jaarrapportage/2026?gebied=0599", headers=lead)
    half = await client.get("/rapportages/halfjaarrapportage/2024-H1?gebied=0599&vorm=pdf", headers=lead)
    month = await client.get("/rapportages/monitorbrief/2026-03?gebied=0599", headers=lead)

    assert {one.split("/")[2] for one in links(found)} == {"monitorbrief", "voortgangsrapportage"}
    assert "zodra zij is vastgesteld: op de eerste werkdag na haar laatste maand" in found.text
    assert (year.status_code, half.status_code, month.status_code) == (404, 404, 200)
    assert "zij wordt vastgesteld op maandag 4 januari 2027." in year.text
    assert "Deze rapportage is niet vastgesteld." in half.text
    assert "<strong>Concept.</strong>" in month.text


async def test_the_policy_of_the_doors_holds_for_the_page_and_for_what_it_links_to(
    engine: AsyncEngine, client: httpx.AsyncClient, issuer: TestIssuer
) -> None:
    await publish(engine, "2026-02")
    letter = "/rapportages/monitorbrief/2026-02?gebied=regio"
    for path in ("/rapportages", letter):
        narrow = issuer.mint("vt-teamleider", "vt", scope="triage:lezen")
        assert (await client.get(path, headers={"Authorization": f"Bearer {narrow}"})).status_code == 403
        assert (await client.get(path, headers=issuer.headers("ketenpartner", "x"))).status_code == 403
        assert (await client.get(path)).status_code == 401
        answer = await client.get(path, headers=issuer.headers("vt-medewerker", "vt") | BROWSER)
        assert answer.status_code == 200
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert not re.search(r"\sstyle=|\son[a-z]+=|<style|<script(?! src=)", answer.text)
        assert len(answer.content) < 60_000
