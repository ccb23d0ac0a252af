"""How often somebody gets a page: by himself once he is known, by his address before; and what he is told then."""

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from services.monitoring.api.aanmelden import SESSIE
from shared.web.limits import Budget, Limiter, Rate
from tests.integration.monitoring.alerts.letters import publish
from tests.integration.monitoring.alerts.test_dashboard import BROWSER, Login, login  # noqa: F401, a fixture
from tests.support import TestIssuer

pytestmark = pytest.mark.anyio

LETTER = "/rapportages/monitorbrief/2026-02?gebied=regio"


def limits(client: httpx.AsyncClient, **rates: Rate) -> None:
    """Give the door small budgets; what is not named is wide."""
    made = Limiter({budget: rates.get(budget, Rate(1_000, 10_000)) for budget in Budget}, room="proef")
    client.edge.limiter = made  # type: ignore[attr-defined]


async def statuses(browser: httpx.AsyncClient, path: str, times: int, **headers: str) -> list[int]:
    return [(await browser.get(path, headers=headers)).status_code for _ in range(times)]


async def test_who_asks_too_many_pages_reads_in_a_page_when_he_can_go_on(
    client: httpx.AsyncClient,
    login: Login,  # noqa: F811, the fixture
) -> None:
    limits(client, paginas=Rate(1 / 50, 3))
    await login.enter("vt-teamleider")

    pages = await statuses(login.browser, "/trends", 3)
    told = await login.browser.get("/trends")
    program = await login.browser.get("/", headers={"Accept": "application/json"})

    assert pages == [200, 200, 200]
    assert told.status_code == 429
    assert 1 <= int(told.headers["Retry-After"]) <= 50
    assert f"Over {told.headers['Retry-After']} seconden kunt u verder." in told.text
    assert '<html lang="nl"' in told.text
    assert 'href="/"' in told.text
    assert "form-action 'self'" in told.headers["content-security-policy"]
    assert program.headers["content-type"] == "application/problem+json"


async def test_a_page_that_looks_again_takes_nothing_from_who_reads_it_and_leaving_is_never_refused(
    client: httpx.AsyncClient,
    login: Login,  # noqa: F811, the fixture
) -> None:
    limits(client, paginas=Rate(0.01, 2), verversen=Rate(0.01, 5))
    await login.enter("vt-teamleider")

    again = await statuses(login.browser, "/", 7, **{"Sec-Fetch-Dest": "empty"})
    read = await statuses(login.browser, "/", 3, **{"Sec-Fetch-Dest": "document"})
    out = await login.browser.post("/afmelden", headers={"Sec-Fetch-Site": "same-origin"})

    assert again == [200] * 5 + [429] * 2
    assert read == [200, 200, 429]
    assert (out.status_code, SESSIE in login.browser.cookies) == (303, False)


async def test_reports_are_counted_apart_as_a_page_and_as_a_file_and_each_reader_by_himself(
    engine: AsyncEngine, client: httpx.AsyncClient, issuer: TestIssuer
) -> None:
    await publish(engine, "2026-02")
    limits(client, rapporten=Rate(0.01, 2))
    first, second = (issuer.headers("vt-medewerker", "vt", sub=name) | BROWSER for name in ("een", "twee"))

    mine = [(await client.get(LETTER + form, headers=first)).status_code for form in ("", "&vorm=pdf", "")]
    rest = (await client.get("/rapportages", headers=first)).status_code
    other = (await client.get(LETTER, headers=second)).status_code

    assert mine == [200, 200, 429]
    assert (rest, other) == (200, 200)


async def test_logging_in_is_counted_by_address_and_who_is_in_already_does_not_notice(
    client: httpx.AsyncClient,
    login: Login,  # noqa: F811, the fixture
) -> None:
    limits(client, aanmelden=Rate(0.01, 4))
    await login.enter("vt-teamleider")
    session = {"Cookie": f"{SESSIE}={login.browser.cookies[SESSIE]}"}

    begun = await statuses(login.browser, "/aanmelden", 3)
    back = await login.browser.get("/aanmelden/terug?code=x&state=x")
    inside = await login.browser.get("/", headers=session)

    assert begun == [303, 303, 429]
    assert back.status_code == 429
    assert "Vanaf dit netwerk is in korte tijd heel vaak aangemeld. Over 2 minuten kunt u verder." in back.text
    assert inside.status_code == 200


async def test_guessing_tokens_files_and_addresses_come_to_an_end_and_the_engine_always_hears_that_we_live(
    client: httpx.AsyncClient,
) -> None:
    limits(client, weigeringen=Rate(0.01, 2))
    guesses = await statuses(client, "/", 4, Authorization="Bearer x")

    limits(client, lezen=Rate(0.01, 3))
    files = await statuses(client, "/static/ververs.js", 2)
    addresses = await statuses(client, "/beheer", 2)
    document = await statuses(client, "/v1/openapi.json", 1)
    alive = await statuses(client, "/health", 3)

    assert guesses == [401, 401, 429, 429]
    assert files + addresses + document == [200, 200, 404, 429, 429]
    assert alive == [200] * 3


async def test_what_is_wrong_is_told_in_a_page_to_who_reads_pages(client: httpx.AsyncClient) -> None:
    for path, status in (("/beheer", 404), ("/?gemeente=x", 400), ("/static/x", 404)):
        page = await client.get(path, headers=BROWSER)
        program = await client.get(path)

        assert (page.status_code, program.status_code) == (status, status)
        assert "<h1" in page.text
        assert program.headers["content-type"] == "application/problem+json"
