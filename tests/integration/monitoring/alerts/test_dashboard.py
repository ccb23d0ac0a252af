"""The pages: who sees what, what a municipality never sees, when nothing changed, and how somebody logs in and out."""

import re
from collections.abc import AsyncIterator, Awaitable, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from deploy.local.inloggen import Logins
from deploy.local.issuer import Clients, TokenIssuer, create_app
from services.monitoring.api.aanmelden import POGING, SESSIE
from services.monitoring.api.omgeving import DoorSettings, aanmelddienst, door_settings
from services.monitoring.handlers.aanmelden import begin, keep, recall
from services.monitoring.handlers.alerts import sweep
from services.monitoring.handlers.dashboard import DashboardView, read_dashboard
from services.monitoring.partners.aanmelddienst import Aanmelddienst
from services.monitoring.store.alerts import beat
from shared.crypto import Vault
from shared.db import in_transaction
from shared.rules.settings import DEFAULT_SETTINGS
from shared.settings import Omgeving
from tests.integration.monitoring.alerts.conftest import MONDAY, PASSED, hear_melding
from tests.integration.monitoring.alerts.figures import VB, a_year
from tests.support import TestIssuer

pytestmark = pytest.mark.anyio

HOME = "https://monitoring.test"
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
_MORE_IN_TIME = text(
    "UPDATE kpi SET aantal = aantal + 20 WHERE gemeente_code = '0599' AND dag = :dag AND meting = 'gehaald'"
)
# What was published of a month does not change any more; how long half of it took is not published.
_SLOWER = text(
    "UPDATE kpi SET aantal = aantal + 200 WHERE gemeente_code = '0599' AND dag = :dag AND meting = 'doorlooptijd' "
    "AND naam = 'veiligheidsbeoordeling' AND waarde = '7'"
)


def gemeente(issuer: TestIssuer, code: str) -> dict[str, str]:
    return issuer.headers("gemeente", code, gemeenten=(code,))


async def test_a_municipality_sees_its_own_trends_and_nothing_of_the_work_of_today(
    engine: AsyncEngine, client: httpx.AsyncClient, issuer: TestIssuer
) -> None:
    casus_id = await hear_melding(engine, op=MONDAY)
    await a_year(engine)

    answer = await client.get("/", headers=gemeente(issuer, "0613"))
    other = await client.get("/?gemeente=0599", headers=gemeente(issuer, "0613"))
    of_nobody = await client.get("/", headers=issuer.headers("gemeente", "x"))

    assert answer.status_code == 200
    assert "Albrandswaard: dertien maanden" in answer.text
    assert "Albrandswaard (deze gemeente)" in answer.text
    assert "Brielle (nu Voorne aan Zee)" in (await client.get("/", headers=gemeente(issuer, "1992"))).text
    for kop in ("Aandeel op tijd", "Doorlooptijd in dagen", "Meldingen per maand", "Gemeenten naar risicoscore"):
        assert kop in answer.text
    for werk in ("Werk zonder eigenaar", "Alarmen van de keten", "Draait de bewaking", str(casus_id)):
        assert werk not in answer.text
    assert (other.status_code, of_nobody.status_code) == (404, 403)


async def test_a_small_number_is_on_no_page_of_a_municipality_nor_on_that_of_the_region(
    engine: AsyncEngine, client: httpx.AsyncClient, issuer: TestIssuer
) -> None:
    await a_year(engine)

    own = await client.get("/", headers=gemeente(issuer, "0597"))
    region = await client.get("/trends", headers=issuer.headers("vt-teamleider", "vt"))

    assert "afgeschermd" in own.text
    assert "Een lege plek is geen nul: in 13 maanden is het cijfer afgeschermd." in own.text
    assert "77" not in re.sub(r"<[^>]*>", " ", own.text.partition("Doorlooptijd in dagen")[2].partition("k-risico")[0])
    assert "Regio Rotterdam-Rijnmond: dertien maanden" in region.text
    table = own.text.partition("Veiligheidsbeoordeling binnen 5 werkdagen, per maand")[2].partition("</table>")[0]
    shown = [int(number) for number in re.findall(r'<td class="n ?[a-z]*">(\d+)</td>', table)]
    assert not [number for number in shown if 0 < number < 5]


