"""The pages in a real browser: no complaint of axe or pa11y, by keyboard, without a script, on paper, on a phone.

Chromium must be on the machine; what drives it is installed by the test itself in a folder that is thrown away.
Screenshots are kept in ``.run/schermen``, to be looked at: no checker says whether a page is good to read.
"""

import asyncio
import json
import shutil
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.types import ASGIApp

from deploy.generated import PROJECT
from deploy.local import programs
from deploy.local.inloggen import Logins
from deploy.local.issuer import Clients, TokenIssuer, create_app
from deploy.voorbeelden import voorbeeld
from services.monitoring.api.omgeving import aanmelddienst
from services.monitoring.domain.rapport import content_of
from services.monitoring.domain.trends import full_months
from services.monitoring.handlers.alerts import sweep
from services.monitoring.partners.aanmelddienst import Aanmelddienst
from shared.rules.calendar import amsterdam_day
from shared.rules.settings import DEFAULT_SETTINGS
from tests.integration.monitoring.alerts.conftest import MONDAY, PASSED, hear_melding
from tests.integration.monitoring.alerts.figures import a_full_year
from tests.integration.monitoring.alerts.letters import publish
from tests.support import PORTS, TestIssuer

pytestmark = [pytest.mark.anyio, pytest.mark.browser]

DRIVER = PROJECT / "tests" / "browser"
SCREENS = PROJECT / ".run" / "schermen"
BYTES_MAX = 300_000
PAINT_MS_MAX = 1_000
# What the barest page takes on two processors that do nothing else: two times there and back, and the stylesheet.
BARE_MS = 600


@asynccontextmanager
async def served(app: ASGIApp, port: int) -> AsyncIterator[None]:
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, lifespan="off", log_level="warning"))
    task = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110, uvicorn tells it in no other way
        await asyncio.sleep(0.05)
    yield
    server.should_exit = True
    await task


@pytest.fixture(scope="module")
def driver(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str, Path]:
    node, npm = shutil.which("node"), shutil.which("npm")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not node or not npm or not chromium:
        pytest.skip("Node.js, npm or chromium is not on this machine")
    folder = tmp_path_factory.mktemp("browser")
    for name in ("package.json", "pages.mjs"):
        shutil.copy(DRIVER / name, folder)
    done = subprocess.run(  # noqa: S603, npm as it was found on this machine
        [npm, "install", "--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts"],
        cwd=folder,
        capture_output=True,
        timeout=300,
        check=False,
    )
    if done.returncode:
        pytest.skip("what drives the browser could not be installed")
    return node, chromium, folder


@pytest.fixture
async def seen(
    engine: AsyncEngine, client: httpx.AsyncClient, issuer: TestIssuer, driver: tuple[str, str, Path]
) -> dict[str, Any]:
    """Let the browser go everywhere, once, and return what it saw."""
    for number in range(6):
        await hear_melding(engine, op=MONDAY, gemeente_code=("0599", "0613")[number % 2])
    await sweep(engine, now=PASSED, rules=DEFAULT_SETTINGS)
    await a_full_year(engine)
    for month in full_months(amsterdam_day(PASSED)):
        await publish(engine, f"{month:%Y-%m}")
    await publish(engine, "2026-03", inhoud=content_of(voorbeeld().rapport))
    ports = [programs.free_port(*PORTS)]
    ports.append(programs.free_port(ports[0] + 1, PORTS[1]))
    home, provider = (f"http://127.0.0.1:{port}" for port in ports)
    app = create_app(
        TokenIssuer(issuer.issuer, issuer.key), Clients({}, []), Logins(frozenset({f"{home}/aanmelden/terug"}))
    )
    dienst = Aanmelddienst(
        issuer=issuer.issuer,
        authorize_url=f"{provider}/authorize",
        token_url=f"{provider}/token",
        client_id="ketenradar-dashboard",
        home=home,
        jwks=issuer.fetch_jwks,
    )
    client.root.dependency_overrides[aanmelddienst] = lambda: dienst  # type: ignore[attr-defined]
    node, chromium, folder = driver
    SCREENS.mkdir(parents=True, exist_ok=True)
    told = json.dumps({"base": home, "chromium": chromium, "folder": str(SCREENS)})
    edge = client._transport.app  # type: ignore[attr-defined]
    async with served(edge, ports[0]), served(app, ports[1]):
        process = await asyncio.create_subprocess_exec(
            node,
            "pages.mjs",
            cwd=folder,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, wrong = await asyncio.wait_for(process.communicate(told.encode()), 900)
    assert process.returncode == 0, wrong.decode()[-2000:]
    found: dict[str, Any] = json.loads(out)
    (SCREENS / "gezien.json").write_text(json.dumps(found, indent=1))
    return found


async def test_the_pages_are_good_for_everybody_in_a_real_browser(seen: dict[str, Any]) -> None:
    # Every page was really there, in every look.
    assert len(seen["texts"]) == 5 * 7 + 7
    assert {text for name, text in seen["texts"].items() if name.startswith("gemeente")} == {
        "Rotterdam: dertien maanden",
        "Brieven en rapportages",
        "Monitorbrief maart 2026\nSchiedam",
    }

    # Checkers, in light, dark, on a phone, at 400 % and with colours of the reader.
    assert seen["axe"] == []
    assert seen["pa11y"] == []
    assert seen["overflow"] == []
    assert seen["small"] == []
    # Also what the browser itself refused: a breach of the content security policy is an error in its console.
    assert seen["console"] == []

    # By keyboard: nothing is out of reach, out of sight or without a ring.
    assert seen["stops"][0]["what"] == "a Naar de inhoud"
    assert len(seen["stops"]) >= seen["reachable"]
    assert [stop["what"] for stop in seen["stops"] if not (stop["ringed"] and stop["onScreen"])] == []
    assert (seen["skipped"], seen["unfolded"]) == ("inhoud", True)

    # The session is out of reach of a script, and there is no other place in which anything of it stands.
    assert seen["session"] == {"httpOnly": True, "secure": True, "sameSite": "Lax"}
    assert set(seen["cookies"]) == {""}
    assert "eyJ" not in seen["stored"]
    assert seen["out"] == "U bent afgemeld"

    # Nothing new costs nothing; paper shows every table; no script is needed.
    assert seen["refresh"] == [304]
    assert seen["printed"]
    assert min(seen["printed"]) > 0
    assert seen["plain"] == {"h1": "Rotterdam: dertien maanden", "table": True}

    # A phone on slow 4G: 1.6 Mbit/s, 150 ms there and back.
    for rol, cost in seen["phone"].items():
        assert cost["bytes"] < BYTES_MAX, (rol, cost)
        assert cost["paint"] - max(cost["bare"] - BARE_MS, 0) < PAINT_MS_MAX, (rol, cost)