async def test_a_municipality_reads_the_same_figures_of_itself_as_veilig_thuis_does(
    engine: AsyncEngine, client: httpx.AsyncClient, issuer: TestIssuer
) -> None:
    """What is kept back follows from its neighbours, whom its own wall hides: two answers would tell what one hides."""
    await a_year(engine)

    for code in ("0597", "0599", "0613", "0489"):
        own = await client.get("/", headers=gemeente(issuer, code))
        told = await client.get(f"/trends?gemeente={code}", headers=issuer.headers("vt-teamleider", "vt"))
        tables = [re.findall(r"<table.*?</table>", page.text, re.DOTALL) for page in (own, told)]

        assert len(tables[0]) > 3
        assert tables[0] == tables[1]


async def test_every_chart_has_a_name_a_summary_and_a_table(
    engine: AsyncEngine, client: httpx.AsyncClient, issuer: TestIssuer
) -> None:
    await hear_melding(engine, op=MONDAY)
    await sweep(engine, now=PASSED, rules=DEFAULT_SETTINGS)
    await a_year(engine)

    for path in ("/", "/trends"):
        body = (await client.get(path, headers=issuer.headers("vt-teamleider", "vt"))).text
        charts = re.findall(r'<svg class="grafiek".*?</svg>', body, re.DOTALL)
        assert charts
        for chart in charts:
            assert re.search(r'role="img" aria-labelledby="\S+ \S+"', chart)
            assert re.search(r"<title id=.*?>[^<]+</title>", chart)
            assert "De cijfers staan in de tabel hieronder." in chart
        assert body.count("<details>") >= len(charts) - body.count("Doorlooptijd in dagen")
        assert body.count("<caption") == body.count("<table")


async def test_the_team_leader_reads_what_is_late_due_today_and_without_an_owner(
    engine: AsyncEngine, client: httpx.AsyncClient, issuer: TestIssuer
) -> None:
    for _ in range(2):
        await hear_melding(engine, op=MONDAY)
    async with in_transaction(engine) as conn:
        await conn.execute(text("DELETE FROM termijn WHERE soort <> :soort"), {"soort": VB})
    await fill_clock(engine, "toewijzing", "2026-03-10 22:59:59+00", "2026-03-09 00:00+00")
    await fill_clock(engine, "onderzoek", "2026-03-10 23:00:01+00", "2026-04-01 00:00+00")

    body = (await client.get("/", headers=issuer.headers("vt-teamleider", "vt"))).text

    now = dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", body.partition("k-nu")[2].partition("</section>")[0]))
    # The veiligheidsbeoordelingen of Monday are late since a second ago; one clock ends before the midnight to come.
    assert now["Termijnen te laat"] == "2"
    assert now["Vandaag uiterlijk"] == "1"
    assert now["Werk zonder eigenaar"] == "1"


async def fill_clock(engine: AsyncEngine, soort: str, uiterlijk: str, waarschuwen_op: str) -> None:
    """Put an open clock beside those of a casus that is there."""
    statement = text("""
    INSERT INTO termijn SELECT made.* FROM (SELECT * FROM termijn LIMIT 1) AS t,
      jsonb_populate_record(NULL::termijn, to_jsonb(t) || jsonb_build_object(
        'id', gen_random_uuid(), 'soort', CAST(:soort AS text), 'uiterlijk', CAST(:uiterlijk AS text),
        'waarschuwen_op', CAST(:waarschuwen_op AS text), 'gestopt_op', NULL, 'vervallen', false)) AS made
    """)
    values = {"soort": soort, "uiterlijk": uiterlijk, "waarschuwen_op": waarschuwen_op}
    async with in_transaction(engine) as conn:
        await conn.execute(statement, values)


async def test_a_page_that_did_not_change_costs_a_304_and_a_new_figure_or_another_reader_a_page(
    engine: AsyncEngine, client: httpx.AsyncClient, issuer: TestIssuer
) -> None:
    months = await a_year(engine)
    for path, headers, news in (
        ("/", issuer.headers("vt-teamleider", "vt"), _MORE_IN_TIME),
        ("/", gemeente(issuer, "0599"), _SLOWER),
    ):
        first = await client.get(path, headers=headers)
        known = {"If-None-Match": first.headers["etag"]}

        again = await client.get(path, headers=headers | known)
        other = await client.get(path, headers=issuer.headers("beheerder", "b") | known)
        async with in_transaction(engine) as conn:
            await conn.execute(news, {"dag": months[-1]})
        changed = await client.get(path, headers=headers | known)

        assert (again.status_code, again.content) == (304, b"")
        assert again.headers["cache-control"] == first.headers["cache-control"] == "private, no-cache"
        assert other.status_code == 200
        assert changed.status_code == 200


async def test_that_a_minute_passed_and_a_chore_ran_again_is_no_news_but_a_chore_that_fell_silent_is(
    engine: AsyncEngine,
) -> None:
    await hear_melding(engine, op=MONDAY)
    ran = text("UPDATE hartslag SET tijdstip = tijdstip + interval '1 minute'")

    def read(minute: int, *, silent_since: int = 0) -> Awaitable[DashboardView]:
        later = timedelta(minutes=minute)
        return read_dashboard(
            engine, rules=DEFAULT_SETTINGS, now=PASSED + later, real=MONDAY + later + timedelta(minutes=silent_since)
        )

    async with in_transaction(engine) as conn:
        await beat(conn, "sweep_termijnen", real=MONDAY, now=MONDAY)
    first = await read(0)
    async with in_transaction(engine) as conn:
        await conn.execute(ran)
    second, silent = await read(1), await read(1, silent_since=60)

    assert (first.now, first.klussen) != (second.now, second.klussen)
    assert first.shown == second.shown
    assert second.shown != silent.shown


async def test_a_page_runs_nothing_inline_and_its_files_are_kept_for_a_year_under_their_own_address(
    client: httpx.AsyncClient, issuer: TestIssuer
) -> None:
    for path in ("/", "/trends"):
        answer = await client.get(path, headers=issuer.headers("vt-medewerker", "vt"))
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert not re.search(r"\sstyle=|\son[a-z]+=|<style|<script(?! src=)", answer.text)
        assert "http://" not in answer.text.replace("http://www.w3.org", "")
        for address in re.findall(r'(?:href|src)="(/static/[^"]+)"', answer.text):
            file = await client.get(address, headers={"Accept-Encoding": "gzip"})
            assert file.headers["cache-control"] == "public, max-age=31536000, immutable"
            assert file.headers["content-encoding"] == "gzip"
            assert (await client.get(address, headers={"If-None-Match": file.headers["etag"]})).status_code == 304
    assert (await client.get("/static/nlds.css?v=oud")).headers["cache-control"] == "no-cache"


# --- logging in -------------------------------------------------------------------------------------------------


class Login:
    """The page, the local issuer behind it, and the browser of somebody."""

    def __init__(self, browser: httpx.AsyncClient, provider: httpx.AsyncClient) -> None:
        self.browser = browser
        self.provider = provider

    async def begin(self) -> httpx.Response:
        return await self.browser.get("/aanmelden")

    async def say(self, address: str, rol: str, gemeente_code: str = "0599") -> str:
        """Be sent to the provider, say who one is, and return where one is sent back to."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        answer = await self.provider.post("/authorize", data={**asked, "rol": rol, "gemeente": gemeente_code})
        assert answer.status_code == 303
        return answer.headers["location"].removeprefix(HOME)

    async def enter(self, rol: str, gemeente_code: str = "0599") -> httpx.Response:
        began = await self.begin()
        return await self.browser.get(await self.say(began.headers["location"], rol, gemeente_code))


@pytest.fixture
async def login(client: httpx.AsyncClient, issuer: TestIssuer) -> AsyncIterator[Login]:
    known = TokenIssuer(issuer.issuer, issuer.key)
    app = create_app(known, Clients({}, []), Logins(frozenset({f"{HOME}/aanmelden/terug"})))
    transport = httpx.ASGITransport(app)
    dienst = Aanmelddienst(
        issuer=issuer.issuer,
        authorize_url="https://identity.test/authorize",
        token_url="https://identity.test/token",
        client_id="ketenradar-dashboard",
        home=HOME,
        jwks=issuer.fetch_jwks,
        end_url="https://identity.test/uit",
        transport=transport,
    )
    root = client.root  # type: ignore[attr-defined]
    root.dependency_overrides[aanmelddienst] = lambda: dienst
    async with (
        httpx.AsyncClient(transport=client._transport, base_url=HOME, headers=BROWSER) as browser,
        httpx.AsyncClient(transport=transport, base_url="https://identity.test") as provider,
    ):
        yield Login(browser, provider)


async def test_who_is_not_logged_in_is_led_to_the_provider_with_a_proof_and_no_secret(login: Login) -> None:
    led = await login.browser.get("/")
    began = await login.begin()

    asked = parse_qs(urlsplit(began.headers["location"]).query)
    assert (led.status_code, led.headers["location"]) == (303, "/aanmelden")
    assert asked["response_type"] == ["code"]
    assert asked["code_challenge_method"] == ["S256"]
    assert {"state", "nonce", "code_challenge"} <= asked.keys()
    assert not {"code_verifier", "client_secret"} & asked.keys()
    # Whoever is no browser is told so, and not sent anywhere.
    assert (await login.browser.get("/", headers={"Accept": "application/json"})).status_code == 401


@pytest.mark.parametrize(
    ("rol", "kop"), [("vt-teamleider", "Werk zonder eigenaar"), ("gemeente", "Schiedam: dertien maanden")]
)
async def test_the_role_in_the_token_decides_what_somebody_sees_and_the_token_is_nowhere_to_be_read(
    login: Login, rol: str, kop: str
) -> None:
    entered = await login.enter(rol, "0606")
    page = await login.browser.get("/")

    cookie = next(part for part in entered.headers.get_list("set-cookie") if part.startswith(SESSIE))
    assert (entered.status_code, entered.headers["location"]) == (303, "/")
    for attribute in ("Secure", "HttpOnly", "SameSite=lax", "Path=/", "Max-Age="):
        assert attribute in cookie
    assert "Domain" not in cookie
    assert kop in page.text
    assert "eyJ" not in page.text + entered.text + str(entered.headers)


async def test_a_role_without_a_page_is_told_so_and_can_log_out(login: Login) -> None:
    await login.enter("ketenpartner")

    answer = await login.browser.get("/")

    assert answer.status_code == 403
    assert "Geen toegang" in answer.text
    assert 'action="/afmelden"' in answer.text


async def test_who_logs_out_sees_nothing_any_more(login: Login) -> None:
    await login.enter("vt-teamleider")

    from_elsewhere = await login.browser.post("/afmelden", headers={"Sec-Fetch-Site": "cross-site"})
    still = await login.browser.get("/")
    out = await login.browser.post("/afmelden", headers={"Sec-Fetch-Site": "same-origin"})
    told = await login.browser.get("/afgemeld")
    after = await login.browser.get("/")

    assert (from_elsewhere.status_code, still.status_code) == (403, 200)
    assert (out.status_code, out.headers["location"], SESSIE in login.browser.cookies) == (303, "/afgemeld", False)
    assert "https://identity.test/uit?client_id=ketenradar-dashboard" in told.text
    assert after.status_code == 303


async def test_a_session_ends_with_its_token_and_a_forged_one_never_begins(
    login: Login, issuer: TestIssuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    await login.enter("vt-teamleider")
    good = login.browser.cookies[SESSIE]

    for forged in (good[:-8] + "AAAAAAA=", "", "e30=", login_token(issuer)):
        answer = await login.browser.get("/", headers={"Cookie": f"{SESSIE}={forged}"})
        assert answer.status_code == 303, forged
    # An attempt is sealed with the same key, and is no session.
    attempt = (await login.begin()).cookies[POGING]
    assert (await login.browser.get("/", headers={"Cookie": f"{SESSIE}={attempt}"})).status_code == 303


def test_an_attempt_is_good_for_ten_minutes_and_only_as_it_was_sealed(vault: Vault) -> None:
    poging = begin()
    kept = keep(vault, poging, now=1_000.0)

    assert recall(vault, kept, now=1_600.0) == poging
    assert recall(vault, kept, now=1_601.0) is None
    assert recall(vault, kept, now=999.0) is None
    assert recall(vault, kept[:-6] + "AAAAA=", now=1_001.0) is None


def login_token(issuer: TestIssuer) -> str:
    return issuer.mint("vt-teamleider", "vt")


async def _bad(login: Login, changes: Mapping[str, str], *, cookie: bool = True) -> int:
    began = await login.begin()
    back = urlsplit(await login.say(began.headers["location"], "vt-teamleider"))
    fields = {name: values[0] for name, values in parse_qs(back.query).items()} | dict(changes)
    if not cookie:
        login.browser.cookies.clear()
    answer = await login.browser.get(back.path, params=fields)
    assert SESSIE not in login.browser.cookies
    return answer.status_code


@pytest.mark.parametrize(
    ("changes", "cookie", "status"),
    [
        pytest.param({"state": "x"}, True, 400, id="the-state-of-another"),
        pytest.param({}, False, 400, id="in-another-browser"),
        pytest.param({"code": "x"}, True, 403, id="a-code-that-is-not-one"),
        pytest.param({"iss": "https://elders.test"}, True, 400, id="from-another-provider"),
        pytest.param({"error": "access_denied"}, True, 403, id="the-provider-says-no"),
    ],
)
async def test_an_answer_that_does_not_belong_to_the_attempt_opens_nothing(
    login: Login, changes: Mapping[str, str], cookie: bool, status: int
) -> None:
    assert await _bad(login, changes, cookie=cookie) == status


async def test_a_code_is_good_once_and_only_with_the_secret_of_its_own_attempt(login: Login) -> None:
    began = await login.begin()
    back = await login.say(began.headers["location"], "vt-teamleider")
    attempt = login.browser.cookies[POGING]
    first = await login.browser.get(back)
    login.browser.cookies.clear()
    second = await login.browser.get(back, headers={"Cookie": f"{POGING}={attempt}"})

    other = await login.begin()
    state = parse_qs(urlsplit(other.headers["location"]).query)["state"][0]
    code = parse_qs(urlsplit(await login.say(began.headers["location"], "vt-teamleider")).query)["code"][0]
    injected = await login.browser.get("/aanmelden/terug", params={"code": code, "state": state})

    assert (first.status_code, second.status_code, injected.status_code) == (303, 403, 403)


async def test_an_identity_for_another_attempt_client_or_key_opens_nothing(
    login: Login, issuer: TestIssuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = jwt.encode

    def with_changes(claims: dict[str, Any], key: Any, *args: Any, **more: Any) -> str:
        if "nonce" not in claims:
            return real(claims, key, *args, **more)
        return real(claims | changes, ec.generate_private_key(ec.SECP256R1()) if foreign else key, *args, **more)

    monkeypatch.setattr("deploy.local.issuer.jwt.encode", with_changes)
    cases: list[tuple[dict[str, object], bool]] = [
        ({"nonce": "x"}, False), ({"aud": "ketenradar"}, False), ({"iss": "https://elders.test"}, False),
        ({"exp": 1}, False), ({"azp": "ander"}, False), ({}, True),
    ]  # fmt: skip
    for changes, foreign in cases:  # noqa: B007, read by the function above
        assert (await login.enter("vt-teamleider")).status_code == 403
        assert SESSIE not in login.browser.cookies
    changes, foreign = {}, False
    assert (await login.enter("vt-teamleider")).status_code == 303


async def test_a_local_run_shows_the_page_of_today_to_anybody_and_lets_him_log_in_as_another(login: Login) -> None:
    root = login.browser._transport.app._app  # type: ignore[attr-defined]
    root.dependency_overrides[door_settings] = lambda: DoorSettings(omgeving=Omgeving.LOKAAL, dashboard_open=True)

    anybody = await login.browser.get("/")
    await login.enter("gemeente", "0613")

    assert "Lokale run, zonder aanmelden" in anybody.text
    assert "Albrandswaard: dertien maanden" in (await login.browser.get("/")).text
